// From whatever a page has (a canvas, a video, a file) to straight RGBA bytes, in two halves. The
// first half, capture, runs where the caller is and takes a snapshot at once, so that the caller
// may draw on; the second, readRgba, runs in the worker, because reading pixels back is what costs.
// Frames of video are the exception: where the browser can copy their pixels out as RGBA, they are
// neither drawn nor read back, which takes a quarter of the time. Every check that can be made
// without touching pixels is made before any copy.

import { GossamerError, argumentError } from './error.js';

/**
 * @typedef {ImageData | ImageBitmap | HTMLImageElement | HTMLCanvasElement | OffscreenCanvas |
 *     HTMLVideoElement | VideoFrame | Blob | RgbaPixels} PixelSource
 * @typedef {{width: number, height: number, data: Uint8ClampedArray | Uint8Array}} RgbaPixels
 *     straight alpha, rows from the top without gaps, as in ImageData
 * @typedef {{left: number, top: number, right: number, bottom: number}} Region  fractions, 0 to 1
 * @typedef {{bitmap?: ImageBitmap | VideoFrame, rgba?: RgbaPixels}} Pixels  one of the two; can be
 *     posted. A VideoFrame is one that copyTo gives as RGBA
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
 * @param {ArrayBuffer} [spare]  of an earlier snapshot, to be used again: fresh memory costs more
 *     than copying into it
 * @returns {Promise<Pixels>}
 */
export function capture(source, spare) {
  if (typeof source !== 'object' || source === null) {
    throw argumentError('source', 'this is not a picture', {
      got: source === null ? 'null' : typeof source, expected: KINDS,
    });
  }
  if (isA(source, 'Blob')) return decode(/** @type {Blob} */ (source));
  if ('data' in source) return Promise.resolve({ rgba: copyRgba(source, spare) });
  const [width, height] = sizeOf(/** @type {Exclude<PixelSource, Blob | RgbaPixels>} */ (source));
  checkSize(width, height);
  const bitmap = takeFrame(source, width, height);
  return bitmap ? Promise.resolve({ bitmap }) : toBitmap(source, 'the picture cannot be read');
}

/**
 * A frame of video whose pixels can be copied out as drawing would show them: opaque, upright, in
 * square pixels.
 * @param {object} source
 * @param {number} width @param {number} height
 * @returns {VideoFrame | undefined}
 */
function takeFrame(source, width, height) {
  if (!isA(source, 'VideoFrame') && !isA(source, 'HTMLVideoElement')) return undefined;
  /** @type {VideoFrame & {rotation?: number, flip?: boolean} | undefined} */
  let frame;
  try {
    frame = new VideoFrame(/** @type {VideoFrame} */ (source));
    const { format, rotation, flip, visibleRect } = frame;
    // Where the option `format` is not known, the size is that of the frame's own format.
    if (/^(I4..|NV12)$/.test(String(format)) && !rotation && !flip
      && visibleRect?.width === width && visibleRect.height === height
      && frame.allocationSize({ format: 'RGBA' }) === width * height * 4) return frame;
  } catch {
    // Frames of other sites among them; drawing finds out the reason.
  }
  frame?.close();
  return undefined;
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
 * @param {ArrayBuffer} [spare]
 * @returns {RgbaPixels}  a copy that may be transferred
 */
function copyRgba({ width, height, data }, spare) {
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
  if (spare?.byteLength !== data.length) return { width, height, data: new Uint8ClampedArray(data) };
  const copy = new Uint8ClampedArray(spare);
  copy.set(data);
  return { width, height, data: copy };
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
  let data = new Uint8Array();
  const size = await readRgba({ bitmap }, undefined, (bytes) => (data = new Uint8Array(bytes)));
  return { rgba: { ...size, data } };  // the worker could not read it
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

/**
 * The pixels of a snapshot, cut to a region. Closes the bitmap.
 * @param {Pixels} pixels
 * @param {Region | undefined} region
 * @param {(bytes: number) => Uint8Array} allocate  gives the memory that they are written to
 * @returns {Promise<{width: number, height: number}>}
 */
export async function readRgba({ bitmap, rgba }, region, allocate) {
  const frame = isA(bitmap, 'VideoFrame') ? /** @type {VideoFrame} */ (bitmap) : undefined;
  const whole = /** @type {{width: number, height: number}} */ (frame?.visibleRect ?? bitmap ?? rgba);
  checkSize(whole.width, whole.height);
  const cut = cutOf(whole, region);
  const target = allocate(cut.width * cut.height * 4);
  if (rgba) cutRgba(rgba, cut, target);
  else if (!frame || !await copyFrame(frame, cut, target)) {
    draw(/** @type {ImageBitmap} */ (bitmap), cut, target);
  }
  bitmap?.close();
  return { width: cut.width, height: cut.height };
}

/**
 * @typedef {{x: number, y: number, width: number, height: number}} Cut  in pixels
 * @param {{width: number, height: number}} whole
 * @param {Region} [region]
 * @returns {Cut}
 */
function cutOf({ width, height }, { left, top, right, bottom } = { left: 0, top: 0, right: 1, bottom: 1 }) {
  const x = Math.min(width - 1, Math.round(left * width));  // a thin region still has a pixel
  const y = Math.min(height - 1, Math.round(top * height));
  return {
    x, y,
    width: Math.max(1, Math.round(right * width) - x),
    height: Math.max(1, Math.round(bottom * height) - y),
  };
}

/** @param {RgbaPixels} rgba @param {Cut} cut @param {Uint8Array} target */
function cutRgba(rgba, { x, y, width, height }, target) {
  const pieces = width === rgba.width ? 1 : height;  // whole rows lie one after another
  const length = target.length / pieces;
  for (let piece = 0; piece < pieces; ++piece) {
    const from = ((y + piece) * rgba.width + x) * 4;
    target.set(rgba.data.subarray(from, from + length), piece * length);
  }
}

/**
 * False when the browser cannot after all. Colours are stored for two by two pixels, so a cut begins
 * at even ones.
 * @param {VideoFrame} frame @param {Cut} cut @param {Uint8Array} target
 */
async function copyFrame(frame, { x, y, width, height }, target) {
  const { x: left, y: top } = /** @type {DOMRectReadOnly} */ (frame.visibleRect);
  const rect = { x: left + x - (x % 2), y: top + y - (y % 2), width, height };
  return frame.copyTo(target, { format: 'RGBA', rect }).then(() => true, () => false);
}

/** @type {OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D | null} */
let context = null;

/** @param {CanvasImageSource} picture @param {Cut} cut @param {Uint8Array} target */
function draw(picture, { x, y, width, height }, target) {
  context ??= createContext();
  const { canvas } = context;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  context.clearRect(0, 0, width, height);
  context.drawImage(picture, -x, -y);
  target.set(context.getImageData(0, 0, width, height).data);
}

function createContext() {
  const canvas = typeof OffscreenCanvas === 'function' ? new OffscreenCanvas(1, 1)
    : document.createElement('canvas');
  return /** @type {OffscreenCanvasRenderingContext2D} */ (
    canvas.getContext('2d', { willReadFrequently: true }));
}
