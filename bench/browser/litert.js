// LiteRT.js, once TensorFlow Lite: XNNPACK's kernels as WebAssembly, one module with threads and one
// without. Its models are .tflite files, which bench/tflite writes from the ONNX files; images are
// channels last. It loads its module by `importScripts`, which wants a classic worker (classic_worker.js).

import { ChannelsLast } from './channels_last.js';
import { fetchBytes } from './contender.js';
import { imageToTensor, topFive } from './pixels.js';

/** @typedef {import('./contender.js').ContenderConfig} ContenderConfig */

/**
 * In a worker Emscripten looks for the module beside the worker's script, and starts threads from it,
 * unless it is told where they are. In a page it sees by itself.
 * @param {ContenderConfig} config
 */
function tellPlaces({ wasmPaths, threads }) {
  if ('document' in globalThis) return;
  const folder = new URL(wasmPaths, location.href).href;
  Object.assign(globalThis, {
    Module: {
      locateFile: (/** @type {string} */ name) => folder + name,
      ...(threads > 1 ? { mainScriptUrlOrBlob: `${folder}litert_wasm_threaded_internal.js` } : {}),
    },
  });
}

/** @param {ContenderConfig} config @returns {Promise<import('./contender.js').Begun>} */
export async function createLitert(config) {
  const litert = await import(config.library);
  const bytes = new Uint8Array(await fetchBytes(config.modelUrl));
  tellPlaces(config);
  const begin = performance.now();
  await litert.loadLiteRt(config.wasmPaths, { threads: config.threads > 1 });
  const network = await litert.loadAndCompile(bytes, { accelerator: 'wasm', cpuOptions: { numThreads: config.threads } });
  const create = /** @type {[number, number]} */ ([begin, performance.now()]);
  return { contender: new LitertContender(litert, network, config), create, version: litert.version };
}

class LitertContender extends ChannelsLast {
  #litert;
  #network;

  /** @param {any} litert @param {any} network @param {ContenderConfig} config */
  constructor(litert, network, config) {
    super(config);
    this.#litert = litert;
    this.#network = network;
  }

  /** From numbers to numbers, as the others: the input is copied in, the output out. */
  async run() {
    const begin = performance.now();
    const input = new this.#litert.Tensor(this.values, this.shape);
    const [output] = await this.#network.run(input);
    this.output = output.toTypedArray().slice();
    output.delete();
    input.delete();
    return performance.now() - begin;
  }

  /** @param {ImageBitmap | HTMLCanvasElement} image */
  async classify(image) {
    const begin = performance.now();
    this.values = imageToTensor(image, this.config.shape, this.config.recipe, { channelsLast: true });
    const preprocess = performance.now() - begin;
    await this.run();
    const ran = performance.now();
    topFive(this.output);
    return { preprocess, postprocess: performance.now() - ran };
  }

  async release() {
    this.#network.delete();
    this.#litert.unloadLiteRt();
  }
}
