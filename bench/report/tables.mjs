// The tables of the report, as rows of text.
import { megabytes, milliseconds } from '../../web/app/figures.js';
import { median } from '../../web/app/statistics.js';
import { ratioTo } from './figures.mjs';

/**
 * @typedef {import('./figures.mjs').ModelResult} ModelResult
 * @typedef {import('./figures.mjs').Entry} Entry
 * @typedef {import('../../web/app/tables.js').Table} Table
 */

/** @param {number[] | undefined} times */
const middle = (times) => milliseconds(times?.length ? median(times) : undefined);

/** @param {ModelResult} model @param {Entry} entry */
function ratioText(model, entry) {
  const ratio = ratioTo(model, entry);
  if (!ratio) return entry.steady ? '1' : '–';
  const digits = ratio.ratio < 10 ? 2 : 1;
  return `${ratio.ratio.toFixed(digits)} [${ratio.low.toFixed(digits)}, ${ratio.high.toFixed(digits)}]`;
}

/** @param {ModelResult} model @returns {Table} */
export function steadyTable(model) {
  return {
    head: ['contender', 'median ms', 'p95', 'mean', '± std', 'spread', 'ratio [95 %]'],
    rows: model.contenders.map((entry) => {
      const { summary } = entry.steady ?? {};
      if (!summary) return [entry.label, entry.status, '', '', '', '', ''];
      return [
        entry.label, milliseconds(summary.median), milliseconds(summary.p95), milliseconds(summary.mean),
        milliseconds(summary.deviation), `${(100 * summary.spread).toFixed(1)} %`, ratioText(model, entry),
      ];
    }),
  };
}

/** @param {ModelResult} model @returns {Table} */
export function startTable(model) {
  return {
    head: ['contender', 'download', 'compile', 'load', 'first', 'next five', 'preprocess', 'postprocess', 'heap MB', 'page MB', 'raw MB', 'brotli MB'],
    rows: model.contenders.filter(({ steady }) => steady).map(({ label, phases, pictures, memory, download }) => [
      label, middle(phases.download), middle(phases.compile), middle(phases.load), middle(phases.first),
      middle(phases.nextFive), milliseconds(pictures?.preprocess.median), milliseconds(pictures?.postprocess.median),
      megabytes(memory.heap), megabytes(memory.process), megabytes(download?.raw), megabytes(download?.brotli),
    ]),
  };
}

/** @param {ModelResult} model @returns {Table} */
export function liveTable(model) {
  return {
    head: ['contender', 'computes', 'inferences/s', 'frames/s', 'idle frames/s', 'long tasks/s', 'longest ms', 'blocked'],
    left: 2,
    rows: model.contenders.flatMap(({ label, live }) => live.map((figures) => [
      label, figures.mode === 'main' ? 'on the main thread' : 'in a worker', figures.inferences.toFixed(1),
      figures.rate.toFixed(0), figures.idleRate.toFixed(0), (figures.longTasks.count / figures.seconds).toFixed(1),
      figures.longTasks.longest.toFixed(0), `${(figures.longTasks.total / figures.seconds / 10).toFixed(0)} %`,
    ])),
  };
}

/**
 * Medians and ratios of all models, a row each; last, the geometric mean of the ratios.
 * @param {ModelResult[]} models
 * @returns {Table}
 */
export function summaryTable(models) {
  /** @type {Map<string, string>} */
  const columns = new Map(models.flatMap(({ contenders }) => contenders.map(({ id, label }) => [id, label])));
  /** @type {Map<string, number[]>} */
  const logs = new Map([...columns.keys()].map((id) => [id, []]));
  const rows = models.map((model) => [
    model.name, megabytes(model.bytes), ...[...columns.keys()].map((id) => {
      const entry = model.contenders.find((one) => one.id === id);
      if (!entry?.steady) return entry ? entry.status : '–';
      const ratio = ratioTo(model, entry)?.ratio ?? 1;
      logs.get(id)?.push(Math.log(ratio));
      return `${milliseconds(entry.steady.summary.median)} (${ratio.toFixed(2)})`;
    }),
  ]);
  const means = [...logs.values()].map((values) => (values.length === 0 ? '–'
    : `(${Math.exp(values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2)})`));
  return {
    head: ['model', 'MB', ...columns.values()],
    rows: models.length > 1 ? [...rows, ['geometric mean', '', ...means]] : rows,
  };
}

/**
 * What more threads than one bring: a row for each model and contender that was measured with several.
 * @param {ModelResult[]} models
 * @returns {Table}
 */
export function threadsTable(models) {
  const rows = models.flatMap(({ name, contenders }) => contenders.filter(({ threads, steady }) => threads > 1 && steady).map((entry) => {
    const timed = contenders.filter(({ steady, place }) => steady && place === entry.place);
    const alone = timed.find(({ kind, variant, threads }) => kind === entry.kind && variant === entry.variant && threads === 1);
    const ours = timed.filter(({ kind, threads }) => kind === 'gossamer' && threads === entry.threads)
      .sort((a, b) => Number(a.steady?.summary.median) - Number(b.steady?.summary.median))[0];
    const quotient = (/** @type {Entry | undefined} */ over, /** @type {Entry | undefined} */ under) => (over?.steady && under?.steady
      ? (over.steady.summary.median / under.steady.summary.median).toFixed(2) : '–');
    return [name, entry.label, milliseconds(entry.steady?.summary.median), quotient(alone, entry), quotient(entry, ours)];
  }));
  return { head: ['model', 'contender', 'median ms', 'times as fast as on one thread', 'times gossamer’s, as many threads'], rows, left: 2 };
}
