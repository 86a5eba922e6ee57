// An ONNX graph as those see it who restate it in another runtime's operations: which node reads what,
// and which values are constants. A network that cannot be restated throws an error that says so; the
// contender then sits the model out.

/**
 * @typedef {import('./onnx.js').OnnxNode} OnnxNode
 * @typedef {import('./onnx.js').OnnxGraph} OnnxGraph
 * @typedef {import('./onnx.js').Weight} Weight
 */

export class OnnxView {
  /** @type {Map<string, OnnxNode[]>} */
  #readers = new Map();

  /** @param {OnnxGraph} graph @param {string} target  the runtime, for messages */
  constructor(graph, target) {
    this.graph = graph;
    this.target = target;
    this.weights = new Map(graph.weights);
    for (const node of graph.nodes) {
      if (node.op === 'Constant') this.weights.set(node.outputs[0], /** @type {Weight} */ (node.attributes.value));
      // Exporters give equal weights one name, and copy it where they are used again.
      const copied = node.op === 'Identity' ? this.weights.get(node.inputs[0]) : undefined;
      if (copied) this.weights.set(node.outputs[0], copied);
      for (const input of node.inputs) this.#readers.set(input, [...(this.#readers.get(input) ?? []), node]);
    }
  }

  /** @param {OnnxNode} node @param {string} why */
  unstated({ op, name }, why) {
    return new Error(`cannot be stated in ${this.target}: ${op} ${name}: ${why}`);
  }

  /** @param {OnnxNode} node @param {number} index @returns {Weight} */
  weight(node, index) {
    const weight = this.weights.get(node.inputs[index]);
    if (!weight) throw this.unstated(node, `input ${index} is no constant`);
    return weight;
  }

  /** The node that alone reads a value, which is no output either. @param {string} value */
  soleReader(value) {
    const readers = this.#readers.get(value) ?? [];
    return readers.length === 1 && !this.graph.outputs.includes(value) ? readers[0] : undefined;
  }

  /** @param {OnnxNode} node @returns {[number, number]} */
  clipLimits(node) {
    const { min = -Infinity, max = Infinity } = /** @type {Record<string, number>} */ (node.attributes);
    const limit = (/** @type {number} */ index, /** @type {number} */ other) =>
      (node.inputs[index] ? Number(this.weight(node, index).values[0]) : other);
    return [limit(1, min), limit(2, max)];
  }

  /** Explicit padding: top, left, bottom, right. @param {OnnxNode} node */
  pads(node) {
    const { auto_pad: auto = 'NOTSET', pads = [0, 0, 0, 0] } = node.attributes;
    if (auto !== 'NOTSET' && auto !== 'VALID') throw this.unstated(node, `auto_pad ${auto}`);
    return /** @type {number[]} */ (pads);
  }

  /** The axes of a mean, an attribute or an input. @param {OnnxNode} node @returns {number[]} */
  axes(node) {
    const { axes } = node.attributes;
    const given = axes ?? (node.inputs[1] ? this.weight(node, 1).values : []);
    return Array.from(/** @type {number[]} */ (given), (axis) => (axis + 4) % 4);
  }
}

/** @param {OnnxNode} node @param {string} name @param {number[]} otherwise @returns {number[]} */
export const numbers = (node, name, otherwise) => /** @type {number[]} */ (node.attributes[name] ?? otherwise);
