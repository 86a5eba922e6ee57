// Where the model computes: workers that die and are replaced, the calling thread, places where a
// worker or its lock is refused; and that nothing is left of any of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner, openBare } from './library.mjs';
import { elsewhereFlag, setUpOtherSite } from './otherSite.mjs';
import { colourModel } from '../support/onnx.mjs';

const site = setUp({ flags: [elsewhereFlag] });
const run = bareRunner(site);
const other = setUpOtherSite(site);

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

test('a worker that the browser kills is noticed, at rest and while it starts', async () => {
  const { page, close } = await openBare(site);
  const models = colourModel().toString('base64');
  // From inside: DevTools refuses to close a worker. No event tells of it either.
  const kill = () => page.workers().at(-1)?.evaluate(() => void setTimeout(() => self.close()));
  await page.evaluate(async (base64) => {
    const lib = await import(new URL('/gossamer.js', location.href).href);
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const picture = { width: 1, height: 1, data: new Uint8Array([0, 0, 255, 255]) };
    const state = /** @type {any} */ (globalThis);
    state.start = async () => {
      await state.classifier?.close();  // or the next one would join its worker
      state.classifier = await lib.ImageClassifier.createFromModelBuffer(bytes);
    };
    state.classify = () => state.classifier.classify(picture)
      .then((/** @type {any} */ answer) => answer.classifications[0].categories[0].index);
    await state.start();
  }, models);
  const watched = () => page.evaluate(async () => (await navigator.locks.query()).pending?.length);
  const settled = async (/** @type {number} */ count) => {
    while (await watched() !== count) await page.waitForTimeout(20);
  };
  const classify = () => page.evaluate('classify()');

  await kill();
  await settled(0);
  assert.equal(await classify(), 2);

  await page.route('**/wasm/*.js', () => {});  // never answered
  const starting = page.evaluate('start().catch(({ code, stage }) => ({ code, stage }))');
  await settled(1);
  await kill();
  assert.deepEqual(await starting, { code: 'INTERNAL', stage: 'worker' });
  await close();
});

test('a runtime that does not start is an error, and the next call tries again', async () => {
  let refused = false;
  const { failures, label, alive } = await run(`
    const workers = new Set();
    const Original = Worker;
    globalThis.Worker = class extends Original {
      constructor(...args) { super(...args); workers.add(this); }
      terminate() { workers.delete(this); super.terminate(); }
    };
    const classifier = await create();
    for (const worker of workers) worker.postMessage = () => worker.terminate();
    const failures = [];
    const attempt = async () => failures.push((await fails(() => classifier.classify(paint('#f00')))).code);
    await attempt();
    await refuse(true);
    await attempt();
    await refuse(false);
    const alive = [workers.size];
    const label = top(await classifier.classify(paint('#00f')));
    return { failures, label, alive: [...alive, workers.size] };
  `, colourModel(), async (page) => {
    await page.exposeFunction('refuse', (/** @type {boolean} */ now) => { refused = now; });
    await page.route('**/wasm/*.js', (route) => (refused ? route.fulfill({ status: 404 }) : route.continue()));
  });
  assert.deepEqual(failures, ['INTERNAL', 'NETWORK']);
  assert.equal(label, 'blue');
  assert.deepEqual(alive, [0, 1]);
});

test('a worker script that is missing is told of, though the server is silent about its headers', async () => {
  const failure = await run('return fails(() => create());', colourModel(), (page) =>
    page.route('**/worker.js', (route) => (route.request().method() === 'HEAD' ? undefined : route.fulfill({ status: 404 }))));
  assert.deepEqual([failure.code, failure.stage], ['NETWORK', 'start']);
});

test('memory that the browser refuses to the module is too little memory', async () => {
  const failure = await run('return fails(() => create());', colourModel(), (page) => page.route('**/worker.js', async (route) => {
    const response = await route.fetch();
    const refused = "WebAssembly.instantiate = async () => { throw new RangeError('Cannot allocate Wasm memory'); };";
    await route.fulfill({ response, body: `${refused}${await response.text()}` });
  }));
  assert.deepEqual([failure.code, failure.stage], ['OOM', 'start']);
  assert.match(failure.message, /Cannot allocate Wasm memory/);
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

test('where no worker may be made, the error says what to do', async () => {
  const failure = await run(`
    globalThis.Worker = class {
      constructor() { throw new DOMException('not here', 'SecurityError'); }
    };
    return fails(() => create());
  `);
  assert.equal(failure.code, 'NETWORK');
  assert.match(failure.message, /SecurityError: not here.*worker: false/);
});

test('a worker that may not hold its lock is not taken for dead', async () => {
  const label = await run(`
    return top(await (await create()).classify(paint('#0f0')));
  `, colourModel(), (page) => page.route('**/worker.js', async (route) => {
    const response = await route.fetch();
    const denied = "navigator.locks.request = async () => { throw new DOMException('', 'SecurityError'); };";
    await route.fulfill({ response, body: `${denied}${await response.text()}` });
  }));
  assert.equal(label, 'green');
});

test('from another site it works as well, and leaves nothing behind', async () => {
  const { label, stubs } = await run(`
    const stubs = [];
    const original = URL.createObjectURL;
    URL.createObjectURL = (blob) => { stubs.push(original(blob)); return stubs.at(-1); };
    const { ImageClassifier } = await import('${other.url}/gossamer.js');
    const classifier = await ImageClassifier.createFromModelBuffer(bytes);
    const label = top(await classifier.classify(paint('#0f0')));
    await classifier.close();
    const gone = await Promise.allSettled(stubs.map((url) => fetch(url)));
    return { label, stubs: gone.map(({ status }) => status) };
  `);
  assert.equal(label, '1');
  assert.deepEqual(stubs, ['rejected']);
});

test('in a sandboxed frame, where locks are refused, it works', async () => {
  const label = await run(`
    const frame = Object.assign(document.createElement('iframe'), { sandbox: 'allow-scripts', srcdoc: \`
      <script type="module">
        let answer;
        try {
          const refused = await navigator.locks.request('any', () => false).catch(({ name }) => name);
          const { ImageClassifier } = await import('${other.url}/gossamer.js');
          const model = Uint8Array.from(atob('\${btoa(String.fromCharCode(...bytes))}'), (c) => c.charCodeAt(0));
          const classifier = await ImageClassifier.createFromModelBuffer(model);
          const picture = { width: 1, height: 1, data: new Uint8Array([0, 255, 0, 255]) };
          const { classifications } = await classifier.classify(picture);
          answer = [refused, (await classifier.info()).worker, classifications[0].categories[0].index];
        } catch (error) {
          answer = String(error);
        }
        parent.postMessage(answer, '*');
      </script>\` });
    const answer = new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data)));
    document.body.append(frame);
    return answer;
  `);
  assert.deepEqual(label, ['SecurityError', true, 1]);
});
