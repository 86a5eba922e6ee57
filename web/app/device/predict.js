// How long a model will take on this device, before it is downloaded: from what it computes, what it
// reads, and how fast the device did both for a second (speed.js). What leaves is an estimate in
// milliseconds; the page shows how far off it was once the model has run.

/**
 * @typedef {object} Speed  of this device
 * @property {number} pointwise  multiply-adds a second in 1x1 convolutions
 * @property {number} spatial  multiply-adds a second in 3x3 convolutions
 * @property {number} memory  bytes of weights a second that are read once
 * @property {string} level  instruction level
 * @property {string} version  of the runtime
 * @property {number} threads  that models of the page were to get
 *
 * @typedef {object} Device
 * @property {number} [cores]
 * @property {number} [memory]  bytes; browsers say it in rough steps, or not at all
 *
 * @typedef {{multiplyAdds?: number, weightBytes: number}} Cost
 */

/**
 * The share of the probes' speed that whole networks reach: they have layers of every size, depthwise
 * ones and additions, where the probes have one size that suits. `node bench/predict.mjs` repeats how it
 * was found.
 */
export const WHOLE = 0.7;

/** What a run costs however small the network is, in milliseconds. */
const FIXED = 0.05;

/** Multiply-adds that most networks have in steps too small for several threads. */
const UNSHARED = 7e5;

/** On a single core the page draws while the network computes. */
const SHARED_CORE = 1.4;

/** Of the memory that there is, as much as a page gets before browsers end it. */
const PAGE_SHARE = 0.25;

/** A page's module addresses at most so much. */
const MODULE_LIMIT = 2 ** 32;

/** Packed weights beside the file's own bytes, in parts of them, and what the runtime itself takes. */
const WEIGHT_COPIES = 2.5;
const RUNTIME = 32e6;

/** Slower than this, the camera's picture stutters. */
export const LIVE = 100;

/**
 * @param {Cost} cost
 * @param {Omit<Speed, 'level' | 'version'>} speed
 * @param {Device} [device]
 * @returns {number | undefined}  milliseconds; undefined where the multiply-adds are not known
 */
export function predict({ multiplyAdds, weightBytes }, speed, { cores } = {}) {
  if (multiplyAdds === undefined) return undefined;
  // Time for the half of either kind: slow layers weigh more than fast ones.
  const rate = 2 / (1 / speed.pointwise + 1 / speed.spatial);
  const waits = (speed.threads - 1) * Math.min(multiplyAdds, UNSHARED);  // of the other threads
  const seconds = (multiplyAdds + waits) / (WHOLE * rate) + weightBytes / speed.memory;
  return FIXED + 1000 * seconds * (cores === 1 ? SHARED_CORE : 1);
}

/** The memory that a model will take, in bytes. @param {Cost & {memory?: number}} cost  memory: if known */
export const memoryOf = ({ weightBytes, memory }) => RUNTIME + (memory !== undefined ? memory + weightBytes
  : WEIGHT_COPIES * weightBytes);

/** Whether it may be too large for this device. @param {Cost & {memory?: number}} cost @param {Device} device */
export function tooLarge(cost, { memory }) {
  return memoryOf(cost) > Math.min(MODULE_LIMIT, memory ? PAGE_SHARE * memory : Infinity);
}

/**
 * Weights in memory: models of small integers are computed in float32, four bytes for each of theirs.
 * @param {{bytes: number, precision?: string}} entry
 */
export const weightsOf = ({ bytes, precision }) => (precision === 'int8' ? 4 * bytes : bytes);

/**
 * The model to recommend: the most accurate of those that fit and keep up with the camera; where none
 * does, the fastest.
 * @template {{name: string, accuracy?: number}} Entry
 * @param {{entry: Entry, predicted?: number, large: boolean}[]} candidates
 * @returns {Entry | undefined}
 */
export function recommend(candidates) {
  const usable = candidates.filter(({ entry, predicted, large }) =>
    entry.accuracy !== undefined && predicted !== undefined && !large);
  const time = (/** @type {{predicted?: number}} */ { predicted }) => /** @type {number} */ (predicted);
  const live = usable.filter((candidate) => time(candidate) <= LIVE);
  const best = live.length
    ? live.reduce((a, b) => (Number(b.entry.accuracy) > Number(a.entry.accuracy) ? b : a))
    : usable.length ? usable.reduce((a, b) => (time(b) < time(a) ? b : a)) : undefined;
  return best?.entry;
}

/**
 * The models to show first: those that no other one beats in both accuracy and time.
 * @template {{accuracy?: number, multiplyAdds?: number}} Entry
 * @param {{entry: Entry, predicted?: number}[]} candidates
 * @returns {Entry[]}
 */
export function front(candidates) {
  const known = candidates.filter(({ entry }) => entry.accuracy !== undefined && entry.multiplyAdds !== undefined);
  const time = (/** @type {{entry: Entry, predicted?: number}} */ { entry, predicted }) => predicted ?? Number(entry.multiplyAdds);
  return known.filter((one) => !known.some((other) => {
    const better = Number(other.entry.accuracy) - Number(one.entry.accuracy);
    const faster = time(one) - time(other);
    return better >= 0 && faster >= 0 && (better > 0 || faster > 0);
  })).map(({ entry }) => entry);
}

/** What the browser says of the device. @param {{hardwareConcurrency?: number, deviceMemory?: number}} [from] */
export function thisDevice(from = /** @type {any} */ (navigator)) {
  return { cores: from.hardwareConcurrency, memory: from.deviceMemory ? from.deviceMemory * 2 ** 30 : undefined };
}
