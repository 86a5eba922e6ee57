// What the model sees: its prepared input as a small picture, and a frame around the part of the
// picture that it comes from. Both are computed by the library's tools in a worker of their own, which
// is loaded once there is a first result; while a camera runs, a few times a second. Where they do not come,
// that is said in the place of the small picture.

import { keepFocus } from '../focus.js';
import { asFailure, isLasting } from '../outage.js';
import { isWhole, onStage, putFrame, sizeOf } from './overlay.js';
import { texts } from '../texts.js';

/** @typedef {import('../../gossamer.js').Region} Region */
/** @typedef {import('../../gossamer.js').ImageClassifier} ImageClassifier */
/** @typedef {import('../faces.js').Picture} Picture */

/**
 * @typedef {object} How
 * @property {Region} [region]  of the picture that was classified
 * @property {{cover: boolean, mirrored: boolean}} [framed]  where the stage shows it; none: no frame
 *
 * @typedef {{classifier: ImageClassifier, picture: Picture, how: How}} Look
 */

/** Milliseconds between two looks while the picture changes. */
const PACE = 400;

export class Lens {
  #canvas = /** @type {HTMLCanvasElement} */ (document.getElementById('seen'));
  #crop = /** @type {HTMLElement} */ (document.getElementById('crop'));
  #failed = /** @type {HTMLElement} */ (document.getElementById('seen-failed'));
  #why = /** @type {HTMLElement} */ (document.getElementById('seen-why'));
  #settings;
  /** Counts what ends looks. */
  #turn = 0;
  #busy = false;
  #last = 0;
  /**
   * Why nothing is shown until another model is in use: its input cannot be shown, or a part of the page did
   * not come, which is said and can be tried again.
   * @type {'input' | 'fetch' | undefined}
   */
  #broken;
  /** @type {Look | undefined} What it was asked for last. */
  #latest;
  /** @type {Look | undefined} What is to be looked at next. */
  #next;

  /** @param {import('../settings.js').Settings} settings */
  constructor(settings) {
    this.#settings = settings;
    document.getElementById('see-again')?.addEventListener('click', () => {
      this.#broken = undefined;
      if (this.#latest) this.look(this.#latest.classifier, this.#latest.picture, this.#latest.how);
    });
  }

  /** Nothing is seen. */
  clear() {
    this.#turn++;
    this.#next = undefined;
    this.#canvas.hidden = true;
    this.#crop.hidden = true;
    this.#latest = undefined;
    this.#setFailed(false);
    this.#last = 0;
  }

  /**
   * Looks at what was just classified, soon: of pictures that come faster, the latest one counts.
   * @param {ImageClassifier} classifier
   * @param {Picture} picture
   * @param {How} how
   */
  async look(classifier, picture, how) {
    const { region, framed } = how;
    if (framed && region && this.#crop.hidden) {
      // At once; what the recipe cuts off besides follows.
      putFrame(this.#crop, onStage(region, sizeOf(picture), framed));
      this.#crop.hidden = false;
    }
    if (!this.#settings.seen) return;
    this.#latest = { classifier, picture, how };
    this.#setFailed(this.#broken === 'fetch');
    if (this.#broken) return;
    this.#next = this.#latest;
    if (this.#busy) return;
    this.#busy = true;
    while (this.#next) {
      const wait = this.#last + PACE - performance.now();
      if (wait > 0) await new Promise((resolve) => { setTimeout(resolve, wait); });
      const next = this.#next;
      this.#next = undefined;
      if (next) await this.#see(next);
    }
    this.#busy = false;
  }

  /** @param {Look} what */
  async #see({ classifier, picture, how: { region, framed } }) {
    const turn = this.#turn;
    try {
      const { preview } = await import('../../tools.js');
      const size = sizeOf(picture);
      const { image, region: seen } = await preview(classifier, picture, { regionOfInterest: region });
      this.#last = performance.now();
      if (turn !== this.#turn) return;
      this.#setFailed(false);
      this.#draw(/** @type {ImageData} */ (image));
      this.#crop.hidden = !framed || isWhole(seen);
      if (framed) putFrame(this.#crop, onStage(seen, size, framed));
    } catch (error) {
      // The result does not hang on it; a model whose input cannot be shown has no small picture.
      if (turn !== this.#turn) return;
      const failure = asFailure(error);
      this.#broken = failure.code === 'NETWORK' ? 'fetch' : 'input';
      this.#canvas.hidden = true;
      this.#why.textContent = [texts.classify.seenFailed(failure.summary), isLasting(failure) && failure.hint].filter(Boolean).join(' ');
      this.#setFailed(this.#broken === 'fetch');
    }
  }

  /** Another model is in use. */
  reset() {
    this.clear();
    this.#broken = undefined;
  }

  /** @param {boolean} failed */
  #setFailed(failed) {
    // Where it was asked for, the keyboard goes once that which was pressed is gone.
    keepFocus(() => { this.#failed.hidden = !failed; }, document.querySelector('#options summary'));
  }

  /** @param {ImageData} image */
  #draw(image) {
    const { width, height } = image;
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
    this.#canvas.getContext('2d')?.putImageData(image, 0, 0);
    this.#canvas.toggleAttribute('data-small', width < 100);
    this.#canvas.setAttribute('aria-label', texts.classify.seen(width, height));
    this.#canvas.hidden = false;
  }
}
