// Damages models: in their bytes, as broken disks and attackers do, and in their structure, which
// passes the parser and reaches what lies behind it. The same seed gives the same file.
import { encode, encodeField, message, schema } from './wire.mjs';

/** @typedef {import('./wire.mjs').Field} Field */
/** @typedef {import('./corpus.mjs').Seed} Seed */
/** @typedef {(n: number) => number} Draw  a whole number below n */

const maxBytes = 400_000;

/** Numbers in which arithmetic on extents, offsets and types goes wrong. */
const extremes = [
  0n, 1n, 2n, 3n, 7n, 8n, 16n, 127n, 255n, 65535n, 2n ** 20n, 2n ** 30n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n,
  2n ** 32n, 2n ** 40n, 2n ** 61n, 2n ** 62n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n - 2n, 2n ** 64n - 9n,
  2n ** 64n - 2n ** 31n, 2n ** 64n - 2n ** 32n,
];
const floats = [0, -0, 1, -1, NaN, Infinity, -Infinity, 1e30, -1e30, 1e-40, 0.5, 2 ** 31, 2 ** 63];

/** @param {number} seed @returns {Draw} */
export function drawing(seed) {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

/** @template T @param {Draw} draw @param {readonly T[]} list @returns {T} */
const pick = (draw, list) => list[draw(list.length)];

// ---- bytes --------------------------------------------------------------------------------------

/** @type {((bytes: Buffer, draw: Draw, other: Buffer) => Buffer)[]} */
const byteMutations = [
  (bytes, draw) => {  // bits
    for (let i = 1 + draw(4); i > 0; i -= 1) bytes[draw(bytes.length)] ^= 1 << draw(8);
    return bytes;
  },
  (bytes, draw) => {  // a byte
    bytes[draw(bytes.length)] = draw(256);
    return bytes;
  },
  (bytes, draw) => bytes.subarray(0, draw(bytes.length)),
  (bytes, draw) => {  // cut out
    const at = draw(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + draw(32))]);
  },
  (bytes, draw) => {  // put in
    const at = draw(bytes.length);
    const more = Buffer.from(Array.from({ length: 1 + draw(16) }, () => draw(256)));
    return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
  },
  (bytes, draw) => {  // a piece twice
    const [at, length] = [draw(bytes.length), 1 + draw(200)];
    return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
  },
  (bytes, draw, other) => Buffer.concat([bytes.subarray(0, draw(bytes.length)), other.subarray(draw(other.length))]),
  (bytes, draw) => {  // a large number where a small one may have been
    const at = draw(bytes.length);
    const number = Buffer.alloc(8);
    number.writeBigUInt64LE(pick(draw, extremes));
    number.copy(bytes, at, 0, pick(draw, [1, 2, 4, 8]));
    return bytes;
  },
];

// ---- structure ----------------------------------------------------------------------------------

/**
 * @typedef {object} Place  a field, in the list that holds it
 * @property {Field[]} list
 * @property {number} index
 * @property {string} parent  the type of message
 *
 * @typedef {object} Pool  what may be put in the place of what is there
 * @property {Map<string, Field[]>} messages  by type
 * @property {Map<string, Buffer[]>} texts  by type and number of the field
 */

/** @param {Field[]} list @param {string} parent @param {Place[]} [places] */
function placesIn(list, parent, places = []) {
  list.forEach((field, index) => {
    places.push({ list, index, parent });
    if (field.fields) placesIn(field.fields, field.type ?? '', places);
  });
  return places;
}

/** Everything that stands in the corpus, by its kind. @param {Seed[]} seeds @returns {Pool} */
export function makePool(seeds) {
  /** @type {Pool} */
  const pool = { messages: new Map(), texts: new Map() };
  const most = 400;
  for (const { fields } of seeds) {
    for (const { list, index, parent } of placesIn(fields ?? [], 'Model')) {
      const { type, number, bytes, wire } = list[index];
      const [map, key, item] = type ? [pool.messages, type, list[index]] : [pool.texts, `${parent} ${number}`, bytes];
      if (wire !== 2 || !item || (bytes && bytes.length > 64)) continue;
      const known = /** @type {any[]} */ (map.get(key) ?? []);
      if (known.length < most) map.set(key, /** @type {any} */ ([...known, item]));
    }
  }
  return pool;
}

/** A copy that shares nothing that is changed. @param {Field} field @returns {Field} */
const copy = (field) => ({ ...field, fields: field.fields?.map(copy) });

/** A graph in an attribute of a node of a graph, so many times. @param {Field} graph @param {number} depth */
function nest(graph, depth) {
  let inside = graph.fields ?? [];
  for (let i = 0; i < depth; i += 1) {
    const attribute = message([[1, 'then_branch'], [6, inside], [20, 5]]);
    inside = message([[1, [...message([[1, 'c'], [2, 'out'], [4, 'If']]), ...message([[5, attribute]])]]]);
  }
  graph.fields = inside;
}

/** @type {((place: Place, draw: Draw, pool: Pool) => void)[]} */
const fieldMutations = [
  ({ list, index }) => void list.splice(index, 1),
  ({ list, index }) => void list.splice(index, 0, copy(list[index])),
  ({ list, index }, draw) => {  // many times
    const count = Math.min(pick(draw, [10, 100, 1000, 5000]), Math.floor(100_000 / (encodeField(list[index]).length + 1)));
    // As bytes: were the message shared, another change in it would be made in all of them, and thousands
    // of times thousands would never end.
    const { number, wire, value, bytes, fields, lie } = list[index];
    const flat = { number, wire, value, lie, bytes: fields ? encode(fields) : bytes };
    list.splice(index, 0, ...Array.from({ length: count }, () => flat));
  },
  ({ list, index }, draw) => {  // elsewhere in the message
    const [field] = list.splice(index, 1);
    list.splice(draw(list.length + 1), 0, field);
  },
  ({ list, index }, draw) => void (list[index] = { ...list[index], number: pick(draw, [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 14, 15, 20, 21, 25, 99]) }),
  ({ list, index }, draw) => void (list[index] = { ...list[index], lie: pick(draw, [-1, 1, 5, -3, 1000, 2 ** 31, 2 ** 40]) }),
  ({ list, index }, draw) => {  // another type on the wire
    const { number } = list[index];
    list[index] = pick(draw, [
      { number, wire: 0, value: pick(draw, extremes) }, { number, wire: 5, bytes: Buffer.alloc(4, draw(256)) },
      { number, wire: 1, bytes: Buffer.alloc(8, draw(256)) }, { number, wire: 2, bytes: Buffer.alloc(draw(20), draw(256)) },
    ]);
  },
];

/** Of the content, by its kind. @param {Place} place @param {Draw} draw @param {Pool} pool */
function changeContent({ list, index, parent }, draw, pool) {
  const field = list[index];
  if (field.wire === 0) {
    const near = BigInt.asUintN(64, (field.value ?? 0n) + BigInt(draw(5) - 2));
    list[index] = { ...field, value: draw(2) ? near : pick(draw, extremes) };
  } else if (field.type) {
    const others = pool.messages.get(field.type) ?? [];
    if (field.type === 'Graph' && draw(4) === 0) nest(field, pick(draw, [1, 3, 10, 16, 17, 40, 500]));
    else if (others.length > 0) list[index] = { ...copy(pick(draw, others)), number: field.number };
  } else if (field.wire === 2) {
    const others = pool.texts.get(`${parent} ${field.number}`) ?? [];
    const siblings = list.filter((other) => other.bytes).map((other) => /** @type {Buffer} */ (other.bytes));
    const choice = draw(4);
    /** @type {Buffer} */
    let bytes = Buffer.from(field.bytes ?? []);
    if (choice === 0 && siblings.length > 0) bytes = pick(draw, siblings);
    else if (choice === 1 && bytes.length > 0) bytes = pick(draw, byteMutations)(bytes, draw, bytes);
    else if (others.length > 0) bytes = pick(draw, others);
    list[index] = { ...field, bytes };
  } else {
    const bytes = Buffer.alloc(field.wire === 1 ? 8 : 4);
    if (field.wire === 1) bytes.writeDoubleLE(pick(draw, floats));
    else bytes.writeFloatLE(pick(draw, floats));
    list[index] = { ...field, bytes };
  }
}

/** Adds a message of a kind that fits. @param {Place} place @param {Draw} draw @param {Pool} pool */
function addMessage({ list, parent }, draw, pool) {
  const kinds = Object.entries(schema[parent] ?? {});
  if (kinds.length === 0) return;
  const [number, type] = pick(draw, kinds);
  const others = pool.messages.get(type) ?? [];
  if (others.length > 0) list.splice(draw(list.length + 1), 0, { ...copy(pick(draw, others)), number: Number(number) });
}

/** @param {Field[]} fields @param {Draw} draw @param {Pool} pool */
function changeStructure(fields, draw, pool) {
  const places = placesIn(fields, 'Model');
  if (places.length === 0) return;
  // Weights have the most bytes and say the least: any field is as likely as another.
  const place = pick(draw, places);
  const kind = draw(10);
  if (kind < 6) changeContent(place, draw, pool);
  else if (kind < 7) addMessage(place, draw, pool);
  else pick(draw, fieldMutations)(place, draw, pool);
}

/**
 * One damaged model.
 * @param {Seed} seed @param {Seed} other  for splices @param {Draw} draw @param {Pool} pool
 */
export function mutate(seed, other, draw, pool) {
  /** @type {Buffer} */
  let bytes = Buffer.from(seed.bytes);
  if (seed.fields && draw(4) > 0) {
    const fields = seed.fields.map(copy);
    for (let i = 1 + draw(4); i > 0; i -= 1) changeStructure(fields, draw, pool);
    bytes = encode(fields);
    if (draw(8) > 0) return bytes.subarray(0, maxBytes);
  }
  for (let i = 1 + draw(3); i > 0 && bytes.length > 0; i -= 1) bytes = pick(draw, byteMutations)(bytes, draw, other.bytes);
  return bytes.subarray(0, maxBytes);
}
