// From whatever a page has (a canvas, a video, a file) to what an engine reads: a snapshot, taken at
// once, so that the caller may draw on. Reading pixels back is what costs, and is done where the engine is
// (pixels.js). Frames of video are the exception: where the browser can copy their pixels out as RGBA, they
// are neither drawn nor read back, which takes a quarter of the time. Every check that can be made
// without touching pixels is made before any copy.

import { MAX_PIXELS, check, checkBytes, checkSize, imageError, show } from './error.js';
import { seldom } from './host.js';

/**
 * @typedef {ImageData | ImageBitmap | HTMLImageElement | HTMLCanvasElement | OffscreenCanvas |
 *     HTMLVideoElement | VideoFrame | Blob | RgbaPixels} PixelSource
 * @typedef {{width: number, height: number, data: Uint8ClampedArray | Uint8Array}} RgbaPixels
 *     straight alpha, rows from the top without gaps, as in ImageData
 * @typedef {{left: number, top: number, right: number, bottom: number}} Region  fractions, 0 to 1
 * @typedef {{bitmap?: ImageBitmap | VideoFrame, rgba?: RgbaPixels}} Pixels  one of the two; can be
 *     posted. A VideoFrame is one whose pixels copyTo gives
 */

/**
 * @typedef {object} CaptureOptions
 * @property {ArrayBuffer} [spare]  of an earlier snapshot, to be used again: fresh memory costs more than copying into it
 * @property {(AbortSignal | undefined)[]} [signals]  end what has to be read first, as under Node
 */

/** By tag, so that those of another frame's document are known, too. */
const KINDS = 'HTMLCanvasElement, OffscreenCanvas, HTMLImageElement, ImageBitmap, ImageData, '
  + 'HTMLVideoElement, VideoFrame, Blob, File, {width, height, data}';
const NO_PICTURE = 'this is not a picture';

/**
 * Takes a snapshot. Throws at once for an unusable source; rejects for pixels that do not decode.
 * @param {PixelSource} source
 * @param {CaptureOptions} [options]
 * @returns {Promise<Pixels>}
 */
export function capture(source, { spare } = {}) {
  check(typeof source === 'object' && source, 'source', source, KINDS, NO_PICTURE);
  if (['Blob', 'File'].includes(show(source))) return decode(/** @type {Blob} */ (source));
  if ('data' in source) return Promise.resolve({ rgba: copyRgba(source, spare) });
  const [width, height] = sizeOf(source);
  checkSize(width, height);
  const bitmap = takeFrame(source, width, height);
  if (bitmap) return Promise.resolve({ bitmap });
  const failure = 'the picture cannot be read';
  const taken = toBitmap(upright(source, width, height), failure);
  // An SVG that states no size is drawn, in a size of the browser's choice, but makes no bitmap.
  if (show(source) !== 'HTMLImageElement') return taken;
  const image = /** @type {HTMLImageElement} */ (source);
  const { currentSrc } = image;
  return taken.catch((error) => {
    if (image.currentSrc !== currentSrc) throw error;  // it shows something else by now
    return toBitmap(drawn(image, width, height), failure);
  });
}

/**
 * A frame of video whose pixels can be copied out as drawing would show them: opaque, upright, in
 * square pixels.
 * @param {object} source
 * @param {number} width @param {number} height
 * @returns {VideoFrame | undefined}
 */
function takeFrame(source, width, height) {
  if (!show(source).includes('Video')) return undefined;
  /** @type {VideoFrame & {rotation?: number, flip?: boolean} | undefined} */
  let frame;
  try {
    frame = new VideoFrame(/** @type {VideoFrame} */ (source));
    const { format, rotation, flip, visibleRect } = frame;
    // Some browsers do not tell how a film is turned; cameras are upright.
    const known = rotation !== undefined || !('src' in source) || 'srcObject' in source && source.srcObject;
    // Where the option `format` is not known, the size is that of the frame's own format.
    if (/^(I4..|NV12|(RGB|BGR).)$/.test(String(format)) && known && !rotation && !flip
      && visibleRect?.width === width && visibleRect.height === height
      && frame.allocationSize({ format: 'RGBA' }) === width * height * 4) return frame;
  } catch {
    // Frames of other sites among them; drawing finds out the reason.
  }
  frame?.close();
  return undefined;
}

/**
 * The source itself, or a drawing of a turned frame: createImageBitmap ignores `rotation`.
 * @param {object} source
 * @param {number} width @param {number} height
 * @returns {ImageBitmapSource}
 */
function upright(source, width, height) {
  const { rotation, flip } = /** @type {{rotation?: number, flip?: boolean}} */ (source);
  if (show(source) !== 'VideoFrame' || (!rotation && !flip)) return /** @type {ImageBitmapSource} */ (source);
  return drawn(/** @type {VideoFrame} */ (source), width, height);
}

/** @param {CanvasImageSource} source @param {number} width @param {number} height */
function drawn(source, width, height) {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.drawImage(source, 0, 0);
  return canvas;
}

/** @param {Blob} blob @returns {Promise<Pixels>} */
async function decode(blob) {
  const pixels = await toBitmap(blob, 'this is not a picture that the browser can decode', {
    got: `${blob.type || 'a file of unknown type'}, ${blob.size} bytes`,
  });
  const { width, height } = /** @type {RgbaPixels} */ (pixels.bitmap ?? pixels.rgba);
  if (width * height <= MAX_PIXELS) return pixels;
  pixels.bitmap?.close();
  throw imageError('the picture is too large', {
    got: `${width} x ${height}`, expected: `at most ${MAX_PIXELS} pixels`,
  });
}

/**
 * @param {RgbaPixels} source
 * @param {ArrayBuffer} [spare]
 * @returns {RgbaPixels}  a copy that may be transferred
 */
function copyRgba({ width, height, data }, spare) {
  check(data instanceof Uint8ClampedArray || data instanceof Uint8Array, 'source', data,
    'Uint8ClampedArray or Uint8Array', 'pixel data must be 8-bit RGBA');
  checkBytes('source', data);
  checkSize(width, height);
  check(data.length === width * height * 4, 'source', `${data.length} bytes`,
    `${width} x ${height} x 4 bytes`, 'pixel data does not match its width and height');
  if (spare?.byteLength !== data.length) return { width, height, data: new Uint8ClampedArray(data) };
  const copy = new Uint8ClampedArray(spare);
  copy.set(data);
  return { width, height, data: copy };
}

/**
 * @param {object} source
 * @returns {[number, number]}
 */
function sizeOf(source) {
  check(KINDS.split(', ').includes(show(source)), 'source', source, KINDS, NO_PICTURE);
  const {
    readyState = 2, videoWidth, videoHeight, complete = true, naturalWidth, naturalHeight,
    displayWidth, displayHeight, width, height,
  } = /** @type {any} */ (source);
  check(readyState >= 2, 'source', source, "its 'loadeddata' event first", 'the video has no frame yet');
  check(complete, 'source', source, 'image.decode() awaited', 'the image is not loaded');
  check(naturalWidth !== 0, 'source', source, 'one that loads', 'the image is broken');
  return [
    videoWidth ?? naturalWidth ?? displayWidth ?? width,
    videoHeight ?? naturalHeight ?? displayHeight ?? height,
  ];
}

/**
 * @param {ImageBitmapSource} source
 * @param {string} failure
 * @param {{got?: string}} [details]
 * @returns {Promise<Pixels>}
 */
async function toBitmap(source, failure, details) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(source);
  } catch (cause) {
    throw imageError(failure, { cause, ...details });
  }
  if (typeof OffscreenCanvas === 'function') return { bitmap };
  const { readWhole } = await seldom();  // the worker could not read it
  return { rgba: await readWhole({ bitmap }) };
}
