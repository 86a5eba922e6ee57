// From whatever a page has (a canvas, a video, a file) to straight RGBA bytes, in two halves. The
// first half, capture, runs where the caller is and takes a snapshot at once, so that the caller
// may draw on; the second, readRgba, runs in the worker, because reading pixels back is what costs.
// Every check that can be made without touching pixels is made before any copy.

import { GossamerError, argumentError } from './error.js';

/**
 * @typedef {ImageData | ImageBitmap | HTMLImageElement | HTMLCanvasElement | OffscreenCanvas |
 *     HTMLVideoElement | VideoFrame | Blob | RgbaPixels} PixelSource
 * @typedef {{width: number, height: number, data: Uint8ClampedArray | Uint8Array}} RgbaPixels
 *     straight alpha, rows from the top without gaps, as in ImageData
 * @typedef {{left: number, top: number, right: number, bottom: number}} Region  fractions, 0 to 1
 * @typedef {{bitmap?: ImageBitmap, rgba?: RgbaPixels}} Pixels  one of the two; can be posted
 */

/** As in image.h: what the runtime accepts, in pixels. */
const MAX_PIXELS = 2 ** 26;

const KINDS = 'ImageData, ImageBitmap, <img>, <canvas>, OffscreenCanvas, <video>, VideoFrame or Blob';

/** @param {unknown} value @param {string} name  a global class that may be missing here */
function isA(value, name) {
  const type = /** @type {Record<string, unknown>} */ (globalThis)[name];
  return typeof type === 'function' && value instanceof type;
}

/**
 * Takes a snapshot. Throws at once for an unusable source; rejects for pixels that do not decode.
 * @param {PixelSource} source
 * @returns {Promise<Pixels>}
 */
export function capture(source) {
  if (typeof source !== 'object' || source === null) {
    throw argumentError('source', 'this is not a picture', {
      got: source === null ? 'null' : typeof source, expected: KINDS,
    });
  }
  if (isA(source, 'Blob')) return decode(/** @type {Blob} */ (source));
  if ('data' in source) return Promise.resolve({ rgba: copyRgba(source) });
  checkSize(...sizeOf(/** @type {Exclude<PixelSource, Blob | RgbaPixels>} */ (source)));
  return toBitmap(source, 'the picture cannot be read');
}

/** @param {Blob} blob @returns {Promise<Pixels>} */
async function decode(blob) {
  const pixels = await toBitmap(blob, 'this is not a picture that the browser can decode', {
    got: `${blob.type || 'a file of unknown type'}, ${blob.size} bytes`,
  });
  const { width, height } = /** @type {RgbaPixels} */ (pixels.bitmap ?? pixels.rgba);
  if (width * height <= MAX_PIXELS) return pixels;
  pixels.bitmap?.close();
  throw new GossamerError({
    code: 'IMAGE', stage: 'image', message: 'the picture is too large',
    got: `${width} x ${height}`, expected: `at most ${MAX_PIXELS} pixels`,
  });
}

/**
 * @param {RgbaPixels} source
 * @returns {RgbaPixels}  a copy that may be transferred
 */
function copyRgba({ width, height, data }) {
  if (!(data instanceof Uint8ClampedArray || data instanceof Uint8Array)) {
    throw argumentError('source', 'pixel data must be 8-bit RGBA', {
      got: Object.prototype.toString.call(data).slice(8, -1),
      expected: 'Uint8ClampedArray or Uint8Array',
    });
  }
  checkSize(width, height);
  if (data.length !== width * height * 4) {
    throw argumentError('source', 'pixel data does not match its width and height', {
      got: `${data.length} bytes`, expected: `${width} x ${height} x 4 bytes`,
    });
  }
  return { width, height, data: new Uint8ClampedArray(data) };
}

/**
 * @param {Exclude<PixelSource, Blob | RgbaPixels>} source
 * @returns {[number, number]}
 */
function sizeOf(source) {
  if (isA(source, 'HTMLVideoElement')) {
    const video = /** @type {HTMLVideoElement} */ (source);
    if (video.readyState < 2) {
      throw argumentError('source', 'the video has no frame yet', {
        hint: "Wait for its 'loadeddata' event",
      });
    }
    return [video.videoWidth, video.videoHeight];
  }
  if (isA(source, 'HTMLImageElement')) {
    const image = /** @type {HTMLImageElement} */ (source);
    if (!image.complete || !image.naturalWidth) {
      throw argumentError('source', 'the image is not loaded', { hint: 'Await image.decode()' });
    }
    return [image.naturalWidth, image.naturalHeight];
  }
  if (isA(source, 'VideoFrame')) {
    const frame = /** @type {VideoFrame} */ (source);
    return [frame.displayWidth, frame.displayHeight];
  }
  if (['HTMLCanvasElement', 'OffscreenCanvas', 'ImageBitmap'].some((name) => isA(source, name))) {
    return [/** @type {ImageBitmap} */ (source).width, /** @type {ImageBitmap} */ (source).height];
  }
  throw argumentError('source', 'this is not a picture', {
    got: Object.prototype.toString.call(source).slice(8, -1), expected: KINDS,
  });
}

/** @param {number} width @param {number} height */
function checkSize(width, height) {
  const whole = Number.isInteger(width) && Number.isInteger(height);
  if (!whole || width < 1 || height < 1 || width * height > MAX_PIXELS) {
    throw argumentError('source', 'the picture has an unusable size', {
      got: `${width} x ${height}`, expected: `1 to ${MAX_PIXELS} pixels`,
    });
  }
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
    throw new GossamerError({ code: 'IMAGE', stage: 'image', message: failure, cause, ...details });
  }
  if (typeof OffscreenCanvas === 'function') return { bitmap };
  return { rgba: readRgba({ bitmap }) };  // the worker could not read it
}

/**
 * @param {unknown} region
 * @returns {Region | undefined}
 */
export function checkRegion(region) {
  if (region === undefined || region === null) return undefined;
  const { left, top, right, bottom } = /** @type {Region} */ (region);
  if (!(left >= 0 && top >= 0 && left < right && top < bottom && right <= 1 && bottom <= 1)) {
    throw argumentError('regionOfInterest', 'the region is empty or outside the picture', {
      got: JSON.stringify(region), expected: '0 <= left < right <= 1, 0 <= top < bottom <= 1',
    });
  }
  return { left, top, right, bottom };
}

/** @type {OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D | null} */
let context = null;

/**
 * The pixels of a snapshot, cut to a region. Closes the bitmap.
 * @param {Pixels} pixels
 * @param {Region} [region]
 * @returns {RgbaPixels}
 */
export function readRgba({ bitmap, rgba }, region) {
  const { width, height } = /** @type {{width: number, height: number}} */ (bitmap ?? rgba);
  checkSize(width, height);
  const { left, top, right, bottom } = region ?? { left: 0, top: 0, right: 1, bottom: 1 };
  const x = Math.min(width - 1, Math.round(left * width));  // a thin region still has a pixel
  const y = Math.min(height - 1, Math.round(top * height));
  const w = Math.max(1, Math.round(right * width) - x);
  const h = Math.max(1, Math.round(bottom * height) - y);
  if (rgba) return cut(rgba, x, y, w, h);
  context ??= createContext();
  const { canvas } = context;
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  context.clearRect(0, 0, w, h);
  context.drawImage(/** @type {ImageBitmap} */ (bitmap), -x, -y);
  bitmap?.close();
  return { width: w, height: h, data: context.getImageData(0, 0, w, h).data };
}

function createContext() {
  const canvas = typeof OffscreenCanvas === 'function' ? new OffscreenCanvas(1, 1)
    : document.createElement('canvas');
  return /** @type {OffscreenCanvasRenderingContext2D} */ (
    canvas.getContext('2d', { willReadFrequently: true }));
}

/**
 * @param {RgbaPixels} rgba
 * @param {number} x @param {number} y @param {number} w @param {number} h
 * @returns {RgbaPixels}
 */
function cut(rgba, x, y, w, h) {
  if (w === rgba.width && h === rgba.height) return rgba;
  const data = new Uint8ClampedArray(w * h * 4);
  for (let row = 0; row < h; ++row) {
    const from = ((y + row) * rgba.width + x) * 4;
    data.set(rgba.data.subarray(from, from + w * 4), row * w * 4);
  }
  return { width: w, height: h, data };
}
