// How long models really took on this device: the inference times of their last runs, for each model by
// its SHA-256, each instruction level and number of threads. Models without a digest, those of one's own, have no card that would
// show a time, and are left out. Written at most once a second, as it is told of every frame.

import { median } from '../statistics.js';
import { safeStorage } from '../storage.js';

const KEY = 'gossamer.latencies';
/** Runs that count, and models that are kept. */
const RUNS = 15;
/** So many tell something: the first are slow, while code is compiled. */
export const FEW = 5;
const MODELS = 100;
const PAUSE = 1000;

export class Latencies {
  #storage;
  /** @type {Record<string, number[]>} */
  #times = {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pending;

  /** @param {Storage | undefined} [storage] */
  constructor(storage = safeStorage()) {
    this.#storage = storage;
    try {
      const found = JSON.parse(storage?.getItem(KEY) ?? '{}');
      for (const [key, times] of Object.entries(found)) {
        if (Array.isArray(times) && times.every(Number.isFinite)) this.#times[key] = times;
      }
    } catch {
      // What another program wrote there counts for nothing.
    }
  }

  /** @param {string | undefined} key @param {number} milliseconds */
  record(key, milliseconds) {
    if (!key) return;
    const times = [...(this.#times[key] ?? []), Number(milliseconds.toPrecision(4))].slice(-RUNS);
    delete this.#times[key];  // so that it is the latest of the keys
    this.#times[key] = times;
    for (const old of Object.keys(this.#times).slice(0, -MODELS)) delete this.#times[old];
    this.#pending ??= setTimeout(() => this.flush(), PAUSE);
  }

  /** Median of the last runs; undefined where there were few. @param {string | undefined} key */
  of(key) {
    const times = this.#times[key ?? ''];
    return times?.length >= FEW ? { median: median(times), runs: times.length } : undefined;
  }

  /** @param {string} key */
  forget(key) {
    delete this.#times[key];
    this.flush();
  }

  get count() {
    return Object.keys(this.#times).length;
  }

  forgetAll() {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    this.#times = {};
    try {
      this.#storage?.removeItem(KEY);
    } catch {
      // Denied: then there is nothing.
    }
  }

  /** Writes what is still to be written. */
  flush() {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    if (!this.count) return this.forgetAll();
    try {
      this.#storage?.setItem(KEY, JSON.stringify(this.#times));
    } catch {
      // A full or denied storage: then it holds for this visit.
    }
  }
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
