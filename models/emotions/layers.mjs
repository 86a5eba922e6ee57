// The layers that the two networks consist of, as nodes of an ONNX graph. Weights enter as
// TensorFlow.js lays them out (height, width, in, out) and leave as ONNX does (out, in, height, width).
// Bytes stay bytes in the file and become floats by Cast, Sub and Mul, which any runtime folds while it
// loads; DequantizeLinear would say the same, but pages would have to load the larger module for it.
import { plain, transposed } from './weights.mjs';

/** @typedef {import('../../tools/lib/onnx.mjs').Node} Node */
/** @typedef {import('../../tools/lib/onnx.mjs').Attribute} Attribute */
/** @typedef {import('../../tools/lib/onnx.mjs').Tensor} Tensor */
/** @typedef {import('./weights.mjs').Weight} Weight */

/** @param {...number} ints @returns {Attribute} */
const ints = (...ints) => ({ ints });
/** Pads as TensorFlow's 'same' does. @type {Attribute} */
const same = { string: 'SAME_UPPER' };

export class Layers {
  /** @type {Node[]} */
  nodes = [];
  /** @type {Record<string, Tensor>} */
  initializers = {};
  #weights;
  #unused;

  /** @param {Map<string, Weight>} weights */
  constructor(weights) {
    this.#weights = weights;
    this.#unused = new Set(weights.keys());
  }

  /** Weights that no layer took: then the network is not the one that was described. */
  assertAllUsed() {
    if (this.#unused.size > 0) throw new Error(`weights without a layer: ${[...this.#unused].join(', ')}`);
  }

  /** @param {string} name @returns {Weight} */
  weight(name) {
    const weight = this.#weights.get(name);
    if (!weight) throw new Error(`there are no weights '${name}'`);
    this.#unused.delete(name);
    return weight;
  }

  /**
   * A node with one output, which gets the node's name.
   * @param {string} op @param {string} name @param {string[]} inputs
   * @param {Record<string, Attribute>} [attributes]
   */
  add(op, name, inputs, attributes) {
    this.nodes.push({ op, name, inputs, outputs: [name], attributes });
    return name;
  }

  /** @param {string} name @param {Weight} weight @returns {string} the value to use */
  #constant(name, { shape, values, scale, zero }) {
    if (values instanceof Float32Array) {
      this.initializers[name] = { dims: shape, values };
      return name;
    }
    this.initializers[`${name}/bytes`] = { type: 'uint8', dims: shape, values };
    this.initializers[`${name}/zero`] = { dims: [], values: [zero] };
    this.initializers[`${name}/scale`] = { dims: [], values: [scale] };
    const floats = this.add('Cast', `${name}/floats`, [`${name}/bytes`], { to: { int: 1 } });
    const centred = this.add('Sub', `${name}/centred`, [floats, `${name}/zero`]);
    return this.add('Mul', name, [centred, `${name}/scale`]);
  }

  /** Small, and so always floats. @param {string} name @param {ArrayLike<number>} [values] */
  #bias(name, values = plain(this.weight(name))) {
    this.initializers[name] = { dims: [values.length], values };
    return name;
  }

  /**
   * A convolution and its bias.
   * @param {string} name @param {string} input
   * @param {{stride?: number, pad?: 'same' | 'valid', pixels?: number[]}} [options]  pixels: the input
   *     is pixels from 0 to 255; value = (pixel - pixels[channel]) / 255 is put into the weights
   */
  conv(name, input, { stride = 1, pad = 'valid', pixels } = {}) {
    const filters = transposed(this.weight(`${name}/filters`), [3, 2, 0, 1]);
    let bias = plain(this.weight(`${name}/bias`));
    if (pixels) {
      bias = withoutMean(filters, bias, pixels);
      filters.scale /= 255;
    }
    return this.add('Conv', name, [input, this.#constant(`${name}/filters`, filters), this.#bias(`${name}/bias`, bias)], {
      kernel_shape: ints(filters.shape[2], filters.shape[3]),
      strides: ints(stride, stride),
      ...(pad === 'same' ? { auto_pad: same } : {}),
    });
  }

  /**
   * A depthwise convolution of 3x3, a pointwise one and a bias.
   * @param {string} name @param {string} input @param {{stride?: number}} [options]
   */
  separable(name, input, { stride = 1 } = {}) {
    const depthwise = transposed(this.weight(`${name}/depthwise_filter`), [2, 3, 0, 1]);
    const pointwise = transposed(this.weight(`${name}/pointwise_filter`), [3, 2, 0, 1]);
    const spread = this.add('Conv', `${name}/depthwise`, [input, this.#constant(`${name}/depthwise_filter`, depthwise)], {
      kernel_shape: ints(3, 3), strides: ints(stride, stride), group: { int: depthwise.shape[0] }, auto_pad: same,
    });
    return this.add('Conv', name, [spread, this.#constant(`${name}/pointwise_filter`, pointwise), this.#bias(`${name}/bias`)],
      { kernel_shape: ints(1, 1) });
  }

  /** @param {string} name @param {string} input */
  dense(name, input) {
    const weights = this.#constant(`${name}/weights`, this.weight(`${name}/weights`));
    return this.add('Gemm', name, [input, weights, this.#bias(`${name}/bias`)]);
  }

  /** @param {string} name @param {string} input @param {number} stride */
  maxPool(name, input, stride) {
    return this.add('MaxPool', name, [input], { kernel_shape: ints(2, 2), strides: ints(stride, stride), auto_pad: same });
  }
}

/**
 * The bias of a convolution whose inputs lose a mean per channel, divided by 255.
 * @param {Weight} filters  [out, in, height, width] @param {Float32Array} bias @param {number[]} mean
 */
function withoutMean(filters, bias, mean) {
  const values = plain(filters);
  const area = filters.shape[2] * filters.shape[3];
  const count = mean.length * area;
  return bias.map((value, out) => {
    for (let i = 0; i < count; i += 1) {
      value -= (values[out * count + i] * mean[Math.floor(i / area)]) / 255;
    }
    return value;
  });
}
