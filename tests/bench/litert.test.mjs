// LiteRT.js as a contender: networks that bench/tflite writes from their ONNX files compute what native
// onnxruntime computes, with one thread and with two; those that cannot be written say why.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { compareOutputs, referenceOutputs } from '../../bench/lib/agreement.mjs';
import { makeContenders } from '../../bench/lib/contenders.mjs';
import { BrowserContender, openLab } from '../../bench/lib/browser.mjs';
import { packageVersion } from '../../bench/lib/native.mjs';
import { inputsOf } from '../../bench/lib/models.mjs';
import { restate } from '../../bench/tflite/convert.mjs';
import { encodeModel } from '../support/onnx.mjs';
import { network, weights } from './statedNetwork.mjs';

/** @typedef {import('../../bench/lib/contenders.mjs').Contender} Contender */
/** @typedef {import('../../bench/lib/models.mjs').Model} Model */

const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-litert-'));
const shape = [1, 3, 16, 12];

/** @param {string} name @param {Buffer} bytes @returns {Model} */
function modelOf(name, bytes) {
  const file = path.join(folder, `${name}.onnx`);
  writeFileSync(file, bytes);
  return { name, file, bytes: bytes.length, input: { name: 'image', shape }, classes: 5, recipe: { resize: 16 } };
}

/**
 * A network of nodes in a row, each of which takes what the one before put out.
 * @param {{op: string, more?: string[], attributes?: import('../support/onnx.mjs').Node['attributes']}[]} nodes
 * @param {Record<string, import('../support/onnx.mjs').Tensor>} [initializers]
 * @param {(number | string)[]} [result]  the output's shape
 */
function chain(nodes, initializers = {}, result = [1, 'n']) {
  return encodeModel({
    nodes: nodes.map(({ op, more = [], attributes = {} }, i) => ({
      op, name: `${op}_${i}`, inputs: [i === 0 ? 'image' : `v${i}`, ...more],
      outputs: [i === nodes.length - 1 ? 'logits' : `v${i + 1}`], attributes,
    })),
    initializers, inputs: [{ name: 'image', shape }], outputs: [{ name: 'logits', shape: result }],
  });
}

const window = (/** @type {number} */ size, /** @type {number} */ stride, /** @type {number[]} */ pads, more = {}) =>
  ({ kernel_shape: { ints: [size, size] }, strides: { ints: [stride, stride] }, pads: { ints: pads }, ...more });
const ints = (/** @type {number[]} */ values) => ({ type: /** @type {const} */ ('int64'), dims: [values.length], values });
const norm = (/** @type {number} */ channels) => ({
  scale: weights([channels], 1), offset: weights([channels]), mean: weights([channels]), variance: weights([channels], 1),
});

/** What the shared network lacks. */
const networks = {
  folded: chain([
    { op: 'Conv', more: ['w'], attributes: { group: { int: 3 }, pads: { ints: [1, 1, 1, 1] } } },
    { op: 'BatchNormalization', more: ['scale', 'offset', 'mean', 'variance'] }, { op: 'Relu' },
    { op: 'Conv', more: ['grouped', 'b'], attributes: { group: { int: 2 }, dilations: { ints: [2, 1] }, strides: { ints: [1, 2] } } },
    { op: 'ReduceMean', attributes: { axes: { ints: [2, 3] }, keepdims: { int: 0 } } },
    { op: 'MatMul', more: ['m'] }, { op: 'Add', more: ['vector'] }, { op: 'Softmax' },
  ], { w: weights([6, 1, 3, 3]), ...norm(6), grouped: weights([4, 3, 3, 3]), b: weights([4]), m: weights([4, 5]), vector: weights([5]) }),
  pooled: chain([
    { op: 'Sub', more: ['perChannel'] }, { op: 'Div', more: ['number'] },
    { op: 'MaxPool', attributes: window(3, 2, [1, 1, 1, 1]) }, { op: 'Tanh' },
    { op: 'AveragePool', attributes: window(3, 1, [1, 1, 1, 1], { count_include_pad: { int: 1 } }) },
    { op: 'AveragePool', attributes: window(3, 1, [1, 1, 1, 1]) },
    { op: 'MaxPool', attributes: window(2, 3, [0, 0, 0, 0], { ceil_mode: { int: 1 } }) },
    { op: 'Pad', more: ['around'] }, { op: 'Dropout' }, { op: 'Reshape', more: ['flat'] },
  ], { perChannel: weights([3, 1, 1], 0.5), number: { dims: [], values: [0.7] }, around: ints([0, 0, 1, 0, 0, 0, 0, 2]), flat: ints([1, -1]) }),
  gated: chain([
    { op: 'HardSigmoid', attributes: { alpha: { float: 0.3 }, beta: { float: 0.4 } } },
    { op: 'Clip', more: ['low', 'high'] }, { op: 'Mul', more: ['plane'] }, { op: 'Concat', more: new Array(6).fill('image'), attributes: { axis: { int: 1 } } },
    { op: 'Clip', more: ['minus', 'one'] }, { op: 'Flatten' }, { op: 'Gemm', more: ['head'] },
  ], {
    low: { dims: [], values: [0.2] }, high: { dims: [], values: [0.6] }, plane: weights([1, 3, 16, 12]),
    minus: { dims: [], values: [-1] }, one: { dims: [], values: [1] }, head: weights([21 * 16 * 12, 5]),
  }),
};

const models = Object.entries({ stated: network, ...networks }).map(([name, bytes]) => modelOf(name, bytes));
const unstated = modelOf('unstated', chain([{ op: 'Erf' }], {}, shape));

/** @type {import('../../bench/lib/browser.mjs').Lab} */
let lab;
/** With one thread. @type {Contender} */
let one;
/** With two. @type {Contender} */
let two;
/** @type {Contender} */
let gossamer;
/** What a contender's page has asked for, the model apart. @param {Contender} contender */
const downloads = ({ runner }) => runner.files.map((file) => path.basename(file)).sort();
before(async () => {
  lab = await openLab({ models: [...models, unstated] });
  const all = makeContenders(lab, { peers: ['litert'], threads: [1, 2], variants: ['simd'] });
  [one, two, gossamer] = ['litert', 'litert-2t', 'gossamer-simd'].map((name) => /** @type {Contender} */ (all.find(({ id }) => id === name)));
});
after(async () => {
  await lab?.close();
  rmSync(folder, { recursive: true });
});

/** @param {Model} model @param {import('../../bench/lib/contenders.mjs').Runner} runner */
async function outputsOf(model, runner) {
  const { version } = await runner.start(model);
  return { version, outputs: await runner.outputs(inputsOf(model, 3).map(({ file }) => file)) };
}

for (const [number, model] of models.entries()) {
  test(`${model.name}: a restated network agrees with onnxruntime${number === 0 ? ' and Gossamer' : ''}`, async () => {
    const { version, outputs } = await outputsOf(model, one.runner);
    assert.equal(version, packageVersion('@litertjs/core'));
    const expected = await referenceOutputs(model, inputsOf(model, 3).map(({ values }) => values));
    const verdict = compareOutputs(outputs, expected);
    assert.ok(verdict.agrees && verdict.output < 1e-4, verdict.reason || String(verdict.output));
    if (number > 0) return;
    assert.deepEqual(downloads(one), ['litert.js', 'litert_wasm_internal.js', 'litert_wasm_internal.wasm']);
    const { heap } = await one.runner.memory();
    assert.ok(heap && heap >= 2 ** 20 && heap < 2 ** 31, `${heap} bytes of memory`);
    const beside = compareOutputs(outputs, (await outputsOf(model, gossamer.runner)).outputs, 'Gossamer');
    assert.ok(beside.agrees && beside.output < 1e-4, beside.reason || String(beside.output));
  });
}

test('with two threads it computes the same, by the module that has them', async () => {
  const [model] = models;
  assert.equal(two.label, 'LiteRT.js, 2 threads');
  const { outputs } = await outputsOf(model, two.runner);
  assert.deepEqual(downloads(two), ['litert.js', 'litert_wasm_threaded_internal.js', 'litert_wasm_threaded_internal.wasm']);
  const verdict = compareOutputs(outputs, await referenceOutputs(model, inputsOf(model, 3).map(({ values }) => values)));
  assert.ok(verdict.agrees && verdict.output < 1e-4, verdict.reason || String(verdict.output));
});

test('pictures are prepared, and classified on the page as well', async () => {
  const runner = /** @type {BrowserContender} */ (one.runner);
  await runner.start(models[0]);
  const [figures] = await runner.pictures({ width: 40, height: 30, runs: 1 });
  assert.ok(figures.preprocess > 0 && figures.postprocess >= 0);
  const live = await runner.live(models[0], 0.3);
  assert.ok(live.inferences > 1, `${live.inferences} inferences a second`);
});

test('an operator that has no counterpart is named', async () => {
  await assert.rejects(async () => one.runner.start(unstated), /cannot be stated in LiteRT.js: Erf Erf_0: no counterpart here/);
  const { file } = modelOf('rolled', chain([{ op: 'AveragePool', attributes: window(3, 2, [1, 1, 1, 1]) }]));
  assert.throws(() => restate(readFileSync(file), shape), /AveragePool AveragePool_0: padding that does not count/);
});

test('a contender that falls back to another build than was meant is no contender', async () => {
  const setup = { ...gossamer.setup, file: 'gossamer-relaxed.wasm' };
  const fallen = new BrowserContender(lab, /** @type {import('../../bench/lib/browser.mjs').Setup} */ (setup));
  await assert.rejects(fallen.start(models[0]), /it did without gossamer-relaxed.wasm/);
  await fallen.close();
});

test('batch normalization and activations go into the convolution before them', () => {
  const { operators } = restate(networks.folded, shape);
  const [first] = operators;
  assert.deepEqual([first.kind, first.options.activation, first.options.padding], ['DEPTHWISE_CONV_2D', 1, 0]);
  assert.deepEqual(operators.map(({ kind }) => kind), ['DEPTHWISE_CONV_2D', 'CONV_2D', 'MEAN', 'FULLY_CONNECTED', 'ADD', 'SOFTMAX']);
});
