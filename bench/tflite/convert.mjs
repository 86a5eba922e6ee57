// ONNX classifiers as .tflite files, for LiteRT.js: float32, channels last, batch normalization folded
// into convolutions and activations fused, as Google's own converters leave them. A network with an
// operator beyond these "cannot be stated", and the message names it.
import { readOnnx } from '../browser/onnx.js';
import { Conversion } from './conversion.mjs';
import * as layers from './layers.mjs';
import * as pointwise from './pointwise.mjs';
import { encodeTflite } from './schema.mjs';

/** @type {Record<string, (conversion: Conversion, node: import('./conversion.mjs').OnnxNode) => void>} */
const statements = {
  Add: pointwise.arithmetic, AveragePool: layers.pool, BatchNormalization: layers.batchNormalization, Clip: pointwise.clip,
  Concat: pointwise.concat, Conv: layers.convolution, Div: pointwise.arithmetic, Dropout: pointwise.identity,
  Flatten: pointwise.flatten, Gemm: layers.fullyConnected, GlobalAveragePool: pointwise.mean, HardSigmoid: pointwise.hardSigmoid,
  HardSwish: pointwise.elementwise, Identity: pointwise.identity, MatMul: layers.fullyConnected, MaxPool: layers.pool,
  Mul: pointwise.arithmetic, Pad: layers.padding, ReduceMean: pointwise.mean, Relu: pointwise.clip, Reshape: pointwise.flatten,
  Sigmoid: pointwise.elementwise, Softmax: pointwise.softmax, Sub: pointwise.arithmetic, Tanh: pointwise.elementwise,
};

/**
 * @param {Uint8Array} bytes  of a ModelProto
 * @param {number[]} shape  of its input, in ONNX's order
 * @returns {import('./schema.mjs').Network}
 */
export function restate(bytes, shape) {
  // Node's Buffers have a `slice` of their own, which does not copy.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const conversion = new Conversion(readOnnx(plain), shape);
  for (const node of conversion.graph.nodes) {
    if (conversion.weights.has(node.outputs[0]) || conversion.done.has(node)) continue;
    const state = statements[node.op];
    if (!state) throw conversion.unstated(node, 'no counterpart here');
    state(conversion, node);
  }
  const { operators, input, output } = conversion;
  return { operators, input, output };
}

/** The .tflite file. @param {Uint8Array} bytes @param {number[]} shape */
export const convert = (bytes, shape) => encodeTflite(restate(bytes, shape));
