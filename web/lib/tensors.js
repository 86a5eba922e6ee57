// Tensors as they travel between an app and the engine: the name of the element type, the extents,
// and the elements as bytes, which any typed array can be made of without a copy.

import { check, checkBytes, show } from './error.js';

/**
 * @typedef {object} TensorBytes
 * @property {string} type  "float32", "int64", ...
 * @property {number[]} dims
 * @property {Uint8Array} bytes  dense, row-major, little-endian; empty for strings
 * @property {string[]} [texts]  the elements of a tensor of strings
 *
 * @typedef {object} TensorLike  a tensor of the caller's; a Tensor of ort.js is one
 * @property {ArrayBufferView} data  the elements, a typed array
 * @property {readonly number[]} [dims]  default: one axis
 * @property {string} [type]  default: that of the array
 */

/**
 * A copy of a caller's tensors. Throws ARGUMENT, naming the option and the tensor.
 * @param {string} option
 * @param {Record<string, TensorLike>} tensors
 * @returns {Record<string, TensorBytes>}
 */
export function copyTensors(option, tensors) {
  check(typeof tensors === 'object' && tensors, option, tensors, 'an object of tensors by name');
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => {
    const attribute = `${option}.${name}`;
    const { data } = tensor ?? {};
    check(ArrayBuffer.isView(data), attribute, tensor, '{ data, dims?, type? } with a typed array');
    checkBytes(attribute, data);
    // "BigInt64Array" holds int64.
    const own = show(data).toLowerCase().replace(/^big|(clamped)?array$/g, '');
    const { type = own, dims = [/** @type {Uint8Array} */ (data).length] } = tensor;
    check(Array.isArray(dims) && dims.every((extent) => Number.isInteger(extent) && extent >= 0 && extent < 2 ** 31),
      attribute, dims, 'dims of whole numbers');
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    return [name, { type, dims: [...dims], bytes }];
  }));
}
