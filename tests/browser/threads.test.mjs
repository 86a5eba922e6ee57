// Several threads: an isolated page computes on as many as it asks for and gets the same bits, every
// other says why it computes on one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { openBare } from './library.mjs';
import { encodeModel, rareModel } from '../support/onnx.mjs';
import { wideModel } from '../support/wideModel.mjs';

const site = setUp();
const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

const wide = wideModel().toString('base64');

/**
 * Runs a body on a bare page with `lib`, the wide model's `bytes`, and `scores(classifier)`: of a picture.
 * @param {string} body
 * @param {{headers?: Record<string, string>, prepare?: (page: import('playwright-core').Page) => Promise<unknown>}} [page]
 * @returns {Promise<any>}
 */
async function run(body, { headers = isolated, prepare } = {}) {
  const { page, close } = await openBare(site, prepare, headers);
  const result = await page.evaluate(`(async () => {
    const lib = await import('/gossamer.js');
    const bytes = Uint8Array.from(atob('${wide}'), (c) => c.charCodeAt(0));
    const create = (options) => lib.ImageClassifier.createFromModelBuffer(bytes, options);
    const data = new Uint8ClampedArray(96 * 96 * 4).map((_, i) => (i * 37 + (i >> 9) * 11) % 256);
    // Repeats something until it gives what is wanted, or the time is over.
    const until = async (wanted, action) => {
      const end = performance.now() + 20_000;
      for (;;) {
        const got = await action();
        if (wanted(got) || performance.now() > end) return got;
        await new Promise((next) => { setTimeout(next, 50); });
      }
    };
    // What info() says once it is known how many threads there are.
    const settled = (classifier) => until((info) => info.threadsStarted, () => classifier.info());
    const scores = async (classifier) => (await classifier.classify(new ImageData(data, 96, 96)))
      .classifications[0].categories.map(({ index, score }) => [index, score]);
    ${body}
  })()`);
  await close();
  return result;
}

test('any number of threads gives the same bits', async () => {
  const { all, infos, files } = await run(`
    const all = [];
    const infos = [];
    for (const threads of [1, 2, 3, 4]) {
      const classifier = await create({ threads });
      infos.push(await settled(classifier));
      for (let i = 0; i < 8; ++i) all.push(JSON.stringify(await scores(classifier)));
      classifier.close();
    }
    const files = performance.getEntriesByType('resource').map(({ name }) => name)
      .filter((name) => name.endsWith('.wasm')).map((name) => name.replace(/.*gossamer-[a-z]+/, ''));
    return { all, infos, files };
  `);
  assert.equal(new Set(all).size, 1);
  assert.equal(JSON.parse(all[0]).length, 48);
  assert.deepEqual(infos.map((/** @type {{threads: number}} */ info) => info.threads), [1, 2, 3, 4]);
  assert.equal(infos[0].threadReason, 'more were not asked for');
  assert.equal(infos[1].threadReason, 'so many were asked for');
  const shared = infos[3].steps.filter((/** @type {{threads: number}} */ { threads }) => threads > 1);
  assert.ok(shared.length >= 3, JSON.stringify(infos[3].steps));
  assert.deepEqual(files, ['.wasm', '-mt.wasm'], 'each module is fetched once');
});

test('with and without isolation, SIMD, relaxed SIMD and threads: one class', async () => {
  const body = `
    const classes = {};
    for (const level of ['base', 'simd', 'relaxed']) {
      for (const threads of [1, 2]) {
        const classifier = await create({ level, threads });
        const info = await settled(classifier);
        const [[index]] = await scores(classifier);
        classes[[info.level, info.threads]] = index;
        await classifier.close();
      }
    }
    return classes;
  `;
  const shared = await run(body);
  const alone = await run(body, { headers: {} });
  assert.deepEqual(Object.keys(shared), ['base,1', 'simd,1', 'simd,2', 'relaxed,1', 'relaxed,2']);
  assert.deepEqual(Object.keys(alone), ['base,1', 'simd,1', 'relaxed,1']);
  assert.equal(new Set([...Object.values(shared), ...Object.values(alone)]).size, 1);
});

test('by default there are as many as suit the device', async () => {
  const { cores, threads, threadReason } = await run(`
    return { cores: navigator.hardwareConcurrency, ...await settled(await create()) };
  `);
  assert.equal(threads, Math.min(cores, 8) - Number(cores >= 4));
  assert.equal(threadReason, cores < 2 ? 'there is one core' : `this device has ${cores} cores`);
});

test('without isolation, in the page itself and without SIMD there is one', async () => {
  const body = `
    const classifier = await create({ threads: 2, ...options });
    const label = (await scores(classifier))[0][0];
    const info = await classifier.info();
    const { threads, threadReason } = info;
    return { threads, threadReason, label, reasons: Object.keys(info).filter((key) => /reason/i.test(key)) };
  `;
  const plain = await run(`const options = {}; ${body}`, { headers: {} });
  assert.deepEqual(plain.reasons, ['threadReason'], 'it has one name');
  assert.equal(plain.threads, 1);
  assert.match(plain.threadReason, /not cross-origin isolated: its server sends no COOP and COEP headers/);
  const inline = await run(`const options = { worker: false }; ${body}`);
  assert.equal(inline.threads, 1);
  assert.match(inline.threadReason, /page’s own thread/);
  assert.equal(inline.label, plain.label);
  const base = await run(`const options = { level: 'base' }; ${body}`);
  assert.equal(base.threads, 1);
  assert.match(base.threadReason, /without SIMD/);
});

test('a model of rarer operators has threads, too', async () => {
  const { threads, files } = await run(`
    const rare = Uint8Array.from(atob('${rareModel().toString('base64')}'), (c) => c.charCodeAt(0));
    const classifier = await lib.ImageClassifier.createFromModelBuffer(rare, { threads: 2 });
    const { threads } = await settled(classifier);
    return { threads, files: performance.getEntriesByType('resource').map(({ name }) => name) };
  `);
  assert.equal(threads, 2);
  assert.ok(files.some((/** @type {string} */ name) => /-mt-all\.wasm$/.test(name)), files.join());
});

test('a number of threads that cannot be meant is refused, and so is a change', async () => {
  const failures = await run(`
    const failures = [];
    const note = ({ code, attribute }) => failures.push([code, attribute]);
    for (const threads of [0, -1, 1.5, 65, '2']) await create({ threads }).catch(note);
    const classifier = await create({ threads: 2 });
    await classifier.setOptions({ threads: 1 }).catch(note);
    return failures;
  `);
  assert.deepEqual(failures, Array(6).fill(['ARGUMENT', 'threads']));
});

/** @param {(body: string) => {body?: string, headers?: Record<string, string>}} change */
const changedWorker = (change) => (/** @type {import('playwright-core').Page} */ page) =>
  page.route('**/worker.js', async (route) => {
    const response = await route.fetch();
    const { body, headers } = change(await response.text());
    await route.fulfill({ response, body, headers: { ...response.headers(), ...headers } });
  });

test('where threads cannot start, one computes and says so', async () => {
  const body = `
    const classifier = await create({ threads: 3 });
    const { threads, threadReason } = await settled(classifier);
    return { threads, threadReason, answer: await scores(classifier) };
  `;
  const expected = await run(body);
  assert.equal(expected.threads, 3);
  const forbidden = await run(body, {
    prepare: changedWorker((text) => ({ body: text, headers: { 'content-security-policy': "worker-src 'none'" } })),
  });
  const refused = await run(`
    WebAssembly.Memory = class { constructor() { throw new RangeError('not so much'); } };
    ${body}
  `);
  const [missing, scriptless] = await Promise.all(['wasm', 'js'].map((ending) => run(body, {
    prepare: (page) => page.route(`**/*-mt.${ending}`, (route) => route.fulfill({ status: 404 })),
  })));
  assert.match(forbidden.threadReason, /^no more of 3 could be started$/);
  assert.match(refused.threadReason, /^the browser refuses memory for threads: .*not so much/);
  assert.match(missing.threadReason, /^the module with threads cannot be loaded: .*-mt\.wasm/);
  assert.match(scriptless.threadReason, /^the module with threads did not start: .*-mt\.js/);
  for (const one of [forbidden, refused, missing, scriptless]) {
    assert.equal(one.threads, 1);
    assert.deepEqual(one.answer, expected.answer);
  }
});

test('a thread that fails ends its engine, and the next call has another one', async () => {
  const [expected, failed, answer] = await run(`
    const expected = await scores(await create({ threads: 2 }));
    const sound = Worker;
    globalThis.Worker = class extends sound {
      constructor(url, options) { super(new URL('worker.js?fails', location), options); }
    };
    const classifier = await create({ threads: 3 });
    globalThis.Worker = sound;
    const failed = await until((got) => got === 'INTERNAL', () => scores(classifier).catch(({ code }) => code));
    return [expected, failed, await scores(classifier)];
  `, {
    // Its threads run a script in which the pool's entry traps.
    prepare: (page) => page.route('**/worker.js?fails', async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      const thread = `const { Instance } = WebAssembly;
        WebAssembly.Instance = function (module, imports) {
          const { exports } = new Instance(module, imports);
          return { exports: Object.fromEntries(Object.entries(exports).map(([name, inner]) => [name, (stack, worker) => {
            if (worker === 1) throw new WebAssembly.RuntimeError('trap');
            return inner(stack, worker);
          }])) };
        };
        ${text}`;
      const body = `const Sound = Worker;
        self.Worker = class extends Sound {
          constructor(url, options) {
            super(URL.createObjectURL(new Blob([${JSON.stringify(thread)}], { type: 'text/javascript' })), options);
          }
        };
        ${text}`;
      await route.fulfill({ response, body });
    }),
  });
  assert.equal(failed, 'INTERNAL');
  assert.deepEqual(answer, expected);
});

const channels = 3;
/** With open extents, so that pictures may be so large that memory does not suffice. */
const large = encodeModel({
  nodes: [
    { op: 'Sigmoid', inputs: ['image'], outputs: ['a'] },
    { op: 'GlobalAveragePool', inputs: ['a'], outputs: ['mean'] },
    { op: 'Flatten', inputs: ['mean'], outputs: ['scores'] },
  ],
  inputs: [{ name: 'image', shape: [1, channels, 'height', 'width'] }],
  outputs: [{ name: 'scores', shape: [1, channels] }],
}).toString('base64');

/** The page's first memory is 64 MiB. */
const tight = `
  const { Memory } = WebAssembly;
  const asked = [];
  let most = 1024;
  WebAssembly.Memory = function (descriptor) {
    asked.push(descriptor.maximum);
    const maximum = Math.min(descriptor.maximum, most);
    most = Infinity;
    return new Memory({ ...descriptor, maximum });
  };
  const large = Uint8Array.from(atob('${large}'), (c) => c.charCodeAt(0));
`;

test('a session that finds too little memory moves to an engine with more', async () => {
  const { asked, threads, answer } = await run(`${tight}
    const classifier = await lib.ImageClassifier.createFromModelBuffer(large, { threads: 2, dimensions: { height: 2048, width: 2048 } });
    const { threads } = await settled(classifier);
    return { asked, threads, answer: (await scores(classifier)).length };
  `);
  assert.deepEqual([asked, answer], [[16384, 65536], channels]);
  assert.ok(threads === 1 || threads === 2, `${threads}: one where the device is too busy for two`);
});

test('a run that finds too little memory is repeated where there is more', async () => {
  const { asked, small, great, after, workers } = await run(`${tight}
    const ort = await import('/ort.js');
    ort.env.wasm.numThreads = 2;
    let workers = 0;
    const Original = Worker;
    globalThis.Worker = class extends Original {
      constructor(...args) { super(...args); workers += 1; }
      terminate() { super.terminate(); workers -= 1; }
    };
    const session = await ort.InferenceSession.create(large);
    const of = async (size) => {
      const image = new ort.Tensor('float32', new Float32Array(${channels} * size * size), [1, ${channels}, size, size]);
      return [...(await session.run({ image })).scores.data];
    };
    const [small, great, after] = [await of(8), await of(2048), await of(16)];
    return { asked, small, great, after, workers };
  `);
  const half = Array(channels).fill(0.5);
  assert.deepEqual([small, great, after], [half, half, half]);
  assert.deepEqual([asked, workers], [[16384, 65536], 1]);
});
