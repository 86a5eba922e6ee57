// What the Models view says is kept on the device: models that were downloaded, and recipes and labels of models of
// one's own; each with a way to remove it, and all together, which asks back. What removing means the view knows.

import { repeat } from '../../vendor/directives/repeat.js';
import { html } from '../../vendor/lit-html.js';
import { sizeText } from '../figures.js';
import { forget, remembered } from '../own/remembered.js';
import { texts } from '../texts.js';

/** @typedef {import('../zoo/kept.js').Card} Card */
/** @typedef {{key: string, text: string, label: string, remove: () => unknown}} Item */
/**
 * @typedef {object} Actions
 * @property {(card: Card) => unknown} removeCard
 * @property {() => Promise<unknown>} removeRest  what has no card
 * @property {() => unknown} onAsk  what is shown has changed
 * @property {(said: string) => unknown} onRemoved
 */

const words = texts.models;

export class KeptList {
  #actions;
  /** Whether all is really to be removed was asked, and not answered yet. */
  #asked = false;

  /** @param {Actions} actions */
  constructor(actions) {
    this.#actions = actions;
  }

  /** @param {Card[]} cards */
  template(cards) {
    const items = this.#items(cards);
    if (!items.length) {
      this.#asked = false;
      return html`<p class="note">${words.keptNone}</p>`;
    }
    return html`
      <ul class="kept-list">${repeat(items, ({ key }) => key, (item) => html`<li><span>${item.text}</span>
        <button type="button" class="quiet" aria-label=${item.label} @click=${() => this.#remove([item])}>${words.remove}</button></li>`)}</ul>
      <div class="actions"><button type="button" data-testid="remove-all" @click=${() => {
        if (this.#asked || items.length === 1) this.#remove(items);
        else this.#ask(true);
      }} @blur=${() => {
        if (this.#asked) this.#ask(false);  // otherwise it may be on its way out of the page
      }}>${this.#asked ? words.reallyAll(items.length) : words.removeAll}</button></div>`;
  }

  /** @param {Card[]} cards @returns {Item[]} */
  #items(cards) {
    return [
      ...cards.map((each) => ({
        key: each.sha256, text: words.keptItem(each.title, sizeText(each.bytes)), label: words.removeNamed(each.title),
        remove: () => this.#actions.removeCard(each),
      })),
      ...remembered().map(({ key, settled: { title, bytes, date } }) => {
        // Models that were trained again have the name and often the size of the one before.
        const which = words.keptOwn(title, sizeText(bytes), minuteText(date));
        return { key: `own ${key}`, text: words.settings(which), label: words.forgetNamed(which), remove: () => forget(key) };
      }),
    ];
  }

  /** @param {boolean} asked */
  #ask(asked) {
    this.#asked = asked;
    this.#actions.onAsk();
  }

  /** @param {Item[]} items */
  async #remove(items) {
    this.#asked = false;
    for (const item of items) await item.remove();
    if (items.length > 1) await this.#actions.removeRest();
    await this.#actions.onRemoved(items.length > 1 ? words.removedAll : words.removed(items[0].text));
  }
}

/** To the minute, in the time of this place. @param {string} date */
function minuteText(date) {
  const moment = new Date(date);
  if (Number.isNaN(moment.getTime())) return date;
  return moment.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
}
