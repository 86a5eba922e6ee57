// The module that decodes pictures (src/bindings/pictures): started with the first picture of a thread, and kept.

import { readFile } from 'node:fs/promises';
import { GossamerError } from '../../lib/error.js';

/**
 * @typedef {object} Wasm  what the module offers
 * @property {Uint8Array} HEAPU8
 * @property {(bytes: number) => number} _malloc
 * @property {(pointer: number) => void} _free
 * @property {(file: number, size: number) => number} _gossamer_decode_picture
 */

/** Bytes of the module's memory, which never shrinks, with which it is kept. */
const MAX_KEPT = 2 ** 26;

/** @type {Promise<Wasm> | undefined} */
let started;

/**
 * Pixels of a PNG or JPEG file: upright, in the colours of sRGB.
 * @param {Uint8Array | Uint8ClampedArray} file
 * @param {string} script  address of the module's script
 * @returns {Promise<import('../../lib/capture.js').RgbaPixels>}
 */
export async function decodePicture(file, script) {
  started ??= start(script);
  let kept = false;
  try {
    const wasm = await started;
    const pixels = decode(wasm, file);
    kept = wasm.HEAPU8.length <= MAX_KEPT;
    return pixels;
  } catch (error) {
    kept = error instanceof GossamerError && error.code === 'IMAGE';
    throw error;
  } finally {
    if (!kept) started = undefined;
  }
}

/** @param {Wasm} wasm @param {Uint8Array | Uint8ClampedArray} file */
function decode(wasm, file) {
  const source = wasm._malloc(Math.max(1, file.length)) >>> 0;
  if (!source) {
    throw new GossamerError({ code: 'OOM', stage: 'image', message: 'no memory for the picture', got: `${file.length} bytes` });
  }
  wasm.HEAPU8.set(file, source);
  const result = wasm._gossamer_decode_picture(source, file.length) >>> 0;
  wasm._free(source);
  const heap = wasm.HEAPU8;
  const [rgba, width, height, error] = new Uint32Array(heap.buffer, result, 4);
  if (!rgba) throw new GossamerError(JSON.parse(new TextDecoder().decode(heap.subarray(error, heap.indexOf(0, error)))));
  const data = heap.slice(rgba, rgba + width * height * 4);
  wasm._free(rgba);
  return { width, height, data };
}

/** @param {string} script @returns {Promise<Wasm>} */
async function start(script) {
  try {
    const [{ default: make }, binary] = await Promise.all([
      import(/* @vite-ignore */ /* webpackIgnore: true */ script), readFile(new URL(script.replace(/js$/, 'wasm'))),
    ]);
    const module = await WebAssembly.compile(/** @type {BufferSource} */ (binary));
    const instantiateWasm = (
      /** @type {WebAssembly.Imports} */ imports,
      /** @type {(instance: WebAssembly.Instance, module: WebAssembly.Module) => void} */ receive,
    ) => {
      WebAssembly.instantiate(module, imports).then((instance) => receive(instance, module));
      return {};
    };
    return await make({ instantiateWasm });
  } catch (cause) {
    throw new GossamerError({
      code: 'NETWORK', stage: 'start', message: `the decoder of pictures cannot be loaded: ${script}`, cause, got: String(cause),
    });
  }
}
