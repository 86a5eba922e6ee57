// Has a worker compare Gossamer with another runtime (compareWorker.js), and ends the worker after it.

/** @typedef {import('./compare.js').Comparison} Comparison */

/**
 * @param {import('./peers.js').Peer} peer
 * @param {object} options
 * @param {Blob | string} options.model  its bytes or its address
 * @param {string} [options.level]
 * @param {AbortSignal} [options.signal]
 * @param {(rounds: number, ours: number, theirs: number) => void} [options.onRound]  milliseconds
 * @returns {Promise<Comparison>}
 */
export function compareWithPeer({ module, files }, { model, level, signal, onRound }) {
  const address = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
  const worker = new Worker(new URL('./compareWorker.js', import.meta.url), { type: 'module' });
  return new Promise((/** @type {(result: Comparison) => void} */ resolve, reject) => {
    const stop = () => reject(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    worker.addEventListener('error', (event) => reject(new Error(event.message || 'its worker did not start')));
    worker.addEventListener('message', ({ data }) => {
      if (data.round) onRound?.(data.round.rounds, data.round.ours, data.round.theirs);
      else if (data.result) resolve(data.result);
      else reject(new Error(data.error));
    });
    worker.postMessage({ library: address('ort.js'), level, peer: { module: address(module), files: address(files) }, model });
  }).finally(() => worker.terminate());
}
