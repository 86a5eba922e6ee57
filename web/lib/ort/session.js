// InferenceSession as apps written for onnxruntime-web use it, on our engine: tensors in, tensors out.
// Arguments are checked here, with the messages that apps match on; runs of one session queue.

import { downloadModel } from '../download.js';
import { GossamerError, argumentError } from '../error.js';
import { checkDimensions, sessionText } from '../options.js';
import { Runner, resolveUrl } from '../runner.js';
import { env, runtimeOptions } from './env.js';
import { Tensor } from './tensor.js';

/**
 * @typedef {object} SessionOptions  others that onnxruntime-web knows are accepted, without effect
 * @property {readonly (string | {name: string})[]} [executionProviders]  'wasm' or 'cpu' must be among
 *     them
 * @property {Record<string, number>} [freeDimensionOverrides]  extents of open dimensions, by name
 * @property {unknown[]} [externalData]  not supported
 * @property {boolean} [enableProfiling]  time every step, for endProfiling()
 *
 * @typedef {{name: string, isTensor: true, type: string, shape: (number | string)[]}} ValueMetadata
 *     an open extent is named after its input and axis: "image.2"
 */

export class InferenceSession {
  #runner = new Runner(runtimeOptions());
  /** @type {import('../engine.js').ModelInfo} */
  #info = /** @type {never} */ (undefined);

  /**
   * @param {string | URL | ArrayBufferLike | Uint8Array} model  bytes are copied
   * @param {SessionOptions | number} [options]  or: where the model begins in the buffer
   * @param {number} [length]  of the model in the buffer
   * @param {SessionOptions} [last]  after offset and length
   * @returns {Promise<InferenceSession>}
   */
  static async create(model, options, length, last) {
    const { byteOffset, chosen } = typeof options === 'number'
      ? { byteOffset: options, chosen: last } : { byteOffset: 0, chosen: options };
    const fetchModel = modelOf(model, byteOffset, length);
    const session = new InferenceSession();
    const { initTimeout = 0 } = env.wasm;
    const signal = initTimeout > 0 ? AbortSignal.timeout(initTimeout) : undefined;
    const request = { options: sessionLines(chosen ?? {}), warmup: false };
    await session.#runner.load(() => fetchModel(signal), request, signal);
    session.#info = await session.#runner.call('info');
    return session;
  }

  get inputNames() {
    return this.#info.inputs.map(({ name }) => name);
  }

  get outputNames() {
    return this.#info.outputs.map(({ name }) => name);
  }

  get inputMetadata() {
    return this.#info.inputs.map(metadataOf);
  }

  get outputMetadata() {
    return this.#info.outputs.map(metadataOf);
  }

  /**
   * Computes outputs. The elements of the feeds are copied at the call.
   * @param {Record<string, Tensor>} feeds  a tensor for every input
   * @param {readonly string[] | Record<string, Tensor | null> | object} [fetches]  the outputs wanted,
   *     default all; with a Tensor for an output its elements are written there
   * @param {object} [options]  accepted, without effect
   * @returns {Promise<Record<string, Tensor>>}
   */
  async run(feeds, fetches, options) {
    void options;
    this.#runner.assertOpen();
    const request = { feeds: this.#checkFeeds(feeds), fetches: this.#checkFetches(fetches) };
    const transfer = Object.values(request.feeds).map(({ bytes }) => bytes.buffer);
    const { outputs } = await this.#runner.enqueue(() =>
      this.#runner.call('run', request, /** @type {ArrayBuffer[]} */ (transfer)));
    const results = Object.entries(outputs).map(([name, bytes]) => {
      const target = /** @type {Record<string, unknown> | undefined} */ (fetches)?.[name];
      return [name, deliver(name, Tensor.fromBytes(bytes), target)];
    });
    return Object.fromEntries(results);
  }

  /** Frees everything; later calls are refused. */
  async release() {
    this.#runner.close(new GossamerError({
      code: 'HANDLE', stage: 'api', message: 'cannot run inference. invalid session id: released',
      hint: 'The session was released; create a new one',
    }));
  }

  /** Without effect: steps are timed from the start, with the option enableProfiling. */
  startProfiling() {}

  /** Writes the mean time of every step to the console. */
  async endProfiling() {
    const { steps } = await this.#runner.enqueue(() => this.#runner.call('info'));
    console.table(steps);
  }

  /** @param {Record<string, Tensor>} feeds */
  #checkFeeds(feeds) {
    if (typeof feeds !== 'object' || feeds === null || feeds instanceof Tensor) {
      throw argumentError('feeds',
        "'feeds' must be an object that use input names as keys and OnnxValue as corresponding values.");
    }
    for (const name of Object.keys(feeds)) {
      if (!this.inputNames.includes(name)) throw argumentError('feeds', `invalid input '${name}'`);
    }
    const checked = this.#info.inputs.map((input) => {
      const tensor = feeds[input.name];
      if (!tensor) throw argumentError('feeds', `input '${input.name}' is missing in 'feeds'.`);
      checkTensor(input, tensor);
      return [input.name, tensor.toBytes()];
    });
    return /** @type {Record<string, import('../tensors.js').TensorBytes>} */ (
      Object.fromEntries(checked));
  }

  /** @param {unknown} fetches @returns {string[] | undefined} */
  #checkFetches(fetches) {
    if (fetches === undefined || fetches === null) return undefined;
    if (typeof fetches !== 'object') {
      throw argumentError('fetches', "'fetches' must be a string array or an object.");
    }
    if (fetches instanceof Tensor) throw argumentError('fetches', "'fetches' cannot be a Tensor");
    if (!Array.isArray(fetches)) {
      // An object may also be the run options, which have no output's name among their keys.
      const names = Object.keys(fetches).filter((name) => this.outputNames.includes(name));
      return names.length > 0 ? names : undefined;
    }
    if (fetches.length === 0) throw argumentError('fetches', "'fetches' cannot be an empty array.");
    for (const name of fetches) {
      if (this.outputNames.includes(name)) continue;
      throw argumentError('fetches', `'fetches' contains invalid output name: ${name}.`);
    }
    return fetches;
  }
}

/** @param {import('../engine.js').TensorInfo} info @returns {ValueMetadata} */
function metadataOf({ name, type, shape }) {
  const named = shape.map((extent, axis) => (extent < 0 ? `${name}.${axis}` : extent));
  return { name, isTensor: true, type, shape: named };
}

/**
 * @param {import('../engine.js').TensorInfo} input
 * @param {Tensor} tensor
 */
function checkTensor({ name, type, shape }, tensor) {
  const fix = 'Please fix either the inputs/outputs or the model.';
  if (!(tensor instanceof Tensor)) throw argumentError('feeds', `input '${name}' must be a Tensor`);
  if (tensor.type !== type) {
    throw argumentError('feeds',
      `Unexpected input data type. Actual: (tensor(${tensor.type})) , expected: (tensor(${type}))`);
  }
  if (tensor.dims.length !== shape.length) {
    throw argumentError('feeds',
      `Invalid rank for input: ${name} Got: ${tensor.dims.length} Expected: ${shape.length} ${fix}`);
  }
  const wrong = shape.flatMap((expected, axis) => (expected < 0 || expected === tensor.dims[axis]
    ? [] : [` index: ${axis} Got: ${tensor.dims[axis]} Expected: ${expected}`]));
  if (wrong.length === 0) return;
  throw argumentError('feeds',
    `Got invalid dimensions for input: ${name} for the following indices\n${wrong.join('\n')}\n ${fix}`);
}

/** @param {string} name @param {Tensor} result @param {unknown} target */
function deliver(name, result, target) {
  if (!(target instanceof Tensor)) return result;
  if (target.type !== result.type || String(target.dims) !== String(result.dims)) {
    throw argumentError('fetches', `the tensor for output '${name}' does not fit`, {
      got: `${target.type} [${target.dims}]`, expected: `${result.type} [${result.dims}]`,
    });
  }
  /** @type {any} */ (target.data).set(result.data);
  return target;
}

/**
 * @param {unknown} model
 * @param {number} offset
 * @param {number | undefined} length
 * @returns {(signal?: AbortSignal) => Promise<Blob>}
 */
function modelOf(model, offset, length) {
  if (typeof model === 'string' || model instanceof URL) {
    const url = resolveUrl('model', String(model), globalThis.document?.baseURI);
    return (signal) => downloadModel(url, { signal });
  }
  const view = model instanceof Uint8Array;
  const shared = typeof SharedArrayBuffer === 'function' && model instanceof SharedArrayBuffer;
  if (!view && !shared && !(model instanceof ArrayBuffer)) {
    throw argumentError('model', "Unexpected argument[0]: must be 'path' or 'buffer'.");
  }
  const available = model.byteLength - offset;
  const size = length ?? available;
  if (!Number.isSafeInteger(offset) || offset < 0 || available < 0) {
    throw argumentError('byteOffset', `'byteOffset' is out of range [0, ${model.byteLength}).`);
  }
  if (!Number.isSafeInteger(size) || size <= 0 || size > available) {
    throw argumentError('byteLength', `'byteLength' is out of range (0, ${available}].`);
  }
  const bytes = view ? model.subarray(offset, offset + size) : new Uint8Array(model, offset, size);
  const blob = new Blob([/** @type {BlobPart} */ (shared ? bytes.slice() : bytes)]);
  return async () => blob;
}

/** The session's options as lines of key=value. @param {SessionOptions} options */
function sessionLines(options) {
  if (typeof options !== 'object' || options === null) {
    throw argumentError('options', "'options' must be an object.");
  }
  const { executionProviders = ['wasm'], freeDimensionOverrides = {}, externalData } = options;
  checkDimensions('freeDimensionOverrides', freeDimensionOverrides);
  const names = executionProviders.map((one) => (typeof one === 'string' ? one : one.name));
  if (!names.some((name) => name === 'wasm' || name === 'cpu')) {
    throw argumentError('executionProviders',
      `no available backend found. ERR: ${names.map((name) => `[${name}] backend not found.`).join(', ')}`);
  }
  if (externalData?.length) {
    throw new GossamerError({
      code: 'UNSUPPORTED', stage: 'api', message: 'tensors outside the model file are not supported',
      attribute: 'externalData', hint: 'Save the model as one file',
    });
  }
  const lines = sessionText({
    dimensions: freeDimensionOverrides, profile: options.enableProfiling,
  });
  return `${lines}\nflexible=1`;
}
