// How many threads an engine computes on, and why so many. Threads need shared memory, which browsers give
// to cross-origin isolated pages alone, and a thread that may wait, which the page's own may not. The module
// with threads brings the code that starts them (pool.js).

/** What the pool of the modules has room for (src/base/workers.h). */
export const MOST_THREADS = 64;

/** Bytes of memory that a module without threads can have. */
export const ADDRESSABLE = 2 ** 32;
const PAGE = 2 ** 16;
/** Bytes that are reserved, at once, where memory is shared: phones have not much more; and beside the model. */
const LEAST = 2 ** 30;
const COMMON = 2 ** 28;

/**
 * @typedef {object} ThreadChoice
 * @property {number} threads
 * @property {string} threadReason  a clause
 * @property {WebAssembly.Memory} [memory]  that they share, where there are several
 * @property {boolean} [onTrial]  whether fewer may compute where that is faster
 * @property {number} [most]  bytes that the memory may have
 *
 * @typedef {object} Circumstances
 * @property {number} [threads]  as asked for
 * @property {boolean} inline  computes on the page's own thread
 * @property {boolean} given  the module was given by the caller
 * @property {boolean} base  without SIMD
 */

/** @param {Circumstances} circumstances @returns {ThreadChoice} */
export function chooseThreads({ threads, inline, given, base }) {
  if (threads === 1) return { threads, threadReason: 'more were not asked for' };
  const obstacles = {
    'the page’s own thread may not wait for others': inline,
    'the page comes by plain http': globalThis.isSecureContext === false,
    'the page is not cross-origin isolated: its server sends no COOP and COEP headers': !globalThis.crossOriginIsolated,
    'this browser shares no memory between threads': typeof SharedArrayBuffer !== 'function',
    'the module that the caller gave has one thread': given,
    'the module without SIMD has one thread': base,
  };
  const [obstacle] = Object.entries(obstacles).find(([, applies]) => applies) ?? [];
  if (obstacle) return { threads: 1, threadReason: obstacle };
  if (threads) return { threads, threadReason: 'so many were asked for' };
  const cores = globalThis.navigator?.hardwareConcurrency ?? 1;
  // A page needs a core as well, where there are enough.
  const usual = Math.min(cores, 8) - Number(cores >= 4);
  return { threads: usual, threadReason: cores < 2 ? 'there is one core' : `this device has ${cores} cores`, onTrial: true };
}

/**
 * The choice with the memory that it takes; one thread where the browser refuses it.
 * @param {ThreadChoice} choice
 * @param {number} modelBytes  as far as they are known
 * @returns {ThreadChoice}
 */
export function withMemory(choice, modelBytes) {
  if (choice.threads === 1) return choice;
  const pages = Math.ceil(Math.min(Math.max(LEAST, COMMON + 6 * modelBytes), ADDRESSABLE) / PAGE);
  try {
    return { ...choice, memory: new WebAssembly.Memory({ initial: 64, maximum: pages, shared: true }), most: pages * PAGE };
  } catch (error) {
    return { threads: 1, threadReason: `the browser refuses memory for threads: ${error}` };
  }
}
