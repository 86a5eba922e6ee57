// The last layer of a classifier: the product with stored weights that makes the class scores. Enters: the
// graph as the file has it, and the name of the output with the scores; leaves: the value that the layer
// reads, which is what an embedding is made of. It is found by walking from the scores towards the picture
// until a product is met on every way, so softmax, pooling, sums with a bias and quantisation may follow
// the layer, in any order and of any exporter.

import { GossamerError } from '../lib/error.js';

/** @typedef {import('./engine.js').GraphNode} GraphNode */

/**
 * @typedef {object} Head
 * @property {string} label  the node's
 * @property {string} value  what the layer reads, by its name in the model
 * @property {string} made  what it makes
 * @property {boolean} convolution
 * @property {number} parameters  stored numbers that it uses
 * @property {boolean} pools  positions are summed up behind the layer
 * @property {boolean} selects  some of what the layer makes is taken, or more is added
 */

const DENSE = new Set([
  'Gemm', 'MatMul', 'FusedGemm', 'FusedMatMul', 'TransposeMatMul', 'MatMulNBits', 'MatMulInteger', 'QLinearMatMul',
  'QGemm', 'DynamicQuantizeMatMul', 'MatMulIntegerToFloat', 'LinearClassifier', 'LinearRegressor', 'Einsum',
]);
const CONVOLUTIONS = new Set(['Conv', 'FusedConv', 'ConvInteger', 'QLinearConv', 'ConvTranspose', 'DeformConv']);
const QUANTISERS = new Set(['QuantizeLinear', 'DynamicQuantizeLinear']);
/** They tell extents, which no pixel changes. */
const EXTENTS = new Set(['Shape', 'Size']);
const POOLS = /Pool$|^Reduce/;
const SELECTS = /^(Slice|Split|Gather\w*|Concat|Pad|ArrayFeatureExtractor|Compress)$/;

const HINT = 'activations() gives inner values by their names';

/**
 * @param {GraphNode[]} nodes  in an order of execution
 * @param {string} scores  name of the output
 * @returns {Head}
 */
export function findHead(nodes, scores) {
  const graph = new Dependencies(nodes);
  /** What leads to the scores, with what happens between. @type {Map<string, {pools: boolean, selects: boolean}>} */
  const wanted = new Map([[scores, { pools: false, selects: false }]]);
  /** @type {Map<string, Head>} By what they read. */
  const heads = new Map();
  for (const node of [...nodes].reverse()) {
    const ways = node.outputs.flatMap((name) => (heads.has(name) ? [] : wanted.get(name) ?? []));
    if (!ways.length) continue;
    const pools = ways.some((way) => way.pools);
    const selects = ways.some((way) => way.selects);
    if (DENSE.has(node.op) || CONVOLUTIONS.has(node.op)) {
      const value = graph.featuresOf(node);
      heads.set(value, {
        label: node.label, value, made: node.outputs[0], convolution: CONVOLUTIONS.has(node.op),
        parameters: graph.parametersOf(node), pools, selects,
      });
      continue;
    }
    for (const name of graph.changing(node)) {
      const { pools: pooled, selects: selected } = wanted.get(name) ?? { pools: false, selects: false };
      wanted.set(name, {
        pools: pools || pooled || POOLS.test(node.op), selects: selects || selected || SELECTS.test(node.op),
      });
    }
  }
  const [head, ...others] = heads.values();
  if (!head) throw noHead('no layer with weights makes the scores of this model', { tensor: scores });
  if (!others.length) return head;
  throw noHead('several layers make the scores of this model, of different values', {
    tensor: scores, got: [head, ...others].map(({ label, value }) => `${label} of ${value}`).join(', '),
  });
}

/** What depends on the picture, and what on stored numbers alone. */
class Dependencies {
  /** @type {Map<string, GraphNode>} */
  #producers = new Map();
  /** @type {Set<string>} Values that stored numbers alone decide. */
  #fixed = new Set();

  /** @param {GraphNode[]} nodes */
  constructor(nodes) {
    for (const node of nodes) {
      if (EXTENTS.has(node.op) || !this.changing(node).length) node.outputs.forEach((name) => this.#fixed.add(name));
      node.outputs.forEach((name) => this.#producers.set(name, node));
    }
  }

  /** Inputs of a node that depend on the picture. @param {GraphNode} node */
  changing({ inputs }) {
    return inputs.filter((name) => !this.#fixed.has(name));
  }

  /** The one value that a product with weights reads, before it was made integers of. @param {GraphNode} node */
  featuresOf(node) {
    const values = new Set(this.changing(node).map((name) => {
      const producer = this.#producers.get(name);
      return producer && QUANTISERS.has(producer.op) ? this.changing(producer)[0] : name;
    }));
    const [value, ...others] = values;
    if (value !== undefined && !others.length) return value;
    throw noHead('what makes the scores of this model is no product with weights', {
      node: node.label, op: node.op, got: `values that the picture decides: ${[...values].join(', ')}`,
    });
  }

  /** Stored numbers of a node, with those that others prepare for it. @param {GraphNode} node @returns {number} */
  parametersOf(node) {
    const seen = new Set([node]);
    for (const { inputs } of seen) {
      for (const name of inputs) {
        const producer = this.#producers.get(name);
        if (producer && this.#fixed.has(name)) seen.add(producer);
      }
    }
    return [...seen].reduce((sum, { parameters }) => sum + parameters, 0);
  }
}

/**
 * @param {string} message
 * @param {{node?: string, op?: string, tensor?: string, got?: string, cause?: unknown}} details
 */
export function noHead(message, details) {
  return new GossamerError({ code: 'UNSUPPORTED', stage: 'graph', message, hint: HINT, ...details });
}
