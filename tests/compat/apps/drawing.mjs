// An app as people write them with onnxruntime-web: a digit is drawn on a canvas and named. It knows nothing of
// Gossamer; the page's import map says what it gets. Leaves `report` behind.

import * as ort from 'onnxruntime-web';

ort.env.wasm.numThreads = navigator.hardwareConcurrency;
ort.env.wasm.wasmPaths = '/onnxruntime-web/';
ort.env.logLevel = 'error';

/** @param {Float32Array} logits */
function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (value) => Math.exp(value - largest));
  const sum = powers.reduce((all, value) => all + value, 0);
  return powers.map((value) => value / sum);
}

/** White on black, as handwriting sets have it. @param {(context: CanvasRenderingContext2D) => void} strokes */
function draw(strokes) {
  const canvas = document.createElement('canvas');
  canvas.width = 28;
  canvas.height = 28;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.fillRect(0, 0, 28, 28);
  context.strokeStyle = '#fff';
  context.lineWidth = 2.5;
  context.lineCap = 'round';
  context.beginPath();
  strokes(context);
  context.stroke();
  return context.getImageData(0, 0, 28, 28);
}

const digits = {
  zero: (/** @type {CanvasRenderingContext2D} */ context) => context.ellipse(14, 14, 6, 9, 0, 0, 7),
  one: (/** @type {CanvasRenderingContext2D} */ context) => {
    context.moveTo(14, 4);
    context.lineTo(14, 24);
  },
  seven: (/** @type {CanvasRenderingContext2D} */ context) => {
    context.moveTo(8, 5);
    context.lineTo(20, 5);
    context.lineTo(12, 24);
  },
};

const session = await ort.InferenceSession.create('/models/digits/digits.onnx', {
  executionProviders: ['wasm'], graphOptimizationLevel: 'all',
});
const [inputName] = session.inputNames;
const [outputName] = session.outputNames;
const [input] = session.inputMetadata;
const dims = input.isTensor ? input.shape.map((extent) => (typeof extent === 'number' ? extent : 1)) : [];
const warm = new ort.Tensor('float32', new Float32Array(28 * 28), dims);
await session.run({ [inputName]: warm });
warm.dispose();

/** @type {Record<string, unknown>} */
const answers = {};
for (const [name, strokes] of Object.entries(digits)) {
  const { data } = draw(strokes);
  const gray = Float32Array.from({ length: 28 * 28 }, (_, i) => (data[4 * i] / 255 - 0.13) / 0.31);
  const results = await session.run({ [inputName]: new ort.Tensor('float32', gray, dims) });
  const output = results[outputName];
  const probabilities = softmax(/** @type {Float32Array} */ (output.data));
  const best = probabilities.map((probability, digit) => ({ digit, probability }))
    .sort((a, b) => b.probability - a.probability).slice(0, 3);
  answers[name] = { best, type: output.type, dims: [...output.dims], size: output.size };
}
await session.release();
Object.assign(globalThis, { report: { answers, inputName, outputName, dims, metadata: session.outputMetadata.map((one) => ({ ...one })) } });
