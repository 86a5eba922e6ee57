// Many pictures in one call: their order, the failures among them, progress, and the end of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner } from './library.mjs';

const site = setUp();
const runBare = bareRunner(site);

/** As of bareRunner, with `classifyBatch` and a classifier in scope. @type {typeof runBare} */
const run = (body, model, prepare) => runBare(`
  const { classifyBatch } = await import('/extras.js');
  const classifier = await create({});
  const file = (canvas) => new Promise((resolve) => { canvas.toBlob(resolve); });
  const names = (results) => results.map(({ status, value, reason }) => (value ? top(value) : status + ' ' + reason.code));
  ${body}`, model, prepare);

test('a session of tensors is no classifier', async () => {
  const failure = await run(`
    const { Session } = await import('/session.js');
    const session = await Session.create(bytes);
    return fails(() => classifyBatch(session, [paint('#f00')]));
  `);
  assert.deepEqual([failure.code, failure.attribute], ['ARGUMENT', 'classifier']);
});

test('results come in the order of the sources, whatever they are and however long they take', async () => {
  const { list, lazy, none, progress, unknown } = await run(`
    const progress = [];
    const slow = new Promise((resolve) => { setTimeout(() => resolve(paint('#ff0000')), 100); });
    const list = await classifyBatch(classifier, [slow, paint('#00ff00'), await file(paint('#0000ff', 300, 300)),
      new ImageData(new Uint8ClampedArray([0, 255, 0, 255]), 1, 1)], { onProgress: (...counts) => progress.push(counts) });
    const unknown = [];
    async function* make() {
      for (const colour of ['#0000ff', '#00ff00', '#ff0000']) yield file(paint(colour));
    }
    const lazy = await classifyBatch(classifier, make(), { onProgress: (...counts) => unknown.push(counts) });
    return { list: names(list), lazy: names(lazy), none: await classifyBatch(classifier, new Set()), progress, unknown };
  `);
  assert.deepEqual(list, ['red', 'green', 'blue', 'green']);
  assert.deepEqual(lazy, ['blue', 'green', 'red']);
  assert.deepEqual(none, []);
  assert.deepEqual(progress, [[1, 4], [2, 4], [3, 4], [4, 4]]);
  assert.deepEqual(unknown, [[1, 0], [2, 0], [3, 0]]);
});

test('a picture that fails has its failure in its place', async () => {
  const { found, done, messages } = await run(`
    const done = [];
    const results = await classifyBatch(classifier, [paint('#ff0000'), new Blob(['no picture']), paint('#00ff00'), 7,
      Promise.reject(new Error('not there')), paint('#0000ff')], { onProgress: (count) => done.push(count) });
    return { found: names(results), done, messages: results.map(({ reason }) => reason?.message) };
  `);
  assert.deepEqual(found, ['red', 'rejected IMAGE', 'green', 'rejected ARGUMENT', 'rejected undefined', 'blue']);
  assert.equal(messages[4], 'not there');
  assert.deepEqual(done, [1, 2, 3, 4, 5, 6]);
});

test('options are those of classify, for each picture', async () => {
  const { found } = await run(`
    const canvas = paint('#ff0000', 16, 16);
    canvas.getContext('2d').fillStyle = '#00ff00';
    canvas.getContext('2d').fillRect(8, 0, 8, 16);
    const regionOfInterest = { left: 0.5, top: 0, right: 1, bottom: 1 };
    return { found: names(await classifyBatch(classifier, [canvas, canvas], { regionOfInterest })) };
  `);
  assert.deepEqual(found, ['green', 'green']);
});

test('what is wrong with all of them rejects the call', async () => {
  const { option, region, inputs, sources, text, other, closed, thrown, generator, returned, none } = await run(`
    const pictures = [paint('#ff0000'), paint('#00ff00')];
    const failed = (...args) => fails(() => classifyBatch(...args));
    const option = await failed(classifier, pictures, { onprogress: () => {} });
    const region = await failed(classifier, pictures, { regionOfInterest: { left: 1, top: 0, right: 0, bottom: 1 } });
    const inputs = await failed(classifier, pictures, { inputs: { nobody: { data: new Float32Array(1) } } });
    const sources = await failed(classifier, pictures[0]);
    const text = await failed(classifier, 'abc');
    const other = await failed({}, pictures);
    const thrown = await failed(classifier, pictures, { onProgress: () => { throw new Error('mine'); } });
    let returned = false;
    async function* broken() {
      try {
        yield pictures[0];
        await classifier.close();
        while (true) yield pictures[1];
      } finally {
        returned = true;
      }
    }
    async function* failing() {
      yield pictures[0];
      throw new Error('no more');
    }
    const generator = await failed(classifier, failing());
    const none = names(await classifyBatch(classifier, [pictures[0]], null));
    const closed = await failed(classifier, broken());
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    return { option, region, inputs, sources, text, other, closed, thrown, generator, returned, none };
  `);
  assert.deepEqual([option.code, option.attribute, option.expected], ['ARGUMENT', 'onprogress', 'onProgress']);
  assert.deepEqual([region.code, region.attribute], ['ARGUMENT', 'regionOfInterest']);
  assert.deepEqual([inputs.code, inputs.attribute], ['ARGUMENT', 'nobody']);
  assert.deepEqual([sources.code, sources.attribute], ['ARGUMENT', 'sources']);
  assert.deepEqual([text.code, text.attribute], ['ARGUMENT', 'sources']);
  assert.deepEqual([other.code, other.attribute], ['ARGUMENT', 'classifier']);
  assert.equal(thrown.message, 'mine');
  assert.equal(generator.message, 'no more');
  assert.equal(closed.code, 'HANDLE');
  assert.equal(returned, true);
  assert.deepEqual(none, ['red'], 'null is no options');
});

test('a classifier that is closed ends it at once, whoever is waited for', async () => {
  const found = await run(`
    const never = new Promise(() => {});
    async function* waiting() {
      yield paint('#ff0000');
      await never;
    }
    let returned = 0;
    const bare = { [Symbol.asyncIterator]: () => ({ next: () => never, return: async () => { returned += 1; return { done: true }; } }) };
    const calls = [];
    for (const sources of [waiting(), bare, [never]]) {
      const one = await create({});
      const begin = performance.now();
      setTimeout(() => one.close(), 100);
      const timeout = new Promise((resolve, reject) => { setTimeout(() => reject(new Error('waits')), 3000); });
      const { code } = await fails(() => Promise.race([classifyBatch(one, sources), timeout]));
      calls.push([code, performance.now() - begin < 1000]);
    }
    const one = await create({});
    await one.close();
    const before = (await fails(() => classifyBatch(one, []))).code;
    return { calls, before, returned };
  `);
  assert.deepEqual(found, { calls: [['HANDLE', true], ['HANDLE', true], ['HANDLE', true]], before: 'HANDLE', returned: 1 });
});

test('a signal ends it at once, and nothing more is asked for', async () => {
  const { before, during, milliseconds, asked, later, works } = await run(`
    const before = await fails(() => classifyBatch(classifier, [paint('#ff0000')], { signal: AbortSignal.abort() }));
    const stop = new AbortController();
    let asked = 0;
    async function* endless() {
      while (true) {
        asked += 1;
        if (asked > 3) await new Promise((resolve) => { setTimeout(resolve, 300); });
        yield paint('#00ff00');
      }
    }
    setTimeout(() => stop.abort(), 100);
    const begin = performance.now();
    const during = await fails(() => classifyBatch(classifier, endless(), { signal: stop.signal }));
    const milliseconds = performance.now() - begin;
    await new Promise((resolve) => { setTimeout(resolve, 800); });
    const later = asked;
    await new Promise((resolve) => { setTimeout(resolve, 700); });
    return { before, during, milliseconds, later, asked, works: top(await classifier.classify(paint('#0000ff'))) };
  `);
  assert.equal(before.code, 'ABORTED');
  assert.equal(during.code, 'ABORTED');
  assert.match(during.message, /classifyBatch was cancelled/);
  assert.ok(milliseconds < 250, `${milliseconds} ms`);
  assert.equal(asked, later);
  assert.equal(works, 'blue');
});
