// Operators that pick or place elements by index.

/** @typedef {import('../builder.mjs').Builder} Builder */
/** @typedef {import('../builder.mjs').ElementType} ElementType */

/** @type {ElementType[]} */
const types = ['float32', 'float32', 'int64', 'int32', 'uint8'];

/** @param {Builder} b @param {number} opset @param {number[]} dims @param {number} extent  indices lie below it */
function indices(b, opset, dims, extent) {
  const type = b.pick(/** @type {ElementType[]} */ (['int64', 'int32']));
  const low = opset >= 11 && b.chance(30) ? -extent : 0;
  return b.weight(dims, { type, low, high: extent - 1 });
}

/** @param {Builder} b @param {string} y @param {ElementType} type */
function moved(b, y, type) {
  b.case.exact = true;
  b.output(y, type);
}

/** @param {Builder} b */
function gather(b) {
  const opset = b.opset(7);
  const type = b.pick(types);
  const dims = b.shape(b.int(1, 4), 1000);
  const axis = b.int(0, dims.length - 1);
  const picks = indices(b, opset, b.shape(b.int(0, 2), 12), dims[axis]);
  const named = opset >= 11 && b.chance(25) ? axis - dims.length : axis;
  moved(b, b.node('Gather', [b.tensor(dims, { type }), picks], { axis: axis > 0 || b.chance(50) ? named : undefined }), type);
}

/** @param {Builder} b */
function gatherElements(b) {
  const opset = b.opset(11);
  const type = b.pick(types);
  const dims = b.shape(b.int(1, 4), 1000);
  const axis = b.int(0, dims.length - 1);
  const shape = dims.map((extent, i) => (i === axis ? b.int(1, 5) : b.int(1, extent)));
  moved(b, b.node('GatherElements', [b.tensor(dims, { type }), indices64(b, opset, shape, dims[axis])], { axis }), type);
}

/** @param {Builder} b @param {number} opset @param {number[]} dims @param {number} extent */
function indices64(b, opset, dims, extent) {
  return b.weight(dims, { type: 'int64', low: opset >= 11 && b.chance(30) ? -extent : 0, high: extent - 1 });
}

/** Index tuples for the ND operators. @param {Builder} b @param {number[]} dims @param {number} depth @param {number} count */
function tuples(b, dims, depth, count) {
  const values = Array.from({ length: count }, () =>
    dims.slice(0, depth).map((extent) => b.values() % extent)).flat();
  return b.weight([count, depth], { type: 'int64', values });
}

/** @param {Builder} b */
function gatherND(b) {
  b.opset(11);
  const type = b.pick(types);
  const dims = b.shape(b.int(1, 4), 1000);
  const picks = tuples(b, dims, b.int(1, dims.length), b.int(1, 6));
  moved(b, b.node('GatherND', [b.tensor(dims, { type }), picks]), type);
}

/** @param {'Scatter' | 'ScatterElements'} op @param {Builder} b */
function scatterElements(op, b) {
  const opset = op === 'Scatter' ? b.opset(9, 10) : b.opset(11);
  const dims = b.shape(b.int(1, 3), 500);
  const axis = b.int(0, dims.length - 1);
  // Along the axis each place once: the order of writes is not defined.
  const count = b.int(1, dims[axis]);
  const shape = dims.map((extent, i) => (i === axis ? count : extent));
  const inner = dims.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  const shift = b.values();
  const total = shape.reduce((product, extent) => product * extent, 1);
  const values = Array.from({ length: total }, (_, i) => (Math.floor(i / inner) % count + shift) % dims[axis]);
  const reduction = opset >= 16 && b.chance(40) ? b.pick(['add', 'mul']) : undefined;
  const inputs = [b.tensor(dims), b.weight(shape, { type: 'int64', values }), b.tensor(shape)];
  moved(b, b.node(op, inputs, { axis, reduction }), 'float32');
}

/** @param {Builder} b */
function scatterND(b) {
  const opset = b.opset(11);
  const dims = b.shape(b.int(1, 3), 500);
  const picks = b.weight([1, 1], { type: 'int64', values: [b.int(0, dims[0] - 1)] });
  const reduction = opset >= 16 && b.chance(30) ? b.pick(['add', 'mul']) : undefined;
  moved(b, b.node('ScatterND', [b.tensor(dims), picks, b.tensor([1, ...dims.slice(1)])], { reduction }), 'float32');
}

/** @param {Builder} b */
function oneHot(b) {
  b.opset(9);
  const depth = b.int(1, 6);
  const at = b.tensor(b.shape(b.int(1, 3), 60), { type: 'int64', low: 0, high: depth - 1 });
  const size = b.weight([], { type: 'int64', values: [depth] });
  const values = b.weight([2]);
  moved(b, b.node('OneHot', [at, size, values], { axis: b.chance(50) ? 0 : undefined }), 'float32');
}

/** @param {Builder} b */
function trilu(b) {
  b.opset(14);
  const inputs = [b.tensor(b.shape(b.int(2, 4)))];
  if (b.chance(50)) inputs.push(b.weight([], { type: 'int64', values: [b.pick([0, 1, -1, 2, -3])] }));
  moved(b, b.node('Trilu', inputs, { upper: b.chance(50) ? 0 : undefined }), 'float32');
}

/** @param {Builder} b */
function compress(b) {
  b.opset(9);
  const dims = b.shape(b.int(1, 4), 1000);
  const axis = b.chance(60) ? b.int(0, dims.length - 1) : undefined;
  const length = axis === undefined ? dims.reduce((product, extent) => product * extent, 1) : dims[axis];
  const condition = b.tensor([b.int(1, length)], { type: 'bool', constant: true });
  const inputs = [b.tensor(dims), condition];
  // Nothing chosen gives an empty tensor, which has a test of its own.
  b.case.tensors[condition].values[0] = 1;
  moved(b, b.node('Compress', inputs, { axis }), 'float32');
}

/** @param {Builder} b */
function reverseSequence(b) {
  b.opset(10);
  const dims = b.shape(b.int(2, 4), 1000);
  const timeFirst = b.chance(50);
  const [batch, time] = timeFirst ? [dims[1], dims[0]] : [dims[0], dims[1]];
  const lengths = b.weight([batch], { type: 'int64', low: 1, high: time });
  moved(b, b.node('ReverseSequence', [b.tensor(dims), lengths], {
    batch_axis: timeFirst ? 1 : 0,
    time_axis: timeFirst ? 0 : 1,
  }), 'float32');
}

/** @param {Builder} b */
function nonZero(b) {
  b.opset(9);
  const x = b.tensor(b.shape(b.int(1, 3), 200), { type: 'int32', low: -1, high: 1, constant: true });
  moved(b, b.node('NonZero', [x]), 'int64');
}

/** @param {Builder} b */
function range(b) {
  b.opset(11);
  const type = b.pick(/** @type {ElementType[]} */ (['int64', 'float32', 'int32']));
  const [start, step, count] = [b.int(-5, 5), b.pick([1, 2, -1, 3]), b.int(1, 20)];
  const scalars = [start, start + step * count, step].map((value) => b.tensor([], { type, constant: true, values: [value] }));
  moved(b, b.node('Range', scalars), type);
}

/** @param {Builder} b */
function constantOfShape(b) {
  b.opset(9);
  const type = b.pick(/** @type {ElementType[]} */ (['float32', 'int64', 'int32', 'bool']));
  const value = { tensor: { type, dims: [1], values: [b.value(type, -3, 3)] } };
  const named = type !== 'float32' || b.chance(50);
  moved(b, b.node('ConstantOfShape', [b.ints(b.shape(b.int(1, 3), 500))], { value: named ? value : undefined }), type);
}

/** @param {Builder} b */
function eyeLike(b) {
  b.opset(9);
  const k = b.chance(50) ? b.int(-2, 2) : undefined;
  moved(b, b.node('EyeLike', [b.tensor(b.shape(2))], { k }), 'float32');
}

/** @type {Record<string, (b: Builder) => void>} */
export const indexing = {
  Compress: compress,
  ReverseSequence: reverseSequence,
  NonZero: nonZero,
  Range: range,
  ConstantOfShape: constantOfShape,
  EyeLike: eyeLike,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  Scatter: (b) => scatterElements('Scatter', b),
  ScatterElements: (b) => scatterElements('ScatterElements', b),
  ScatterND: scatterND,
  OneHot: oneHot,
  Trilu: trilu,
};
