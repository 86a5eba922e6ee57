// How long models really took on this device: the inference times of their last runs, for each model by
// its SHA-256, each instruction level and number of threads. Models without a digest, those of one's own, have no card that would
// show a time, and are left out. Written at most once a second, as it is told of every frame, and together with what
// other tabs of the page have written.

import { median } from '../statistics.js';
import { safeStorage } from '../storage.js';

const KEY = 'gossamer.latencies';
/** Runs that count, and models that are kept. */
const RUNS = 15;
/** So many tell something: the first are slow, while code is compiled. */
export const FEW = 5;
const MODELS = 100;
const PAUSE = 1000;

/** Events: 'change' when the storage has others than before. */
export class Latencies extends EventTarget {
  #storage;
  /** @type {Record<string, number[]>} What is stored, and the new ones. */
  #times;
  /** @type {Map<string, number[]>} New ones, which are not stored yet. Other tabs store theirs meanwhile. */
  #fresh = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pending;

  /** @param {Storage | undefined} [storage] */
  constructor(storage = safeStorage()) {
    super();
    this.#storage = storage;
    this.#times = this.#read();
    globalThis.addEventListener?.('storage', (event) => {
      if (event.key === KEY || event.key === null) this.follow();
    });
  }

  /** @param {string | undefined} key @param {number} milliseconds */
  record(key, milliseconds) {
    if (!key) return;
    const time = Number(milliseconds.toPrecision(4));
    this.#fresh.set(key, [...(this.#fresh.get(key) ?? []), time].slice(-RUNS));
    add(this.#times, key, [time]);
    this.#pending ??= setTimeout(() => this.flush(), PAUSE);
  }

  /** Median of the last runs; undefined where there were few. @param {string | undefined} key */
  of(key) {
    const times = this.#times[key ?? ''];
    return times?.length >= FEW ? { median: median(times), runs: times.length } : undefined;
  }

  get count() {
    return Object.keys(this.#times).length;
  }

  forgetAll() {
    this.#drop();
    this.#times = {};
    try {
      this.#storage?.removeItem(KEY);
    } catch {
      // Denied: then there is nothing.
    }
    this.#tell();
  }

  /** Adds what is still to be written to what is stored by now. */
  flush() {
    if (this.#fresh.size === 0) return;
    const times = this.#read();
    for (const [key, some] of this.#fresh) add(times, key, some);
    try {
      this.#storage?.setItem(KEY, JSON.stringify(times));
      if (this.#storage) this.#times = times;
    } catch {
      // A full or denied storage: then what is known holds for this visit.
    }
    this.#drop();
    this.#tell();
  }

  /** Another tab has written, or removed all; then nothing that this one knew comes back. */
  follow() {
    const stored = this.#read();
    if (Object.keys(stored).length === 0) this.#drop();
    for (const [key, some] of this.#fresh) add(stored, key, some);
    this.#times = stored;
    this.#tell();
  }

  #drop() {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    this.#fresh.clear();
  }

  #tell() {
    this.dispatchEvent(new Event('change'));
  }

  /** What is stored, as far as it is of use. */
  #read() {
    /** @type {Record<string, number[]>} */
    const times = {};
    try {
      const found = JSON.parse(this.#storage?.getItem(KEY) ?? '{}');
      for (const [key, some] of Object.entries(found)) {
        if (Array.isArray(some) && some.every(Number.isFinite)) times[key] = some;
      }
    } catch {
      // What another program wrote there counts for nothing.
    }
    return times;
  }
}

/** @param {Record<string, number[]>} times @param {string} key @param {number[]} some */
function add(times, key, some) {
  const all = [...(times[key] ?? []), ...some].slice(-RUNS);
  delete times[key];  // so that it is the latest of the keys
  times[key] = all;
  for (const old of Object.keys(times).slice(0, -MODELS)) delete times[old];
}

/** The page's one list. */
let shared;
export const latencies = () => (shared ??= new Latencies());

/**
 * By what the times of a model are known.
 * @param {{sha256?: string}} model
 * @param {{level: string, threads: number}} [runtime]
 */
export const latencyKey = ({ sha256 }, runtime) =>
  (sha256 && runtime ? `${sha256} ${runtime.level} ${runtime.threads}` : undefined);
