// An ONNX model's float32 in another floating type, as converters write it: weights, constants, casts
// and declared types are changed, and the graph's inputs and outputs keep float32 behind casts. On the
// wire, because nothing else here writes models: whatever is not named below is passed on as it is.
import { message } from './onnx.mjs';

/** @typedef {[number, Payload]} Field  number and payload */
/** @typedef {number | bigint | Buffer | {fixed: Buffer}} Payload  `fixed`: 4 or 8 bytes */
/** @typedef {'float16' | 'bfloat16' | 'float64'} NarrowType */
/** @typedef {{rounded: NarrowType, stored: NarrowType | 'float32'}} Target  what values are, and in which type they lie */

const elementTypes = { float32: 1, float16: 10, float64: 11, bfloat16: 16 };

// Inputs of these operators that stay float32 whatever the rest is: Resize's scales, and the region.
const keepsFloat32 = /** @type {Record<string, number[]>} */ ({ Resize: [1, 2], Upsample: [1] });

/** @param {Buffer} bytes @returns {Field[]} */
function parse(bytes) {
  /** @type {Field[]} */
  const fields = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const wire = key & 7;
    if (wire === 0) {
      fields.push([key >> 3, varint()]);
      continue;
    }
    const length = wire === 2 ? Number(varint()) : wire === 1 ? 8 : 4;
    const payload = bytes.subarray(at, at + length);
    fields.push([key >> 3, wire === 2 ? payload : { fixed: payload }]);
    at += length;
  }
  return fields;
}

/** @param {Field[]} fields @param {number} number @returns {any} the first payload of that number */
const first = (fields, number) => fields.find(([field]) => field === number)?.[1];

/** @param {Field[]} fields @param {number} number */
const text = (fields, number) => String(first(fields, number) ?? '');

/** The messages of one number, rewritten. @param {Field[]} fields @param {number} number @param {(fields: Field[]) => Field[]} rewrite @returns {Field[]} */
const within = (fields, number, rewrite) =>
  fields.map(([field, payload]) => field === number ? [field, message(...rewrite(parse(/** @type {Buffer} */ (payload))))] : [field, payload]);

/** @param {Float32Array} values @param {Target} target */
function encode(values, { rounded, stored }) {
  if (rounded === 'float64') return Buffer.from(stored === 'float64' ? new Float64Array(values).buffer : values.buffer);
  const bits = new Uint32Array(values.buffer);
  const halves = new Uint16Array(values.length);
  const [round, widen] = rounded === 'float16' ? [float16, fromFloat16] : [bfloat16, fromBfloat16];
  for (let i = 0; i < bits.length; i += 1) halves[i] = round(bits[i]);
  if (stored === rounded) return Buffer.from(halves.buffer);
  for (let i = 0; i < bits.length; i += 1) bits[i] = widen(halves[i]);
  return Buffer.from(values.buffer);
}

// Between the bits of a finite float32 and those of 16-bit floats: to nearest, ties to even.

/** @param {number} word */
const bfloat16 = (word) => (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;

/** @param {number} half */
const fromBfloat16 = (half) => half << 16;

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** @param {number} word */
function float16(word) {
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  scratchBits[0] = magnitude;
  scratch[0] += 0.5; // whose last place is the spacing of the smallest float16
  return sign | (scratchBits[0] - 0x3f000000);
}

/** @param {number} half */
function fromFloat16(half) {
  const magnitude = half & 0x7fff;
  if (magnitude === 0x7c00) return ((half & 0x8000) << 16) | 0x7f800000;
  if (magnitude >= 0x400) return ((half & 0x8000) << 16) | ((magnitude << 13) + 0x38000000);
  scratch[0] = magnitude * 2 ** -24;
  return ((half & 0x8000) << 16) | scratchBits[0];
}

/** A TensorProto. @param {Field[]} fields @param {Target} target @returns {Field[]} */
function tensor(fields, target) {
  if (Number(first(fields, 2)) !== elementTypes.float32) return fields;
  const packed = first(fields, 4);
  const raw = first(fields, 9) ?? (Buffer.isBuffer(packed) ? packed : Buffer.concat(
    fields.filter(([field]) => field === 4).map(([, payload]) => /** @type {{fixed: Buffer}} */ (payload).fixed)));
  const values = new Float32Array(new Uint8Array(raw).buffer);
  return [...fields.filter(([field]) => ![2, 4, 9].includes(field)), [2, elementTypes[target.stored]], [9, encode(values, target)]];
}

/** A ValueInfoProto. @param {Field[]} fields @param {Target} target @returns {Field[]} */
const valueInfo = (fields, { stored }) =>
  within(fields, 2, (any) => within(any, 1, (tensorType) => tensorType.map(([field, payload]) =>
    field === 1 && Number(payload) === elementTypes.float32 ? [field, elementTypes[stored]] : [field, payload])));

/** @param {Field[]} node @param {Set<string>} kept @param {Target} target @returns {Field[]} */
function rewriteNode(node, kept, target) {
  const op = text(node, 4);
  if (op === 'Constant' && kept.has(text(node, 2))) return node;
  return within(node, 5, (attribute) => {
    const cast = op === 'Cast' && text(attribute, 1) === 'to';
    const to = Number(first(attribute, 3)) === elementTypes.float32 ? elementTypes[target.stored] : first(attribute, 3);
    if (cast) return attribute.map(([field, payload]) => [field, field === 3 ? to : payload]);
    return within(attribute, 5, (value) => tensor(value, target));
  });
}

/** @param {string} from @param {string} to @param {number} type @returns {Field} */
function castNode(from, to, type) {
  const attribute = message([1, 'to'], [3, type], [20, 2]);
  return [1, message([1, from], [2, to], [3, `${to}/Cast`], [4, 'Cast'], [5, attribute])];
}

/** A GraphProto. @param {Field[]} graph @param {Target} target @returns {Field[]} */
function rewriteGraph(graph, target) {
  const nodes = graph.filter(([field]) => field === 1).map(([, payload]) => parse(/** @type {Buffer} */ (payload)));
  const names = (/** @type {number} */ number) =>
    graph.filter(([field]) => field === number).map(([, payload]) => text(parse(/** @type {Buffer} */ (payload)), 1));
  const [inputs, outputs] = [new Set(names(11)), new Set(names(12))];
  /** @type {Set<string>} */
  const kept = new Set();
  for (const node of nodes) {
    const read = node.filter(([field]) => field === 1).map(([, payload]) => String(payload));
    for (const index of keepsFloat32[text(node, 4)] ?? []) if (read[index]) kept.add(read[index]);
  }
  const inner = (/** @type {string} */ name) => (inputs.has(name) || outputs.has(name) ? `${name}/${target.stored}` : name);
  /** @type {Field[]} */
  const fields = [...inputs].map((name) => castNode(name, inner(name), elementTypes[target.stored]));
  for (const node of nodes) {
    const renamed = rewriteNode(node, kept, target).map(([field, payload]) =>
      /** @type {Field} */ ([field, field <= 2 ? Buffer.from(inner(String(payload))) : payload]));
    fields.push([1, message(...renamed)]);
  }
  fields.push(...[...outputs].map((name) => castNode(inner(name), name, elementTypes.float32)));
  for (const [field, payload] of graph.filter(([number]) => number !== 1)) {
    const inside = () => parse(/** @type {Buffer} */ (payload));
    if (field === 5 && !kept.has(text(inside(), 8))) fields.push([5, message(...tensor(inside(), target))]);
    else if (field === 13) fields.push([13, message(...valueInfo(inside(), target))]);
    else fields.push([field, payload]);
  }
  return fields;
}

/** @param {Buffer} model  whose weights are in the file @param {Target} target @returns {Buffer} */
const rewrite = (model, target) =>
  message(...within(parse(model), 7, (graph) => rewriteGraph(graph, target)));

/** The model in another type. @param {Buffer} model @param {NarrowType} type */
export const narrowModel = (model, type) => rewrite(model, { rounded: type, stored: type });

/** The model in float32, with what narrowModel makes of its numbers. @param {Buffer} model @param {NarrowType} type */
export const roundModel = (model, type) => rewrite(model, { rounded: type, stored: 'float32' });
