// Convolutions and pools over one to three axes, with every way of padding.

/** @typedef {import('../builder.mjs').Builder} Builder */
/** @typedef {import('../builder.mjs').Attributes} Attributes */

/** @param {Builder} b */
const spatialRank = (b) => b.pick([2, 2, 2, 2, 1, 3]);

/**
 * A window per axis and extents that it fits.
 * @param {Builder} b
 * @param {number} rank
 * @param {{dilate?: boolean, ceil?: boolean}} [options]  ceil: ceil_mode may be set
 */
function window(b, rank, { dilate = true, ceil = false } = {}) {
  const square = !b.chance(35);
  const each = (/** @type {() => number} */ draw) => {
    const first = draw();
    return Array.from({ length: rank }, (_, i) => (i === 0 || square ? first : draw()));
  };
  const kernel = each(() => b.pick([1, 3, 2, 5, 4, 7]));
  const drawn = each(() => b.pick([1, 2, 1, 3]));
  const auto = b.pick(['', '', '', 'SAME_UPPER', 'SAME_LOWER', 'VALID']);
  // onnxruntime has no dilation together with SAME_*.
  // Where windows leave gaps, SAME_* would need negative pads; runtimes differ in what they do then.
  const strides = drawn.map((stride, i) => (auto.startsWith('SAME') ? Math.min(stride, kernel[i]) : stride));
  const dilations = dilate && !auto.startsWith('SAME') && b.chance(20) ? each(() => b.int(1, 3)) : kernel.map(() => 1);
  const reach = kernel.map((taps, i) => (taps - 1) * dilations[i] + 1);
  const pads = Array.from({ length: 2 * rank }, () => 0);
  if (auto === '' && b.chance(60)) {
    const even = b.chance(60);
    for (let i = 0; i < rank; i += 1) {
      pads[i] = even ? (kernel[i] - 1) >> 1 : b.int(0, kernel[i] - 1);
      pads[i + rank] = even ? pads[i] : b.int(0, kernel[i] - 1);
    }
  }
  const extents = reach.map((taps, i) => {
    const least = Math.max(1, taps - pads[i] - pads[i + rank]);
    return least + b.int(0, rank === 3 ? 4 : 14);
  });
  /** @type {Attributes} */
  const attributes = {
    kernel_shape: kernel,
    strides: strides.some((s) => s !== 1) || b.chance(20) ? strides : undefined,
    dilations: dilations.some((d) => d !== 1) ? dilations : undefined,
    pads: auto === '' && pads.some((p) => p !== 0) ? pads : undefined,
    auto_pad: auto || undefined,
    ceil_mode: ceil && b.chance(25) ? 1 : undefined,
  };
  return { kernel, extents, attributes };
}

/** Groups, channels in and out. @param {Builder} b */
function channelPlan(b) {
  switch (b.pick(['plain', 'plain', 'depthwise', 'grouped', 'multiplied'])) {
    case 'depthwise': {
      const channels = b.channels();
      return { group: channels, from: channels, to: channels };
    }
    case 'grouped': {
      const group = b.int(1, 4);
      return { group, from: group * b.int(1, 9), to: group * b.int(1, 9) };
    }
    case 'multiplied': {
      const group = b.int(1, 9);
      return { group, from: group, to: group * b.int(1, 3) };
    }
    default:
      return { group: 1, from: b.channels(), to: b.channels() };
  }
}

/** @param {Builder} b */
function conv(b) {
  b.opset();
  const rank = spatialRank(b);
  const { kernel, extents, attributes } = window(b, rank);
  const { group, from, to } = channelPlan(b);
  if (b.chance(20)) delete attributes.kernel_shape;
  if (group !== 1) attributes.group = group;
  const inputs = [b.tensor([b.pick([1, 1, 2, 3]), from, ...extents]), b.weight([to, from / group, ...kernel])];
  if (b.chance(50)) inputs.push(b.weight([to]));
  b.output(b.node('Conv', inputs, attributes));
}

/** Sizes at which other kernels are chosen, transforms of tiles among them. @param {Builder} b */
function largeConv(b) {
  b.opset(11);
  const [from, to] = [b.pick([16, 24, 32, 48, 64]), b.pick([16, 24, 32, 40, 64])];
  const kernel = b.pick([3, 1, 5]);
  const stride = b.pick([1, 1, 2]);
  const dims = [b.int(1, 2), from, b.int(7, 30), b.int(7, 30)];
  const half = (kernel - 1) >> 1;
  const pads = [half, half, half, half].map((pad) => (b.chance(15) ? 0 : pad));
  const inputs = [b.tensor(dims), b.spread([to, from, kernel, kernel], from * kernel * kernel), b.weight([to])];
  const y = b.node('Conv', inputs, { pads, strides: [stride, stride] });
  b.output(b.chance(50) ? b.node('Relu', [y]) : y);
}

/** @param {Builder} b */
function convTranspose(b) {
  b.opset();
  const rank = b.pick([2, 2, 2, 1, 3]);
  const { kernel, extents, attributes } = window(b, rank);
  const group = b.pick([1, 1, 2, 3]);
  const from = group * b.int(1, 6);
  const perGroup = b.int(1, 6);
  if (group !== 1) attributes.group = group;
  const strides = /** @type {number[]} */ (attributes.strides ?? kernel.map(() => 1));
  const dilations = /** @type {number[]} */ (attributes.dilations ?? kernel.map(() => 1));
  if (b.chance(25)) {
    attributes.output_padding = strides.map((s, i) => b.int(0, Math.max(s, dilations[i]) - 1));
  }
  const inputs = [b.tensor([b.int(1, 2), from, ...extents]), b.weight([from, perGroup, ...kernel])];
  if (b.chance(50)) inputs.push(b.weight([group * perGroup]));
  b.output(b.node('ConvTranspose', inputs, attributes));
}

/** @param {Builder} b */
function convInteger(b) {
  b.opset(10);
  const { kernel, extents, attributes } = window(b, 2);
  const { group, from, to } = channelPlan(b);
  if (group !== 1) attributes.group = group;
  const inputs = [
    b.tensor([b.int(1, 2), from, ...extents], { type: 'uint8', low: 0, high: 255 }),
    b.weight([to, from / group, ...kernel], { type: b.pick(['int8', 'uint8']), low: -128, high: 255 }),
  ];
  if (b.chance(50)) inputs.push(b.tensor([], { type: 'uint8', low: 0, high: 255, constant: true }));
  b.output(b.node('ConvInteger', inputs, attributes), 'int32');
}

/** @param {string} op @param {Builder} b */
function pool(op, b) {
  const dilatedFrom = op === 'MaxPool' ? 10 : op === 'AveragePool' ? 19 : 18;
  const opset = b.opset(7);
  const rank = spatialRank(b);
  const settings = { dilate: opset >= dilatedFrom, ceil: op === 'LpPool' ? opset >= 18 : opset >= 10 };
  const { extents, attributes } = window(b, rank, settings);
  if (op === 'AveragePool' && b.chance(30)) attributes.count_include_pad = 1;
  if (op === 'LpPool' && b.chance(50)) attributes.p = b.int(1, 3);
  const x = b.tensor([b.int(1, 2), b.channels(), ...extents]);
  // Of NaN among others onnxruntime's maximum takes sometimes one, sometimes the other.
  if (op !== 'MaxPool') b.sprinkle(x);
  if (op === 'MaxPool' && opset >= 8 && b.chance(10)) {
    const [y, indices] = b.nodes(op, [x], attributes, 2);
    b.output(y);
    b.output(indices, 'int64');
    return;
  }
  b.output(b.node(op, [x], attributes));
}

/** @param {string} op @param {Builder} b */
function globalPool(op, b) {
  b.opset();
  const dims = [b.int(1, 3), b.channels(), ...b.shape(b.pick([2, 1, 3]), 300)];
  const p = op === 'GlobalLpPool' && b.chance(50) ? b.int(1, 3) : undefined;
  b.output(b.node(op, [b.tensor(dims)], { p }));
}

/** @type {Record<string, (b: Builder) => void>} */
export const convolution = {
  Conv: conv,
  'chain:large-conv': largeConv,
  ConvTranspose: convTranspose,
  ConvInteger: convInteger,
  MaxPool: (b) => pool('MaxPool', b),
  AveragePool: (b) => pool('AveragePool', b),
  LpPool: (b) => pool('LpPool', b),
  GlobalAveragePool: (b) => globalPool('GlobalAveragePool', b),
  GlobalMaxPool: (b) => globalPool('GlobalMaxPool', b),
  GlobalLpPool: (b) => globalPool('GlobalLpPool', b),
};
