// What the statements of all operators share while an ONNX graph is restated for TensorFlow Lite: the
// tensor that each value has become, and the operators so far. Images are channels last from the input
// on; tensors of other ranks lie as in ONNX.
import { OnnxView } from '../browser/onnx_view.js';
import { activations } from './schema.mjs';

/**
 * @typedef {import('../browser/onnx.js').OnnxNode} OnnxNode
 * @typedef {import('../browser/onnx.js').OnnxGraph} OnnxGraph
 * @typedef {import('./schema.mjs').Tensor} Tensor
 * @typedef {import('./schema.mjs').Operator} Operator
 */

/** @param {number[]} shape */
export const product = (shape) => shape.reduce((total, extent) => total * extent, 1);

/**
 * Moves the axes of a tensor's elements.
 * @param {ArrayLike<number>} values
 * @param {number[]} dims
 * @param {number[]} order  for each new axis, which one it was
 */
export function transposed(values, dims, order) {
  const strides = dims.map((_, axis) => product(dims.slice(axis + 1)));
  const [extents, steps] = [order.map((axis) => dims[axis]), order.map((axis) => strides[axis])];
  const result = new Float32Array(product(dims));
  const index = extents.map(() => 0);
  for (let to = 0, from = 0; to < result.length; to += 1) {
    result[to] = values[from];
    for (let axis = index.length - 1; axis >= 0; axis -= 1) {
      index[axis] += 1;
      from += steps[axis];
      if (index[axis] < extents[axis]) break;
      from -= steps[axis] * extents[axis];
      index[axis] = 0;
    }
  }
  return result;
}

export class Conversion extends OnnxView {
  /** @type {Operator[]} */
  operators = [];
  /** Nodes that became part of another's operator. @type {Set<OnnxNode>} */
  done = new Set();
  /** @type {Map<string, Tensor>} */
  #tensors = new Map();

  /** @param {OnnxGraph} graph @param {number[]} shape  of its input, in ONNX's order */
  constructor(graph, shape) {
    super(graph, 'LiteRT.js');
    const [batch, channels, high, wide] = shape;
    this.input = { name: 'image', shape: shape.length === 4 ? [batch, high, wide, channels] : shape };
    this.bind(graph.inputs[0], this.input);
  }

  /** @param {string} value @param {Tensor} tensor */
  bind(value, tensor) {
    this.#tensors.set(value, tensor);
  }

  /** @param {OnnxNode} node @param {number} [index] @returns {Tensor} */
  tensor(node, index = 0) {
    const tensor = this.#tensors.get(node.inputs[index]);
    if (!tensor) throw this.unstated(node, `input ${index} is a constant`);
    return tensor;
  }

  /** An input that must be images. @param {OnnxNode} node @returns {Tensor} */
  image(node) {
    const tensor = this.tensor(node);
    if (tensor.shape.length !== 4) throw this.unstated(node, `an input of rank ${tensor.shape.length}`);
    return tensor;
  }

  /** What the graph puts out first. */
  get output() {
    const [name] = this.graph.outputs;
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new Error(`cannot be stated in ${this.target}: the output ${name} is a constant`);
    return tensor;
  }

  /** @param {string} name @param {number[]} shape @param {ArrayLike<number>} values @returns {Tensor} */
  floats(name, shape, values) {
    return { name, shape, data: Float32Array.from(values) };
  }

  /** @param {string} name @param {number[]} values @param {number[]} [shape] @returns {Tensor} */
  ints(name, values, shape = [values.length]) {
    return { name, shape, data: Int32Array.from(values) };
  }

  /**
   * Adds an operator.
   * @param {Operator['kind']} kind
   * @param {Tensor[]} inputs
   * @param {Tensor} output
   * @param {import('./schema.mjs').Options} [options]
   * @returns {Tensor} its output
   */
  emit(kind, inputs, output, options = {}) {
    this.operators.push({ kind, inputs, output, options });
    return output;
  }

  /**
   * Adds a node's last operator, into which the activation goes that alone reads it, and binds the result.
   * @param {string} value  the node's output
   * @param {Operator['kind']} kind
   * @param {Tensor[]} inputs
   * @param {number[]} shape  of the output
   * @param {import('./schema.mjs').Options} [options]
   */
  finish(value, kind, inputs, shape, options = {}) {
    const reader = this.soleReader(value);
    const activation = reader && this.activationOf(reader);
    if (reader && activation) this.done.add(reader);
    const name = reader && activation ? reader.outputs[0] : value;
    const output = { name, shape, nonNegative: activation === activations.relu || activation === activations.relu6 };
    this.bind(name, this.emit(kind, inputs, output, { ...options, activation: activation ?? activations.none }));
  }

  /** The activation that a node amounts to, if TensorFlow Lite fuses it. @param {OnnxNode} node @returns {number | undefined} */
  activationOf(node) {
    if (node.op === 'Relu') return activations.relu;
    if (node.op !== 'Clip') return undefined;
    /** @type {Record<string, number>} */
    const known = { '0,6': activations.relu6, '-1,1': activations.reluN1To1, '0,Infinity': activations.relu };
    return known[String(this.clipLimits(node))];
  }
}
