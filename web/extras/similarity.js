// How alike two embeddings are.

import { argumentError, check, show } from '../lib/error.js';

/**
 * The cosine of the angle between two lists of numbers: 1 for the same direction, 0 for nothing in common,
 * -1 for the opposite. Their lengths do not matter.
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 * @returns {number}
 */
export function cosineSimilarity(a, b) {
  for (const [name, list] of /** @type {const} */ ([['a', a], ['b', b]])) {
    check(typeof list === 'object' && list?.length > 0, name, list, 'a list of numbers', 'this is no embedding');
  }
  check(a.length === b.length, 'b', `${b.length} numbers`, `${a.length}`, 'the embeddings differ in length');
  const [first, second] = [unit(a), unit(b)];
  if (!first || !second) {
    throw argumentError(first ? 'b' : 'a', 'an embedding has no direction', {
      got: show(first ? b[0] : a[0]), expected: 'finite numbers that are not all zero',
    });
  }
  const sum = first.reduce((total, value, i) => total + value * second[i], 0);
  return Math.min(1, Math.max(-1, sum));
}

/** With the length 1; undefined where there is none. @param {ArrayLike<number>} list */
function unit(list) {
  // The largest first, so that no square becomes infinite, or nothing.
  const values = Float64Array.from(list);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!(largest > 0 && largest < Infinity)) return undefined;
  const length = Math.sqrt(values.reduce((sum, value) => sum + (value / largest) ** 2, 0));
  return values.map((value) => value / largest / length);
}
