// What a generator builds a graph with: random choices, tensors and nodes. The result is a Case,
// which JSON can hold.
import { encodeModel } from '../support/onnx.mjs';
import { randomSource } from './choices.mjs';

/** @typedef {import('../support/tensors.mjs').ElementType} ElementType */
/** @typedef {import('../support/onnx.mjs').Attribute} Attribute */

/**
 * @typedef {object} CaseTensor
 * @property {ElementType} type
 * @property {number[]} dims
 * @property {number[]} values
 * @property {boolean} [constant]  an initializer, not an input
 *
 * @typedef {object} Case
 * @property {string} op
 * @property {number} opset
 * @property {import('../support/onnx.mjs').Node[]} nodes
 * @property {Record<string, CaseTensor>} tensors
 * @property {string[]} outputs
 * @property {ElementType[]} types  of the outputs
 * @property {boolean} [open]  the inputs' extents are symbolic
 * @property {boolean} [exact]  elements are moved, not computed
 * @property {number} [units]  by how much integers may differ, where float arithmetic precedes a rounding
 */

/** Integers are attributes of type int, other kinds name themselves: {float: 1}. */
/** @typedef {Record<string, number | number[] | string | Attribute | undefined>} Attributes */

/** @param {number | number[] | string | Attribute} value @returns {Attribute} */
function attribute(value) {
  if (typeof value === 'number') return { int: value };
  if (typeof value === 'string') return { string: value };
  return Array.isArray(value) ? { ints: value } : value;
}

/** @param {number[]} dims */
export const elements = (dims) => dims.reduce((product, extent) => product * extent, 1);

/** @type {Partial<Record<ElementType, [number, number]>>} */
const limits = {
  uint8: [0, 255], int8: [-128, 127], bool: [0, 1], uint16: [0, 300], uint32: [0, 1000], uint64: [0, 1000],
};

export class Builder {
  /** @param {string} op @param {import('./choices.mjs').Choices} choices */
  constructor(op, choices) {
    this.choices = choices;
    /** @type {Case} */
    this.case = { op, opset: 16, nodes: [], tensors: {}, outputs: [], types: [] };
    this.named = 0;
    // One choice decides all values, so that the list stays short.
    const seed = choices.below(1 << 16);
    this.values = randomSource(seed);
    this.coarse = seed % 2 === 0;
  }

  /** From low to high, both included. @param {number} low @param {number} high */
  int(low, high) {
    return low + this.choices.below(high - low + 1);
  }

  /** @template T @param {readonly T[]} list  simplest first @returns {T} */
  pick(list) {
    return list[this.choices.below(list.length)];
  }

  /** True in `percent` of 100 cases. @param {number} percent */
  chance(percent) {
    return this.choices.below(100) >= 100 - percent;
  }

  /** @param {number} [low] @param {number} [high] @returns {number} */
  opset(low = 7, high = 22) {
    const known = Array.from({ length: high - low + 1 }, (_, i) => low + i);
    this.case.opset = this.pick(known.sort((a, b) => Math.abs(a - 16) - Math.abs(b - 16)));
    return this.case.opset;
  }

  extent() {
    return this.pick([1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17]);
  }

  channels() {
    return this.pick([1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 24, 32, 33]);
  }

  /** @param {number} rank @param {number} [most]  elements; later extents give way */
  shape(rank, most = 4000) {
    const dims = [];
    for (let i = 0, room = most; i < rank; i += 1) {
      dims.push(Math.min(this.extent(), Math.max(1, room)));
      room = Math.floor(room / dims[i]);
    }
    return dims;
  }

  /** Two or more shapes that broadcast to `dims`. @param {number[]} dims */
  broadcastable(dims) {
    const from = this.chance(30) ? this.int(0, dims.length) : 0;
    const narrow = this.chance(50);
    return dims.slice(from).map((extent) => (narrow && this.chance(40) ? 1 : extent));
  }

  /** @param {ElementType} type @param {number} low @param {number} high @returns {number} */
  value(type, low, high) {
    const [least, most] = limits[type] ?? [-Infinity, Infinity];
    const from = Math.max(low, least);
    const to = Math.min(high, most);
    const fraction = this.values() / 2 ** 32;
    if (!type.startsWith('float')) {
      const first = Math.ceil(from);
      return first + Math.floor(fraction * (Math.floor(to) - first + 1));
    }
    // Sums of few products of coarse values are exact in any order.
    const unit = Math.min(1, 2 ** Math.floor(Math.log2(Math.max(Math.abs(low), Math.abs(high)))));
    const steps = (this.coarse ? 8 : 4096) / unit;
    return Math.ceil(from * steps + fraction * (to - from) * steps) / steps;
  }

  /**
   * @param {number[]} dims
   * @param {{type?: ElementType, low?: number, high?: number, constant?: boolean, values?: number[]}} [options]
   * @returns {string} its name
   */
  tensor(dims, { type = 'float32', low = -3, high = 3, constant = false, values } = {}) {
    const name = `${constant ? 'w' : 'x'}${this.named++}`;
    const filled = values ?? Array.from({ length: elements(dims) }, () => this.value(type, low, high));
    this.case.tensors[name] = { type, dims, values: filled, ...(constant && { constant }) };
    return name;
  }

  /** Puts NaN and infinities into a tensor of a float type, in few cases. @param {string} name */
  sprinkle(name) {
    const tensor = this.case.tensors[name];
    if (!this.chance(8) || !tensor.type.startsWith('float')) return name;
    const special = [NaN, Infinity, -Infinity, -0, 0];
    tensor.values = tensor.values.map((value) => (this.values() % 4 ? value : special[this.values() % 5]));
    return name;
  }

  /**
   * As tensor(), mostly a constant: weights and parameters.
   * @param {number[]} dims
   * @param {Parameters<Builder['tensor']>[1]} [options]
   */
  weight(dims, options = {}) {
    return this.tensor(dims, { low: -1, high: 1, ...options, constant: !this.chance(12) });
  }

  /**
   * Weights of which `taps` are summed, small enough that values keep their magnitude through a chain.
   * @param {number[]} dims
   * @param {number} taps
   */
  spread(dims, taps) {
    const high = 2 ** -Math.max(0, Math.round(Math.log2(taps / 3) / 2));
    return this.weight(dims, { low: -high, high });
  }

  /** Whole numbers that decide a shape. @param {number[]} values @param {ElementType} [type] */
  ints(values, type = 'int64') {
    return this.tensor([values.length], { type, values, constant: !this.chance(12) });
  }

  /**
   * @param {string} op  with its domain in front, where that is not ai.onnx
   * @param {string[]} inputs
   * @param {Attributes} [attributes]  undefined ones are left out
   * @returns {string} its output
   */
  node(op, inputs, attributes = {}) {
    return this.nodes(op, inputs, attributes, 1)[0];
  }

  /** @param {string} op @param {string[]} inputs @param {Attributes} attributes @param {number} count */
  nodes(op, inputs, attributes, count) {
    const outputs = Array.from({ length: count }, () => `y${this.named++}`);
    /** @type {Record<string, Attribute>} */
    const encoded = {};
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== undefined) encoded[key] = attribute(value);
    }
    const dot = op.lastIndexOf('.');
    const domain = dot < 0 ? undefined : op.slice(0, dot);
    this.case.nodes.push({ op: op.slice(dot + 1), domain, name: outputs[0], inputs, outputs, attributes: encoded });
    return outputs;
  }

  /** @param {string} name @param {ElementType} [type] */
  output(name, type = 'float32') {
    this.case.outputs.push(name);
    this.case.types.push(type);
  }
}

/** @param {Case} made @returns {Buffer} */
export function caseModel({ nodes, tensors, outputs, types, opset, open }) {
  const all = Object.entries(tensors);
  return encodeModel({
    nodes,
    opset,
    initializers: Object.fromEntries(all.filter(([, { constant }]) => constant)),
    inputs: all.filter(([, { constant }]) => !constant).map(([name, { type, dims }]) => ({
      name, type, shape: open ? dims.map((_, axis) => `${name}_${axis}`) : dims,
    })),
    outputs: outputs.map((name, i) => ({ name, type: types[i] })),
  });
}
