// The one script that drives onnxruntime-web and Gossamer alike: both offer InferenceSession, Tensor
// and env. Only the address of the module and of its .wasm files differ, and Gossamer's variant.
// The session computes on the calling thread unless told otherwise, so that both are timed alike.

import { fetchBytes } from './contender.js';
import { imageToTensor, topFive } from './pixels.js';

/** @typedef {import('./contender.js').ContenderConfig} ContenderConfig */

/** @param {ContenderConfig} config @returns {Promise<import('./contender.js').Begun>} */
export async function createOrt(config) {
  const ort = await import(config.library);
  configure(ort, config);
  const model = new Uint8Array(await fetchBytes(config.modelUrl));
  const begin = performance.now();
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
  const create = /** @type {[number, number]} */ ([begin, performance.now()]);
  return { contender: new OrtContender(ort, session, config), create, version: versionOf(ort) };
}

/** @param {any} ort @param {ContenderConfig} config */
function configure(ort, config) {
  ort.env.wasm.wasmPaths = new URL(config.wasmPaths, location.href).href;
  ort.env.wasm.numThreads = config.threads;
  ort.env.wasm.proxy = config.proxy === true;
  if (config.simd !== undefined) ort.env.wasm.simd = config.simd;
}

/** @param {any} ort */
const versionOf = ({ env: { versions } }) => String(versions.gossamer ?? versions.web ?? versions.common);

class OrtContender {
  /** @type {any} */
  #ort;
  /** @type {any} */
  #session;
  #config;
  /** @type {Record<string, any>} */
  #feeds = {};
  /** @type {Record<string, any>} */
  #results = {};

  /** @param {any} ort @param {any} session @param {ContenderConfig} config */
  constructor(ort, session, config) {
    this.#ort = ort;
    this.#session = session;
    this.#config = config;
  }

  /** @param {Float32Array} values */
  #set(values) {
    this.#feeds = {
      [this.#session.inputNames[0]]: new this.#ort.Tensor('float32', values, this.#config.shape),
    };
  }

  /** @param {string} url */
  async feed(url) {
    this.#set(new Float32Array(await fetchBytes(url)));
  }

  async run() {
    const begin = performance.now();
    this.#results = await this.#session.run(this.#feeds);
    return performance.now() - begin;
  }

  /** @returns {ArrayLike<number>} */
  #output() {
    return this.#results[this.#session.outputNames[0]].data;
  }

  async read() {
    return Array.from(this.#output());
  }

  /** @param {ImageBitmap | HTMLCanvasElement} image */
  async classify(image) {
    const begin = performance.now();
    this.#set(imageToTensor(image, this.#config.shape, this.#config.recipe));
    const preprocess = performance.now() - begin;
    await this.run();
    const ran = performance.now();
    topFive(this.#output());
    return { preprocess, postprocess: performance.now() - ran };
  }

  async release() {
    await this.#session.release();
  }
}
