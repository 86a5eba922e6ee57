// From whatever a program under Node has (a path, an address, the bytes of a file, pixels) to what an engine
// reads. A picture file is decoded where the engine is (pixels.js), so that the calling thread stays free. In
// place of web/lib/capture.js.

import { HERE } from '../../beside.js';
import { capture as capturePixels } from '../../lib/capture.js';
import { brokenOff, fetchChecked, resolveUrl } from '../../lib/download.js';
import { abortedError, check, checkBytes, imageError, show } from '../../lib/error.js';
import { copyBytes } from '../../lib/modelData.js';

/**
 * @typedef {import('../../lib/capture.js').RgbaPixels} RgbaPixels
 * @typedef {string | URL | Blob | ArrayBuffer | Uint8Array | RgbaPixels} PictureSource
 * @typedef {{region?: import('../../lib/capture.js').Region, degrees: number}} Turn
 * @typedef {RgbaPixels & {decoder?: string, turned?: Turn}} FileOrPixels  decoder: address of the script that makes
 *     pixels of `data`, the bytes of a file; its size is not known then. turned: how they are yet to be
 */

const EXPECTED = 'a path, a URL, the bytes of a PNG or JPEG file, a Blob, or {width, height, data}';

/** Bytes that a picture file may have: more than any within the limit of pixels, and than the decoder can count. */
const MAX_FILE = 2 ** 30;

/** Passed on with each file, because threads have other addresses. */
const DECODER = new URL('pictures/gossamer-pictures.js', HERE).href;

/**
 * As of web/lib/capture.js.
 * @param {PictureSource} source
 * @param {import('../../lib/capture.js').CaptureOptions} [options]
 * @returns {Promise<{rgba?: FileOrPixels}>}
 */
export function capture(source, options = {}) {
  const kind = typeof source === 'string' ? 'path' : show(source);
  if (kind === 'path' || kind === 'URL') return readFile(resolveUrl('source', String(source)), options.signals);
  if (kind === 'Blob' || kind === 'File') return readBlob(/** @type {Blob} */ (source));
  if (kind === 'ArrayBuffer' || kind === 'Uint8Array') {
    checkBytes('source', source);
    checkFileSize(/** @type {Uint8Array} */ (source).byteLength);
    return Promise.resolve(fileOf(copyBytes(/** @type {Uint8Array} */ (source))));
  }
  check(Object(source) === source && 'data' in /** @type {object} */ (source), 'source', source, EXPECTED,
    'this is not a picture');
  return capturePixels(/** @type {RgbaPixels} */ (source), options);
}

/** @param {Uint8Array} data */
function fileOf(data) {
  return { rgba: { width: 0, height: 0, data, decoder: DECODER } };
}

/** @param {string} url @param {(AbortSignal | undefined)[]} [signals] */
async function readFile(url, signals = []) {
  const given = signals.filter((signal) => signal !== undefined);
  const signal = given.length ? AbortSignal.any(given) : undefined;
  const response = await fetchChecked(url, 'the picture', signal);
  checkFileSize(Number(response.headers.get('content-length')));
  const pieces = [];
  let bytes = 0;
  try {
    for await (const piece of /** @type {AsyncIterable<Uint8Array<ArrayBuffer>>} */ (/** @type {unknown} */ (response.body))) {
      bytes += piece.length;
      // Not every server says how much there will be.
      if (bytes > MAX_FILE) break;
      pieces.push(piece);
    }
  } catch (cause) {
    throw signal?.aborted ? abortedError('reading the picture') : brokenOff(url, cause);
  }
  checkFileSize(bytes);
  return fileOf(new Uint8Array(Buffer.concat(pieces, bytes)));
}

/** @param {Blob} blob */
async function readBlob(blob) {
  checkFileSize(blob.size);
  return fileOf(new Uint8Array(await blob.arrayBuffer().catch((cause) => {
    throw brokenOff('a Blob', cause);
  })));
}

/** Before anything is read or copied. @param {number} bytes */
function checkFileSize(bytes) {
  if (bytes <= MAX_FILE) return;
  throw imageError('the file is larger than a picture may be', { got: `${bytes} bytes`, expected: `at most ${MAX_FILE}` });
}
