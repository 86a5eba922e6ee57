// The worker in which the tools compute: as worker.js of the library, with their own engine. It is a
// script of its own, so that pages without tools load nothing of them.

import { GossamerError } from '../lib/error.js';
import { ToolEngine } from './engine.js';

const engine = new ToolEngine();

/** @typedef {{id: number, method: import('./engine.js').ToolMethod, args: never}} Call */

self.onmessage = async (/** @type {MessageEvent<Call>} */ { data: { id, method, args } }) => {
  try {
    self.postMessage({ id, value: await engine[method](args) });
  } catch (error) {
    const details = GossamerError.from(error, 'worker').toJSON();
    self.postMessage({ id, error: details, fatal: engine.dead });
  }
};

// As in worker.js: an uncaught error ends the worker's host.
self.onmessageerror = () => {
  throw new Error('a call arrived that cannot be read');
};
