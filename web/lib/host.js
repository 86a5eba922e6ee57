// Where an engine lives: a worker by default, the calling thread on request. Either way its methods
// are called by name and return promises. A host that dies (a trap, a killed worker) rejects all
// that is pending at once and stays dead; its owner makes a new one. A worker that is killed sends
// no event, so it holds a Web Lock for life, and the page, waiting for the same lock, gets it at
// the moment the worker is gone.

import { HERE, makeWorker } from '../beside.js';
import { GossamerError, unreadableError } from './error.js';

/** @typedef {import('./level.js').Runtime} Runtime */
/** @typedef {'hold' | 'start' | 'create' | 'checkLabels' | 'info' | 'classify' | 'run'} Method  of the engine */
/** @typedef {{resolve: (value: any) => void, reject: (error: GossamerError) => void}} Pending */

let locks = 0;

export class WorkerHost {
  /** @type {GossamerError | undefined} Why the host is dead, once it is. */
  death;

  #made;
  #worker;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  #nextId = 1;
  #watch = new AbortController();
  #started = false;

  /**
   * The engine's own worker, unless another script is named: that of the tools (web/tools/desk.js).
   * @param {() => Worker} [make]
   * @param {string} [script]  relative to gossamer.js
   */
  constructor(make = makeWorker, script = 'worker.js') {
    this.#made = createWorker(make, script);
    this.#worker = this.#made.worker;
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
      if (this.#started) this.terminate(crashed(event.message));
      else missingHeader().then((hint) => this.terminate(unstarted(event.message, hint)));
    };
  }

  /** @param {Runtime} runtime @returns {Promise<{version: string}>} */
  async start(runtime) {
    const manager = globalThis.navigator?.locks;  // absent on insecure pages
    const lock = manager && `gossamer-worker-${Date.now()}-${Math.random()}-${++locks}`;
    // Only behind the worker: a page that got the lock first would think that the worker is gone.
    if (lock && await this.call('hold', lock)) {
      manager.request(lock, { signal: this.#watch.signal }, () => this.terminate(crashed()))
        .catch(() => {});  // the wait ends by abort when the host is terminated
    }
    const started = await this.call('start', runtime);
    this.#started = true;
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
        reject(unreadableError(cause));  // only such pictures are refused
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
    URL.revokeObjectURL(this.#made.stub);
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }
}

/**
 * What service-worker.js hands over, because import() is forbidden there: the engine, the download of
 * external files, and the scripts that Emscripten wrote, by file name.
 * @type {{Engine?: typeof import('./engine.js').Engine,
 *     externalFiles?: typeof import('./externalFiles.js'), scripts: Map<string, any>}}
 */
export const handedOver = { scripts: new Map() };

/** The same interface without a worker: for Node, and for pages whose policy forbids workers. */
export class InlineHost {
  /** @type {GossamerError | undefined} */
  death;

  /** @type {Promise<import('./engine.js').Engine>} */
  #engine = loadEngine();

  /** @param {Runtime} runtime @returns {Promise<{version: string}>} */
  start(runtime) {
    const file = runtime.glueUrl.replace(/.*\//, '');
    return this.call('start', { ...runtime, factory: handedOver.scripts.get(file) });
  }

  /**
   * @param {Method} method
   * @param {unknown} args
   * @returns {Promise<any>}
   */
  async call(method, args) {
    let engine;
    try {
      engine = await this.#engine;
      if (this.death) throw this.death;
      return await engine[method](/** @type {never} */ (args));
    } catch (error) {
      const failure = GossamerError.from(error, 'run');
      if (engine?.dead) this.terminate(failure);
      throw failure;
    }
  }

  /** @param {GossamerError} reason */
  terminate(reason) {
    this.death ??= reason;
  }
}

async function loadEngine() {
  if (handedOver.Engine) return new handedOver.Engine();
  try {
    const { Engine } = await import('./engine.js');
    return new Engine();
  } catch (cause) {
    throw new GossamerError({
      code: 'NETWORK', stage: 'start', message: 'the engine cannot be loaded', cause,
      got: String(cause), hint: 'Service workers import service-worker.js in place of gossamer.js',
    });
  }
}

/**
 * @param {() => Worker} make
 * @param {string} script
 * @returns {{worker: Worker, stub: string}}  stub: an address to be revoked, or empty
 */
function createWorker(make, script) {
  const { origin } = globalThis;  // that of `location` is the address's, in a sandboxed frame, too
  let stub = '';
  try {
    if (HERE.origin === origin || HERE.protocol === 'blob:') return { worker: make(), stub };
    // Served from another site (a CDN): a worker must be of the page's origin, its imports need not.
    // In a sandboxed frame Chromium runs no module out of a Blob, but one out of its address.
    const code = `import ${JSON.stringify(new URL(script, HERE))};`;
    stub = origin === 'null' ? `data:text/javascript,${encodeURIComponent(code)}`
      : URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    return { worker: new Worker(stub, { type: 'module' }), stub };
  } catch (cause) {
    URL.revokeObjectURL(stub);
    throw unstarted(String(cause), 'The option `worker: false` computes without one');
  }
}

/** What to do about a worker that does not start, as far as the headers tell. */
async function missingHeader() {
  const name = 'Cross-Origin-Embedder-Policy';
  const [page, script] = await Promise.all([location.href, new URL('worker.js', HERE)]
    .map((url) => fetch(url, { method: 'HEAD' }).catch(() => undefined)));
  return page?.headers.has(name) && script?.ok && !script.headers.has(name)
    ? `The page is sent with ${name}, worker.js is not; it needs the same header`
    : 'worker.js must lie beside gossamer.js';
}

/** @param {string} got @param {string} hint */
function unstarted(got, hint) {
  return new GossamerError({
    code: 'NETWORK', stage: 'start', message: 'the worker script cannot be loaded', got, hint,
  });
}

/** @param {string} [what] */
function crashed(what) {
  return new GossamerError({
    code: 'INTERNAL', stage: 'worker', message: 'the worker stopped unexpectedly', got: what,
    hint: 'The next call starts a new one',
  });
}
