// Arguments that nobody should pass, at every boundary of the classifier: each is refused with
// ARGUMENT and its name, never with an exception of the engine's own, and nothing is harmed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner } from './library.mjs';

const site = setUp();
const run = bareRunner(site);

// Things that are what they should not be. `shared` is a view, as of a threaded module's heap.
const oddities = `
  const shared = new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
  const resizable = new Uint8Array(new ArrayBuffer(4, { maxByteLength: 8 }));
  const detached = new Uint8Array(4);
  structuredClone(detached, { transfer: [detached.buffer] });
  const bare = Object.create(null);  // has no text
  const circle = {};
  circle.circle = circle;
  const codeOf = async (action) => {
    const { code, attribute, message } = await fails(action);
    return code ? [code, attribute] : message ?? 'did not fail';
  };
`;

test('unusable options are refused, whatever they are', async () => {
  const results = await run(`${oddities}
    const cases = {
      signal: [{}, 5, 'abort'], onProgress: [5, {}], sha256: [5, 'abc', Symbol('a'), bare],
      maxMemoryBytes: [5n, Symbol('a'), '5', bare, NaN, 2 ** 60], maxResults: [5n, bare, 1.5],
      scoreThreshold: ['0.5', 1n, bare], wasmPaths: [5, bare, Symbol('a')], level: [Symbol('a'), bare],
      wasmBinary: [5, bare, shared, resizable, detached], recipe: [bare, 'fit=stretch\\0'],
      labels: [bare, [Symbol('a')], [bare]], dimensions: [5, 'abc'],
    };
    const results = [];
    for (const [name, values] of Object.entries(cases)) {
      for (const value of values) results.push([name, await codeOf(() => create({ [name]: value }))]);
    }
    for (const buffer of [5, bare, shared, shared.buffer, resizable, resizable.buffer, detached, detached.buffer]) {
      const attempt = () => lib.ImageClassifier.createFromModelBuffer(buffer);
      results.push(['modelAssetBuffer', await codeOf(attempt)]);
    }
    return results;
  `);
  assert.equal(results.length, 46);
  for (const [name, result] of results) assert.deepEqual(result, ['ARGUMENT', name]);
});

test('unusable arguments of a call are refused, and the next call is as before', async () => {
  const { results, label } = await run(`${oddities}
    const classifier = await create();
    const picture = paint('#0f0');
    const region = (left) => ({ regionOfInterest: { left, top: 0, right: 1, bottom: 1 } });
    const pixels = (data, width = 1, height = 1) => ({ width, height, data });
    const attempts = {
      source: [bare, circle, Symbol('a'), pixels(shared.subarray(0, 4)), pixels(resizable), pixels(detached),
        pixels(new Uint8Array(4), 1n), pixels(new Uint8Array(4), Symbol('a')), pixels(new Uint8Array(4), bare)]
        .map((source) => () => classifier.classify(source)),
      regionOfInterest: [5, circle, region(bare).regionOfInterest, region(1n).regionOfInterest,
        region(Symbol('a')).regionOfInterest, region('0').regionOfInterest, region(NaN).regionOfInterest]
        .map((regionOfInterest) => () => classifier.classify(picture, { regionOfInterest })),
      signal: [() => classifier.classify(picture, { signal: {} }),
        () => classifier.classifyForVideo(picture, 1, { signal: 5 }), () => classifier.setOptions({ signal: bare })],
      timestamp: [5n, '5', Symbol('a'), bare, NaN, Infinity, undefined]
        .map((timestamp) => () => classifier.classifyForVideo(picture, timestamp)),
      region: [() => classifier.classify(picture, { region: region(0).regionOfInterest })],
      rotationDegrees: [() => classifier.classifyForVideo(picture, 1, { rotationDegrees: 45 })],
    };
    const results = [];
    for (const [name, actions] of Object.entries(attempts)) {
      for (const action of actions) results.push([name, await codeOf(action)]);
    }
    return { results, label: top(await classifier.classifyForVideo(picture, 0)) };
  `);
  assert.equal(results.length, 28);
  for (const [name, result] of results) assert.deepEqual(result, ['ARGUMENT', name]);
  assert.equal(label, 'green');
});

test('a message never quotes a whole array', async () => {
  const length = await run(`
    return (await fails(() => lib.ImageClassifier.createFromModelBuffer(new Array(1e6).fill(0)))).message.length;
  `);
  assert.ok(length < 300, String(length));
});

test('a count beyond every number of classes means all', async () => {
  const counts = await run(`
    const counts = [];
    for (const maxResults of [2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      const classifier = await create({ maxResults });
      counts.push((await classifier.classify(paint('#0f0'))).classifications[0].categories.length);
    }
    return counts;
  `);
  assert.deepEqual(counts, [3, 3, 3]);
});

test('the caller’s own module is needed once, and named when it is none', async () => {
  const { garbage, empty, label, again } = await run(`
    const garbage = await fails(() => create({ wasmBinary: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]) }));
    const empty = await fails(() => create({ wasmBinary: new ArrayBuffer(0) }));
    const wasmBinary = await (await fetch('/wasm/gossamer-base.wasm')).arrayBuffer();
    const Original = Worker;
    let worker;
    globalThis.Worker = class extends Original {
      constructor(...args) { super(...args); worker = this; }
    };
    const classifier = await create({ level: 'base', wasmBinary });
    structuredClone(wasmBinary, { transfer: [wasmBinary] });
    const label = top(await classifier.classify(paint('#0f0')));
    worker.postMessage = () => worker.terminate();
    await fails(() => classifier.classify(paint('#f00')));
    return { garbage, empty, label, again: top(await classifier.classify(paint('#00f'))) };
  `);
  for (const failure of [garbage, empty]) {
    assert.deepEqual([failure.code, failure.attribute], ['ARGUMENT', 'wasmBinary']);
    assert.doesNotMatch(failure.message, /Content-Security-Policy/);
  }
  assert.deepEqual([label, again], ['green', 'blue']);
});
