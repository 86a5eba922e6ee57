// The result of an evaluation as it is kept: one object for the view and for JSON, and rows for a
// spreadsheet, one for each picture.
import { className } from '../classNames.js';
import { calibrate } from './calibration.js';
import { computeMetrics, isRight } from './metrics.js';

/**
 * @typedef {object} Report
 * @property {1} schema
 * @property {string} date
 * @property {{name: string, title: string, classes: string[]}} model
 * @property {{name: string, pictures: number, labelled: number, labels: number, matchedBy: 'name' | 'number',
 *     unmatched: Record<string, number>, ambiguous: string[], unlabelled: string[], missing: string[],
 *     conflicting: string[]}} data  labelled: pictures whose label is a class of the model; unmatched: pictures of each label without a class, or with several;
 *     ambiguous: the labels with several
 * @property {boolean} complete  false when it was cancelled
 * @property {number} milliseconds
 * @property {import('./metrics.js').Metrics} metrics
 * @property {import('./calibration.js').Calibration} calibration
 * @property {import('./run.js').Failure[]} failures
 *
 * @typedef {object} Facts
 * @property {{name: string, title: string, classes: string[]}} model
 * @property {import('./dataset.js').Dataset} dataset
 * @property {import('./labels.js').Matching} matching
 * @property {import('./run.js').Run} run
 * @property {Date} [date]
 */

/** @param {Facts} facts @returns {Report} */
export function makeReport({ model, dataset, matching, run, date = new Date() }) {
  /** @type {Map<string, number>} */
  const unmatched = new Map();
  for (const { label } of dataset.examples) {
    if (!matching.classes.has(label)) unmatched.set(label, (unmatched.get(label) ?? 0) + 1);
  }
  return {
    schema: 1, date: date.toISOString(), model,
    data: {
      name: dataset.name, pictures: dataset.examples.length,
      labelled: dataset.examples.filter(({ label }) => matching.classes.has(label)).length,
      labels: matching.classes.size + matching.unmatched.length + matching.ambiguous.length,
      matchedBy: matching.by, unmatched: Object.fromEntries(unmatched), ambiguous: matching.ambiguous,
      unlabelled: dataset.unlabelled, missing: dataset.missing, conflicting: dataset.conflicting,
    },
    complete: !run.cancelled, milliseconds: run.milliseconds,
    metrics: computeMetrics(run.records), calibration: calibrate(run.records), failures: run.failures,
  };
}

/**
 * A row for each picture, with titles.
 * @param {Report} report
 * @param {import('./run.js').Record[]} records
 * @returns {string[][]}
 */
export function pictureRows({ model: { classes }, failures }, records) {
  const rank = (/** @type {import('./run.js').Record} */ { truth, top }) =>
    top.findIndex(({ index }) => index === truth) + 1;
  return [
    ['file', 'label', 'class', 'answer', 'probability', 'right', 'rank', 'error'],
    ...records.map((record) => [
      record.path, record.label, className(classes, record.truth), className(classes, record.top[0].index),
      record.top[0].score.toFixed(6), isRight(record) ? '1' : '0', String(rank(record) || ''), '',
    ]),
    ...failures.map(({ path, reason }) => [path, '', '', '', '', '', '', reason]),
  ];
}

/**
 * The JSON that is saved: the report, with what was said of each picture.
 * @param {Report} report
 * @param {import('./run.js').Record[]} records
 */
export function reportJson(report, records) {
  const pictures = records.map(({ path, label, truth, top }) => ({ path, label, truth, top }));
  return `${JSON.stringify({ ...report, pictures }, null, 1)}\n`;
}
