// Protobuf's wire format, as far as reading and changing the head of a model needs it: a message is a row of
// fields, each a key (number and wire type) and a payload. Whatever else a field means is its message's business.

/** Wire types: a whole number, 8 bytes, bytes with their length, 4 bytes. */
const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];

/**
 * @typedef {object} Field
 * @property {number} number
 * @property {number} begin  where its key lies
 * @property {number} end
 * @property {number} value  a whole number, or NaN
 * @property {Uint8Array} [bytes]
 */

/** Fields of a message, and those of one number, that are read at most: no model has as many nodes, or inputs. */
const [MOST, MOST_OF_ONE] = [2 ** 20, 2 ** 16];

/**
 * The fields of a message; none after the first byte that makes no sense.
 * @param {Uint8Array} message
 * @param {number} [most]
 * @returns {Generator<Field>}
 */
export function* fieldsOf(message, most = MOST) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; at < message.length; scale *= 128) {
      const byte = message[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    return NaN;
  };
  for (let left = most; at < message.length && left > 0; left -= 1) {
    const begin = at;
    const key = varint();
    if (key < 8) return;  // there is no number 0
    const wire = key % 8;
    let value = NaN;
    /** @type {Uint8Array | undefined} */
    let bytes;
    if (wire === VARINT) value = varint();
    else if (wire === FIXED64) at += 8;
    else if (wire === FIXED32) at += 4;
    else if (wire === BYTES) {
      const length = varint();
      if (!(at + length <= message.length)) return;
      bytes = message.subarray(at, at + length);
      at += length;
    } else return;
    yield { number: (key - wire) / 8, begin, end: at, value, bytes };
  }
}

/** The payloads of a number's fields. @param {Uint8Array} message @param {number} number @returns {Uint8Array[]} */
export function payloads(message, number) {
  const found = [];
  for (const field of fieldsOf(message)) {
    if (field.number === number && field.bytes && found.push(field.bytes) === MOST_OF_ONE) break;
  }
  return found;
}

/** The first whole number of a field. @param {Uint8Array} message @param {number} number */
export function numberOf(message, number) {
  for (const field of fieldsOf(message)) if (field.number === number) return field.value;
  return NaN;
}

/** The last text of a number, as protobuf has it. @param {Uint8Array} message @param {number} number */
export function textOf(message, number) {
  const last = payloads(message, number).pop();
  return last && new TextDecoder().decode(last);
}

/** A field of bytes. @param {number} number @param {Uint8Array} payload */
export function encodeField(number, payload) {
  return concatenate([varintBytes(number * 8 + BYTES), varintBytes(payload.length), payload]);
}

/**
 * A message in which each payload of a number is what `change` makes of it; all else stays.
 * @param {Uint8Array} message
 * @param {number} number
 * @param {(payload: Uint8Array) => Uint8Array} change
 */
export function edited(message, number, change) {
  const parts = [];
  let kept = 0;
  for (const field of fieldsOf(message, Infinity)) {
    if (field.number !== number || !field.bytes) continue;
    parts.push(message.subarray(kept, field.begin), encodeField(number, change(field.bytes)));
    kept = field.end;
  }
  return concatenate([...parts, message.subarray(kept)]);
}

/** @param {Uint8Array[]} parts */
export function concatenate(parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {number} value */
function varintBytes(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) return Uint8Array.from(bytes);
  }
}
