// InferenceSession as apps written for onnxruntime-web use it, on our engine: tensors in, tensors out.
// Arguments are checked in arguments.js; runs of one session queue.

import { GossamerError } from '../error.js';
import { checkExternalData, loadModel } from '../modelFiles.js';
import { Runner } from '../runner.js';
import {
  checkFeeds, checkRunOptions, externalDataOf, feedBytes, fetchesAndOptions, modelAndOptions, sessionLines, targetsOf,
} from './arguments.js';
import { dimensionNames } from './dimensions.js';
import { runtimeOptions } from './env.js';
import { plainError } from './errors.js';
import { checkFit } from './fit.js';
import { Tensor } from './tensor.js';

/** @typedef {import('./types.js').SessionOptions} SessionOptions */
/** @typedef {import('./types.js').RunOptions} RunOptions */
/** @typedef {import('./types.js').ValueMetadata} ValueMetadata */
/** @typedef {import('../messages.js').TensorInfo} TensorInfo */
/** @typedef {import('./arguments.js').Target} Target */

export class InferenceSession {
  #runner = new Runner(runtimeOptions());
  /** @type {import('../messages.js').ModelInfo} */
  #info = /** @type {never} */ (undefined);
  /** @type {readonly string[]} */
  inputNames = [];
  /** @type {readonly string[]} */
  outputNames = [];
  /** @type {readonly ValueMetadata[]} */
  inputMetadata = [];
  /** @type {readonly ValueMetadata[]} */
  outputMetadata = [];

  /**
   * @param {string | URL | ArrayBufferLike | Uint8Array} model  bytes are copied
   * @param {SessionOptions | number} [options]  or: where the model begins in the buffer
   * @param {number} [length]  of the model in the buffer
   * @param {SessionOptions} [last]  after offset and length
   * @returns {Promise<InferenceSession>}
   */
  static async create(model, options, length, last) {
    const [source, settings] = modelAndOptions(model, options, length, last);
    const request = { options: sessionLines(settings), warmup: false };
    const externalData = externalDataOf(settings);
    checkExternalData(externalData);
    const session = new InferenceSession();
    const runner = session.#runner;
    try {
      /** @type {import('./dimensions.js').Names | undefined} */
      let names;
      await runner.load(async (onSize) => {
        const files = await loadModel(source, { externalData, onSize, signal: runner.closing });
        names = await dimensionNames(files.model);
        return files;
      }, request);
      session.#describe(await runner.enqueue(() => runner.call('info', {})), names);
      return session;
    } catch (error) {
      const failure = GossamerError.from(error);
      runner.close(failure);
      throw OF_THE_MODEL.includes(failure.code) ? named(failure) : failure;
    }
  }

  /**
   * Computes outputs. The elements of the feeds are copied at the call.
   * @param {Record<string, Tensor>} feeds  a tensor for every input
   * @param {readonly string[] | Record<string, Tensor | null> | RunOptions} [fetches]  the outputs wanted,
   *     default all; with a Tensor for an output its elements are written there
   * @param {RunOptions} [options]
   * @returns {Promise<Record<string, Tensor>>}
   */
  async run(feeds, fetches, options) {
    checkFeeds(feeds);
    const outputs = this.#info.outputs.map(({ name }) => name);
    const { wanted, settings } = fetchesAndOptions(outputs, fetches, options);
    const tensors = feedBytes(this.#info.inputs, feeds);
    const targets = targetsOf(wanted);
    this.#runner.assertOpen();
    checkRunOptions(settings);
    const request = { fetches: [...wanted.keys()], feeds: tensors() };
    this.#checkTargets(targets);
    // New shapes may need more memory than there is; then the feeds are needed once more, elsewhere.
    const transfer = this.#info.flexible ? [] : Object.values(request.feeds).map(({ bytes }) => bytes.buffer);
    const { outputs: results } = await this.#runner.enqueue(() =>
      this.#runner.call('run', request, /** @type {ArrayBuffer[]} */ (transfer)));
    return Object.fromEntries(Object.entries(results).map(([name, bytes]) =>
      [name, deliver(name, Tensor.fromBytes(bytes), targets.get(name))]));
  }

  /** Frees everything; later calls are refused. */
  async release() {
    this.#runner.close(plainError(undefined, 'cannot run inference. invalid session id: released.', {
      code: 'HANDLE', hint: 'The session was released; create a new one.',
    }));
  }

  /** Without effect: steps are timed from the start, with the option enableProfiling. */
  startProfiling() {}

  /** Writes the mean time of every step to the console. */
  async endProfiling() {
    const { steps } = await this.#runner.enqueue(() => this.#runner.call('info', {}));
    console.table(steps);
  }

  /** Before anything is computed, as far as the shapes are known by then. @param {Map<string, Target>} targets */
  #checkTargets(targets) {
    for (const output of this.#info.outputs) {
      const { tensor } = targets.get(output.name) ?? {};
      tensor?.checkData();
      // Of an output that follows open extents, having none may mean that they are not known.
      if (tensor && (output.shape.length > 0 || !this.#info.flexible)) checkFit('output', output, tensor);
    }
  }

  /**
   * @param {import('../messages.js').ModelInfo} info
   * @param {import('./dimensions.js').Names | undefined} names
   */
  #describe(info, names) {
    this.#info = info;
    this.inputNames = info.inputs.map(({ name }) => name);
    this.outputNames = info.outputs.map(({ name }) => name);
    this.inputMetadata = info.inputs.map((input) => metadataOf(input, names?.inputs.get(input.name)));
    this.outputMetadata = info.outputs.map((output) => metadataOf(output, names?.outputs.get(output.name)));
  }
}

/** What is wrong with a model, as codes. */
const OF_THE_MODEL = [
  'PARSE', 'LIMIT', 'UNSUPPORTED', 'GRAPH', 'SHAPE', 'INITIALIZER', 'ATTRIBUTE', 'INDEX', 'NUMERIC', 'BUDGET', 'OOM',
];

/** With the words by which apps know such failures before ours. @param {GossamerError} failure */
function named(failure) {
  return Object.assign(new GossamerError({ ...failure.toJSON(), cause: failure.cause }), {
    message: `Can't create a session. ${failure.message}`,
  });
}

/** @param {TensorInfo} info @param {(string | undefined)[]} [names]  of its axes @returns {ValueMetadata} */
function metadataOf({ name, type, shape }, names = []) {
  return {
    name, isTensor: true, type: /** @type {import('./types.js').TensorType} */ (type),
    shape: shape.map((extent, axis) => (extent < 0 ? names[axis] || -1 : extent)),
  };
}

/** @param {string} name @param {Tensor} result @param {Target | undefined} target */
function deliver(name, result, target) {
  if (!target) return result;
  const { given, tensor } = target;
  checkFit('output', { name, type: result.type, shape: [...result.dims] }, tensor);
  tensor.checkData();
  if (Array.isArray(tensor.data)) Object.assign(tensor.data, result.data);
  else /** @type {any} */ (tensor.data).set(result.data);
  return /** @type {Tensor} */ (given);
}
