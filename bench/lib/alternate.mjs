// The order in which contenders run: A B C A B C, so that what the machine does meanwhile (heat,
// other programs) falls on all of them alike. A turn is a few runs of one contender: a single one
// where it lasts long enough to be timed, more where a clock of some microseconds would blur it.
import { isSteady, mean, median } from './statistics.mjs';

/**
 * @typedef {{turn: (runs: number) => Promise<number[]>}} Runner  resolves to milliseconds of each run
 *
 * @typedef {object} Samples  of one contender
 * @property {number[]} rounds  mean milliseconds per run, a round each
 * @property {number[]} runs  milliseconds of every run
 * @property {number} perTurn  runs that a turn consists of
 */

/** @param {number} milliseconds  of one run @param {number} [least]  that a turn should last */
export function runsPerTurn(milliseconds, least = 20) {
  return Math.min(1000, Math.max(1, Math.ceil(least / Math.max(milliseconds, 1e-3))));
}

/**
 * Runs until the times stop falling, at least `least` milliseconds and at most `most`.
 * @param {Runner} runner
 * @param {{least?: number, most?: number}} [options]
 * @returns {Promise<number[]>}  the times of all runs
 */
export async function warmUp(runner, { least = 1000, most = 15_000 } = {}) {
  /** @type {number[]} */
  const times = [];
  let spent = 0;
  while (spent < most && (spent < least || !isSteady(times))) {
    const runs = runsPerTurn(times.length ? median(times.slice(-5)) : Infinity);
    for (const time of await runner.turn(runs)) {
      times.push(time);
      spent += time;
    }
  }
  return times;
}

/**
 * Lets contenders that are warm take turns.
 * @template {Runner} T
 * @param {T[]} contenders
 * @param {object} options
 * @param {(round: number) => boolean} options.more  whether to begin another round, asked before each
 * @param {(contender: T) => number} options.perTurn
 * @param {(contender: T, round: number) => Promise<void>} [options.prepare]  before every turn
 * @param {() => Promise<void>} [options.between]  after every turn
 * @returns {Promise<Map<T, Samples>>}
 */
export async function alternate(contenders, { more, perTurn, prepare, between = async () => {} }) {
  /** @type {Map<T, Samples>} */
  const samples = new Map();
  for (const contender of contenders) {
    samples.set(contender, { rounds: [], runs: [], perTurn: perTurn(contender) });
  }
  for (let round = 0; more(round); round += 1) {
    for (const [contender, taken] of samples) {
      await prepare?.(contender, round);
      const times = await contender.turn(taken.perTurn);
      taken.rounds.push(mean(times));
      taken.runs.push(...times);
      await between();
    }
  }
  return samples;
}
