// What a model's file states of its inputs and outputs, read from its bytes, and shapes written into it: they are
// found wherever the model has them, and damaged bytes give other ones or none, but no error and no endless loop.

import assert from 'node:assert/strict';
import test from 'node:test';
import native from 'onnxruntime-node';
import { readStated, withRanks } from '../../web/lib/ort/dimensions.js';
import { encodeModel, message } from '../support/onnx.mjs';

const model = encodeModel({
  nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
  initializers: { w: { dims: [3, 2], values: [1, 2, 3, 4, 5, 6] } },
  inputs: [{ name: 'x', shape: ['batch', 3] }, { name: 'ü', type: 'int64', shape: [1, 'höhe', '', -1] }, { name: 'w', shape: [3, 2] }],
  outputs: [{ name: 'y', shape: ['batch', 200] }, { name: 'z' }],
});
/** Any shapes will do. */
const sum = encodeModel({
  nodes: [{ op: 'Add', inputs: ['a', 'b'], outputs: ['y'] }],
  inputs: [{ name: 'a' }, { name: 'b' }], outputs: [{ name: 'y' }], metadata: { kept: 'yes' },
});

test('names, types and shapes are those of the model; what has a value is no input', () => {
  const { inputs, outputs } = readStated(model);
  assert.deepEqual(inputs, [
    { name: 'x', type: 'float32', shape: ['batch', 3] }, { name: 'ü', type: 'int64', shape: [1, 'höhe', -1, -1] },
  ]);
  assert.deepEqual(outputs, [{ name: 'y', type: 'float32', shape: ['batch', 200] }, { name: 'z', type: 'float32', shape: undefined }]);
});

test('unknown fields of every kind are passed over', () => {
  const others = message([200, 7n], [201, { fixed: 1 }], [202, { fixed: Buffer.alloc(8) }], [203, 'text']);
  assert.deepEqual(readStated(Buffer.concat([others, model, others])), readStated(model));
});

test('shapes that are written in are read by us and by onnxruntime, and the model computes the same', async () => {
  const ranked = withRanks(sum, new Map([['a', 2], ['b', 0]]));
  assert.deepEqual(readStated(ranked).inputs, [
    { name: 'a', type: 'float32', shape: [-1, -1] }, { name: 'b', type: 'float32', shape: [] },
  ]);
  assert.ok(Buffer.from(ranked).includes('kept'));
  const session = await native.InferenceSession.create(ranked);
  const feeds = { a: new native.Tensor('float32', [1, 2], [1, 2]), b: new native.Tensor('float32', [10], []) };
  assert.deepEqual([...(await session.run(feeds)).y.data], [11, 12]);
  await assert.rejects(session.run({ ...feeds, a: feeds.b }), /Invalid rank for input: a/);
  // Nothing to write: the same bytes.
  assert.deepEqual(Buffer.from(withRanks(sum, new Map())), sum);
  assert.deepEqual(Buffer.from(withRanks(model, new Map())), model);
});

test('a model cut anywhere, or with any byte changed, is read without an error', () => {
  const ranks = new Map([['x', 2]]);
  for (let length = 0; length < model.length; length += 1) {
    const cut = model.subarray(0, length);
    assert.ok(withRanks(cut, ranks));
    // The graph is there as a whole, or not at all.
    const { inputs } = readStated(cut);
    if (inputs.length > 0) assert.deepEqual(inputs, readStated(model).inputs);
  }
  for (let at = 0; at < model.length; at += 1) {
    for (const value of [0, 127, 128, 255]) {
      const damaged = Uint8Array.from(model);
      damaged[at] = value;
      assert.ok(readStated(damaged) && withRanks(damaged, ranks));
    }
  }
  assert.deepEqual(readStated(new Uint8Array(64).fill(255)), { inputs: [], outputs: [] });
});

test('a file of nothing but inputs takes no more memory and time than it is worth', () => {
  const many = message([7, Buffer.alloc(2 ** 22, Buffer.from([11 * 8 + 2, 0]))]);
  const before = process.memoryUsage().heapUsed;
  const { inputs } = readStated(many);
  assert.equal(inputs.length, 2 ** 16);
  assert.ok(process.memoryUsage().heapUsed - before < 2 ** 26);
  const begin = performance.now();
  assert.equal(readStated(Buffer.alloc(2 ** 28)).inputs.length, 0);
  assert.equal(readStated(Buffer.alloc(2 ** 28, 8)).inputs.length, 0);
  assert.ok(performance.now() - begin < 5000, 'a file that is no model takes long');
});
