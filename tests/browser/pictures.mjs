// Pictures made from nothing, for tests: a digit's strokes become gray pixels, and those a PNG file
// or a Y4M video for the fake camera. So no binary file is kept in the repository.

import * as zlib from 'node:zlib';
import { DIGITS } from '../../web/app/strokes.js';

/** @typedef {{width: number, height: number, gray: Uint8Array}} Gray */

/**
 * A dark digit on light paper.
 * @param {number} digit
 * @param {{width?: number, height?: number, size?: number, ink?: number, paper?: number}} [look]
 *     size: side of the square the strokes live in, in pixels
 * @returns {Gray}
 */
export function renderDigit(digit, look = {}) {
  const { width = 200, height = 200, size = Math.min(width, height), ink = 20, paper = 245 } = look;
  const left = (width - size) / 2;
  const top = (height - size) / 2;
  const pen = 0.035 * size;
  const segments = DIGITS[digit].flatMap((stroke) => stroke.slice(1).map((to, i) => [
    left + stroke[i][0] * size, top + stroke[i][1] * size, left + to[0] * size, top + to[1] * size,
  ]));
  const gray = new Uint8Array(width * height);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      let nearest = Infinity;
      for (const [x0, y0, x1, y1] of segments) {
        nearest = Math.min(nearest, distance(x + 0.5, y + 0.5, x0, y0, x1, y1));
      }
      const cover = Math.min(1, Math.max(0, pen + 0.5 - nearest));
      gray[y * width + x] = Math.round(paper + (ink - paper) * cover);
    }
  }
  return { width, height, gray };
}

/**
 * From a point to a segment.
 * @param {number} x @param {number} y
 * @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1
 */
function distance(x, y, x0, y0, x1, y1) {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length = dx * dx + dy * dy;
  const t = length ? Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length)) : 0;
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}

/**
 * An 8-bit PNG, gray or in colours.
 * @param {{width: number, height: number, gray?: Uint8Array, rgb?: Uint8Array}} picture  one of gray and rgb
 * @returns {Buffer}
 */
export function encodePng({ width, height, gray, rgb = gray }) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;  // bits; compression, filter and interlace are 0
  header[9] = gray ? 0 : 2;  // colour type
  const size = gray ? width : 3 * width;
  const rows = Buffer.alloc((size + 1) * height);
  for (let y = 0; y < height; ++y) {
    rows.set(/** @type {Uint8Array} */ (rgb).subarray(y * size, (y + 1) * size), y * (size + 1) + 1);
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header), pngChunk('IDAT', zlib.deflateSync(rows)), pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** @param {string} type @param {Buffer} data */
export function pngChunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** @param {Buffer} bytes  zlib.crc32 exists from Node 22 on. */
function crc32(bytes) {
  if ('crc32' in zlib) return zlib.crc32(bytes);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/**
 * The picture as a camera held another way would store it: turning it as EXIF's `orientation` says
 * gives `picture`.
 * @param {Gray} picture @param {number} orientation  1 to 8
 * @returns {Gray}
 */
export function storeTurned({ width, height, gray }, orientation) {
  const swap = orientation >= 5;
  const stored = { width: swap ? height : width, height: swap ? width : height, gray: new Uint8Array(gray.length) };
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      // Where EXIF says that the stored row and column of the pixel at (x, y) are.
      const [row, column] = [
        [y, x], [y, width - 1 - x], [height - 1 - y, width - 1 - x], [height - 1 - y, x],
        [x, y], [width - 1 - x, y], [width - 1 - x, height - 1 - y], [x, height - 1 - y],
      ][orientation - 1];
      stored.gray[row * stored.width + column] = gray[y * width + x];
    }
  }
  return stored;
}

/**
 * The file with EXIF data that say how to turn it.
 * @param {Buffer} file  JPEG or PNG, as they begin with their magic number @param {number} orientation
 */
export function withOrientation(file, orientation) {
  const tiff = Buffer.from([
    0x4d, 0x4d, 0, 42, 0, 0, 0, 8,  // big-endian; the directory lies at 8
    0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
  ]);
  if (file[0] === 0xff) {
    const body = Buffer.concat([Buffer.from('Exif\0\0'), tiff]);
    const marker = Buffer.from([0xff, 0xe1, 0, body.length + 2]);
    return Buffer.concat([file.subarray(0, 2), marker, body, file.subarray(2)]);
  }
  const afterHeader = 8 + 25;
  return Buffer.concat([file.subarray(0, afterHeader), pngChunk('eXIf', tiff), file.subarray(afterHeader)]);
}

/** A still video, as Chromium's fake camera reads it. @param {Gray} picture @param {number} [frames] */
export function encodeY4m({ width, height, gray }, frames = 8) {
  const chroma = Buffer.alloc((width / 2) * (height / 2) * 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), gray, chroma]);
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F20:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([header, ...Array.from({ length: frames }, () => frame)]);
}
