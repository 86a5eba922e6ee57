// What the panel for a model of one's own shows: report, recipe with its picture, names of classes, and
// what can be done. A template for lit-html over the panel's state (panel.js).

import { CHANNELS, FILTERS, FITS, PRESETS, SCORES, numbers, presetOf } from '../../extras.js';
import { html, nothing } from '../../vendor/lit-html.js';
import { live } from '../../vendor/directives/live.js';
import { predict, thisDevice, tooLarge } from '../device/predict.js';
import { sizeText } from '../figures.js';
import { texts } from '../texts.js';
import { milliseconds } from '../zoo/card.js';

/** @typedef {import('./panel.js').OwnPanel} OwnPanel */
/** @typedef {import('../../tools.js').ModelReport} ModelReport */
/** @typedef {import('../../extras.js').Recipe} Recipe */

const words = texts.own;
/** Pixels of a side. */
const MOST = 8192;

/** @param {OwnPanel} panel */
export function panelTemplate(panel) {
  const { file, report, recipe } = panel;
  return html`
    <div class="actions"><button type="button" class="link" @click=${() => panel.close()}>‹ ${words.back}</button></div>
    <h2>${file ? words.title(file.name, sizeText(report?.modelBytes ?? file.size)) : nothing}</h2>
    ${report ? reportOf(panel, report) : html`<p class="note" role="status">${words.reading}</p>`}
    ${report && recipe ? report.runs ? settings(panel, report, recipe) : remedy(panel, report) : nothing}`;
}

/**
 * What can be set for a model that runs.
 * @param {OwnPanel} panel @param {ModelReport} report @param {Recipe} recipe
 */
const settings = (panel, report, recipe) => html`
  ${panel.input ? recipeOf(panel, recipe) : !report.picture ? nothing : html`<p class="note">${words.noPreview}</p>`}
  ${labelsOf(panel)}${actions(panel, report)}`;

/** What may help one that does not run: its weights, or another size. @param {OwnPanel} panel @param {ModelReport} report */
function remedy(panel, { missing, operators }) {
  if (missing.length) {
    return html`<div class="actions"><button type="button" class="primary" data-testid="choose-missing"
      @click=${() => document.getElementById('open-model')?.click()}>${words.chooseMissing}</button></div>`;
  }
  if (!panel.resizable || operators.some(({ supported }) => !supported)) return nothing;
  return html`<section data-testid="other-size"><p class="note">${words.otherSize}</p>
    <div class="fields">${numberField(words.size, panel.side, (value) => panel.setSide(value))}</div></section>`;
}

/** @param {OwnPanel} panel @param {ModelReport} report */
function reportOf({ speed }, report) {
  const { inputs, outputs, parameters, multiplyAdds, memory, scores, producer, missing, operators, nodes, problem, runs } = report;
  const cost = { multiplyAdds: multiplyAdds ?? undefined, weightBytes: report.weightBytes };
  const time = speed && predict(cost, speed, thisDevice());
  /** @type {[string, unknown][]} */
  const facts = [
    [words.inputs, inputs.map(tensor).join('; ')], [words.outputs, outputs.map(tensor).join('; ')],
    [words.parameters, count(parameters)],
    ...(runs ? /** @type {[string, unknown][]} */ ([
      [words.multiplyAdds, multiplyAdds === null ? words.unknown : count(multiplyAdds)],
      [words.memory, memory ? words.memoryParts(sizeText(memory.weightBytes), sizeText(memory.arenaBytes)) : words.unknown],
      [words.latency, time !== undefined ? milliseconds(time) : multiplyAdds === null ? words.unknown : words.measuring],
    ]) : []),
    [words.scores, scores?.reason ?? ''], [words.producer, producer],
  ];
  const lacking = operators.filter(({ supported }) => !supported);
  return html`
    <section data-testid="report" aria-label=${words.report}>
      <p class="verdict" ?data-bad=${!report.runs}>${verdict(report)}</p>
      ${missing.length ? html`<p class="note">${words.missingNote(missing)}</p>`
        : problem && !lacking.length ? html`<p class="note">${problem.message}${problem.hint ? html`. ${problem.hint}` : nothing}</p>` : nothing}
      ${lacking.length ? html`<p class="note">${words.lacking(lacking.map(({ name, count: times }) => `${name} × ${times}`).join(', '))}</p>` : nothing}
      <dl class="facts-list">${facts.filter(([, value]) => value !== '').map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
      <details><summary>${words.operators(operators.length, nodes)}</summary>
        <div class="scroll tall" tabindex="0" role="region" aria-label=${words.operators(operators.length, nodes)}><table>
          <thead><tr><th class="text">${words.operator}</th><th>${words.count}</th><th>${words.supported}</th></tr></thead>
          <tbody>${operators.map(({ domain, name, count: times, supported }) => html`
            <tr ?data-bad=${!supported}><td class="text">${domain ? `${domain}.` : ''}${name}</td><td>${times}</td><td>${supported ? words.yes : words.no}</td></tr>`)}</tbody>
        </table></div></details>
    </section>`;
}

/** Inputs that take no picture, which the page has no place for. @param {ModelReport} report */
function otherInputs({ inputs, picture }) {
  return picture ? inputs.filter(({ name }) => name !== picture.input) : [];
}

/** @param {ModelReport} report */
function verdict(report) {
  const { runs, reference, weightBytes, memory, missing } = report;
  if (missing.length) return words.missing;
  if (!runs) return words.cannot;
  if (!report.picture) return words.noPicture;
  const others = otherInputs(report);
  if (others.length) return words.needsMore(others.map(tensor).join('; '));
  if (tooLarge({ weightBytes, memory: memory?.arenaBytes }, thisDevice())) return words.tooLarge;
  const percent = Math.round(100 * (reference?.share ?? 0));
  return reference && percent > 0 ? words.runsSlowly(reference.steps, percent) : words.runs;
}

/** @param {OwnPanel} panel @param {Recipe} recipe */
function recipeOf(panel, recipe) {
  const { input, seen, canvases, reason, notes, takesBytes } = panel;
  const { layout = 'NCHW', width = 0, height = 0, channels = 3 } = input ?? {};
  const preset = presetOf(recipe, { bytes: takesBytes }) ?? '';
  const own = /** @type {[string, string]} */ (['', words.ownNumbers]);
  const presets = Object.keys(PRESETS).filter((name) => channels === 3 || !['imagenet', 'caffe'].includes(name));
  return html`
    <section data-testid="recipe-editor" class="recipe">
      <div><h3>${words.recipe}</h3><p class="note">${reason}</p>${notes.map((note) => html`<p class="note">${note}</p>`)}</div>
      <div class="fields">
        ${panel.resizable ? numberField(words.size, panel.side, (value) => panel.setSide(value))
          : html`<p class="field"><span>${words.size}</span><output>${width} × ${height}</output></p>`}
        ${channels === 1 ? html`<p class="field"><span>${words.channels}</span><output>${words.grayOnly}</output></p>` : select(words.channels, CHANNELS.filter((name) => name !== 'gray'), words.channelNames, recipe.channels, (value) => panel.change({ channels: value }))}
        ${select(words.fit, FITS, words.fitNames, recipe.fit, (value) => panel.change({ fit: value }))}
        ${recipe.fit === 'shorter' ? numberField(words.resize, recipe.resize ?? Math.max(width, height), (value) => panel.change({ resize: value })) : nothing}
        ${recipe.fit === 'foreground' ? numberField(words.box, recipe.box ?? width, (value) => panel.change({ box: value })) : nothing}
        ${recipe.fit === 'letterbox' ? listField(words.fill, recipe.fill ?? [0], (value) => panel.change({ fill: value })) : nothing}
        ${select(words.filter, FILTERS, {}, recipe.filter, (value) => panel.change({ filter: value }))}
        ${select(words.numbers, [...presets, ''], { ...words.presets, '': own[1] }, preset, (value) => panel.choosePreset(value), 'wide')}
        ${listField(words.scale, [recipe.scale ?? (takesBytes ? 1 : 1 / 255)], ([value]) => panel.change({ scale: value }))}
        ${listField(words.mean, recipe.mean ?? [0], (value) => panel.change({ mean: value }), 'list')}
        ${listField(words.std, recipe.std ?? [1], (value) => panel.change({ std: value }), 'list')}
        ${select(words.scoresAre, ['', ...SCORES], { '': words.found }, recipe.scores ?? '', (value) => panel.change({ scores: value || undefined }))}
        <p class="field wide"><span>${words.layout}</span><output>${words.layouts[layout]}</output></p>
        <label class="field wide"><span>${words.text}</span><input type="text" spellcheck="false" autocomplete="off" data-testid="recipe-text"
          .value=${panel.recipeText} @change=${(/** @type {Event} */ event) => takeText(panel, event)}></label>
        ${panel.recipeProblem ? html`<p class="note bad wide" role="alert">${panel.recipeProblem}</p>` : nothing}
      </div>
      <div class="pictures">
        <figure>${canvases.picture}<figcaption>${words.picture}</figcaption></figure>
        <figure>${canvases.seen}<figcaption>${words.seen}${seen && !panel.previewProblem
          ? html`, ${words.range(rounded(seen.range.minimum), rounded(seen.range.maximum))}` : nothing}</figcaption></figure>
        ${panel.previewProblem ? html`<p class="note bad" role="alert">${panel.previewProblem}</p>` : nothing}
        <label class="file"><span>${words.another}</span><input type="file" accept="image/*" @change=${(/** @type {Event} */ event) => {
          const [picture] = /** @type {HTMLInputElement} */ (event.target).files ?? [];
          if (picture) panel.showPicture(picture);
        }}></label>
      </div>
    </section>`;
}

/** What is written comes back in its shortest form; what is no recipe stays as it is, to be mended. @param {OwnPanel} panel @param {Event} event */
function takeText(panel, event) {
  panel.writeRecipe(valueOf(event));
  if (!panel.recipeProblem) /** @type {HTMLInputElement} */ (event.target).value = panel.recipeText;
}

/** @param {OwnPanel} panel */
function labelsOf(panel) {
  const { labels, classes, labelsText, labelsReason, usableLabels } = panel;
  return html`
    <section class="labels"><h3 id="labels-title">${words.labels}</h3>
      <p class="note">${labelsReason} ${words.labelCount(labels.length, classes)}. ${labels.length && !usableLabels ? words.labelsWrong(classes) : nothing}</p>
      <textarea rows="6" spellcheck="false" data-testid="labels-text" aria-labelledby="labels-title" .value=${live(labelsText)}
        @input=${(/** @type {Event} */ event) => panel.writeLabels(valueOf(event))}></textarea>
      <p class="note">${words.labelsHint}</p>
      ${classes === 1000 || classes === 1001 ? html`<div class="actions"><button type="button" data-testid="imagenet-labels"
        @click=${() => panel.takeImagenetLabels()}>${words.imagenet}</button></div>` : nothing}
    </section>`;
}

/** @param {OwnPanel} panel @param {ModelReport} report */
function actions(panel, report) {
  const usable = report.runs && report.picture && !otherInputs(report).length && !panel.previewProblem;
  return html`
    <div class="actions">
      <button type="button" class="primary" data-testid="use-own" ?disabled=${!usable} @click=${() => panel.use()}>${words.use}</button>
      <button type="button" data-testid="save-own" @click=${() => panel.save()}>${words.save}</button>
      ${panel.known ? html`<button type="button" class="quiet" @click=${() => panel.forget()}>${words.forget}</button>` : nothing}
    </div>
    <p class="note" role="status">${panel.said}</p>`;
}

// Fields are not live: what somebody is writing stays when the panel is rendered meanwhile.

/**
 * @template {string} Name
 * @param {string} title
 * @param {readonly Name[]} names
 * @param {Record<string, string>} shown
 * @param {string} value
 * @param {(value: Name) => unknown} onChange
 * @param {'' | 'wide'} [place]
 */
const select = (title, names, shown, value, onChange, place = '') => html`
  <label class="field ${place}"><span>${title}</span><select .value=${live(value)} @change=${(/** @type {Event} */ event) => onChange(/** @type {Name} */ (valueOf(event)))}>
    ${names.map((name) => html`<option value=${name} ?selected=${name === value}>${shown[name] ?? name}</option>`)}</select></label>`;

/** @param {string} title @param {number} value @param {(value: number) => unknown} onChange */
const numberField = (title, value, onChange) => html`
  <label class="field"><span>${title}</span><input type="number" min="1" max=${MOST} .value=${String(value)}
    @change=${(/** @type {Event} */ event) => {
      const number = Number(valueOf(event));
      if (Number.isInteger(number) && number >= 1 && number <= MOST) onChange(number);
      else /** @type {HTMLInputElement} */ (event.target).value = String(value);
    }}></label>`;

/** @param {string} title @param {number[]} value @param {(value: number[]) => unknown} onChange @param {'' | 'list'} [kind]  list: of three numbers */
const listField = (title, value, onChange, kind = '') => html`
  <label class="field ${kind}"><span>${title}</span><input type="text" inputmode="decimal" autocomplete="off" .value=${value.map(short).join(', ')}
    @change=${(/** @type {Event} */ event) => {
      const list = numbers(valueOf(event));
      if (list) onChange(list);
      else /** @type {HTMLInputElement} */ (event.target).value = value.map(short).join(', ');
    }}></label>`;

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLInputElement} */ (event.target).value;

/** @param {{name: string, type: string, shape: (number | string)[]}} value */
const tensor = ({ name, type, shape }) => `${name}, ${type} ${shape.map((extent) => (extent === -1 ? '?' : extent)).join(' × ')}`;

/** @param {number} value */
function count(value) {
  if (value < 1e5) return value.toLocaleString('en');
  return value < 1e9 ? `${(value / 1e6).toFixed(value < 1e7 ? 2 : 1)} million` : `${(value / 1e9).toFixed(2)} thousand million`;
}

/** @param {number} value */
const rounded = (value) => String(Number(value.toFixed(2)));

/** @param {number} value */
const short = (value) => String(Number(value.toPrecision(6)));
