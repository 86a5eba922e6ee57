// MobileNetV2 with weights of chance, written byte by byte: the layers and the cost of the network that
// torchvision exports, for tests of what it costs to run one, without the network itself.
import { encodeModel } from '../../tools/lib/onnx.mjs';

/** @typedef {import('../../tools/lib/onnx.mjs').Node} Node */
/** @typedef {import('../../tools/lib/onnx.mjs').Graph} Graph */

/** Expansion, channels, how often, stride of the first: table 2 of the paper. */
const STAGES = [[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [6, 320, 1, 1]];
const CLASSES = 1000;
const LAST = 1280;

/** Multiply-adds of a run at 224 x 224: the sum over bench/shapes/mobilenet_v2.txt. */
export const MULTIPLY_ADDS = 300_774_272;

class Writer {
  /** @type {Node[]} */
  nodes = [];
  /** @type {NonNullable<Graph['initializers']>} */
  initializers = {
    zero: { dims: [], values: [0] }, six: { dims: [], values: [6] },
  };
  #seed = 1;

  /**
   * Numbers around zero whose sums over `fan` inputs keep their size.
   * @param {string} name @param {number[]} dims @param {number} fan
   */
  #weights(name, dims, fan) {
    const values = new Float32Array(dims.reduce((product, extent) => product * extent, 1));
    const scale = 2 * Math.sqrt(6 / fan);
    for (let i = 0; i < values.length; i += 1) {
      this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0;
      values[i] = scale * (this.#seed / 2 ** 32 - 0.5);
    }
    this.initializers[name] = { dims, values };
    return name;
  }

  /** @param {string} op @param {string[]} inputs @param {Node['attributes']} [attributes] */
  add(op, inputs, attributes) {
    const name = `${op.toLowerCase()}_${this.nodes.length}`;
    this.nodes.push({ op, name, inputs, outputs: [name], attributes });
    return name;
  }

  /**
   * A convolution with its bias, and ReLU6 unless it is linear.
   * @param {string} input
   * @param {{from: number, to: number, kernel?: number, stride?: number, groups?: number, linear?: boolean}} layer
   */
  conv(input, { from, to, kernel = 1, stride = 1, groups = 1, linear = false }) {
    const at = this.nodes.length;
    const each = from / groups;
    const weights = this.#weights(`weights_${at}`, [to, each, kernel, kernel], each * kernel * kernel);
    const bias = this.#weights(`bias_${at}`, [to], 1000);
    const pad = kernel >> 1;
    const output = this.add('Conv', [input, weights, bias], {
      kernel_shape: { ints: [kernel, kernel] }, strides: { ints: [stride, stride] }, group: { int: groups },
      pads: { ints: [pad, pad, pad, pad] },
    });
    return linear ? output : this.add('Clip', [output, 'zero', 'six']);
  }

  /** @param {string} input @param {{from: number, to: number, expansion: number, stride: number}} block */
  block(input, { from, to, expansion, stride }) {
    const wide = expansion * from;
    let value = input;
    if (expansion > 1) value = this.conv(value, { from, to: wide });
    value = this.conv(value, { from: wide, to: wide, kernel: 3, stride, groups: wide });
    value = this.conv(value, { from: wide, to, linear: true });
    return stride === 1 && from === to ? this.add('Add', [input, value]) : value;
  }

  /** @param {string} input @param {number} from @param {number} to */
  dense(input, from, to) {
    return this.add('Gemm', [input, this.#weights('classes', [to, from], from), this.#weights('offsets', [to], 1000)], {
      transB: { int: 1 },
    });
  }
}

/** @returns {Buffer} */
export function mobilenetModel() {
  const writer = new Writer();
  let value = writer.conv('image', { from: 3, to: 32, kernel: 3, stride: 2 });
  let from = 32;
  for (const [expansion, to, count, first] of STAGES) {
    for (let i = 0; i < count; i += 1) {
      value = writer.block(value, { from, to, expansion, stride: i === 0 ? first : 1 });
      from = to;
    }
  }
  value = writer.conv(value, { from, to: LAST });
  value = writer.add('GlobalAveragePool', [value]);
  value = writer.add('Flatten', [value]);
  value = writer.dense(value, LAST, CLASSES);
  return encodeModel({
    nodes: writer.nodes, initializers: writer.initializers, name: 'mobilenet_v2',
    inputs: [{ name: 'image', shape: [1, 3, 224, 224] }], outputs: [{ name: value, shape: [1, CLASSES] }],
  });
}
