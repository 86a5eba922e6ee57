// A thread of Node in the form of a browser's Worker, as far as the library uses it. A process ends although
// threads are there, unless a call to one is to be answered.

import { Worker as Thread } from 'node:worker_threads';

export class NodeWorker {
  /** @type {((event: {data: any}) => void) | null} */
  onmessage = null;
  /** @type {(() => void) | null} */
  onmessageerror = null;
  /** @type {((event: {message: string, preventDefault: () => void}) => void) | null} Called once at most. */
  onerror = null;
  #thread;
  /** How many calls are to be answered: messages with an id, see web/lib/messages.js. */
  #calls = 0;
  #ended = false;

  /** @param {string | URL} script  file: @param {{name?: string}} [options] */
  constructor(script, { name = 'gossamer' } = {}) {
    // Without the arguments of the process: they may be about its own program alone.
    const thread = new Thread(new URL(script), { name, execArgv: [] });
    this.#thread = thread;
    thread.on('message', (data) => {
      if (data.id) this.#count(-1);
      this.onmessage?.({ data });
    });
    thread.on('messageerror', () => this.onmessageerror?.());
    thread.on('error', (error) => this.#fail(String(error?.message ?? error)));
    thread.on('exit', (status) => this.#fail(`the thread ended with status ${status}`));
    this.#count(0);  // last: a process is kept alive by whoever listens
  }

  /** @param {{id: number}} call @param {import('node:worker_threads').Transferable[]} [transfer] */
  postMessage(call, transfer = []) {
    this.#thread.postMessage(call, transfer);
    if (call.id) this.#count(1);
  }

  terminate() {
    this.#ended = true;
    this.#thread.terminate();
  }

  /** @param {number} change */
  #count(change) {
    this.#calls += change;
    if (this.#calls > 0) this.#thread.ref();
    else this.#thread.unref();
  }

  /** @param {string} message */
  #fail(message) {
    if (this.#ended) return;
    this.#ended = true;
    this.onerror?.({ message, preventDefault() {} });
  }
}
