// Where an engine lives: a worker by default, the calling thread on request. Either way its methods
// are called by name (messages.js) and return promises. A host that dies (a trap, a killed worker) rejects all
// that is pending at once and stays dead; its owner makes a new one. A worker that is killed sends
// no event, so it holds a Web Lock for life, and the page, waiting for the same lock, gets it at
// the moment the worker is gone.

import { HERE, WORKER_HINT, makeWorker, placeOf } from '../beside.js';
import { GossamerError, unreadableError } from './error.js';

/** @typedef {import('./level.js').Runtime} Runtime */
/** @typedef {import('./messages.js').Calls} Calls */
/** @typedef {{resolve: (value: any) => void, reject: (error: GossamerError) => void}} Pending */

let locks = 0;

/** @template {import('./messages.js').AnyCalls} [C=Calls]  what its engine answers to */
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
    this.#worker.onmessage = (/** @type {MessageEvent<import('./messages.js').Answer>} */ { data: { id, value, error, fatal } }) => {
      if (fatal && error) this.terminate(new GossamerError(error));
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (error) pending?.reject(new GossamerError(error));
      else pending?.resolve(value);
    };
    this.#worker.onmessageerror = () => this.terminate(crashed('an answer that cannot be read'));
    this.#worker.onerror = (event) => {
      event.preventDefault?.();
      if (this.#started) this.terminate(crashed(event.message));
      else diagnosed().then((hint) => this.terminate(unstarted(event.message, hint)));
    };
    this.#notice();
  }

  /** Notices when the worker is gone. */
  async #notice() {
    const manager = globalThis.navigator?.locks;  // absent on insecure pages
    if (!manager) return;
    await undefined;  // after the call of loadScript that follows: the worker makes one after the other
    const lock = `gossamer-worker-${Date.now()}-${Math.random()}-${++locks}`;
    // Only behind the worker: a page that got the lock first would think that the worker is gone.
    if (!await this.call('hold', lock).catch(() => false)) return;
    // The wait ends by abort when the host is terminated.
    manager.request(lock, { signal: this.#watch.signal }, () => this.terminate(crashed())).catch(() => {});
  }

  /**
   * Begins to load the module's script, while the module is still on its way.
   * @param {string} glueUrl
   */
  loadScript(glueUrl) {
    this.call('loadScript', glueUrl).catch(() => {});  // start fails as well, and says why
  }

  /** @param {Runtime} runtime @returns {Promise<string>}  the module's version */
  async start(runtime) {
    const version = await this.call('start', runtime);
    this.#started = true;
    return version;
  }

  /**
   * @template {keyof (C & Calls)} M
   * @param {M} method
   * @param {(C & Calls)[M]['request']} request
   * @param {Transferable[]} [transfer]
   * @returns {Promise<(C & Calls)[M]['answer']>}
   */
  call(method, request, transfer = []) {
    if (this.death) return Promise.reject(this.death);
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      try {
        this.#worker.postMessage({ id, method, request }, transfer);
      } catch (cause) {
        reject(unreadableError(cause));  // only such pictures are refused
        return;
      }
      this.#pending.set(id, { resolve, reject });
    });
  }

  /** Ends a call of classify, if it is still to be answered. @param {Calls['stop']['request']} request */
  stop(request) {
    if (!this.death) this.#worker.postMessage({ id: 0, method: 'stop', request });
  }

  /** @param {GossamerError} reason  what pending calls are rejected with */
  terminate(reason) {
    if (this.death) return;
    this.death = reason;
    this.#worker.terminate();
    this.#watch.abort();
    if (this.#made.stub) URL.revokeObjectURL(this.#made.stub);  // Deno takes no empty one
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }
}

/**
 * What service-worker.js hands over, because import() is forbidden there: the engine, what few pages need, and
 * the scripts that Emscripten wrote, by file name.
 * @type {{Engine?: typeof import('./engine.js').Engine, seldom?: typeof import('./seldom.js'), scripts: Map<string, any>}}
 */
export const handedOver = { scripts: new Map() };

/** What few pages need: loaded when one does. */
export const seldom = async () => handedOver.seldom ?? import('./seldom.js');

/** The same interface without a worker: for Node, and for pages whose policy forbids workers. */
export class InlineHost {
  /** @type {GossamerError | undefined} */
  death;

  /** @type {Promise<import('./engine.js').Engine>} */
  #engine = loadEngine();

  /** As WorkerHost's. @param {string} glueUrl */
  loadScript(glueUrl) {
    if (!handedOver.scripts.size) this.call('loadScript', glueUrl).catch(() => {});  // start fails as well
  }

  /** @param {Runtime} runtime @returns {Promise<string>}  the module's version */
  start(runtime) {
    const file = runtime.glueUrl.replace(/.*\//, '');
    return this.call('start', { ...runtime, given: handedOver.scripts.get(file) });
  }

  /**
   * @template {keyof Calls} M
   * @param {M} method
   * @param {Calls[M]['request']} request
   * @param {Transferable[]} [_transfer]  nothing moves
   * @returns {Promise<Calls[M]['answer']>}
   */
  async call(method, request, _transfer) {
    let engine;
    try {
      engine = await this.#engine;
      if (this.death) throw this.death;
      return await engine[method](/** @type {never} */ (request));
    } catch (error) {
      const failure = GossamerError.from(error, 'run');
      if (engine?.dead) this.terminate(failure);
      throw failure;
    }
  }

  /** As WorkerHost's. @param {Calls['stop']['request']} request */
  stop(request) {
    this.#engine.then((engine) => engine.stop(request), () => {});
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
    const url = addressOf(script);
    if (url.origin === origin || url.protocol === 'blob:') return { worker: make(), stub };
    // Served from another site (a CDN): a worker must be of the page's origin, its imports need not.
    // In a sandboxed frame Chromium runs no module out of a Blob, but one out of its address.
    const code = `import ${JSON.stringify(url)};`;
    stub = origin === 'null' ? `data:text/javascript,${encodeURIComponent(code)}`
      : URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    return { worker: new Worker(stub, { type: 'module' }), stub };
  } catch (cause) {
    URL.revokeObjectURL(stub);
    throw unstarted(String(cause), 'The option `worker: false` computes without one');
  }
}

/** @param {string} script  of the library */
const addressOf = (script) => new URL(placeOf(new URL(script, HERE).href));

/** What to do about a worker that does not start. */
function diagnosed() {
  return seldom().then(({ missingHeader }) => missingHeader(addressOf('worker.js'))).catch(() => undefined);
}

/** @param {string} got @param {string} [hint] */
function unstarted(got, hint = WORKER_HINT) {
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
