// The parts of the Inspect view: the layers as flame bar and table, what one puts out, and the heat map.
import { html, nothing } from '../../vendor/lit-html.js';
import { COLOURS, flameBar, kindsOf } from '../chart/flame.js';
import { className } from '../classNames.js';
import { milliseconds } from '../figures.js';
import { shapeText, totals } from '../inspect/layers.js';
import { texts } from '../texts.js';

/** @typedef {import('../inspect/layers.js').Layer} Layer */
/** @typedef {import('../inspect/layers.js').Step} Step */

const words = texts.inspect;

/** @param {number | undefined} share */
const percent = (share) => (share === undefined ? '–' : `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)}%`);

/** 1.2 M, 340 k: as much as a layer's size deserves. @param {number} count */
export function amount(count) {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} G`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  return count >= 1e4 ? `${(count / 1e3).toFixed(0)} k` : String(count);
}

/** @param {number} value */
const round = (value) => String(Number(value.toPrecision(3)));

/**
 * @param {object} parts
 * @param {Layer[]} parts.layers
 * @param {Step[]} parts.steps
 * @param {number | undefined} parts.peak  multiply-adds a second
 * @param {number} parts.width  of the flame bar
 * @param {number | undefined} parts.chosen
 * @param {(index: number) => void} parts.pick
 */
export function layersView({ layers, steps, peak, chosen, width, pick }) {
  const all = totals(steps, peak);
  const segments = layers.map(({ step, start, share }) => ({
    start, share, label: step.op, kind: step.op, about: `${step.op} ${step.node}: ${milliseconds(step.milliseconds)} ms, ${percent(share)}`,
  }));
  const hit = (/** @type {Event} */ event) => {
    const segment = event.target instanceof Element ? event.target.closest('[data-step]') : null;
    if (segment) pick(Number(segment.getAttribute('data-step')));
  };
  // The whole row is what is aimed at; the keyboard has the radio button in it.
  const hitRow = (/** @type {Event} */ event) => {
    const cell = event.target instanceof Element && !event.target.closest('label') ? event.target : undefined;
    cell?.closest('tr')?.querySelector('input')?.click();
  };
  return html`
    <section class="layers">
      <h3>${words.layers}</h3>
      <dl class="figures">
        ${[[words.time, `${milliseconds(all.milliseconds)} ms`], [words.multiplyAdds, amount(all.multiplyAdds)], [words.parameters, amount(all.parameters)],
          [words.ofPeak, percent(all.ofPeak)]].map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}
      </dl>
      <div class="flame" data-testid="flame" @click=${hit} .innerHTML=${flameBar(words.flame, segments, { chosen, width })}></div>
      <ul class="legend">${kindsOf(segments).slice(0, COLOURS).map(({ kind, share }, place) =>
        html`<li class="kind-${place}"><i></i><span>${kind} ${percent(share)}</span></li>`)}</ul>
      <div class="scroll tall" tabindex="0" role="region" aria-label=${words.layers}>
        <table data-testid="layers">
          <thead><tr>${words.columns.map((title, at) => html`<th scope="col" class=${at === 0 || at > 5 ? 'text' : ''}>${title}</th>`)}</tr></thead>
          <tbody @click=${hitRow}>${layers.map(({ step, index, share, ofPeak }) => html`<tr class=${index === chosen ? 'chosen' : ''}>
            <th scope="row" class="text" title=${step.node}><label><input type="radio" name="layer" class="unseen" .checked=${index === chosen} @change=${() => pick(index)}><b>${step.op}</b> <span class="soft">${step.node}</span></label></th>
            <td>${milliseconds(step.milliseconds)}</td><td>${percent(share)}</td><td>${percent(ofPeak)}</td>
            <td>${amount(step.multiplyAdds)}</td><td>${amount(step.parameters)}</td>
            <td class="text">${shapeText(step.shape)}</td><td class="text">${step.kernel}</td>
          </tr>`)}</tbody>
        </table>
      </div>
      <p class="note">${words.layersNote} ${peak ? words.peakNote((peak / 1e9).toFixed(1)) : ''}</p>
    </section>`;
}

/** @param {Layer} layer @param {import('../inspect/channels.js').Sheet | 'none' | undefined} sheet */
export function sheetView({ step }, sheet) {
  const text = sheet === 'none' ? words.noActivations : sheet
    ? words.activationsNote(sheet.pictures.length, sheet.channels, round(sheet.low), round(sheet.high)) : words.computing;
  return html`
    <section class="activations" data-testid="activations">
      <h3>${words.activations(`${step.op} ${step.node}`)}</h3>
      <p class="note">${text}</p>
      <div class="sheet" role="img" aria-label=${words.activations(step.op)}></div>
    </section>`;
}

/**
 * @param {object} parts
 * @param {import('../../gossamer.js').Category[]} parts.answer  classes to choose from
 * @param {string[]} parts.names
 * @param {number | undefined} parts.chosen
 * @param {import('../inspect/occlusion.js').HeatMap | undefined} parts.heat
 * @param {{done: number, total: number, left: string, stop: AbortController} | undefined} parts.heating
 * @param {(index: number) => void} parts.choose
 * @param {() => void} parts.compute
 */
export function heatView({ answer, names, chosen, heat, heating, choose, compute }) {
  const name = className(names, Number(chosen));
  return html`
    <section class="heat-part" data-testid="heat">
      <h3>${words.heat}</h3>
      <p class="note">${words.heatNote}</p>
      <div class="actions">
        <label class="field">${words.heatFor}
          <select data-testid="heat-class" ?disabled=${Boolean(heating)} @change=${(/** @type {Event} */ event) => choose(Number(/** @type {HTMLSelectElement} */ (event.target).value))}>
            ${answer.map(({ index, score }) => html`<option value=${index} ?selected=${index === chosen}>${className(names, index)} (${percent(score)})</option>`)}
          </select></label>
        ${heating ? nothing : html`<button type="button" data-testid="heat-begin" @click=${compute}>${words.heatStart}</button>`}
      </div>
      ${heating ? html`<div class="progress">
        <progress .max=${heating.total || 1} .value=${heating.done} aria-label=${words.heat}></progress>
        <p data-testid="heat-progress">${words.heatProgress(heating.done, heating.total, heating.left)}</p>
        <button type="button" data-testid="heat-cancel" @click=${() => heating.stop.abort()}>${words.cancel}</button></div>` : nothing}
      ${heat ? html`
        <canvas class="heat" role="img" aria-label=${words.heat}></canvas>
        <ul class="legend"><li class="for"><i></i><span>${words.speaksFor}</span></li><li class="against"><i></i><span>${words.speaksAgainst}</span></li></ul>
        ${heating ? nothing : html`<p class="note" data-testid="heat-result">
          ${words.heatResult(name, percent(heat.base), percent(Math.max(0, ...heat.values)))} ${heat.complete ? '' : words.heatCancelled}</p>`}` : nothing}
    </section>`;
}
