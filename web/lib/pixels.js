// From whatever a page has (a canvas, a video, a file) to straight RGBA bytes, in two halves. The
// first half, capture, runs where the caller is and takes a snapshot at once, so that the caller
// may draw on; the second, readRgba, runs in the worker, because reading pixels back is what costs.
// Frames of video are the exception: where the browser can copy their pixels out as RGBA, they are
// neither drawn nor read back, which takes a quarter of the time. Every check that can be made
// without touching pixels is made before any copy.

import { GossamerError, check, checkBytes, imageError, show, unreadableError } from './error.js';

/**
 * @typedef {ImageData | ImageBitmap | HTMLImageElement | HTMLCanvasElement | OffscreenCanvas |
 *     HTMLVideoElement | VideoFrame | Blob | RgbaPixels} PixelSource
 * @typedef {{width: number, height: number, data: Uint8ClampedArray | Uint8Array}} RgbaPixels
 *     straight alpha, rows from the top without gaps, as in ImageData
 * @typedef {{left: number, top: number, right: number, bottom: number}} Region  fractions, 0 to 1
 * @typedef {{bitmap?: ImageBitmap | VideoFrame, rgba?: RgbaPixels}} Pixels  one of the two; can be
 *     posted. A VideoFrame is one whose pixels copyTo gives
 */

/** As in image.h: what the runtime accepts, in pixels. */
const MAX_PIXELS = 2 ** 26;

/** By tag, so that those of another frame's document are known, too. */
const KINDS = 'HTMLCanvasElement, OffscreenCanvas, HTMLImageElement, ImageBitmap, ImageData, '
  + 'HTMLVideoElement, VideoFrame, Blob, File, {width, height, data}';
const NO_PICTURE = 'this is not a picture';

/**
 * Takes a snapshot. Throws at once for an unusable source; rejects for pixels that do not decode.
 * @param {PixelSource} source
 * @param {ArrayBuffer} [spare]  of an earlier snapshot, to be used again: fresh memory costs more
 *     than copying into it
 * @returns {Promise<Pixels>}
 */
export function capture(source, spare) {
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
  check(complete && naturalWidth !== 0, 'source', source, 'image.decode() awaited',
    'the image is not loaded');
  return [
    videoWidth ?? naturalWidth ?? displayWidth ?? width,
    videoHeight ?? naturalHeight ?? displayHeight ?? height,
  ];
}

/** @param {number} width @param {number} height */
export function checkSize(width, height) {
  check(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0
    && width * height <= MAX_PIXELS, 'source', `${show(width)} x ${show(height)}`,
  `1 to ${MAX_PIXELS} pixels`, 'the picture has an unusable size');
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
  return { rgba: await readWhole({ bitmap }) };  // the worker could not read it
}

/**
 * @param {unknown} region
 * @returns {Region | undefined}
 */
export function checkRegion(region) {
  if (region === undefined || region === null) return undefined;
  const { left, top, right, bottom } = /** @type {Region} */ (region);
  const sides = [left, top, right, bottom];
  check(sides.every(Number.isFinite)
    && left >= 0 && top >= 0 && left < right && top < bottom && right <= 1 && bottom <= 1,
  'regionOfInterest', sides.map(show).join(', '),
  '0 <= left < right <= 1, 0 <= top < bottom <= 1', 'the region is empty or outside the picture');
  return { left, top, right, bottom };
}

/**
 * @typedef {{x: number, y: number, width: number, height: number}} Area  in pixels
 * @typedef {{memory: Uint8Array, used: Area}} Target  for a whole picture, of which only the used
 *     part need be written; a row longer than that where the used part is narrower
 */

/**
 * The pixels of a snapshot, cut to a region. Closes the bitmap.
 * @param {Pixels} pixels
 * @param {Region | undefined} region
 * @param {(width: number, height: number) => Target} allocate
 * @returns {Promise<{width: number, height: number}>}
 */
export async function readRgba({ bitmap, rgba }, region, allocate) {
  try {
    const frame = show(bitmap) === 'VideoFrame' ? /** @type {VideoFrame} */ (bitmap) : undefined;
    const whole = /** @type {Area} */ (frame?.visibleRect ?? bitmap ?? rgba);
    checkSize(whole.width, whole.height);
    const aligned = (/** @type {Area} */ area) => (frame ? fromEven(area, whole) : area);
    const { x, y, width, height } = aligned(areaOf(whole, region));
    const { memory, used: needed } = allocate(width, height);
    const used = aligned(needed);
    const stride = width * 4;
    const from = { ...used, x: x + used.x, y: y + used.y };
    const place = { memory, stride, offset: used.y * stride + used.x * 4 };
    if (rgba) copyRows(rgba.data, rgba.width, from, place);
    else if (!frame || !await copyFrame(frame, from, place)) {
      copyRows(draw(/** @type {ImageBitmap} */ (bitmap), from), used.width, { ...used, x: 0, y: 0 }, place);
    }
    return { width, height };
  } catch (cause) {
    context = null;  // a canvas that has seen another site's picture stays unreadable
    throw cause instanceof GossamerError ? cause : unreadableError(cause);
  } finally {
    bitmap?.close();
  }
}

/** All pixels of a snapshot, which it closes. @param {Pixels} pixels @returns {Promise<RgbaPixels>} */
export async function readWhole(pixels) {
  let data = new Uint8Array();
  const size = await readRgba(pixels, undefined, (width, height) => {
    data = new Uint8Array(width * height * 4);
    return { memory: data, used: { x: 0, y: 0, width, height } };
  });
  return { ...size, data };
}

/**
 * @param {{width: number, height: number}} whole
 * @param {Region} [region]
 * @returns {Area}
 */
function areaOf({ width, height }, { left, top, right, bottom } = { left: 0, top: 0, right: 1, bottom: 1 }) {
  const x = Math.min(width - 1, Math.round(left * width));  // a thin region still has a pixel
  const y = Math.min(height - 1, Math.round(top * height));
  return {
    x, y,
    width: Math.max(1, Math.round(right * width) - x),
    height: Math.max(1, Math.round(bottom * height) - y),
  };
}

/**
 * Frames store colours for two by two pixels.
 * @param {Area} area @param {{width: number, height: number}} whole
 * @returns {Area}
 */
function fromEven({ x, y, width, height }, whole) {
  const left = x & -2;
  const top = y & -2;
  const end = (/** @type {number} */ at, /** @type {number} */ limit) => Math.min(at + (at & 1), limit);
  return {
    x: left, y: top, width: end(x + width, whole.width) - left, height: end(y + height, whole.height) - top,
  };
}

/**
 * @typedef {{memory: Uint8Array, offset: number, stride: number}} Place  in bytes
 * @param {Uint8Array | Uint8ClampedArray} data
 * @param {number} dataWidth  in pixels
 * @param {Area} area  of the data
 * @param {Place} place
 */
function copyRows(data, dataWidth, { x, y, width, height }, { memory, offset, stride }) {
  for (let row = 0; row < height; ++row) {
    const from = ((y + row) * dataWidth + x) * 4;
    memory.set(data.subarray(from, from + width * 4), offset + row * stride);
  }
}

/**
 * False when the browser cannot after all.
 * @param {VideoFrame} frame @param {Area} area @param {Place} place
 */
async function copyFrame(frame, { x, y, width, height }, { memory, offset, stride }) {
  const { x: left, y: top } = /** @type {DOMRectReadOnly} */ (frame.visibleRect);
  const rect = { x: left + x, y: top + y, width, height };
  const layout = [{ offset, stride }];
  const { format } = frame;
  // WebKit does not know the option `format`.
  const packed = /^[RB]G/.test(String(format));
  try {
    await frame.copyTo(memory, packed ? { rect, layout } : { format: 'RGBA', rect, layout });
  } catch {
    return false;
  }
  for (let row = 0; packed && row < height; ++row) {
    const start = memory.byteOffset + offset + row * stride;
    if (!toRgba(new Uint32Array(memory.buffer, start, width), String(format))) return false;
  }
  return true;
}

/** False for pixels that are not opaque. @param {Uint32Array} pixels @param {string} format */
function toRgba(pixels, format) {
  const [first, , , last] = format;
  for (let i = 0; i < pixels.length; ++i) {
    const pixel = pixels[i];
    if (last === 'A' && pixel < 0xff000000) return false;
    const colour = first === 'R' ? pixel : (pixel >> 16 & 255) | (pixel & 255) << 16 | (pixel & 0xff00);
    pixels[i] = colour | 0xff000000;
  }
  return true;
}

/** @type {OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D | null} */
let context = null;

/** @param {CanvasImageSource} picture @param {Area} area */
function draw(picture, { x, y, width, height }) {
  context ??= createContext();
  const { canvas } = context;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  context.clearRect(0, 0, width, height);
  context.drawImage(picture, -x, -y);
  return context.getImageData(0, 0, width, height).data;
}

function createContext() {
  const canvas = typeof OffscreenCanvas === 'function' ? new OffscreenCanvas(1, 1)
    : document.createElement('canvas');
  return /** @type {OffscreenCanvasRenderingContext2D} */ (
    canvas.getContext('2d', { willReadFrequently: true }));
}
