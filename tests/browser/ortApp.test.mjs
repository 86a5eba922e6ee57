// Apps that were written for onnxruntime-web, on a page whose import map puts Gossamer in its place, and
// the same page with the real one: both see the same.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { setUp } from './helpers.mjs';
import { colourModel, encodeModel } from '../support/onnx.mjs';

const site = setUp({ mounts: { '/onnxruntime-web/': path.join(root, 'node_modules/onnxruntime-web/dist') } });
const THEIRS = '/onnxruntime-web/ort.wasm.bundle.min.mjs';

/** @param {string} op @param {'int64' | 'float16'} type */
const doubling = (op, type) => encodeModel({
  nodes: [{ op, inputs: ['x', 'x'], outputs: ['y'] }, { op: 'Identity', inputs: ['x'], outputs: ['same'] }],
  inputs: [{ name: 'x', type, shape: [2, 2] }],
  outputs: [{ name: 'y', type, shape: [2, 2] }, { name: 'same', type, shape: [2, 2] }],
});

const external = new URL('../cases/external_data/', import.meta.url);
/** @type {Record<string, Buffer>} */
const files = {
  'colour.onnx': colourModel(), 'half.onnx': doubling('Add', 'float16'), 'long.onnx': doubling('Mul', 'int64'),
  'model.onnx': readFileSync(new URL('model.onnx', external)),
  'weights.bin': readFileSync(new URL('model.onnx.data', external)),
  'photos.onnx': encodeModel({
    nodes: [
      { op: 'AveragePool', inputs: ['photos'], outputs: ['means'], attributes: { kernel_shape: { ints: [8, 8] } } },
      { op: 'Flatten', inputs: ['means'], outputs: ['flat'] }, { op: 'Softmax', inputs: ['flat'], outputs: ['scores'] },
    ],
    inputs: [{ name: 'photos', shape: ['batch', 3, 8, 8] }], outputs: [{ name: 'scores', shape: ['batch', 3] }],
  }),
};

/** An app with all that there is. What it imports, and where files lie, is the page's business. */
const everything = `
  import ort, { InferenceSession, Tensor } from 'onnxruntime-web';
  import * as everything from 'onnxruntime-web';

  ort.env.wasm.numThreads = 1;
  ort.env.wasm.initTimeout = 60000;
  ort.env.wasm.wasmPaths = '/onnxruntime-web/';
  ort.env.logLevel = 'error';
  const report = { same: everything.Tensor === Tensor && ort.InferenceSession === InferenceSession };
  const plain = ({ type, dims, size, location, data }) =>
    ({ type, dims: [...dims], size, location, kind: data.constructor.name, data: Array.from(data, (v) => (typeof v === 'bigint' ? String(v) : v)) });
  const said = async (action) => {
    try {
      return plain(await action());
    } catch (error) {
      return error.message;
    }
  };
  const bytes = async (name) => (await fetch('/app/' + name)).arrayBuffer();

  const session = await InferenceSession.create('/app/colour.onnx', { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
  report.names = [session.inputNames, session.outputNames];
  report.metadata = [session.inputMetadata, session.outputMetadata].map(([{ name, isTensor, type, shape }]) => ({ name, isTensor, type, shape: [...shape] }));
  const pixels = new ImageData(8, 8);
  pixels.data.forEach((_, i) => { pixels.data[i] = i % 4 === 3 ? 255 : (i * 7) % 256; });
  const image = await Tensor.fromImage(pixels, { tensorFormat: 'RGB', norm: { mean: [255, 255, 128], bias: [0, 0, 0] } });
  report.image = plain(image);
  report.back = Array.from(image.toImageData({ format: 'RGB', norm: { mean: [255, 255, 128], bias: [0, 0, 0] } }).data);
  const feeds = { [session.inputNames[0]]: image };
  report.run = plain((await session.run(feeds)).probability);
  report.options = plain((await session.run(feeds, { tag: 'run' })).probability);
  report.chosen = Object.keys(await session.run(feeds, ['probability'], {}));

  const buffer = await bytes('long.onnx');
  const long = await InferenceSession.create(buffer);
  report.kept = buffer.byteLength;
  const x = new Tensor('int64', [1n, -2n, 3n, 2n ** 40n], [2, 2]);
  report.long = Object.values(await long.run({ x })).map(plain);
  const half = await InferenceSession.create(new Uint8Array(await bytes('half.onnx')), { executionProviders: ['cpu'] });
  report.half = plain((await half.run({ x: new Tensor('float16', new Uint16Array([0x3c00, 0xc000, 0x3555, 0x7bff]), [2, 2]) })).y);
  const split = await InferenceSession.create('/app/model.onnx', {
    externalData: [{ path: './model.onnx.data', data: '/app/weights.bin' }],
  });
  const [{ name, shape }] = split.inputMetadata;
  const size = shape.reduce((all, extent) => all * extent, 1);
  const [output] = Object.values(await split.run({
    [name]: new Tensor('float32', Float32Array.from({ length: size }, (_, i) => Math.sin(i)), shape),
  }));
  report.split = plain(output);

  const reshaped = x.reshape([4]);
  report.reshaped = plain(reshaped);
  report.data = Array.from(await reshaped.getData(), String);
  reshaped.dispose();
  report.location = reshaped.location;
  report.messages = {
    disposed: await said(() => reshaped.data),
    gone: await said(() => reshaped.getData()),
    missing: await said(() => long.run({})),
    feeds: await said(() => long.run([x])),
    none: await said(() => long.run({ x }, null)),
    fetches: await said(() => long.run({ x }, 'y')),
    output: await said(() => long.run({ x }, ['z'])),
    empty: await said(() => long.run({ x }, [])),
    options: await said(() => long.run({ x }, ['y'], 'fast')),
    size: await said(() => new Tensor('float32', [1, 2, 3], [2, 2])),
    dims: await said(() => new Tensor('float32', [1], [-1])),
  };
  report.engine = {
    type: await said(() => long.run({ x: new Tensor('float32', [1, 2, 3, 4], [2, 2]) })),
    extents: await said(() => long.run({ x: new Tensor('int64', [1n, 2n], [1, 2]) })),
    rank: await said(() => long.run({ x: new Tensor('int64', [1n, 2n], [2]) })),
  };
  await long.release();
  report.engine.released = await said(() => long.run({ x }));
  globalThis.report = report;`;

/** What an app reports where the import map leads. @param {string} module @param {string} [app]  its text */
async function reportOf(module, app = everything) {
  const { page, close } = await site.open('app/index.html', {}, (fresh) =>
    fresh.route('**/app/*', (route) => {
      const name = route.request().url().replace(/.*\//, '');
      const map = JSON.stringify({ imports: { 'onnxruntime-web': module } });
      const html = `<!doctype html><script type="importmap">${map}</script><script type="module" src="app.js"></script>`;
      if (name === 'index.html') return route.fulfill({ contentType: 'text/html', body: html });
      if (name === 'app.js') return route.fulfill({ contentType: 'text/javascript', body: app });
      return route.fulfill(files[name] ? { body: files[name] } : { status: 404 });
    }));
  await page.waitForFunction('globalThis.report', undefined, { timeout: 60_000 });
  const report = await page.evaluate('report');
  await close();
  return /** @type {any} */ (report);
}

/** The same, but for the last digits of numbers. @param {any} ours @param {any} theirs @param {string} where */
function assertAlike(ours, theirs, where = 'report') {
  if (typeof theirs === 'object' && theirs) {
    assert.deepEqual(Object.keys(ours ?? {}).sort(), Object.keys(theirs).sort(), where);
    for (const key of Object.keys(theirs)) assertAlike(ours[key], theirs[key], `${where}.${key}`);
  } else if (Number.isFinite(theirs)) {
    assert.ok(Math.abs(ours - theirs) <= 1e-5 * Math.max(1, Math.abs(theirs)), `${where}: ${ours}; there: ${theirs}`);
  } else {
    assert.equal(ours, theirs, where);
  }
}

test('the app sees with Gossamer what it sees with onnxruntime-web', async () => {
  const { messages, engine, ...ours } = await reportOf('/ort.js');
  const { messages: theirMessages, engine: theirEngine, ...theirs } = await reportOf(THEIRS);
  assertAlike(ours, theirs);
  assert.equal(ours.same, true);
  for (const [name, text] of Object.entries(theirMessages)) {
    assert.ok(messages[name].includes(text), `${name}: ${messages[name]}; there: ${text}`);
  }
  // What the engine itself says begins with a code there, and names files of its source.
  const known = {
    type: /Unexpected input data type/, extents: /Got invalid dimensions for input: x[\s\S]*index: 0 Got: 1 Expected: 2/,
    rank: /Invalid rank for input: x Got: 1 Expected: 2/, released: /invalid session id|released/,
  };
  for (const [name, pattern] of Object.entries(known)) {
    assert.match(engine[name], pattern, name);
    assert.match(theirEngine[name], pattern, name);
  }
});

for (const name of ['drawing', 'photos']) {
  test(`the app "${name}" sees with Gossamer what it sees with onnxruntime-web`, async () => {
    const app = readFileSync(new URL(`../compat/apps/${name}.mjs`, import.meta.url), 'utf8');
    const [ours, theirs] = [await reportOf('/ort.js', app), await reportOf(THEIRS, app)];
    assertAlike(ours, theirs);
    if (name === 'drawing') {
      const best = Object.values(theirs.answers).map((/** @type {any} */ one) => one.best[0].digit);
      assert.deepEqual(best, [0, 1, 7]);
    } else {
      assert.deepEqual([theirs.tries, theirs.released, theirs.left], [[[20, 8]], 'refused', 'none']);
      assert.equal(theirs.scores.rows.length, 12);
    }
  });
}
