// Linear quantisation and the products of quantised tensors.

/** @typedef {import('../builder.mjs').Builder} Builder */
/** @typedef {import('../builder.mjs').ElementType} ElementType */

/** @param {Builder} b @returns {'uint8' | 'int8'} */
const byteType = (b) => b.pick(/** @type {const} */ (['uint8', 'int8']));

// Powers of two: then ties between two integers are the same ties everywhere.
const scales = [0.5, 0.25, 0.125, 0.0625, 2 ** -6, 1];

/** A scale and a zero point, of a tensor or of each channel. @param {Builder} b @param {ElementType} type @param {number[]} dims */
function parameters(b, type, dims) {
  const count = dims.reduce((product, extent) => product * extent, 1);
  const scale = b.tensor(dims, { constant: true, values: Array.from({ length: count }, () => scales[b.values() % scales.length]) });
  const zero = b.tensor(dims, { type, constant: true, low: type === 'int8' ? -20 : 100, high: type === 'int8' ? 20 : 150 });
  return [scale, zero];
}

/** @param {'QuantizeLinear' | 'DequantizeLinear'} op @param {Builder} b */
function linear(op, b) {
  const opset = b.opset(10);
  const type = byteType(b);
  const dims = b.shape(b.int(1, 4));
  const axis = opset >= 13 && b.chance(50) ? b.int(0, dims.length - 1) : undefined;
  const [scale, zero] = parameters(b, type, axis === undefined ? [] : [dims[axis]]);
  const forward = op === 'QuantizeLinear';
  const x = b.tensor(dims, forward ? { low: -20, high: 20 } : { type, low: -128, high: 255 });
  const inputs = b.chance(80) || (forward && type === 'int8') ? [x, scale, zero] : [x, scale];
  if (inputs.length === 2) delete b.case.tensors[zero];
  b.output(b.node(op, inputs, { axis }), forward ? (inputs.length === 2 ? 'uint8' : type) : 'float32');
}

/** @param {Builder} b */
function dynamic(b) {
  b.opset(11);
  const x = b.tensor(b.shape(b.int(1, 3)), { low: -5, high: 5 });
  // An element that fills the range makes the scale exact.
  b.case.tensors[x].values[0] = 255 / 16;
  const [y, scale, zero] = b.nodes('DynamicQuantizeLinear', [x], {}, 3);
  b.output(y, 'uint8');
  b.output(scale);
  b.output(zero, 'uint8');
}

/** @param {Builder} b */
function qLinearMatMul(b) {
  b.opset(10);
  const [m, n, k] = [b.int(1, 17), b.int(1, 33), b.int(1, 40)];
  const right = byteType(b);
  const inputs = [
    b.tensor([m, k], { type: 'uint8', low: 0, high: 255 }), ...parameters(b, 'uint8', []),
    b.weight([k, n], { type: right, low: -128, high: 255 }), ...parameters(b, right, []),
    ...parameters(b, 'uint8', []),
  ];
  b.output(b.node('QLinearMatMul', inputs), 'uint8');
}

/** @param {Builder} b */
function qLinearConv(b) {
  b.opset(10);
  const group = b.pick([1, 1, 1, 4]);
  const [from, to] = [group * b.int(1, 8), group * b.int(1, 8)];
  const kernel = b.pick([1, 3, 2, 5]);
  const right = byteType(b);
  const perChannel = right === 'int8' && b.chance(50);
  const [scale, zero] = parameters(b, right, perChannel ? [to] : []);
  if (perChannel) b.case.tensors[zero].values.fill(0);
  const inputs = [
    b.tensor([b.int(1, 2), from, kernel + b.int(0, 9), kernel + b.int(0, 9)], { type: 'uint8', low: 0, high: 255 }),
    ...parameters(b, 'uint8', []),
    b.weight([to, from / group, kernel, kernel], { type: right, low: -128, high: 255 }), scale, zero,
    ...parameters(b, 'uint8', []),
  ];
  if (b.chance(50)) inputs.push(b.weight([to], { type: 'int32', low: -500, high: 500 }));
  b.output(b.node('QLinearConv', inputs, {
    group: group > 1 ? group : undefined,
    pads: b.chance(50) ? Array(4).fill((kernel - 1) >> 1) : undefined,
    strides: b.chance(40) ? [2, 2] : undefined,
  }), 'uint8');
}

/** Dequantise, convolve, quantise: how most tools write quantised networks. @param {Builder} b */
function quantisedChain(b) {
  b.case.units = 1;
  b.opset(13);
  const [from, to] = [b.int(1, 8), b.int(1, 9)];
  const x = b.tensor([1, from, b.int(3, 9), b.int(3, 9)], { type: 'uint8', low: 0, high: 255 });
  const image = b.node('DequantizeLinear', [x, ...parameters(b, 'uint8', [])]);
  const weights = b.weight([to, from, 3, 3], { type: 'int8', low: -128, high: 127 });
  const [scale, zero] = parameters(b, 'int8', [to]);
  b.case.tensors[zero].values.fill(0);
  const kernel = b.node('DequantizeLinear', [weights, scale, zero], { axis: 0 });
  let y = b.node('Conv', [image, kernel], { pads: [1, 1, 1, 1] });
  if (b.chance(50)) y = b.node('Relu', [y]);
  if (b.chance(50)) return b.output(y);
  b.output(b.node('QuantizeLinear', [y, ...parameters(b, 'uint8', [])]), 'uint8');
}

/** @type {Record<string, (b: Builder) => void>} */
export const quantised = {
  QuantizeLinear: (b) => linear('QuantizeLinear', b),
  DequantizeLinear: (b) => linear('DequantizeLinear', b),
  DynamicQuantizeLinear: dynamic,
  QLinearMatMul: qLinearMatMul,
  QLinearConv: qLinearConv,
  'chain:quantised': quantisedChain,
};
