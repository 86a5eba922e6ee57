// The reading: the class, its probability, a bar per class, and the times. Bars keep their place:
// with few classes they stand in the model's order, with many the rows of classes that stay among
// the likeliest do not move when others come and go. Screen readers hear a result once it holds.

import { className } from './classNames.js';
import { texts } from './texts.js';

/** @typedef {import('../gossamer.js').ImageClassifierResult} Result */
/** @typedef {import('../gossamer.js').Category} Category */


/** Up to so many classes all are shown. */
const ALL = 12;
/** Of more, so many. */
const SOME = 6;
/** A result must hold so long before it is spoken, in milliseconds. */
const SETTLE = 700;
/** In place of a class: none of them reaches the threshold. */
const UNSURE = -2;

const percent = new Intl.NumberFormat('en', {
  style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1,
});

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class ResultView {
  #label = element('label');
  #probability = element('probability');
  #bars = element('bars');
  /** True when only the likeliest classes have rows. */
  #partial = false;
  /** @type {string[]} Names of the classes, in order. */
  #names = [];
  #count = ALL;
  #threshold = 0;
  #announce;
  #rateField = element('rate-field');
  /** @type {Map<number, HTMLElement>} Rows by class index, in their order on the page. */
  #rows = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #speech;
  /** @type {{what: number, text: string} | undefined} What will be spoken. */
  #next;
  /** The class that was spoken of last, or UNSURE; -1: none. */
  #said = -1;
  #lastFrame = 0;
  #interval = 0;

  /** @param {(text: string) => void} announce  says something to screen readers */
  constructor(announce) {
    this.#announce = announce;
  }

  /**
   * Lays the bars out for a model.
   * @param {string[]} names  in class order; empty if unknown
   * @param {{count?: number, threshold?: number}} [shown]  count: how many have bars, 0 as many as fit;
   *     threshold: those below have none
   */
  setClasses(names, { count = 0, threshold = 0 } = {}) {
    element('reading').removeAttribute('data-waiting');
    this.#bars.replaceChildren();
    this.#rows.clear();
    this.#names = names;
    this.#count = shownCount(names.length, count);
    this.#threshold = threshold;
    this.#partial = names.length > this.#count;
    const long = names.some((name) => name.length > 3);
    this.#bars.toggleAttribute('data-named', this.#partial || long);
    if (names.length) this.#bars.style.setProperty('--rows', String(Math.min(names.length, this.#count)));
    if (!this.#partial) names.forEach((name, index) => this.#rows.set(index, this.#addRow(name)));
    this.clear();
  }

  clear() {
    this.showNothing();
    this.setLive(false);
    this.announce('');
  }

  /** There is nothing to read for the moment. */
  showNothing() {
    this.#label.textContent = '–';
    this.#label.toggleAttribute('data-empty', true);
    this.#label.toggleAttribute('data-long', false);
    this.#probability.textContent = '';
    if (this.#partial) {
      this.#bars.replaceChildren();
      this.#rows.clear();
    }
    for (const row of this.#rows.values()) {
      fillRow(row, 0, false);
      row.children[2].textContent = '';
    }
    for (const id of ['preprocess', 'inference']) element(id).textContent = '–';
    clearTimeout(this.#speech);
    this.#speech = undefined;
  }

  /** Shows or hides the frame rate. @param {boolean} live */
  setLive(live) {
    this.#rateField.hidden = !live;
    this.#bars.toggleAttribute('data-live', live);
    this.#lastFrame = 0;
    this.#interval = 0;
  }

  /** @param {Result} result */
  show({ classifications: [{ categories }], finite, timing }) {
    const top = categories[0];
    if (!top) return;
    // NaN is shown, so that it is seen.
    const unsure = top.score < this.#threshold;
    const name = className(this.#names, top.index);
    this.#label.textContent = unsure ? texts.classify.unsure(percent.format(this.#threshold)) : name;
    this.#label.toggleAttribute('data-empty', unsure);
    this.#label.toggleAttribute('data-long', unsure || name.length > 3);
    this.#probability.textContent = unsure ? '' : finite ? percent.format(top.score) : texts.classify.notFinite;
    this.#showBars(categories);
    element('preprocess').textContent = milliseconds(timing.preprocess);
    element('inference').textContent = milliseconds(timing.inference);
    if (!this.#rateField.hidden) this.#countFrame();
    this.#speak(unsure ? UNSURE : top.index, unsure ? this.#label.textContent : `${name}, ${this.#probability.textContent}`);
  }

  /** Says something to screen readers at once. @param {string} text */
  announce(text) {
    clearTimeout(this.#speech);
    this.#speech = undefined;
    this.#said = -1;
    this.#announce(text);
  }

  /** @param {Category[]} categories  likeliest first */
  #showBars(categories) {
    const above = categories.filter(({ score }) => !(score < this.#threshold));
    const shown = above.slice(0, this.#count);
    const wanted = new Set(shown.map(({ index }) => index));
    const free = [...this.#rows].filter(([index]) => !wanted.has(index));
    for (const { index } of shown) {
      if (this.#rows.has(index)) continue;
      const name = className(this.#names, index);
      const vacated = free.shift();
      const row = vacated ? vacated[1] : this.#addRow(name);
      if (vacated) this.#rows.delete(vacated[0]);
      row.children[0].textContent = name;
      this.#rows.set(index, row);
    }
    // Left over when fewer categories are shown than there are rows, as with a threshold.
    for (const [index, row] of free) {
      if (this.#partial) this.#rows.delete(index);
      if (this.#partial) row.remove();
      else fillRow(row, 0, false);
    }
    for (const { index, score } of shown) {
      fillRow(/** @type {HTMLElement} */ (this.#rows.get(index)), score, index === shown[0].index);
    }
  }

  /** @param {string} name */
  #addRow(name) {
    const row = document.createElement('li');
    const parts = ['name', 'track', 'value'].map((part) => {
      const span = document.createElement('span');
      span.className = part;
      return span;
    });
    parts[0].textContent = name;
    parts[1].append(Object.assign(document.createElement('span'), { className: 'fill' }));
    row.append(...parts);
    this.#bars.append(row);
    fillRow(row, 0, false);
    return row;
  }

  #countFrame() {
    const now = performance.now();
    if (this.#lastFrame) {
      const interval = now - this.#lastFrame;
      this.#interval = this.#interval ? 0.9 * this.#interval + 0.1 * interval : interval;
      element('rate').textContent = texts.classify.perSecond((1000 / this.#interval).toFixed(0));
    }
    this.#lastFrame = now;
  }

  /** Speaks of a class, or that none is sure, once that has held; in the latest words. @param {number} what @param {string} text */
  #speak(what, text) {
    const before = this.#next?.what;
    this.#next = { what, text };
    if (this.#speech && before === what) return;
    clearTimeout(this.#speech);
    this.#speech = undefined;
    if (this.#said === what) return;
    this.#speech = setTimeout(() => {
      const next = /** @type {{what: number, text: string}} */ (this.#next);
      this.announce(next.text);
      this.#said = next.what;
    }, SETTLE);
  }
}

/**
 * How many classes have bars.
 * @param {number} classes
 * @param {number} wanted  0: all where they are few, some where they are many
 */
export function shownCount(classes, wanted) {
  return wanted > 0 ? Math.min(wanted, Math.max(classes, 1)) : classes <= ALL ? ALL : SOME;
}

/** @param {HTMLElement} row @param {number} score @param {boolean} top */
function fillRow(row, score, top) {
  const share = Number.isFinite(score) ? Math.min(1, Math.max(0, score)) : 0;
  const fill = /** @type {HTMLElement} */ (row.querySelector('.fill'));
  fill.style.transform = `scaleX(${share})`;
  row.children[2].textContent = percent.format(share);
  row.dataset.score = String(share);
  row.toggleAttribute('data-top', top);
}

/** @param {number} value */
function milliseconds(value) {
  // Without isolation headers clocks step by whole milliseconds in some browsers.
  if (Number.isInteger(value)) return value > 0 ? `${value} ms` : 'under 1 ms';
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
}
