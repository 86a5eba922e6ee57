// Promises that a signal can end, under Node. There an event target that more than ten wait for is taken for a leak,
// and said to be one; a server may have more calls than that under way. In place of web/lib/abortable.js.

import { setMaxListeners } from 'node:events';
import { abortable as wait } from '../../lib/abortable.js';

/** @type {typeof wait} */
export function abortable(promise, signal, error) {
  setMaxListeners(0, signal);
  return wait(promise, signal, error);
}
