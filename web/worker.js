// The worker in which inference runs: it turns messages {id, method, args} into calls of the engine,
// and each outcome into one message {id, value} or {id, error, fatal}. All logic is in lib/.

import { Engine } from './lib/engine.js';
import { GossamerError } from './lib/error.js';

const engine = new Engine();

/** @typedef {{id: number, method: import('./lib/host.js').Method, args: never}} Call */

self.onmessage = async (/** @type {MessageEvent<Call>} */ { data: { id, method, args } }) => {
  try {
    /** @type {any} */
    const value = await engine[method](args);
    self.postMessage({ id, value }, { transfer: value?.spare ? [value.spare] : [] });
  } catch (error) {
    const details = GossamerError.from(error, 'worker').toJSON();
    self.postMessage({ id, error: details, fatal: engine.dead });
  }
};

// Without an id there is nothing to answer; an uncaught error ends the worker's host (lib/host.js).
self.onmessageerror = () => {
  throw new Error('a call arrived that cannot be read');
};
