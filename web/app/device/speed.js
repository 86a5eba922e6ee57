// How fast this device computes: tiny networks (tools/lib/probes.mjs), run for a second
// through the library, on as many threads as models of the page get. What leaves is multiply-adds and
// bytes a second. It is kept on the device, and measured again when the runtime or the number of threads is another.

import { ImageClassifier } from '../../gossamer.js';
import { quantile } from '../statistics.js';
import { safeStorage } from '../storage.js';

/** @typedef {import('./predict.js').Speed} Speed */

const KEY = 'gossamer.device';
const PROBES = /** @type {const} */ (['pointwise', 'spatial', 'memory']);
const RUNTIME = /** @type {const} */ (['version', 'level', 'threads']);
/** Milliseconds for each probe, and runs at least: the first ones are slow, while code is compiled. */
const TIME = 300;
const RUNS = 5;
/**
 * Of the later runs, the fastest share that the time is taken from: the others may have been tried with fewer threads
 * (lib/threads/trial.js), or disturbed.
 */
const FASTEST = 0.25;
/** Milliseconds between looks whether threads have started. */
const PAUSE = 20;

/**
 * @param {object} options
 * @param {string} options.folder  address of the probes
 * @param {AbortSignal} [options.signal]
 * @param {import('../../gossamer.js').ImageClassifierOptions} [options.options]  such as the level
 * @returns {Promise<Omit<Speed, 'threads'>>}
 */
export async function measureSpeed({ folder, signal, options }) {
  const address = (/** @type {string} */ probe) => new URL(`${probe}.onnx`, folder);
  const classifier = await ImageClassifier.createFromModelPath(address(PROBES[0]), { ...options, signal, warmup: true });
  try {
    await settled(classifier, signal);
    /** @type {Record<string, number>} */
    const rates = {};
    for (const probe of PROBES) {
      signal?.throwIfAborted();
      if (probe !== PROBES[0]) await classifier.setOptions({ baseOptions: { modelAssetPath: address(probe) }, signal });
      const seconds = await timeOf(classifier, signal) / 1000;
      const { steps, memory } = await classifier.info();
      const amount = probe === 'memory' ? memory.weight_bytes
        : steps.reduce((sum, { multiply_adds: count }) => sum + count, 0);
      rates[probe] = amount / seconds;
    }
    const { level, version } = await classifier.info();
    return { pointwise: rates.pointwise, spatial: rates.spatial, memory: rates.memory, level, version };
  } finally {
    classifier.close();
  }
}

/** Waits until no thread is on its way any more. @param {ImageClassifier} classifier @param {AbortSignal} [signal] */
async function settled(classifier, signal) {
  while (!(await classifier.info()).threadsStarted) {
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
    signal?.throwIfAborted();
  }
}

/** Milliseconds of one run. @param {ImageClassifier} classifier @param {AbortSignal} [signal] */
async function timeOf(classifier, signal) {
  const picture = { width: 8, height: 8, data: new Uint8ClampedArray(8 * 8 * 4).fill(128) };
  const times = [];
  const begin = performance.now();
  while (times.length < RUNS || performance.now() - begin < TIME) {
    signal?.throwIfAborted();
    times.push((await classifier.classify(picture)).timing.inference);
  }
  return Math.max(1e-3, quantile(times.slice(times.length >> 1), FASTEST));
}

/**
 * Whether models run as the networks did that it was measured with.
 * @param {Speed | undefined} speed
 * @param {Pick<Speed, typeof RUNTIME[number]>} runtime
 */
export const isSpeedOf = (speed, runtime) => speed !== undefined && RUNTIME.every((key) => speed[key] === runtime[key]);

/** What was measured before, with this version. @param {Storage} [storage] @returns {Speed | undefined} */
export function knownSpeed(storage = safeStorage()) {
  try {
    const speed = JSON.parse(storage?.getItem(KEY) ?? 'null');
    return ['pointwise', 'spatial', 'memory'].every((key) => speed?.[key] > 0) ? speed : undefined;
  } catch {
    return undefined;  // another program wrote there
  }
}

/** @param {Speed | undefined} speed  undefined: forget it @param {Storage} [storage] */
export function keepSpeed(speed, storage = safeStorage()) {
  try {
    if (speed) storage?.setItem(KEY, JSON.stringify(speed));
    else storage?.removeItem(KEY);
  } catch {
    // Then it is measured each time.
  }
}
