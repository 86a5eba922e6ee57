// What a benchmark says about its samples. Medians, because a machine that does something else adds
// time to some runs and takes it from none; ratios of medians with an interval from resampling whole
// rounds, because what disturbs a round disturbs the contenders that ran in it together.
import { median, quantile } from '../../web/app/statistics.js';
import { randomSource } from '../../tests/differential/choices.mjs';

export { isSteady, mean, median, quantile, summarise } from '../../web/app/statistics.js';

/**
 * @typedef {import('../../web/app/statistics.js').Summary} Summary
 * @typedef {{ratio: number, low: number, high: number}} Ratio  low to high: 95 % of resamples
 */

/**
 * How many times the median of `first` is that of `second`. The samples are of the same rounds, and
 * rounds are resampled together; the same numbers give the same interval.
 * @param {number[]} first
 * @param {number[]} second  as many
 * @param {{resamples?: number}} [options]
 * @returns {Ratio}
 */
export function ratioOfMedians(first, second, { resamples = 2000 } = {}) {
  if (first.length !== second.length || first.length === 0) {
    throw new Error(`rounds do not pair: ${first.length} and ${second.length}`);
  }
  const random = randomSource(first.length);
  const ratios = Array.from({ length: resamples }, () => {
    const rounds = first.map(() => random() % first.length);
    return median(rounds.map((round) => first[round])) / median(rounds.map((round) => second[round]));
  });
  return {
    ratio: median(first) / median(second), low: quantile(ratios, 0.025), high: quantile(ratios, 0.975),
  };
}

/**
 * Rounds in which the machine did nothing else, told by a fixed loop that ran in them: it took no
 * more than `limit` times what it takes at best. All rounds where fewer than `least` are quiet.
 * @param {number[][]} spins  of each round
 * @param {{limit?: number, least?: number}} [options]
 * @returns {number[]}  indices
 */
export function quietRounds(spins, { limit = 1.25, least = 8 } = {}) {
  const best = quantile(spins.flat(), 0.1);
  const all = spins.map((_, round) => round);
  const quiet = all.filter((round) => spins[round].every((spin) => spin <= limit * best));
  return quiet.length >= least ? quiet : all;
}
