// Reads what a network consists of from an ONNX file, in the browser: nodes, attributes, weights. Only
// as much of protobuf and of onnx.proto as exported classifiers contain; the file is trusted.

/**
 * @typedef {{dims: number[], values: Float32Array | number[]}} Weight
 * @typedef {number | string | number[] | Weight} Attribute
 * @typedef {{op: string, name: string, inputs: string[], outputs: string[], attributes: Record<string, Attribute>}} OnnxNode
 * @typedef {{nodes: OnnxNode[], weights: Map<string, Weight>, inputs: string[], outputs: string[]}} OnnxGraph
 * @typedef {{field: number, value: number, bytes: Uint8Array}} Field  bytes: of strings and messages
 */

const decoder = new TextDecoder();
const text = (/** @type {Uint8Array} */ bytes) => decoder.decode(bytes);

/** @param {Uint8Array} bytes @param {number} at @returns {[number, number]}  value, as int64; where it ends */
function varint(bytes, at) {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[at++];
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return [Number(BigInt.asIntN(64, value)), at];
  }
}

/** @param {Uint8Array} bytes @returns {Generator<Field>} */
function* fieldsOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const empty = new Uint8Array();
  for (let at = 0; at < bytes.length;) {
    let key, value;
    [key, at] = varint(bytes, at);
    const field = key >> 3;
    switch (key & 7) {
      case 0:
        [value, at] = varint(bytes, at);
        yield { field, value, bytes: empty };
        break;
      case 1:
        yield { field, value: view.getFloat64(at, true), bytes: empty };
        at += 8;
        break;
      case 2:
        [value, at] = varint(bytes, at);
        yield { field, value, bytes: bytes.subarray(at, at + value) };
        at += value;
        break;
      case 5:
        yield { field, value: view.getFloat32(at, true), bytes: empty };
        at += 4;
        break;
      default: throw new Error(`a field of wire type ${key & 7}`);
    }
  }
}

/** Whole numbers, packed into one field or given one by one. @param {Field} field */
function integers({ value, bytes }) {
  if (bytes.length === 0) return [value];
  const values = [];
  for (let at = 0, one; at < bytes.length; values.push(one)) [one, at] = varint(bytes, at);
  return values;
}

/** @param {Field} field */
const floats = ({ value, bytes }) =>
  (bytes.length === 0 ? [value] : Array.from(new Float32Array(bytes.slice().buffer)));

/** @param {number} type  of TensorProto.DataType @param {Uint8Array} raw */
function numbersOf(type, raw) {
  const { buffer } = raw.slice();  // aligned
  if (type === 1) return new Float32Array(buffer);
  if (type === 6) return Array.from(new Int32Array(buffer));
  if (type === 7) return Array.from(new BigInt64Array(buffer), Number);
  throw new Error(`cannot be stated: weights of type ${type}`);
}

/** TensorProto. @param {Uint8Array} bytes @returns {Weight & {name: string}} */
function readTensor(bytes) {
  const tensor = { name: '', type: 0, dims: /** @type {number[]} */ ([]), values: /** @type {number[]} */ ([]) };
  /** @type {Uint8Array | undefined} */
  let raw;
  for (const field of fieldsOf(bytes)) {
    if (field.field === 1) tensor.dims.push(...integers(field));
    else if (field.field === 2) tensor.type = field.value;
    else if (field.field === 4) tensor.values.push(...floats(field));
    else if (field.field === 5 || field.field === 7) tensor.values.push(...integers(field));
    else if (field.field === 8) tensor.name = text(field.bytes);
    else if (field.field === 9) raw = field.bytes;
  }
  return { name: tensor.name, dims: tensor.dims, values: raw ? numbersOf(tensor.type, raw) : tensor.values };
}

/** AttributeProto. @param {Uint8Array} bytes @returns {[string, Attribute]} */
function readAttribute(bytes) {
  let name = '';
  /** @type {Attribute} */
  let value = 0;
  /** @type {number[]} */
  const list = [];
  for (const field of fieldsOf(bytes)) {
    if (field.field === 1) name = text(field.bytes);
    else if (field.field === 2 || field.field === 3) value = field.value;
    else if (field.field === 4) value = text(field.bytes);
    else if (field.field === 5) value = readTensor(field.bytes);
    else if (field.field === 7) list.push(...floats(field));
    else if (field.field === 8) list.push(...integers(field));
  }
  return [name, list.length > 0 ? list : value];
}

/** NodeProto. @param {Uint8Array} bytes @returns {OnnxNode} */
function readNode(bytes) {
  /** @type {OnnxNode} */
  const node = { op: '', name: '', inputs: [], outputs: [], attributes: {} };
  for (const field of fieldsOf(bytes)) {
    if (field.field === 1) node.inputs.push(text(field.bytes));
    else if (field.field === 2) node.outputs.push(text(field.bytes));
    else if (field.field === 3) node.name = text(field.bytes);
    else if (field.field === 4) node.op = text(field.bytes);
    else if (field.field === 5) {
      const [name, value] = readAttribute(field.bytes);
      node.attributes[name] = value;
    }
  }
  return node;
}

/** ValueInfoProto's name. @param {Uint8Array} bytes */
function nameOf(bytes) {
  for (const field of fieldsOf(bytes)) if (field.field === 1) return text(field.bytes);
  return '';
}

/** @param {Uint8Array} bytes  of a ModelProto @returns {OnnxGraph} */
export function readOnnx(bytes) {
  /** @type {OnnxGraph} */
  const graph = { nodes: [], weights: new Map(), inputs: [], outputs: [] };
  for (const model of fieldsOf(bytes)) {
    if (model.field !== 7) continue;
    for (const { field, bytes: part } of fieldsOf(model.bytes)) {
      if (field === 1) graph.nodes.push(readNode(part));
      else if (field === 5) {
        const { name, ...weight } = readTensor(part);
        graph.weights.set(name, weight);
      } else if (field === 11) graph.inputs.push(nameOf(part));
      else if (field === 12) graph.outputs.push(nameOf(part));
    }
  }
  graph.inputs = graph.inputs.filter((name) => !graph.weights.has(name));
  return graph;
}
