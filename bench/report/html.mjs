// The report as one HTML file: no scripts, nothing fetched, so that it opens from disk and can be sent
// around. Plots are inline SVG.
import { element, escape } from '../../web/app/chart/svg.js';
import { megabytes } from '../../web/app/figures.js';
import { modelBars } from './bars.mjs';
import { absences, describe, noise } from './figures.mjs';
import { rooflinePlot, sizePlot } from './scatter.mjs';
import { style } from './style.mjs';
import { liveTable, startTable, steadyTable, summaryTable, threadsTable } from './tables.mjs';

/** @typedef {import('./figures.mjs').Results} Results */

/** @param {import('./tables.mjs').Table} table */
export function htmlTable({ head, rows, left = 1 }) {
  const row = (/** @type {string} */ name, /** @type {string[]} */ cells) => element('tr', {}, cells.map((cell, column) =>
    element(name, column < left ? { class: 'text' } : {}, escape(cell))).join(''));
  const table = element('table', {}, element('thead', {}, row('th', head))
    + element('tbody', {}, rows.map((cells) => row('td', cells)).join('')));
  return element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': head[0] }, table);
}

/** @param {string} title @param {string} content */
const figure = (title, content) => element('figure', {}, element('h3', {}, escape(title)) + content);

/** @param {string} content */
const note = (content) => element('p', { class: 'note' }, escape(content));

/** @param {import('./figures.mjs').ModelResult} model */
function details(model) {
  const live = liveTable(model);
  return element('details', {}, [
    element('summary', {}, escape(`${model.name}, ${megabytes(model.bytes)} MB, input ${model.shape.join(' x ')}`)),
    htmlTable(steadyTable(model)), ...absences(model).map(note), note(noise(model)),
    note('Milliseconds of fresh starts (medians) and of a 640 x 480 picture; peak of WebAssembly memory and of the page; files downloaded.'),
    htmlTable(startTable(model)),
    ...(live.rows.length > 0 ? [note('Live inference: what the page still does meanwhile.'), htmlTable(live)] : []),
  ].join(''));
}

/** @param {Results} results */
function plots({ models, kernels }) {
  const bars = models.map((model) => [model.name, modelBars(model)]).filter(([, content]) => content);
  const size = sizePlot(models);
  return [
    ...bars.map(([name, content]) => figure(`${name}, ms`, content)),
    ...(size ? [figure('Latency against size of model', size)] : []),
    ...(kernels ? [figure('Roofline of the kernels: the slope is copying in main memory, and layers that stay in a cache lie above it', rooflinePlot(kernels))] : []),
  ].join('');
}

/** @param {Results} results @returns {string} */
export function htmlReport(results) {
  const { models, circumstances, study } = results;
  const threads = threadsTable(models);
  const body = [
    element('h1', {}, 'Gossamer and its peers'),
    element('p', {}, escape(describe(results))),
    element('p', {}, element('code', {}, escape(circumstances.command))),
    ...(study ? [element('h2', {}, escape(study.title)), note(study.note),
      ...(study.plots.length > 0 ? [element('div', { class: 'plots' },
        study.plots.map(({ title, svg }) => figure(title, svg)).join(''))] : []),
      ...study.tables.flatMap(({ title, table }) => [note(title), htmlTable(table)])] : []),
    ...(models.length > 0 ? [
      element('h2', {}, 'Milliseconds per inference'),
      note('Medians; in brackets how many times the median of the fastest Gossamer build in the browser: above 1 is slower than it.'),
      htmlTable(summaryTable(models)),
      ...(threads.rows.length > 0 ? [element('h2', {}, 'Several threads'), htmlTable(threads)] : []),
      element('h2', {}, 'Plots'),
      note('Bars are medians, whiskers go from the 5th to the 95th percentile of the runs.'),
      element('div', { class: 'plots' }, plots(results)),
      element('h2', {}, 'All figures'), ...models.map(details),
    ] : []),
  ].join('\n');
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n`
    + '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    + `<title>Gossamer benchmark</title>\n<style>${style}</style>\n<body>\n<main>\n${body}\n</main>\n</body>\n</html>\n`;
}
