// InferenceSession as apps written for onnxruntime-web use it, on our engine: tensors in, tensors out.
// Arguments are checked in arguments.js; runs of one session queue. A model that states no shape for an input (the
// small ones that libraries make of single operators do) gets an engine's session once a run brings the shape, one
// for each number of extents.

import { GossamerError } from '../error.js';
import { checkExternalData, loadModel } from '../modelFiles.js';
import { Runner } from '../runner.js';
import {
  checkFeeds, checkRunOptions, externalDataOf, feedBytes, fetchesAndOptions, modelAndOptions, sessionLines, targetsOf,
} from './arguments.js';
import { readModel, readStated, withRanks } from './dimensions.js';
import { runtimeOptions } from './env.js';
import { plainError } from './errors.js';
import { checkFit } from './fit.js';
import { Tensor } from './tensor.js';

/** @typedef {import('./types.js').SessionOptions} SessionOptions */
/** @typedef {import('./types.js').RunOptions} RunOptions */
/** @typedef {import('./types.js').ValueMetadata} ValueMetadata */
/** @typedef {import('./arguments.js').Target} Target */
/** @typedef {import('./dimensions.js').Stated} Stated */
/** @typedef {import('./fit.js').Info} Info */
/** @typedef {{inputs: readonly Info[], outputs: readonly Info[], flexible: boolean}} Facts */
/** @typedef {{feeds: import('./arguments.js').Feeds, fetches: string[]}} Request */
/** @typedef {(ranks: Map<string, number>) => Promise<InferenceSession>} Make */

export class InferenceSession {
  #runner = new Runner(runtimeOptions());
  /** @type {Facts} */
  #facts = { inputs: [], outputs: [], flexible: true };
  /** For a model without shapes: makes the session for inputs of so many extents. @type {Make | undefined} */
  #make;
  /** @type {Map<string, Promise<InferenceSession>>} Those made so far, by the ranks. */
  #made = new Map();
  /** @type {readonly string[]} */
  inputNames = [];
  /** @type {readonly string[]} */
  outputNames = [];
  /** @type {readonly ValueMetadata[]} */
  inputMetadata = [];
  /** @type {readonly ValueMetadata[]} */
  outputMetadata = [];

  /**
   * @param {string | URL | ArrayBufferLike | Uint8Array | Blob | import('../modelFiles.js').Stream} model  bytes are copied
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
    /** @type {{stated: Stated, bytes: Uint8Array<ArrayBuffer>} | undefined} */
    let read;
    try {
      await runner.load(async (onSize) => {
        const files = await loadModel(source, { externalData, onSize, signal: runner.closing });
        read = await readModel(files.model, (bytes) => ({ stated: readStated(bytes), bytes }));
        // No engine makes a session of it, and the bytes stay here.
        if (read.stated.inputs.some(({ shape }) => !shape)) throw UNRANKED;
        return files;
      }, request);
      session.#describe(await runner.enqueue(() => runner.call('info', {})), read?.stated);
      return session;
    } catch (error) {
      const failure = GossamerError.from(error);
      runner.close(failure);
      if (error === UNRANKED && read) return InferenceSession.#unranked(read, settings);
      throw OF_THE_MODEL.includes(failure.code) ? named(failure) : failure;
    }
  }

  /**
   * @param {{stated: Stated, bytes: Uint8Array<ArrayBuffer>}} model
   * @param {SessionOptions} settings
   */
  static #unranked({ stated, bytes }, settings) {
    const session = new InferenceSession();
    const numbers = (/** @type {import('./dimensions.js').StatedValue} */ { name, type, shape }) =>
      ({ name, type, shape: shape?.map((extent) => (typeof extent === 'number' ? extent : -1)) });
    session.#describe({
      inputs: stated.inputs.map(numbers), outputs: stated.outputs.map(numbers), flexible: true,
    }, stated);
    session.#make = (ranks) => InferenceSession.create(withRanks(bytes, ranks), settings);
    return session;
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
    const { inputs, outputs } = this.#facts;
    const { wanted, settings } = fetchesAndOptions(outputs.map(({ name }) => name), fetches, options);
    const tensors = feedBytes(inputs, feeds);
    const targets = targetsOf(wanted);
    this.#runner.assertOpen();
    checkRunOptions(settings);
    const request = { fetches: [...wanted.keys()], feeds: tensors() };
    this.#checkTargets(targets);
    const results = await this.#compute(request);
    return Object.fromEntries(Object.entries(results).map(([name, bytes]) =>
      [name, deliver(name, Tensor.fromBytes(bytes), targets.get(name))]));
  }

  /** Frees everything; later calls are refused. */
  async release() {
    this.#runner.close(plainError(undefined, 'cannot run inference. invalid session id: released.', {
      code: 'HANDLE', hint: 'The session was released; create a new one.',
    }));
    for (const made of this.#made.values()) made.then((session) => session.release(), () => {});
    this.#made.clear();
  }

  /** Without effect: steps are timed from the start, with the option enableProfiling. */
  startProfiling() {}

  /** Writes the mean time of every step to the console. */
  async endProfiling() {
    this.#runner.assertOpen();
    if (this.#make) {
      for (const made of this.#made.values()) await (await made).endProfiling();
      return;
    }
    const { steps } = await this.#runner.enqueue(() => this.#runner.call('info', {}));
    console.table(steps);
  }

  /** @param {Request} request @returns {Promise<import('./arguments.js').Feeds>}  the outputs */
  async #compute(request) {
    if (this.#make) return (await this.#ranked(this.#make, request)).#compute(request);
    // New shapes may need more memory than there is; then the feeds are needed once more, elsewhere.
    const transfer = this.#facts.flexible ? [] : Object.values(request.feeds).map(({ bytes }) => bytes.buffer);
    const { outputs } = await this.#runner.enqueue(() =>
      this.#runner.call('run', request, /** @type {ArrayBuffer[]} */ (transfer)));
    return outputs;
  }

  /** The session for feeds of these ranks. @param {Make} make @param {Request} request @returns {Promise<InferenceSession>} */
  async #ranked(make, { feeds }) {
    const unstated = this.#facts.inputs.filter(({ shape }) => !shape);
    const ranks = new Map(unstated.map(({ name }) => [name, feeds[name].dims.length]));
    const key = [...ranks.values()].join();
    const made = this.#made.get(key) ?? make(ranks);
    this.#made.set(key, made);
    // What failed for want of a network or of memory may go well another time.
    made.catch(() => this.#made.delete(key));
    const session = await made;
    if (this.#runner.closing.aborted) session.release();
    this.#runner.assertOpen();
    return session;
  }

  /** Before anything is computed, as far as the shapes are known by then. @param {Map<string, Target>} targets */
  #checkTargets(targets) {
    for (const output of this.#facts.outputs) {
      const { tensor } = targets.get(output.name) ?? {};
      tensor?.checkData();
      // Of an output that follows open extents, having none may mean that they are not known.
      if (tensor && (output.shape?.length || !this.#facts.flexible)) checkFit('output', output, tensor);
    }
  }

  /** @param {Facts} facts @param {Stated | undefined} stated */
  #describe(facts, stated) {
    this.#facts = facts;
    const { inputs, outputs } = facts;
    const metadata = (/** @type {readonly Info[]} */ infos, /** @type {Stated['inputs'] | undefined} */ list) =>
      infos.map((info) => metadataOf(info, list?.find(({ name }) => name === info.name)?.shape));
    this.inputNames = inputs.map(({ name }) => name);
    this.outputNames = outputs.map(({ name }) => name);
    this.inputMetadata = metadata(inputs, stated?.inputs);
    this.outputMetadata = metadata(outputs, stated?.outputs);
  }
}

/** Ends the loading of a model that states no shape for an input. */
const UNRANKED = new GossamerError({ code: 'SHAPE', stage: 'graph', message: 'an input has no shape before a run brings it' });

/** What is wrong with a model, as codes. */
const OF_THE_MODEL = [
  'PARSE', 'LIMIT', 'UNSUPPORTED', 'GRAPH', 'SHAPE', 'INITIALIZER', 'ATTRIBUTE', 'INDEX', 'NUMERIC', 'BUDGET', 'OOM',
];

/** With the words by which apps know such failures before ours. @param {GossamerError} failure */
function named(failure) {
  const { message, hint, ...details } = failure.toJSON();
  void hint;  // the message has it
  return Object.assign(plainError(undefined, `Can't create a session. ${failure.message}`, { ...details, cause: failure }), {
    summary: message, hint: failure.hint,
  });
}

/**
 * @param {Info} info
 * @param {readonly (number | string)[]} [stated]  extents in the file
 * @returns {ValueMetadata}
 */
function metadataOf({ name, type, shape = [] }, stated = []) {
  const named = (/** @type {number} */ axis) => (typeof stated[axis] === 'string' ? stated[axis] : -1);
  return {
    name, isTensor: true, type: /** @type {import('./types.js').TensorType} */ (type),
    shape: shape.map((extent, axis) => (extent < 0 ? named(axis) : extent)),
  };
}

/** @param {string} name @param {Tensor} result @param {Target | undefined} target */
function deliver(name, result, target) {
  if (!target) return result;
  const { given, tensor } = target;
  checkFit('output', { name, type: result.type, shape: result.dims }, tensor);
  tensor.checkData();
  if (Array.isArray(tensor.data)) Object.assign(tensor.data, result.data);
  else /** @type {any} */ (tensor.data).set(result.data);
  return /** @type {Tensor} */ (given);
}
