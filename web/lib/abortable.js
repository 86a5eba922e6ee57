// Promises that a signal can end. Under Node, web/package/node/abortable.js takes the place of this file.

/**
 * The promise, unless the signal aborts first.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} signal
 * @param {import('./error.js').GossamerError} [error]  default: the signal's reason
 * @returns {Promise<T>}
 */
export function abortable(promise, signal, error) {
  return new Promise((resolve, reject) => {
    const abort = () => {
      if (error) error.cause = signal.reason;
      reject(error ?? signal.reason);
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
