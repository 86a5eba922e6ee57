// How long inference took lately, for the median and the 95th percentile that the page shows. The times
// are those of the model in use, at most the last few hundred.

import { quantile } from './statistics.js';

const KEPT = 300;

export class Times {
  /** @type {number[]} Milliseconds, oldest first. */
  #inference = [];

  get count() {
    return this.#inference.length;
  }

  /** @param {number} inference  milliseconds */
  add(inference) {
    this.#inference.push(inference);
    if (this.#inference.length > KEPT) this.#inference.shift();
  }

  clear() {
    this.#inference = [];
  }

  /** The latest ones. @param {number} count */
  latest(count) {
    return this.#inference.slice(-count);
  }

  /** @param {number} share  0.5 is the median */
  quantile(share) {
    return quantile(this.#inference, share);
  }
}
