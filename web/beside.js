// What surrounds the library: where its other files lie, and what may be fetched beside a model. The package
// has other forms of this module, for other surroundings (web/package). The build makes one file of gossamer.js and lib/; this module
// lies in the same folder as that file, so that its addresses are right in the sources and in what is
// made of them.

/** For addresses that bundlers shall leave alone; beside import.meta.url they look for files. */
export const HERE = /* @__PURE__ */ new URL(import.meta.url);

/** Whether an app's bundler has put this into a file of its own choice. */
const inBundle = !/\/(gossamer|beside)\.js$/.test(HERE.pathname);

export { BUILDS, FOLLOWED, besideOf } from './lib/usual.js';

/** Where a file of that folder is loaded from. @param {string} url */
export const placeOf = (url) => url;

/** The folder of the wasm modules. Bundlers write scripts into one folder, and copy others beside it. */
export const wasmFolder = () => new URL(inBundle ? '../wasm/' : 'wasm/', HERE);

/** What may help where the wasm module is not found. */
export const MODULE_HINT = 'wasm/ must lie beside gossamer.js; see `wasmPaths`, and gossamer/single';

/** What may help where the worker does not start. */
export const WORKER_HINT = 'worker.js and lib/ must lie beside gossamer.js';

/** Bundlers know this form, and no other: they bundle the worker and put its address here. */
export function makeWorker() {
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
}
