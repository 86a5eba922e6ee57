// Operators of onnxruntime's own domain, as its optimiser and its quantiser write them.

/** @typedef {import('../builder.mjs').Builder} Builder */
/** @typedef {import('../builder.mjs').ElementType} ElementType */

/** @param {string} op */
const own = (op) => `com.microsoft.${op}`;

/** @param {Builder} b */
const size = (b) => b.pick([1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33]);

/** @param {Builder} b @returns {'uint8' | 'int8'} */
const byteType = (b) => b.pick(/** @type {const} */ (['uint8', 'int8']));

/** @param {ElementType} type */
const range = (type) => (type === 'int8' ? { type, low: -128, high: 127 } : { type, low: 0, high: 255 });

/** A scale, a power of two, and a zero point. @param {Builder} b @param {ElementType} type */
function parameters(b, type) {
  const scale = b.tensor([], { constant: true, values: [2 ** -b.int(0, 6)] });
  const zero = b.tensor([], { type, constant: true, low: type === 'int8' ? -20 : 100, high: type === 'int8' ? 20 : 150 });
  return [scale, zero];
}

/** An operand with its scale and zero point. @param {Builder} b @param {ElementType} type @param {number[]} dims */
const quantised = (b, type, dims) => [b.tensor(dims, range(type)), ...parameters(b, type)];

/** @param {'QLinearAdd' | 'QLinearMul'} op @param {Builder} b */
function binary(op, b) {
  b.opset(13);
  const type = byteType(b);
  const dims = b.shape(b.int(1, 4));
  const inputs = [...quantised(b, type, dims), ...quantised(b, type, b.broadcastable(dims)), ...parameters(b, type)];
  b.output(b.node(own(op), inputs), type);
}

/** @param {Builder} b */
function concat(b) {
  b.opset(13);
  const type = byteType(b);
  const dims = b.shape(b.int(1, 4), 500);
  const axis = b.int(0, dims.length - 1);
  const parts = Array.from({ length: b.int(1, 4) }, () =>
    quantised(b, type, dims.map((extent, i) => (i === axis ? b.extent() : extent))));
  b.output(b.node(own('QLinearConcat'), [...parameters(b, type), ...parts.flat()], { axis }), type);
}

/** @param {'QLinearLeakyRelu' | 'QLinearSigmoid' | 'QLinearSoftmax'} op @param {Builder} b */
function unary(op, b) {
  b.opset(13);
  b.case.units = 1; // onnxruntime looks values up in tables that it computes in another order
  const type = byteType(b);
  const dims = b.shape(b.int(1, 4));
  const inputs = [...quantised(b, type, dims), ...parameters(b, type)];
  b.output(b.node(own(op), inputs, op === 'QLinearLeakyRelu' ? { alpha: { float: 0.25 } }
    : op === 'QLinearSoftmax' ? { axis: b.int(0, dims.length - 1), opset: 13 } : {}), type);
}

/** @param {Builder} b @param {boolean} last  channels */
function picture(b, last) {
  const [batch, channels, height, width] = [b.int(1, 2), b.channels(), b.int(3, 12), b.int(3, 12)];
  return last ? [batch, height, width, channels] : [batch, channels, height, width];
}

/** @param {Builder} b */
function averagePool(b) {
  b.opset(13);
  b.case.units = 1; // quotients of three and more
  const type = byteType(b);
  const last = b.chance(40);
  const inputs = [...quantised(b, type, picture(b, last)), ...parameters(b, type)];
  const kernel = b.pick([1, 2, 3]);
  const pads = kernel > 1 && b.chance(50) ? Array(4).fill(1) : undefined;
  b.output(b.node(own('QLinearAveragePool'), inputs, {
    kernel_shape: [kernel, kernel], pads, strides: b.chance(50) ? [2, 2] : undefined,
    count_include_pad: b.chance(50) ? 1 : undefined, channels_last: last ? 1 : undefined,
  }), type);
}

/** @param {Builder} b */
function globalAveragePool(b) {
  b.opset(13);
  b.case.units = 1;
  const type = byteType(b);
  const last = b.chance(40);
  const inputs = [...quantised(b, type, picture(b, last)), ...parameters(b, type)];
  b.output(b.node(own('QLinearGlobalAveragePool'), inputs, { channels_last: last ? 1 : undefined }), type);
}

/** @param {Builder} b */
function qGemm(b) {
  b.opset(13);
  const [m, n, k] = [size(b), size(b), size(b)];
  const [transA, transB] = [b.chance(30), b.chance(50)];
  const right = byteType(b);
  const inputs = quantised(b, 'uint8', transA ? [k, m] : [m, k]);
  inputs.push(b.weight(transB ? [n, k] : [k, n], range(right)), ...parameters(b, right));
  inputs.push(b.chance(70) ? b.weight([n], { type: 'int32', low: -500, high: 500 }) : '');
  const real = b.chance(20);
  if (!real) inputs.push(...parameters(b, 'uint8'));
  b.output(b.node(own('QGemm'), inputs, {
    transA: transA ? 1 : undefined, transB: transB ? 1 : undefined, alpha: b.chance(25) ? { float: 0.5 } : undefined,
  }), real ? 'float32' : 'uint8');
}

/** @param {Builder} b */
function integerToFloat(b) {
  b.opset(13);
  const [m, n, k] = [size(b), size(b), size(b)];
  const right = byteType(b);
  const [a, aScale, aZero] = quantised(b, 'uint8', [m, k]);
  const w = b.weight([k, n], range(right));
  const columns = b.chance(40);
  const wScale = b.tensor(columns ? [n] : [], { constant: true, low: 0.0625, high: 1 });
  const inputs = [a, w, aScale, wScale, aZero, b.chance(50) ? parameters(b, right)[1] : ''];
  if (b.chance(50)) inputs.push(b.weight([n]));
  b.output(b.node(own('MatMulIntegerToFloat'), inputs));
}

/** @param {Builder} b */
function dynamicProduct(b) {
  b.opset(13);
  const [m, n, k] = [size(b), size(b), size(b)];
  const right = byteType(b);
  const a = b.tensor([m, k], { low: -5, high: 5 });
  b.case.tensors[a].values[0] = 255 / 16; // fills the range, so that the scale is exact
  const inputs = [a, b.weight([k, n], range(right)), ...parameters(b, right)];
  if (b.chance(50)) inputs.push(b.weight([n]));
  b.output(b.node(own('DynamicQuantizeMatMul'), inputs));
}

/** @type {[string, number[]][]} */
const activations = [['Relu', []], ['Sigmoid', []], ['Tanh', []], ['LeakyRelu', [0.125]], ['Clip', [0, 6]], ['HardSigmoid', [0.25, 0.5]]];

/** @param {Builder} b */
function fusedConv(b) {
  b.opset(13);
  const [from, to, kernel] = [b.channels(), b.channels(), b.pick([1, 3])];
  const [height, width] = [b.int(3, 9), b.int(3, 9)];
  const inputs = [b.tensor([1, from, height, width]), b.spread([to, from, kernel, kernel], from * kernel * kernel), b.weight([to])];
  if (b.chance(40)) inputs.push(b.tensor([1, to, height, width]));
  const [activation, floats] = b.pick(activations);
  const pad = (kernel - 1) >> 1;
  b.output(b.node(own('FusedConv'), inputs, { activation, activation_params: floats.length > 0 ? { floats } : undefined, pads: [pad, pad, pad, pad] }));
}

/** @param {Builder} b */
function fusedGemm(b) {
  b.opset(13);
  const [m, n, k] = [size(b), size(b), size(b)];
  b.output(b.node(own('FusedGemm'), [b.tensor([m, k]), b.spread([k, n], k), b.weight([n])], {
    activation: b.pick(['Relu', 'Sigmoid', 'Tanh']), alpha: b.chance(30) ? { float: 0.5 } : undefined,
  }));
}

/** Where the matrix [rows, columns] of each of `batch` lies. @param {number[]} batch @param {[number, number]} matrix @param {boolean} last @param {boolean} first */
function placed(batch, [rows, columns], last, first) {
  const [outer, inner] = last ? [columns, rows] : [rows, columns];
  return first ? [outer, ...batch, inner] : [...batch, outer, inner];
}

/** @param {Builder} b */
function fusedMatMul(b) {
  b.opset(13);
  const [m, n, k] = [size(b), size(b), size(b)];
  const batch = b.chance(60) ? b.shape(b.int(1, 2), 8) : [];
  const [transA, transB] = [b.chance(40), b.chance(40)];
  const [transBatchA, transBatchB] = batch.length > 0 ? [b.chance(30), b.chance(30)] : [false, false];
  const inputs = [b.tensor(placed(batch, [m, k], transA, transBatchA)), b.weight(placed(batch, [k, n], transB, transBatchB))];
  b.output(b.node(own('FusedMatMul'), inputs, {
    transA: transA ? 1 : undefined, transB: transB ? 1 : undefined,
    transBatchA: transBatchA ? 1 : undefined, transBatchB: transBatchB ? 1 : undefined,
    alpha: b.chance(50) ? { float: 0.25 } : undefined,
  }));
}

/** @param {'Gelu' | 'BiasGelu' | 'FastGelu' | 'QuickGelu'} op @param {Builder} b */
function gelu(op, b) {
  b.opset(13);
  const dims = b.shape(b.int(1, 3));
  const inputs = [b.tensor(dims)];
  if (op === 'BiasGelu' || (op === 'FastGelu' && b.chance(50))) inputs.push(b.weight([dims[dims.length - 1]]));
  b.output(b.node(own(op), inputs));
}

/** @param {'SkipLayerNormalization' | 'SkipSimplifiedLayerNormalization'} op @param {Builder} b */
function skipNormalization(op, b) {
  b.opset(13);
  const dims = [b.int(1, 2), b.extent(), b.pick([4, 8, 12, 16, 17, 32])];
  const width = [dims[2]];
  const inputs = [b.tensor(dims), b.tensor(dims), b.weight(width)];
  if (op === 'SkipLayerNormalization') inputs.push(b.weight(width));
  if (b.chance(40)) inputs.push(b.weight(width));
  const wantsSum = b.chance(30);
  const outputs = b.nodes(own(op), inputs, { epsilon: { float: 0.0625 } }, wantsSum ? 4 : 1);
  if (wantsSum) Object.assign(b.case.nodes[b.case.nodes.length - 1], { outputs: [outputs[0], '', '', outputs[3]] });
  b.output(outputs[0]);
  if (wantsSum) b.output(outputs[3]);
}

/** @param {Builder} b */
function matMulNBits(b) {
  b.opset(13);
  const [m, n, k] = [b.int(1, 5), size(b), b.pick([16, 31, 32, 33, 64, 100])];
  const [bits, block] = [b.pick([4, 4, 8]), b.pick([16, 32, 64])];
  const blocks = Math.ceil(k / block);
  const inputs = [
    b.tensor([m, k]), b.tensor([n, blocks, (block * bits) / 8], { ...range('uint8'), constant: true }),
    b.tensor([n * blocks], { low: 0.0625, high: 0.25, constant: true }),
  ];
  if (b.chance(60)) inputs.push(b.tensor([n * Math.ceil((blocks * bits) / 8)], { ...range('uint8'), constant: true }));
  b.output(b.node(own('MatMulNBits'), inputs, { K: k, N: n, bits, block_size: block }));
}

/** @param {Builder} b */
function multiHeadAttention(b) {
  b.opset(13);
  const [heads, width, queries, keys, batch] = [b.int(1, 4), b.pick([1, 2, 4, 8]), b.int(1, 9), b.int(1, 9), b.int(1, 2)];
  const hidden = heads * width;
  const inputs = [b.tensor([batch, queries, hidden]), b.tensor([batch, keys, hidden]), b.tensor([batch, keys, hidden])];
  if (b.chance(50)) inputs.push(b.weight([3 * hidden]));
  b.output(b.node(own('MultiHeadAttention'), inputs, { num_heads: heads, scale: b.chance(30) ? { float: 0.25 } : undefined }));
}

/** @type {Record<string, (b: Builder) => void>} */
const byType = {
  QLinearAdd: (b) => binary('QLinearAdd', b),
  QLinearMul: (b) => binary('QLinearMul', b),
  QLinearConcat: concat,
  QLinearLeakyRelu: (b) => unary('QLinearLeakyRelu', b),
  QLinearSigmoid: (b) => unary('QLinearSigmoid', b),
  QLinearSoftmax: (b) => unary('QLinearSoftmax', b),
  QLinearAveragePool: averagePool,
  QLinearGlobalAveragePool: globalAveragePool,
  QGemm: qGemm,
  MatMulIntegerToFloat: integerToFloat,
  DynamicQuantizeMatMul: dynamicProduct,
  FusedConv: fusedConv,
  FusedGemm: fusedGemm,
  FusedMatMul: fusedMatMul,
  Gelu: (b) => gelu('Gelu', b),
  BiasGelu: (b) => gelu('BiasGelu', b),
  FastGelu: (b) => gelu('FastGelu', b),
  QuickGelu: (b) => gelu('QuickGelu', b),
  SkipLayerNormalization: (b) => skipNormalization('SkipLayerNormalization', b),
  SkipSimplifiedLayerNormalization: (b) => skipNormalization('SkipSimplifiedLayerNormalization', b),
  MatMulNBits: matMulNBits,
  MultiHeadAttention: multiHeadAttention,
};

export const microsoft = Object.fromEntries(Object.entries(byType).map(([op, draw]) => [own(op), draw]));
