// Protobuf messages taken apart and put together again, for models that are to be changed in a chosen
// place. A message is a list of fields; a field of bytes that the schema of ONNX knows for a message
// is a list itself. What cannot be read as a message stays bytes.
import { varint } from '../../tools/lib/onnx.mjs';

/**
 * @typedef {object} Field
 * @property {number} number
 * @property {number} wire  0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes
 * @property {bigint} [value]  of a varint
 * @property {Buffer} [bytes]
 * @property {Field[]} [fields]  of a message
 * @property {string} [type]  of a message
 * @property {number} [lie]  what to add to the true length
 */

/** Message -> field -> message. @type {Record<string, Record<number, string>>} */
export const schema = {
  Model: { 7: 'Graph', 8: 'Opset', 14: 'Entry', 25: 'Function' },
  Graph: { 1: 'Node', 5: 'Tensor', 11: 'Value', 12: 'Value', 13: 'Value', 15: 'Sparse' },
  Node: { 5: 'Attribute' },
  Attribute: { 5: 'Tensor', 6: 'Graph', 10: 'Tensor', 11: 'Graph', 14: 'Type', 15: 'Type', 22: 'Sparse', 23: 'Sparse' },
  Function: { 7: 'Node', 9: 'Opset', 11: 'Attribute', 12: 'Value' },
  Value: { 2: 'Type' },
  Type: { 1: 'TensorType', 4: 'Wrapped', 5: 'Map', 8: 'TensorType', 9: 'Wrapped' },
  TensorType: { 2: 'Shape' },
  Wrapped: { 1: 'Type' },
  Map: { 2: 'Type' },
  Shape: { 1: 'Extent' },
  Tensor: { 13: 'Entry' },
  Sparse: { 1: 'Tensor', 2: 'Tensor' },
  Extent: {}, Entry: {}, Opset: {},
};

const maxDepth = 30;

/** @param {Buffer} bytes @param {number} at @returns {[bigint, number] | null}  value, and where it ends */
function readVarint(bytes, at) {
  let value = 0n;
  for (let shift = 0n; shift < 70n && at < bytes.length; shift += 7n) {
    const byte = bytes[at++];
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return [BigInt.asUintN(64, value), at];
  }
  return null;
}

/**
 * The fields of a message, or null when the bytes are none.
 * @param {Buffer} bytes @param {string} type @param {number} [depth] @returns {Field[] | null}
 */
export function parse(bytes, type, depth = 0) {
  /** @type {Field[]} */
  const fields = [];
  for (let at = 0; at < bytes.length;) {
    const key = readVarint(bytes, at);
    if (!key) return null;
    const [number, wire] = [Number(key[0] >> 3n), Number(key[0] & 7n)];
    at = key[1];
    if (wire === 0) {
      const read = readVarint(bytes, at);
      if (!read) return null;
      fields.push({ number, wire, value: read[0] });
      at = read[1];
      continue;
    }
    let length = wire === 1 ? 8 : wire === 5 ? 4 : -1;
    if (wire === 2) {
      const read = readVarint(bytes, at);
      if (!read || read[0] > BigInt(bytes.length)) return null;
      length = Number(read[0]);
      at = read[1];
    }
    if (length < 0 || at + length > bytes.length) return null;
    const part = bytes.subarray(at, at + length);
    at += length;
    const inner = wire === 2 ? schema[type]?.[number] : undefined;
    const inside = inner && depth < maxDepth ? parse(part, inner, depth + 1) : null;
    fields.push(inside ? { number, wire, fields: inside, type: inner } : { number, wire, bytes: part });
  }
  return fields;
}

/** @param {Field} field @returns {Buffer} */
export function encodeField({ number, wire, value, bytes, fields, lie = 0 }) {
  const key = varint((BigInt(number) << 3n) | BigInt(wire));
  if (wire === 0) return Buffer.concat([key, varint(value ?? 0n)]);
  const body = fields ? encode(fields) : bytes ?? Buffer.alloc(0);
  if (wire !== 2) return Buffer.concat([key, body]);
  return Buffer.concat([key, varint(BigInt(body.length) + BigInt(lie)), body]);
}

/** @param {Field[]} fields @returns {Buffer} */
export function encode(fields) {
  return Buffer.concat(fields.map(encodeField));
}

/**
 * A message in the short form [number, payload]...: whole numbers, texts, bytes or messages.
 * @param {[number, number | bigint | string | Buffer | Field[]][]} entries @returns {Field[]}
 */
export function message(entries) {
  return entries.map(([number, payload]) => {
    if (typeof payload === 'number' || typeof payload === 'bigint') return { number, wire: 0, value: BigInt(payload) };
    if (Array.isArray(payload)) return { number, wire: 2, fields: payload };
    return { number, wire: 2, bytes: Buffer.from(payload) };
  });
}
