// What surrounds the library in an app that a bundler makes (Vite, webpack, Rspack). Bundlers know
// `new URL('…', import.meta.url)` with a literal address: they copy the file, give it a name of their own, and put
// that name here. So every file that the library may load has a line, and a page still downloads only what it uses.
// The lines are functions, because some tools leave no import.meta.url, and importing the library must do nothing.

export { BUILDS, FOLLOWED, besideOf } from '../../lib/usual.js';

/** Stands for the folder that there is none of. */
const FOLDER = 'gossamer:/';

/** @type {Record<string, () => URL>} Addresses within the package, as they are from bundler/. */
export const FILES = {
  'worker.js': () => new URL('./worker.js', import.meta.url),
  'gossamer-base.js': () => new URL('../wasm/gossamer-base.js', import.meta.url),
  'gossamer-base.wasm': () => new URL('../wasm/gossamer-base.wasm', import.meta.url),
  'gossamer-base-all.js': () => new URL('../wasm/gossamer-base-all.js', import.meta.url),
  'gossamer-base-all.wasm': () => new URL('../wasm/gossamer-base-all.wasm', import.meta.url),
  'gossamer-simd.js': () => new URL('../wasm/gossamer-simd.js', import.meta.url),
  'gossamer-simd.wasm': () => new URL('../wasm/gossamer-simd.wasm', import.meta.url),
  'gossamer-simd-all.js': () => new URL('../wasm/gossamer-simd-all.js', import.meta.url),
  'gossamer-simd-all.wasm': () => new URL('../wasm/gossamer-simd-all.wasm', import.meta.url),
  'gossamer-simd-mt.js': () => new URL('../wasm/gossamer-simd-mt.js', import.meta.url),
  'gossamer-simd-mt.wasm': () => new URL('../wasm/gossamer-simd-mt.wasm', import.meta.url),
  'gossamer-simd-mt-all.js': () => new URL('../wasm/gossamer-simd-mt-all.js', import.meta.url),
  'gossamer-simd-mt-all.wasm': () => new URL('../wasm/gossamer-simd-mt-all.wasm', import.meta.url),
  'gossamer-relaxed.js': () => new URL('../wasm/gossamer-relaxed.js', import.meta.url),
  'gossamer-relaxed.wasm': () => new URL('../wasm/gossamer-relaxed.wasm', import.meta.url),
  'gossamer-relaxed-all.js': () => new URL('../wasm/gossamer-relaxed-all.js', import.meta.url),
  'gossamer-relaxed-all.wasm': () => new URL('../wasm/gossamer-relaxed-all.wasm', import.meta.url),
  'gossamer-relaxed-mt.js': () => new URL('../wasm/gossamer-relaxed-mt.js', import.meta.url),
  'gossamer-relaxed-mt.wasm': () => new URL('../wasm/gossamer-relaxed-mt.wasm', import.meta.url),
  'gossamer-relaxed-mt-all.js': () => new URL('../wasm/gossamer-relaxed-mt-all.js', import.meta.url),
  'gossamer-relaxed-mt-all.wasm': () => new URL('../wasm/gossamer-relaxed-mt-all.wasm', import.meta.url),
};

/** Where scripts of the library are. */
export const HERE = /* @__PURE__ */ new URL(FOLDER);

export const wasmFolder = () => new URL(FOLDER);

/** What may help where the wasm module is not found. */
export const MODULE_HINT = 'The bundler has to copy the .wasm files that the package names by new URL(); gossamer/single has all in one file';

/** What may help where the worker does not start. */
export const WORKER_HINT = 'The bundler has to copy worker.js; of bundlers that do not, see "gossamer/single"';

/** @param {string} url */
export function placeOf(url) {
  const file = url.startsWith(FOLDER) ? FILES[url.slice(FOLDER.length)] : undefined;
  // Some bundlers (Turbopack) put a path there, which counts from the page.
  return file ? new URL(file().href, globalThis.location?.href).href : url;
}

/** The worker's file is whole, and is copied as it is: its own imports are of addresses that it is told. */
export function makeWorker() {
  return new Worker(placeOf(`${FOLDER}worker.js`), { type: 'module' });
}
