// Writes FlatBuffers, the format of .tflite files. A part is a table, a list or some bytes; parts are
// written in the order in which they are met, each after the one that refers to it, because references
// only point forward. Every scalar of a table takes a word of four bytes: a reader of a narrower type
// looks at the word's first byte, which is its lowest.

/**
 * @typedef {{fields: (number | Part | undefined)[]}} Table  by field number; undefined: the default
 * @typedef {{ints: readonly number[]}} Ints  32 bits each
 * @typedef {{bytes: Uint8Array, align?: number}} Bytes  align: of the first byte, in the file
 * @typedef {{text: string}} Text
 * @typedef {{parts: Part[]}} List
 * @typedef {Table | Ints | Bytes | Text | List} Part
 * @typedef {{at: number, part: Part}} Reference  at: the word that will say where the part lies
 */

/** The word that holds a float. @param {number} value */
export const floatWord = (value) => new Int32Array(new Float32Array([value]).buffer)[0];

class Output {
  #bytes = new Uint8Array(1 << 20);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  /** Makes room at the end; the new bytes are zero. @param {number} count @returns {number} where they begin */
  add(count) {
    const begin = this.length;
    this.length += count;
    if (this.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.length);
      larger.set(this.#bytes.subarray(0, begin));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return begin;
  }

  /** Goes on until what follows after `skip` bytes is aligned. @param {number} to @param {number} [skip] */
  align(to, skip = 0) {
    this.add((to - ((this.length + skip) % to)) % to);
  }

  /** @param {number} at @param {number} value  signed or not */
  word(at, value) {
    this.#view.setInt32(at, value, true);
  }

  /** @param {number} at @param {number} value */
  half(at, value) {
    this.#view.setUint16(at, value, true);
  }

  /** @param {number} at @param {Uint8Array} bytes */
  put(at, bytes) {
    this.#bytes.set(bytes, at);
  }

  get written() {
    return this.#bytes.subarray(0, this.length);
  }
}

/** Behind its vtable, which says where in the table each field lies. @param {Output} output @param {Table} table */
function writeTable(output, { fields }) {
  /** @type {Reference[]} */
  const references = [];
  output.align(4);
  const vtable = output.add(4 + 2 * fields.length);
  output.align(4);
  const begin = output.add(4);
  output.word(begin, begin - vtable);
  for (const [number, field] of fields.entries()) {
    if (field === undefined) continue;
    const at = output.add(4);
    output.half(vtable + 4 + 2 * number, at - begin);
    if (typeof field === 'number') output.word(at, field);
    else references.push({ at, part: field });
  }
  output.half(vtable, 4 + 2 * fields.length);
  output.half(vtable + 2, output.length - begin);
  return { begin, references };
}

/** Bytes behind their number. @param {Output} output @param {Uint8Array} bytes @param {number} align @param {number} zeros  after them */
function writeBytes(output, bytes, align, zeros) {
  output.align(align, 4);
  const begin = output.add(4 + bytes.length + zeros);
  output.word(begin, bytes.length);
  output.put(begin + 4, bytes);
  return { begin, references: [] };
}

/** @param {Output} output @param {Part} part @returns {{begin: number, references: Reference[]}} */
function write(output, part) {
  if ('fields' in part) return writeTable(output, part);
  if ('bytes' in part) return writeBytes(output, part.bytes, Math.max(4, part.align ?? 4), 0);
  if ('text' in part) return writeBytes(output, new TextEncoder().encode(part.text), 4, 1);
  output.align(4);
  const elements = 'ints' in part ? part.ints : part.parts;
  const begin = output.add(4 + 4 * elements.length);
  output.word(begin, elements.length);
  if ('ints' in part) {
    for (const [i, value] of part.ints.entries()) output.word(begin + 4 + 4 * i, value);
    return { begin, references: [] };
  }
  return { begin, references: part.parts.map((one, i) => ({ at: begin + 4 + 4 * i, part: one })) };
}

/**
 * @param {Table} root
 * @param {string} identifier  four letters that name the format
 * @returns {Uint8Array}
 */
export function encodeFlatBuffer(root, identifier) {
  const output = new Output();
  output.add(8);
  output.put(4, new TextEncoder().encode(identifier));
  /** @type {Reference[]} */
  const waiting = [{ at: 0, part: root }];
  for (const { at, part } of waiting) {  // grows meanwhile
    const { begin, references } = write(output, part);
    output.word(at, begin - at);
    waiting.push(...references);
  }
  output.align(16);
  return output.written;
}
