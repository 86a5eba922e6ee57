// Where the last layer of a classifier is found, in graphs as exporters write them, and where it is not.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cosineSimilarity } from '../../web/extras/similarity.js';
import { findHead } from '../../web/tools/head.js';

/**
 * A graph of nodes as the module reports them, from lines such as "Gemm features -> logits +12". Constants are
 * not among the inputs; the number counts those that a node stores.
 * @param {string} text
 */
const graph = (text) => text.trim().split('\n').map((line, i) => {
  const [, op, inputs, outputs, parameters] = /** @type {RegExpExecArray} */ (/^\s*(\w+) ?(.*?) -> (.*?)(?: \+(\d+))?$/.exec(line));
  return {
    label: `${op}_${i}`, op, inputs: inputs.split(' ').filter(Boolean), outputs: outputs.split(' '), parameters: Number(parameters ?? 0),
  };
});

/** @param {string} text @param {string} [scores] */
const headOf = (text, scores = 'scores') => findHead(graph(text), scores);

test('the last layer is the product nearest to the scores', () => {
  const dense = headOf(`
    Conv image -> map +99
    GlobalAveragePool map -> pooled
    Flatten pooled -> features
    Gemm features -> logits +12
    Softmax logits -> scores`);
  assert.deepEqual(dense, {
    label: 'Gemm_3', value: 'features', made: 'logits', convolution: false, parameters: 12, pools: false, selects: false,
  });
  const added = headOf('Conv image -> map +9\nMatMul map -> product +8\nAdd product -> scores +4');
  assert.deepEqual([added.value, added.made, added.parameters], ['map', 'product', 8]);
  const squeeze = headOf('Conv image -> map +9\nConv map -> classes +20\nRelu classes -> bent\nGlobalAveragePool bent -> mean\nFlatten mean -> scores');
  assert.deepEqual([squeeze.value, squeeze.convolution, squeeze.pools, squeeze.selects], ['map', true, true, false]);
});

test('what follows the layer may be written out, quantised, and shaped by extents', () => {
  const softmax = headOf(`
    Gemm image -> logits +6
    ReduceMax logits -> most
    Sub logits most -> less
    Exp less -> power
    ReduceSum power -> sum
    Div power sum -> scores`);
  assert.equal(softmax.value, 'image');
  const shaped = headOf(`
    Conv image -> map +9
    Shape map -> extents
    Slice extents -> batch
    Concat batch -> target
    Reshape map target -> flat
    Gemm flat -> logits +6
    Shape map -> other
    Reshape logits other -> scores`);
  assert.deepEqual([shaped.value, shaped.selects], ['flat', false]);
  const dynamic = headOf(`
    Conv image -> map +9
    Flatten map -> features
    DynamicQuantizeLinear features -> bytes scale zero
    MatMulInteger bytes zero -> whole +6
    Cast whole -> real
    Mul scale -> factor +1
    Mul real factor -> scaled
    Add scaled -> scores +2`);
  assert.deepEqual([dynamic.value, dynamic.made], ['features', 'whole']);
  const stored = headOf('Conv image -> features +9\nDequantizeLinear -> weights +14\nTranspose weights -> turned\nGemm features turned -> scores +2');
  assert.deepEqual([stored.value, stored.parameters], ['features', 16]);
  const some = headOf('Gemm image -> all +6\nSlice all -> scores');
  assert.equal(some.selects, true);
});

test('of several outputs the one that is named counts', () => {
  const two = 'Gemm image -> features +6\nGemm features -> first +6\nGemm image -> second +8';
  assert.equal(headOf(two, 'first').value, 'features');
  assert.equal(headOf(two, 'second').value, 'image');
});

test('where there is no such layer, or more than one, the error says so', () => {
  const refused = (/** @type {string} */ text) => {
    try {
      headOf(text);
    } catch (error) {
      return /** @type {any} */ (error);
    }
    return assert.fail('found one');
  };
  const none = refused('GlobalAveragePool image -> mean\nSoftmax mean -> scores');
  assert.equal(none.code, 'UNSUPPORTED');
  assert.match(none.message, /no layer with weights/);
  assert.match(none.message, /activations\(\)/);
  const attention = refused('Conv image -> a +9\nRelu a -> b\nMatMul a b -> scores');
  assert.match(attention.message, /no product with weights; node 'MatMul_2' \(MatMul\), got .* a, b/);
  const distilled = refused('Conv image -> map +9\nRelu map -> other\nGemm map -> one +6\nGemm other -> two +6\nAdd one two -> scores');
  assert.match(distilled.message, /several layers.*Gemm_3 of other, Gemm_2 of map/);
});

test('the cosine of two embeddings', () => {
  assert.equal(cosineSimilarity([1, 0], [0, 3]), 0);
  assert.ok(Math.abs(cosineSimilarity([1, 2], [2, 4]) - 1) < 1e-12);
  assert.ok(Math.abs(cosineSimilarity(new Float32Array([1, -2]), [-1, 2]) + 1) < 1e-12);
  assert.ok(Math.abs(cosineSimilarity([3, 4], [4, 3]) - 24 / 25) < 1e-12);
  // Squares of these are infinite, and nothing.
  assert.ok(Math.abs(cosineSimilarity([3e200, 4e200], [4e-200, 3e-200]) - 24 / 25) < 1e-12);
  for (const [a, b, attribute] of /** @type {[any, any, string][]} */ ([
    [[1], [1, 2], 'b'], [[], [], 'a'], [null, [1], 'a'], [[0, 0], [1, 2], 'a'], [[1, 2], [NaN, 1], 'b'], [[1, Infinity], [1, 1], 'a'], [[1], 'x', 'b'],
  ])) {
    assert.throws(() => cosineSimilarity(a, b), { code: 'ARGUMENT', attribute }, `${a} and ${b}`);
  }
});
