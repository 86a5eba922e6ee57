// The worker's side of a host (host.js): turns messages into calls of the engine, one after the other, so
// that what one session awaits another does not change, and each outcome into one message. A call to stop
// another one does not wait for it.

import { GossamerError } from './error.js';

/** @typedef {import('./messages.js').Answer} Answer */

/** @param {{dead: boolean}} engine */
export function serve(engine) {
  const methods = /** @type {Record<string, (request: unknown) => unknown>} */ (/** @type {unknown} */ (engine));
  /** @type {Promise<void>} */
  let last = Promise.resolve();
  const post = (/** @type {Answer} */ answer, /** @type {Transferable[]} */ transfer = []) =>
    self.postMessage(answer, { transfer });
  self.onmessage = (/** @type {MessageEvent<import('./messages.js').Call>} */ { data: { id, method, request } }) => {
    if (method === 'stop') {
      methods.stop(request);
      return;
    }
    last = last.then(async () => {
      try {
        const value = await methods[method](request);
        post({ id, value }, transferable(value));
      } catch (error) {
        post({ id, error: GossamerError.from(error, 'worker').toJSON(), fatal: engine.dead });
      }
    });
  };
  // Without an id there is nothing to answer; an uncaught error ends the worker's host (host.js).
  self.onmessageerror = () => {
    throw new Error('a call arrived that cannot be read');
  };
}

/** What the answer need not copy. @param {any} value @returns {Transferable[]} */
function transferable(value) {
  const { spare, bytes, keep, outputs } = value ?? {};
  return [spare, !keep && bytes?.buffer, ...Object.values(outputs ?? {}).map(({ bytes: some }) => some?.buffer)].filter(Boolean);
}
