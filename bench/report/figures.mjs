// Figures as texts and rows: what every form of the report (terminal, Markdown, HTML) shows alike.
import { baselineOf } from '../lib/contenders.mjs';
import { median, ratioOfMedians } from '../lib/statistics.mjs';

/**
 * @typedef {import('../lib/measure.mjs').ModelResult} ModelResult
 * @typedef {import('../lib/measure.mjs').Entry} Entry
 *
 * @typedef {object} Results  what --json writes
 * @property {1} schema
 * @property {import('../lib/machine.mjs').Circumstances} circumstances
 * @property {Record<string, unknown>} settings
 * @property {ModelResult[]} models
 *
 * @typedef {{head: string[], rows: string[][], left?: number}} Table  the first `left` columns are text
 */

/** Three significant digits, as many as a median deserves. @param {number | undefined} value */
export function milliseconds(value) {
  if (value === undefined || !Number.isFinite(value)) return '–';
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3);
}

/** @param {number | undefined} bytes */
export function megabytes(bytes) {
  if (bytes === undefined) return '–';
  const size = bytes / 1e6;
  return size >= 100 ? size.toFixed(0) : size >= 1 ? size.toFixed(1) : size.toFixed(3);
}

/** @param {number[] | undefined} times */
const middle = (times) => milliseconds(times?.length ? median(times) : undefined);

/**
 * How many times a contender's time is that of the baseline, with its interval.
 * @param {ModelResult} model @param {Entry} entry
 */
export function ratioTo(model, entry) {
  const timed = model.contenders.filter(({ steady }) => steady);
  const base = timed.find(({ id }) => id === baselineOf(timed));
  if (!entry.steady || !base?.steady || base === entry) return undefined;
  return ratioOfMedians(entry.steady.rounds, base.steady.rounds);
}

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

/** Contenders without a time, and why. @param {ModelResult} model */
export function absences(model) {
  return model.contenders.filter(({ status }) => status !== 'measured')
    .map(({ label, status, reason }) => `${label}: ${status}, ${reason}`);
}

/** What the machine did meanwhile. @param {ModelResult} model */
export function noise({ spins, quiet }) {
  const all = spins.flat().sort((a, b) => a - b);
  if (all.length === 0) return '';
  const above = (/** @type {number} */ share) =>
    (100 * (all[Math.floor(share * (all.length - 1))] / median(all) - 1)).toFixed(0);
  return `A fixed loop took ${milliseconds(median(all))} ms between turns, p95 ${above(0.95)} % above, worst ${above(1)} %; `
    + `${quiet.length} of ${spins.length} rounds were quiet enough to count.`;
}

/** @param {Results} results */
export function describe({ circumstances: { date, commit, changed, machine, browser, node } }) {
  return `${date.slice(0, 10)}, commit ${commit.slice(0, 12) || 'unknown'}${changed ? ' with changes' : ''}; `
    + `${browser.name} ${browser.version}; ${machine.cpu}, ${machine.cores} cores, `
    + `${(machine.memory / 2 ** 30).toFixed(0)} GiB, ${machine.system}; Node ${node}`;
}
