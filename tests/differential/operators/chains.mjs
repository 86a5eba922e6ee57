// A few nodes in the arrangements of real classifiers, so that the passes have something to fuse,
// fold, cancel and lay out; a value in the middle is often an output too, which must stop a fusion.

/** @typedef {import('../builder.mjs').Builder} Builder */
/** @typedef {{name: string, dims: [number, number, number, number]}} Image */

/** @param {Builder} b @returns {Image} */
function image(b) {
  /** @type {Image['dims']} */
  const dims = [b.pick([1, 1, 2]), b.channels(), b.int(1, 14), b.int(1, 14)];
  return { name: b.tensor(dims), dims };
}

/** @typedef {{kernel?: number, to?: number, stride?: number, depthwise?: boolean, bias?: boolean}} ConvPlan */

/** A convolution that keeps the extents (over the stride). @param {Builder} b @param {Image} from @param {ConvPlan} [plan] @returns {Image} */
function conv(b, { name, dims }, plan = {}) {
  const { kernel = b.pick([1, 3, 5]), stride = 1, depthwise = false, bias = b.chance(50) } = plan;
  const [batch, channels, high, wide] = dims;
  const to = depthwise ? channels : (plan.to ?? b.channels());
  const half = (kernel - 1) >> 1;
  const perGroup = depthwise ? 1 : channels;
  const inputs = [name, b.spread([to, perGroup, kernel, kernel], perGroup * kernel * kernel)];
  if (bias) inputs.push(b.weight([to]));
  const output = b.node('Conv', inputs, {
    kernel_shape: [kernel, kernel],
    pads: half > 0 ? [half, half, half, half] : undefined,
    strides: stride > 1 ? [stride, stride] : undefined,
    group: depthwise ? channels : undefined,
  });
  return { name: output, dims: [batch, to, Math.ceil(high / stride), Math.ceil(wide / stride)] };
}

/** @param {Builder} b @param {Image} from @returns {Image} */
function batchNorm(b, { name, dims }) {
  const parameters = [0, 1, 2, 3].map((i) => b.tensor([dims[1]], { constant: true, low: i === 3 ? 0.25 : -1, high: 2 }));
  return { name: b.node('BatchNormalization', [name, ...parameters]), dims };
}

/** @param {Builder} b @param {Image} from @param {string} [kind] @returns {Image} */
function activation(b, { name, dims }, kind) {
  const chosen = kind ?? b.pick(['Relu', 'Relu6', 'HardSwish', 'HardSwishParts', 'Silu', 'Sigmoid', 'HardSigmoid', 'none']);
  const constant = (/** @type {number} */ value) => b.tensor([], { constant: true, values: [value] });
  if (chosen === 'none') return { name, dims };
  if (chosen === 'Relu6') return { name: b.node('Clip', [name, constant(0), constant(6)]), dims };
  if (chosen === 'Silu') return { name: b.node('Mul', [name, b.node('Sigmoid', [name])]), dims };
  if (chosen === 'HardSwishParts') {
    const clipped = b.node('Clip', [b.node('Add', [name, constant(3)]), constant(0), constant(6)]);
    return { name: b.node('Div', [b.node('Mul', [name, clipped]), constant(6)]), dims };
  }
  const slope = chosen === 'HardSigmoid' ? { alpha: { float: 1 / 6 } } : {};
  return { name: b.node(chosen, [name], slope), dims };
}

/** @param {Builder} b @param {Image} value  made an output as well, sometimes */
function tap(b, { name }) {
  if (b.chance(15) && !b.case.outputs.includes(name) && name.startsWith('y')) b.output(name);
}

/** @param {Builder} b @param {string} name */
function finish(b, name) {
  if (!b.case.outputs.includes(name)) b.output(name);
}

/** @param {Builder} b */
function convNormActivate(b) {
  b.opset(14);
  let x = image(b);
  const depth = b.int(1, 3);
  for (let i = 0; i < depth; i += 1) {
    x = conv(b, x, { depthwise: b.chance(35), stride: b.pick([1, 2]) });
    tap(b, x);
    if (b.chance(60)) x = batchNorm(b, x);
    tap(b, x);
    x = activation(b, x);
  }
  finish(b, x.name);
}

/** @param {Builder} b */
function residual(b) {
  b.opset(14);
  let x = image(b);
  const blocks = b.int(1, 2);
  for (let i = 0; i < blocks; i += 1) {
    let y = activation(b, conv(b, x));
    y = conv(b, y, { to: x.dims[1] });
    if (b.chance(50)) y = batchNorm(b, y);
    tap(b, y);
    const sides = b.chance(50) ? [x.name, y.name] : [y.name, x.name];
    x = activation(b, { name: b.node('Add', sides), dims: y.dims });
  }
  finish(b, x.name);
}

/** @param {Builder} b */
function squeezeExcite(b) {
  b.opset(14);
  const x = activation(b, conv(b, image(b), { depthwise: b.chance(50) }));
  const [batch, channels] = x.dims;
  /** @type {Image} */
  const pooled = { name: b.node('GlobalAveragePool', [x.name]), dims: [batch, channels, 1, 1] };
  const narrow = activation(b, conv(b, pooled, { kernel: 1, to: b.int(1, 9) }), 'Relu');
  const wide = conv(b, narrow, { kernel: 1, to: channels });
  const gate = activation(b, wide, b.pick(['Sigmoid', 'HardSigmoid']));
  const sides = b.chance(50) ? [x.name, gate.name] : [gate.name, x.name];
  finish(b, conv(b, { name: b.node('Mul', sides), dims: x.dims }).name);
}

/** Branches of one value, concatenated; a Split or a channel shuffle in between. @param {Builder} b */
function branches(b) {
  b.opset(14);
  const x = image(b);
  const parts = Array.from({ length: b.int(1, 3) }, () => activation(b, conv(b, x), b.pick(['Relu', 'none', 'Silu'])));
  let channels = parts.reduce((sum, part) => sum + part.dims[1], 0);
  const names = parts.map((part) => part.name);
  if (b.chance(40)) {
    names.push(b.node('MaxPool', [x.name], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }));
    channels += x.dims[1];
  }
  let joined = b.node('Concat', names, { axis: 1 });
  const [batch, , high, wide] = x.dims;
  if (channels % 2 === 0 && b.chance(60)) {
    const apart = b.node('Reshape', [joined, b.tensor([5], { type: 'int64', constant: true, values: [batch, 2, channels / 2, high, wide] })]);
    const swapped = b.node('Transpose', [apart], { perm: [0, 2, 1, 3, 4] });
    joined = b.node('Reshape', [swapped, b.tensor([4], { type: 'int64', constant: true, values: [batch, -1, high, wide] })]);
  }
  finish(b, conv(b, { name: joined, dims: [batch, channels, high, wide] }).name);
}

/** The end of a classifier. @param {Builder} b */
function head(b) {
  b.opset(14);
  const x = activation(b, conv(b, image(b)));
  const [batch, channels, high, wide] = x.dims;
  const pooled = b.chance(70);
  const features = pooled ? channels : channels * high * wide;
  const from = pooled ? b.node('GlobalAveragePool', [x.name]) : x.name;
  const flat = b.chance(60)
    ? b.node('Flatten', [from], { axis: 1 })
    : b.node('Reshape', [from, b.tensor([2], { type: 'int64', constant: true, values: [batch, -1] })]);
  const classes = b.int(1, 20);
  const logits = b.chance(50)
    ? b.node('Gemm', [flat, b.spread([classes, features], features), b.weight([classes])], { transB: 1 })
    : b.node('Add', [b.node('MatMul', [flat, b.spread([features, classes], features)]), b.weight([classes])]);
  finish(b, b.chance(50) ? b.node('Softmax', [logits], { axis: 1 }) : logits);
}

/** Transposes around what works on either layout. @param {Builder} b */
function layouts(b) {
  b.opset(14);
  const dims = /** @type {Image['dims']} */ ([1, b.int(1, 9), b.int(1, 9), b.int(1, 9)]);
  const last = b.tensor([dims[0], dims[2], dims[3], dims[1]]);
  let x = activation(b, conv(b, { name: b.node('Transpose', [last], { perm: [0, 3, 1, 2] }), dims }));
  if (b.chance(50)) x = { name: b.node('Add', [x.name, b.weight([x.dims[1], 1, 1])]), dims: x.dims };
  if (b.chance(40)) x = { name: b.node('AveragePool', [x.name], { kernel_shape: [1, 1] }), dims: x.dims };
  const back = b.node('Transpose', [x.name], { perm: [0, 2, 3, 1] });
  const scaled = b.node('Mul', [back, b.weight([x.dims[1]])]);
  finish(b, b.chance(50) ? b.node('Softmax', [scaled], { axis: -1 }) : scaled);
}

/** Whole arithmetic of several steps over any shapes. @param {Builder} b */
function arithmetic(b) {
  b.opset(14);
  const dims = b.shape(b.int(1, 4), 500);
  let x = b.tensor(dims);
  const steps = b.int(1, 6);
  for (let i = 0; i < steps; i += 1) {
    const op = b.pick(['Add', 'Mul', 'Sub', 'Relu', 'Sigmoid', 'HardSwish', 'Mul']);
    const unary = ['Relu', 'Sigmoid', 'HardSwish'].includes(op);
    const other = b.chance(20) ? x : b.weight(b.broadcastable(dims));
    x = b.node(op, unary ? [x] : b.chance(50) ? [x, other] : [other, x]);
    tap(b, { name: x, dims: [1, 1, 1, 1] });
  }
  finish(b, x);
}

/** @type {Record<string, (b: Builder) => void>} */
export const chains = {
  'chain:conv-norm-activation': convNormActivate,
  'chain:residual': residual,
  'chain:squeeze-excite': squeezeExcite,
  'chain:branches': branches,
  'chain:head': head,
  'chain:layouts': layouts,
  'chain:arithmetic': arithmetic,
};
