// The report as Markdown, to be pasted into docs/PERFORMANCE.md.
import { megabytes } from '../../web/app/figures.js';
import { markdownTable } from '../../web/app/tables.js';
import { absences, describe, noise } from './figures.mjs';
import { liveTable, startTable, steadyTable, summaryTable, threadsTable } from './tables.mjs';

/** @param {import('./figures.mjs').ModelResult} model */
function modelSection(model) {
  const live = liveTable(model);
  return [
    `### ${model.name}`, `${megabytes(model.bytes)} MB, input ${model.shape.join(' x ')}. ${noise(model)}`,
    markdownTable(steadyTable(model)), ...absences(model).map((text) => `- ${text}`),
    'Milliseconds of fresh starts (medians) and of a 640 x 480 picture; peak of WebAssembly memory and of the page; files downloaded:',
    markdownTable(startTable(model)),
    ...(live.rows.length > 0 ? ['Live inference:', markdownTable(live)] : []),
  ];
}

/** @param {import('./figures.mjs').Results} results @returns {string} */
export function markdownReport(results) {
  const { models, study, circumstances } = results;
  const threads = threadsTable(models);
  const parts = [
    `${describe(results)}. \`${circumstances.command}\``,
    ...(models.length > 0 ? [
      'Median milliseconds per inference; in brackets how many times that of the fastest Gossamer build in the browser:',
      markdownTable(summaryTable(models)),
      ...(threads.rows.length > 0 ? ['Several threads:', markdownTable(threads)] : []), ...models.flatMap(modelSection),
    ] : []),
    ...(study ? [`### ${study.title}`, study.note,
      ...study.tables.flatMap(({ title, table }) => [`${title}:`, markdownTable(table)])] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}
