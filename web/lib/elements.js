// The elements of tensors as numbers: bytes, as they come from the engine, become a typed array.
// Types that JavaScript has no arrays for everywhere (float16, bfloat16) become Float32Arrays.

/** @typedef {Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array |
 *     Uint32Array | Int32Array | BigInt64Array | BigUint64Array} Elements */

/** @type {Record<string, any>} */
const ARRAYS = {
  float32: Float32Array, float64: Float64Array, uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array,
  int16: Int16Array, uint32: Uint32Array, int32: Int32Array, bool: Uint8Array, int64: BigInt64Array,
  uint64: BigUint64Array, uint4: Uint8Array, int4: Int8Array,
};

/**
 * @param {string} type
 * @param {Uint8Array<ArrayBuffer>} bytes  dense, at the beginning of their buffer
 * @returns {Elements}
 */
export function elementsOf(type, bytes) {
  if (type === 'float16') return Float32Array.from(new Uint16Array(bytes.buffer), fromFloat16);
  if (type === 'bfloat16') {
    // The upper half of a float32.
    const wide = Uint32Array.from(new Uint16Array(bytes.buffer), (bits) => (bits << 16) >>> 0);
    return new Float32Array(wide.buffer);
  }
  const Type = ARRAYS[type] ?? Uint8Array;
  return new Type(bytes.buffer);
}

/** @param {number} bits */
function fromFloat16(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
