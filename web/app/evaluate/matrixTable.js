// A confusion matrix that people can read: all classes while there are few, otherwise those with most
// mistakes, and the others together.
import { className } from '../classNames.js';

/** So many classes fit on a screen. */
const MOST = 24;

/**
 * @typedef {object} MatrixTable
 * @property {string[]} names  of rows and columns
 * @property {number[][]} counts
 * @property {number[][]} shares  of their row, 0 to 1
 * @property {number} left  classes that are counted together in the last row and column
 */

/**
 * @param {import('./metrics.js').Metrics} metrics
 * @param {string[]} classes  names
 * @param {number} [most]
 * @returns {MatrixTable}
 */
export function matrixTable({ classes: figures, matrix }, classes, most = MOST) {
  const all = figures.map((_, at) => at);
  const mistakes = (/** @type {number} */ at) => figures[at].support + figures[at].answered - 2 * figures[at].right;
  const shown = figures.length <= most ? all
    : [...all].sort((a, b) => mistakes(b) - mistakes(a)).slice(0, most).sort((a, b) => a - b);
  const rest = all.filter((at) => !shown.includes(at));
  const groups = [...shown.map((at) => [at]), ...(rest.length > 0 ? [rest] : [])];
  const counts = groups.map((rows) => groups.map((columns) =>
    rows.reduce((sum, row) => sum + columns.reduce((part, column) => part + matrix[row][column], 0), 0)));
  return {
    names: groups.map((group) => (group === rest ? `${rest.length} others` : className(classes, figures[group[0]].index))),
    counts,
    shares: counts.map((row) => {
      const total = row.reduce((sum, value) => sum + value, 0);
      return row.map((value) => (total > 0 ? value / total : 0));
    }),
    left: rest.length,
  };
}
