// What computes: the wasm module and the sessions in it. Lives in the worker (worker.js), or in the page itself
// when a worker is not wanted. Its methods are the calls of messages.js; sessions have numbers of the page's.

import { WasmModule } from './engine/module.js';
import { ModelSession } from './engine/session.js';
import { GossamerError } from './error.js';
import { VERSION, checkSame } from './version.js';

/** @typedef {import('./engine/module.js').Wasm} Wasm */
/** @typedef {import('./messages.js').Calls} Calls */

/** @template {Wasm} [W=Wasm]  with what the module has besides */
export class Engine {
  /** @type {WasmModule<W>} */
  module = new WasmModule();
  /** @type {Map<number, ModelSession>} */
  #sessions = new Map();
  /** @type {Map<number, Uint8Array<ArrayBuffer>>} Models whose bytes the page has lent. */
  #lent = new Map();

  /** True after a trap: nothing may be called any more. */
  get dead() {
    return this.module.dead;
  }

  /**
   * Holds a Web Lock for life, whose release tells the page that this worker is gone.
   * @param {Calls['hold']['request']} lock
   * @returns {Promise<boolean>}  false where locks are denied; then a kill goes unnoticed
   */
  hold(lock) {
    return new Promise((/** @type {(held: boolean) => void} */ resolve, reject) => {
      navigator.locks.request(lock, () => {
        resolve(true);
        return new Promise(() => {});
      }).catch(reject);
    }).catch(() => false);
  }

  /** Begins to load the module's script. @param {Calls['loadScript']['request']} glueUrl */
  loadScript(glueUrl) {
    this.module.loadScript(glueUrl);
  }

  /** Instantiates the module. @param {Calls['start']['request']} runtime @returns {Promise<string>}  the version of both */
  async start(runtime) {
    checkSame('the engine and the wasm module', await this.module.start(runtime), VERSION);
    return VERSION;
  }

  /** Computes with another engine, whose worker has started this one, until it ends. @param {Calls['thread']['request']} seat */
  async thread(seat) {
    (await this.module.loadScript(seat.script)).runThread(seat);
  }

  /** Takes a model's bytes, to make sessions of. @param {Calls['lend']['request']} request */
  lend({ model, bytes }) {
    this.#lent.set(model, bytes);
  }

  /** @param {Calls['giveBack']['request']} request @returns {Calls['giveBack']['answer']} */
  giveBack({ model }) {
    const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (this.#lent.get(model));
    this.#lent.delete(model);
    return { bytes, keep: this.module.reads(bytes) };
  }

  /**
   * Makes a session, and only then lets go of the one of its number. Makes none while files are missing.
   * @param {Calls['create']['request']} request
   * @returns {Promise<Calls['create']['answer']>}
   */
  async create({ session: number, model, files = new Map(), options, warmup, names = {} }) {
    const bytes = typeof model === 'number' ? /** @type {Uint8Array} */ (this.#lent.get(model)) : await readBlob(model);
    const needed = this.#externalFiles(bytes);
    const missing = needed.filter(({ name }) => !files.has(name));
    if (missing.length) return { missing, create: 0, warmup: 0, heap: this.module.heap };
    const contents = await Promise.all(needed.map(({ name }) => readBlob(files.get(name))));
    const begin = performance.now();
    const lines = needed.map(({ name }, i) =>
      `file=${this.module.addSource(contents[i])} ${contents[i].length} ${name}`);
    if (this.module.pool) lines.push(`threads=${this.module.pool.threads}`);
    const session = new ModelSession(this.module, this.#create(bytes, [options, ...lines].join('\n')));
    const created = performance.now();
    try {
      session.checkLabels(names);
      if (warmup) await session.warmUp();
    } catch (failure) {
      session.destroy();
      throw failure;
    }
    this.release({ session: number });
    this.#sessions.set(number, session);
    return { create: created - begin, warmup: performance.now() - created, heap: this.module.heap };
  }

  /** Frees a session, if there is one of this number. @param {Calls['release']['request']} request */
  release({ session }) {
    this.#sessions.get(session)?.destroy();
    this.#sessions.delete(session);
  }

  /** @param {Calls['checkLabels']['request']} request */
  checkLabels({ session, ...names }) {
    this.session(session).checkLabels(names);
  }

  /** @param {Calls['info']['request']} request */
  info({ session, ...request }) {
    return this.session(session).info(request);
  }

  /** @param {Calls['classify']['request']} request */
  classify({ session, ...request }) {
    return this.session(session).classify(request);
  }

  /** Ends a call of classify, in whose course it comes (serve.js). @param {Calls['stop']['request']} request */
  stop({ session, run }) {
    this.#sessions.get(session)?.stop(run);
  }

  /** @param {Calls['run']['request']} request */
  run({ session, ...request }) {
    return this.session(session).run(request);
  }

  /** @param {number} number */
  session(number) {
    const session = this.#sessions.get(number);
    if (session) return session;
    throw new GossamerError({ code: 'HANDLE', stage: 'api', message: 'there is no such session' });
  }

  /**
   * The files beside a model that it keeps weights in.
   * @param {Uint8Array} bytes
   * @returns {import('./modelFiles.js').NeededFile[]}
   */
  #externalFiles(bytes) {
    return this.module.guard((wasm) => {
      const source = this.module.addSource(bytes);
      const pointer = wasm._gossamer_external_files(source, bytes.length);
      this.module.dropSource(source);
      return this.module.json(pointer);
    });
  }

  /** The handle of a new session. @param {Uint8Array} bytes @param {string} options */
  #create(bytes, options) {
    return this.module.guard((wasm) => {
      const text = this.module.copyText(options);
      // The source stays until the session lets go of it, see library.js.
      const handle = wasm._gossamer_create(this.module.addSource(bytes), bytes.length, text);
      wasm._gossamer_free(text);
      if (!handle) throw this.module.failure();
      return handle;
    });
  }
}

/** @param {import('./messages.js').BlobLike | undefined} blob */
async function readBlob(blob) {
  try {
    const { arrayBuffer } = /** @type {Blob} */ (blob);
    return new Uint8Array(arrayBuffer ? await arrayBuffer.call(blob) : /** @type {ArrayBuffer} */ (blob));
  } catch (cause) {
    throw new GossamerError({
      code: 'IO', stage: 'decode', message: "the model's bytes cannot be read", cause, got: String(cause),
    });
  }
}
