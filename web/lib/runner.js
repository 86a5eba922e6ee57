// A model at work, and all that it takes: the host that computes (a worker, or this thread), the
// queue of calls to it, and the model's files as Blobs, so that a host that dies is replaced on the
// next call. When a model needs operators that the common module lacks, the module with every
// operator takes over. What a call means is the business of its users, gossamer.js and ort.js.

import { HERE, wasmFolder } from '../beside.js';
import { resolveUrl, uncounted } from './download.js';
import { GossamerError, abortedError } from './error.js';
import { InlineHost, WorkerHost } from './host.js';
import { loadRuntime, supportedLevels } from './level.js';

/** @typedef {import('./level.js').Level} Level */
/** @typedef {import('./level.js').Runtime} Runtime */
/** @typedef {import('./host.js').Method} Method */
/** @typedef {import('./modelFiles.js').ModelFiles} ModelFiles */

/**
 * @typedef {object} RuntimeOptions
 * @property {Level} [level]  highest instruction level to use
 * @property {string | URL} [wasmPaths]  folder with gossamer-*.js and .wasm
 * @property {BufferSource} [wasmBinary]  the module's bytes; set `level` to the one they are for
 * @property {boolean} [worker]  false computes on the calling thread
 * @property {{mjs?: string, wasm?: string}} [wasmFiles]  addresses of one module, in place of wasmPaths
 * @property {boolean} [lenient]  look beside the library for what is not at wasmPaths
 * @property {number} [initTimeout]  milliseconds that starting may take; 0: any
 *
 * @typedef {{options: string, warmup: boolean, names?: import('./engine.js').ClassNames}} SessionRequest
 *     see Engine.create
 *
 * @typedef {{host: WorkerHost | InlineHost, runtime: Runtime, version: string,
 *     timing: {compile: number, start: number}}} Started
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
 * @type {WeakMap<object, () => {runner: Runner,
 *     options: import('./options.js').ImageClassifierOptions}>}
 */
export const insides = new WeakMap();

export class Runner {
  /** @type {ModelFiles | undefined} */
  model;
  /** @type {SessionRequest} */
  session = { options: '', warmup: false };
  /** @type {RuntimeOptions} */
  settings;
  /** @type {Set<WorkerHost | InlineHost>} All that were started and not ended. */
  #hosts = new Set();
  /** @type {Runtime | undefined} Of the caller's wasmBinary, whose bytes may be gone later. */
  #own;
  /** @type {Started | undefined} The host in use. */
  #started;
  /** @type {WorkerHost | InlineHost | undefined} The host that holds the session. */
  #ready;
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
   * Starts the host and fetches the model side by side, then makes the session. Closes on failure.
   * @param {() => Promise<ModelFiles>} fetchModel  to be ended by `closing`
   * @param {SessionRequest} session
   * @param {AbortSignal | null} [signal]
   */
  async load(fetchModel, session, signal) {
    const aborted = abortedError('loading the model');
    if (signal?.aborted) throw aborted;
    const abort = () => this.close(aborted);
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

  /** @param {() => Promise<ModelFiles>} fetchModel @param {SessionRequest} session */
  async #load(fetchModel, session) {
    const begin = performance.now();
    const starting = this.#start(false);
    this.#limit(starting);
    const model = await fetchModel();
    this.#timing.download = performance.now() - begin;
    const started = await starting;
    this.assertOpen();
    this.model = model;
    this.session = session;
    this.#adopt(started);
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
    const host = await this.#live();
    await this.#create(host, model, session);
    this.model = model;
    this.session = session;
  }

  /**
   * Calls the engine, in a new host if the last has died.
   * @param {Method} method
   * @param {unknown} [args]
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>}
   */
  async call(method, args, transfer) {
    return (await this.#live()).call(method, args, transfer);
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

  /** How the model runs here. @returns {RunnerFacts} */
  facts() {
    this.assertOpen();
    const { host, runtime, version } = /** @type {Started} */ (this.#started);
    return {
      version,
      level: runtime.level,
      supportedLevels: supportedLevels(),
      threads: 1,
      threadReason: 'this build computes on one thread',
      worker: host instanceof WorkerHost,
      modelBytes: /** @type {ModelFiles} */ (this.model).size,
      loadTiming: { ...this.#timing },
    };
  }

  /** Ends the host and frees everything. @param {GossamerError} reason  for what is pending */
  close(reason) {
    this.#closing.abort(reason);
    for (const host of this.#hosts) this.#end(host, reason);
    this.#started = undefined;
    this.#ready = undefined;
    this.model = undefined;
  }

  assertOpen() {
    this.closing.throwIfAborted();
  }

  /** @param {WorkerHost | InlineHost} host @param {GossamerError} reason */
  #end(host, reason) {
    host.terminate(reason);
    this.#hosts.delete(host);
  }

  /**
   * Starts a host, which takes effect by #adopt.
   * @param {boolean} all  with every operator
   * @returns {Promise<Started>}
   */
  async #start(all) {
    const begin = performance.now();
    const { wasmBinary, worker } = this.settings;
    let host;
    try {
      const runtime = this.#own ?? await this.#loadRuntime(all);
      if (wasmBinary) this.#own = runtime;
      const compiled = performance.now();
      this.assertOpen();
      const inline = worker === false || typeof Worker !== 'function';
      host = inline ? new InlineHost() : new WorkerHost();
      this.#hosts.add(host);
      const { version } = await host.start(runtime);
      this.assertOpen();
      const timing = { compile: compiled - begin, start: performance.now() - compiled };
      return { host, runtime, version, timing };
    } catch (error) {
      const failure = GossamerError.from(error, 'start');
      if (host) this.#end(host, failure);
      throw failure;
    }
  }

  /** @param {boolean} all @returns {Promise<Runtime>} */
  async #loadRuntime(all) {
    const { wasmPaths = wasmFolder(), lenient, level, wasmBinary, wasmFiles } = this.settings;
    const load = (/** @type {string | URL} */ place) => {
      const folder = resolveUrl('wasmPaths', String(place).replace(/\/?$/, '/'), HERE.href);
      return loadRuntime({ level, wasmBinary, wasmFiles, wasmPaths: folder, all });
    };
    try {
      return await load(wasmPaths);
    } catch (error) {
      if (!lenient || /** @type {GossamerError} */ (error).code !== 'NETWORK') throw error;
      return load(wasmFolder()).catch(() => { throw error; });
    }
  }

  /** @param {Started} started */
  #adopt(started) {
    this.#started = started;
    Object.assign(this.#timing, started.timing);
  }

  /** A host with the model in it: the one there is, or a new one where that has died. */
  async #live() {
    this.assertOpen();
    let host = this.#started?.host;
    if (host && host === this.#ready && !host.death) return host;
    if (host?.death) this.#hosts.delete(host);
    if (!host || host.death) {
      const started = await this.#start(this.#all);
      this.#adopt(started);
      host = started.host;
    }
    return this.#create(host, /** @type {ModelFiles} */ (this.model), this.session);
  }

  /**
   * Makes the session in a host; in a new one with every operator when this one lacks some. If that
   * fails as well, all stays as it was.
   * @param {WorkerHost | InlineHost} host
   * @param {ModelFiles} model
   * @param {SessionRequest} session
   */
  async #create(host, model, session) {
    let timing;
    try {
      timing = await this.#createIn(host, model, session);
    } catch (error) {
      const lacking = error instanceof GossamerError && error.operators !== undefined;
      if (!lacking || this.#all || this.#own || this.settings.wasmFiles?.wasm) throw error;
      timing = await this.#createWithAll(model, session, error);
      this.#end(host, error);
    }
    this.assertOpen();
    const ready = /** @type {Started} */ (this.#started).host;
    this.#ready = ready;
    Object.assign(this.#timing, timing);
    return ready;
  }

  /**
   * Asks the engine, and asks again with the files that it found to be missing.
   * @param {WorkerHost | InlineHost} host
   * @param {ModelFiles} model
   * @param {SessionRequest} session
   * @returns {Promise<{create: number, warmup: number}>}
   */
  async #createIn(host, model, session) {
    const call = async () => {
      const files = await Promise.all([...model.files].map(async ([name, file]) =>
        /** @type {const} */ ([name, await portable(file)])));
      const request = { model: await portable(model.model), files: new Map(files), ...session };
      return host.call('create', request).catch((error) => {
        const cut = uncounted.has(model.model) && /incomplete/.test(error.hint);
        throw cut ? new GossamerError({ ...error.toJSON(), code: 'NETWORK', stage: 'download' }) : error;
      });
    };
    const first = await call();
    if (!first.missing) return first;
    const begin = performance.now();
    await model.bring(first.missing);
    this.#timing.download += performance.now() - begin;
    return call();
  }

  /** @param {ModelFiles} model @param {SessionRequest} session @param {GossamerError} lacking  why */
  async #createWithAll(model, session, lacking) {
    let started;
    try {
      started = await this.#start(true);
      const timing = await this.#createIn(started.host, model, session);
      this.assertOpen();
      this.#adopt(started);
      this.#all = true;
      return timing;
    } catch (failure) {
      if (started) this.#end(started.host, lacking);
      const missing = failure instanceof GossamerError && failure.code === 'NETWORK';
      throw missing ? lacking : failure;
    }
  }
}

/**
 * In a sandboxed frame WebKit lets no worker read the page's Blobs.
 * @param {Blob} file
 */
async function portable(file) {
  return globalThis.origin === 'null' ? file.arrayBuffer() : file;
}

/**
 * The promise, unless the signal aborts first.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} signal
 * @param {GossamerError} [error]  default: the signal's reason
 * @returns {Promise<T>}
 */
export function abortable(promise, signal, error) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(error ?? signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
