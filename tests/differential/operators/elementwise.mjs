// Operators whose output element depends on one element of each input: activations, arithmetic with
// broadcasting, comparisons, conversions.

/** @typedef {import('../builder.mjs').Builder} Builder */
/** @typedef {import('../builder.mjs').Attributes} Attributes */
/** @typedef {import('../builder.mjs').ElementType} ElementType */

/** @typedef {{since?: number, low?: number, high?: number, types?: ElementType[], attributes?: (b: Builder, opset: number) => Attributes}} Unary */

/** @param {Builder} b @param {number} low @param {number} high */
const float = (b, low, high) => ({ float: b.value('float32', low, high) });
/** @param {Builder} b @param {Record<string, [number, number]>} ranges  each set in half of the cases */
function floats(b, ranges) {
  /** @type {Attributes} */
  const attributes = {};
  for (const [name, [low, high]] of Object.entries(ranges)) {
    if (b.chance(50)) attributes[name] = float(b, low, high);
  }
  return attributes;
}

/** @type {ElementType[]} */
const signed = ['float32', 'float32', 'float64', 'int32', 'int64', 'int8'];

/** @type {Record<string, Unary>} */
const unaries = {
  Abs: { types: [...signed, 'uint8'] }, Neg: { types: signed }, Sign: { since: 9, types: signed },
  Relu: {}, Sigmoid: { low: -8, high: 8 }, Tanh: { low: -5, high: 5 }, Exp: {},
  Log: { low: 0.125, high: 9 }, Sqrt: { low: 0, high: 9 }, Reciprocal: { low: 0.5, high: 4 },
  Ceil: {}, Floor: {}, Round: { since: 11 }, Erf: { since: 9 }, Softplus: {}, Softsign: {},
  Sin: {}, Cos: {}, Tan: { low: -1, high: 1 }, Sinh: { since: 9 }, Cosh: { since: 9 },
  Asin: { low: -1, high: 1 }, Acos: { low: -1, high: 1 }, Atan: {}, Asinh: { since: 9 },
  Acosh: { since: 9, low: 1, high: 9 }, Atanh: { since: 9, low: -0.9, high: 0.9 },
  Not: { types: ['bool'] }, BitwiseNot: { since: 18, types: ['int32', 'uint8', 'int64'] },
  HardSwish: { since: 14, low: -5, high: 5 }, Mish: { since: 18 },
  Elu: { attributes: (b) => floats(b, { alpha: [0.25, 2] }) },
  Celu: { since: 12, attributes: (b) => floats(b, { alpha: [0.25, 2] }) },
  Selu: { attributes: (b) => floats(b, { alpha: [0.25, 2], gamma: [0.5, 2] }) },
  LeakyRelu: { attributes: (b) => floats(b, { alpha: [-0.5, 0.5] }) },
  ThresholdedRelu: { since: 10, attributes: (b) => floats(b, { alpha: [0, 2] }) },
  HardSigmoid: { attributes: (b) => floats(b, { alpha: [0.125, 0.5], beta: [0.25, 0.75] }) },
  Shrink: { since: 9, attributes: (b) => floats(b, { lambd: [0.25, 1], bias: [0, 1] }) },
  Gelu: { since: 20, attributes: (b) => ({ approximate: b.chance(50) ? 'tanh' : undefined }) },
};

/** @param {string} op @param {Unary} rule @param {Builder} b */
function unary(op, { since = 7, low = -3, high = 3, types = ['float32'], attributes }, b) {
  const opset = b.opset(since);
  const type = b.pick(types);
  const x = b.sprinkle(b.tensor(b.shape(b.int(0, 5)), { type, low, high }));
  b.output(b.node(op, [x], attributes?.(b, opset)), type);
}

/** Two or three tensors that broadcast. @param {Builder} b @param {number} count @param {{type: ElementType, low?: number, high?: number}} range */
function broadcast(b, count, range) {
  const dims = b.shape(b.int(1, 5));
  return Array.from({ length: count }, (_, i) => {
    const shape = b.broadcastable(dims);
    return i > 0 && b.chance(50) ? b.weight(shape, range) : b.sprinkle(b.tensor(shape, range));
  });
}

/** @typedef {{since?: number, types: ElementType[], low?: number, high?: number, boolean?: boolean}} Binary */
/** @type {ElementType[]} */
const arithmetic = ['float32', 'float32', 'float32', 'int32', 'int64', 'float64'];
/** @type {Record<string, Binary>} */
const binaries = {
  Add: { types: arithmetic }, Sub: { types: arithmetic }, Mul: { types: arithmetic },
  Equal: { types: ['int32', 'float32', 'int64', 'bool'], boolean: true, since: 11, low: -1, high: 1 },
  Greater: { types: ['float32', 'int32', 'int64'], boolean: true, since: 9, low: -1, high: 1 },
  Less: { types: ['float32', 'int32', 'int64'], boolean: true, since: 9, low: -1, high: 1 },
  GreaterOrEqual: { types: ['float32', 'int32', 'int64'], boolean: true, since: 12, low: -1, high: 1 },
  LessOrEqual: { types: ['float32', 'int32', 'int64'], boolean: true, since: 12, low: -1, high: 1 },
  And: { types: ['bool'], boolean: true }, Or: { types: ['bool'], boolean: true },
  Xor: { types: ['bool'], boolean: true },
  BitwiseAnd: { types: ['int32', 'uint8'], since: 18 }, BitwiseOr: { types: ['int32', 'uint8'], since: 18 },
  BitwiseXor: { types: ['int32', 'uint8'], since: 18 },
};

/** @param {string} op @param {Binary} rule @param {Builder} b */
function binary(op, { since = 7, types, low = -3, high = 3, boolean = false }, b) {
  b.opset(since);
  const type = b.pick(types);
  b.output(b.node(op, broadcast(b, 2, { type, low, high })), boolean ? 'bool' : type);
}

/** A divisor without zeros, of either sign. @param {Builder} b @param {'Div' | 'Mod'} op */
function divide(b, op) {
  b.opset(op === 'Mod' ? 10 : 7);
  const type = b.pick(arithmetic);
  const dims = b.shape(b.int(1, 4));
  const x = b.tensor(b.broadcastable(dims), { type, low: -20, high: 20 });
  const y = b.weight(b.broadcastable(dims), { type, low: 0.5, high: 4 });
  const tensor = b.case.tensors[y];
  tensor.values = tensor.values.map((value) => (value || 1) * (b.values() % 2 ? 1 : -1));
  const fmod = op === 'Mod' && (type.startsWith('float') || b.chance(30)) ? 1 : undefined;
  b.output(b.node(op, [x, y], { fmod }), type);
}

/** @param {Builder} b */
function pow(b) {
  b.opset(7);
  const dims = b.shape(b.int(1, 4));
  const base = b.tensor(b.broadcastable(dims), { low: 0.25, high: 3 });
  const exponent = b.chance(50)
    ? b.weight([], { values: [b.pick([2, 0.5, 1, 3, -1, 0])] })
    : b.weight(b.broadcastable(dims), { low: -2, high: 3 });
  b.output(b.node('Pow', [base, exponent]));
}

/** @param {string} op @param {Builder} b */
function variadic(op, b) {
  const opset = b.opset(8);
  const mixed = (op === 'Max' || op === 'Min') && opset >= 12;
  const type = b.pick(/** @type {ElementType[]} */ (mixed ? ['float32', 'int32', 'int64', 'float64'] : ['float32']));
  b.output(b.node(op, broadcast(b, b.int(1, 4), { type })), type);
}

/** @param {Builder} b */
function clip(b) {
  const opset = b.opset(7);
  if (opset < 11) {
    const x = b.tensor(b.shape(b.int(1, 4)));
    b.output(b.node('Clip', [x], floats(b, { min: [-2, 0], max: [0.25, 2] })));
    return;
  }
  const type = b.pick(/** @type {ElementType[]} */ (opset >= 12 ? ['float32', 'float32', 'int32', 'int8', 'uint8', 'int64'] : ['float32']));
  const inputs = [b.sprinkle(b.tensor(b.shape(b.int(1, 4)), { type }))];
  inputs.push(b.chance(70) ? b.weight([], { type, low: -2, high: 0 }) : '');
  if (b.chance(70)) inputs.push(b.weight([], { type, low: 1, high: 2 }));
  b.output(b.node('Clip', inputs), type);
}

/** @param {Builder} b */
function prelu(b) {
  b.opset(7);
  const dims = b.shape(b.int(1, 4));
  const shape = b.chance(50) && dims.length > 1 ? [dims[1], ...dims.slice(2).map(() => 1)] : b.broadcastable(dims);
  b.output(b.node('PRelu', [b.tensor(dims), b.weight(shape)]));
}

/** @param {Builder} b */
function cast(b) {
  b.opset(7);
  /** @type {ElementType[]} */
  const types = ['float32', 'int64', 'int32', 'float64', 'bool', 'uint8', 'int8'];
  const [from, to] = [b.pick(types), b.pick(types)];
  const narrow = to === 'uint8' || to === 'int8';
  const x = b.tensor(b.shape(b.int(0, 4)), { type: from, low: narrow ? 0 : -9, high: 9 });
  const codes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float64: 11 };
  b.output(b.node('Cast', [x], { to: codes[/** @type {keyof typeof codes} */ (to)] }), to);
}

/** @param {Builder} b */
function castLike(b) {
  b.opset(15);
  const from = b.pick(/** @type {ElementType[]} */ (['float32', 'int64', 'uint8']));
  const to = b.pick(/** @type {ElementType[]} */ (['float32', 'int32', 'bool', 'float64']));
  const like = b.weight([1], { type: to });
  b.output(b.node('CastLike', [b.tensor(b.shape(b.int(0, 3)), { type: from }), like]), to);
}

/** @param {Builder} b */
function bitShift(b) {
  b.opset(11);
  const type = b.pick(/** @type {ElementType[]} */ (['uint8', 'uint32', 'uint64']));
  const dims = b.shape(b.int(1, 3));
  const inputs = [b.tensor(dims, { type, low: 0, high: 255 }), b.weight(b.broadcastable(dims), { type, low: 0, high: 7 })];
  b.output(b.node('BitShift', inputs, { direction: b.pick(['LEFT', 'RIGHT']) }), type);
}

/** @param {Builder} b */
function where(b) {
  b.opset(9);
  const type = b.pick(/** @type {ElementType[]} */ (['float32', 'int64', 'int32', 'uint8']));
  const dims = b.shape(b.int(1, 4));
  const condition = b.tensor(b.broadcastable(dims), { type: 'bool' });
  const [x, y] = [b.tensor(b.broadcastable(dims), { type }), b.weight(b.broadcastable(dims), { type })];
  b.output(b.node('Where', [condition, x, y]), type);
  b.case.exact = true;
}

/** @param {string} op @param {Builder} b */
function classify(op, b) {
  b.opset(op === 'IsInf' ? 10 : 9);
  const x = b.tensor(b.shape(b.int(1, 3)));
  const special = [NaN, Infinity, -Infinity];
  const tensor = b.case.tensors[x];
  tensor.values = tensor.values.map((value) => (b.values() % 3 ? value : special[b.values() % 3]));
  const signs = op === 'IsInf' && b.chance(40) ? { detect_negative: b.int(0, 1), detect_positive: b.int(0, 1) } : {};
  b.output(b.node(op, [x], signs), 'bool');
}

/** @type {Record<string, (b: Builder) => void>} */
export const elementwise = {
  ...Object.fromEntries(Object.entries(unaries).map(([op, rule]) =>
    [op, (/** @type {Builder} */ b) => unary(op, rule, b)])),
  ...Object.fromEntries(Object.entries(binaries).map(([op, rule]) =>
    [op, (/** @type {Builder} */ b) => binary(op, rule, b)])),
  Div: (b) => divide(b, 'Div'),
  Mod: (b) => divide(b, 'Mod'),
  Pow: pow,
  Max: (b) => variadic('Max', b),
  Min: (b) => variadic('Min', b),
  Sum: (b) => variadic('Sum', b),
  Mean: (b) => variadic('Mean', b),
  Clip: clip,
  PRelu: prelu,
  Cast: cast,
  CastLike: castLike,
  BitShift: bitShift,
  Where: where,
  IsNaN: (b) => classify('IsNaN', b),
  IsInf: (b) => classify('IsInf', b),
};
