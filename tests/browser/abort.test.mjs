// A signal stops a picture that is being computed: the caller hears of it at once, the engine is free
// within some milliseconds, and what comes next is right. On one thread and on two.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { openBare } from './library.mjs';
import { wideModel } from '../support/wideModel.mjs';

const site = setUp();
const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const slow = wideModel(40).toString('base64');

/** As many as there is time for. */
const ABORTS = Number(process.env.GOSSAMER_ABORTS ?? 25);

for (const [name, options] of Object.entries({
  'one thread': { threads: 1 }, 'two threads': { threads: 2 }, 'the page itself': { worker: false },
})) {
  test(`${ABORTS} pictures stopped at random on ${name}: each soon, and the next answer is right`, async (t) => {
    const { page, close } = await openBare(site, undefined, isolated);
    const got = /** @type {any} */ (await page.evaluate(`(async () => {
      const lib = await import('/gossamer.js');
      const bytes = Uint8Array.from(atob('${slow}'), (c) => c.charCodeAt(0));
      const classifier = await lib.ImageClassifier.createFromModelBuffer(bytes, ${JSON.stringify(options)});
      const pictures = [1, 2].map((seed) => new ImageData(new Uint8ClampedArray(96 * 96 * 4).map((_, i) => (i * 37 * seed + (i >> 9) * 11) % 256), 96, 96));
      const text = ({ classifications: [{ categories }] }) => JSON.stringify(categories);
      const right = [];
      let whole = Infinity;
      for (const picture of [...pictures, ...pictures]) {
        const answer = await classifier.classify(picture);
        right.push(text(answer));
        whole = Math.min(whole, answer.timing.inference);
      }
      const wrong = [];
      const waits = [];
      for (let i = 0; waits.length < ${ABORTS} && i < ${4 * ABORTS}; ++i) {
        const abort = new AbortController();
        const stopped = classifier.classify(pictures[i % 2], { signal: abort.signal })
          .then(() => 'answered', (error) => error.code);
        await new Promise((next) => { setTimeout(next, Math.random() * whole * 0.8); });
        const begin = performance.now();
        abort.abort();
        const outcome = await stopped;
        if (outcome === 'answered') continue;
        if (outcome !== 'ABORTED') wrong.push(outcome);
        const answer = await classifier.classify(pictures[(i + 1) % 2]);
        waits.push(performance.now() - begin - answer.timing.inference - answer.timing.preprocess);
        if (text(answer) !== right[(i + 1) % 2]) wrong.push(text(answer));
      }
      // One that is not stopped, of those that could have been.
      const unstopped = await classifier.classify(pictures[0], { signal: new AbortController().signal });
      if (text(unstopped) !== right[0]) wrong.push('in slices');
      await classifier.close();
      return { whole, wrong, waits };
    })()`));
    await close();
    assert.deepEqual(got.wrong, []);
    assert.equal(got.waits.length, ABORTS, 'the others were answered before');
    const waits = got.waits.sort((/** @type {number} */ a, /** @type {number} */ b) => a - b);
    const median = waits[Math.floor(waits.length / 2)];
    t.diagnostic(`${waits.length} stopped; free after ${median.toFixed(1)} ms (median), ${waits.at(-1).toFixed(1)} ms (last), of ${got.whole.toFixed(0)} ms`);
    // A run that goes on to its end takes more than half of its time longer, on the average.
    assert.ok(median < got.whole / 3, `${median} ms of ${got.whole}`);
  });
}
