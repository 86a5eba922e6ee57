// Addresses and downloads under Node: paths are addresses, too, and files are read from the disk. In place of
// web/lib/download.js, which does all the rest.

import { fileURLToPath, pathToFileURL } from 'node:url';
import { fetchChecked as fetchFromServer } from '../../lib/download.js';
import { GossamerError, abortedError, argumentError } from '../../lib/error.js';
import { openFile } from './files.js';

export * from '../../lib/download.js';

/** What an address begins with. A single letter is a drive of Windows. */
const SCHEME = /^[a-z][a-z\d+.-]+:/i;

/**
 * An absolute address, of an address or a path. A relative path counts from the folder that the process works in.
 * @param {string} option
 * @param {string} text
 */
export function resolveUrl(option, text) {
  try {
    return (SCHEME.test(text) ? new URL(text) : pathToFileURL(text)).href;
  } catch {
    throw argumentError(option, 'this is not an address', { got: text, expected: 'a path or a URL' });
  }
}

/**
 * As of web/lib/download.js, and for files.
 * @param {string} url
 * @param {string} what  for the message: "the model"
 * @param {AbortSignal} [signal]
 * @param {string} [hint]
 * @returns {Promise<Response>}
 */
export async function fetchChecked(url, what, signal, hint) {
  if (!url.startsWith('file:')) return fetchFromServer(url, what, signal, hint);
  try {
    return await openFile(url, signal);
  } catch (cause) {
    if (signal?.aborted) throw abortedError(`loading ${what}`);
    throw new GossamerError({
      code: 'NETWORK', stage: 'download', message: `${what} cannot be read: ${pathOf(url)}`, cause,
      got: /** @type {Error} */ (cause).message, expected: 'a file that can be read', hint,
    });
  }
}

/** For a message. @param {string} url */
function pathOf(url) {
  try {
    return fileURLToPath(url);
  } catch {
    return url;  // of another machine, or with %2F in a name
  }
}
