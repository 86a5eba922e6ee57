// The drop-in for onnxruntime-web: the same calls give the same tensors as native onnxruntime gives,
// and the mistakes that apps make give the messages that they know.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import native from 'onnxruntime-node';
import { setUp } from './helpers.mjs';
import { ortRunner } from './library.mjs';
import { encodeModel, rareModel } from '../support/onnx.mjs';

const site = setUp();
const inPage = ortRunner(site);
const digits = new URL('../../dist/models/digits/digits.onnx', import.meta.url);

// y[n, 2] = x[n, 3] * w, and its rows' sums, for any n; `offset` is an integer input.
const openModel = encodeModel({
  nodes: [
    { op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] },
    { op: 'Add', inputs: ['offset', 'one'], outputs: ['next'] },
  ],
  initializers: {
    w: { dims: [3, 2], values: [1, 2, 3, 4, 5, 6] }, one: { type: 'int64', dims: [1], values: [1] },
  },
  inputs: [{ name: 'x', shape: ['n', 3] }, { name: 'offset', type: 'int64', shape: [1] }],
  outputs: [{ name: 'y', shape: ['n', 2] }, { name: 'next', type: 'int64', shape: [1] }],
});

test('outputs of strings are texts, as native onnxruntime gives them', async () => {
  const model = readFileSync(new URL('../cases/sklearn_mlp/skl_mlp_str/model.onnx', import.meta.url));
  const session = await native.InferenceSession.create(model);
  const expected = await session.run({ X: new native.Tensor('float32', new Float32Array(64).fill(3), [1, 64]) });

  const got = await inPage(model, async (ort, bytes) => {
    const made = await ort.InferenceSession.create(bytes);
    const X = new ort.Tensor(new Float32Array(64).fill(3), [1, 64]);
    const { output_label: label } = await made.run({ X });
    const target = new ort.Tensor(['?'], [1]);
    await made.run({ X }, { output_label: target });
    const refused = await made.run({ X: new ort.Tensor('string', ['a'], [1, 1]) }).then(() => '', String);
    await made.release();
    return { type: label.type, dims: label.dims, data: label.data, filled: target.data, refused };
  });
  const { type, dims, data } = expected.output_label;
  assert.deepEqual([got.type, got.dims, got.data, got.filled], [type, [...dims], data, data]);
  assert.match(got.refused, /Unexpected input data type/);
});

test('the digits model gives what native onnxruntime gives, in every form of call', async () => {
  const model = readFileSync(digits);
  const session = await native.InferenceSession.create(model);
  const [{ name, shape }] = /** @type {any} */ (session.inputMetadata);
  const dims = shape.map(Number);
  const size = dims.reduce((/** @type {number} */ product, /** @type {number} */ extent) => product * extent, 1);
  const pixels = Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.7));
  const expected = await session.run({ [name]: new native.Tensor('float32', pixels, dims) });
  const [output] = session.outputNames;

  const got = await inPage(model, async (ort, bytes) => {
    const results = [];
    const padded = new Uint8Array(bytes.length + 7);
    padded.set(bytes, 7);
    for (const [proxy, simd, ...from] of /** @type {any[]} */ ([
      [true, true, '/model.onnx'], [false, 'fixed', bytes], [true, false, bytes.buffer, { executionProviders: [] }],
      [true, true, padded.buffer, 7, bytes.length, { executionProviders: ['webgpu', { name: 'wasm' }] }],
    ])) {
      ort.env.wasm.proxy = proxy;
      ort.env.wasm.simd = simd;
      const made = await ort.InferenceSession.create(...(/** @type {[any]} */ (from)));
      const [input] = made.inputMetadata;
      const extents = /** @type {number[]} */ (input.shape);
      const data = Float32Array.from({ length: extents.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 0.7));
      const answers = await made.run({ [input.name]: new ort.Tensor(data, extents) });
      const [first] = made.outputNames;
      results.push({ names: [made.inputNames, made.outputNames], dims: answers[first].dims,
        values: Array.from(/** @type {Float32Array} */ (await answers[first].getData())) });
      await made.release();
    }
    return results;
  });

  assert.equal(got.length, 4);
  for (const { names, dims: extents, values } of got) {
    assert.deepEqual(names, [session.inputNames, session.outputNames]);
    assert.deepEqual(extents, expected[output].dims);
    const truth = /** @type {Float32Array} */ (expected[output].data);
    values.forEach((value, i) => assert.ok(Math.abs(value - truth[i]) < 1e-4, `${value} ${truth[i]}`));
  }
});

test('open extents follow the feeds, integers are BigInt, and fetches choose and fill', async () => {
  const got = await inPage(openModel, async (ort, bytes) => {
    const session = await ort.InferenceSession.create(bytes);
    const offset = new ort.Tensor('int64', [41], [1]);
    const plain = (/** @type {any} */ tensor) => ({ type: tensor.type, dims: tensor.dims, values: Array.from(tensor.data, String) });
    const one = await session.run({ x: new ort.Tensor('float32', [1, 0, 0], [1, 3]), offset });
    const two = await session.run({ x: new ort.Tensor('float32', [0, 1, 0, 0, 0, 1], [2, 3]), offset }, ['y']);
    const target = new ort.Tensor(new BigInt64Array(1), [1]);
    const filled = await session.run({ x: new ort.Tensor(new Float32Array(0), [0, 3]), offset }, { next: target });
    const shapes = [session.inputMetadata[0].shape, session.outputMetadata[0].shape];
    const bound = await ort.InferenceSession.create(bytes, { freeDimensionOverrides: { n: 2 } });
    return {
      one: [plain(one.y), plain(one.next)], two: Object.keys(two), y: plain(two.y), filled: plain(target),
      same: filled.next === target, shapes, bound: bound.inputMetadata[0].shape,
    };
  });
  assert.deepEqual(got.one, [
    { type: 'float32', dims: [1, 2], values: ['1', '2'] }, { type: 'int64', dims: [1], values: ['42'] },
  ]);
  assert.deepEqual(got.two, ['y']);
  assert.deepEqual(got.y, { type: 'float32', dims: [2, 2], values: ['3', '4', '5', '6'] });
  assert.deepEqual([got.filled.values, got.same], [['42'], true]);
  assert.deepEqual(got.shapes, [['n', 3], ['n', 2]]);
  assert.deepEqual(got.bound, [2, 3]);
});

test('mistakes give the messages that apps match on, and the session goes on', async () => {
  const messages = await inPage(openModel, async (ort, bytes) => {
    const session = await ort.InferenceSession.create(bytes);
    const { Tensor } = ort;
    const offset = new Tensor('int64', [0n], [1]);
    const x = new Tensor('float32', [1, 2, 3], [1, 3]);
    const gone = new Tensor('float32', [1, 2, 3], [1, 3]);
    gone.dispose();
    const attempts = /** @type {[string, () => any][]} */ ([
      ['missing', () => session.run({ x })],
      ['unknown input', () => session.run({ x, offset, z: x })],
      ['unknown output', () => session.run({ x, offset }, ['z'])],
      ['no output', () => session.run({ x, offset }, [])],
      ['feeds', () => session.run(/** @type {any} */ (null))],
      ['type', () => session.run({ x: new Tensor('int32', [1, 2, 3], [1, 3]), offset })],
      ['rank', () => session.run({ x: new Tensor('float32', [1, 2, 3], [3]), offset })],
      ['dims', () => session.run({ x: new Tensor('float32', [1, 2], [1, 2]), offset })],
      ['size', () => new Tensor('float32', [1, 2, 3], [2, 2])],
      ['extent', () => new Tensor('float32', [1], [1.5])],
      ['disposed', () => session.run({ x: gone, offset })],
      ['backend', () => ort.InferenceSession.create(bytes, { executionProviders: ['webgpu'] })],
      ['range', () => ort.InferenceSession.create(bytes.buffer, 10, bytes.length)],
      ['model', () => ort.InferenceSession.create(/** @type {any} */ (7))],
      ['404', () => ort.InferenceSession.create('/nothing.onnx')],
      ['dimension', () => ort.InferenceSession.create(bytes, { freeDimensionOverrides: { n: -1 } })],
    ]);
    /** @type {Record<string, string>} */
    const said = {};
    for (const [name, attempt] of attempts) {
      try {
        await attempt();
        said[name] = 'nothing';
      } catch (error) {
        said[name] = /** @type {Error} */ (error).message;
      }
    }
    said.after = String((await session.run({ x, offset })).y.data);
    await session.release();
    await session.run({ x, offset }).catch((error) => { said.released = error.message; });
    return said;
  });
  const expected = {
    missing: "input 'offset' is missing in 'feeds'.",
    'unknown input': "invalid input 'z'",
    'unknown output': "'fetches' contains invalid output name: z.",
    'no output': "'fetches' cannot be an empty array.",
    feeds: "'feeds' must be an object",
    type: 'Unexpected input data type. Actual: (tensor(int32)) , expected: (tensor(float))',
    rank: 'Invalid rank for input: x Got: 1 Expected: 2',
    dims: 'Got invalid dimensions for input: x for the following indices\n index: 1 Got: 2 Expected: 3',
    size: "Tensor's size(4) does not match data length(3).",
    extent: 'dims[0] must be an integer, got: 1.5',
    disposed: 'The tensor is disposed.',
    backend: 'no available backend found. ERR: [webgpu] backend not found.',
    range: "'byteLength' is out of range",
    model: "must be 'path' or 'buffer'",
    404: '404',
    dimension: 'free dimension override value must be a non-negative integer: -1',
    after: '22,28',
    released: 'invalid session id',
  };
  for (const [name, text] of Object.entries(expected)) {
    assert.ok(messages[name].includes(text), `${name}: ${messages[name]}`);
  }
});

test('rarer operators work, and tensors are the caller\'s again at once', async () => {
  const got = await inPage(rareModel(), async (ort, bytes) => {
    const session = await ort.InferenceSession.create(bytes);
    const data = new Float32Array(192).fill(0.5);
    const first = session.run({ image: new ort.Tensor(data, [1, 3, 8, 8]) });
    data.fill(0);  // after the call: must not matter
    const second = session.run({ image: new ort.Tensor(data, [1, 3, 8, 8]) });
    const values = [(await first).scores.data[0], (await second).scores.data[0]].map(Number);
    return { values, length: data.length };
  });
  assert.ok(Math.abs(got.values[0] - 0.5204999) < 1e-5, String(got.values));
  assert.deepEqual([got.values[1], got.length], [0, 192]);
});
