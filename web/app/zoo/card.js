// One model in the list of the Models view: what it is, how fast it will be or was, and what can be done
// with it. A template for lit-html: what enters is the model's state, what leaves are the calls of its
// buttons.

import { html, nothing } from '../../vendor/lit-html.js';
import { sizeText } from '../figures.js';
import { texts } from '../texts.js';

const words = texts.models;

/**
 * @typedef {object} CardState
 * @property {string} name
 * @property {string} title
 * @property {string[]} facts  in one line
 * @property {string[]} badges
 * @property {number} [predicted]  milliseconds
 * @property {number} [measured]
 * @property {boolean} [large]
 * @property {{received: number, total: number}} [progress]  of the download under way
 * @property {string} [loading]  how far it is on its way into use
 * @property {number} [bytes]
 * @property {() => void} [onUse]
 * @property {() => void} [onDownload]
 * @property {() => void} [onCancel]
 * @property {() => void} [onRemove]
 * @property {() => void} [onReport]  what it is, and what is set for it
 * @property {[string, unknown][]} details
 */

/** @param {CardState} state */
export function card(state) {
  const { name, title, facts, badges, details } = state;
  return html`
    <li class="model-card" data-testid="model-card-${name}">
      <div class="about-model">
        <h4>${title}${badges.map((badge) => html` <span class="badge">${badge}</span>`)}</h4>
        <p class="soft">${facts.join(' · ')}</p>
        <p class="speed">${speed(state)}</p>
        ${state.large ? html`<p class="large">${words.large}</p>` : nothing}
      </div>
      <div class="model-actions">${state.progress ? downloading(state) : state.loading ? loading(state) : buttons(state)}</div>
      ${details.length ? html`<details>
        <summary aria-label="${words.details}: ${title}">${words.details}</summary>
        <dl>${details.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
      </details>` : nothing}
    </li>`;
}

/** @param {CardState} state */
function speed({ predicted, measured }) {
  if (measured !== undefined && predicted !== undefined) {
    const percent = Math.round(100 * (predicted / measured - 1));
    return words.both(milliseconds(measured), milliseconds(predicted), words.off(percent));
  }
  if (measured !== undefined) return words.measured(milliseconds(measured));
  return predicted === undefined ? words.unknown : words.predicted(milliseconds(predicted));
}

/** @param {CardState} state */
function downloading({ title, progress, onCancel }) {
  const { received, total } = /** @type {{received: number, total: number}} */ (progress);
  const all = received >= total;
  return html`
    <progress max=${total} value=${received} aria-label=${title}></progress>
    <span class="soft">${all ? words.checking : words.progress(sizeText(received), sizeText(total))}</span>
    <button type="button" @click=${onCancel} aria-label=${words.cancelNamed(title)}>${words.cancel}</button>`;
}

/** @param {CardState} state */
function loading({ title, loading: far, onCancel }) {
  return html`
    <span class="soft" role="status">${far}</span>
    <button type="button" @click=${onCancel} aria-label=${words.cancelLoading(title)}>${words.cancel}</button>`;
}

/** @param {CardState} state */
function buttons({ title, bytes = 0, onUse, onDownload, onRemove, onReport }) {
  const size = sizeText(bytes);
  return html`
    ${onUse ? html`<button type="button" @click=${onUse} aria-label=${words.useNamed(title)}>${words.use}</button>` : nothing}
    ${onDownload ? html`<button type="button" @click=${onDownload}
        aria-label=${words.downloadNamed(title, size)}>${words.download(size)}</button>` : nothing}
    ${onReport ? html`<button type="button" @click=${onReport} aria-label=${words.editNamed(title)}>${words.edit}</button>` : nothing}
    ${onRemove ? html`<button type="button" class="quiet" @click=${onRemove}
        aria-label=${words.removeNamed(title)}>${words.remove}</button>` : nothing}`;
}

/** @param {number} value */
export const milliseconds = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} ms`;
