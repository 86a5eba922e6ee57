// Two runtimes side by side on one model and the same numbers: their outputs are compared first, then
// they take turns, so that what the device does meanwhile falls on both alike.
import { isSteady, median } from '../statistics.js';
import { compareOutputs } from './agreement.js';

/**
 * @typedef {{type: string, dims: number[], data: Float32Array | Uint8Array}} Feed
 * @typedef {(feed: Feed) => Promise<{values: number[], milliseconds: number}>} Runtime
 *
 * @typedef {object} Comparison
 * @property {boolean} agrees  when not, nothing was timed
 * @property {string} reason  why they do not
 * @property {number} probability  largest difference of a probability
 * @property {number} ours  median milliseconds of an inference
 * @property {number} theirs
 * @property {number} ratio  how many times as long theirs takes
 * @property {number} rounds
 */

/** Inputs on which outputs are compared. */
const INPUTS = 3;
/** Milliseconds: warming up of each, and turns of both. */
const [WARM, TURNS] = [3000, 6000];
/** Rounds at least and at most. */
const [LEAST, MOST] = [8, 60];

/**
 * What a model takes, where it takes one tensor whose extents are known but for the number of pictures.
 * @param {readonly {name: string, type?: string, shape?: readonly (number | string)[]}[]} inputs
 * @returns {{type: string, dims: number[]} | string}  or why not
 */
export function feedOf(inputs) {
  if (inputs.length !== 1) return `${inputs.length} inputs`;
  const [{ type = '', shape = [] }] = inputs;
  if (type !== 'float32' && type !== 'uint8') return `an input of ${type}`;
  const dims = shape.map((extent, axis) => (typeof extent === 'number' ? extent : axis === 0 ? 1 : NaN));
  return dims.every((extent) => extent > 0) ? { type, dims } : 'open extents of its input';
}

/** The same numbers for every device: pixels or normalised ones. @param {{type: string, dims: number[]}} feed @param {number} seed */
function fill({ type, dims }, seed) {
  const count = dims.reduce((product, extent) => product * extent, 1);
  let noise = seed + 1;
  const next = () => {
    noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
    return noise / 2 ** 32;
  };
  return type === 'uint8' ? Uint8Array.from({ length: count }, () => 256 * next())
    : Float32Array.from({ length: count }, () => 1.7 * (next() + next() + next() + next() - 2));
}

/**
 * @param {{ours: Runtime, theirs: Runtime}} runtimes
 * @param {{type: string, dims: number[]}} feed
 * @param {{warm?: number, turns?: number, onRound?: (rounds: number, ours: number, theirs: number) => void}} [options]  milliseconds
 * @returns {Promise<Comparison>}
 */
export async function compareRuntimes({ ours, theirs }, feed, { warm = WARM, turns = TURNS, onRound } = {}) {
  const feeds = Array.from({ length: INPUTS }, (_, seed) => ({ ...feed, data: fill(feed, seed) }));
  const outputs = async (/** @type {Runtime} */ runtime) => {
    const all = [];
    for (const one of feeds) all.push((await runtime(one)).values);
    return all;
  };
  const { agrees, reason, probability } = compareOutputs(await outputs(ours), await outputs(theirs));
  const none = { agrees, reason, probability, ours: NaN, theirs: NaN, ratio: NaN, rounds: 0 };
  if (!agrees) return none;
  for (const runtime of [ours, theirs]) await warmUp(runtime, feeds[0], warm);
  /** @type {[number[], number[]]} */
  const times = [[], []];
  const end = performance.now() + turns;
  while (times[0].length < LEAST || (times[0].length < MOST && performance.now() < end)) {
    for (const [at, runtime] of [ours, theirs].entries()) times[at].push((await runtime(feeds[0])).milliseconds);
    onRound?.(times[0].length, times[0].at(-1) ?? NaN, times[1].at(-1) ?? NaN);
  }
  const [mine, other] = times.map(median);
  return { ...none, ours: mine, theirs: other, ratio: other / mine, rounds: times[0].length };
}

/** @param {Runtime} runtime @param {Feed} feed @param {number} most */
async function warmUp(runtime, feed, most) {
  const end = performance.now() + most;
  /** @type {number[]} */
  const times = [];
  while (!isSteady(times) && performance.now() < end) times.push((await runtime(feed)).milliseconds);
}
