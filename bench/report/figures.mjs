// What every form of the report (terminal, Markdown, HTML) says alike: ratios, absences, the
// circumstances. Tables are in tables.mjs.
import { milliseconds } from '../../web/app/figures.js';
import { baselineOf } from '../lib/contenders.mjs';
import { median, quietRounds, ratioOfMedians } from '../lib/statistics.mjs';

/**
 * @typedef {import('../lib/measure.mjs').ModelResult} ModelResult
 * @typedef {import('../lib/measure.mjs').Entry} Entry
 *
 * @typedef {object} Results  what --json writes
 * @property {1} schema
 * @property {import('../lib/machine.mjs').Circumstances} circumstances
 * @property {Record<string, unknown>} settings
 * @property {ModelResult[]} models
 * @property {import('./scatter.mjs').KernelFigures} [kernels]
 * @property {StudyResult} [study]
 *
 * @typedef {object} StudyResult
 * @property {string} name
 * @property {string} title
 * @property {string} note  what it shows and how it was measured
 * @property {{title: string, table: import('./tables.mjs').Table}[]} tables
 * @property {{title: string, svg: string}[]} plots
 * @property {unknown} figures  the numbers behind the tables
 */

/** The entry that ratios refer to. @param {ModelResult} model */
export function baseOf({ contenders }) {
  const timed = contenders.filter(({ steady }) => steady);
  return timed.find(({ id }) => id === baselineOf(timed));
}

/**
 * How many times a contender's time is that of the baseline, with its interval.
 * @param {ModelResult} model @param {Entry} entry
 */
export function ratioTo(model, entry) {
  const base = baseOf(model);
  if (!entry.steady || !base?.steady || base === entry) return undefined;
  return ratioOfMedians(entry.steady.rounds, base.steady.rounds);
}

/** Contenders without a time, and why. @param {ModelResult} model */
export function absences(model) {
  return model.contenders.filter(({ status }) => status !== 'measured')
    .map(({ label, status, reason }) => `${label}: ${status}, ${reason}`);
}

/** What the machine did meanwhile. @param {ModelResult} model */
export function noise({ spins, quiet, contenders }) {
  const cold = contenders.filter(({ steady }) => steady && !steady.warm).map(({ label }) => label);
  const all = spins.flat().sort((a, b) => a - b);
  if (all.length === 0) return '';
  const above = (/** @type {number} */ share) =>
    (100 * (all[Math.floor(share * (all.length - 1))] / median(all) - 1)).toFixed(0);
  return `A fixed loop took ${milliseconds(median(all))} ms between turns, p95 ${above(0.95)} % above, worst ${above(1)} %; `
    + (quiet.length === spins.length && quietRounds(spins, { least: 0 }).length < spins.length
      ? 'too few rounds were quiet, so all of them count.'
      : `${quiet.length} of ${spins.length} rounds were quiet enough to count.`)
    + (cold.length > 0 ? ` Still getting faster when their time for warming up was over: ${cold.join(', ')}.` : '');
}

/** @param {Results} results */
export function describe({ circumstances: { date, commit, changed, machine, browser, node } }) {
  return `${date.slice(0, 10)}, commit ${commit.slice(0, 12) || 'unknown'}${changed ? ' with changes' : ''}; `
    + `${browser.name} ${browser.version}; ${machine.cpu}, ${machine.cores} cores, `
    + `${(machine.memory / 2 ** 30).toFixed(0)} GiB, ${machine.system}; Node ${node}`;
}
