// The report as text for a terminal.
import { megabytes } from '../../web/app/figures.js';
import { absences, describe, noise } from './figures.mjs';
import { liveTable, startTable, steadyTable, summaryTable, threadsTable } from './tables.mjs';

/** @typedef {import('./tables.mjs').Table} Table */

/** @param {Table} table  numbers to the right */
export function textTable({ head, rows, left = 1 }) {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (/** @type {string[]} */ cells) => cells
    .map((cell, column) => (column < left ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
    .join('  ').trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}

/** @param {import('../lib/measure.mjs').ModelResult} model */
export function modelText(model) {
  const live = liveTable(model);
  return [
    `\n${model.name}: ${megabytes(model.bytes)} MB, input ${model.shape.join(' x ')}`,
    textTable(steadyTable(model)),
    ...absences(model).map((text) => `  ${text}`),
    noise(model),
    '\nmilliseconds of fresh starts (medians) and of a 640 x 480 picture; peak of WebAssembly memory and of the page; files downloaded',
    textTable(startTable(model)),
    ...(live.rows.length > 0 ? ['\nlive inference', textTable(live)] : []),
  ].join('\n');
}

/** What is said once. @param {import('./figures.mjs').Results} results */
export function closingText(results) {
  const { models, study } = results;
  const threads = threadsTable(models);
  return [
    ...(models.length > 0 ? [
      '', textTable(summaryTable(models)),
      '\nmedian milliseconds; ratio: how many times the median is that of the fastest gossamer build in the browser',
    ] : []),
    ...(threads.rows.length > 0 ? ['', textTable(threads)] : []),
    ...(study ? [`\n${study.title}\n${study.note}`,
      ...study.tables.map(({ title, table }) => `\n${title}\n${textTable(table)}`)] : []),
    '', describe(results),
  ].join('\n');
}
