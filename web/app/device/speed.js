// How fast this device computes: tiny networks (tools/lib/probes.mjs), run for a second
// through the library. What leaves is multiply-adds and bytes a second. It is kept on the
// device, and measured again when the runtime is another.

import { ImageClassifier } from '../../gossamer.js';
import { median } from '../statistics.js';
import { safeStorage } from '../storage.js';

/** @typedef {import('./predict.js').Speed} Speed */

const KEY = 'gossamer.device';
const PROBES = /** @type {const} */ (['pointwise', 'spatial', 'memory']);
/** Milliseconds for each probe, and runs at least: the first ones are slow, while code is compiled. */
const TIME = 300;
const RUNS = 5;

/**
 * @param {object} options
 * @param {string} options.folder  address of the probes
 * @param {AbortSignal} [options.signal]
 * @param {import('../../gossamer.js').ImageClassifierOptions} [options.options]  such as the level
 * @returns {Promise<Speed>}
 */
export async function measureSpeed({ folder, signal, options }) {
  const address = (/** @type {string} */ probe) => new URL(`${probe}.onnx`, folder);
  const classifier = await ImageClassifier.createFromModelPath(address(PROBES[0]), { ...options, signal, warmup: true });
  try {
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

/** Milliseconds of one run. @param {ImageClassifier} classifier @param {AbortSignal} [signal] */
async function timeOf(classifier, signal) {
  const picture = { width: 8, height: 8, data: new Uint8ClampedArray(8 * 8 * 4).fill(128) };
  const times = [];
  const begin = performance.now();
  while (times.length < RUNS || performance.now() - begin < TIME) {
    signal?.throwIfAborted();
    times.push((await classifier.classify(picture)).timing.inference);
  }
  return Math.max(1e-3, median(times.slice(times.length >> 1)));
}

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
