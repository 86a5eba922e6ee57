// What contenders have in common whose images are channels last: the input as its file has it, planes,
// is turned when it is fed, which no run is charged with; the output of the last run is kept to be read.

import { fetchBytes } from './contender.js';
import { interleaved } from './pixels.js';

/** @typedef {import('./contender.js').ContenderConfig} ContenderConfig */

export class ChannelsLast {
  /** Of the input, as the library wants it: [1, height, width, channels]. @type {number[]} */
  shape;
  /** Of the input. @type {Float32Array} */
  values = new Float32Array();
  /** Of the last run. @type {ArrayLike<number>} */
  output = [];

  /** @param {ContenderConfig} config */
  constructor(config) {
    const [, channels, high, wide] = config.shape;
    this.config = config;
    this.shape = [1, high, wide, channels];
  }

  /** @param {string} url  of planes */
  async feed(url) {
    this.values = interleaved(new Float32Array(await fetchBytes(url)), this.config.shape[1]);
  }

  async read() {
    return Array.from(this.output);
  }
}
