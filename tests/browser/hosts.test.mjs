// Where the model computes: workers that die and are replaced, the calling thread, and that nothing
// is left of any of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner } from './library.mjs';

const site = setUp();
const run = bareRunner(site);

test('a worker that dies rejects what is pending and is replaced on the next call', async () => {
  const { pending, waited, next, workers } = await run(`
    const workers = [];
    const Original = Worker;
    globalThis.Worker = class extends Original {
      constructor(...args) { super(...args); workers.push(this); }
    };
    const classifier = await create();
    workers[0].postMessage = () => workers[0].terminate();
    const begin = performance.now();
    const pending = await fails(() => classifier.classify(paint('#f00')));
    const waited = performance.now() - begin;
    const next = top(await classifier.classify(paint('#00f')));
    return { pending, waited, next, workers: workers.length };
  `);
  assert.equal(pending.code, 'INTERNAL');
  assert.equal(pending.stage, 'worker');
  assert.ok(waited < 2000, `${waited} ms`);
  assert.equal(next, 'blue');
  assert.equal(workers, 2);
});

test('works on the calling thread when no worker is wanted', async () => {
  const { label, worker } = await run(`
    const classifier = await create({ worker: false });
    const label = top(await classifier.classify(paint('#0f0')));
    return { label, worker: (await classifier.info()).worker };
  `);
  assert.equal(label, 'green');
  assert.equal(worker, false);
});
