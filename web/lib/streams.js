// Models out of what has yet to be read: an answer of fetch(), a stream, a file's handle. All are read as a
// download is, with its progress, its signal and its digest.

import { checkAnswer } from './download.js';
import { GossamerError, argumentError, check, checkBytes, show } from './error.js';
import { fileName } from './modelFiles.js';

/**
 * @typedef {{url: string, name: string, response: Response}} OpenStream  url: the address, or what stands for it in
 *     messages; name: of the file, where it has one; response: as far as readBody looks at it
 */

/**
 * @param {import('./modelFiles.js').Stream} source
 * @param {AbortSignal} [signal]  ends the reading
 * @returns {Promise<OpenStream>}
 */
export async function openStream(source, signal) {
  if ('getFile' in source) return openFile(source, signal);
  const stream = 'body' in source ? source.body : source;
  check(!stream?.locked && !('bodyUsed' in source && source.bodyUsed), 'modelAssetBuffer', 'one that is being read, or was',
    'a stream that nobody has read from', 'this stream cannot be read');
  const response = 'body' in source ? source : new Response(source);
  // Those that were made in the page have no address.
  const url = response.url || `a ${show(source)}`;
  checkAnswer(url, 'the model', response);
  return { url, name: response.url ? fileName(response.url) : '', response: piped(response, signal) };
}

/** @param {FileSystemFileHandle} handle @param {AbortSignal} [signal] */
async function openFile(handle, signal) {
  const { name } = handle;
  try {
    const file = await handle.getFile();
    const headers = new Headers({ 'content-length': String(file.size) });
    // Its length is as certain as that of the page's own site.
    return { url: name, name, response: piped({ body: file.stream(), headers, type: 'basic', status: 200 }, signal) };
  } catch (cause) {
    throw new GossamerError({ code: 'IO', stage: 'download', message: `the file cannot be opened: ${name}`, cause, got: String(cause) });
  }
}

/**
 * The answer with bytes for a body, of which no more are read once the signal aborts.
 * @param {Pick<Response, 'headers' | 'status'> & {body: ReadableStream | null, type: string}} answer
 * @param {AbortSignal} [signal]
 * @returns {Response}
 */
function piped({ body, headers, type, status }, signal) {
  const bytes = new TransformStream({
    transform: (chunk, controller) => controller.enqueue(bytesOf(chunk)),
  });
  const read = /** @type {ReadableStream} */ (body).pipeThrough(bytes, { signal });
  return /** @type {Response} */ ({ body: read, headers, type, status });
}

/** @param {unknown} chunk */
function bytesOf(chunk) {
  if (chunk instanceof Uint8Array) return chunk;
  if (!ArrayBuffer.isView(chunk) && !(chunk instanceof ArrayBuffer)) {
    throw argumentError('modelAssetBuffer', 'this stream is not one of bytes', { got: show(chunk), expected: 'Uint8Array' });
  }
  checkBytes('modelAssetBuffer', chunk);
  return ArrayBuffer.isView(chunk) ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength) : new Uint8Array(chunk);
}
