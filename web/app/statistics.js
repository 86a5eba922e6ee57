// What is said of a sample of times, by the page and by the benchmark alike. Medians, because a device
// that does something else adds time to some runs and takes it from none.

/**
 * @typedef {object} Summary
 * @property {number} count
 * @property {number} median
 * @property {number} p95   nearest rank
 * @property {number} mean
 * @property {number} deviation  standard deviation of the sample; 0 for one
 * @property {number} spread  median absolute deviation over the median
 */

/** @param {number[]} values */
const ascending = (values) => [...values].sort((a, b) => a - b);

/** @param {number[]} values  at least one @returns {number} */
export function median(values) {
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The smallest sample that a share of all is not above. @param {number[]} values @param {number} share */
export function quantile(values, share) {
  return ascending(values)[Math.max(0, Math.ceil(share * values.length) - 1)];
}

/** @param {number[]} values */
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param {number[]} values  at least one @returns {Summary} */
export function summarise(values) {
  const centre = median(values);
  const average = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
  return {
    count: values.length,
    median: centre,
    p95: quantile(values, 0.95),
    mean: average,
    deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0,
    spread: centre === 0 ? 0 : median(values.map((value) => Math.abs(value - centre))) / centre,
  };
}

/**
 * Whether a program has stopped getting faster: V8 first runs what it compiled in a hurry and
 * replaces it function by function, so the last few runs must not undercut those before.
 * @param {number[]} times  of consecutive runs
 * @param {{window?: number, tolerance?: number}} [options]
 */
export function isSteady(times, { window = 5, tolerance = 0.03 } = {}) {
  if (times.length < 2 * window) return false;
  const last = median(times.slice(-window));
  const before = median(times.slice(-2 * window, -window));
  return last >= before * (1 - tolerance);
}
