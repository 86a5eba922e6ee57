// The low level of the library: a model that takes tensors and gives tensors.
//
//   import { Session } from './gossamer/session.js';
//   const session = await Session.create('model.onnx');
//   const { outputs } = await session.run({ image: { data: pixels, dims: [1, 3, 224, 224] } });
//   console.log(outputs.logits.data);
//
// For models that are no image classifiers, and for apps that prepare pictures themselves. A module of its own, beside
// gossamer.js, whose engines it shares. Importing it does nothing else.

import { abortable } from './lib/abortable.js';
import { resolveUrl } from './lib/download.js';
import { elementsOf } from './lib/elements.js';
import { GossamerError, abortedError, check, checkBytes, checkSignal } from './lib/error.js';
import { copyBytes } from './lib/modelData.js';
import { isReadable, loadModel } from './lib/modelFiles.js';
import { checkNames } from './lib/names.js';
import { checkOptions, sessionText } from './lib/options.js';
import { Runner, insides } from './lib/runner.js';
import { copyTensors } from './lib/tensors.js';

export { GossamerError };

/** @typedef {import('./lib/messages.js').TensorInfo} TensorInfo */
/** @typedef {import('./lib/tensors.js').TensorLike} TensorLike */
/** @typedef {import('./lib/messages.js').ModelInfo & import('./lib/runner.js').RunnerFacts} SessionInfo */

/**
 * @typedef {Pick<import('./lib/options.js').ImageClassifierOptions, 'dimensions' | 'memory' | 'maxMemoryBytes'
 *     | 'maxMultiplyAdds' | 'profile' | 'warmup' | 'level' | 'wasmPaths' | 'wasmBinary' | 'worker' | 'threads'
 *     | 'externalData' | 'sha256' | 'cache' | 'onProgress' | 'signal'>} SessionOptions  as of a classifier
 *
 * @typedef {object} OutputTensor
 * @property {string} type  "float32", "int64", ...
 * @property {number[]} dims
 * @property {import('./lib/elements.js').Elements | string[]} data  dense, row-major; float16 and bfloat16 come as
 *     Float32Array, texts as a list
 *
 * @typedef {object} SessionResult
 * @property {Record<string, OutputTensor>} outputs  by name
 * @property {{inference: number, total: number}} timing  milliseconds; total adds waiting and messages
 *
 * @typedef {object} RunOptions
 * @property {readonly string[]} [outputs]  names of those that are wanted; default: all
 * @property {AbortSignal} [signal]  rejects at once, and stops the run soon after
 */

/** Options of a classifier that a session has, too. @satisfies {(keyof SessionOptions)[]} */
const NAMES = [
  'dimensions', 'memory', 'maxMemoryBytes', 'maxMultiplyAdds', 'profile', 'warmup', 'level', 'wasmPaths', 'wasmBinary',
  'worker', 'threads', 'externalData', 'sha256', 'cache', 'onProgress', 'signal',
];

export class Session {
  /** @type {Runner} */
  #runner;
  /** @type {readonly TensorInfo[]} */
  #inputs = [];
  /** @type {readonly TensorInfo[]} */
  #outputs = [];
  /** @type {Readonly<Record<string, string>>} */
  #metadata = {};
  /** Whether shapes follow the feeds. */
  #flexible = true;
  /** How many runs there were that can be stopped. */
  #runs = 0;

  /** @private Use Session.create. @param {SessionOptions} options */
  constructor(options) {
    this.#runner = new Runner(options);
    insides.set(this, () => ({ runner: this.#runner, options: {}, tensors: true }));
  }

  /**
   * Loads a model and makes it ready to run.
   * @param {string | URL | import('./lib/options.js').ModelBytes} source  an address; bytes, which are copied; or what
   *     is read to its end
   * @param {SessionOptions} [options]
   * @returns {Promise<Session>}
   */
  static async create(source, options = {}) {
    check(typeof options === 'object' && options, 'options', options, 'an object');
    checkNames(options, NAMES);
    checkOptions(options);
    const { externalData, sha256, cache, onProgress, maxMemoryBytes, signal, warmup = false } = options;
    const model = modelOf(source);
    const session = new Session(options);
    const runner = session.#runner;
    await runner.load(
      (onSize) => loadModel(model, { externalData, sha256, cache, onProgress, onSize, maxMemoryBytes, signal: runner.closing }),
      // Open extents follow the feeds.
      { options: `${sessionText(options)}\nflexible=1`, warmup }, signal,
    );
    const { inputs, outputs, metadata, flexible } = await runner.enqueue(() => runner.call('info', {})).catch((error) => {
      session.release();
      throw error;
    });
    session.#inputs = inputs;
    session.#outputs = outputs;
    session.#metadata = metadata;
    session.#flexible = flexible;
    return session;
  }

  /** Name, type and shape of each input; an open extent is -1. */
  get inputs() {
    return this.#inputs;
  }

  /** The same of each output. */
  get outputs() {
    return this.#outputs;
  }

  /** The model's own properties (`metadata_props`). */
  get metadata() {
    return this.#metadata;
  }

  /**
   * Computes outputs. The elements are copied at the call; calls queue.
   * @param {Record<string, TensorLike>} feeds  a tensor for each input, by name: `{ data, dims?, type? }`
   * @param {RunOptions | null} [options]
   * @returns {Promise<SessionResult>}
   */
  async run(feeds, options) {
    this.#runner.assertOpen();
    checkNames(options ?? {}, ['outputs', 'signal']);
    const { outputs: fetches, signal } = options ?? {};
    checkSignal(signal);
    check(fetches === undefined || (Array.isArray(fetches) && fetches.every((name) => typeof name === 'string')), 'outputs', fetches,
      'names of outputs');
    const tensors = copyTensors('feeds', feeds);
    const begin = performance.now();
    if (signal?.aborted) throw abortedError('run', signal);
    // A run that nobody can stop is not cut into slices.
    const run = signal ? ++this.#runs : undefined;
    // New shapes may need more memory than there is; then the feeds are needed once more, elsewhere.
    const transfer = this.#flexible ? [] : Object.values(tensors).map(({ bytes }) => /** @type {ArrayBuffer} */ (bytes.buffer));
    const stop = () => this.#runner.stop(/** @type {number} */ (run));
    const turn = this.#runner.enqueue(async () => {
      const answer = this.#runner.call('run', { feeds: tensors, fetches: fetches && [...fetches], run }, transfer, signal);
      signal?.addEventListener('abort', stop);
      return answer;
    }).finally(() => signal?.removeEventListener('abort', stop));
    const { outputs, inference } = await (signal ? abortable(turn, signal, abortedError('run')) : turn);
    return {
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, { type, dims, bytes, texts }]) =>
        [name, { type, dims, data: texts ?? elementsOf(type, /** @type {Uint8Array<ArrayBuffer>} */ (bytes)) }])),
      timing: { inference, total: performance.now() - begin },
    };
  }

  /**
   * What the model is and how it runs here, as of a classifier; with the option `profile`, the time of each step in
   * the last run.
   * @returns {Promise<SessionInfo>}
   */
  async info() {
    this.#runner.assertOpen();
    return this.#runner.enqueue(async () => {
      const model = await this.#runner.call('info', {});
      return { ...model, ...this.#runner.facts(model) };
    });
  }

  /** Frees everything; what is pending is rejected. May be called twice. */
  async release() {
    this.#runner.close(new GossamerError({
      code: 'HANDLE', stage: 'api', message: 'this session is released', hint: 'Create a new one',
    }));
  }
}

/** @param {string | URL | import('./lib/options.js').ModelBytes} source */
function modelOf(source) {
  if (typeof source === 'string' || source instanceof URL) {
    check(String(source), 'source', source, 'an address, or a model');
    return resolveUrl('source', String(source));
  }
  if (isReadable(source)) return source;
  checkBytes('source', source);
  check(/** @type {ArrayBuffer} */ (source).byteLength, 'source', 'no bytes', 'a model');
  return copyBytes(source);
}
