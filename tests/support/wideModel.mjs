// A model that takes long enough to be shared among threads, or stopped.
import { encodeModel } from './onnx.mjs';

/** Numbers in [-1, 1) that are the same at every run. @param {number} count @param {number} size */
function noise(count, size) {
  let state = 7;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * size;
  });
}

/**
 * Convolutions of several kinds, each large enough to be shared.
 * @param {number} [rows]  of 3x3 convolutions: each is 48 million multiply-adds
 */
export function wideModel(rows = 1) {
  const channels = 48;
  const ints = (/** @type {number[]} */ values) => ({ ints: values });
  const pads = ints([1, 1, 1, 1]);
  return encodeModel({
    nodes: [
      { op: 'Conv', inputs: ['image', 'first'], outputs: ['a'], attributes: { pads, strides: ints([2, 2]) } },
      { op: 'Relu', inputs: ['a'], outputs: ['b'] },
      ...Array.from({ length: rows }, (_, i) => (
        { op: 'Conv', inputs: [i === 0 ? 'b' : `c${i - 1}`, 'square'], outputs: [i === rows - 1 ? 'c' : `c${i}`], attributes: { pads } })),
      { op: 'Add', inputs: ['b', 'c'], outputs: ['d'] },
      { op: 'Conv', inputs: ['d', 'each'], outputs: ['e'], attributes: { pads, group: { int: channels } } },
      { op: 'Conv', inputs: ['e', 'point'], outputs: ['f'] },
      { op: 'GlobalAveragePool', inputs: ['f'], outputs: ['mean'] },
      { op: 'Flatten', inputs: ['mean'], outputs: ['logits'] },
      { op: 'Softmax', inputs: ['logits'], outputs: ['probability'] },
    ],
    initializers: {
      first: { dims: [channels, 3, 3, 3], values: noise(channels * 27, 0.6) },
      square: { dims: [channels, channels, 3, 3], values: noise(channels * channels * 9, 0.1) },
      each: { dims: [channels, 1, 3, 3], values: noise(channels * 9, 0.6) },
      point: { dims: [channels, channels, 1, 1], values: noise(channels * channels, 0.9) },
    },
    inputs: [{ name: 'image', shape: [1, 3, 96, 96] }],
    outputs: [{ name: 'probability', shape: [1, channels] }],
  });
}
