// Matrix products.

/** @typedef {import('../builder.mjs').Builder} Builder */

/** @param {Builder} b */
const size = (b) => b.pick([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65]);

/** @param {Builder} b */
function gemm(b) {
  const opset = b.opset(7);
  const [m, n, k] = [size(b), size(b), size(b)];
  const [transA, transB] = [b.chance(30), b.chance(50)];
  const inputs = [b.tensor(transA ? [k, m] : [m, k]), b.weight(transB ? [n, k] : [k, n])];
  if (opset < 11 || b.chance(70)) {
    inputs.push(b.weight(b.pick([[n], [1, n], [m, 1], [1], [], [m, n], [1, 1]])));
  }
  b.output(b.node('Gemm', inputs, {
    transA: transA ? 1 : undefined,
    transB: transB ? 1 : undefined,
    alpha: b.chance(25) ? { float: 0.5 } : undefined,
    beta: b.chance(25) ? { float: -1.5 } : undefined,
  }));
}

/** Shapes of a MatMul's operands; either may be a vector. @param {Builder} b */
function productShapes(b) {
  const [m, n, k] = [size(b), size(b), size(b)];
  const batch = b.chance(40) ? b.shape(b.int(1, 2), 8) : [];
  const left = b.chance(10) ? [k] : [...b.broadcastable(batch), m, k];
  const right = b.chance(10) ? [k] : [...b.broadcastable(batch), k, n];
  return { left, right, n };
}

/** @param {Builder} b */
function matmul(b) {
  b.opset(7);
  const { left, right } = productShapes(b);
  b.output(b.node('MatMul', [b.tensor(left), b.chance(60) ? b.weight(right) : b.tensor(right)]));
}

/** @param {Builder} b */
function matmulInteger(b) {
  b.opset(10);
  const [m, n, k] = [size(b), size(b), size(b)];
  const type = b.pick(/** @type {const} */ (['uint8', 'int8']));
  const inputs = [
    b.tensor([m, k], { type: 'uint8', low: 0, high: 255 }),
    b.weight([k, n], { type, low: -128, high: 255 }),
  ];
  if (b.chance(60)) inputs.push(b.weight([], { type: 'uint8', low: 0, high: 255 }));
  if (inputs.length === 3 && b.chance(60)) inputs.push(b.weight(b.chance(50) ? [n] : [], { type, low: -9, high: 9 }));
  b.output(b.node('MatMulInteger', inputs), 'int32');
}

const equations = [
  ['ij,jk->ik', [0, 1], [1, 2]], ['bij,bjk->bik', [0, 1, 2], [0, 2, 3]], ['bhid,bhjd->bhij', [0, 1, 2, 3], [0, 1, 2, 3]],
  ['i,j->ij', [0], [1]], ['ij,ij->', [0, 1], [0, 1]], ['bij,jk', [0, 1, 2], [2, 3]], ['...ij,...jk->...ik', [0, 1, 2], [0, 2, 3]],
];

/** @param {Builder} b */
function einsum(b) {
  b.opset(12);
  const [equation, left, right] = /** @type {[string, number[], number[]]} */ (b.pick(equations));
  const extents = [b.int(1, 5), b.int(1, 6), b.int(1, 7), b.int(1, 8)];
  if (equation.startsWith('bhid')) extents[2] = b.int(1, 6);
  const shapes = [left, right].map((letters) => letters.map((letter) => extents[letter]));
  b.output(b.node('Einsum', shapes.map((shape) => b.tensor(shape)), { equation }));
}

/** @type {Record<string, (b: Builder) => void>} */
export const linear = { Gemm: gemm, MatMul: matmul, MatMulInteger: matmulInteger, Einsum: einsum };
