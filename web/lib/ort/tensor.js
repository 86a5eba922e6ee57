// Tensors as apps written for onnxruntime-web make and read them: a type, a flat typed array, and
// extents. What is accepted, what is refused, in which order and in which words is as there.

import { GossamerError } from '../error.js';
import { plainError, rangeError, typeError } from './errors.js';
import { readImage, toDataURL, toImageData } from './image.js';

/** @typedef {import('../tensors.js').TensorBytes} TensorBytes */
/** @typedef {import('./types.js').TensorType} TensorType */
/** @typedef {import('./types.js').TensorData} TensorData */
/** @typedef {{location: string, type?: TensorType, data?: TensorData, dims?: readonly number[]}} Located */

// Where there is no Float16Array, float16 is held as its bits.
const Half = /** @type {Uint16ArrayConstructor} */ (
  /** @type {Record<string, unknown>} */ (globalThis).Float16Array ?? Uint16Array);

/** By the name of the type; a Map, because names come from apps. int4 and uint4 hold two in a byte. */
const ARRAYS = /** @type {Map<TensorType, any>} */ (new Map(Object.entries({
  float32: Float32Array, float16: Half, float64: Float64Array, uint8: Uint8Array, int8: Int8Array,
  uint16: Uint16Array, int16: Int16Array, uint32: Uint32Array, int32: Int32Array,
  uint64: BigUint64Array, int64: BigInt64Array, bool: Uint8Array, uint4: Uint8Array, int4: Uint8Array,
})));
/** These have no array of their own to be known by. */
const UNNAMED = ['bool', 'uint4', 'int4', ...(Half === Uint16Array ? ['float16'] : [])];

export class Tensor {
  /** @type {TensorType} */
  type;
  /** As it was given. @type {readonly number[]} */
  dims;
  /** Number of elements. @type {number} */
  size;
  /** @type {TensorData | undefined} */
  #data;
  /** @type {'cpu' | 'cpu-pinned'} */
  #location = 'cpu';

  /**
   * Tensor(type, data, dims?), Tensor(typedArray, dims?), or Tensor({location: 'cpu-pinned', type, data, dims}).
   * Without dims: one axis. Typed arrays are kept, not copied; run() copies.
   * @param {TensorType | TensorData | Uint8ClampedArray | readonly (boolean | string)[] | Located} first
   * @param {TensorData | Uint8ClampedArray | readonly (number | bigint | boolean | string)[] |
   *     readonly number[]} [second]
   * @param {readonly number[]} [third]
   */
  constructor(first, second, third) {
    const pinned = typeof first === 'object' && first && 'location' in first;
    const [type, data, dims = [data.length]] = pinned ? this.#pin(first)
      : typeof first === 'string' ? [first, elements(first, second), third] : [...inferred(first), second];
    checkDims(dims);
    this.type = type;
    this.#data = data;
    this.dims = /** @type {readonly number[]} */ (dims);
    this.size = this.dims.reduce((product, extent) => product * extent, 1);
    this.checkData();
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

  /** @param {TensorType} type @param {TensorData} data @param {readonly number[]} [dims] */
  static fromPinnedBuffer(type, data, dims) {
    return new Tensor({ location: 'cpu-pinned', type, data, dims: dims ?? [data.length] });
  }

  // There is no GPU here.
  /** @returns {never} */
  static fromGpuBuffer() { throw unsupported('fromGpuBuffer'); }
  /** @returns {never} */
  static fromTexture() { throw unsupported('fromTexture'); }
  /** @returns {never} */
  static fromMLTensor() { throw unsupported('fromMLTensor'); }

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
    throw plainError(undefined, 'The tensor is disposed.', { code: 'HANDLE' });
  }

  /** Where the elements are. @returns {'cpu' | 'cpu-pinned' | 'none'} */
  get location() {
    return this.#data ? this.#location : 'none';
  }

  /** @returns {never} */
  get texture() { return this.#elsewhere('WebGL texture'); }
  /** @returns {never} */
  get gpuBuffer() { return this.#elsewhere('WebGPU buffer'); }
  /** @returns {never} */
  get mlTensor() { return this.#elsewhere('WebNN MLTensor'); }

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
    const { type, data, location } = this;
    return location === 'cpu' ? new Tensor(type, data, dims) : new Tensor({ location, type, data, dims });
  }

  /** A copy for the engine. @returns {TensorBytes} */
  toBytes() {
    this.checkData();
    if (Array.isArray(this.data) || this.type.endsWith('int4')) {
      throw plainError('data', `inputs of ${this.type} are not supported`);
    }
    const { buffer, byteOffset, byteLength } = this.data;
    // A buffer that is detached has no bytes either, and must not be looked into.
    const bytes = byteLength ? new Uint8Array(buffer, byteOffset, byteLength).slice() : new Uint8Array();
    return { type: this.type, dims: [...this.dims], bytes };
  }

  /** Throws unless the elements are all there, as many as the extents say by now. */
  checkData() {
    const { length } = this.data;
    const size = this.dims.reduce((product, extent) => product * extent, 1);
    if (length === (this.type.endsWith('int4') && length !== size ? Math.ceil(size / 2) : size)) return;
    throw plainError('dims', `Tensor's size(${size}) does not match data length(${length}).`, {
      hint: length ? undefined : 'Was its buffer transferred away?',
    });
  }

  /** @param {TensorBytes} from  whose bytes are kept */
  static fromBytes({ type, dims, bytes, texts }) {
    if (texts) return new Tensor('string', texts, dims);
    const make = ARRAYS.get(/** @type {TensorType} */ (type));
    if (!make || type.endsWith('int4')) {
      throw new GossamerError({
        code: 'UNSUPPORTED', stage: 'run', message: `tensors of ${type} cannot be handed out`,
        hint: 'End the model with a Cast to a type that JavaScript has an array for',
      });
    }
    const data = new make(bytes.buffer, bytes.byteOffset, bytes.length / make.BYTES_PER_ELEMENT);
    return new Tensor(/** @type {TensorType} */ (type), data, dims);
  }

  /** @param {Located} where @returns {[TensorType, TensorData, unknown]} */
  #pin({ location, type, data, dims }) {
    if (['texture', 'gpu-buffer', 'ml-tensor'].includes(location)) throw unsupported(`location '${location}'`);
    if (location !== 'cpu-pinned') {
      throw plainError('location', `Tensor constructor: unsupported location '${location}'`);
    }
    const make = ARRAYS.get(/** @type {TensorType} */ (type));
    if (!make) throw typeError('type', `unsupported type "${type}" to create tensor from pinned buffer`);
    if (!(data instanceof make)) throw typeError('data', `buffer should be of type ${make.name}`);
    this.#location = location;
    return [/** @type {TensorType} */ (type), /** @type {TensorData} */ (data), dims];
  }

  /** @param {string} place @returns {never} */
  #elsewhere(place) {
    void this.data;
    throw plainError('location', `The data is not stored as a ${place}.`);
  }
}

/** @param {string} name  of a static method, or a location */
function unsupported(name) {
  return new GossamerError({
    code: 'UNSUPPORTED', stage: 'api', message: `Tensor.${name} is not supported`,
    hint: 'Make a tensor of a typed array: new Tensor(type, data, dims)',
  });
}

/** What the data says. @param {unknown} data @returns {[TensorType, TensorData]} */
function inferred(data) {
  if (Array.isArray(data)) {
    if (data.length === 0) throw typeError('type', 'Tensor type cannot be inferred from an empty array.');
    const kind = typeof data[0];
    if (kind === 'string') return ['string', elements('string', data)];
    if (kind === 'boolean') return ['bool', Uint8Array.from(data)];
    throw typeError('type', `Invalid element type of data array: ${kind}.`);
  }
  if (data instanceof Uint8ClampedArray) return ['uint8', Uint8Array.from(data)];
  for (const [type, make] of ARRAYS) {
    if (data instanceof make && !UNNAMED.includes(type)) return [type, elements(type, data)];
  }
  throw typeError('type', `Unsupported type for tensor data: ${/** @type {any} */ (data)?.constructor}.`);
}

/** @param {TensorType} type @param {unknown} data @returns {TensorData} */
function elements(type, data) {
  if (type === 'string') {
    if (Array.isArray(data) && data.every((text) => typeof text === 'string')) return data;
    throw typeError('data', "A string tensor's data must be a string array.");
  }
  const make = ARRAYS.get(type);
  if (!make) throw typeError('type', `Unsupported tensor type: ${type}.`);
  if (Array.isArray(data)) {
    if (type.endsWith('int4') || (type === 'float16' && make === Uint16Array)) {
      throw typeError('data', `Creating a ${type} tensor from number array is not supported. Please use ${
        make.name} as data.`);
    }
    return numbers(make, data);
  }
  if (data instanceof make) {
    checkDetached(/** @type {ArrayBufferView} */ (data));
    return /** @type {TensorData} */ (data);
  }
  if (data instanceof Uint8ClampedArray) {
    if (type === 'uint8') return Uint8Array.from(data);
    throw typeError('data', "A Uint8ClampedArray tensor's data must be type of uint8");
  }
  if (type === 'float16' && data instanceof Uint16Array) {
    checkDetached(data);
    return new make(data.buffer, data.byteOffset, data.length);
  }
  throw typeError('data', `A ${type} tensor's data must be type of ${make}`);
}

/**
 * A typed array of what a list holds, as JavaScript converts it.
 * @param {any} make  a typed array's class
 * @param {readonly unknown[]} list
 */
function numbers(make, list) {
  const big = make === BigInt64Array || make === BigUint64Array;
  try {
    return big ? make.from(list, BigInt) : make.from(list);
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause);
    throw cause instanceof RangeError ? rangeError('data', message, { cause }) : typeError('data', message, { cause });
  }
}

/** What was transferred away is no empty tensor. @param {ArrayBufferView} data */
function checkDetached({ buffer }) {
  if (!(/** @type {{detached?: boolean}} */ (buffer).detached)) return;
  throw typeError('data', 'The data has been transferred away.');
}

/** @param {unknown} dims */
function checkDims(dims) {
  if (!Array.isArray(dims)) throw typeError('dims', "A tensor's dims must be a number array");
  for (const [i, extent] of dims.entries()) {
    if (!Number.isSafeInteger(extent)) {
      throw typeError('dims', `dims[${i}] must be an integer, got: ${String(extent)}`);
    }
    if (extent < 0) throw rangeError('dims', `dims[${i}] must be a non-negative integer, got: ${extent}`);
  }
}
