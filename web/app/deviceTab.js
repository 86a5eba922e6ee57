// What of the page is kept on this device, in one of the tabs of the details: its own files, the models
// that were downloaded, and what was set. Each with its size and a button that removes it; one more
// removes all. It is read when the tab is opened, and again when something of it has changed.

import { html, render } from '../vendor/lit-html.js';
import { latencies } from './device/latencies.js';
import { sizeText } from './figures.js';
import { keepFocus } from './focus.js';
import { remembered } from './own/remembered.js';
import { texts } from './texts.js';
import { Kept } from './zoo/kept.js';

const words = texts.device;
/** Ours in the browser's storage, which other pages of the same address share. */
const OURS = /^gossamer[.-]/;

/** @typedef {{name: string, bytes: number, remove: () => unknown}} Item */

export class DeviceTab {
  #host = /** @type {HTMLElement} */ (document.getElementById('device-list'));
  #tab = document.getElementById('tab-device');
  #models;
  #offline;
  #settings;
  #kept = new Kept();
  /** @type {import('./zoo/kept.js').Card[]} */
  #cards = [];
  /** Bytes of the page's files. */
  #page = 0;
  /** Counts what was looked at, so that the latest look counts. */
  #turn = 0;
  /** Whether all is really to be removed was asked, and not answered yet. */
  #asked = false;

  /**
   * @param {import('./models.js').Models} models
   * @param {import('./offline.js').Offline} offline
   * @param {import('./settings.js').Settings} settings
   */
  constructor(models, offline, settings) {
    this.#models = models;
    this.#offline = offline;
    this.#settings = settings;
    // They change with every picture that is classified; nothing else has to be looked at for them.
    for (const source of [latencies(), settings]) source.addEventListener('change', () => this.#render());
  }

  /** Looks at all that is kept. */
  async show() {
    const turn = ++this.#turn;
    const [cards, page] = [await this.#kept.list(), await this.#offline.size()];
    if (turn !== this.#turn) return;
    this.#cards = cards;
    this.#page = page;
    this.#render();
  }

  #render() {
    if (!this.#host.checkVisibility()) return;
    const some = this.#items();
    const isLarge = some.length > 1;
    if (!isLarge) this.#asked = false;
    const remove = async (/** @type {Item[]} */ which) => {
      this.#asked = false;
      for (const item of which) await item.remove();
      await this.show();
    };
    const all = () => {
      if (this.#asked) return remove(this.#items());
      return this.#ask(true);
    };
    keepFocus(() => render(html`
      <p>${some.length > 0 ? words.kept : words.nothing}</p>
      <ul class="kept">${some.map((item) => html`<li>
        <span>${item.name}</span><span class="size">${sizeText(item.bytes)}</span>
        <button type="button" aria-label=${words.removeOne(item.name)} @click=${() => remove([item])}>${words.remove}</button></li>`)}
      </ul>
      ${this.#offline.state === 'failed' ? html`<p>${words.notKept}</p>` : ''}
      ${isLarge ? html`<button type="button" data-testid="remove-everything" @click=${all} @blur=${() => this.#ask(false)}
        >${this.#asked ? texts.models.reallyAll(some.length) : words.removeAll}</button>` : ''}
      <p role="status">${this.#asked && remembered().length > 0 ? words.ownToo : ''}</p>`,
    this.#host), this.#tab);
  }

  /** @param {boolean} asked */
  #ask(asked) {
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#render();
  }

  /** What is kept, as far as it was looked at. */
  #items() {
    /** @type {Item[]} */
    const items = [
      { name: words.page, bytes: this.#page, remove: () => this.#offline.remove() },
      { name: words.models, bytes: this.#cards.reduce((sum, { bytes }) => sum + bytes, 0), remove: () => this.#removeModels(this.#cards) },
      { name: words.settings, bytes: settingsBytes(), remove: () => this.#removeSettings() },
    ];
    return items.filter(({ bytes }) => bytes > 0);
  }

  #removeSettings() {
    latencies().forgetAll();  // or it would write again what it still holds
    for (const key of ourKeys()) localStorage.removeItem(key);
    this.#settings.follow();
  }

  /** @param {import('./zoo/kept.js').Card[]} cards */
  async #removeModels(cards) {
    await this.#kept.removeAll();
    for (const { name } of cards) this.#models.withdraw(name);
  }
}

function ourKeys() {
  try {
    return Object.keys(localStorage).filter((key) => OURS.test(key));
  } catch {
    return [];  // storage is denied
  }
}

/** UTF-16, as browsers count it. */
function settingsBytes() {
  return ourKeys().reduce((sum, key) => sum + 2 * (key.length + (localStorage.getItem(key) ?? '').length), 0);
}
