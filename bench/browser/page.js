// The page of one contender. Measurements run in a worker of its own, so that the contender's heap
// and thread are its own; the page passes calls on to it, as the function `bench` that the driver
// (bench/lib/browser.mjs) calls. Live inference is the exception: it is about this thread.

/** @typedef {import('./contender.js').ContenderConfig} ContenderConfig */

/** @type {Worker | undefined} */
let worker;
/** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
const pending = new Map();
let calls = 0;

/** @param {boolean} classic  in place of one of modules */
function startWorker(classic) {
  const started = classic ? new Worker(new URL('./classic_worker.js', import.meta.url))
    : new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  started.onmessage = ({ data: { id, value, error } }) => {
    const call = pending.get(id);
    pending.delete(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(new Error(error));
  };
  started.onerror = (event) => {
    for (const { reject } of pending.values()) reject(new Error(event.message || 'the worker failed'));
    pending.clear();
  };
  return started;
}

/**
 * @param {string} method
 * @param {unknown} args
 */
async function bench(method, args) {
  if (method === 'live') return (await import('./live.js')).live(/** @type {any} */ (args));
  worker ??= startWorker(method === 'start' && /** @type {ContenderConfig} */ (args).api === 'litert');
  return new Promise((resolve, reject) => {
    const id = (calls += 1);
    pending.set(id, { resolve, reject });
    /** @type {Worker} */ (worker).postMessage({ id, method, args });
  });
}

Object.assign(globalThis, { bench });
