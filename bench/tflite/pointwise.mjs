// Operators that take elements one by one, or change how they lie: arithmetic, activations, means over
// an image, concatenation, reshaping. Each is a function that adds what a node amounts to.
import { product, transposed } from './conversion.mjs';
import { activations } from './schema.mjs';

/**
 * @typedef {import('./conversion.mjs').Conversion} Conversion
 * @typedef {import('./conversion.mjs').OnnxNode} OnnxNode
 * @typedef {import('./schema.mjs').Tensor} Tensor
 * @typedef {import('./schema.mjs').Operator['kind']} Kind
 */

/**
 * An input of an elementwise node; a constant is laid out as its partner.
 * @param {Conversion} conversion
 * @param {OnnxNode} node
 * @param {number} index
 * @param {number} rank  of the partner
 * @returns {Tensor}
 */
function operand(conversion, node, index, rank) {
  const weight = conversion.weights.get(node.inputs[index]);
  if (!weight) return conversion.tensor(node, index);
  const name = `${node.outputs[0]}/constant`;
  if (weight.values.length === 1) return conversion.floats(name, [], weight.values);
  if (weight.dims.length > rank) throw conversion.unstated(node, `a constant of rank ${weight.dims.length}`);
  const dims = [...new Array(rank - weight.dims.length).fill(1), ...weight.dims];
  if (rank !== 4) return conversion.floats(name, dims, weight.values);
  return { name, shape: [0, 2, 3, 1].map((axis) => dims[axis]), data: transposed(weight.values, dims, [0, 2, 3, 1]) };
}

/** @param {Conversion} conversion @param {OnnxNode} node */
export function arithmetic(conversion, node) {
  const constants = node.inputs.map((name) => conversion.weights.has(name));
  const { length: rank } = conversion.tensor(node, constants[0] ? 1 : 0).shape;
  const inputs = [0, 1].map((index) => operand(conversion, node, index, rank));
  const [a, b] = inputs.map(({ shape }) => (shape.length === 0 ? new Array(rank).fill(1) : shape));
  if (a.length !== b.length) throw conversion.unstated(node, `ranks ${a.length} and ${b.length}`);
  const shape = a.map((extent, axis) => Math.max(extent, b[axis]));
  conversion.finish(node.outputs[0], /** @type {Kind} */ (node.op.toUpperCase()), inputs, shape);
}

/** @type {Record<string, Kind>} */
const counterparts = { Sigmoid: 'LOGISTIC', Tanh: 'TANH', HardSwish: 'HARD_SWISH' };

/** An operator of one input that has a counterpart of its own. @param {Conversion} conversion @param {OnnxNode} node */
export function elementwise(conversion, node) {
  const x = conversion.tensor(node);
  const output = { name: node.outputs[0], shape: x.shape, nonNegative: node.op === 'Sigmoid' };
  conversion.bind(output.name, conversion.emit(counterparts[node.op], [x], output));
}

/** Relu and Clip where no operator before took them in. @param {Conversion} conversion @param {OnnxNode} node */
export function clip(conversion, node) {
  const x = conversion.tensor(node);
  const [value] = node.outputs;
  const activation = conversion.activationOf(node);
  if (activation !== undefined) {
    const kind = { [activations.relu]: 'RELU', [activations.relu6]: 'RELU6', [activations.reluN1To1]: 'RELU_N1_TO_1' }[activation];
    const output = { name: value, shape: x.shape, nonNegative: kind !== 'RELU_N1_TO_1' };
    conversion.bind(value, conversion.emit(/** @type {Kind} */ (kind), [x], output));
    return;
  }
  const [low, high] = conversion.clipLimits(node);
  const raised = conversion.emit('MAXIMUM', [x, conversion.floats(`${value}/low`, [], [low])], { name: `${value}/raised`, shape: x.shape });
  conversion.bind(value, conversion.emit('MINIMUM', [raised, conversion.floats(`${value}/high`, [], [high])],
    { name: value, shape: x.shape, nonNegative: low >= 0 }));
}

/** clip(alpha x + beta, 0, 1), as relu6(6 alpha x + 6 beta) / 6. @param {Conversion} conversion @param {OnnxNode} node */
export function hardSigmoid(conversion, node) {
  const { alpha = 0.2, beta = 0.5 } = /** @type {Record<string, number>} */ (node.attributes);
  const [value] = node.outputs;
  let x = conversion.tensor(node);
  const { shape } = x;
  // The usual slope is a sixth, of which files hold the nearest float.
  if (Math.abs(6 * alpha - 1) > 1e-6) {
    x = conversion.emit('MUL', [x, conversion.floats(`${value}/slope`, [], [6 * alpha])], { name: `${value}/sloped`, shape });
  }
  const clipped = conversion.emit('ADD', [x, conversion.floats(`${value}/six_beta`, [], [6 * beta])],
    { name: `${value}/clipped`, shape }, { activation: activations.relu6 });
  conversion.bind(value, conversion.emit('MUL', [clipped, conversion.floats(`${value}/sixth`, [], [1 / 6])],
    { name: value, shape, nonNegative: true }));
}

/** GlobalAveragePool, and ReduceMean over an image. @param {Conversion} conversion @param {OnnxNode} node */
export function mean(conversion, node) {
  const x = conversion.image(node);
  if (node.op === 'ReduceMean' && String(conversion.axes(node)) !== '2,3') {
    throw conversion.unstated(node, `axes ${conversion.axes(node)}`);
  }
  const keep = node.op === 'GlobalAveragePool' || Number(node.attributes.keepdims ?? 1) === 1;
  const [batch, , , channels] = x.shape;
  const output = { name: node.outputs[0], shape: keep ? [batch, 1, 1, channels] : [batch, channels], nonNegative: x.nonNegative };
  const axes = conversion.ints(`${output.name}/axes`, [1, 2]);
  conversion.bind(output.name, conversion.emit('MEAN', [x, axes], output, { keep }));
}

/** Of channels. @param {Conversion} conversion @param {OnnxNode} node */
export function concat(conversion, node) {
  let parts = node.inputs.map((_, index) => conversion.tensor(node, index));
  const { length: rank } = parts[0].shape;
  const { axis } = node.attributes;
  if (axis !== 1 && !(rank === 2 && axis === -1)) throw conversion.unstated(node, `axis ${axis}`);
  /** @param {string} name @param {Tensor[]} joined */
  const join = (name, joined) => conversion.emit('CONCATENATION', joined, {
    name, shape: [...joined[0].shape.slice(0, -1), joined.reduce((sum, { shape }) => sum + shape[rank - 1], 0)],
    nonNegative: joined.every(({ nonNegative }) => nonNegative),
  }, { axis: rank - 1 });
  const [value] = node.outputs;
  // XNNPACK, which computes LiteRT's fast paths, joins four at a time.
  for (let round = 0; parts.length > 4; round += 1) {
    const groups = Array.from({ length: Math.ceil(parts.length / 4) }, (_, i) => parts.slice(4 * i, 4 * i + 4));
    parts = groups.map((group, i) => (group.length === 1 ? group[0] : join(`${value}/${round}/${i}`, group)));
  }
  conversion.bind(value, join(value, parts));
}

/** Flatten, and Reshape that amounts to it. @param {Conversion} conversion @param {OnnxNode} node */
export function flatten(conversion, node) {
  let x = conversion.tensor(node);
  const [value] = node.outputs;
  const [batch, ...others] = x.shape;
  const shape = [batch, product(others)];
  const target = node.op === 'Reshape' ? Array.from(conversion.weight(node, 1).values) : [0, -1];
  const fits = (/** @type {number} */ extent, /** @type {number} */ axis) => extent === shape[axis] || extent === (axis === 0 ? 0 : -1);
  const axis = Number(node.attributes.axis ?? 1);
  if (target.length !== 2 || !(target.every(fits) || String(target) === `-1,${shape[1]}`) || axis !== 1) {
    throw conversion.unstated(node, `to [${target}], axis ${axis}`);
  }
  if (others.length === 3 && others[0] * others[1] > 1) {
    // The numbers that follow expect channels first.
    const order = conversion.ints(`${value}/order`, [0, 3, 1, 2]);
    x = conversion.emit('TRANSPOSE', [x, order], { name: `${value}/planes`, shape: [batch, others[2], others[0], others[1]], nonNegative: x.nonNegative });
  }
  const output = { name: value, shape, nonNegative: x.nonNegative };
  conversion.bind(value, conversion.emit('RESHAPE', [x, conversion.ints(`${value}/shape`, shape)], output));
}

/** Over the classes. @param {Conversion} conversion @param {OnnxNode} node */
export function softmax(conversion, node) {
  const x = conversion.tensor(node);
  const axis = Number(node.attributes.axis ?? -1);
  if (axis !== 1 && !(axis === -1 && x.shape.length === 2)) throw conversion.unstated(node, `axis ${axis}`);
  const output = { name: node.outputs[0], shape: x.shape, nonNegative: true };
  conversion.bind(output.name, conversion.emit('SOFTMAX', [x], output));
}

/** What changes nothing when a network classifies. @param {Conversion} conversion @param {OnnxNode} node */
export function identity(conversion, node) {
  conversion.bind(node.outputs[0], conversion.tensor(node));
}
