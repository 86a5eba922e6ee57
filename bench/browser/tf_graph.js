// An ONNX graph stated in TensorFlow.js operations, as someone would who writes the network by hand:
// channels last, biases and activations fused into convolutions where TensorFlow.js can. Networks with
// operators beyond these "cannot be stated", and the contender sits the model out.

import { numbers, OnnxView } from './onnx_view.js';

/**
 * @typedef {import('./onnx.js').OnnxNode} OnnxNode
 * @typedef {import('./onnx.js').OnnxGraph} OnnxGraph
 * @typedef {any} Tensor  of TensorFlow.js, images as NHWC
 * @typedef {(values: Map<string, Tensor>) => Tensor} Step
 */

class Statement extends OnnxView {
  /** @param {any} tf @param {OnnxGraph} graph */
  constructor(tf, graph) {
    super(graph, 'TensorFlow.js');
    this.tf = tf;
  }

  /** Per channel: a vector, which broadcasts over the last axis. @param {OnnxNode} node @param {number} index */
  vector(node, index) {
    return this.tf.tensor1d(this.weight(node, index).values);
  }

  /**
   * The activation that alone reads a node's output, if TensorFlow.js can fuse it; its output then
   * takes the place of the node's.
   * @param {OnnxNode} node
   * @returns {{activation: string, output: string}}
   */
  fusable(node) {
    const [output] = node.outputs;
    const reader = this.soleReader(output);
    if (!reader) return { activation: 'linear', output };
    const relu6 = reader.op === 'Clip' && String(this.clipLimits(reader)) === '0,6';
    if (reader.op !== 'Relu' && !relu6) return { activation: 'linear', output };
    return { activation: relu6 ? 'relu6' : 'relu', output: reader.outputs[0] };
  }
}

/** Explicit padding as TensorFlow.js takes it. @param {Statement} statement @param {OnnxNode} node */
function paddingOf(statement, node) {
  const [top, left, bottom, right] = statement.pads(node);
  if (!top && !left && !bottom && !right) return 'valid';
  return [[0, 0], [top, bottom], [left, right], [0, 0]];
}

/** @param {Statement} statement @param {OnnxNode} node */
function conv(statement, node) {
  const { tf } = statement;
  const weight = statement.weight(node, 1);
  const [filters, perGroup] = weight.dims;
  const group = Number(node.attributes.group ?? 1);
  if (weight.dims.length !== 4) throw statement.unstated(node, 'not two-dimensional');
  const depthwise = group > 1 && perGroup === 1 && filters % group === 0;
  if (group > 1 && !depthwise) throw statement.unstated(node, `${group} groups`);
  const { activation, output } = statement.fusable(node);
  // OIHW to HWIO; of depthwise filters, [C*M]1HW to HWCM.
  const filter = tf.tidy(() => {
    const onnx = tf.tensor4d(weight.values, weight.dims);
    if (!depthwise) return tf.transpose(onnx, [2, 3, 1, 0]);
    const [, , high, wide] = weight.dims;
    return tf.transpose(tf.reshape(onnx, [group, filters / group, high, wide]), [2, 3, 0, 1]);
  });
  const options = {
    filter, activation, dataFormat: 'NHWC', strides: numbers(node, 'strides', [1, 1]), pad: paddingOf(statement, node),
    dilations: numbers(node, 'dilations', [1, 1]), ...(node.inputs[2] ? { bias: statement.vector(node, 2) } : {}),
  };
  const operation = depthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
  return { output, step: (/** @type {Map<string, Tensor>} */ values) => operation({ x: values.get(node.inputs[0]), ...options }) };
}

/** @param {Statement} statement @param {OnnxNode} node */
function gemm(statement, node) {
  const { tf } = statement;
  const { transA = 0, transB = 0, alpha = 1, beta = 1 } = /** @type {Record<string, number>} */ (node.attributes);
  if (transA || alpha !== 1 || beta !== 1) throw statement.unstated(node, 'transA, alpha or beta');
  const { values: elements, dims } = statement.weight(node, 1);
  // As Keras keeps it, [in, out]; that is also what the backend's fast path wants.
  const b = tf.tidy(() => {
    const onnx = tf.tensor2d(elements, dims);
    return transB ? tf.transpose(onnx) : onnx;
  });
  const { activation, output } = statement.fusable(node);
  const bias = node.inputs[2] ? { bias: statement.vector(node, 2) } : {};
  return {
    output,
    step: (/** @type {Map<string, Tensor>} */ values) =>
      tf.fused.matMul({ a: values.get(node.inputs[0]), b, activation, ...bias }),
  };
}

/** @param {Statement} statement @param {OnnxNode} node @returns {Step} */
function pool(statement, node) {
  const { tf } = statement;
  const { ceil_mode: ceil = 0, count_include_pad: include = 0 } = node.attributes;
  const pad = paddingOf(statement, node);
  if (ceil) throw statement.unstated(node, 'ceil_mode');
  if (String(numbers(node, 'dilations', [1, 1])) !== '1,1') throw statement.unstated(node, 'dilations');
  const average = node.op === 'AveragePool';
  // TensorFlow.js divides by the pixels inside the image.
  if (average && include && pad !== 'valid') throw statement.unstated(node, 'count_include_pad');
  const operation = average ? tf.avgPool : tf.maxPool;
  const [size, strides] = [numbers(node, 'kernel_shape', []), numbers(node, 'strides', [1, 1])];
  return (values) => operation(values.get(node.inputs[0]), size, strides, pad);
}

/** @param {Statement} statement @param {OnnxNode} node @returns {Step} */
function batchNorm(statement, node) {
  const [scale, offset, mean, variance] = [1, 2, 3, 4].map((index) => statement.vector(node, index));
  const epsilon = Number(node.attributes.epsilon ?? 1e-5);
  return (values) => statement.tf.batchNorm(values.get(node.inputs[0]), mean, variance, offset, scale, epsilon);
}

/** @param {any} tf @param {Tensor} x */
function flatten(tf, x) {
  // The numbers that follow expect channels first.
  const ordered = x.rank === 4 && x.shape[1] * x.shape[2] > 1 ? tf.transpose(x, [0, 3, 1, 2]) : x;
  return tf.reshape(ordered, [x.shape[0], -1]);
}

/** @param {Statement} statement @param {OnnxNode} node @returns {Step} */
function elementwise(statement, node) {
  const { tf } = statement;
  const operation = { Add: tf.add, Sub: tf.sub, Mul: tf.mul, Div: tf.div }[node.op];
  const constants = node.inputs.map((name) => {
    const weight = statement.weights.get(name);
    if (weight && weight.values.length !== 1) throw statement.unstated(node, 'a constant that is no single number');
    return weight && tf.scalar(weight.values[0]);
  });
  return (values) => operation(constants[0] ?? values.get(node.inputs[0]), constants[1] ?? values.get(node.inputs[1]));
}

/** @param {Statement} statement @param {OnnxNode} node @returns {Step} */
function reduceMean(statement, node) {
  const axes = statement.axes(node);
  if (String(axes) !== '2,3') throw statement.unstated(node, `axes ${axes}`);
  const keep = Number(node.attributes.keepdims ?? 1) === 1;
  return (values) => statement.tf.mean(values.get(node.inputs[0]), [1, 2], keep);
}

/** @param {Statement} statement @param {OnnxNode} node @returns {Step} */
function concat(statement, node) {
  if (Number(node.attributes.axis) !== 1) throw statement.unstated(node, `axis ${node.attributes.axis}`);
  return (values) => {
    const parts = node.inputs.map((name) => values.get(name));
    return statement.tf.concat(parts, parts[0].rank - 1);
  };
}

/** @param {Statement} statement @param {OnnxNode} node @returns {Step} */
function unary(statement, node) {
  const { tf } = statement;
  const alpha = Number(node.attributes.alpha ?? 0.2);
  const beta = Number(node.attributes.beta ?? 0.5);
  /** @type {Record<string, (x: Tensor) => Tensor>} */
  const operations = {
    Relu: tf.relu, Sigmoid: tf.sigmoid, Softmax: (x) => tf.softmax(x), Identity: (x) => x, Dropout: (x) => x,
    Flatten: (x) => flatten(tf, x), GlobalAveragePool: (x) => tf.mean(x, [1, 2], true),
    HardSigmoid: (x) => tf.clipByValue(tf.add(tf.mul(x, alpha), beta), 0, 1),
    HardSwish: (x) => tf.mul(x, tf.clipByValue(tf.add(tf.mul(x, 1 / 6), 0.5), 0, 1)),
  };
  if (node.op === 'Clip') {
    const [low, high] = statement.clipLimits(node);
    return (values) => tf.clipByValue(values.get(node.inputs[0]), low, high);
  }
  const operation = operations[node.op];
  if (!operation) throw statement.unstated(node, 'no such operation here');
  return (values) => operation(values.get(node.inputs[0]));
}

/** @type {Record<string, (statement: Statement, node: OnnxNode) => Step>} */
const steps = {
  MaxPool: pool, AveragePool: pool, BatchNormalization: batchNorm, Add: elementwise, Sub: elementwise,
  Mul: elementwise, Div: elementwise, ReduceMean: reduceMean, Concat: concat,
};

/**
 * Makes a function from an image (NHWC) to the graph's first output. Weights stay on the backend.
 * @param {any} tf
 * @param {OnnxGraph} graph
 * @returns {(image: Tensor) => Tensor}
 */
export function stateGraph(tf, graph) {
  const statement = new Statement(tf, graph);
  /** @type {{output: string, step: Step}[]} */
  const program = [];
  /** @type {Set<string>} */
  const fused = new Set();
  for (const node of graph.nodes) {
    const [output] = node.outputs;
    if (statement.weights.has(output) || fused.has(output)) continue;
    if (node.op === 'Conv' || node.op === 'Gemm') {
      const made = (node.op === 'Conv' ? conv : gemm)(statement, node);
      fused.add(made.output);
      program.push(made);
    } else {
      program.push({ output, step: (steps[node.op] ?? unary)(statement, node) });
    }
  }
  const [input] = graph.inputs;
  return (image) => {
    const values = new Map([[input, image]]);
    for (const { output, step } of program) values.set(output, step(values));
    return values.get(graph.outputs[0]);
  };
}
