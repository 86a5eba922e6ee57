// The other half of `npm run fuzz:models`: what load_models.cc does natively, in the module that
// browsers get, under Node. A trap leaves the module unusable, which is reported; a new one takes its
// place, as in the library.
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { byteSize } from '../../web/lib/elementTypes.js';
import { Engine } from '../../web/lib/engine.js';
import { GossamerError } from '../../web/lib/error.js';

/** @typedef {import('../../web/lib/tensors.js').TensorBytes} TensorBytes */

const wasm = fileURLToPath(new URL('../../dist/wasm/gossamer-simd-all.wasm', import.meta.url));
// As in load_models.cc.
const maxMemory = 32 * 2 ** 20;
const options = `max_memory=${maxMemory}\nmax_multiply_adds=${2 ** 22}\n`;
const rgba = Uint8ClampedArray.from({ length: 36 }, (_, i) => i * 7);

const runtime = {
  level: /** @type {const} */ ('simd'),
  glueUrl: pathToFileURL(wasm.replace(/\.wasm$/, '.js')).href,
  module: await WebAssembly.compile(readFileSync(wasm)),
  threads: 1,
  threadReason: 'it is enough',
};

async function startEngine() {
  const started = new Engine();
  await started.start(runtime);
  return started;
}

let engine = await startEngine();

// By the name that models of the corpus have for the file.
const files = new Map([['model.onnx.data', new Blob([readFileSync(fileURLToPath(
  new URL('../cases/external_data/model.onnx.data', import.meta.url)))])]]);

/**
 * @param {Buffer} file
 * @returns {Promise<string>}  OK; MISSING, of files with weights; TOO LARGE, of what nobody could feed
 */
async function load(file) {
  const request = { session: 1, model: new Blob([Uint8Array.from(file)]), files, options, warmup: false };
  if ('missing' in await engine.create(request)) return 'MISSING';
  const { inputs } = engine.info({ session: 1 });
  /** @type {Record<string, TensorBytes>} */
  const feeds = {};
  for (const [i, { name, type, shape }] of inputs.entries()) {
    const dims = shape.map((extent) => (extent >= 0 ? extent : 1 + (i % 2)));
    const size = byteSize(type, dims);
    if (size > maxMemory) return 'TOO LARGE';
    feeds[name] = { type, dims, bytes: new Uint8Array(size).map((_, k) => Number(k % 7 === 3)) };
  }
  await engine.run({ session: 1, feeds });
  const pixels = { rgba: { data: rgba, width: 3, height: 3 } };
  const selection = { maxResults: 5, scoreThreshold: 0 };
  await engine.classify({ session: 1, pixels, selection }).catch((error) => {
    if (engine.dead || !(error instanceof GossamerError)) throw error;
  });
  return 'OK';
}

/** @param {Buffer} bytes */
async function answer(bytes) {
  const before = process.cpuUsage();
  let [code, text] = ['OK', ''];
  try {
    code = await load(bytes);
  } catch (error) {
    const typed = error instanceof GossamerError && !engine.dead;
    code = typed ? error.code : 'INTERNAL';
    text = String(typed ? error.message : /** @type {Error} */ (error)?.stack).slice(0, 300);
  }
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${JSON.stringify({ code, milliseconds: (user + system) / 1000, text })}\n`);
  if (engine.dead) engine = await startEngine();
}

let pending = Buffer.alloc(0);
for await (const chunk of process.stdin) {
  pending = Buffer.concat([pending, chunk]);
  while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32LE(0)) {
    const end = 4 + pending.readUInt32LE(0);
    await answer(pending.subarray(4, end));
    pending = pending.subarray(end);
  }
}
