// Whether a model is as often right as it says. Answers are put into bins by their probability; in each
// the share of right answers is held against the mean probability. The expected calibration error is the
// mean of the difference over all answers (Guo et al., On Calibration of Modern Neural Networks, 2017).
import { isRight } from './metrics.js';

/**
 * @typedef {object} Bin  answers whose probability is above `low` and at most `high`
 * @property {number} low
 * @property {number} high
 * @property {number} count
 * @property {number} confidence  mean probability; 0 where there are none
 * @property {number} accuracy  share of right ones; 0 where there are none
 *
 * @typedef {object} Calibration
 * @property {Bin[]} bins
 * @property {number} error  expected calibration error
 * @property {number} confidence  mean probability of all answers
 */

/**
 * @param {import('./metrics.js').Outcome[]} outcomes
 * @param {number} [count]  of bins
 * @returns {Calibration}
 */
export function calibrate(outcomes, count = 10) {
  const sums = Array.from({ length: count }, () => ({ count: 0, score: 0, right: 0 }));
  for (const outcome of outcomes) {
    const score = outcome.top[0]?.score ?? 0;
    const bin = sums[Math.min(count, Math.max(1, Math.ceil(score * count))) - 1];
    bin.count += 1;
    bin.score += score;
    bin.right += isRight(outcome) ? 1 : 0;
  }
  const bins = sums.map((bin, at) => ({
    low: at / count, high: (at + 1) / count, count: bin.count,
    confidence: bin.count > 0 ? bin.score / bin.count : 0, accuracy: bin.count > 0 ? bin.right / bin.count : 0,
  }));
  const total = Math.max(1, outcomes.length);
  return {
    bins,
    error: bins.reduce((sum, bin) => sum + (bin.count / total) * Math.abs(bin.accuracy - bin.confidence), 0),
    confidence: sums.reduce((sum, { score }) => sum + score, 0) / total,
  };
}
