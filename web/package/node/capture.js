// From whatever a program under Node has (a path, an address, the bytes of a file, pixels) to what an engine
// reads. A picture file is decoded where the engine is (pixels.js), so that the calling thread stays free. In
// place of web/lib/capture.js.

import { HERE } from '../../beside.js';
import { capture as capturePixels } from '../../lib/capture.js';
import { brokenOff, fetchChecked, resolveUrl } from '../../lib/download.js';
import { check, checkBytes, imageError, show } from '../../lib/error.js';
import { copyBytes } from '../../lib/modelData.js';

/**
 * @typedef {import('../../lib/capture.js').RgbaPixels} RgbaPixels
 * @typedef {string | URL | Blob | ArrayBuffer | Uint8Array | RgbaPixels} PictureSource
 * @typedef {RgbaPixels & {decoder?: string}} FileOrPixels  decoder: address of the script that makes pixels of
 *     `data`, the bytes of a file; its size is not known then
 */

const EXPECTED = 'a path, a URL, the bytes of a PNG or JPEG file, a Blob, or {width, height, data}';

/** Bytes that a picture file may have: those that the decoder can count. */
const MAX_FILE = 2 ** 31 - 1025;

/** Passed on with each file, because threads have other addresses. */
const DECODER = new URL('pictures/gossamer-pictures.js', HERE).href;

/**
 * As of web/lib/capture.js.
 * @param {PictureSource} source
 * @param {ArrayBuffer} [spare]
 * @returns {Promise<{rgba?: FileOrPixels}>}
 */
export function capture(source, spare) {
  const kind = typeof source === 'string' ? 'path' : show(source);
  if (kind === 'path' || kind === 'URL') return readFile(resolveUrl('source', String(source)));
  if (kind === 'Blob' || kind === 'File') return readBlob(/** @type {Blob} */ (source));
  if (kind === 'ArrayBuffer' || kind === 'Uint8Array') {
    checkBytes('source', source);
    checkFileSize(/** @type {Uint8Array} */ (source).byteLength);
    return Promise.resolve(fileOf(copyBytes(/** @type {Uint8Array} */ (source))));
  }
  check(Object(source) === source && 'data' in /** @type {object} */ (source), 'source', source, EXPECTED,
    'this is not a picture');
  return capturePixels(/** @type {RgbaPixels} */ (source), spare);
}

/** @param {Uint8Array} data */
function fileOf(data) {
  return { rgba: { width: 0, height: 0, data, decoder: DECODER } };
}

/** @param {string} url */
async function readFile(url) {
  const response = await fetchChecked(url, 'the picture');
  checkFileSize(Number(response.headers.get('content-length')));
  return readBlob(response, url);
}

/** @param {Blob | Response} source @param {string} [url] */
async function readBlob(source, url = 'a Blob') {
  if ('size' in source) checkFileSize(source.size);
  return fileOf(new Uint8Array(await source.arrayBuffer().catch((cause) => {
    throw brokenOff(url, cause);
  })));
}

/** Before anything is read or copied. @param {number} bytes */
function checkFileSize(bytes) {
  if (bytes <= MAX_FILE) return;
  throw imageError('the file is larger than a picture may be', { got: `${bytes} bytes`, expected: `at most ${MAX_FILE}` });
}
