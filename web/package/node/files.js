// A file of this machine in the form in which the library takes a download: a Response whose bytes are read
// from the disk as they are asked for.

import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Bytes that are read at a time where the reader does not say how many it wants. */
const PIECE = 2 ** 16;

/**
 * Fails where there is no file that can be read. To open a pipe waits until somebody writes, and a device may
 * never end; so neither is opened.
 * @param {string} url  file:
 * @param {AbortSignal} [signal]
 * @returns {Promise<Response>}
 */
export async function openFile(url, signal) {
  const file = fileURLToPath(url);
  const facts = await stat(file);
  if (!facts.isFile()) throw new Error(`this is ${facts.isDirectory() ? 'a folder' : 'a pipe or device'}: ${file}`);
  await access(file, constants.R_OK);
  signal?.throwIfAborted();
  const headers = {
    'content-length': String(facts.size),
    'content-type': file.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream',
  };
  const response = new Response(streamOf(file, facts.size, signal), { headers });
  // Of what is not the page's own the library does not believe the length.
  return Object.defineProperty(response, 'type', { value: 'basic' });
}

/**
 * The bytes of a file. It is opened for the first of them, and closed after the last, so that a stream that nobody
 * reads holds nothing.
 * @param {string} file
 * @param {number} size  more is not read: it may grow meanwhile
 * @param {AbortSignal} [signal]
 */
function streamOf(file, size, signal) {
  /** @type {import('node:fs/promises').FileHandle | undefined} */
  let handle;
  let left = size;
  const close = async () => {
    const open = handle;
    handle = undefined;
    await open?.close();
  };
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const request = controller.byobRequest;
      try {
        signal?.throwIfAborted();
        handle ??= await open(file);
        const place = /** @type {Uint8Array<ArrayBuffer> | null | undefined} */ (request?.view) ?? new Uint8Array(Math.min(PIECE, left));
        const wanted = Math.min(place.byteLength, left);
        const { bytesRead } = wanted ? await handle.read(place, 0, wanted) : { bytesRead: 0 };
        left -= bytesRead;
        if (!bytesRead) {
          await close();
          controller.close();
          request?.respond(0);
        } else if (request) {
          request.respond(bytesRead);
        } else {
          controller.enqueue(place.subarray(0, bytesRead));
        }
      } catch (error) {
        await close();
        controller.error(error);
      }
    },
    cancel: close,
  });
}
