// The threads of an engine: workers of its worker, each with an instance of the module of its own on the same
// memory. This is appended to the script of each module with threads (cmake/web.cmake), so that pages with one
// thread do not download it.

import { ThreadTrial } from './trial.js';

/**
 * @typedef {object} Seat  what a thread needs
 * @property {string} script  of the module
 * @property {WebAssembly.Module} module
 * @property {WebAssembly.Memory} memory
 * @property {string} entry  export that the thread calls
 * @property {number} stack  the upper end of its stack
 * @property {number} worker  its number
 *
 * @typedef {object} PoolWasm  what a module with threads offers besides (src/bindings/threads)
 * @property {() => number} _gossamer_pool_stack
 * @property {(threads: number) => void} _gossamer_pool_limit
 * @property {() => number} _gossamer_pool_threads
 * @property {(stack: number, worker: number) => void} _gossamer_pool_thread
 */

/** Milliseconds that threads may take to start before they are given up. Later ones compute as well. */
const PATIENCE = 3000;

export class Pool {
  /** How many were asked for, the engine's own included. */
  threads;
  /** Whether all have come that will come. */
  settled = false;
  /** Whether sessions may use fewer of them. */
  onTrial;
  /** @type {PoolWasm} */
  wasm;

  /**
   * Starts threads: workers of the script that this one runs, which call Engine.thread. They end with the
   * worker that they are started from.
   * @param {Pick<import('../level.js').Runtime, 'glueUrl' | 'module' | 'memory' | 'threads' | 'onTrial'>} runtime
   * @param {PoolWasm} wasm
   * @param {WebAssembly.Exports} exports
   */
  constructor({ glueUrl: script, module, memory, threads, onTrial = false }, wasm, exports) {
    this.threads = threads;
    this.onTrial = onTrial;
    this.wasm = wasm;
    // Emscripten shortens the names of exports, and puts the function itself in its place when it is called.
    wasm._gossamer_pool_thread(0, 0);
    const entry = Object.keys(exports).find((name) => exports[name] === wasm._gossamer_pool_thread);
    let expected = threads;
    const lost = () => { expected -= 1; };
    for (let worker = 1; worker < threads; ++worker) {
      const stack = wasm._gossamer_pool_stack() >>> 0;
      if (stack) startThread({ script, module, memory, entry, stack, worker }, lost);
      else lost();
    }
    this.#settle(() => expected);
  }

  /** @param {boolean} comparable  whether runs of the session take the same time each */
  forSession(comparable) {
    return new SessionThreads(this, comparable && this.onTrial);
  }

  /** @param {() => number} expected  how many are there or on their way */
  async #settle(expected) {
    const end = performance.now() + PATIENCE;
    while (this.wasm._gossamer_pool_threads() < expected() && performance.now() < end) {
      await new Promise((resolve) => { setTimeout(resolve, 2); });
    }
    this.settled = true;
  }
}

/** What the runs of one session tell about its threads. */
class SessionThreads {
  #pool;
  #onTrial;
  /** @type {ThreadTrial | undefined} Begun when all threads have come. */
  #trial;
  #all = 0;

  /** @param {Pool} pool @param {boolean} onTrial  whether it may use fewer than there are */
  constructor(pool, onTrial) {
    this.#pool = pool;
    this.#onTrial = onTrial;
  }

  /** Before a run. */
  begin() {
    this.#pool.wasm._gossamer_pool_limit(this.#fewer ?? this.#pool.threads);
  }

  /** How many compute, where it is not as many as there are: those that come late do so as well. */
  get #fewer() {
    return this.#trial && this.#trial.threads < this.#all ? this.#trial.threads : undefined;
  }

  /** After a run. @param {number} milliseconds  that it took */
  end(milliseconds) {
    if (!this.#onTrial || !this.#pool.settled) return;
    this.#trial ??= new ThreadTrial(this.#all = this.#pool.wasm._gossamer_pool_threads());
    this.#trial.note(milliseconds);
  }

  /**
   * How many threads compute, those on their way included: they compute from when they come. While fewer are on
   * trial these are all.
   */
  describe() {
    const { settled, threads, wasm } = this.#pool;
    return {
      threadsStarted: settled,
      threads: (this.#trial?.fewer && this.#fewer) || (settled ? wasm._gossamer_pool_threads() : threads),
      fewer: this.#trial?.fewer,
    };
  }
}

/** @param {object} seat @param {() => void} lost  called when it cannot start */
function startThread(seat, lost) {
  try {
    const worker = new Worker(self.location.href, { type: scriptType(), name: 'gossamer thread' });
    const fail = () => {
      lost();
      worker.terminate();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail();
    };
    worker.onmessage = fail;  // it only answers when it has failed
    worker.onmessageerror = fail;
    worker.postMessage({ id: 0, method: 'thread', request: seat });
  } catch {
    lost();  // the page's policy forbids it, or the browser has no workers in workers
  }
}

/** Bundlers may have made a classic script of this module. @returns {WorkerType} */
function scriptType() {
  try {
    /** @type {any} */ (self).importScripts();
    return 'classic';
  } catch {
    return 'module';
  }
}

/**
 * What a thread does until its worker is ended. Kernels call no JavaScript.
 * @param {Seat} seat
 */
export function runThread({ module, memory, entry, stack, worker }) {
  /** @type {Record<string, Record<string, any>>} */
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const value = kind === 'memory' ? memory : () => { throw new Error('a thread has called JavaScript'); };
    (imports[from] ??= {})[name] = value;
  }
  const { exports } = new WebAssembly.Instance(module, imports);
  const work = /** @type {Function} */ (exports[entry]);
  try {
    work(stack, worker);
  } catch {
    work(stack, -1);  // or the others would wait for it
  }
}
