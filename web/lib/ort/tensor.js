// Tensors as apps written for onnxruntime-web make and read them: a type, a flat typed array, and
// extents. Messages are worded as there, because apps match on them.

import { GossamerError, argumentError, checkBytes, show } from '../error.js';
import { readImage, toDataURL, toImageData } from './image.js';

/** @typedef {import('../tensors.js').TensorBytes} TensorBytes */
/** @typedef {'float32' | 'float16' | 'float64' | 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' |
 *     'int32' | 'uint64' | 'int64' | 'bool' | 'string'} TensorType */
/** @typedef {Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array |
 *     Uint32Array | Int32Array | BigInt64Array | BigUint64Array | string[]} TensorData */

// Where there is no Float16Array, float16 is held as its bits.
const Half = /** @type {Uint16ArrayConstructor} */ (
  /** @type {Record<string, unknown>} */ (globalThis).Float16Array ?? Uint16Array);

/** By the name of the type; a Map, because names come from apps. */
const ARRAYS = /** @type {Map<TensorType, any>} */ (new Map(Object.entries({
  float32: Float32Array, float16: Half, float64: Float64Array, uint8: Uint8Array, int8: Int8Array,
  uint16: Uint16Array, int16: Int16Array, uint32: Uint32Array, int32: Int32Array,
  uint64: BigUint64Array, int64: BigInt64Array, bool: Uint8Array,
})));

export class Tensor {
  /** @type {TensorType} */
  type;
  /** @type {readonly number[]} */
  dims;
  /** Number of elements. @type {number} */
  size;
  /** @type {TensorData | undefined} */
  #data;

  /**
   * Tensor(type, data, dims?) or Tensor(typedArray, dims?). Without dims: one axis. Typed arrays
   * are kept, not copied; run() copies.
   * @param {TensorType | TensorData | Uint8ClampedArray} first
   * @param {TensorData | Uint8ClampedArray | readonly (number | bigint | boolean | string)[] |
   *     readonly number[]} [second]
   * @param {readonly number[]} [third]
   */
  constructor(first, second, third) {
    const typed = typeof first !== 'string';
    const type = /** @type {TensorType} */ (typed ? typeOf(first) : first);
    const dims = typed ? second : third;
    this.type = type;
    this.#data = elements(type, typed ? first : second);
    this.dims = checkDims(dims ?? [this.#data.length]);
    this.size = this.dims.reduce((product, extent) => product * extent, 1);
    if (this.size !== this.#data.length) {
      throw argumentError('dims',
        `Tensor's size(${this.size}) does not match data length(${this.#data.length}).`);
    }
  }

  /**
   * The tensor of a picture: (pixel + bias) / mean.
   * @param {import('./image.js').PixelSource | string | URL} image
   * @param {import('./image.js').FromImageOptions | null} [options]
   */
  static async fromImage(image, options) {
    const { type, data, dims } = await readImage(image, options);
    return new Tensor(type, data, dims);
  }

  // There is no GPU here, and memory of the app's own is what tensors are made of anyway.
  static fromGpuBuffer() { throw unsupported('fromGpuBuffer'); }
  static fromTexture() { throw unsupported('fromTexture'); }
  static fromMLTensor() { throw unsupported('fromMLTensor'); }
  static fromPinnedBuffer() { throw unsupported('fromPinnedBuffer'); }

  /** The picture in it. @param {import('./image.js').ToImageOptions | null} [options] */
  toImageData(options) {
    return toImageData(this, options);
  }

  /** The same as the address of a PNG. @param {import('./image.js').ToImageOptions | null} [options] */
  toDataURL(options) {
    return toDataURL(this, options);
  }

  /** The elements. @returns {TensorData} */
  get data() {
    if (this.#data) return this.#data;
    throw new GossamerError({ code: 'HANDLE', stage: 'api', message: 'The tensor is disposed.' });
  }

  /** Where the elements are. @returns {'cpu' | 'none'} */
  get location() {
    return this.#data ? 'cpu' : 'none';
  }

  /** The elements. @param {boolean} [releaseData]  without effect: nothing else holds them */
  async getData(releaseData) {
    void releaseData;
    return this.data;
  }

  /** Lets go of the elements. */
  dispose() {
    this.#data = undefined;
  }

  /** A tensor over the same elements with other extents. @param {readonly number[]} dims */
  reshape(dims) {
    return new Tensor(this.type, this.data, dims);
  }

  /** A copy for the engine. @returns {TensorBytes} */
  toBytes() {
    this.checkData();
    if (Array.isArray(this.data)) throw argumentError('data', 'inputs of strings are not supported');
    const { buffer, byteOffset, byteLength } = this.data;
    // A buffer that is detached has no bytes either, and must not be looked into.
    const bytes = byteLength ? new Uint8Array(buffer, byteOffset, byteLength).slice() : new Uint8Array();
    return { type: this.type, dims: [...this.dims], bytes };
  }

  /** Throws unless the elements are all there. */
  checkData() {
    if (this.data.length === this.size) return;
    throw argumentError('data', `Tensor's size(${this.size}) does not match data length(${
      this.data.length}).`, { hint: 'Was its buffer transferred away?' });
  }

  /** @param {TensorBytes} from  whose bytes are kept */
  static fromBytes({ type, dims, bytes, texts }) {
    if (texts) return new Tensor('string', texts, dims);
    const make = ARRAYS.get(/** @type {TensorType} */ (type));
    if (!make) {
      throw new GossamerError({
        code: 'UNSUPPORTED', stage: 'run', message: `tensors of ${type} cannot be handed out`,
        hint: 'End the model with a Cast to a type that JavaScript has an array for',
      });
    }
    const data = new make(bytes.buffer, bytes.byteOffset, bytes.length / make.BYTES_PER_ELEMENT);
    return new Tensor(/** @type {TensorType} */ (type), data, dims);
  }
}

/** @param {string} name  of a static method */
function unsupported(name) {
  return new GossamerError({
    code: 'UNSUPPORTED', stage: 'api', message: `Tensor.${name} is not supported`,
    hint: 'Make a tensor of a typed array: new Tensor(type, data, dims)',
  });
}

/** @param {unknown} data @returns {TensorType} */
function typeOf(data) {
  if (data instanceof Uint8ClampedArray) return 'uint8';
  for (const [type, make] of ARRAYS) {
    const bits = type === 'bool' || (type === 'float16' && make === Uint16Array);
    if (data instanceof make && !bits) return type;
  }
  if (Array.isArray(data) && typeof data[0] === 'boolean') return 'bool';
  if (Array.isArray(data) && typeof data[0] === 'string') return 'string';
  throw argumentError('type', `Unsupported element type: ${show(data)}`);
}

/** @param {TensorType} type @param {unknown} data @returns {TensorData} */
function elements(type, data) {
  if (type === 'string') {
    if (Array.isArray(data) && data.every((text) => typeof text === 'string')) return data;
    throw argumentError('data', "A string tensor's data must be a string array.", { got: show(data) });
  }
  const make = ARRAYS.get(type);
  if (!make) throw argumentError('type', `Unsupported tensor type: ${show(type)}`);
  if (ArrayBuffer.isView(data)) checkBytes('data', data);
  if (data instanceof make) return /** @type {TensorData} */ (data);
  const bits = type === 'float16' && data instanceof Uint16Array;
  if (bits || (type === 'uint8' && data instanceof Uint8ClampedArray)) {
    return new make(data.buffer, data.byteOffset, data.length);
  }
  if (Array.isArray(data) && !(type === 'float16' && make === Uint16Array)) {
    const big = make === BigInt64Array || make === BigUint64Array;
    try {
      return make.from(data, big ? BigInt : Number);
    } catch (cause) {
      throw argumentError('data', `A ${type} tensor cannot hold these elements`, { got: String(cause) });
    }
  }
  throw argumentError('data', `A ${type} tensor's data must be type of ${make.name}`, {
    got: show(data),
  });
}

/** @param {unknown} dims @returns {readonly number[]} */
function checkDims(dims) {
  if (!Array.isArray(dims)) throw argumentError('dims', "A tensor's dims must be a number array");
  for (const [i, extent] of dims.entries()) {
    if (!Number.isSafeInteger(extent)) {
      throw argumentError('dims', `dims[${i}] must be an integer, got: ${extent}`);
    }
    if (extent < 0) {
      throw argumentError('dims', `dims[${i}] must be a non-negative integer, got: ${extent}`);
    }
  }
  return Object.freeze([...dims]);
}
