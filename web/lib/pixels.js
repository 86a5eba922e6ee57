// The pixels of a snapshot (capture.js), as straight RGBA bytes in memory of the caller's choice. Runs in the
// worker, as a rule.

import { GossamerError, checkSize, show, unreadableError } from './error.js';

/** @typedef {import('./capture.js').Pixels} Pixels */
/** @typedef {import('./capture.js').Region} Region */
/** @typedef {import('./capture.js').RgbaPixels} RgbaPixels */

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
 * The pixels of a snapshot, which it closes, cut to a region and then turned clockwise.
 * @param {Pixels} pixels
 * @param {Region | undefined} region
 * @param {number} degrees  a multiple of 90
 * @returns {Promise<Pixels>}
 */
export async function readTurned(pixels, region, degrees) {
  let data = new Uint8Array();
  const { width, height } = await readRgba(pixels, region, (w, h) => {
    data = new Uint8Array(w * (h + 1) * 4);  // as in ModelSession.feed
    return { memory: data, used: { x: 0, y: 0, width: w, height: h } };
  });
  const turns = ((degrees / 90) % 4 + 4) % 4;
  const last = width * height - 1;
  // Where the first pixel goes, and how far from it the next one does, to the right and below.
  const [first, right, below] = [
    [0, 1, width], [height - 1, height, -1], [last, -1, -width], [last + 1 - height, -height, 1],
  ][turns];
  const from = new Uint32Array(data.buffer, 0, last + 1);
  const to = new Uint32Array(last + 1);
  for (let y = 0, i = 0; y < height; ++y) {
    for (let x = 0, at = first + y * below; x < width; ++x, at += right) to[at] = from[i++];
  }
  const size = turns % 2 ? { width: height, height: width } : { width, height };
  return { rgba: { ...size, data: new Uint8ClampedArray(to.buffer) } };
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
