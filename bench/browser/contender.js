// Contenders as the worker sees them: something that is fed, run and read. Each library has one
// adapter, which is imported here so that a page downloads only what its contender needs.

/**
 * @typedef {object} ContenderConfig
 * @property {'ort' | 'litert' | 'tfjs' | 'classifier'} api  which adapter
 * @property {string} library  address of the module that offers it
 * @property {string} wasmPaths  folder of its .wasm files
 * @property {number} threads
 * @property {boolean | 'fixed' | 'relaxed'} [simd]  gossamer's variant, as env.wasm.simd
 * @property {string} [level]  the same for the classifier: base, simd or relaxed
 * @property {boolean} [proxy]  computes in a worker of the library's own; default: on the calling thread
 * @property {number} [maxResults]  classes that the classifier names; default: all
 * @property {boolean} [ownRecipe]  the classifier goes by what the model itself says
 * @property {string} modelUrl  of its .onnx file; LiteRT.js gets a .tflite file
 * @property {number[]} shape  of the input, NCHW
 * @property {{resize?: number, crop?: number, channels?: string, mean?: number[], std?: number[]}} recipe
 *
 * @typedef {object} Contender
 * @property {(url: string) => Promise<void>} feed  takes the input that the next runs compute on
 * @property {() => Promise<number>} run  milliseconds of one inference
 * @property {() => Promise<number[]>} read  the first output of the last run
 * @property {(image: ImageBitmap | HTMLCanvasElement) => Promise<{preprocess: number, postprocess: number}>} classify
 *     milliseconds from pixels to input, and from output to the five likeliest classes
 * @property {(url: string) => Promise<{name: string, total: number}>} [answer]  the class of a file's
 *     picture, where the library takes pictures
 * @property {() => Promise<void>} release
 *
 * @typedef {object} Begun
 * @property {Contender} contender
 * @property {[number, number]} create  when making the session began and ended
 * @property {string} version
 */

/** @param {ContenderConfig} config @returns {Promise<Begun>} */
export async function createContender(config) {
  switch (config.api) {
    case 'ort': return (await import('./ort_api.js')).createOrt(config);
    case 'litert': return (await import('./litert.js')).createLitert(config);
    case 'tfjs': return (await import('./tfjs.js')).createTfjs(config);
    case 'classifier': return (await import('./classifier.js')).createClassifier(config);
    default: throw new Error(`there is no adapter '${config.api}'`);
  }
}

/** @param {string} url @returns {Promise<ArrayBuffer>} */
export async function fetchBytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}
