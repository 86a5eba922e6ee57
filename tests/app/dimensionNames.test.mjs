// The names of a model's open dimensions, read from its bytes: they are found wherever the model has them, and
// damaged bytes give other names or none, but no error and no endless loop.

import assert from 'node:assert/strict';
import test from 'node:test';
import { readNames } from '../../web/lib/ort/dimensions.js';
import { encodeModel, message } from '../support/onnx.mjs';

const model = encodeModel({
  nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
  initializers: { w: { dims: [3, 2], values: [1, 2, 3, 4, 5, 6] } },
  inputs: [{ name: 'x', shape: ['batch', 3] }, { name: 'ü', type: 'int64', shape: [1, 'höhe', ''] }],
  outputs: [{ name: 'y', shape: ['batch', 2] }, { name: 'z' }],
});

test('names are those of the model, by value and axis', () => {
  const { inputs, outputs } = readNames(model);
  assert.deepEqual([...inputs], [['x', ['batch', undefined]], ['ü', [undefined, 'höhe', '']]]);
  assert.deepEqual([...outputs], [['y', ['batch', undefined]], ['z', []]]);
});

test('unknown fields of every kind are passed over', () => {
  const others = message([200, 7n], [201, { fixed: 1 }], [202, { fixed: Buffer.alloc(8) }], [203, 'text']);
  const { inputs } = readNames(Buffer.concat([others, model, others]));
  assert.deepEqual(inputs.get('x'), ['batch', undefined]);
});

test('a model cut anywhere, or with any byte changed, is read without an error', () => {
  for (let length = 0; length < model.length; length += 1) assert.ok(readNames(model.subarray(0, length)));
  for (let at = 0; at < model.length; at += 1) {
    for (const value of [0, 127, 128, 255]) {
      const damaged = Uint8Array.from(model);
      damaged[at] = value;
      assert.ok(readNames(damaged));
    }
  }
  assert.equal(readNames(new Uint8Array(64).fill(255)).inputs.size, 0);
});
