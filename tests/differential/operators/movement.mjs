// Operators that move elements: their outputs are compared bit for bit. The ones that pick elements
// by index are in indexing.mjs.

/** @typedef {import('../builder.mjs').Builder} Builder */
/** @typedef {import('../builder.mjs').ElementType} ElementType */
import { elements } from '../builder.mjs';

/** @type {ElementType[]} */
const types = ['float32', 'float32', 'float32', 'int64', 'int32', 'uint8', 'float64', 'bool'];

/** Makes one output of x's type and marks the case exact. @param {Builder} b @param {string} y @param {ElementType} type */
function moved(b, y, type) {
  b.case.exact = true;
  b.output(y, type);
}

/** @param {Builder} b @param {number} least @param {number} most  ranks */
function operand(b, least, most) {
  const type = b.pick(types);
  const dims = b.shape(b.int(least, most));
  return { type, dims, x: b.tensor(dims, { type }) };
}

/** @param {Builder} b */
function reshape(b) {
  const opset = b.opset(7);
  const { type, dims, x } = operand(b, 1, 5);
  /** @type {number[]} */
  let target = [];
  switch (b.pick(['flat', 'split', 'copy', 'merge'])) {
    case 'flat': target = [-1]; break;
    case 'split': {
      const first = dims[0];
      const divisor = [2, 3, 4].find((n) => first % n === 0) ?? 1;
      target = [divisor, first / divisor, ...dims.slice(1)];
      if (b.chance(50)) target[b.int(0, target.length - 1)] = -1;
      break;
    }
    case 'copy': target = dims.map((extent) => (b.chance(50) ? 0 : extent)); break;
    default: target = dims.length > 1 ? [0, -1] : [elements(dims), 1];
  }
  const allowzero = opset >= 14 && !target.includes(0) && b.chance(20) ? 1 : undefined;
  moved(b, b.node('Reshape', [x, b.ints(target)], { allowzero }), type);
}

/** @param {Builder} b */
function transpose(b) {
  b.opset(7);
  const { type, dims, x } = operand(b, 1, 5);
  const perm = dims.map((_, i) => i);
  for (let i = perm.length - 1; i > 0; i -= 1) {
    const j = i - b.int(0, i);
    [perm[i], perm[j]] = [perm[j], perm[i]];
  }
  moved(b, b.node('Transpose', [x], { perm: b.chance(85) ? perm : undefined }), type);
}

/** @param {Builder} b */
function concat(b) {
  const opset = b.opset(7);
  const type = b.pick(types);
  const dims = b.shape(b.int(1, 4));
  const axis = b.int(0, dims.length - 1);
  const inputs = Array.from({ length: b.int(1, 4) }, () => {
    const shape = dims.map((extent, i) => (i === axis ? b.int(1, 9) : extent));
    return b.chance(25) ? b.weight(shape, { type }) : b.tensor(shape, { type });
  });
  const negative = opset >= 11 && b.chance(30);
  moved(b, b.node('Concat', inputs, { axis: negative ? axis - dims.length : axis }), type);
}

/** @param {Builder} b */
function slice(b) {
  const opset = b.opset(7);
  const { type, dims, x } = operand(b, 1, 4);
  const axes = dims.map((_, i) => i).filter(() => b.chance(60));
  if (axes.length === 0) axes.push(0);
  const steps = axes.map(() => (opset >= 10 && b.chance(40) ? b.pick([1, 2, 3, -1, -2]) : 1));
  const bound = (/** @type {number} */ at, /** @type {number} */ extent) =>
    b.chance(25) ? at - extent : at;
  const starts = axes.map((axis, i) => bound(steps[i] > 0 ? b.int(0, dims[axis] - 1) : dims[axis] - 1, dims[axis]));
  const ends = axes.map((axis, i) => {
    const from = starts[i] < 0 ? starts[i] + dims[axis] : starts[i];
    if (steps[i] < 0) return b.pick([-(2 ** 31), -dims[axis] - 1]);
    return b.chance(20) ? 2 ** 31 - 1 : b.int(from + 1, dims[axis] + 2);
  });
  const named = axes.map((axis) => (opset >= 10 && b.chance(20) ? axis - dims.length : axis));
  if (opset < 10) return moved(b, b.node('Slice', [x], { starts, ends, axes: named }), type);
  const inputs = [x, b.ints(starts), b.ints(ends), b.ints(named)];
  if (steps.some((step) => step !== 1) || b.chance(30)) inputs.push(b.ints(steps));
  moved(b, b.node('Slice', inputs), type);
}

/** @param {Builder} b */
function flatten(b) {
  const opset = b.opset(9);
  const { type, dims, x } = operand(b, 1, 5);
  const axis = b.chance(60) ? b.int(0, dims.length) : undefined;
  const negative = axis !== undefined && axis > 0 && axis < dims.length && opset >= 11 && b.chance(30);
  moved(b, b.node('Flatten', [x], { axis: negative ? axis - dims.length : axis }), type);
}

/** @param {string} op @param {Builder} b */
function squeeze(op, b) {
  const opset = b.opset(7);
  const type = b.pick(types);
  const dims = b.shape(b.int(1, 3));
  const full = [...dims];
  const count = b.int(1, 2);
  for (let i = 0; i < count; i += 1) full.splice(b.int(0, full.length), 0, 1);
  const ones = full.map((extent, i) => (extent === 1 ? i : -1)).filter((i) => i >= 0);
  let axes = op === 'Squeeze' ? ones.filter((_, i) => i === 0 || b.chance(70)) : ones;
  if (op === 'Unsqueeze') {
    const kept = full.filter((extent) => extent !== 1);
    axes = ones;
    const x = b.tensor(kept, { type });
    if (opset >= 11 && b.chance(30)) axes = axes.map((axis) => axis - full.length);
    const y = opset < 13 ? b.node(op, [x], { axes }) : b.node(op, [x, b.ints(axes)]);
    return moved(b, y, type);
  }
  const x = b.tensor(full, { type });
  if (opset >= 11 && b.chance(30)) axes = axes.map((axis) => axis - full.length);
  if (b.chance(20)) return moved(b, b.node(op, [x]), type);
  moved(b, opset < 13 ? b.node(op, [x], { axes }) : b.node(op, [x, b.ints(axes)]), type);
}

/** @param {Builder} b */
function expand(b) {
  b.opset(8);
  const type = b.pick(types);
  const dims = b.shape(b.int(1, 4));
  const x = b.tensor(b.broadcastable(dims), { type });
  moved(b, b.node('Expand', [x, b.ints(dims)]), type);
}

/** @param {Builder} b */
function tile(b) {
  b.opset(7);
  const type = b.pick(types);
  const dims = b.shape(b.int(1, 4), 300);
  moved(b, b.node('Tile', [b.tensor(dims, { type }), b.ints(dims.map(() => b.int(1, 3)))]), type);
}

/** @param {Builder} b */
function split(b) {
  const opset = b.opset(7);
  const type = b.pick(types);
  const parts = b.int(1, 4);
  const dims = b.shape(b.int(1, 4), 1000);
  const axis = b.int(0, dims.length - 1);
  const even = b.chance(50);
  const sizes = even ? Array(parts).fill(b.int(1, 5)) : Array.from({ length: parts }, () => b.int(1, 6));
  dims[axis] = sizes.reduce((sum, size) => sum + size, 0);
  const x = b.tensor(dims, { type });
  const attributes = { axis: b.chance(80) || axis > 0 ? axis : undefined };
  const implied = even && b.chance(50);
  const inputs = opset >= 13 && !implied ? [x, b.ints(sizes)] : [x];
  const outputs = b.nodes('Split', inputs, {
    ...attributes,
    split: opset < 13 && !implied ? sizes : undefined,
    num_outputs: opset >= 18 && implied ? parts : undefined,
  }, parts);
  for (const y of outputs) moved(b, y, type);
}

/** @param {Builder} b */
function pad(b) {
  const opset = b.opset(7);
  const type = opset >= 13 ? b.pick(/** @type {ElementType[]} */ (['float32', 'float32', 'int64', 'uint8'])) : 'float32';
  const dims = b.shape(b.int(1, 4), 1000);
  const mode = b.pick(['constant', 'reflect', 'edge']);
  const pads = [0, 1].flatMap(() => dims.map((extent) => {
    if (!b.chance(50)) return 0;
    return mode === 'reflect' ? Math.min(extent - 1, b.int(0, 3)) : b.int(mode === 'constant' && extent > 3 ? -1 : 0, 3);
  }));
  const x = b.tensor(dims, { type });
  const named = mode === 'constant' && b.chance(50) ? undefined : mode;
  if (opset < 11) {
    const value = mode === 'constant' && b.chance(50) ? { float: 1.5 } : undefined;
    return moved(b, b.node('Pad', [x], { pads, mode: named, value }), type);
  }
  const inputs = [x, b.ints(pads)];
  if (mode === 'constant' && b.chance(50)) inputs.push(b.weight([], { type }));
  moved(b, b.node('Pad', inputs, { mode: named }), type);
}

/** @param {'DepthToSpace' | 'SpaceToDepth'} op @param {Builder} b */
function blocks(op, b) {
  const opset = b.opset(7);
  const blocksize = b.int(1, 3);
  const [channels, high, wide] = [b.int(1, 5), b.int(1, 6), b.int(1, 6)];
  const square = blocksize * blocksize;
  const dims = op === 'DepthToSpace' ? [b.int(1, 2), channels * square, high, wide] : [b.int(1, 2), channels, high * blocksize, wide * blocksize];
  const mode = op === 'DepthToSpace' && opset >= 11 && b.chance(40) ? 'CRD' : undefined;
  moved(b, b.node(op, [b.tensor(dims)], { blocksize, mode }), 'float32');
}

/** @param {Builder} b */
function resize(b) {
  const opset = b.opset(10);
  const mode = b.pick(opset < 11 ? ['nearest', 'linear'] : ['nearest', 'linear', 'cubic']);
  const dims = [b.int(1, 2), b.int(1, 5), b.int(1, 9), b.int(1, 9)];
  const x = b.tensor(dims);
  const scales = [1, 1, b.pick([2, 1, 3, 0.5, 1.5, 4]), b.pick([2, 1, 3, 0.5, 1.5, 4])];
  if (mode === 'cubic') scales.splice(2, 2, scales[2] < 1 ? 1.5 : scales[2], scales[3] < 1 ? 2 : scales[3]);
  const out = dims.map((extent, i) => Math.max(1, Math.floor(extent * scales[i])));
  if (out.some((extent, i) => Math.floor(dims[i] * scales[i]) < 1)) scales.fill(1);
  const weights = () => b.weight([4], { values: scales });
  if (opset < 11) {
    b.output(b.node('Resize', [x, weights()], { mode }));
    return;
  }
  const bySize = b.chance(40);
  // Where the scaled extent is not whole, the specification's code takes it as it is in these two
  // transformations and onnxruntime rounds it down.
  const whole = bySize || dims.every((extent, i) => Number.isInteger(extent * scales[i]));
  const transform = b.pick(['half_pixel', 'asymmetric', ...(whole ? ['align_corners', 'pytorch_half_pixel'] : [])]);
  const attributes = {
    mode,
    coordinate_transformation_mode: transform,
    nearest_mode: mode === 'nearest' ? b.pick(['round_prefer_floor', 'floor', 'ceil', 'round_prefer_ceil']) : undefined,
    cubic_coeff_a: mode === 'cubic' && b.chance(50) ? { float: -0.5 } : undefined,
    exclude_outside: mode === 'cubic' && transform === 'half_pixel' && b.chance(30) ? 1 : undefined,
    antialias: opset >= 18 && mode !== 'nearest' && transform === 'half_pixel' && b.chance(25) ? 1 : undefined,
  };
  const roi = opset >= 13 ? '' : b.tensor([0], { constant: true });
  // Of nearest neighbours a ratio that float32 rounds would decide which of two is taken.
  const target = (/** @type {number} */ extent) => (mode === 'nearest' ? extent * b.int(1, 3) : b.int(1, 16));
  const inputs = bySize
    ? [x, roi, opset >= 13 ? '' : b.tensor([0], { constant: true }), b.ints([dims[0], dims[1], ...dims.slice(2).map(target)])]
    : [x, roi, weights()];
  b.output(b.node('Resize', inputs, attributes));
}

/** @param {Builder} b */
function upsample(b) {
  const opset = 7 + b.int(0, 2);
  b.case.opset = opset;
  const mode = b.pick(['nearest', 'linear']);
  const x = b.tensor([b.int(1, 2), b.int(1, 4), b.int(1, 7), b.int(1, 7)]);
  const scales = [1, 1, b.pick([2, 1, 3]), b.pick([2, 1, 3])];
  b.output(opset < 9
    ? b.node('Upsample', [x], { mode, scales: { floats: scales } })
    : b.node('Upsample', [x, b.weight([4], { values: scales })], { mode }));
}

/** @param {'Shape' | 'Size'} op @param {Builder} b */
function measure(op, b) {
  const opset = b.opset(7);
  const { dims, x } = operand(b, 1, 4);
  const start = op === 'Shape' && opset >= 15 && b.chance(30) ? b.int(0, dims.length - 1) : undefined;
  moved(b, b.node(op, [x], { start }), 'int64');
}

/** @type {Record<string, (b: Builder) => void>} */
export const movement = {
  Reshape: reshape,
  Transpose: transpose,
  Concat: concat,
  Slice: slice,
  Flatten: flatten,
  Squeeze: (b) => squeeze('Squeeze', b),
  Unsqueeze: (b) => squeeze('Unsqueeze', b),
  Expand: expand,
  Tile: tile,
  Split: split,
  Pad: pad,
  DepthToSpace: (b) => blocks('DepthToSpace', b),
  SpaceToDepth: (b) => blocks('SpaceToDepth', b),
  Resize: resize,
  Upsample: upsample,
  Shape: (b) => measure('Shape', b),
  Size: (b) => measure('Size', b),
  Identity: (b) => {
    b.opset(7);
    const { type, x } = operand(b, 0, 4);
    moved(b, b.node('Identity', [x]), type);
  },
  Dropout: (b) => {
    const opset = b.opset(7);
    const ratio = opset < 12 && b.chance(50) ? { float: 0.25 } : undefined;
    moved(b, b.node('Dropout', [b.tensor(b.shape(b.int(1, 4)))], { ratio }), 'float32');
  },
};
