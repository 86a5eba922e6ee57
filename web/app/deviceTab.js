// What of the page is kept on this device, in one of the tabs of the details: its own files, the models
// that were downloaded, and what was set. Each with its size and a button that removes it; one more
// removes all. It is read when the tab is opened.

import { html, render } from '../vendor/lit-html.js';
import { latencies } from './device/latencies.js';
import { sizeText } from './figures.js';
import { keepFocus } from './focus.js';
import { texts } from './texts.js';
import { Kept } from './zoo/kept.js';

const words = texts.device;
/** Ours in the browser's storage, which other pages of the same address share. */
const OURS = /^gossamer[.-]/;

/** @typedef {{name: string, bytes: number, remove: () => Promise<unknown>}} Item */

export class DeviceTab {
  #host = /** @type {HTMLElement} */ (document.getElementById('device-list'));
  #models;
  #offline;
  #kept = new Kept();

  /** @param {import('./models.js').Models} models @param {import('./offline.js').Offline} offline */
  constructor(models, offline) {
    this.#models = models;
    this.#offline = offline;
  }

  async show() {
    const cards = await this.#kept.list();
    /** @type {Item[]} */
    const items = [
      { name: words.page, bytes: await this.#offline.size(), remove: () => this.#offline.remove() },
      {
        name: words.models, bytes: cards.reduce((sum, { bytes }) => sum + bytes, 0),
        remove: () => this.#removeModels(cards),
      },
      { name: words.settings, bytes: settingsBytes(), remove: removeSettings },
    ];
    const some = items.filter(({ bytes }) => bytes > 0);
    const remove = async (/** @type {Item[]} */ which) => {
      for (const item of which) await item.remove();
      await this.show();
    };
    keepFocus(() => render(html`
      <p>${some.length > 0 ? words.kept : words.nothing}</p>
      <ul class="kept">${some.map((item) => html`<li>
        <span>${item.name}</span><span class="size">${sizeText(item.bytes)}</span>
        <button type="button" aria-label=${words.removeOne(item.name)} @click=${() => remove([item])}>${words.remove}</button></li>`)}
      </ul>
      ${this.#offline.state === 'failed' ? html`<p>${words.notKept}</p>` : ''}
      ${some.length > 1 ? html`<button type="button" data-testid="remove-everything" @click=${() => remove(some)}>${words.removeAll}</button>` : ''}`,
    this.#host));
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

async function removeSettings() {
  latencies().forgetAll();  // or it would write again what it still holds
  for (const key of ourKeys()) localStorage.removeItem(key);
}
