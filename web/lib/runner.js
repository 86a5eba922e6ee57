// A model at work, and all that it takes: a place in an engine (a worker, or this thread), the queue of
// calls to it, and the model's files, so that an engine that dies is replaced on the next call. When a
// model needs operators that the common module lacks, an engine with every operator takes over. What a
// call means is the business of its users, gossamer.js and ort.js.

import { abortable } from './abortable.js';
import { Place, runtimeOf } from './engines.js';
import { GossamerError, abortedError } from './error.js';
import { WorkerHost } from './host.js';
import { supportedLevels } from './level.js';
import { portable } from './modelData.js';

/** @typedef {import('./level.js').Level} Level */
/** @typedef {import('./level.js').Runtime} Runtime */
/** @typedef {import('./messages.js').SessionRequest} SessionRequest */
/** @typedef {import('./modelFiles.js').ModelFiles} ModelFiles */

/**
 * @typedef {object} RuntimeOptions
 * @property {Level} [level]  highest instruction level to use
 * @property {string | URL} [wasmPaths]  folder with gossamer-*.js and .wasm
 * @property {BufferSource} [wasmBinary]  the module's bytes; set `level` to the one they are for
 * @property {boolean} [worker]  false computes on the calling thread
 * @property {number} [threads]  that compute; default: see chooseThreads
 * @property {{mjs?: string, wasm?: string}} [wasmFiles]  addresses of one module, in place of wasmPaths
 * @property {boolean} [lenient]  look beside the library for what is not at wasmPaths
 * @property {number} [initTimeout]  milliseconds that starting may take; 0: any
 *
 * @typedef {{runtime: Runtime, version: string}} Started
 * @typedef {(onSize: (announced: number) => void) => Promise<ModelFiles>} FetchModel
 *
 * @typedef {object} RunnerFacts
 * @property {string} version
 * @property {Level} level  instruction level in use
 * @property {Level[]} supportedLevels
 * @property {number} threads
 * @property {string} threadReason  why it is that many
 * @property {boolean} worker
 * @property {number} modelBytes  of all its files
 * @property {{download: number, compile: number, start: number, create: number, warmup: number}}
 *     loadTiming  milliseconds; download and compile overlap
 */

/**
 * What a classifier is made of, for the tools (web/tools), which make sessions of their own from it.
 * @type {WeakMap<object, () => {runner: Runner, options: import('./options.js').ImageClassifierOptions,
 *     tensors?: boolean}>}  tensors: it takes these, and no pictures
 */
export const insides = new WeakMap();

export class Runner {
  /** @type {ModelFiles | undefined} */
  model;
  /** @type {SessionRequest} */
  session = { options: '', warmup: false };
  /** @type {RuntimeOptions} */
  settings;
  /** @type {Set<Place>} All that were taken and not left. */
  #places = new Set();
  /** @type {Promise<Runtime> | undefined} Of the caller's wasmBinary, whose bytes may be gone later. */
  #own;
  /** @type {Place | undefined} The one in use. */
  #place;
  /** @type {Place | undefined} The one that holds the session. */
  #ready;
  /** @type {Started | undefined} What computes there. */
  #started;
  /** True once a model needed operators beyond the common ones. */
  #all = false;
  /** @type {Promise<unknown>} The last call in the queue, settled or not. */
  #tail = Promise.resolve();
  /** Aborted by closing, with the error that later calls get. */
  #closing = new AbortController();
  #timing = { download: 0, compile: 0, start: 0, create: 0, warmup: 0 };

  /** @param {RuntimeOptions} settings */
  constructor(settings) {
    this.settings = settings;
  }

  /** Aborts when this is closed. */
  get closing() {
    return this.#closing.signal;
  }

  /**
   * Starts the engine and fetches the model side by side, then makes the session. Closes on failure.
   * @param {FetchModel} fetchModel  to be ended by `closing`
   * @param {SessionRequest} session
   * @param {AbortSignal | null} [signal]
   */
  async load(fetchModel, session, signal) {
    const aborted = abortedError('loading the model');
    const abort = () => {
      aborted.cause = signal?.reason;
      this.close(aborted);
    };
    if (signal?.aborted) throw abortedError('loading the model', signal);
    signal?.addEventListener('abort', abort);
    try {
      await abortable(this.#load(fetchModel, session), this.closing);
    } catch (error) {
      this.close(GossamerError.from(error, 'start'));
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** @param {FetchModel} fetchModel @param {SessionRequest} session */
  async #load(fetchModel, session) {
    const begin = performance.now();
    let starting = this.#start(false);
    this.#limit(starting);
    // The engine that a large model wants starts while it is on its way.
    const model = await fetchModel((size) => {
      starting = starting.then((place) => {
        const suiting = place.suiting(size);
        return suiting === place ? place : this.#settle(suiting, place);
      });
      starting.catch(() => {});
    });
    this.#timing.download = performance.now() - begin;
    this.#place = await starting;
    this.assertOpen();
    this.model = model;
    this.session = session;
    await this.#live();
  }

  /** Closes if the first start takes longer than it may. @param {Promise<unknown>} starting */
  #limit(starting) {
    const { initTimeout = 0 } = this.settings;
    const late = () => this.close(new GossamerError({
      code: 'ABORTED', stage: 'start', message: `starting the runtime took longer than ${initTimeout} ms`,
      attribute: 'initTimeout',
    }));
    const timer = initTimeout > 0 && initTimeout < 2 ** 31  // what a timer can wait
      ? setTimeout(late, initTimeout) : undefined;
    // It may fail while the download is awaited.
    starting.catch(() => {}).finally(() => clearTimeout(timer));
  }

  /**
   * Makes another session, of another model if one is given; the old one stays if that fails.
   * @param {ModelFiles | undefined} model
   * @param {SessionRequest} session
   */
  async replace(model = /** @type {ModelFiles} */ (this.model), session) {
    const place = await this.#live();
    await this.#create(place, model, session);
    if (this.model !== model) this.model?.model.release();
    this.model = model;
    this.session = session;
  }

  /**
   * Calls the engine: a new one if the last has died, or has too little memory for what need not be transferred.
   * @template {import('./engines.js').SessionMethod} M
   * @param {M} method
   * @param {Omit<import('./messages.js').Calls[M]['request'], 'session'>} request
   * @param {Transferable[]} [transfer]
   * @param {AbortSignal} [signal]  looked at before the engine is asked
   */
  async call(method, request, transfer, signal) {
    const place = await this.#live();
    if (signal?.aborted) throw abortedError(method);
    try {
      return await place.call(method, request, transfer);
    } catch (error) {
      // What was handed over is gone.
      if (/** @type {GossamerError} */ (error).code !== 'OOM' || !place.isNarrow || transfer?.length) throw error;
      const wider = await this.#create(place, /** @type {ModelFiles} */ (this.model), this.session, true);
      return wider.call(method, request);
    }
  }

  /** Ends a call of classify that was given this number. @param {number} run */
  stop(run) {
    this.#place?.stop(run);
  }

  /**
   * Puts an action behind all earlier ones.
   * @template T
   * @param {() => Promise<T>} action
   * @returns {Promise<T>}
   */
  enqueue(action) {
    const turn = this.#tail.then(action);
    this.#tail = turn.catch(() => {});
    return abortable(turn, this.closing);
  }

  /** How the model runs here. @param {import('./messages.js').ModelInfo} info @returns {RunnerFacts} */
  facts({ threads, fewer }) {
    this.assertOpen();
    const { runtime, version } = /** @type {Started} */ (this.#started);
    const reason = fewer ? 'more were slower here'
      : threads < runtime.threads ? `no more of ${runtime.threads} could be started` : runtime.threadReason;
    return {
      version,
      level: runtime.level,
      supportedLevels: supportedLevels(),
      threads,
      threadReason: reason,
      worker: this.#place?.host instanceof WorkerHost,
      modelBytes: /** @type {ModelFiles} */ (this.model).size,
      loadTiming: { ...this.#timing },
    };
  }

  /** Leaves the engine and frees everything. @param {GossamerError} reason  for what is pending */
  close(reason) {
    this.#closing.abort(reason);
    for (const place of this.#places) this.#leave(place, reason);
    this.#place = undefined;
    this.#ready = undefined;
    this.#started = undefined;  // it holds on to shared memory
    this.model?.model.release();
    this.model = undefined;
  }

  assertOpen() {
    this.closing.throwIfAborted();
  }

  /** @param {Place} place @param {GossamerError} [reason]  default: another one is in use */
  #leave(place, reason = abortedError('this session')) {
    place.leave(reason);
    this.#places.delete(place);
  }

  /**
   * A place in an engine that runs.
   * @param {boolean} all  with every operator
   * @param {number} [size]  of the model, as far as it is known
   * @returns {Promise<Place>}
   */
  async #start(all, size = 0) {
    if (this.settings.wasmBinary) this.#own ??= runtimeOf(this.settings, all);
    const place = new Place(this.settings, { all, runtime: this.#own });
    return this.#settle(place.suiting(size), place);
  }

  /**
   * Waits until the engine of a place has started.
   * @param {Place} place
   * @param {Place} [other]  to be left if it is not the same
   */
  async #settle(place, other = place) {
    const begin = performance.now();
    this.#places.add(place);
    if (other !== place) this.#leave(other);
    try {
      this.assertOpen();
      const { compiled } = await place.started;
      this.assertOpen();
      const compile = Math.max(0, compiled - begin);
      place.timing = { compile, start: performance.now() - begin - compile };
      return place;
    } catch (error) {
      const failure = GossamerError.from(error, 'start');
      this.#leave(place, failure);
      throw failure;
    }
  }

  /** The place with the session in it: the one there is, or a new one where its engine has died. */
  async #live() {
    this.assertOpen();
    const { death } = this.#place ?? {};
    if (this.#place && this.#place === this.#ready && !death) return this.#place;
    if (this.#place && death) {
      this.#leave(this.#place, death);
      this.#place = undefined;
    }
    const model = /** @type {ModelFiles} */ (this.model);
    this.#place ??= await this.#start(this.#all, model.size);
    return this.#create(this.#place, model, this.session);
  }

  /**
   * Makes the session, in another place where this one lacks memory or operators. Where it was made is then in
   * use; if that fails, all stays as it was.
   * @param {Place} place  the one in use
   * @param {ModelFiles} model
   * @param {SessionRequest} session
   * @param {boolean} [wider]  this one has shown that it lacks memory
   */
  async #create(place, model, session, wider = false) {
    let made = place;
    let timing;
    try {
      const suiting = wider ? place.widened() : place.suiting(model.size);
      if (suiting !== place) made = await this.#settle(suiting);
      timing = await this.#createIn(made, model, session).catch(async (error) => {
        if (error.code !== 'OOM' || !made.isNarrow) throw error;
        made = await this.#settle(made.widened(), made === place ? undefined : made);
        return this.#createIn(made, model, session);
      });
    } catch (error) {
      if (made !== place) this.#leave(made, GossamerError.from(error));
      const lacking = error instanceof GossamerError && error.operators !== undefined;
      if (!lacking || this.#all || this.#own || this.settings.wasmFiles?.wasm) throw error;
      made = await this.#start(true, model.size).catch((failure) => { throw reported(failure, error); });
      timing = await this.#createIn(made, model, session).catch((failure) => {
        this.#leave(made, error);
        throw reported(failure, error);
      });
      this.#all = true;
    }
    this.assertOpen();
    if (made !== place) this.#leave(place);
    this.#place = made;
    this.#ready = made;
    this.#started = await made.started;
    Object.assign(this.#timing, made.timing, timing);
    return made;
  }

  /**
   * Asks the engine, and asks again with the files that it found to be missing.
   * @param {Place} place
   * @param {ModelFiles} files
   * @param {SessionRequest} session
   * @returns {Promise<{create: number, warmup: number}>}
   */
  async #createIn(place, files, session) {
    const { model } = files;
    const create = () => model.lend(place.host, async (data) => {
      const others = await Promise.all([...files.files].map(async ([name, file]) =>
        /** @type {const} */ ([name, await portable(file)])));
      return place.call('create', { model: data, files: new Map(others), ...session });
    }).catch((error) => {
      const cut = !model.counted && /incomplete/.test(error.hint);
      throw cut ? new GossamerError({ ...error.toJSON(), code: 'NETWORK', stage: 'download' }) : error;
    });
    let answer = await create();
    if (answer.missing) {
      const begin = performance.now();
      await files.bring(answer.missing);
      this.#timing.download += performance.now() - begin;
      answer = await create();
    }
    const { create: made, warmup } = answer;
    return { create: made, warmup };
  }
}

/** What is said of a model when the module with every operator failed, too. @param {unknown} failure @param {GossamerError} lacking */
function reported(failure, { operators }) {
  if (!(failure instanceof GossamerError) || failure.code !== 'NETWORK') return failure;
  // Whether that module has the operators, nobody knows before it is here.
  return new GossamerError({
    ...failure.toJSON(), cause: failure,
    message: `the model needs the module with every operator, for ${operators}; ${failure.summary}`,
  });
}
