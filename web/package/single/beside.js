// What surrounds the library where all of it is one file: the worker's text and the wasm module are inside
// (contents.js, which the build writes). The module's address only names it: fetch.js answers for it.

import { workerText } from './contents.js';

export { FOLLOWED, besideOf } from '../../lib/usual.js';

/** The one that all browsers of today but the oldest run. */
export const BUILDS = /** @type {const} */ (['simd']);

/** Wherever the file came from, it is the page's own by now. */
export const HERE = /* @__PURE__ */ new URL('gossamer:/');

export const wasmFolder = () => HERE;

/** @param {string} url */
export const placeOf = (url) => (url.endsWith('worker.js') ? workerAddress() : url);

/** What may help where the wasm module is not found. */
export const MODULE_HINT = '';

/** What may help where the worker does not start. */
export const WORKER_HINT = "The page's Content-Security-Policy has to allow workers out of a Blob (worker-src blob:); "
  + 'the option `worker: false` computes without one';

let address = '';

/** Pages whose policy forbids workers out of a Blob compute without one: see the option `worker`. */
function workerAddress() {
  return address ||= URL.createObjectURL(new Blob([workerText], { type: 'text/javascript' }));
}

/** A classic one: in a page from disk Chromium runs no module out of a Blob. */
export const makeWorker = () => new Worker(workerAddress());
