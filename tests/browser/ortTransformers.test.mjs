// transformers.js on the drop-in: its pipeline for image classification, from npm, unchanged, on a page whose
// import map puts Gossamer in onnxruntime-web's place. The labels are the same and the scores, too, as on the
// same page with onnxruntime-web. The model, its config.json and its preprocessor_config.json are made here.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { setUp } from './helpers.mjs';
import { encodePng } from './pictures.mjs';
import { encodeModel } from '../support/onnx.mjs';

const packages = path.join(root, 'node_modules');
const site = setUp({
  mounts: {
    '/onnxruntime-web/': path.join(packages, 'onnxruntime-web/dist'),
    '/transformers/': path.join(packages, '@huggingface/transformers/dist'),
  },
});

const classes = ['cat', 'dog', 'fish', 'bird', 'stone'];
const features = 6;
/** The same at every run. @param {number} count @param {number} seed */
const weights = (count, seed) => Array.from({ length: count }, (_, i) => Math.sin(seed + i * 1.7) * 0.8);
const shared = {
  nodes: [
    { op: 'Conv', inputs: ['pixel_values', 'kernel'], outputs: ['maps'], attributes: { pads: { ints: [1, 1, 1, 1] }, strides: { ints: [2, 2] } } },
    { op: 'Relu', inputs: ['maps'], outputs: ['positive'] },
    { op: 'GlobalAveragePool', inputs: ['positive'], outputs: ['mean'] },
    { op: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
  ],
  kernel: { dims: [features, 3, 3, 3], values: weights(features * 27, 1) },
  inputs: [{ name: 'pixel_values', shape: ['batch_size', 'num_channels', 'height', 'width'] }],
  outputs: [{ name: 'logits', shape: ['batch_size', classes.length] }],
};

/** As exporters write it. */
const model = encodeModel({
  nodes: [...shared.nodes, { op: 'Gemm', inputs: ['flat', 'weight', 'bias'], outputs: ['logits'], attributes: { transB: { int: 1 } } }],
  initializers: {
    kernel: shared.kernel, weight: { dims: [classes.length, features], values: weights(classes.length * features, 2).map((value) => 4 * value) },
    bias: { dims: [classes.length], values: weights(classes.length, 3) },
  },
  inputs: shared.inputs, outputs: shared.outputs,
});

/** As onnxruntime's dynamic quantisation writes it, which is what transformers.js takes unless it is told. */
const quantized = encodeModel({
  nodes: [
    ...shared.nodes,
    { op: 'DynamicQuantizeLinear', inputs: ['flat'], outputs: ['q', 'q_scale', 'q_zero'] },
    { op: 'MatMulInteger', inputs: ['q', 'weight', 'q_zero', 'zero'], outputs: ['sums'] },
    { op: 'Cast', inputs: ['sums'], outputs: ['floats'], attributes: { to: { int: 1 } } },
    { op: 'Mul', name: 'scales', inputs: ['q_scale', 'scale'], outputs: ['both'] },
    { op: 'Mul', inputs: ['floats', 'both'], outputs: ['logits'] },
  ],
  initializers: {
    kernel: shared.kernel, scale: { dims: [], values: [0.03] }, zero: { type: 'int8', dims: [], values: [0] },
    weight: { type: 'int8', dims: [features, classes.length], values: weights(classes.length * features, 2).map((value) => Math.round(127 * value)) },
  },
  inputs: shared.inputs, outputs: shared.outputs,
});

/** A picture of two colours, and of a size that has to be scaled. @param {number[]} from @param {number[]} to */
function picture(from, to) {
  const [width, height] = [40, 28];
  const rgb = new Uint8Array(width * height * 3);
  rgb.forEach((_, i) => {
    const part = (Math.floor(i / 3) % width) / width;
    rgb[i] = Math.round(from[i % 3] * (1 - part) + to[i % 3] * part);
  });
  return encodePng({ width, height, rgb });
}

/** @type {Record<string, Buffer | string>} */
const files = {
  'tiny/config.json': JSON.stringify({
    model_type: 'vit', architectures: ['ViTForImageClassification'], id2label: { ...classes },
    label2id: Object.fromEntries(classes.map((name, i) => [name, i])),
  }),
  'tiny/preprocessor_config.json': JSON.stringify({
    image_processor_type: 'ViTImageProcessor', do_resize: true, size: { height: 16, width: 16 }, resample: 2,
    do_rescale: true, rescale_factor: 1 / 255, do_normalize: true, image_mean: [0.5, 0.4, 0.3], image_std: [0.5, 0.25, 0.2],
  }),
  'tiny/onnx/model.onnx': model, 'tiny/onnx/model_quantized.onnx': quantized,
  'red.png': picture([255, 30, 0], [10, 20, 200]), 'green.png': picture([0, 200, 60], [255, 255, 255]),
};

/** The app. Nothing in it knows of Gossamer. */
const app = `
  import { AutoModel, Tensor, env, pipeline } from '@huggingface/transformers';

  env.allowLocalModels = true;
  env.allowRemoteModels = false;
  env.localModelPath = '/app/';
  env.useBrowserCache = false;
  const report = {};
  const plain = await pipeline('image-classification', 'tiny', { dtype: 'fp32' });
  report.best = await plain('/app/red.png');
  report.all = await plain('/app/green.png', { top_k: null });
  report.several = await plain(['/app/red.png', '/app/green.png'], { top_k: 2 });
  const small = await pipeline('image-classification', 'tiny');
  report.quantized = await small('/app/red.png', { top_k: 5 });
  const network = await AutoModel.from_pretrained('tiny', { dtype: 'fp32' });
  const pixel_values = new Tensor('float32', Float32Array.from({ length: 2 * 3 * 8 * 6 }, (_, i) => Math.cos(i)), [2, 3, 8, 6]);
  const { logits } = await network({ pixel_values });
  report.logits = { type: logits.type, dims: logits.dims, values: logits.tolist() };
  report.wrong = await network({ pixel_values: new Tensor('int64', new BigInt64Array(192), [1, 3, 8, 8]) }).then(() => 'did not fail', String);
  await Promise.all([plain, small, network].map((one) => one.dispose()));
  report.proxy = env.backends.onnx.wasm.proxy;
  globalThis.report = report;`;

/**
 * What the app reports.
 * @param {string} library  that stands for onnxruntime-web
 * @param {string} [settings]  made before transformers.js is loaded
 * @param {string} [text]  of the app
 */
async function reportOf(library, settings = '', text = app) {
  /** @type {string[]} */
  const asked = [];
  const { page, close } = await site.open('app/index.html', {}, async (fresh) => {
    fresh.on('request', (request) => asked.push(request.url()));
    await fresh.route('**/app/**', (route) => {
      const name = new URL(route.request().url()).pathname.replace('/app/', '');
      const imports = {
        '@huggingface/transformers': '/transformers/transformers.web.js',
        'onnxruntime-web/webgpu': library, 'onnxruntime-common': library,
      };
      const html = `<!doctype html><script type="importmap">${JSON.stringify({ imports })}</script>`
        + `<script type="module">import { env } from 'onnxruntime-common'; ${settings}
          await import('/app/app.js').catch((error) => { globalThis.report = { failed: error.stack }; });</script>`;
      if (name === 'index.html') return route.fulfill({ contentType: 'text/html', body: html });
      if (name === 'app.js') return route.fulfill({ contentType: 'text/javascript', body: text });
      return route.fulfill(files[name] ? { body: files[name] } : { status: 404 });
    });
  });
  await page.waitForFunction('globalThis.report', undefined, { timeout: 120_000 });
  const report = /** @type {any} */ (await page.evaluate('report'));
  await close();
  assert.equal(report.failed, undefined);
  assert.deepEqual(asked.filter((url) => !url.startsWith(site.url) && !/^(blob|data):/.test(url)), [], 'other sites are asked');
  return report;
}

/** The same but for the last digits. @param {any} ours @param {any} theirs @param {string} where */
function assertAlike(ours, theirs, where = 'report') {
  if (typeof theirs === 'object' && theirs) {
    assert.deepEqual(Object.keys(ours ?? {}), Object.keys(theirs), where);
    for (const key of Object.keys(theirs)) assertAlike(ours[key], theirs[key], `${where}.${key}`);
  } else if (typeof theirs === 'number') {
    assert.ok(Math.abs(ours - theirs) <= 1e-5 * Math.max(1, Math.abs(theirs)), `${where}: ${ours}; there: ${theirs}`);
  } else assert.equal(ours, theirs, where);
}

test('transformers.js classifies the same with Gossamer as with onnxruntime-web', async () => {
  const theirs = await reportOf('/onnxruntime-web/ort.wasm.bundle.min.mjs', "env.wasm.wasmPaths = '/onnxruntime-web/'; env.wasm.numThreads = 1;");
  const ours = await reportOf('/ort.js');
  // Different pictures have different answers, or this shows nothing.
  assert.deepEqual(theirs.all.map((/** @type {any} */ one) => one.label).sort(), [...classes].sort());
  assert.notEqual(theirs.several[0][0].label, theirs.several[1][0].label);
  assert.match(theirs.wrong, /Unexpected input data type/);
  assertAlike(ours, theirs);
  const inWorker = app.replace('env.useBrowserCache', 'env.backends.onnx.wasm.proxy = true;\n  env.useBrowserCache');
  assertAlike(await reportOf('/ort.js', '', inWorker), { ...theirs, proxy: true });
});

test('what transformers.js hands over of onnxruntime-web does no harm', async () => {
  const files = "{ mjs: '/onnxruntime-web/ort-wasm-simd-threaded.mjs', wasm: '/onnxruntime-web/ort-wasm-simd-threaded.wasm' }";
  const plain = await reportOf('/ort.js');
  assertAlike(await reportOf('/ort.js', `env.wasm.wasmPaths = ${files};`), plain);
});
