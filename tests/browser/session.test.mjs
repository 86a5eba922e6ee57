// The low level of the library: tensors in, tensors out, in a page; and models that stay on the device.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner } from './library.mjs';
import { encodeModel } from '../support/onnx.mjs';

const site = setUp();
const runBare = bareRunner(site);
/** As of bareRunner, with `Session`, its module `low` and `digest` in scope. @type {typeof runBare} */
const run = (body, model, prepare) => runBare(`
  const low = await import('/session.js');
  const { Session } = low;
  const digest = async (data) => Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', data)),
    (byte) => byte.toString(16).padStart(2, '0')).join('');
  ${body}`, model, prepare);

const folder = new URL('../cases/external_data/', import.meta.url);
const split = ['model.onnx', 'model.onnx.data'].map((name) => ({ name, body: readFileSync(new URL(name, folder)) }));
const sha256 = (/** @type {Buffer} */ bytes) => createHash('sha256').update(bytes).digest('hex');

/** y = relu(x * 2), the sum of both, and how many rows there are open. */
const model = encodeModel({
  nodes: [
    { op: 'Mul', inputs: ['x', 'two'], outputs: ['doubled'] },
    { op: 'Relu', inputs: ['doubled'], outputs: ['y'] },
    { op: 'Add', inputs: ['y', 'x'], outputs: ['sum'] },
  ],
  initializers: { two: { dims: [1], values: [2] } },
  inputs: [{ name: 'x', shape: ['rows', 3] }],
  outputs: [{ name: 'y', shape: ['rows', 3] }, { name: 'sum', shape: ['rows', 3] }],
  metadata: { author: 'a test' },
});

test('tensors in, tensors out, with names, shapes and properties', async () => {
  const { inputs, outputs, author, all, one, info, timing } = await run(`
    const session = await Session.create(bytes);
    const x = { data: Float32Array.of(1, -2, 3, -4, 5, -6), dims: [2, 3] };
    const { outputs: all, timing } = await session.run({ x });
    const { outputs: one } = await session.run({ x: { ...x, data: x.data.subarray(0, 3), dims: [1, 3] } }, { outputs: ['sum'] });
    const plain = (values) => Object.fromEntries(Object.entries(values).map(([name, { type, dims, data }]) =>
      [name, { type, dims, data: [...data], kind: data.constructor.name }]));
    return { inputs: session.inputs, outputs: session.outputs, author: session.metadata.author, all: plain(all), one: plain(one),
      info: await session.info(), timing };
  `, model);
  assert.deepEqual(inputs, [{ name: 'x', type: 'float32', shape: [-1, 3] }]);
  assert.deepEqual(outputs.map((/** @type {any} */ { name }) => name), ['y', 'sum']);
  assert.equal(author, 'a test');
  const kind = 'Float32Array';
  assert.deepEqual(all, {
    y: { type: 'float32', dims: [2, 3], data: [2, 0, 6, 0, 10, 0], kind },
    sum: { type: 'float32', dims: [2, 3], data: [3, -2, 9, -4, 15, -6], kind },
  });
  assert.deepEqual(one, { sum: { type: 'float32', dims: [1, 3], data: [3, -2, 9], kind } });
  assert.ok(info.steps.length > 0 && info.modelBytes === model.length);
  assert.ok(timing.total >= timing.inference && timing.inference >= 0);
});

test('what is wrong is said: names, sizes, options, a released session', async () => {
  const failures = await run(`
    const session = await Session.create(bytes);
    const x = { data: new Float32Array(6), dims: [2, 3] };
    const calls = [
      () => session.run({}), () => session.run({ x, z: x }), () => session.run({ x: { data: new Float32Array(5) } }),
      () => session.run({ x }, { outputs: ['nope'] }), () => session.run({ x }, { outptus: [] }), () => session.run({ x: [1] }),
      () => Session.create(bytes, { labels: ['a'] }), () => Session.create(bytes, { cache: true }), () => Session.create(),
      () => Session.create(''), () => Session.create(new Uint8Array()), () => Session.create('/nowhere.onnx'),
      () => Session.create(bytes, { signal: AbortSignal.abort() }), () => Session.create(bytes, { sha256: '0'.repeat(64) }),
      () => Session.create(new Blob([bytes]), { sha256: '0'.repeat(64) }),
      () => Session.create(new File([bytes], 'm.onnx'), { sha256: { 'm.onnx': '0'.repeat(64) } }),
      () => session.run({ x: { data: new Float32Array(3), dims: [2 ** 32 + 1, 3] } }),
    ];
    const failures = [];
    for (const call of calls) failures.push(await fails(call));
    const { outputs } = await session.run({ x }, null);
    if (outputs.y.data.some(Boolean)) throw new Error('a session must go on');
    await Session.create(bytes, { sha256: await digest(bytes) });
    await session.release();
    await session.release();
    failures.push(await fails(() => session.run({ x })), await fails(() => session.info()));
    return failures.map(({ code, attribute = '', message }) => [code, attribute, message].join(' '));
  `, model);
  const expected = [
    /ARGUMENT feeds .*'x' is missing/, /ARGUMENT z .*no such input/, /SHAPE .*x/, /ARGUMENT nope .*no such output/,
    /ARGUMENT outptus .*outputs/, /ARGUMENT feeds\.x/, /ARGUMENT labels .*no such option/, /ARGUMENT sha256 .*digest/,
    /ARGUMENT source/, /ARGUMENT source/, /ARGUMENT source/, /NETWORK .*nowhere\.onnx/, /ABORTED/, /NETWORK .*not the one that was announced/, /NETWORK .*not the one/, /NETWORK .*not the one/, /ARGUMENT feeds\.x/, /HANDLE .*released/, /HANDLE .*released/,
  ];
  assert.equal(failures.length, expected.length);
  expected.forEach((pattern, i) => assert.match(failures[i], pattern));
});

for (const worker of [true, false]) {
  test(`a run that is aborted rejects at once, and the next one is right, ${worker ? 'in a worker' : 'without one'}`, async () => {
    const { codes, length, same } = await run(`
      const session = await Session.create('/models/digits/digits.onnx', { worker: ${worker} });
      const [{ name, shape }] = session.inputs;
      const feeds = { [name]: { data: new Float32Array(shape.reduce((a, b) => a * b)), dims: shape } };
      const stop = new AbortController();
      const pending = [1, 2, 3].map(() => fails(() => session.run(feeds, { signal: stop.signal })));
      stop.abort();
      const codes = (await Promise.all(pending)).map(({ code }) => code);
      const results = [await session.run(feeds), await session.run(feeds, { signal: new AbortController().signal })];
      const [first, second] = results.map(({ outputs }) => [...Object.values(outputs)[0].data]);
      return { codes, length: first.length, same: first.every((value, i) => value === second[i]) };
    `);
    assert.deepEqual(codes, ['ABORTED', 'ABORTED', 'ABORTED']);
    assert.equal(length, 10);
    assert.ok(same);
  });
}

test('the tools look into a session: inner values and times, from tensors', async () => {
  const { doubled, steps } = await run(`
    const tools = await import('/tools.js');
    const session = await Session.create(bytes);
    const x = { data: Float32Array.of(1, -2, 3, -4, 5, -6), dims: [2, 3] };
    const { doubled } = await tools.activations(session, { x }, ['doubled']);
    const { steps } = await tools.profile(session, { x }, { runs: 3 });
    return { doubled: { ...doubled, data: [...doubled.data] }, steps };
  `, model);
  assert.deepEqual(doubled, { type: 'float32', dims: [2, 3], data: [2, -4, 6, -8, 10, -12] });
  assert.ok(steps.length > 0 && steps.every((/** @type {any} */ { milliseconds }) => milliseconds >= 0));
});

test('a model that is kept is downloaded once, under whatever address, and works without a network', async () => {
  /** @type {string[]} */
  const asked = [];
  const digests = Object.fromEntries(split.map(({ name, body }) => [name, sha256(body)]));
  const serve = (/** @type {import('playwright-core').Page} */ page) => page.route('**/kept/**', (route) => {
    const { pathname } = new URL(route.request().url());
    asked.push(pathname);
    const file = split.find(({ name }) => pathname.endsWith(`/${name}`));
    return route.fulfill(file ? { body: file.body } : { status: 404 });
  });
  const { first, second, progress, wrong, classes, mended } = await run(`
    const settings = { sha256: ${JSON.stringify(digests)}, cache: true };
    const stored = async () => (await (await caches.open('gossamer-models')).keys()).length;
    const feeds = ({ inputs: [{ name, shape }] }) => ({ [name]: { data: new Float32Array(shape.reduce((a, b) => a * b)).fill(0.5), dims: shape } });
    const values = async (session) => [...Object.values((await session.run(feeds(session))).outputs)[0].data];
    const once = await Session.create('/kept/a/model.onnx', settings);
    const first = await values(once);
    await once.release();
    while (await stored() < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    // No server has it there.
    const progress = [];
    const twice = await Session.create('/kept/gone/model.onnx', { ...settings, onProgress: (...seen) => progress.push(seen) });
    const second = await values(twice);
    const classifier = await lib.ImageClassifier.createFromModelPath('/kept/gone/model.onnx', settings);
    const classes = (await classifier.classify(paint('#fff'))).classifications[0].categories.length;
    // Another file is not taken for it.
    const wrong = await fails(() => Session.create('/kept/gone/model.onnx', { ...settings, sha256: { ...settings.sha256, 'model.onnx': '0'.repeat(64) } }));
    // What is damaged is downloaded again.
    const cache = await caches.open('gossamer-models');
    for (const key of await cache.keys()) await cache.put(key, new Response('damaged', { headers: { 'content-length': '7' } }));
    const mended = await values(await Session.create('/kept/b/model.onnx', settings));
    return { first, second, progress: progress.at(-1), wrong, classes, mended };
  `, undefined, (page) => serve(page));
  const total = split.reduce((sum, { body }) => sum + body.length, 0);
  assert.deepEqual(second, first);
  assert.deepEqual(mended, first);
  assert.deepEqual(progress, [total, total]);
  assert.ok(classes > 1);
  assert.equal(wrong.code, 'NETWORK');
  assert.deepEqual(asked.filter((address) => !address.includes('/gone/')).sort(),
    ['/kept/a/model.onnx', '/kept/a/model.onnx.data', '/kept/b/model.onnx', '/kept/b/model.onnx.data']);
  assert.deepEqual(asked.filter((address) => address.includes('/gone/')), ['/kept/gone/model.onnx']);
});
