// Fetching with the failures told apart. A model or module URL that answers with a web page is the
// most common deployment fault of browser runtimes ("protobuf parsing failed"), so status, type
// and first bytes are looked at before anything else sees them.

import { GossamerError, abortedError, argumentError } from './error.js';

/** @typedef {(received: number, total: number) => void} ProgressCallback  total is 0 if unknown */

/**
 * @typedef {{bytes: Uint8Array<ArrayBuffer>, counted: boolean}} Body  counted: it was announced, by length or
 *     digest, what they are. To WebKit a download that broke off is complete
 */

/**
 * An absolute address. A relative one counts from the page's base, or from the worker's own address,
 * as in fetch(); where there is neither, as in Node, from `otherwise`.
 * @param {string} option
 * @param {string} text
 * @param {string} [otherwise]
 */
export function resolveUrl(option, text, otherwise) {
  try {
    return new URL(text, globalThis.document?.baseURI ?? globalThis.location?.href ?? otherwise).href;
  } catch {
    throw argumentError(option, 'this is not an address', { got: text, expected: 'a URL' });
  }
}

/**
 * fetch() whose every failure is a GossamerError that names the URL.
 * @param {string} url
 * @param {string} what  for the message: "the model"
 * @param {AbortSignal} [signal]
 * @param {string} [hint]  where the server does not have it
 * @returns {Promise<Response>}
 */
export async function fetchChecked(url, what, signal, hint) {
  let response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    if (signal?.aborted) throw abortedError(`loading ${what}`);
    throw networkError(url, `${what} cannot be reached`, {
      cause: error, hint: 'Check the address, the connection, and CORS if it is another site',
    });
  }
  return checkAnswer(url, what, response, hint);
}

/**
 * Throws NETWORK for an answer that is not what was asked for.
 * @param {string} url
 * @param {string} what
 * @param {Response} response
 * @param {string} [hint]
 */
export function checkAnswer(url, what, response, hint) {
  // Not `ok`, which a 204 is, too; and a service worker may answer without a body.
  if (response.status !== 200 || !response.body) {
    throw networkError(url, `the server does not have ${what}`, {
      got: `status ${response.status} ${response.statusText}`.trim(), expected: 'status 200', hint,
    });
  }
  if (/^text\/html\b/i.test(response.headers.get('content-type') ?? '')) {
    throw networkError(url, `the server sent a web page in place of ${what}`, {
      got: `status ${response.status}, text/html`,
      hint: 'Servers with a catch-all route answer like this when the path is wrong',
    });
  }
  return response;
}

/**
 * Reads the answer to its end.
 * @typedef {{signal?: AbortSignal, onProgress?: ProgressCallback, onSize?: (announced: number) => void, sha256?: string}} ReadOptions
 * @param {string} url
 * @param {Response} response
 * @param {ReadOptions} options
 * @returns {Promise<Body>}
 */
export async function readBody(url, response, { signal, onProgress, onSize, sha256 }) {
  // With a content encoding the length counts compressed bytes, which nobody sees here.
  // Another site does not even show that there is an encoding.
  const unknown = response.headers.has('content-encoding') || response.type !== 'basic';
  const announced = Number(response.headers.get('content-length')) || 0;
  const total = unknown ? 0 : announced;
  onSize?.(announced);
  let bytes = reserve(url, announced || FIRST);
  let received = 0;
  const { reader, direct } = readerOf(/** @type {ReadableStream} */ (response.body));
  try {
    for (;;) {
      // What is full may be complete.
      const inPlace = direct && received < bytes.length;
      const place = inPlace ? bytes.subarray(received) : new Uint8Array(FIRST);
      const { done, value } = await reader.read(place).catch((cause) => {
        if (signal?.aborted) throw abortedError('loading the model');
        if (cause instanceof GossamerError) throw cause;
        throw brokenOff(url, cause, `${received} bytes`);
      });
      if (inPlace) bytes = new Uint8Array(value.buffer);
      if (done) break;
      if (received + value.length > bytes.length) {
        const larger = reserve(url, Math.max(received + value.length, 2 * bytes.length));
        larger.set(bytes.subarray(0, received));
        bytes = larger;
      }
      if (!inPlace) bytes.set(value, received);
      received += value.length;
      onProgress?.(received, total);
    }
  } finally {
    reader.cancel().catch(() => {});  // for an exception of onProgress; without effect at the end
  }
  if (total && received !== total) {
    throw networkError(url, 'the download is incomplete', {
      got: `${received} bytes`, expected: `${total} bytes`,
    });
  }
  // They are kept, and take no more memory than they need.
  if (received < bytes.length) bytes = bytes.slice(0, received);
  if (/^\s*<(!doctype|html)/i.test(new TextDecoder().decode(bytes.subarray(0, 64)))) {
    throw networkError(url, 'the server sent a web page in place of the model', {
      got: `status ${response.status}`,
    });
  }
  if (sha256) await verify(url, bytes, sha256);
  return { bytes, counted: Boolean(sha256 || total) };
}

/** Bytes to begin with where nobody says how many there will be. */
const FIRST = 2 ** 16;

/**
 * A reader that puts bytes where they shall be, or, in older browsers, one that ignores the place.
 * @param {ReadableStream} body
 * @returns {{reader: {read: (place: Uint8Array<ArrayBuffer>) => Promise<{done: boolean, value: Uint8Array<ArrayBuffer>}>,
 *     cancel: () => Promise<void>}, direct: boolean}}
 */
function readerOf(body) {
  try {
    return { reader: /** @type {any} */ (body.getReader({ mode: 'byob' })), direct: true };
  } catch {
    return { reader: /** @type {any} */ (body.getReader()), direct: false };
  }
}

/** @param {string} url @param {number} size */
function reserve(url, size) {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new GossamerError({
      code: 'OOM', stage: 'download', message: `no memory for the download: ${url}`, cause, got: `${size} bytes`,
    });
  }
}

/**
 * Skipped where the page has no secure context: there crypto.subtle does not exist.
 * @param {string} url
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} expected  hexadecimal
 */
export async function verify(url, bytes, expected) {
  if (!globalThis.crypto?.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const got = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (got !== expected.toLowerCase()) {
    throw networkError(url, 'the model is not the one that was announced', {
      got: `SHA-256 ${got}`, expected: `SHA-256 ${expected}`,
    });
  }
}

/**
 * Sums the progress of files: gives the function that adds one, and that gives the callback for it.
 * @param {ProgressCallback} [onProgress]
 */
export function progressOfAll(onProgress) {
  /** @type {{received: number, total: number}[]} */
  const files = [];
  return (/** @type {number} */ expected = 0) => {
    for (const file of files) file.total ||= file.received;  // those before are complete
    const own = { received: 0, total: expected };
    files.push(own);
    return (/** @type {number} */ received, /** @type {number} */ total) => {
      Object.assign(own, { received, total: total || (expected && Math.max(expected, received)) });
      const sum = (/** @type {'received' | 'total'} */ key) => files.reduce((all, file) => all + file[key], 0);
      onProgress?.(sum('received'), files.every((file) => file.total) ? sum('total') : 0);
    };
  };
}

/** @param {string} url @param {unknown} cause @param {string} [got] */
export function brokenOff(url, cause, got) {
  return networkError(url, 'the download broke off', { cause, got });
}

/**
 * @param {string} url
 * @param {string} message
 * @param {{cause?: unknown, got?: string, expected?: string, hint?: string}} more
 */
function networkError(url, message, more) {
  const summary = `${message}: ${url}`;
  return new GossamerError({ code: 'NETWORK', stage: 'download', message: summary, ...more });
}
