// A network restated in TensorFlow.js operations, from its ONNX file, computes what native onnxruntime
// computes; one that cannot be restated says so.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { compareOutputs, referenceOutputs } from '../../bench/lib/agreement.mjs';
import { BrowserContender, openLab } from '../../bench/lib/browser.mjs';
import { inputsOf } from '../../bench/lib/models.mjs';
import { randomSource } from '../differential/choices.mjs';
import { encodeModel } from '../support/onnx.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-tfjs-'));
const random = randomSource(7);

/** @param {number[]} dims @param {number} [offset]  added to numbers between -0.5 and 0.5 */
function weights(dims, offset = 0) {
  const count = dims.reduce((product, extent) => product * extent, 1);
  return { dims, values: Float32Array.from({ length: count }, () => random() / 2 ** 32 - 0.5 + offset) };
}

/** Every operator of classifiers that can be stated, with pads and strides of every kind. */
const network = encodeModel({
  nodes: [
    { op: 'Conv', inputs: ['image', 'w1', 'b1'], outputs: ['c1'], attributes: { pads: { ints: [1, 0, 2, 1] }, strides: { ints: [2, 1] } } },
    { op: 'Relu', inputs: ['c1'], outputs: ['r1'] },
    { op: 'Conv', name: 'depthwise', inputs: ['r1', 'w2'], outputs: ['c2'], attributes: { group: { int: 4 }, pads: { ints: [1, 1, 1, 1] } } },
    { op: 'Constant', name: 'low', inputs: [], outputs: ['zero'], attributes: { value: { tensor: { dims: [], values: [0] } } } },
    { op: 'Constant', name: 'high', inputs: [], outputs: ['six'], attributes: { value: { tensor: { dims: [], values: [6] } } } },
    { op: 'Clip', inputs: ['c2', 'zero', 'six'], outputs: ['k2'] },
    { op: 'BatchNormalization', inputs: ['k2', 'scale', 'offset', 'mean', 'variance'], outputs: ['n2'] },
    { op: 'MaxPool', inputs: ['n2'], outputs: ['p2'], attributes: { kernel_shape: { ints: [3, 3] }, strides: { ints: [2, 2] }, pads: { ints: [1, 1, 1, 1] } } },
    { op: 'Identity', name: 'shared', inputs: ['b3'], outputs: ['b3_again'] },
    { op: 'Conv', name: 'pointwise', inputs: ['p2', 'w3', 'b3_again'], outputs: ['c3'] },
    { op: 'Add', inputs: ['p2', 'c3'], outputs: ['a3'] },
    { op: 'HardSwish', inputs: ['a3'], outputs: ['h3'] },
    { op: 'AveragePool', inputs: ['h3'], outputs: ['p3'], attributes: { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } } },
    { op: 'Concat', inputs: ['p3', 'p3'], outputs: ['j3'], attributes: { axis: { int: 1 } } },
    { op: 'GlobalAveragePool', inputs: ['h3'], outputs: ['g3'] },
    { op: 'Sigmoid', inputs: ['g3'], outputs: ['s3'] },
    { op: 'Concat', name: 'gates', inputs: ['s3', 's3'], outputs: ['gates'], attributes: { axis: { int: 1 } } },
    { op: 'Mul', inputs: ['j3', 'gates'], outputs: ['m3'] },
    { op: 'Flatten', inputs: ['m3'], outputs: ['f'] },
    { op: 'Gemm', inputs: ['f', 'w4', 'b4'], outputs: ['d4'], attributes: { transB: { int: 1 } } },
    { op: 'Relu', name: 'last', inputs: ['d4'], outputs: ['r4'] },
    { op: 'Gemm', name: 'head', inputs: ['r4', 'w5', 'b5'], outputs: ['logits'] },
  ],
  initializers: {
    w1: weights([4, 3, 3, 2]), b1: weights([4]), w2: weights([4, 1, 3, 3]), scale: weights([4], 1), offset: weights([4]),
    mean: weights([4]), variance: weights([4], 1), w3: weights([4, 4, 1, 1]), b3: weights([4]),
    w4: weights([16, 48]), b4: weights([16]), w5: weights([16, 5]), b5: weights([5]),
  },
  inputs: [{ name: 'image', shape: [1, 3, 16, 12] }],
  outputs: [{ name: 'logits', shape: [1, 5] }],
});

/** @param {string} name @param {Buffer} bytes @returns {import('../../bench/lib/models.mjs').Model} */
function modelOf(name, bytes) {
  const file = path.join(folder, `${name}.onnx`);
  writeFileSync(file, bytes);
  return {
    name, file, bytes: bytes.length, input: { name: 'image', shape: [1, 3, 16, 12] }, classes: 5, recipe: { resize: 16 },
  };
}

const stated = modelOf('stated', network);
const unstated = modelOf('unstated', encodeModel({
  nodes: [{ op: 'Erf', name: 'curve', inputs: ['image'], outputs: ['logits'] }],
  inputs: [{ name: 'image', shape: [1, 3, 16, 12] }], outputs: [{ name: 'logits', shape: [1, 3, 16, 12] }],
}));

/** @type {import('../../bench/lib/browser.mjs').Lab} */
let lab;
/** @type {BrowserContender} */
let contender;
before(async () => {
  lab = await openLab({ models: [stated, unstated] });
  contender = new BrowserContender(lab, {
    api: 'tfjs', library: '/peers/@tensorflow/tfjs-core/dist/tf-core.min.js',
    wasmPaths: '/peers/@tensorflow/tfjs-backend-wasm/dist/', threads: 1,
  });
});
after(async () => {
  await lab?.close();
  rmSync(folder, { recursive: true });
});

test('a restated network agrees with onnxruntime', async () => {
  const figures = await contender.start(stated);
  assert.equal(figures.version, '4.22.0');
  const inputs = inputsOf(stated, 4);
  const expected = await referenceOutputs(stated, inputs.map(({ values }) => values));
  const verdict = compareOutputs(await contender.outputs(inputs.map(({ file }) => file)), expected);
  assert.ok(verdict.agrees && verdict.probability < 1e-5, verdict.reason || String(verdict.probability));
  const { heap } = await contender.memory();
  assert.ok(heap >= 2 ** 20 && heap < 2 ** 30, `${heap} bytes of memory that the module made itself`);
  const [pictures] = await contender.pictures({ width: 40, height: 30, runs: 1 });
  assert.ok(pictures.preprocess > 0 && pictures.postprocess > 0);
});

test('an operator that has no counterpart is named', async () => {
  await assert.rejects(contender.start(unstated), /cannot be stated in TensorFlow.js: Erf curve/);
});
