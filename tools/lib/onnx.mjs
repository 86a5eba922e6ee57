// ONNX models written byte by byte: those that a build step makes from other formats, and those of
// tests. Only what they need of protobuf and of onnx.proto: a field is a key (number and wire type)
// and a payload; whole numbers are varints.
import { elementTypes, rawBytes } from '../../tests/support/tensors.mjs';

/** @typedef {import('../../tests/support/tensors.mjs').Tensor} Tensor */
/** @typedef {number | bigint | string | Buffer | {fixed: number | Buffer}} Payload  `fixed`: a float, or 4 or 8 bytes */
/** @typedef {[number, Payload]} Field */

/** A whole number in protobuf's base 128. @param {number | bigint} value  negative ones are written as int64 @returns {Buffer} */
export function varint(value) {
  if (typeof value === 'number' && value >= 0 && value < 128) return Buffer.from([value]);  // most are
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes = [];
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

/** @param {number} field @param {Payload} value */
function encode(field, value) {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return Buffer.concat([varint(field << 3), varint(value)]);
  }
  if (typeof value === 'object' && 'fixed' in value) {
    const bytes = typeof value.fixed === 'number' ? Buffer.alloc(4) : value.fixed;
    if (typeof value.fixed === 'number') bytes.writeFloatLE(value.fixed);
    return Buffer.concat([varint((field << 3) | (bytes.length === 8 ? 1 : 5)), bytes]);
  }
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

/** The bytes of a message. @param {...Field} fields */
export function message(...fields) {
  return Buffer.concat(fields.map(([field, value]) => encode(field, value)));
}

/** Values may be of a type whose elements nothing here writes. */
const valueTypes = { ...elementTypes, string: 8, float16: 10 };

/**
 * ValueInfoProto of a tensor. Extents that are texts are symbolic; without a shape any will do.
 * @param {Info} info
 */
function valueInfo({ name, type = 'float32', shape }) {
  /** @type {Field[]} */
  const tensor = [[1, valueTypes[type]]];
  const dims = (shape ?? []).map((extent) =>
    /** @type {Field} */ ([1, message([typeof extent === 'number' ? 1 : 2, extent])]));
  if (shape) tensor.push([2, message(...dims)]);
  return message([1, name], [2, message([1, message(...tensor)])]);
}

/** TensorProto with raw data. @param {string} name @param {Tensor} tensor */
export function encodeTensor(name, { type = 'float32', dims, values }) {
  return message(...dims.map((extent) => /** @type {Field} */ ([1, extent])), [2, elementTypes[type]],
    [8, name], [9, rawBytes(type, values)]);
}

/** The tags of AttributeProto.type and the field that holds the value. */
const attributeKinds = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 };

/** @param {string} name @param {Attribute} attribute */
function encodeAttribute(name, attribute) {
  const kind = /** @type {keyof typeof attributeKinds} */ (Object.keys(attribute)[0]);
  const fields = {
    float: () => [[2, { fixed: attribute.float }]],
    int: () => [[3, attribute.int]],
    string: () => [[4, attribute.string]],
    tensor: () => [[5, encodeTensor('', /** @type {Tensor} */ (attribute.tensor))]],
    floats: () => attribute.floats?.map((value) => [7, { fixed: value }]),
    ints: () => attribute.ints?.map((value) => [8, value]),
    strings: () => attribute.strings?.map((value) => [9, value]),
  }[kind]();
  return message([1, name], .../** @type {Field[]} */ (fields), [20, attributeKinds[kind]]);
}

/** @param {Node} node */
function encodeNode({ op, domain = '', name = op.toLowerCase(), inputs, outputs, attributes = {} }) {
  return message(
    ...inputs.map((value) => /** @type {Field} */ ([1, value])),
    ...outputs.map((value) => /** @type {Field} */ ([2, value])),
    [3, name], [4, op],
    ...Object.entries(attributes).map(([key, value]) => /** @type {Field} */ ([5, encodeAttribute(key, value)])),
    ...(domain ? [/** @type {Field} */ ([7, domain])] : []),
  );
}

/**
 * @typedef {object} Attribute  has one of these
 * @property {number} [float]
 * @property {number} [int]
 * @property {string} [string]
 * @property {Tensor} [tensor]
 * @property {number[]} [floats]
 * @property {number[]} [ints]
 * @property {string[]} [strings]
 *
 * @typedef {object} Node
 * @property {string} op
 * @property {string} [domain]
 * @property {string} [name]
 * @property {string[]} inputs
 * @property {string[]} outputs
 * @property {Record<string, Attribute>} [attributes]
 *
 * @typedef {{name: string, type?: keyof typeof valueTypes, shape?: (number | string)[]}} Info
 *
 * @typedef {object} Graph
 * @property {Node[]} nodes
 * @property {Record<string, Tensor>} [initializers]
 * @property {Info[]} inputs
 * @property {Info[]} outputs
 * @property {number} [opset]
 * @property {Record<string, Tensor>} [sparse]  initializers of which what is not zero is stored
 * @property {string} [name]  of the graph
 * @property {string} [producer]
 * @property {Record<string, string>} [metadata]  the model's metadata_props
 */

/** @param {string} name @param {Tensor} tensor  of floats */
function encodeSparse(name, { dims, values }) {
  const places = Array.from(values, (_, place) => place).filter((place) => values[place] !== 0);
  const kept = { dims: [places.length], values: places.map((place) => values[place]) };
  const indices = { type: /** @type {const} */ ('int64'), dims: [places.length], values: places };
  return message([1, encodeTensor(name, kept)], [2, encodeTensor('', indices)],
    ...dims.map((extent) => /** @type {Field} */ ([3, extent])));
}

/** Entries of metadata_props, as a model's bytes. Added to a model's end they become part of it. @param {Record<string, string>} entries */
export function encodeMetadata(entries) {
  return message(...Object.entries(entries).map(([key, value]) =>
    /** @type {Field} */ ([14, message([1, key], [2, value])])));
}

/** @param {Graph} graph @returns {Buffer} */
export function encodeModel({
  nodes, initializers = {}, sparse = {}, inputs, outputs, opset = 16, name = 'test', producer = 'gossamer-tests',
  metadata = {},
}) {
  /** @type {Field[]} */
  const fields = nodes.map((node) => [1, encodeNode(node)]);
  fields.push([2, name]);
  for (const [key, tensor] of Object.entries(initializers)) fields.push([5, encodeTensor(key, tensor)]);
  for (const [key, tensor] of Object.entries(sparse)) fields.push([15, encodeSparse(key, tensor)]);
  for (const info of inputs) fields.push([11, valueInfo(info)]);
  for (const info of outputs) fields.push([12, valueInfo(info)]);
  const domains = new Set(nodes.flatMap(({ domain }) => domain || []));
  const imports = [...domains].map((domain) => /** @type {Field} */ ([8, message([1, domain], [2, 1])]));
  const model = message([1, 8], [2, producer], [7, message(...fields)], [8, message([2, opset])], ...imports);
  return Buffer.concat([model, encodeMetadata(metadata)]);
}
