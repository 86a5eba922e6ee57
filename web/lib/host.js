// Where an engine lives: a worker by default, the calling thread on request. Either way its methods
// are called by name and return promises. A host that dies (a trap, a killed worker) rejects all
// that is pending at once and stays dead; its owner makes a new one. A worker that is killed sends
// no event, so it holds a Web Lock for life, and the page, waiting for the same lock, gets it at
// the moment the worker is gone.

import { GossamerError } from './error.js';

/** @typedef {import('./level.js').Runtime} Runtime */
/** @typedef {'start' | 'create' | 'info' | 'classify' | 'run'} Method  of the engine */
/** @typedef {{resolve: (value: any) => void, reject: (error: GossamerError) => void}} Pending */

let locks = 0;

export class WorkerHost {
  /** @type {GossamerError | undefined} Why the host is dead, once it is. */
  death;

  #worker = createWorker();
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  #nextId = 1;
  #watch = new AbortController();
  #started = false;

  constructor() {
    this.#worker.onmessage = ({ data: { id, value, error, fatal } }) => {
      if (fatal) this.terminate(new GossamerError(error));
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (error) pending?.reject(new GossamerError(error));
      else pending?.resolve(value);
    };
    this.#worker.onmessageerror = () => this.terminate(crashed('an answer that cannot be read'));
    this.#worker.onerror = (event) => {
      event.preventDefault?.();
      this.terminate(this.#started ? crashed(event.message) : new GossamerError({
        code: 'NETWORK', stage: 'start', message: 'the worker script cannot be loaded',
        got: event.message, hint: 'worker.js and lib/ must lie beside gossamer.js',
      }));
    };
  }

  /** @param {Runtime} runtime @returns {Promise<{version: string}>} */
  async start(runtime) {
    const manager = globalThis.navigator?.locks;  // absent on insecure pages
    const lock = manager && `gossamer-worker-${Date.now()}-${Math.random()}-${++locks}`;
    const started = await this.call('start', { ...runtime, lock });
    this.#started = true;
    if (lock) {
      manager.request(lock, { signal: this.#watch.signal }, () => this.terminate(crashed()))
        .catch(() => {});  // the wait ends by abort when the host is terminated
    }
    return started;
  }

  /**
   * @param {Method} method
   * @param {unknown} args
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>}
   */
  call(method, args, transfer = []) {
    if (this.death) return Promise.reject(this.death);
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      try {
        this.#worker.postMessage({ id, method, args }, transfer);
      } catch (cause) {
        reject(tainted(cause));
        return;
      }
      this.#pending.set(id, { resolve, reject });
    });
  }

  /** @param {GossamerError} reason  what pending calls are rejected with */
  terminate(reason) {
    if (this.death) return;
    this.death = reason;
    this.#worker.terminate();
    this.#watch.abort();
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }
}

/** The same interface without a worker: for Node, and for pages whose policy forbids workers. */
export class InlineHost {
  /** @type {GossamerError | undefined} */
  death;

  /** @type {Promise<import('./engine.js').Engine>} */
  #engine = import('./engine.js').then(({ Engine }) => new Engine());

  /** @param {Runtime} runtime @returns {Promise<{version: string}>} */
  start(runtime) {
    return this.call('start', runtime);
  }

  /**
   * @param {Method} method
   * @param {unknown} args
   * @returns {Promise<any>}
   */
  async call(method, args) {
    const engine = await this.#engine;
    if (this.death) throw this.death;
    try {
      return await engine[method](/** @type {never} */ (args));
    } catch (error) {
      const failure = GossamerError.from(error, 'run');
      if (engine.dead) this.terminate(failure);
      throw failure;
    }
  }

  /** @param {GossamerError} reason */
  terminate(reason) {
    this.death ??= reason;
  }
}

/** @returns {Worker} */
function createWorker() {
  const url = new URL('../worker.js', import.meta.url);
  if (url.origin === globalThis.location?.origin || url.protocol === 'blob:') {
    return new Worker(new URL('../worker.js', import.meta.url), { type: 'module' });
  }
  // Served from another site (a CDN): a worker must be of the page's origin, its imports need not.
  const stub = new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' });
  const stubUrl = URL.createObjectURL(stub);
  const worker = new Worker(stubUrl, { type: 'module' });
  worker.addEventListener('message', () => URL.revokeObjectURL(stubUrl), { once: true });
  return worker;
}

/** @param {unknown} cause  a DataCloneError: only pictures of another origin are refused */
function tainted(cause) {
  return new GossamerError({
    code: 'IMAGE', stage: 'image', message: 'the picture comes from another site and may not be read',
    hint: 'Load it with crossorigin="anonymous" from a server that allows it', cause,
  });
}

/** @param {string} [what] */
function crashed(what) {
  return new GossamerError({
    code: 'INTERNAL', stage: 'worker', message: 'the worker stopped unexpectedly', got: what,
    hint: 'The next call starts a new one',
  });
}
