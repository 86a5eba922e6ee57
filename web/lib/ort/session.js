// InferenceSession as apps written for onnxruntime-web use it, on our engine: tensors in, tensors out.
// Arguments are checked here, with the messages that apps match on; runs of one session queue.

import { resolveUrl } from '../download.js';
import { GossamerError, argumentError, check, checkBytes, show } from '../error.js';
import { copyBytes } from '../modelData.js';
import { checkExternalData, isReadable, loadModel } from '../modelFiles.js';
import { checkDimensions, sessionText } from '../options.js';
import { Runner } from '../runner.js';
import { runtimeOptions } from './env.js';
import { Tensor } from './tensor.js';

/**
 * @typedef {object} KnownOptions
 * @property {readonly (string | {name: string})[]} [executionProviders]  'wasm' or 'cpu' must be among
 *     them
 * @property {Record<string, number>} [freeDimensionOverrides]  extents of open dimensions, by name
 * @property {import('../modelFiles.js').ExternalData} [externalData]  files with the model's weights.
 *     Beside a model that comes from an address they are found without; false: they are not
 * @property {boolean} [enableProfiling]  time every step, for endProfiling()
 *
 * @typedef {KnownOptions & Record<string, unknown>} SessionOptions  others that onnxruntime-web knows
 *     are accepted, without effect
 *
 * @typedef {{name: string, isTensor: true, type: string, shape: (number | string)[]}} ValueMetadata
 *     an open extent is named after its input and axis: "image.2"
 */

export class InferenceSession {
  #runner = new Runner(runtimeOptions());
  /** @type {import('../messages.js').ModelInfo} */
  #info = /** @type {never} */ (undefined);

  /**
   * @param {string | URL | ArrayBuffer | Uint8Array | Blob | import('../modelFiles.js').Stream} model  bytes are copied
   * @param {SessionOptions | number} [options]  or: where the model begins in the buffer
   * @param {number} [length]  of the model in the buffer
   * @param {SessionOptions} [last]  after offset and length
   * @returns {Promise<InferenceSession>}
   */
  static async create(model, options, length, last) {
    const within = typeof options === 'number';
    const source = within ? modelOf(model, options, length) : modelOf(model);
    const settings = (within ? last : options) ?? {};
    const request = { options: sessionLines(settings), warmup: false };
    const { externalData } = settings;
    checkExternalData(externalData);
    const session = new InferenceSession();
    const runner = session.#runner;
    try {
      await runner.load((onSize) => loadModel(source, { externalData, onSize, signal: runner.closing }), request);
      session.#info = await runner.enqueue(() => runner.call('info', {}));
      return session;
    } catch (error) {
      runner.close(GossamerError.from(error));
      throw error;
    }
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
    if (options !== undefined && typeof options !== 'object') {
      throw argumentError('options', "'options' must be an object.");
    }
    this.#runner.assertOpen();
    const request = { fetches: this.#checkFetches(fetches), feeds: this.#checkFeeds(feeds) };
    // New shapes may need more memory than there is; then the feeds are needed once more, elsewhere.
    const transfer = this.#info.flexible ? [] : Object.values(request.feeds).map(({ bytes }) => bytes.buffer);
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
    const { steps } = await this.#runner.enqueue(() => this.#runner.call('info', {}));
    console.table(steps);
  }

  /** @param {Record<string, Tensor>} feeds */
  #checkFeeds(feeds) {
    if (typeof feeds !== 'object' || !feeds || feeds instanceof Tensor || Array.isArray(feeds)) {
      throw argumentError('feeds',
        "'feeds' must be an object that use input names as keys and OnnxValue as corresponding values.");
    }
    for (const name of Object.keys(feeds)) {
      if (!this.inputNames.includes(name)) throw argumentError('feeds', `invalid input '${name}'`);
    }
    const checked = this.#info.inputs.map((input) => {
      const tensor = Object.hasOwn(feeds, input.name) && feeds[input.name];
      if (!tensor) throw argumentError('feeds', `input '${input.name}' is missing in 'feeds'.`);
      checkTensor(input, tensor);
      return [input.name, tensor.toBytes()];
    });
    return /** @type {Record<string, import('../tensors.js').TensorBytes>} */ (
      Object.fromEntries(checked));
  }

  /** @param {unknown} fetches @returns {string[] | undefined} */
  #checkFetches(fetches) {
    if (fetches === undefined) return undefined;
    if (fetches === null) throw argumentError('fetches', 'Unexpected argument[1]: cannot be null.');
    if (typeof fetches !== 'object') {
      throw argumentError('fetches', "Unexpected argument[1]: must be 'fetches' or 'options'.");
    }
    if (fetches instanceof Tensor) throw argumentError('fetches', "'fetches' cannot be a Tensor");
    if (!Array.isArray(fetches)) {
      // An object may also be the run options, which have no output's name among their keys.
      const wanted = Object.entries(fetches).filter(([name, target]) =>
        this.outputNames.includes(name) && (target === null || target instanceof Tensor));
      for (const [, target] of wanted) target?.checkData();  // before anything is computed
      return wanted.length > 0 ? wanted.map(([name]) => name) : undefined;
    }
    if (fetches.length === 0) throw argumentError('fetches', "'fetches' cannot be an empty array.");
    for (const name of fetches) {
      if (typeof name !== 'string') {
        throw argumentError('fetches', "'fetches' must be a string array or an object.");
      }
      if (this.outputNames.includes(name)) continue;
      throw argumentError('fetches', `'fetches' contains invalid output name: ${name}.`);
    }
    return [...fetches];
  }
}

/** @param {import('../messages.js').TensorInfo} info @returns {ValueMetadata} */
function metadataOf({ name, type, shape }) {
  const named = shape.map((extent, axis) => (extent < 0 ? `${name}.${axis}` : extent));
  return { name, isTensor: true, type, shape: named };
}

/**
 * @param {import('../messages.js').TensorInfo} input
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
  const wrong = shape.flatMap((expected, axis) => {
    const extent = tensor.dims[axis];
    if (expected < 0 ? extent < 2 ** 31 : extent === expected) return [];
    return [` index: ${axis} Got: ${extent} Expected: ${expected}`];
  });
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
  target.checkData();
  if (Array.isArray(target.data)) Object.assign(target.data, result.data);
  else /** @type {any} */ (target.data).set(result.data);
  return target;
}

/**
 * @param {unknown} model
 * @param {number} [offset]
 * @param {number} [length]
 * @returns {Parameters<typeof loadModel>[0]}  an address, a copy of the bytes, or what is to be read
 */
function modelOf(model, offset = 0, length = undefined) {
  if (typeof model === 'string' || model instanceof URL) {
    return resolveUrl('model', String(model));
  }
  if (isReadable(model) && offset === 0 && length === undefined) return model;
  if (!['ArrayBuffer', 'SharedArrayBuffer', 'Uint8Array'].includes(show(model))) {
    throw argumentError('model', "Unexpected argument[0]: must be 'path' or 'buffer'.");
  }
  checkBytes('model', model);
  const { buffer = model, byteOffset = 0, byteLength } = /** @type {Uint8Array<ArrayBuffer>} */ (model);
  const available = byteLength - offset;
  const size = length ?? available;
  if (!Number.isSafeInteger(offset) || offset < 0 || available < 0) {
    throw argumentError('byteOffset', `'byteOffset' is out of range [0, ${byteLength}).`);
  }
  if (!Number.isSafeInteger(size) || size <= 0 || size > available) {
    throw argumentError('byteLength', `'byteLength' is out of range (0, ${available}].`);
  }
  return copyBytes(new Uint8Array(/** @type {ArrayBuffer} */ (buffer), byteOffset + offset, size));
}

/** The session's options as lines of key=value. @param {SessionOptions} options */
function sessionLines(options) {
  if (typeof options !== 'object' || options === null) {
    throw argumentError('options', "'options' must be an object.");
  }
  const { executionProviders = ['wasm'], freeDimensionOverrides = {} } = options;
  checkDimensions('freeDimensionOverrides', freeDimensionOverrides);
  check(Array.isArray(executionProviders), 'executionProviders', executionProviders, 'an array');
  const names = executionProviders.map((one) => (typeof one === 'string' ? one : show(one?.name)));
  if (names.length > 0 && !names.some((name) => name === 'wasm' || name === 'cpu')) {
    throw argumentError('executionProviders',
      `no available backend found. ERR: ${names.map((name) => `[${name}] backend not found.`).join(', ')}`);
  }
  const lines = sessionText({
    dimensions: freeDimensionOverrides, profile: options.enableProfiling,
  });
  return `${lines}\nflexible=1`;
}
