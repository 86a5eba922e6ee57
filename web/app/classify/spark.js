// The sparkline: how long inference took for the latest pictures of a camera, a thin line whose height
// is the largest of them. It is drawn a few times a second and not for every frame.

const COUNT = 60;
const HEIGHT = 20;
/** Milliseconds between two drawings. */
const PACE = 250;

export class Spark {
  #svg = /** @type {SVGElement} */ (/** @type {unknown} */ (document.getElementById('spark')));
  #times;
  #label;
  #drawn = 0;

  /** @param {import('../times.js').Times} times @param {(lowest: string, highest: string) => string} label */
  constructor(times, label) {
    this.#times = times;
    this.#label = label;
  }

  /** @param {boolean} shown */
  setShown(shown) {
    this.#svg.toggleAttribute('hidden', !shown);
    this.#drawn = 0;
    if (shown) this.#svg.querySelector('polyline')?.setAttribute('points', '');
  }

  draw() {
    const now = performance.now();
    if (now - this.#drawn < PACE) return;
    this.#drawn = now;
    const times = this.#times.latest(COUNT);
    const highest = Math.max(...times);
    const points = times.map((time, index) =>
      `${index},${(HEIGHT - 1 - ((HEIGHT - 2) * time) / highest).toFixed(2)}`);
    this.#svg.querySelector('polyline')?.setAttribute('points', points.join(' '));
    this.#svg.setAttribute('aria-label', this.#label(Math.min(...times).toFixed(1), highest.toFixed(1)));
  }
}
