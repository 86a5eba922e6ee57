// Sessions that share an engine: they join one that runs, compute apart from each other, and leave nothing
// behind; large models, other levels and engines that have died do not stand in their way.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner } from './library.mjs';
import { rareModel, scaleModel } from '../support/onnx.mjs';

const site = setUp();
const run = bareRunner(site);
const decoded = (/** @type {Buffer} */ model) => `Uint8Array.from(atob('${model.toString('base64')}'), (char) => char.charCodeAt(0))`;

/** Counts the workers that there are, and those that ever were. */
const watched = `
  const alive = new Set();
  let made = 0;
  const Original = Worker;
  globalThis.Worker = class extends Original {
    constructor(...args) { super(...args); alive.add(this); made += 1; }
    terminate() { alive.delete(this); super.terminate(); }
  };
  const modules = () => performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm')).length;
`;

test('sessions join one engine, answer for themselves, and the last one ends it', async () => {
  const { labels, counts } = await run(`${watched}
    const ten = ${decoded(scaleModel(10))};
    const [first, second] = await Promise.all([create(), lib.ImageClassifier.createFromModelBuffer(ten)]);
    const third = await create({ recipe: 'channels=bgr' });
    const labels = await Promise.all([first, second, third, first].map(async (classifier, i) =>
      top(await classifier.classify(paint(i === 3 ? '#0f0' : '#f00')))));
    const counts = [[made, alive.size, modules()]];
    await first.close();
    labels.push(top(await third.classify(paint('#00f'))), (await fails(() => first.classify(paint('#00f')))).code);
    await second.close();
    counts.push([made, alive.size]);
    await third.close();
    counts.push([made, alive.size]);
    labels.push(top(await (await create()).classify(paint('#00f'))));
    return { labels, counts: [...counts, [made, alive.size, modules()]] };
  `);
  assert.deepEqual(labels, ['red', '9', 'blue', 'green', 'red', 'HANDLE', 'blue']);
  assert.deepEqual(counts, [[1, 1, 1], [1, 1], [1, 0], [2, 1, 1]]);
});

test('the drop-in joins as well', async () => {
  const { dims, label, workers } = await run(`${watched}
    const classifier = await create();
    const ort = await import('/ort.js');
    const session = await ort.InferenceSession.create(bytes);
    const answers = session.run({ image: new ort.Tensor(new Float32Array(192), [1, 3, 8, 8]) });
    const label = top(await classifier.classify(paint('#0f0')));
    return { dims: (await answers).probability.dims, label, workers: made };
  `);
  assert.deepEqual([dims, label, workers], [[1, 3], 'green', 1]);
});

test('what differs does not join: another level, the calling thread, operators of the larger module', async () => {
  const { labels, workers } = await run(`${watched}
    const rare = ${decoded(rareModel())};
    const others = await Promise.all([
      create(), create({ level: 'simd' }), create({ worker: false }),
      lib.ImageClassifier.createFromModelBuffer(rare, { labels: ['red', 'green', 'blue'] }),
      lib.ImageClassifier.createFromModelBuffer(rare, { labels: ['red', 'green', 'blue'] }),
    ]);
    const labels = await Promise.all(others.map(async (classifier) => top(await classifier.classify(paint('#00f')))));
    return { labels, workers: alive.size };
  `);
  assert.deepEqual(labels, ['blue', 'blue', 'blue', 'blue', 'blue']);
  assert.equal(workers, 3, 'the best level, simd, and both with the larger module together');
});

test('a large model gets an engine of its own, and nobody joins one that has one', async (t) => {
  const { Place } = await import('../../web/lib/engines.js');
  const { GossamerError } = await import('../../web/gossamer.js');
  const reason = new GossamerError({ code: 'HANDLE', message: 'closed' });
  let alive = 0;
  // Here they need not answer.
  const workers = /** @type {{Worker?: unknown}} */ (globalThis);
  workers.Worker = class {
    constructor() { alive += 1; }
    postMessage() {}
    terminate() { alive -= 1; }
  };
  t.after(() => { delete workers.Worker; });
  const take = (/** @type {number} */ size) => {
    const place = new Place({}, { all: false });
    const suiting = place.suiting(size);
    if (suiting !== place) place.leave(reason);
    return suiting;
  };
  const [small, large, other] = [take(1e6), take(1e8), take(1e6)];
  assert.equal(other.host, small.host);
  assert.notEqual(large.host, small.host);
  assert.equal(alive, 2);
  for (const place of [small, other]) place.leave(reason);
  assert.equal(alive, 1);
  const [first, second] = [take(1e8), take(1e6)];
  assert.notEqual(second.host, first.host, 'it came first, and is alone all the same');
  const full = Array.from({ length: 3 }, () => take(6e7));
  assert.equal(new Set(full.map(({ host }) => host)).size, 1, 'nothing is loaded yet');
  for (const place of [large, first, second, ...full]) place.leave(reason);
  assert.equal(alive, 0);
});

test('an engine that dies comes back once for all its sessions', async () => {
  const { codes, labels, counts } = await run(`${watched}
    const ten = ${decoded(scaleModel(10))};
    const classifiers = [await create(), await lib.ImageClassifier.createFromModelBuffer(ten)];
    const [worker] = alive;
    worker.postMessage = () => worker.terminate();
    const codes = (await Promise.all(classifiers.map((each) => fails(() => each.classify(paint('#f00')))))).map(({ code }) => code);
    const labels = await Promise.all(classifiers.map(async (each) => top(await each.classify(paint('#f00')))));
    // Once more, when its model has moved to where a crash does not reach it.
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const each of alive) each.postMessage = () => each.terminate();
    await Promise.all(classifiers.map((each) => fails(() => each.classify(paint('#f00')))));
    labels.push(...await Promise.all(classifiers.map(async (each) => top(await each.classify(paint('#f00'))))));
    return { codes, labels, counts: [made, alive.size] };
  `);
  assert.deepEqual(codes, ['INTERNAL', 'INTERNAL']);
  assert.deepEqual(labels, ['red', '9', 'red', '9']);
  assert.deepEqual(counts, [3, 1]);
});

test('a session that fails, or is cancelled, leaves those beside it as they were', async () => {
  const { failure, cancelled, label, workers } = await run(`${watched}
    const classifier = await create();
    const failure = await fails(() => lib.ImageClassifier.createFromModelBuffer(new Uint8Array(100)));
    const stop = new AbortController();
    const loading = fails(() => create({ signal: stop.signal }));
    stop.abort();
    const cancelled = await loading;
    return { failure, cancelled, label: top(await classifier.classify(paint('#0f0'))), workers: [made, alive.size] };
  `);
  assert.deepEqual([failure.code, cancelled.code], ['PARSE', 'ABORTED']);
  assert.equal(label, 'green');
  assert.deepEqual(workers, [1, 1]);
});

test('memory of sessions that were closed is used again', async () => {
  const sizes = await run(`
    const heaps = [];
    const Original = Worker;
    globalThis.Worker = class extends Original {
      constructor(...args) {
        super(...args);
        this.addEventListener('message', ({ data: { value } }) => { if (value?.heap) heaps.push(value.heap); });
      }
    };
    const own = { labels: undefined };
    await create(own);  // it stays, and so does the engine
    for (let i = 0; i < 200; ++i) await (await create(own)).close();
    return heaps;
  `, scaleModel(20000));
  assert.equal(sizes.length, 201);
  assert.equal(sizes.at(-1), sizes[2], String(sizes));
});

test('the engine of a large model starts while the model is on its way, and ends if that breaks off', async () => {
  const { during, code, after, label } = await run(`${watched}
    const first = await create();
    const real = fetch;
    let breakOff;
    const body = () => new ReadableStream({ start: (controller) => { breakOff = () => controller.error(new Error('cut')); } });
    globalThis.fetch = (...request) => (String(request[0]).endsWith('/large.onnx')
      ? Promise.resolve(new Response(body(), { headers: { 'Content-Length': 1e8 } })) : real(...request));
    const loading = fails(() => lib.ImageClassifier.createFromModelPath('/large.onnx'));
    for (let i = 0; i < 1000 && made < 2; ++i) await new Promise((resolve) => { setTimeout(resolve, 5); });
    const during = alive.size;
    breakOff();
    const { code } = await loading;
    return { during, code, after: alive.size, label: top(await first.classify(paint('#0f0'))) };
  `);
  assert.deepEqual([during, code, after, label], [2, 'NETWORK', 1, 'green']);
});
