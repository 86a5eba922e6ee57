// Something to try the model with: a button on the stage that goes through the samples, and digit keys. Pictures come
// from the manifest's entry of the model; the pad's own are drawn stroke by stroke.

import { GossamerError } from '../../gossamer.js';
import { statusOf } from '../outage.js';
import { DIGITS } from '../strokes.js';
import { SYMBOLS } from '../symbolStrokes.js';
import { texts } from '../texts.js';

/** @typedef {import('../models.js').Choice} Choice */
/** @typedef {readonly (readonly import('../strokes.js').Stroke[])[]} Drawings */

/**
 * What the pad can draw for a model by itself.
 * @param {Choice | undefined} choice
 * @param {boolean} digits  its classes are the ten digits
 * @returns {Drawings}
 */
export function drawingsFor(choice, digits) {
  if (choice?.pad === 'strokes') return Object.values(SYMBOLS).slice(0, 10);
  return digits ? DIGITS : [];
}

export class Samples {
  #button = /** @type {HTMLButtonElement} */ (document.getElementById('sample'));
  #text = /** @type {HTMLElement} */ (document.getElementById('sample-text'));
  /** @type {string[]} Addresses of pictures. */
  #pictures = [];
  /** @type {Drawings} */
  #drawings = [];
  #next = 0;
  /** Counts the pictures that were asked for: only the latest comes on stage. */
  #presses = 0;
  #handlers;
  /** Whether the button was pressed with the keyboard's focus on it. */
  #focused = false;

  /**
   * @param {object} handlers
   * @param {(index: number) => void} handlers.onDrawing
   * @param {() => () => boolean} handlers.onAsk  a picture is fetched; gives a function that says whether nothing was
   *     done since that it would replace
   * @param {(picture: Blob, name: string) => void} handlers.onPicture
   * @param {(error: unknown) => void} handlers.onError
   */
  constructor(handlers) {
    this.#handlers = handlers;
    this.#button.addEventListener('click', () => {
      this.#focused = document.activeElement === this.#button;
      return this.show(this.#next++);
    });
  }

  /** @param {number} index  of a sample; after the last comes the first */
  async show(index) {
    const { onDrawing, onAsk, onPicture, onError } = this.#handlers;
    const pictures = this.#pictures;
    if (pictures.length === 0) return onDrawing(index % (this.#drawings.length || DIGITS.length));
    const address = pictures[index % pictures.length];
    const press = ++this.#presses;
    const isWanted = onAsk();
    const isLatest = () => press === this.#presses && pictures === this.#pictures && isWanted();
    try {
      const response = await fetch(address);
      if (!response.ok) throw new Error(statusOf(response));
      const picture = await response.blob();
      if (isLatest()) onPicture(picture, address.split('/').pop() ?? '');
    } catch (cause) {
      if (!isLatest()) return;
      onError(new GossamerError({
        code: 'NETWORK', stage: 'download', message: `the sample cannot be read: ${address}`,
        got: String(cause), cause,
      }));
    }
  }

  /** @param {string[]} pictures @param {Drawings} drawings */
  setSamples(pictures, drawings) {
    this.#pictures = pictures;
    this.#drawings = drawings;
    this.#next = 0;
  }

  /**
   * @param {boolean} wanted
   * @param {boolean} [again]  a sample is on stage: the button makes room for it
   */
  setShown(wanted, again = false) {
    this.#button.hidden = !wanted || (this.#pictures.length === 0 && this.#drawings.length === 0);
    this.#button.toggleAttribute('data-again', again);
    // It was hidden while the sample came, which takes the focus away.
    if (again && this.#focused && document.activeElement === document.body) this.#button.focus({ preventScroll: true });
    if (again) this.#focused = false;
    this.#text.textContent = again ? texts.classify.anotherSample : texts.classify.sample;
  }
}
