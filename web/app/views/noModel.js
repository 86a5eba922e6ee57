// What a view says that needs a model while there is none: that it is on its way, or that it did not come
// and what to do. The foot of the page has the button for it.
import { html, nothing } from '../../vendor/lit-html.js';
import { texts } from '../texts.js';

/** @typedef {import('../models.js').Models} Models */

/** @param {Models} models */
export const noModelTitle = ({ status }) => (status.state === 'error' ? status.text : texts.model.waiting);

/** @param {Models} models */
export const noModelNote = ({ classifier, status }) => (classifier || status.state !== 'error' ? nothing
  : html`<p class="note" role="status" data-testid="no-model">${texts.model.failedHint}</p>`);

/** Calls back when there is news of a model that is not there yet. @param {Models} models @param {() => void} render */
export function whileNoModel(models, render) {
  models.addEventListener('status', () => { if (!models.classifier) render(); });
}
