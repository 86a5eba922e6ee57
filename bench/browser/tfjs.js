// TensorFlow.js on its WebAssembly backend. The network is stated from the same ONNX file that the
// others load (tf_graph.js). Its modules are classic scripts that leave a global `tf`.

import { ChannelsLast } from './channels_last.js';
import { fetchBytes } from './contender.js';
import { readOnnx } from './onnx.js';
import { stateGraph } from './tf_graph.js';

/** @typedef {import('./contender.js').ContenderConfig} ContenderConfig */

/** @param {ContenderConfig} config @returns {Promise<import('./contender.js').Begun>} */
export async function createTfjs(config) {
  await import(config.library);
  await import(`${config.wasmPaths}tf-backend-wasm.min.js`);
  const { tf } = /** @type {any} */ (globalThis);
  const bytes = new Uint8Array(await fetchBytes(config.modelUrl));
  const begin = performance.now();
  tf.wasm.setWasmPaths(config.wasmPaths);
  if (config.threads === 1) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  else tf.wasm.setThreadsCount(config.threads);
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend did not start');
  const network = stateGraph(tf, readOnnx(bytes));
  const create = /** @type {[number, number]} */ ([begin, performance.now()]);
  return { contender: new TfjsContender(tf, network, config), create, version: tf.version_core };
}

class TfjsContender extends ChannelsLast {
  #tf;
  #network;

  /** @param {any} tf @param {(image: any) => any} network @param {ContenderConfig} config */
  constructor(tf, network, config) {
    super(config);
    this.#tf = tf;
    this.#network = network;
  }

  async run() {
    const begin = performance.now();
    this.output = this.#tf.tidy(() => this.#network(this.#tf.tensor4d(this.values, this.shape)).dataSync());
    return performance.now() - begin;
  }

  /** @param {ImageBitmap | HTMLCanvasElement} image */
  async classify(image) {
    const tf = this.#tf;
    const [, high, wide, channels] = this.shape;
    const { resize = high, mean = [0], std = [1] } = this.config.recipe;
    const begin = performance.now();
    const scale = resize / Math.min(image.width, image.height);
    const size = [Math.round(image.height * scale), Math.round(image.width * scale)];
    const input = tf.tidy(() => {
      const resized = tf.image.resizeBilinear(tf.browser.fromPixels(image, channels), size);
      const corner = [(size[0] - high) >> 1, (size[1] - wide) >> 1, 0];
      const cropped = tf.slice(resized, corner, [high, wide, channels]);
      return tf.expandDims(tf.div(tf.sub(tf.div(cropped, 255), mean), std));
    });
    const prepared = performance.now();
    const logits = tf.tidy(() => this.#network(input));
    const ran = performance.now();
    const { values, indices } = tf.tidy(() => tf.topk(tf.softmax(logits), Math.min(5, logits.size)));
    values.dataSync();
    indices.dataSync();
    const postprocess = performance.now() - ran;
    tf.dispose([input, logits, values, indices]);
    return { preprocess: prepared - begin, postprocess };
  }

  async release() {
    this.#tf.disposeVariables();
    this.#tf.removeBackend('wasm');
  }
}
