// Operators that combine elements along axes: softmax, reductions, normalisations, positions.

/** @typedef {import('../builder.mjs').Builder} Builder */
/** @typedef {import('../builder.mjs').ElementType} ElementType */

/** An axis, sometimes counted from the end. @param {Builder} b @param {number} rank @param {boolean} [negative] */
function axisOf(b, rank, negative = true) {
  const axis = b.int(0, rank - 1);
  return negative && b.chance(30) ? axis - rank : axis;
}

/** @param {string} op @param {Builder} b */
function softmax(op, b) {
  const opset = b.opset(7);
  const dims = b.shape(b.int(1, 4));
  const axis = b.chance(70) ? axisOf(b, dims.length, opset >= 11) : undefined;
  // Before opset 13 the default is axis 1.
  const safe = axis === undefined && opset < 13 && dims.length < 2 ? 0 : axis;
  const x = b.tensor(dims, { low: -6, high: 6 });
  if (op !== 'Hardmax') b.sprinkle(x);
  b.output(b.node(op, [x], { axis: safe }));
}

/** Opset from which the axes are an input. @type {(op: string) => number} */
const axesInputSince = (op) => (op === 'ReduceSum' ? 13 : 18);

/** @param {string} op @param {Builder} b */
function reduce(op, b) {
  const opset = b.opset(7);
  const dims = b.shape(b.int(1, 4), 2000);
  const positive = op === 'ReduceLogSum' || op === 'ReduceLogSumExp';
  const plain = ['ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceMean'].includes(op);
  const type = plain ? b.pick(/** @type {ElementType[]} */ (['float32', 'float32', 'int32', 'int64'])) : 'float32';
  const narrow = op === 'ReduceProd';
  const x = b.tensor(dims, { type, low: positive ? 0.25 : narrow ? -1 : -3, high: narrow ? 1 : 3 });
  // Of NaN among others onnxruntime's maximum takes sometimes one, sometimes the other.
  if (op !== 'ReduceMax' && op !== 'ReduceMin') b.sprinkle(x);
  const axes = dims.map((_, i) => i).filter(() => b.chance(50));
  const named = axes.length > 0 ? axes.map((axis) => (opset >= 11 && b.chance(20) ? axis - dims.length : axis)) : undefined;
  const keepdims = b.chance(50) ? 0 : undefined;
  if (opset < axesInputSince(op)) {
    b.output(b.node(op, [x], { axes: named, keepdims }), type);
    return;
  }
  const empty = !named && b.chance(30) ? 1 : undefined;
  b.output(b.node(op, named ? [x, b.ints(named)] : [x], { keepdims, noop_with_empty_axes: empty }), type);
}

/** @param {string} op @param {Builder} b */
function position(op, b) {
  const opset = b.opset(7);
  const dims = b.shape(b.int(1, 4));
  b.output(b.node(op, [b.tensor(dims, { low: -1, high: 1 })], {
    axis: b.chance(70) ? axisOf(b, dims.length, opset >= 11) : undefined,
    keepdims: b.chance(40) ? 0 : undefined,
    select_last_index: opset >= 12 && b.chance(30) ? 1 : undefined,
  }), 'int64');
}

/** @param {Builder} b */
function topK(b) {
  const opset = b.opset(7);
  const dims = b.shape(b.int(1, 4));
  const axis = b.int(0, dims.length - 1);
  const k = b.int(1, dims[axis]);
  const x = b.tensor(dims);
  // Equal elements have no order between them across versions: make them distinct.
  b.case.tensors[x].values = b.case.tensors[x].values.map((value, i) => value + i / 4096);
  const inputs = opset >= 10 ? [x, b.ints([k])] : [x];
  const [values, indices] = b.nodes('TopK', inputs, {
    axis: b.chance(70) || axis !== dims.length - 1 ? axis : undefined,
    k: opset < 10 ? k : undefined,
    largest: opset >= 11 && b.chance(40) ? 0 : undefined,
  }, 2);
  b.output(values);
  b.output(indices, 'int64');
}

/** @param {Builder} b */
function batchNormalization(b) {
  const opset = b.opset(7);
  const channels = b.channels();
  const x = b.tensor([b.int(1, 3), channels, ...b.shape(b.pick([2, 2, 1, 0, 3]), 200)]);
  const parameters = [0, 1, 2, 3].map((i) => b.weight([channels], i === 3 ? { low: 0.25, high: 2 } : {}));
  const epsilon = b.chance(40) ? { float: 0.01 } : undefined;
  const momentum = b.chance(20) ? { float: 0.5 } : undefined;
  b.output(b.node('BatchNormalization', [x, ...parameters], { epsilon, momentum, training_mode: opset >= 14 && b.chance(10) ? 0 : undefined }));
}

/** @param {Builder} b */
function instanceNormalization(b) {
  b.opset(7);
  const channels = b.channels();
  const x = b.tensor([b.int(1, 3), channels, ...b.shape(b.pick([2, 1, 3]), 200)]);
  const epsilon = b.chance(40) ? { float: 0.01 } : undefined;
  b.output(b.node('InstanceNormalization', [x, b.weight([channels]), b.weight([channels])], { epsilon }));
}

/** @param {Builder} b */
function layerNormalization(b) {
  b.opset(17);
  const dims = b.shape(b.int(1, 4));
  const axis = b.int(0, dims.length - 1);
  const inputs = [b.tensor(dims), b.weight(dims.slice(axis))];
  if (b.chance(60)) inputs.push(b.weight(dims.slice(axis)));
  b.output(b.node('LayerNormalization', inputs, {
    axis: axis === dims.length - 1 && b.chance(50) ? undefined : b.chance(30) ? axis - dims.length : axis,
    epsilon: b.chance(40) ? { float: 0.01 } : undefined,
  }));
}

/** @param {Builder} b */
function groupNormalization(b) {
  b.opset(21);
  const groups = b.int(1, 4);
  const channels = groups * b.int(1, 5);
  const x = b.tensor([b.int(1, 2), channels, ...b.shape(b.pick([2, 1]), 200)]);
  b.output(b.node('GroupNormalization', [x, b.weight([channels]), b.weight([channels])], { num_groups: groups }));
}

/** @param {Builder} b */
function lrn(b) {
  b.opset(7);
  const x = b.tensor([b.int(1, 2), b.channels(), ...b.shape(2, 200)]);
  b.output(b.node('LRN', [x], {
    size: b.pick([1, 3, 5, 7]),
    alpha: b.chance(50) ? { float: 0.125 } : undefined,
    beta: b.chance(50) ? { float: 0.5 } : undefined,
    bias: b.chance(50) ? { float: 2 } : undefined,
  }));
}

/** @param {Builder} b */
function lpNormalization(b) {
  b.opset(7);
  const dims = b.shape(b.int(1, 4));
  const x = b.tensor(dims, { low: 0.25, high: 3 });
  b.output(b.node('LpNormalization', [x], { axis: b.chance(70) ? axisOf(b, dims.length) : undefined, p: b.chance(50) ? 1 : undefined }));
}

/** @param {Builder} b */
function meanVariance(b) {
  b.opset(13);
  // Variance over one element alone is zero, and what is divided by it noise.
  const x = b.tensor([b.int(1, 2), b.channels(), b.int(2, 7), b.int(2, 7)]);
  b.output(b.node('MeanVarianceNormalization', [x], { axes: b.chance(40) ? [2, 3] : undefined }));
}

/** @param {Builder} b */
function cumSum(b) {
  b.opset(11);
  const dims = b.shape(b.int(1, 4));
  const type = b.pick(/** @type {ElementType[]} */ (['float32', 'int32', 'int64']));
  const axis = b.weight([], { type: 'int64', values: [axisOf(b, dims.length)] });
  b.output(b.node('CumSum', [b.tensor(dims, { type }), axis], {
    exclusive: b.chance(30) ? 1 : undefined,
    reverse: b.chance(30) ? 1 : undefined,
  }), type);
}

const reductions = ['Sum', 'Mean', 'Max', 'Min', 'Prod', 'L1', 'L2', 'LogSum', 'LogSumExp', 'SumSquare'];

/** @type {Record<string, (b: Builder) => void>} */
export const reduction = {
  Softmax: (b) => softmax('Softmax', b),
  LogSoftmax: (b) => softmax('LogSoftmax', b),
  Hardmax: (b) => softmax('Hardmax', b),
  ...Object.fromEntries(reductions.map((name) =>
    [`Reduce${name}`, (/** @type {Builder} */ b) => reduce(`Reduce${name}`, b)])),
  ArgMax: (b) => position('ArgMax', b),
  ArgMin: (b) => position('ArgMin', b),
  TopK: topK,
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  GroupNormalization: groupNormalization,
  LRN: lrn,
  LpNormalization: lpNormalization,
  MeanVarianceNormalization: meanVariance,
  CumSum: cumSum,
};
