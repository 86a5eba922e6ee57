// Tensors of tests as plain numbers: to and from the bytes that ONNX files hold, and how far two of
// them lie apart.

/** The numbers of TensorProto.DataType. */
export const elementTypes = {
  float32: 1, uint8: 2, int8: 3, uint16: 4, int16: 5, int32: 6, int64: 7, bool: 9, float64: 11,
  uint32: 12, uint64: 13,
};

const arrays = {
  float32: Float32Array, uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array,
  int32: Int32Array, int64: BigInt64Array, bool: Uint8Array, float64: Float64Array,
  uint32: Uint32Array, uint64: BigUint64Array,
};

/**
 * @typedef {keyof typeof elementTypes} ElementType
 * @typedef {{type?: ElementType, dims: number[], values: ArrayLike<number>}} Tensor
 */

/** @param {ElementType} type */
const isWide = (type) => type === 'int64' || type === 'uint64';

/** A typed array, as onnxruntime takes it. @param {ElementType} type @param {ArrayLike<number>} values */
export function typedArray(type, values) {
  const Type = /** @type {any} */ (arrays[type]);
  return isWide(type) ? Type.from(values, BigInt) : Type.from(values);
}

/** @param {ElementType} type @param {ArrayLike<number>} values */
export function rawBytes(type, values) {
  return Buffer.from(typedArray(type, values).buffer);
}

/** @param {ArrayLike<number | bigint>} values @returns {number[] | Float32Array} */
export const plainNumbers = (values) =>
  values instanceof Float32Array ? values : Array.from(values, Number);

/** @param {Buffer} bytes @param {number} at @returns {[number, number]} value, where it ends */
function readVarint(bytes, at) {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[at++];
    value += (byte & 127) * scale;
    if (byte < 128) return [value, at];
  }
}

/** TensorProto with raw data, as Gossamer writes it. @param {Buffer} bytes @returns {Required<Tensor>} */
export function decodeTensor(bytes) {
  /** @type {number[]} */
  const dims = [];
  let code = 0;
  /** @type {Buffer} */
  let raw = Buffer.alloc(0);
  for (let at = 0; at < bytes.length; ) {
    let key, value;
    [key, at] = readVarint(bytes, at);
    [value, at] = readVarint(bytes, at);
    if (key === 0x08) dims.push(value);
    else if (key === 0x10) code = value;
    else if ((key & 7) === 2) {
      const part = bytes.subarray(at, at + value);
      at += value;
      if (key >> 3 === 1) for (let i = 0, d; i < part.length; dims.push(d)) [d, i] = readVarint(part, i);
      else if (key >> 3 === 9) raw = part;
    } else throw new Error(`a TensorProto with key ${key} was not expected`);
  }
  const type = /** @type {ElementType | undefined} */ (
    Object.entries(elementTypes).find(([, number]) => number === code)?.[0]);
  if (!type) throw new Error(`a tensor of type ${code} was not expected`);
  const Type = arrays[type];
  const buffer = raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length);
  return { type, dims, values: plainNumbers(new Type(/** @type {ArrayBuffer} */ (buffer))) };
}

/** @param {ArrayLike<number>} values  the largest magnitude of the finite ones */
export function magnitude(values) {
  let largest = 0;
  for (let i = 0; i < values.length; i += 1) {
    const size = Math.abs(values[i]);
    if (size > largest && size !== Infinity) largest = size;
  }
  return largest;
}

/**
 * The largest difference, relative to the expected tensor's magnitude, and where it is. NaN equals
 * NaN; where one is infinite or NaN and the other differs, the difference is infinite.
 * @param {ArrayLike<number>} got
 * @param {ArrayLike<number>} expected
 * @param {number} [least]  the magnitude of a tensor counts as this at least
 */
export function largestDifference(got, expected, least = 1e-3) {
  const scale = Math.max(magnitude(expected), least);
  let relative = 0;
  let index = -1;
  for (let i = 0; i < expected.length; i += 1) {
    if (Object.is(got[i], expected[i]) || got[i] === expected[i]) continue;
    const size = Math.abs(got[i] - expected[i]) / scale;
    const difference = Number.isNaN(size) ? Infinity : size;
    if (difference <= relative) continue;
    relative = difference;
    index = i;
  }
  return { relative, index };
}
