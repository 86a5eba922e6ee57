// The engines of this page, and the places that sessions have in them. Starting an engine (a worker, the module
// in it) takes longer than loading a small model, so a session joins one that runs with the same module, if
// its memory suits both; otherwise it gets one of its own. A large model always does: the others would
// wait while it is packed, and since a module's memory never shrinks, only the end of its engine gives
// that back. An engine ends when the last of its places is left.

import { HERE, wasmFolder } from '../beside.js';
import { resolveUrl } from './download.js';
import { InlineHost, WorkerHost } from './host.js';
import { bestLevel, firstScript, loadRuntime } from './level.js';
import { ADDRESSABLE, chooseThreads, withMemory } from './threads/choice.js';
import { VERSION, checkSame } from './version.js';

/** @typedef {import('./error.js').GossamerError} GossamerError */
/** @typedef {import('./level.js').Runtime} Runtime */
/** @typedef {import('./messages.js').Calls} Calls */
/** @typedef {import('./runner.js').RuntimeOptions} RuntimeOptions */
/** @typedef {import('./threads/choice.js').ThreadChoice} ThreadChoice */

/**
 * @typedef {object} Engine
 * @property {WorkerHost | InlineHost} host
 * @property {string | undefined} key  what others must want to join it; undefined: nobody may
 * @property {Promise<{runtime: Runtime, version: string, compiled: number}>} started  compiled: when the
 *     module was
 * @property {Set<Place>} places
 * @property {number} heap  bytes of its memory, when it was last heard of
 * @property {number} most  that its memory may have
 *
 * @typedef {{session: number}} InSession
 * @typedef {{[M in keyof Calls]: Calls[M]['request'] extends InSession ? M : never}[keyof Calls]} SessionMethod
 *
 * @typedef {object} Wanted
 * @property {boolean} all  the module with every operator
 * @property {boolean} [alone]  in an engine of its own
 * @property {number} [size]  of the model, where it is known
 * @property {Promise<Runtime>} [runtime]  of the caller's wasmBinary
 */

/** Bytes of a model's files up to which it joins others. */
const MAX_JOINING = 2 ** 26;
/** Bytes of memory up to which an engine takes in others. */
const MAX_SHARED = 2 ** 29;
/** As many times the model's bytes a session may take: weights are packed for speed. */
const GROWTH = 4;

/** Engines that may be joined, by key. @type {Map<string, Engine>} */
const joinable = new Map();

let sessions = 0;

export class Place {
  /** The session's number, in any engine. */
  session = ++sessions;
  /** How long starting took whoever waited for it. */
  timing = { compile: 0, start: 0 };
  #engine;
  #settings;
  #wanted;

  /** @param {RuntimeOptions} settings @param {Wanted} wanted */
  constructor(settings, wanted) {
    this.#settings = settings;
    this.#wanted = wanted;
    this.#engine = findEngine(settings, wanted);
    this.#engine.places.add(this);
  }

  get host() {
    return this.#engine.host;
  }

  get death() {
    return this.#engine.host.death;
  }

  get started() {
    return this.#engine.started;
  }

  /**
   * This place, or a better one for a model of so many bytes, which the caller then owns in its stead.
   * @param {number} size
   * @returns {Place}
   */
  suiting(size) {
    const { places, heap, most } = this.#engine;
    const alone = size > MAX_JOINING;
    const grown = heap + GROWTH * size;
    const full = grown > MAX_SHARED;
    // Who comes later had better not join it.
    if (alone ? places.size === 1 : full) forget(this.#engine);
    const moves = (this.isNarrow && grown > most) || (places.size > 1 && (alone || full));
    return moves ? new Place(this.#settings, { ...this.#wanted, alone, size }) : this;
  }

  /** Whether its memory was given less than a module can have, see withMemory. */
  get isNarrow() {
    return this.#engine.most < ADDRESSABLE;
  }

  /** As `suiting`, for a session that has found too little memory here. */
  widened() {
    return new Place(this.#settings, { ...this.#wanted, alone: true, size: ADDRESSABLE });
  }

  /**
   * Calls the engine, about this session.
   * @template {SessionMethod} M
   * @param {M} method
   * @param {Omit<Calls[M]['request'], 'session'>} request
   * @param {Transferable[]} [transfer]
   * @returns {Promise<Calls[M]['answer']>}
   */
  async call(method, request, transfer) {
    const answer = await this.host.call(method, /** @type {any} */ ({ ...request, session: this.session }), transfer);
    if (answer && 'heap' in answer) this.#engine.heap = answer.heap;
    return answer;
  }

  /** Ends a call of classify. @param {number} run */
  stop(run) {
    this.host.stop({ session: this.session, run });
  }

  /** Frees the session, and ends the engine if there is no other. @param {GossamerError} reason */
  leave(reason) {
    const { places, host } = this.#engine;
    if (!places.delete(this)) return;
    this.stop(Number.MAX_SAFE_INTEGER);
    if (places.size > 0) {
      // Behind what the session still computes, if that cannot be stopped.
      host.call('release', { session: this.session }).catch(() => {});
      return;
    }
    forget(this.#engine);
    host.terminate(reason);
  }
}

/** @param {Engine} engine */
function forget(engine) {
  if (engine.key !== undefined && joinable.get(engine.key) === engine) joinable.delete(engine.key);
}

/** One that runs, or a new one. @param {RuntimeOptions} settings @param {Wanted} wanted @returns {Engine} */
function findEngine(settings, wanted) {
  const { level, wasmBinary, wasmFiles, wasmPaths, lenient, worker, threads } = settings;
  const inline = worker === false || typeof Worker !== 'function';
  const given = Boolean(wasmBinary ?? wasmFiles);
  const choice = chooseThreads({ threads, inline, given, base: bestLevel(level) === 'base' });
  const key = inline || wasmBinary || wanted.alone ? undefined
    : JSON.stringify([level, wasmPaths && [folderOf(wasmPaths), lenient], wasmFiles, wanted.all, choice]);
  const known = key === undefined ? undefined : joinable.get(key);
  if (known && !known.host.death) return known;
  const host = inline ? new InlineHost() : new WorkerHost();
  const reserved = withMemory(choice, wanted.size ?? 0);
  /** @type {Engine} */
  const engine = {
    host,
    key,
    places: new Set(),
    heap: 0,
    most: reserved.most ?? ADDRESSABLE,
    started: start(host, settings, wanted, reserved),
  };
  if (key !== undefined) joinable.set(key, engine);
  engine.started.then(({ runtime }) => { engine.most = runtime.most ?? ADDRESSABLE; }, () => forget(engine));
  return engine;
}

/**
 * Starts a host: its scripts and the module are on their way at once.
 * @param {WorkerHost | InlineHost} host
 * @param {RuntimeOptions} settings
 * @param {Wanted} wanted
 * @param {ThreadChoice} choice
 */
async function start(host, settings, { all, runtime }, choice) {
  const { wasmPaths, lenient } = settings;
  // Where the folder may be another's, it is found out first.
  const script = lenient && wasmPaths ? undefined : firstScript(placesOf(settings, all, choice));
  if (script) host.loadScript(script);
  const found = await (runtime ?? runtimeOf(settings, all, choice));
  const compiled = performance.now();
  try {
    return { runtime: found, version: await startHost(host, found), compiled };
  } catch (error) {
    if (found.threads === 1 || host.death) throw error;
    const threadReason = `the module with threads did not start: ${/** @type {Error} */ (error).message}`;
    const alone = await runtimeOf(settings, all, { threads: 1, threadReason });
    return { runtime: alone, version: await startHost(host, alone), compiled: performance.now() };
  }
}

/** @param {WorkerHost | InlineHost} host @param {Runtime} runtime */
async function startHost(host, runtime) {
  const version = await host.start(runtime);
  checkSame('gossamer.js and worker.js', version, VERSION);
  return version;
}

/**
 * @param {RuntimeOptions} settings
 * @param {boolean} all
 * @param {ThreadChoice} [choice]  default: one thread
 * @returns {Promise<Runtime>}
 */
export async function runtimeOf(settings, all, choice) {
  try {
    return await loadRuntime(placesOf(settings, all, choice));
  } catch (error) {
    if (!settings.lenient || /** @type {GossamerError} */ (error).code !== 'NETWORK') throw error;
    return loadRuntime(placesOf({ ...settings, wasmPaths: undefined }, all, choice)).catch(() => { throw error; });
  }
}

/** @param {RuntimeOptions} settings @param {boolean} all @param {ThreadChoice} [choice] */
function placesOf({ level, wasmBinary, wasmFiles, wasmPaths = wasmFolder() }, all, choice) {
  return { level, wasmBinary, wasmFiles, wasmPaths: folderOf(wasmPaths), all, choice };
}

/** @param {string | URL} wasmPaths */
function folderOf(wasmPaths) {
  return resolveUrl('wasmPaths', String(wasmPaths).replace(/\/?$/, '/'), HERE.href);
}
