// A network of the operators that classifiers consist of and peers of the benchmark can state, with pads
// and strides of every kind; its weights are random, and the same each time.
import { randomSource } from '../differential/choices.mjs';
import { encodeModel } from '../support/onnx.mjs';

const random = randomSource(7);

/** @param {number[]} dims @param {number} [offset]  added to numbers between -0.5 and 0.5 */
export function weights(dims, offset = 0) {
  const count = dims.reduce((product, extent) => product * extent, 1);
  return { dims, values: Float32Array.from({ length: count }, () => random() / 2 ** 32 - 0.5 + offset) };
}

export const network = encodeModel({
  nodes: [
    { op: 'Conv', inputs: ['image', 'w1', 'b1'], outputs: ['c1'], attributes: { pads: { ints: [1, 0, 2, 1] }, strides: { ints: [2, 1] } } },
    { op: 'Relu', inputs: ['c1'], outputs: ['r1'] },
    { op: 'Conv', name: 'depthwise', inputs: ['r1', 'w2'], outputs: ['c2'], attributes: { group: { int: 4 }, pads: { ints: [1, 1, 1, 1] } } },
    { op: 'Constant', name: 'low', inputs: [], outputs: ['zero'], attributes: { value: { tensor: { dims: [], values: [0] } } } },
    { op: 'Constant', name: 'high', inputs: [], outputs: ['six'], attributes: { value: { tensor: { dims: [], values: [6] } } } },
    { op: 'Clip', inputs: ['c2', 'zero', 'six'], outputs: ['k2'] },
    { op: 'BatchNormalization', inputs: ['k2', 'scale', 'offset', 'mean', 'variance'], outputs: ['n2'] },
    { op: 'MaxPool', inputs: ['n2'], outputs: ['p2'], attributes: { kernel_shape: { ints: [3, 3] }, strides: { ints: [2, 2] }, pads: { ints: [1, 1, 1, 1] } } },
    { op: 'Identity', name: 'shared', inputs: ['b3'], outputs: ['b3_again'] },
    { op: 'Conv', name: 'pointwise', inputs: ['p2', 'w3', 'b3_again'], outputs: ['c3'] },
    { op: 'Add', inputs: ['p2', 'c3'], outputs: ['a3'] },
    { op: 'HardSwish', inputs: ['a3'], outputs: ['h3'] },
    { op: 'AveragePool', inputs: ['h3'], outputs: ['p3'], attributes: { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } } },
    { op: 'Concat', inputs: ['p3', 'p3'], outputs: ['j3'], attributes: { axis: { int: 1 } } },
    { op: 'GlobalAveragePool', inputs: ['h3'], outputs: ['g3'] },
    { op: 'Sigmoid', inputs: ['g3'], outputs: ['s3'] },
    { op: 'Concat', name: 'gates', inputs: ['s3', 's3'], outputs: ['gates'], attributes: { axis: { int: 1 } } },
    { op: 'Mul', inputs: ['j3', 'gates'], outputs: ['m3'] },
    { op: 'Flatten', inputs: ['m3'], outputs: ['f'] },
    { op: 'Gemm', inputs: ['f', 'w4', 'b4'], outputs: ['d4'], attributes: { transB: { int: 1 } } },
    { op: 'Relu', name: 'last', inputs: ['d4'], outputs: ['r4'] },
    { op: 'Gemm', name: 'head', inputs: ['r4', 'w5', 'b5'], outputs: ['logits'] },
  ],
  initializers: {
    w1: weights([4, 3, 3, 2]), b1: weights([4]), w2: weights([4, 1, 3, 3]), scale: weights([4], 1), offset: weights([4]),
    mean: weights([4]), variance: weights([4], 1), w3: weights([4, 4, 1, 1]), b3: weights([4]),
    w4: weights([16, 48]), b4: weights([16]), w5: weights([16, 5]), b5: weights([5]),
  },
  inputs: [{ name: 'image', shape: [1, 3, 16, 12] }],
  outputs: [{ name: 'logits', shape: [1, 5] }],
});
