// Gossamer's own library, gossamer.js: pictures in, classes out, preprocessing in wasm. It times its
// phases itself. Every version of the library has this interface, so bench:quick drives old commits
// through it.

import { fetchBytes } from './contender.js';

/** @typedef {import('./contender.js').ContenderConfig} ContenderConfig */

/** @param {ContenderConfig} config @returns {Promise<import('./contender.js').Begun>} */
export async function createClassifier(config) {
  const { ImageClassifier } = await import(config.library);
  const model = await fetchBytes(config.modelUrl);
  const begin = performance.now();
  const classifier = await ImageClassifier.createFromModelBuffer(model, {
    worker: false, level: config.level, wasmPaths: new URL(config.wasmPaths, location.href).href,
    maxResults: config.maxResults ?? -1,
    ...(config.ownRecipe ? {} : { recipe: recipeText(config) }),
  });
  const create = /** @type {[number, number]} */ ([begin, performance.now()]);
  const { version } = await classifier.info();
  return { contender: new ClassifierContender(classifier, config.shape), create, version };
}

/** @param {ContenderConfig} config */
function recipeText({ shape, recipe }) {
  const { resize = shape[2], mean = [0], std = [1] } = recipe;
  const channels = shape[1] === 1 ? 'channels=gray;' : '';
  return `${channels}fit=shorter;resize=${resize};mean=${mean.join(',')};std=${std.join(',')}`;
}

class ClassifierContender {
  /** @type {any} */
  #classifier;
  #shape;
  /** @type {ImageData | undefined} */
  #image;
  /** @type {{index: number, score: number}[]} */
  #categories = [];

  /** @param {any} classifier @param {number[]} shape */
  constructor(classifier, shape) {
    this.#classifier = classifier;
    this.#shape = shape;
  }

  /** Takes the numbers' fractions as a picture's bytes. @param {string} url */
  async feed(url) {
    const values = new Float32Array(await fetchBytes(url));
    const [, channels, high, wide] = this.#shape;
    const image = new ImageData(wide, high);
    for (let pixel = 0; pixel < wide * high; pixel += 1) {
      for (let c = 0; c < 3; c += 1) {
        image.data[4 * pixel + c] = 128 + 48 * values[(c % channels) * wide * high + pixel];
      }
      image.data[4 * pixel + 3] = 255;
    }
    this.#image = image;
  }

  async run() {
    const { classifications, timing } = await this.#classifier.classify(this.#image);
    this.#categories = classifications[0].categories;
    return timing.inference;
  }

  /** Probabilities by class. */
  async read() {
    const scores = new Array(this.#categories.length).fill(NaN);
    for (const { index, score } of this.#categories) scores[index] = score;
    return scores;
  }

  /** @param {ImageBitmap | HTMLCanvasElement} image */
  async classify(image) {
    const { timing } = await this.#classifier.classify(image);
    return { preprocess: timing.preprocess, postprocess: timing.total - timing.preprocess - timing.inference };
  }

  /** The likeliest class of a picture's file. @param {string} url */
  async answer(url) {
    const { classifications, timing } = await this.#classifier.classify(new Blob([await fetchBytes(url)]));
    const [{ categoryName, index }] = classifications[0].categories;
    return { name: categoryName || String(index), total: timing.total };
  }

  async release() {
    await this.#classifier.close();
  }
}
