// The thread's side of thread.js: gives the modules that run in a browser's worker what they find there. The
// pool of threads (web/lib/threads/pool.js) is not built for Node, but part of the wasm modules' scripts.

import { parentPort } from 'node:worker_threads';
import { NodeWorker } from './thread.js';

/** @param {string} script  address of this thread's program, which those of its pool run as well */
export function connect(script) {
  const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
  const self = {
    location: { href: script },
    /** @type {((event: {data: any}) => void) | null} */
    onmessage: null,
    /** @type {(() => void) | null} */
    onmessageerror: null,
    /** @param {any} message @param {{transfer?: import('node:worker_threads').Transferable[]}} [options] */
    postMessage: (message, { transfer = [] } = {}) => port.postMessage(message, transfer),
  };
  port.on('message', (data) => self.onmessage?.({ data }));
  port.on('messageerror', () => self.onmessageerror?.());
  Object.assign(globalThis, { self, Worker: NodeWorker });
}
