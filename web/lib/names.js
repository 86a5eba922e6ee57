// Options with a name that nobody reads: a slip of the keyboard, as a rule, which would otherwise pass
// without effect. They are refused, with the name that was probably meant.

import { argumentError } from './error.js';

/**
 * Throws ARGUMENT unless each option has one of these names.
 * @param {object} options
 * @param {readonly string[]} names
 */
export function checkNames(options, names) {
  const [unknown] = Object.entries(options).find(([name, value]) => value !== undefined && !names.includes(name)) ?? [];
  if (unknown === undefined) return;
  const alike = names.map((name) => likeness(unknown, name));
  const most = Math.max(...alike);
  throw argumentError(unknown, 'there is no such option', {
    expected: most > 0.4 ? names[alike.indexOf(most)] : names.join(', '),
  });
}

/**
 * How much two names have in common: the share of pairs of letters that both have, 0 to 1.
 * @param {string} a @param {string} b
 */
function likeness(a, b) {
  const [one, other] = [a, b].map(pairs);
  const common = [...one].filter((pair) => other.has(pair)).length;
  return (2 * common) / Math.max(1, one.size + other.size);
}

/** @param {string} name */
function pairs(name) {
  const letters = name.toLowerCase();
  return new Set([...letters].map((_, i) => letters.slice(i, i + 2)));
}
