// The types that tensors' elements have: names, as the library calls them, and sizes.

/** By number as in onnx.TensorProto.DataType: name and bytes per element. @type {[string, number][]} */
const TYPES = [
  ['undefined', 0], ['float32', 4], ['uint8', 1], ['int8', 1], ['uint16', 2], ['int16', 2],
  ['int32', 4], ['int64', 8], ['string', 0], ['bool', 1], ['float16', 2], ['float64', 8],
  ['uint32', 4], ['uint64', 8], ['complex64', 0], ['complex128', 0], ['bfloat16', 2],
  ['float8e4m3fn', 0], ['float8e4m3fnuz', 0], ['float8e5m2', 0], ['float8e5m2fnuz', 0],
  ['uint4', 1], ['int4', 1],
];

/** @param {number} number  of the type */
export function typeName(number) {
  return TYPES[number][0];
}

/** @param {string} type @param {ArrayLike<number>} dims @returns {number} */
export function byteSize(type, dims) {
  const size = TYPES.find(([name]) => name === type)?.[1] ?? 0;
  return Array.from(dims).reduce((product, extent) => product * extent, size);
}
