// ONNX models written byte by byte, for tests. Only what they need of protobuf and of onnx.proto:
// a field is a key (number and wire type) and a payload; numbers are varints.

/** @param {number} value @returns {Buffer} */
function varint(value) {
  const bytes = [];
  do {
    bytes.push(value > 127 ? (value & 127) | 128 : value);
    value = Math.floor(value / 128);
  } while (value > 0);
  return Buffer.from(bytes);
}

/** @param {number} field @param {number | string | Buffer} value */
function encode(field, value) {
  if (typeof value === 'number') return Buffer.concat([varint(field << 3), varint(value)]);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

/** @param {...[number, number | string | Buffer]} fields */
function message(...fields) {
  return Buffer.concat(fields.map(([field, value]) => encode(field, value)));
}

/** ValueInfoProto of a float tensor. @param {string} name @param {number[]} shape */
function valueInfo(name, shape) {
  const dims = shape.map((extent) => /** @type {[number, Buffer]} */ ([1, message([1, extent])]));
  const tensor = message([1, 1], [2, message(...dims)]);
  return message([1, name], [2, message([1, tensor])]);
}

/** TensorProto of floats. @param {string} name @param {Floats} tensor */
function floats(name, { dims, values }) {
  return message(...dims.map((extent) => /** @type {[number, number]} */ ([1, extent])), [2, 1],
    [8, name], [9, Buffer.from(Float32Array.from(values).buffer)]);
}

/**
 * @typedef {{dims: number[], values: number[]}} Floats
 *
 * @typedef {object} Graph
 * @property {{op: string, name?: string, inputs: string[], outputs: string[]}[]} nodes
 * @property {Record<string, Floats>} [initializers]
 * @property {[string, number[]]} input
 * @property {[string, number[]]} output
 *
 * @param {Graph} graph
 * @returns {Buffer}
 */
export function encodeModel({ nodes, initializers = {}, input, output }) {
  /** @type {[number, Buffer | string][]} */
  const fields = nodes.map(({ op, name = op.toLowerCase(), inputs, outputs }) => [1, message(
    ...inputs.map((value) => /** @type {[number, string]} */ ([1, value])),
    ...outputs.map((value) => /** @type {[number, string]} */ ([2, value])),
    [3, name], [4, op],
  )]);
  fields.push([2, 'test']);
  for (const [name, tensor] of Object.entries(initializers)) fields.push([5, floats(name, tensor)]);
  fields.push([11, valueInfo(...input)], [12, valueInfo(...output)]);
  return message([1, 8], [2, 'gossamer-tests'], [7, message(...fields)], [8, message([2, 16])]);
}

/**
 * Tells which of red, green and blue a picture has most of: the mean of each channel, as softmax.
 * @param {{bias?: number[]}} [options]  added to the three means
 */
export function colourModel({ bias = [0, 0, 0] } = {}) {
  return encodeModel({
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
      { op: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
      { op: 'Add', inputs: ['flat', 'bias'], outputs: ['logits'] },
      { op: 'Softmax', inputs: ['logits'], outputs: ['probability'] },
    ],
    initializers: { bias: { dims: [3], values: bias } },
    input: ['image', [1, 3, 8, 8]],
    output: ['probability', [1, 3]],
  });
}

/**
 * `classes` classes of which the last is the likelier, the more red there is, and the first, the
 * more blue.
 * @param {number} classes
 */
export function scaleModel(classes) {
  const ramp = Array.from({ length: classes }, (_, i) => i / classes);
  const values = [...ramp, ...ramp.map(() => 0), ...ramp.map((value) => -value)];
  return encodeModel({
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
      { op: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
      { op: 'MatMul', inputs: ['flat', 'weights'], outputs: ['logits'] },
      { op: 'Softmax', inputs: ['logits'], outputs: ['probability'] },
    ],
    initializers: { weights: { dims: [3, classes], values } },
    input: ['image', [1, 3, 8, 8]],
    output: ['probability', [1, classes]],
  });
}

/** Well formed, but with an operator nobody has. */
export function unknownOperatorModel() {
  return encodeModel({
    nodes: [{ op: 'Wobble', name: 'wobbler', inputs: ['image'], outputs: ['out'] }],
    input: ['image', [1, 3, 8, 8]],
    output: ['out', [1, 3, 8, 8]],
  });
}
