// Operators that look through a window or multiply by matrices: convolutions, fully connected layers,
// pooling. Each is a function that adds what a node amounts to.
import { numbers } from '../browser/onnx_view.js';
import { product, transposed } from './conversion.mjs';
import { paddings } from './schema.mjs';

/**
 * @typedef {import('./conversion.mjs').Conversion} Conversion
 * @typedef {import('./conversion.mjs').OnnxNode} OnnxNode
 * @typedef {import('./schema.mjs').Tensor} Tensor
 */

/**
 * Where a window goes along one axis.
 * @param {{size: number, window: number, stride: number, dilation: number, begin: number, end: number, ceil: boolean}} axis
 *     begin, end: padding
 */
function walk({ size, window, stride, dilation, begin, end, ceil }) {
  const reach = (window - 1) * dilation + 1;
  let count = (ceil ? Math.ceil : Math.floor)((size + begin + end - reach) / stride) + 1;
  if (ceil && (count - 1) * stride >= size + begin) count -= 1;  // a window that would see padding alone
  const seen = (count - 1) * stride + reach;
  // TensorFlow's own padding, which puts the odd pixel behind.
  const total = Math.max(seen - size, 0);
  const same = count === Math.ceil(size / stride) && begin === Math.floor(total / 2);
  return { count, same, begin, end: Math.max(seen - size - begin, 0), beyond: seen > size + begin + end };
}

/**
 * The walk of a node's window over its input. Padding that is not TensorFlow's becomes an operator before.
 * @param {Conversion} conversion
 * @param {OnnxNode} node
 * @param {number[]} window  high, wide
 * @param {{same: boolean, fill?: 'zero' | 'lowest'}} rule  same: TensorFlow's own padding will do where it has
 *     as many pixels; fill: what other padding holds, none if there must not be any
 */
function place(conversion, node, window, { same, fill }) {
  const image = conversion.image(node);
  const [strides, dilations] = [numbers(node, 'strides', [1, 1]), numbers(node, 'dilations', [1, 1])];
  const [batch, , , channels] = image.shape;
  const pads = conversion.pads(node);
  const axes = [0, 1].map((axis) => walk({
    size: image.shape[axis + 1], window: window[axis], stride: strides[axis], dilation: dilations[axis],
    begin: pads[axis], end: pads[axis + 2], ceil: Boolean(node.attributes.ceil_mode),
  }));
  const [down, across] = axes;
  const outside = axes.some(({ begin, end }) => begin > 0 || end > 0);
  const shape = (/** @type {number} */ last) => [batch, down.count, across.count, last];
  if (!outside) return { image, shape, strides, dilations, padding: paddings.valid, axes };
  if (same && down.same && across.same) return { image, shape, strides, dilations, padding: paddings.same, axes };
  if (!fill) throw conversion.unstated(node, 'padding that does not count and is not "same"');
  const padded = {
    name: `${node.outputs[0]}/padded`, nonNegative: image.nonNegative,
    shape: [batch, image.shape[1] + down.begin + down.end, image.shape[2] + across.begin + across.end, channels],
  };
  pad(conversion, image, padded, [down.begin, down.end, across.begin, across.end], fill === 'lowest' && !image.nonNegative);
  return { image: padded, shape, strides, dilations, padding: paddings.valid, axes };
}

/**
 * @param {Conversion} conversion
 * @param {Tensor} image
 * @param {Tensor} padded
 * @param {number[]} pads  top, bottom, left, right
 * @param {boolean} lowest  the least number in place of zero
 */
function pad(conversion, image, padded, [top, bottom, left, right], lowest) {
  const amounts = conversion.ints(`${padded.name}/amounts`, [0, 0, top, bottom, left, right, 0, 0], [4, 2]);
  if (!lowest) return conversion.emit('PAD', [image, amounts], padded);
  return conversion.emit('PADV2', [image, amounts, conversion.floats(`${padded.name}/fill`, [], [-3.4e38])], padded);
}

/**
 * Filters and bias of a convolution with the batch normalization that alone reads it.
 * @param {Conversion} conversion
 * @param {OnnxNode} node
 */
function folded(conversion, node) {
  const { values, dims } = conversion.weight(node, 1);
  const bias = Float32Array.from(node.inputs[2] ? conversion.weight(node, 2).values : new Float32Array(dims[0]));
  const norm = conversion.soleReader(node.outputs[0]);
  if (norm?.op !== 'BatchNormalization') return { values, dims, bias, value: node.outputs[0] };
  conversion.done.add(norm);
  const { factors, offsets } = normalization(conversion, norm);
  const each = product(dims.slice(1));
  return {
    values: Float32Array.from(values, (value, i) => value * factors[Math.floor(i / each)]), dims,
    bias: bias.map((value, i) => value * factors[i] + offsets[i]), value: norm.outputs[0],
  };
}

/** What batch normalization multiplies each channel by, and adds. @param {Conversion} conversion @param {OnnxNode} node */
function normalization(conversion, node) {
  const [scale, offset, mean, variance] = [1, 2, 3, 4].map((index) => conversion.weight(node, index).values);
  const epsilon = Number(node.attributes.epsilon ?? 1e-5);
  const factors = Array.from(scale, (value, i) => value / Math.sqrt(variance[i] + epsilon));
  return { factors, offsets: factors.map((factor, i) => offset[i] - mean[i] * factor) };
}

/** @param {Conversion} conversion @param {OnnxNode} node */
export function batchNormalization(conversion, node) {
  const { shape } = conversion.image(node);
  const { factors, offsets } = normalization(conversion, node);
  const [value] = node.outputs;
  const scaled = conversion.emit('MUL', [conversion.tensor(node), conversion.floats(`${value}/factor`, [factors.length], factors)],
    { name: `${value}/scaled`, shape });
  conversion.finish(value, 'ADD', [scaled, conversion.floats(`${value}/offset`, [offsets.length], offsets)], shape);
}

/** @param {Conversion} conversion @param {OnnxNode} node */
export function convolution(conversion, node) {
  const { values, dims, bias, value } = folded(conversion, node);
  if (dims.length !== 4) throw conversion.unstated(node, 'not two-dimensional');
  const [filters, perGroup, high, wide] = dims;
  const group = Number(node.attributes.group ?? 1);
  const { image, shape, strides, dilations, padding } = place(conversion, node, [high, wide], { same: true, fill: 'zero' });
  const biases = conversion.floats(`${value}/bias`, [filters], bias);
  const options = { strides, dilations, padding };
  if (group > 1 && perGroup === 1) {
    const data = transposed(values, dims, [1, 2, 3, 0]);
    const weights = { name: `${value}/filters`, shape: [1, high, wide, filters], data };
    conversion.finish(value, 'DEPTHWISE_CONV_2D', [image, weights, biases], shape(filters), { ...options, multiplier: filters / group });
  } else {
    const data = transposed(values, dims, [0, 2, 3, 1]);
    const weights = { name: `${value}/filters`, shape: [filters, high, wide, perGroup], data };
    conversion.finish(value, 'CONV_2D', [image, weights, biases], shape(filters), options);
  }
}

/** Gemm and MatMul by a constant matrix. @param {Conversion} conversion @param {OnnxNode} node */
export function fullyConnected(conversion, node) {
  const { transA = 0, transB = 0, alpha = 1, beta = 1 } = /** @type {Record<string, number>} */ (node.attributes);
  if (transA || alpha !== 1 || beta !== 1) throw conversion.unstated(node, 'transA, alpha or beta');
  const x = conversion.tensor(node);
  const { values, dims } = conversion.weight(node, 1);
  if (x.shape.length !== 2 || dims.length !== 2) throw conversion.unstated(node, 'not of matrices');
  const [outputs, inputs] = transB ? dims : [dims[1], dims[0]];
  const data = transB ? Float32Array.from(values) : transposed(values, dims, [1, 0]);
  const bias = node.inputs[2] ? conversion.weight(node, 2).values : new Float32Array(outputs);
  if (bias.length !== outputs) throw conversion.unstated(node, `a bias of ${bias.length} for ${outputs} outputs`);
  const [value] = node.outputs;
  const weights = { name: `${value}/weights`, shape: [outputs, inputs], data };
  conversion.finish(value, 'FULLY_CONNECTED', [x, weights, conversion.floats(`${value}/bias`, [outputs], bias)], [x.shape[0], outputs]);
}

/** MaxPool and AveragePool. @param {Conversion} conversion @param {OnnxNode} node */
export function pool(conversion, node) {
  if (numbers(node, 'dilations', []).some((dilation) => dilation !== 1)) throw conversion.unstated(node, 'dilations');
  const average = node.op === 'AveragePool';
  const window = numbers(node, 'kernel_shape', []);
  const counts = average && Boolean(node.attributes.count_include_pad);
  // TensorFlow's padding never counts.
  const rule = counts ? { same: false, fill: /** @type {const} */ ('zero') } : { same: true, ...(average ? {} : { fill: /** @type {const} */ ('lowest') }) };
  const { image, shape, strides, padding, axes } = place(conversion, node, window, rule);
  // Pixels that a last, rounded window lacks never count, padding or not.
  if (average && axes.some(({ beyond }) => beyond)) throw conversion.unstated(node, 'ceil_mode with a window that is cut off');
  const output = { name: node.outputs[0], shape: shape(image.shape[3]), nonNegative: image.nonNegative };
  const kind = average ? 'AVERAGE_POOL_2D' : 'MAX_POOL_2D';
  conversion.bind(output.name, conversion.emit(kind, [image], output, { strides, window, padding }));
}

/** Zeros around images. @param {Conversion} conversion @param {OnnxNode} node */
export function padding(conversion, node) {
  const image = conversion.image(node);
  const pads = Array.from(node.inputs[1] ? conversion.weight(node, 1).values : numbers(node, 'pads', []));
  const fill = node.inputs[2] ? conversion.weight(node, 2).values[0] : Number(node.attributes.value ?? 0);
  const [, , top, left, , , bottom, right] = pads;
  const plain = (node.attributes.mode ?? 'constant') === 'constant' && fill === 0 && !node.inputs[3];
  if (!plain || pads.length !== 8 || [0, 1, 4, 5].some((i) => pads[i] !== 0)) throw conversion.unstated(node, 'not zeros around images');
  const [batch, high, wide, channels] = image.shape;
  const padded = {
    name: node.outputs[0], shape: [batch, high + top + bottom, wide + left + right, channels], nonNegative: image.nonNegative,
  };
  pad(conversion, image, padded, [top, bottom, left, right], false);
  conversion.bind(padded.name, padded);
}
