// Models that keep their weights in a file beside them, as PyTorch writes them: from an address, from
// bytes, and on the page.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { expectClassifies, ready, setUp } from './helpers.mjs';
import { bareRunner, ortRunner } from './library.mjs';
import { decodeTensor } from '../support/tensors.mjs';

const site = setUp();
const folder = new URL('../cases/external_data/', import.meta.url);
const model = readFileSync(new URL('model.onnx', folder));
const data = readFileSync(new URL('model.onnx.data', folder));
const tensor = (/** @type {string} */ name) =>
  decodeTensor(readFileSync(new URL(`test_data_set_0/${name}.pb`, folder)));

/** @type {string[]} */
let requests = [];
/** Serves the model in a folder of its own, with what is beside it. @param {import('playwright-core').Page} page */
const serveBoth = (page) => {
  requests = [];
  return page.route('**/split/*', (route) => {
    const name = route.request().url().replace(/.*\//, '');
    requests.push(name);
    const body = { 'model.onnx': model, 'model.onnx.data': data, 'alone.onnx': model }[name];
    return route.fulfill(body ? { body } : { status: 404 });
  });
};
const run = bareRunner(site);
const inPage = ortRunner(site);

test('the drop-in gives the right values, whoever brings the file', async () => {
  const input = tensor('input_0');
  const got = await inPage(model, async (ort, bytes) => {
    const { input: values, dims } = /** @type {any} */ (globalThis);
    const read = async (/** @type {any} */ from, options = {}) => {
      const session = await ort.InferenceSession.create(from, options);
      const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', values, dims) };
      const [output] = Object.values(await session.run(feeds));
      await session.release();
      return { dims: output.dims, values: Array.from(output.data, Number) };
    };
    const own = new Uint8Array(await (await fetch('/split/model.onnx.data')).arrayBuffer());
    const path = 'model.onnx.data';
    return [
      await read('/split/model.onnx'),
      await read('/split/model.onnx', { externalData: [path] }).catch((error) => error.message),
      await read(bytes, { externalData: ['/split/model.onnx.data'] }),
      await read(bytes, { externalData: [{ path, data: own }] }),
      await read(bytes, { externalData: [new File([own], path)] }),
    ];
  }, async (page) => {
    await serveBoth(page);
    await page.addInitScript((given) => Object.assign(globalThis, given), { input: Array.from(input.values), dims: input.dims });
  });
  const expected = tensor('output_0');
  // An address among them counts from the page, where there is no such file.
  assert.match(String(got[1]), /NETWORK.*model\.onnx\.data/);
  for (const answer of [got[0], ...got.slice(2)]) {
    const { dims, values } = /** @type {{dims: number[], values: number[]}} */ (answer);
    assert.deepEqual(dims, expected.dims);
    values.forEach((value, i) => assert.ok(Math.abs(value - expected.values[i]) < 1e-5, `${values}`));
  }
});

test('a classifier finds the file, counts it, and has it still when its worker dies', async () => {
  const { seen, bytes, labels, workers } = await run(`
    const workers = [];
    const Original = Worker;
    globalThis.Worker = class extends Original {
      constructor(...args) { super(...args); workers.push(this); }
    };
    const seen = [];
    const classifier = await lib.ImageClassifier.createFromModelPath('/split/model.onnx', {
      onProgress: (received, total) => seen.push([received, total]), warmup: true,
    });
    const labels = [top(await classifier.classify(paint('#fff')))];
    workers[0].postMessage = () => workers[0].terminate();
    labels.push((await fails(() => classifier.classify(paint('#fff')))).code);
    labels.push(top(await classifier.classify(paint('#fff'))));
    await classifier.setOptions({ recipe: 'mean=0.5' });
    return { seen, bytes: (await classifier.info()).modelBytes, labels, workers: workers.length };
  `, model, serveBoth);
  assert.deepEqual(requests, ['model.onnx', 'model.onnx.data']);
  assert.deepEqual(seen.at(-1), [model.length + data.length, model.length + data.length]);
  assert.equal(bytes, model.length + data.length);
  assert.deepEqual([labels[0], labels[1], workers], [labels[2], 'INTERNAL', 2]);
});

test('files that are missing, too short or too many bytes are one error each, and the old model stays', async () => {
  const { failures, after } = await run(`
    const { ImageClassifier } = lib;
    const data = new Uint8Array(${data.length});
    const from = (baseOptions, options) => fails(() => ImageClassifier.createFromOptions({ baseOptions, ...options }));
    const modelAssetPath = '/split/model.onnx';
    const failures = {
      bytes: await from({ modelAssetBuffer: bytes }),
      off: await from({ modelAssetPath, externalData: false }),
      gone: await from({ modelAssetPath: '/elsewhere/model.onnx' }),
      short: await from({ modelAssetPath, externalData: [{ path: 'model.onnx.data', data: data.slice(0, 500) }] }),
      budget: await from({ modelAssetPath }, { maxMemoryBytes: ${data.length - 1} }),
      digest: await from({ modelAssetPath }, { sha256: { 'model.onnx': '0'.repeat(64) } }),
      given: await from({ modelAssetPath, externalData: [{ path: 'model.onnx.data', data }] }, {
        sha256: { 'model.onnx': '${createHash('sha256').update(model).digest('hex')}', 'model.onnx.data': '${createHash('sha256').update(data).digest('hex')}' },
      }),
      wrong: await from({ modelAssetPath, externalData: 'model.onnx.data' }),
      digests: await from({ modelAssetPath }, { sha256: '${createHash('sha256').update(model).digest('hex')}' }),
      blob: await from({ modelAssetPath: URL.createObjectURL(new Blob([bytes])) }),
    };
    const classifier = await ImageClassifier.createFromModelPath(modelAssetPath);
    failures.change = await fails(() => classifier.setOptions({ baseOptions: { modelAssetBuffer: bytes } }));
    return { failures, after: top(await classifier.classify(paint('#000'))) };
  `, model, async (page) => {
    await serveBoth(page);
    await page.route('**/elsewhere/*', (route) =>
      route.fulfill(route.request().url().endsWith('.onnx') ? { body: model } : { status: 404 }));
  });
  const codes = Object.fromEntries(Object.entries(failures).map(([name, { code }]) => [name, code]));
  assert.deepEqual(codes, {
    bytes: 'IO', off: 'IO', gone: 'NETWORK', short: 'INITIALIZER', budget: 'BUDGET', digest: 'NETWORK', given: 'NETWORK',
    wrong: 'ARGUMENT', change: 'IO', digests: 'ARGUMENT', blob: 'IO',
  });
  assert.equal(failures.bytes.got, 'model.onnx.data');
  assert.match(failures.gone.message, /elsewhere\/model\.onnx\.data.*404/);
  assert.match(after, /^\d$/);
});

test('on the page, model and file are chosen or dropped together; alone the model says what is missing', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const input = page.getByTestId('model-input');
  const files = [
    { name: 'model.onnx.data', mimeType: '', buffer: data }, { name: 'model.onnx', mimeType: '', buffer: model },
  ];
  await input.setInputFiles([files[1]]);
  assert.match(await page.getByTestId('report').innerText(), /weights of this model are missing[\s\S]*model\.onnx\.data/);
  await page.getByTestId('nav-classify').click();
  await expectClassifies(page, 3);
  const bars = (/** @type {number} */ count) => page.waitForFunction((wanted) =>
    document.querySelectorAll('[data-testid=result-bars] li').length === wanted, count);
  await input.setInputFiles(files);
  await page.getByTestId('use-own').click();
  await bars(5);
  await page.getByTestId('model-menu').selectOption({ index: 0 });
  await bars(10);
  await ready(page);
  await page.evaluate((dropped) => {
    const transfer = new DataTransfer();
    for (const [name, base64] of dropped) {
      transfer.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name));
    }
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, files.map(({ name, buffer }) => [name, buffer.toString('base64')]));
  await bars(5);
  await ready(page);
  await close();
});
