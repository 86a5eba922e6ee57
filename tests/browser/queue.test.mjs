// The order of things: calls that queue, live frames of which the latest wins, signals that abort,
// and what happens to all of them when the classifier is closed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner } from './library.mjs';

const site = setUp();
const run = bareRunner(site);

test('concurrent calls queue, in order, each with the pixels of its moment', async () => {
  const labels = await run(`
    const classifier = await create();
    const canvas = paint('#fff');
    const context = canvas.getContext('2d');
    const answers = ['#f00', '#0f0', '#00f', '#0f0', '#f00'].map((colour) => {
      context.fillStyle = colour;
      context.fillRect(0, 0, 8, 8);
      return classifier.classify(canvas);
    });
    return (await Promise.all(answers)).map(top);
  `);
  assert.deepEqual(labels, ['red', 'green', 'blue', 'green', 'red']);
});

test('for video the latest frame wins, and a dropped one resolves to null', async () => {
  const { results, back } = await run(`
    const classifier = await create();
    const colours = ['#f00', '#0f0', '#00f', '#0f0', '#00f'];
    const answers = colours.map((colour, i) => classifier.classifyForVideo(paint(colour), i * 10));
    const results = (await Promise.all(answers)).map((answer) => answer && [top(answer), answer.timestampMs]);
    return { results, back: await fails(() => classifier.classifyForVideo(paint('#000'), 5)) };
  `);
  assert.deepEqual(results.at(-1), ['blue', 40]);
  assert.ok(results.slice(1, -1).some((/** @type {unknown} */ entry) => entry === null), JSON.stringify(results));
  assert.equal(back.code, 'ARGUMENT');
});

test('a bad video frame displaces no good one, and no frame leaves a listener behind', async () => {
  const { label, bad, listeners } = await run(`
    const classifier = await create();
    const { signal } = new AbortController();
    let listeners = 0;
    for (const [method, change] of [['addEventListener', 1], ['removeEventListener', -1]]) {
      const original = signal[method].bind(signal);
      signal[method] = (...args) => { listeners += change; original(...args); };
    }
    const waiting = classifier.classifyForVideo(paint('#f00'), 1, { signal });
    const bad = await fails(() => classifier.classifyForVideo({}, 2, { signal }));
    const answer = await waiting;
    return { label: answer && top(answer), bad, listeners };
  `);
  assert.equal(label, 'red');
  assert.equal(bad.attribute, 'source');
  assert.equal(listeners, 0);
});

test('loading and classifying can be aborted', async () => {
  const { before, during, queued, next } = await run(`
    const abort = new AbortController();
    const loading = fails(() => create({ signal: abort.signal }));
    setTimeout(() => abort.abort(), 1);
    const during = await loading;
    const before = await fails(() => create({ signal: AbortSignal.abort() }));
    const classifier = await create();
    const stop = new AbortController();
    const first = classifier.classify(paint('#f00'));
    const second = fails(() => classifier.classify(paint('#0f0'), { signal: stop.signal }));
    stop.abort();
    const queued = await second;
    await first;
    return { before, during, queued, next: top(await classifier.classify(paint('#00f'))) };
  `);
  for (const error of [before, during, queued]) {
    assert.equal(error.code, 'ABORTED');
    assert.ok(error.isGossamerError);
  }
  assert.equal(next, 'blue');
});

test('a closed classifier says so, and closing twice is fine', async () => {
  const { pending, after } = await run(`
    const classifier = await create();
    const pending = fails(() => classifier.classify(paint('#f00')));
    await classifier.close();
    await classifier.close();
    return { pending: await pending, after: await fails(() => classifier.classify(paint('#f00'))) };
  `);
  assert.equal(pending.code, 'HANDLE');
  assert.equal(after.code, 'HANDLE');
});

test('pictures of calls that are dropped or cancelled are let go', async () => {
  const open = await run(`
    const bitmaps = [];
    const make = globalThis.createImageBitmap;
    globalThis.createImageBitmap = async (...args) => {
      const bitmap = await make(...args);
      bitmaps.push(bitmap);
      return bitmap;
    };
    // What is closed, or was handed over, has no size any more.
    const open = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return bitmaps.splice(0).filter(({ width }) => width > 0).length;
    };
    const tools = await import('/tools.js');
    const classifier = await create();
    const left = {};
    await Promise.all(Array.from({ length: 20 }, (_, i) => classifier.classifyForVideo(paint('#f00'), i)));
    left.video = await open();
    const cancelled = async (action) => {
      const stop = new AbortController();
      const calls = Array.from({ length: 10 }, () => action(stop.signal).catch(() => {}));
      setTimeout(() => stop.abort(), 3);
      await Promise.all(calls);
      return open();
    };
    left.aborted = await cancelled((signal) => classifier.classify(paint('#f00'), { signal }));
    left.tools = await cancelled((signal) => tools.activations(classifier, paint('#f00'), ['logits'], { signal }));
    left.profile = await cancelled((signal) => tools.profile(classifier, paint('#f00'), { signal }));
    await Promise.all([classifier.classify(paint('#f00')), classifier.classify(paint('#0f0'))]);
    left.usual = await open();
    return left;
  `);
  assert.deepEqual(open, { video: 0, aborted: 0, tools: 0, profile: 0, usual: 0 });
});
