// Checks of the drop-in: sessions. How they are made, what they say of the model, runs in every form, and what is
// refused. The models are in models.mjs.

import { allSeen, check, elements, seen } from './check.mjs';

/** @typedef {import('./check.mjs').Ort} Ort */

/** @param {Ort} ort @param {import('./check.mjs').Means} means @param {string} [name] @param {object} [options] */
const open = ({ InferenceSession }, { models }, name = 'pair', options = undefined) =>
  InferenceSession.create(models[name](), options);

/** Feeds of the model "pair". @param {Ort} ort */
const pair = ({ Tensor }) => ({
  a: new Tensor('float32', [1, -2, 3, 4, 5, 6], [2, 3]), b: new Tensor('float32', [6, 5, 4, 3, 2, 1.5], [2, 3]),
});

const created = [
  check('from an address', async ({ InferenceSession }, { folder }) =>
    (await InferenceSession.create(`${folder}pair.onnx`)).inputNames),
  check('from an ArrayBuffer', async ({ InferenceSession }, { models }) =>
    (await InferenceSession.create(models.pair().buffer)).outputNames),
  check('from a Uint8Array', async (ort, means) => (await open(ort, means)).outputNames),
  check('from a part of a larger Uint8Array', async ({ InferenceSession }, { models }) => {
    const bytes = models.pair();
    const larger = new Uint8Array(bytes.length + 9);
    larger.set(bytes, 4);
    return (await InferenceSession.create(larger.subarray(4, 4 + bytes.length))).inputNames;
  }),
  check('from an ArrayBuffer with offset', async ({ InferenceSession }, { models }) => {
    const bytes = models.pair();
    const larger = new Uint8Array(bytes.length + 4);
    larger.set(bytes, 4);
    return (await InferenceSession.create(larger.buffer, 4)).inputNames;
  }),
  check('from an ArrayBuffer with offset, length and options', async ({ InferenceSession }, { models }) => {
    const bytes = models.pair();
    const larger = new Uint8Array(bytes.length + 9);
    larger.set(bytes, 4);
    return (await InferenceSession.create(larger.buffer, 4, bytes.length, { graphOptimizationLevel: 'basic' })).inputNames;
  }),
  check('from shared memory', async ({ InferenceSession }, { models }) => {
    const bytes = models.pair();
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    return [(await InferenceSession.create(shared)).inputNames, (await InferenceSession.create(shared.buffer)).inputNames];
  }),
  check('the bytes stay the caller’s', async ({ InferenceSession }, { models }) => {
    const bytes = models.pair();
    await InferenceSession.create(bytes);
    return bytes.byteLength > 0;
  }),
  ...Object.entries({
    'at an address': (/** @type {string} */ address) => address,
    'in an ArrayBuffer': async (/** @type {string} */ address) => (await fetch(address)).arrayBuffer(),
    'in a Uint8Array': async (/** @type {string} */ address) => new Uint8Array(await (await fetch(address)).arrayBuffer()),
    'in a Blob': async (/** @type {string} */ address) => (await fetch(address)).blob(),
    'in shared memory': async (/** @type {string} */ address) => {
      const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
      const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
      shared.set(bytes);
      return shared;
    },
  }).map(([name, dataOf]) => check(`weights ${name}`, async ({ InferenceSession, Tensor }, { folder }) => {
    const session = await InferenceSession.create(`${folder}external.onnx`, {
      externalData: [{ path: 'model.onnx.data', data: await dataOf(`${folder}weights.bin`) }],
    });
    const [{ name: input, shape }] = session.inputMetadata;
    const size = shape.reduce((/** @type {number} */ all, /** @type {number} */ extent) => all * extent, 1);
    return allSeen(await session.run({ [input]: new Tensor(Float32Array.from({ length: size }, (_, i) => Math.sin(i)), shape) }));
  })),
  check('with undefined options', async ({ InferenceSession }, { models }) =>
    (await InferenceSession.create(models.pair(), undefined)).inputNames),
  ...Object.entries({
    'execution providers by name': { executionProviders: ['wasm'] },
    'cpu as provider': { executionProviders: ['cpu'] },
    'providers as objects': { executionProviders: [{ name: 'wasm' }] },
    'no providers': { executionProviders: [] },
    'a provider that is not here beside one that is': { executionProviders: ['teapot', 'wasm'] },
    'every optimization level': { graphOptimizationLevel: 'disabled' },
    'parallel execution': { executionMode: 'parallel' },
    'logging options': { logId: 'x', logSeverityLevel: 4, logVerbosityLevel: 0 },
    'memory options': { enableCpuMemArena: false, enableMemPattern: false, intraOpNumThreads: 1, interOpNumThreads: 1 },
    'extra options': { extra: { session: { set_denormal_as_zero: '1' } } },
    'an output location': { preferredOutputLocation: 'cpu' },
    'an empty external data': { externalData: [] },
    'an override of no dimension': { freeDimensionOverrides: { nothing: 3 } },
    'an option that nobody knows': { teapot: true },
  }).map(([name, options]) => check(`options: ${name}`, async (ort, means) =>
    allSeen(await (await open(ort, means, 'pair', options)).run(pair(ort))))),
];

const described = [
  ...['pair', 'open', 'unnamed', 'picture', 'scalar', 'undeclared', 'shapeless', 'initialised', 'names', 'labels'].map((model) =>
    check(`names of ${model}`, async (ort, means) => {
      const { inputNames, outputNames } = await open(ort, means, model);
      return [inputNames, outputNames];
    })),
  ...['pair', 'open', 'picture', 'scalar', 'shapeless', 'initialised', 'names', 'long', 'half', 'double', 'bytes', 'flags'].map((model) =>
    check(`metadata of ${model}`, async (ort, means) => {
      const { inputMetadata, outputMetadata } = await open(ort, means, model);
      return [inputMetadata, outputMetadata].map((list) => Array.from(list, (one) => ({ ...one })));
    })),
  check('metadata of outputs without a shape of their own', async (ort, means) => {
    const { outputMetadata } = await open(ort, means, 'undeclared', { freeDimensionOverrides: { batch: 4 } });
    return outputMetadata.map((/** @type {any} */ { shape }) => [...shape]);
  }),
  check('metadata with a dimension bound', async (ort, means) => {
    const { inputMetadata, outputMetadata } = await open(ort, means, 'open', { freeDimensionOverrides: { n: 2 } });
    return [inputMetadata[0].shape, outputMetadata[0].shape];
  }),
  check('names stay the same lists', async (ort, means) => {
    const session = await open(ort, means);
    return [session.inputNames === session.inputNames, session.outputMetadata === session.outputMetadata];
  }),
  check('names after release', async (ort, means) => {
    const session = await open(ort, means);
    await session.release();
    return [session.inputNames, session.outputMetadata.length];
  }),
];

const run = [
  check('all outputs', async (ort, means) => allSeen(await (await open(ort, means)).run(pair(ort)))),
  check('the result is an ordinary object', async (ort, means) => {
    const results = await (await open(ort, means)).run(pair(ort));
    return [Object.getPrototypeOf(results) === Object.prototype, results.sum instanceof ort.Tensor];
  }),
  check('outputs by their names, in that order', async (ort, means) =>
    allSeen(await (await open(ort, means)).run(pair(ort), ['product', 'sum']))),
  check('an output named twice', async (ort, means) =>
    Object.keys(await (await open(ort, means)).run(pair(ort), ['sum', 'sum']))),
  check('outputs of an object of nulls, in the model’s order', async (ort, means) =>
    allSeen(await (await open(ort, means)).run(pair(ort), { product: null, sum: null }))),
  check('an object that names no output: options', async (ort, means) =>
    Object.keys(await (await open(ort, means)).run(pair(ort), { nothing: null }))),
  check('an object with a value that is no tensor: options', async (ort, means) =>
    Object.keys(await (await open(ort, means)).run(pair(ort), { sum: undefined, product: 5 }))),
  check('an object with one null and one undefined', async (ort, means) =>
    Object.keys(await (await open(ort, means)).run(pair(ort), { sum: null, product: undefined }))),
  check('an empty object', async (ort, means) => Object.keys(await (await open(ort, means)).run(pair(ort), {}))),
  check('a tensor for an output comes back', async (ort, means) => {
    const sum = new ort.Tensor('float32', new Float32Array(6), [2, 3]);
    const results = await (await open(ort, means)).run(pair(ort), { sum, product: null });
    return [results.sum === sum, Object.keys(results), seen(results.product)];
  }),
  ...Object.entries({
    'a tag': { tag: 'run' }, 'log levels': { logSeverityLevel: 2, logVerbosityLevel: 0 }, 'not to terminate': { terminate: false },
    'extra ones': { extra: { memory: { enable_memory_arena_shrinkage: '' } } },
  }).flatMap(([name, options]) => [
    check(`run options: ${name}`, async (ort, means) =>
      seen((await (await open(ort, means)).run(pair(ort), { ...options })).sum)),
    check(`run options after fetches: ${name}`, async (ort, means) =>
      allSeen(await (await open(ort, means)).run(pair(ort), ['sum'], { ...options }))),
  ]),
  check('no options after undefined fetches are looked at', async (ort, means) =>
    Object.keys(await (await open(ort, means)).run(pair(ort), undefined, 7))),
  check('several runs at once', async (ort, means) => {
    const session = await open(ort, means, 'open');
    const one = (/** @type {number} */ value) => session.run({
      x: new ort.Tensor('float32', [value, 0, 1], [1, 3]), offset: new ort.Tensor('int64', [value], [1]),
    });
    return (await Promise.all([1, 2, 3].map(one))).map(allSeen);
  }),
  check('two sessions at once', async (ort, means) => {
    const sessions = await Promise.all([open(ort, means), open(ort, means)]);
    return (await Promise.all(sessions.map((session) => session.run(pair(ort))))).map(allSeen);
  }),
  check('a session after another was released', async (ort, means) => {
    const [first, second] = [await open(ort, means), await open(ort, means)];
    await first.release();
    return allSeen(await second.run(pair(ort)));
  }),
  check('open dimensions follow the feeds', async (ort, means) => {
    const session = await open(ort, means, 'open');
    const offset = new ort.Tensor('int64', [41n], [1]);
    const results = [];
    for (const n of [1, 2, 0, 2]) {
      const x = new ort.Tensor(Float32Array.from({ length: 3 * n }, (_, i) => i - 1), [n, 3]);
      results.push(allSeen(await session.run({ x, offset })));
    }
    return results;
  }),
  check('unnamed dimensions follow the feeds', async (ort, means) =>
    allSeen(await (await open(ort, means, 'unnamed')).run({ x: new ort.Tensor('float32', [1, -1, 2], [1, 3]) }))),
  check('inputs of any shape', async (ort, means) => {
    const session = await open(ort, means, 'shapeless');
    const feeds = [[[2, 3], [3]], [[6], []], [[], []], [[1, 2, 1], [1, 1, 2]], [[3, 2], [2]], [[2, 3], [2, 1]]].map(([a, b]) => ({
      a: new ort.Tensor(Float32Array.from({ length: a.reduce((all, extent) => all * extent, 1) }, (_, i) => i), a),
      b: new ort.Tensor(Float32Array.from({ length: b.reduce((all, extent) => all * extent, 1) }, (_, i) => 10 * i + 1), b),
    }));
    // Several at once, and again.
    const results = await Promise.all([...feeds, ...feeds].map((one) => session.run(one)));
    const chosen = await session.run(feeds[0], ['y']);
    await session.release();
    return [...results, chosen].map(allSeen);
  }),
  check('a scalar', async (ort, means) =>
    allSeen(await (await open(ort, means, 'scalar')).run({ x: new ort.Tensor('float32', [1, 2, 3], [3]) }))),
  check('a picture', async (ort, means) => allSeen(await (await open(ort, means, 'picture')).run({
    image: new ort.Tensor(Float32Array.from({ length: 192 }, (_, i) => Math.sin(i)), [1, 3, 8, 8]) }))),
  check('an input that has a value', async (ort, means) =>
    allSeen(await (await open(ort, means, 'initialised')).run({ x: new ort.Tensor('float32', [1, 2], [2]) }))),
  check('infinities and NaN', async (ort, means) => {
    const a = new ort.Tensor('float32', [Infinity, -Infinity, NaN, 1e38, -0, 1], [2, 3]);
    return elements((await (await open(ort, means)).run({ a, b: a })).sum.data).map(String);
  }),
  check('labels are texts', async (ort, means) => allSeen(await (await open(ort, means, 'labels')).run({
    X: new ort.Tensor(new Float32Array(64).fill(3), [1, 64]) }, ['output_label']))),
  check('names that every object has', async (ort, means) => {
    const value = new ort.Tensor('float32', [2], [1]);
    const results = await (await open(ort, means, 'names')).run({ constructor: value, toString: value });
    return Object.keys(results).map((name) => elements(results[name].data));
  }),
  ...Object.entries({
    long: ['int64', [1n, -2n, 3n, 2n ** 33n]], double: ['float64', [0.1, -0.2, 3, 4]], bytes: ['uint8', [1, 2, 3, 255]],
    half: ['float16', new Uint16Array([0x3c00, 0xc000, 0x3555, 0x7bff])], flags: ['bool', [true, false, true, false]],
  }).map(([model, [type, data]]) => check(`elements of ${type}`, async (ort, means) =>
    allSeen(await (await open(ort, means, model)).run({ x: new ort.Tensor(type, data, [2, 2]) })))),
  check('the feeds stay as they were', async (ort, means) => {
    const feeds = pair(ort);
    await (await open(ort, means)).run(feeds);
    return [seen(feeds.a), seen(feeds.b)];
  }),
  check('an output fed again, changed, and fed by a reshaped tensor', async (ort, means) => {
    const session = await open(ort, means);
    const feeds = pair(ort);
    const { sum } = await session.run(feeds);
    sum.data[0] = 100;
    return allSeen(await session.run({ a: sum, b: new ort.Tensor(feeds.b.data, [6]).reshape([2, 3]) }));
  }),
  check('a feed in a part of a buffer, and in shared memory', async (ort, means) => {
    const shared = new Float32Array(new SharedArrayBuffer(24));
    shared.fill(2);
    const a = new ort.Tensor(Float32Array.from({ length: 9 }, (_, i) => i).subarray(2, 8), [2, 3]);
    return allSeen(await (await open(ort, means)).run({ a, b: new ort.Tensor(shared, [2, 3]) }));
  }),
  check('feeds made by another copy of the library', async (ort, means) => {
    const foreign = (/** @type {number[]} */ data) => ({ type: 'float32', data: Float32Array.from(data), dims: [2, 3], size: 6, location: 'cpu' });
    return allSeen(await (await open(ort, means)).run({ a: foreign([1, 2, 3, 4, 5, 6]), b: foreign([0, 0, 0, 1, 1, 1]) }));
  }),
  check('release gives nothing', async (ort, means) => String(await (await open(ort, means)).release())),
  check('profiling calls', async (ort, means) => {
    const session = await open(ort, means, 'pair', { enableProfiling: true });
    const begun = session.startProfiling();
    await session.run(pair(ort));
    await session.endProfiling();
    return [String(begun), Object.keys(await session.run(pair(ort)))];
  }),
];

export const sessionChecks = [...created, ...described, ...run];
export { open, pair };
