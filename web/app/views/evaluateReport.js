// The report of an evaluation on the page: the figures, the confusion matrix, the classes, how sure the
// model is, and its surest mistakes as pictures.
import { html, nothing } from '../../vendor/lit-html.js';
import { reliabilityPlot } from '../chart/reliability.js';
import { className } from '../classNames.js';
import { matrixTable } from '../evaluate/matrixTable.js';
import { worstMistakes } from '../evaluate/metrics.js';
import { texts } from '../texts.js';

/**
 * @typedef {object} Result
 * @property {import('../evaluate/report.js').Report} report
 * @property {import('../evaluate/run.js').Record[]} records
 * @property {Map<string, string>} pictures  addresses of those that are shown, by path
 */

const words = texts.evaluate;
/** Mistakes that are shown as pictures. */
const MISTAKES = 24;

const format = new Intl.NumberFormat('en', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
/** @param {number | undefined} value */
export const percent = (value) => (value === undefined ? '–' : format.format(value));

/** Some of many names. @param {string[]} names @param {number} [most] */
export function some(names, most = 8) {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} ${words.more(names.length - most)}` : shown;
}

/** @param {Result} result */
export function reportView(result) {
  const { report, records } = result;
  const { classes } = report.model;
  return html`
    <section data-testid="report" class="report">
      ${notes(report)}
      ${figures(report)}
      <div class="columns">
        ${matrix(report)}
        <figure class="plot">
          <h3>${words.reliability}</h3>
          <div .innerHTML=${reliabilityPlot(words.reliability, report.calibration.bins, { x: words.reliabilityX, y: words.reliabilityY })}></div>
          <p class="note">${words.reliabilityNote}</p>
        </figure>
      </div>
      <div class="columns">
        ${classTable(report)}
        ${mistakes(result, worstMistakes(records, MISTAKES), classes)}
      </div>
      <p class="note">${words.caution}</p>
    </section>`;
}

/** @param {import('../evaluate/run.js').Failure} failure */
export const failureText = ({ path, reason }) => `${path} (${reason})`;

/** @param {import('../evaluate/report.js').Report} report */
function notes({ complete, metrics: { count }, failures, data }) {
  const { ambiguous, missing, conflicting, unlabelled } = data;
  const unmatched = Object.keys(data.unmatched).filter((label) => !ambiguous.includes(label));
  const paths = (/** @type {string[]} */ all) => some(all, 3);
  const list = [
    words.found(data.pictures, data.labels, data.name, data.matchedBy),
    ...(complete ? [] : [words.partial(count + failures.length, data.labelled)]),
    ...(unmatched.length > 0 ? [words.unmatched(some(unmatched))] : []),
    ...(ambiguous.length > 0 ? [words.ambiguous(some(ambiguous))] : []),
    ...(missing.length > 0 ? [words.missing(paths(missing))] : []),
    ...(conflicting.length > 0 ? [words.conflicting(paths(conflicting))] : []),
    ...(unlabelled.length > 0 ? [words.unlabelled(paths(unlabelled))] : []),
    ...(failures.length > 0 ? [words.failures(paths(failures.map(failureText)))] : []),
  ];
  return html`<ul class="notes" data-testid="evaluate-notes">${list.map((text) => html`<li>${text}</li>`)}</ul>`;
}

/** @param {import('../evaluate/report.js').Report} report */
function figures({ metrics, calibration, model }) {
  const { accuracy, interval, right, count, topFive, macro } = metrics;
  /** @type {[string, string, string][]} */
  const all = [
    [words.accuracy, percent(accuracy), `${words.ofCount(right, count)}; ${words.interval(percent(interval.low), percent(interval.high))}`],
    ...(model.classes.length > 5 ? [/** @type {[string, string, string]} */ ([words.topFive, percent(topFive), ''])] : []),
    [words.macro, percent(macro.f1), ''],
    [words.calibration, percent(calibration.error), words.calibrationNote(percent(calibration.confidence), percent(accuracy))],
  ];
  return html`<dl class="figures">${all.map(([term, value, about]) => html`
    <div><dt>${term}</dt><dd>${value}</dd>${about ? html`<dd class="about">${about}</dd>` : nothing}</div>`)}</dl>`;
}

/** @param {import('../evaluate/report.js').Report} report */
function matrix({ metrics, model }) {
  const { names, counts, shares, left } = matrixTable(metrics, model.classes);
  // A little of a mistake should be seen, and all of a row should be full.
  const level = (/** @type {number} */ share) => (share === 0 ? 0 : Math.min(8, 1 + Math.floor(8 * share)));
  return html`
    <figure class="matrix">
      <h3>${words.matrix}</h3>
      <p class="note">${words.matrixNote} ${left > 0 ? words.matrixLeft(names.length - 1) : ''}</p>
      <div class="scroll" tabindex="0" role="region" aria-label=${words.matrix}>
        <table data-testid="matrix">
          <thead><tr><td></td>${names.map((name) => html`<th scope="col" title=${name}><span>${name}</span></th>`)}</tr></thead>
          <tbody>${counts.map((row, truth) => html`<tr>
            <th scope="row" title=${names[truth]}>${names[truth]}</th>
            ${row.map((count, answer) => html`<td class=${truth === answer ? 'right' : 'wrong'} data-level=${level(shares[truth][answer])}
              title=${words.cell(names[truth], names[answer], count)}>${count || ''}</td>`)}
          </tr>`)}</tbody>
        </table>
      </div>
    </figure>`;
}


/** @param {import('../evaluate/report.js').Report} report */
function classTable({ metrics, model }) {
  return html`
    <figure>
      <h3>${words.classes}</h3>
      <div class="scroll tall" tabindex="0" role="region" aria-label=${words.classes}>
        <table data-testid="classes">
          <thead><tr>${words.classColumns.map((title, at) => html`<th scope="col" class=${at === 0 ? 'text' : ''}>${title}</th>`)}</tr></thead>
          <tbody>${metrics.classes.map(({ index, support, precision, recall, f1 }) => html`<tr>
            <th scope="row" class="text">${className(model.classes, index)}</th>
            <td>${support}</td><td>${percent(precision)}</td><td>${percent(recall)}</td><td>${percent(f1)}</td>
          </tr>`)}</tbody>
        </table>
      </div>
    </figure>`;
}

/** @param {Result} result @param {import('../evaluate/run.js').Record[]} worst @param {string[]} classes */
function mistakes({ pictures }, worst, classes) {
  const address = (/** @type {import('../evaluate/run.js').Record} */ { path, file }) => {
    if (!pictures.has(path)) pictures.set(path, URL.createObjectURL(file));
    return pictures.get(path);
  };
  return html`
    <figure>
      <h3>${words.mistakes}</h3>
      ${worst.length === 0 ? html`<p class="note">${words.noMistakes}</p>` : html`
        <ol class="mistakes" data-testid="mistakes">${worst.map((record) => {
          const text = words.mistake(className(classes, record.truth), className(classes, record.top[0].index));
          return html`<li title=${record.path}>
            <img src=${address(record)} alt=${record.path} loading="lazy">
            <span>${text}</span> <span class="soft">${percent(record.top[0].score)}</span>
          </li>`;
        })}</ol>`}
    </figure>`;
}
