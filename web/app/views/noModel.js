// What a view says that needs a model while there is none: that it is on its way, or that it did not come
// and what to do.
import { html, nothing } from '../../vendor/lit-html.js';
import { texts } from '../texts.js';

/** @typedef {import('../models.js').Models} Models */
/** @typedef {import('../views.js').App} App */

/** @param {Models} models */
export const noModelTitle = ({ status }) => (status.state === 'error' ? status.text : texts.model.waiting);

/** @param {App} app */
export function noModelView({ errors, models }) {
  const { classifier, status, retry } = models;
  if (classifier || status.state !== 'error') return nothing;
  return html`
    <p class="note" role="status" data-testid="no-model">${texts.model.failedHint}</p>
    ${retry ? html`<div class="actions"><button type="button" data-testid="retry" @click=${() => { errors.hide(); retry(); }}>${texts.frame.retry}</button></div>` : nothing}`;
}

/** Calls back when there is news of a model that is not there yet. @param {Models} models @param {() => void} render */
export function whileNoModel(models, render) {
  models.addEventListener('status', () => { if (!models.classifier) render(); });
}
