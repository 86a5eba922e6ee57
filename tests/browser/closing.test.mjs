// Closing and aborting at every moment that there is: before the nth thing that happens between the
// page and its workers, for n = 1, 2, ... Nothing may be left of it: no worker, no promise that never
// settles, no rejection that nobody sees (setUp's close looks for those).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner } from './library.mjs';
import { elsewhereFlag, setUpOtherSite, shared } from './otherSite.mjs';
import { rareModel, unknownOperatorModel } from '../support/onnx.mjs';

const site = setUp({ flags: [elsewhereFlag] });
const run = bareRunner(site);
const other = setUpOtherSite(site, {
  '/never.onnx': (response) => response.writeHead(200, shared).write('the beginning'),
  '/gossamer-base.wasm': () => {}, '/gossamer-simd.wasm': () => {}, '/gossamer-relaxed.wasm': () => {},
});

// Counts what happens to workers: made, told something, heard from. `act` is called at the nth; then
// `alive` says how many workers there are.
const watchWorkers = `
  const alive = new Set();
  let events = 0;
  let at = 0;
  let act = () => {};
  const happens = () => { if (++events === at) act(); };
  const Original = Worker;
  globalThis.Worker = class extends Original {
    constructor(...args) {
      super(...args);
      alive.add(this);
      this.addEventListener('message', happens);
      queueMicrotask(happens);  // nothing can happen inside a constructor
    }
    postMessage(...args) { happens(); super.postMessage(...args); }
    terminate() { alive.delete(this); super.terminate(); }
  };
  const outcome = (promise) => Promise.race([
    promise.then(() => 'done', (error) => error.code ?? String(error)),
    new Promise((resolve) => setTimeout(resolve, 10_000, 'pending')),
  ]);
  const rare = Uint8Array.from(atob('${rareModel().toString('base64')}'), (char) => char.charCodeAt(0));
`;

test('closed at any moment of the switch to the module with every operator, no worker is left', async () => {
  const outcomes = await run(`${watchWorkers}
    const outcomes = [];
    for (at = 1; outcomes.at(-1)?.[1] !== 'done' && at < 50; ++at) {
      act = () => {};
      const classifier = await create();
      events = 0;
      act = () => classifier.close();
      const change = outcome(classifier.setOptions({ baseOptions: { modelAssetBuffer: rare } }));
      const behind = outcome(classifier.classify(paint('#f00')));
      outcomes.push([await change, await behind]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      outcomes.at(-1).push(alive.size);
      classifier.close();
      outcomes.at(-1).push(alive.size);
    }
    return outcomes;
  `);
  const switching = outcomes.filter((/** @type {string[]} */ [change]) => change === 'HANDLE');
  assert.ok(switching.length >= 6, JSON.stringify(outcomes));
  for (const [i, [, ...result]] of outcomes.slice(0, -1).entries()) {
    assert.deepEqual(result, ['HANDLE', 0, 0], `moment ${i + 1}`);
  }
  assert.deepEqual(outcomes.at(-1), ['done', 'done', 1, 0]);
});

test('a model that no module knows leaves the one worker that there was', async () => {
  const { change, workers } = await run(`${watchWorkers}
    const classifier = await create();
    const unknown = Uint8Array.from(atob('${unknownOperatorModel().toString('base64')}'), (char) => char.charCodeAt(0));
    const change = await outcome(classifier.setOptions({ baseOptions: { modelAssetBuffer: unknown } }));
    return { change, workers: alive.size };
  `);
  assert.deepEqual([change, workers], ['UNSUPPORTED', 1]);
});

test('aborted at any moment of loading, no worker is left', async () => {
  const outcomes = await run(`${watchWorkers}
    const outcomes = [];
    for (at = 1; outcomes.at(-1)?.[0] !== 'done' && at < 50; ++at) {
      const stop = new AbortController();
      events = 0;
      act = () => stop.abort();
      const loading = create({ signal: stop.signal });
      outcomes.push([await outcome(loading)]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      outcomes.at(-1).push(alive.size);
    }
    return outcomes;
  `, rareModel());
  assert.ok(outcomes.length >= 10, JSON.stringify(outcomes));
  for (const [i, result] of outcomes.slice(0, -1).entries()) {
    assert.deepEqual(result, ['ABORTED', 0], `moment ${i + 1}`);
  }
  assert.deepEqual(outcomes.at(-1), ['done', 1]);
});

test('closing rejects at once what waits for a server, and gives the download up', async () => {
  const { change, behind, workers, givenUp } = await run(`${watchWorkers}
    const classifier = await create();
    const { signal } = new AbortController();
    const original = fetch;
    let asked;
    globalThis.fetch = (url, options) => {
      asked = options.signal;
      return original(url, options);
    };
    const change = outcome(classifier.setOptions({
      baseOptions: { modelAssetPath: '${other.url}/never.onnx' }, signal,
      onProgress: () => classifier.close(),
    }));
    const behind = outcome(classifier.classify(paint('#f00')));
    return { change: await change, behind: await behind, workers: alive.size, givenUp: asked.aborted };
  `);
  assert.deepEqual([change, behind, workers, givenUp], ['HANDLE', 'HANDLE', 0, true]);
});

test('aborting takes effect at once while a download or the module is awaited', async () => {
  const { model, module, change, label } = await run(`${watchWorkers}
    const aborting = (options) => {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 200);
      return { ...options, signal: stop.signal };
    };
    const model = outcome(lib.ImageClassifier.createFromModelPath('${other.url}/never.onnx', aborting({})));
    const module = outcome(create(aborting({ wasmPaths: '${other.url}' })));
    const classifier = await create();
    const change = outcome(classifier.setOptions(aborting({
      baseOptions: { modelAssetPath: '${other.url}/never.onnx' }, labels: ['a', 'b', 'c'],
    })));
    const early = outcome(classifier.setOptions({ labels: ['a', 'b', 'c'], signal: AbortSignal.abort() }));
    return {
      model: await model, module: await module, change: [await change, await early],
      label: top(await classifier.classify(paint('#0f0'))),
    };
  `);
  assert.deepEqual([model, module, change], ['ABORTED', 'ABORTED', ['ABORTED', 'ABORTED']]);
  assert.equal(label, 'green', 'what was aborted has no effect');
});
