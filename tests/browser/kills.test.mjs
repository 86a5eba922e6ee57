// Workers that are killed at random moments, from outside and without a word to the library, as browsers do
// that run short of memory: while a model is loaded, warmed up, at work or at rest. No promise hangs, each
// error says what happened, and the next answer is right. On one thread and on two.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { openBare } from './library.mjs';
import { colourModel } from '../support/onnx.mjs';
import { wideModel } from '../support/wideModel.mjs';

const site = setUp();
const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const slow = wideModel(10).toString('base64');

/** As many as there is time for. */
const KILLS = Number(process.env.GOSSAMER_KILLS ?? 24);

for (const [name, threads] of Object.entries({ 'one thread': 1, 'two threads': 2 })) {
  test(`${KILLS} kills on ${name}: nothing hangs, and the next answer is right`, async (t) => {
    const { page, close } = await openBare(site, undefined, isolated);
    const got = /** @type {any} */ (await page.evaluate(`(async () => {
      const alive = new Set();
      const Original = Worker;
      globalThis.Worker = class extends Original {
        constructor(...args) { super(...args); alive.add(this); }
        terminate() { alive.delete(this); super.terminate(); }
      };
      const kill = () => alive.forEach((worker) => Original.prototype.terminate.call(worker));
      const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

      const lib = await import('/gossamer.js');
      const bytes = Uint8Array.from(atob('${slow}'), (c) => c.charCodeAt(0));
      const picture = new ImageData(new Uint8ClampedArray(96 * 96 * 4).map((_, i) => (i * 37 + (i >> 9) * 11) % 256), 96, 96);
      const create = (warmup) => lib.ImageClassifier.createFromModelBuffer(bytes, { threads: ${threads}, warmup });
      const text = ({ classifications: [{ categories }] }) => JSON.stringify(categories);
      const classify = async (classifier) => text(await classifier.classify(picture));
      // A value, 'INTERNAL worker' for an error, or 'hangs'.
      const outcome = (promise) => Promise.race([
        promise.catch((error) => (error instanceof lib.GossamerError ? error.code + ' ' + error.stage : String(error))),
        sleep(20_000).then(() => 'hangs'),
      ]);

      // Until the page waits for the lock of a worker.
      const watched = async () => {
        while (!(await navigator.locks.query()).pending.length) await sleep(1);
      };
      await (await create(true)).close();  // brings the module
      const creating = create(true);
      await watched();
      let begin = performance.now();
      let classifier = await creating;
      const loading = performance.now() - begin;
      const right = await classify(classifier);
      begin = performance.now();
      await classify(classifier);
      const whole = performance.now() - begin;

      const counts = {};
      const note = (moment, what) => {
        const key = moment + ': ' + (what === right ? 'right' : typeof what === 'string' ? what : 'loaded');
        counts[key] = (counts[key] ?? 0) + 1;
        return what;
      };
      const moments = {
        async loading(warmup = false) {
          await classifier.close();
          const made = outcome(create(warmup));
          await watched();
          await sleep(Math.random() * loading * (warmup ? 1 : 0.8));
          kill();
          const got = note(warmup ? 'warm-up' : 'loading', await made);
          classifier = typeof got === 'string' ? undefined : got;
        },
        warming: () => moments.loading(true),
        async classifying() {
          const answers = Array.from({ length: 3 }, () => outcome(classify(classifier)));
          await sleep(Math.random() * 3 * whole);
          kill();
          for (const answer of answers) note('classifying', await answer);
        },
        async resting() {
          kill();
          await sleep(Math.random() * 20);
        },
      };
      for (let i = 0; i < ${KILLS}; ++i) {
        await Object.values(moments)[i % 4]();
        classifier ??= await create();
        // It may come before anybody knows of the kill.
        const next = note('first call', await outcome(classify(classifier)));
        if (next !== right) note('second call', await outcome(classify(classifier)));
      }
      await classifier.close();
      return { counts, alive: alive.size };
    })()`));
    t.diagnostic(JSON.stringify(got.counts));
    await close();
    const known = /: (right|loaded|INTERNAL worker)$|^(loading|warm-up): IO worker$/;
    assert.deepEqual(Object.keys(got.counts).filter((key) => !known.test(key)), []);
    assert.ok(!('second call: INTERNAL worker' in got.counts), 'the call after a failed one succeeds');
    assert.equal(got.alive, 0);
  });
}

test('a model whose bytes are lost with the worker is not said to be loaded', async () => {
  const { page, close } = await openBare(site);
  const [lost, index] = /** @type {any} */ (await page.evaluate(`(async () => {
    const Original = Worker;
    globalThis.Worker = class extends Original {
      postMessage(message, transfer) {
        if (message.method === 'giveBack') super.terminate();
        super.postMessage(message, transfer);
      }
    };
    const lib = await import('/gossamer.js');
    const bytes = Uint8Array.from(atob('${colourModel().toString('base64')}'), (c) => c.charCodeAt(0));
    const create = () => lib.ImageClassifier.createFromModelBuffer(bytes);
    const lost = await create().then(() => 'loaded', ({ code, stage }) => [code, stage]);
    globalThis.Worker = Original;
    const { classifications } = await (await create()).classify(new ImageData(new Uint8ClampedArray([0, 0, 255, 255]), 1, 1));
    return [lost, classifications[0].categories[0].index];
  })()`));
  await close();
  assert.deepEqual(lost, ['IO', 'worker']);
  assert.equal(index, 2);
});
