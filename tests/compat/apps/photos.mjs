// An app as people write them with onnxruntime-web: photos, several at once, of a size that it learns from what the
// runtime says; it keeps an eye on failures and cleans up. It knows nothing of Gossamer; the page's import map says
// what it gets. Leaves `report` behind.

import ort, { InferenceSession, Tensor } from 'onnxruntime-web';

ort.env.wasm.wasmPaths = '/onnxruntime-web/';
ort.env.wasm.numThreads = 1;
ort.env.wasm.proxy = false;

/** @param {string} colour @param {number} size */
async function photo(colour, size) {
  const canvas = new OffscreenCanvas(size, size);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.fillStyle = colour;
  context.fillRect(0, 0, size, size);
  return createImageBitmap(canvas);
}

/** One tensor of several. @param {ort.Tensor[]} tensors */
function stack(tensors) {
  const [, ...rest] = tensors[0].dims;
  const data = new Float32Array(tensors.reduce((sum, { size }) => sum + size, 0));
  let at = 0;
  for (const tensor of tensors) {
    data.set(/** @type {Float32Array} */ (tensor.data), at);
    at += tensor.size;
    tensor.dispose();
  }
  return new Tensor('float32', data, [tensors.length, ...rest]);
}

/** @param {string[]} colours @param {number} size */
async function batch(colours, size) {
  const norm = { mean: /** @type {[number, number, number]} */ ([255, 255, 255]), bias: /** @type {[number, number, number]} */ ([0, 0, 0]) };
  return stack(await Promise.all(colours.map(async (colour) =>
    Tensor.fromImage(await photo(colour, size), { tensorFormat: 'RGB', norm }))));
}

const model = await (await fetch('/app/photos.onnx')).arrayBuffer();
const session = await InferenceSession.create(model, {
  executionProviders: [{ name: 'wasm' }], enableMemPattern: true, logSeverityLevel: 3,
});
const colours = ['#f02010', '#20e010', '#1020f0', '#808000'];
/** @type {any} */
const report = { tries: [], names: [session.inputNames, session.outputNames], shapes: session.inputMetadata.map((one) => one.isTensor && one.shape) };

// The size is not known before somebody complains.
let size = 20;
for (;;) {
  try {
    const { scores } = await session.run({ photos: await batch(colours, size) }, ['scores'], { tag: `size ${size}` });
    report.scores = { dims: scores.dims, type: scores.type, rows: Array.from(await scores.getData(), Number) };
    report.flat = [...scores.reshape([scores.size]).dims];
    scores.dispose();
    report.left = scores.location;
    break;
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    const [, expected] = /index: \d+ Got: \d+ Expected: (\d+)/.exec(message) ?? [];
    if (!expected || report.tries.length > 3) throw error;
    report.tries.push([size, Number(expected)]);
    size = Number(expected);
  }
}

// One after another, and several at once.
const single = async (/** @type {string} */ colour) =>
  Array.from((await session.run({ photos: await batch([colour], size) })).scores.data, Number);
report.singles = [];
for (const colour of colours) report.singles.push(await single(colour));
report.atOnce = await Promise.all(colours.map(single));

// What an app shows to its users when it was called wrongly.
report.failures = [];
for (const wrong of /** @type {any[]} */ ([{}, { photos: 5 }, { photo: new Tensor('float32', [1]) }, { photos: new Tensor('uint8', new Uint8Array(192), [1, 3, 8, 8]) }])) {
  try {
    await session.run(wrong);
    report.failures.push('none');
  } catch (error) {
    report.failures.push(error instanceof Error);
  }
}
await session.release();
report.released = await session.run({ photos: await batch(colours, size) }).then(() => 'runs', () => 'refused');
Object.assign(globalThis, { report });
