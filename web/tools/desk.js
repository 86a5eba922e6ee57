// Where a tool works: a host of its own (a worker, as a rule) with the wasm module that has every
// operator, beside the classifiers of the page and never in their way. Calls queue. A call that is
// cancelled ends the worker, and the next one starts another; so does a worker that has died. What
// nobody used for a while is let go, with the memory of its session.

import { HERE, wasmFolder } from '../beside.js';
import { abortable } from '../lib/abortable.js';
import { resolveUrl } from '../lib/download.js';
import { GossamerError, abortedError, checkSignal } from '../lib/error.js';
import { WorkerHost } from '../lib/host.js';
import { firstScript, loadRuntime } from '../lib/level.js';
import { makeToolWorker } from '../toolsBeside.js';

/** @typedef {import('./engine.js').ToolCalls} ToolCalls */
/**
 * @typedef {<M extends keyof ToolCalls>(method: M, request: ToolCalls[M]['request'], transfer?: Transferable[])
 *     => Promise<ToolCalls[M]['answer']>} Call
 */

/**
 * @typedef {object} ToolOptions  where and how the tools compute, as for a classifier
 * @property {import('../lib/level.js').Level} [level]  highest instruction level to use
 * @property {string | URL} [wasmPaths]  folder with gossamer-*-all.js and .wasm
 * @property {BufferSource} [wasmBinary]  bytes of the module with every operator; set `level` to its
 * @property {boolean} [worker]  false computes on the calling thread
 */

/** Milliseconds without a call after which a host is let go. */
const IDLE = 60_000;

export class Desk {
  #options;
  /** @type {WorkerHost<ToolCalls> | InlineTool | undefined} */
  #host;
  /** What the session was made of; undefined while there is none. @type {unknown[] | undefined} */
  #session;
  /** @type {Promise<unknown>} */
  #tail = Promise.resolve();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {GossamerError | undefined} Why there is no other host any more. */
  #end;

  /** @param {ToolOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * Does something when its turn has come. Rejects at once when the signal aborts.
   * @template T
   * @param {string} what  for the message when it is cancelled
   * @param {AbortSignal | null | undefined} signal
   * @param {(call: Call) => Promise<T>} action
   * @returns {Promise<T>}
   */
  async use(what, signal, action) {
    checkSignal(signal);
    const aborted = abortedError(what);
    if (signal?.aborted) throw abortedError(what, signal);
    const turn = this.#tail.then(() => this.#work(aborted, signal, action));
    this.#tail = turn.catch(() => {});
    return signal ? abortable(turn, signal, aborted) : turn;
  }

  /**
   * Makes a session, unless the last one was made of the same parts. To be called within `use`.
   * @param {unknown[]} parts
   * @param {() => Promise<unknown>} make
   */
  async session(parts, make) {
    const same = this.#session?.every((part, i) => part === parts[i]);
    if (same && !this.#host?.death) return;
    this.#session = undefined;
    await make();
    this.#session = parts;
  }

  /** Ends the host, and rejects what comes later. @param {GossamerError} reason */
  end(reason) {
    this.#end = reason;
    this.close(reason);
  }

  /** Ends the host; the next call starts another. @param {GossamerError} reason */
  close(reason) {
    clearTimeout(this.#timer);
    this.#host?.terminate(reason);
    this.#host = undefined;
    this.#session = undefined;
  }

  /**
   * @template T
   * @param {GossamerError} aborted
   * @param {AbortSignal | null | undefined} signal
   * @param {(call: Call) => Promise<T>} action
   */
  async #work(aborted, signal, action) {
    const check = () => {
      if (signal?.aborted) throw aborted;
      if (this.#end) throw this.#end;
    };
    check();
    clearTimeout(this.#timer);
    const abort = () => this.close(aborted);
    signal?.addEventListener('abort', abort);
    try {
      if (!this.#host || this.#host.death) {
        this.#session = undefined;
        this.#host = await start(this.#options);
        check();
      }
      const host = this.#host;
      return await action((method, request, transfer) => host.call(method, request, transfer));
    } finally {
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted) abort();
      if (this.#end) this.close(this.#end);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.close(new GossamerError({
        code: 'ABORTED', stage: 'api', message: 'nobody used this tool for a while',
      })), IDLE);
      // Node would wait for it.
      /** @type {{unref?: () => void}} */ (/** @type {unknown} */ (this.#timer)).unref?.();
    }
  }
}

/** @type {Map<string, Desk>} */
const desks = new Map();
/** @type {WeakMap<object, Desk>} Those of modules that the caller brought. */
const own = new WeakMap();

/** The desk for calls that need no session, one for each kind of host. @param {ToolOptions} options */
export function sharedDesk({ level, wasmPaths, wasmBinary, worker }) {
  const key = [level, wasmPaths, worker].join();
  const desk = (wasmBinary ? own.get(wasmBinary) : desks.get(key))
    ?? new Desk({ level, wasmPaths, wasmBinary, worker });
  if (wasmBinary) own.set(wasmBinary, desk);
  else desks.set(key, desk);
  return desk;
}

/** @param {ToolOptions} options */
async function start({ level, wasmPaths, wasmBinary, worker }) {
  const place = String(wasmPaths ?? wasmFolder()).replace(/\/?$/, '/');
  const folder = resolveUrl('wasmPaths', place, HERE.href);
  const module = { level, wasmBinary, wasmPaths: folder, all: true };
  const script = firstScript(module);
  const inline = worker === false || typeof Worker !== 'function';
  /** @type {WorkerHost<ToolCalls> | InlineTool} */
  const host = inline ? new InlineTool() : new WorkerHost(makeToolWorker, 'tools/worker.js');
  try {
    if (script) host.loadScript(script);
    await host.start(await loadRuntime(module));
    return host;
  } catch (error) {
    host.terminate(GossamerError.from(error, 'start'));
    throw error;
  }
}

/** As InlineHost of the library: computes on the calling thread. */
class InlineTool {
  /** @type {GossamerError | undefined} */
  death;

  #engine = import('./engine.js').then(({ ToolEngine }) => new ToolEngine());

  /** As WorkerHost's. @param {string} glueUrl */
  loadScript(glueUrl) {
    this.call('loadScript', glueUrl).catch(() => {});  // start fails as well, and says why
  }

  /** @param {import('../lib/level.js').Runtime} runtime */
  start(runtime) {
    return this.call('start', runtime);
  }

  /**
   * @template {keyof ToolCalls} M
   * @param {M} method
   * @param {ToolCalls[M]['request']} request
   * @param {Transferable[]} [_transfer]  nothing moves
   * @returns {Promise<ToolCalls[M]['answer']>}
   */
  async call(method, request, _transfer) {
    const engine = await this.#engine;
    if (this.death) throw this.death;
    try {
      return await engine[method](/** @type {never} */ (request));
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
