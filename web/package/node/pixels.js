// The pixels of a snapshot under Node, decoded first where it is a picture file. In place of web/lib/pixels.js.

import { readRgba as readPixels, readTurned as turn, readWhole as readAll } from '../../lib/pixels.js';
import { decodePicture } from './decoder.js';

/**
 * @typedef {import('../../lib/capture.js').RgbaPixels} RgbaPixels
 * @typedef {{rgba?: import('./capture.js').FileOrPixels, bitmap?: RgbaPixels}} Pixels  bitmap: what the
 *     createImageBitmap of these surroundings gives (image.js)
 */

/**
 * As of web/lib/pixels.js.
 * @param {Pixels} pixels
 * @param {import('../../lib/capture.js').Region | undefined} region
 * @param {(width: number, height: number) => import('../../lib/pixels.js').Target} allocate
 */
export async function readRgba(pixels, region, allocate) {
  return readPixels({ rgba: await decoded(pixels) }, region, allocate);
}

/** As of web/lib/pixels.js. @param {Pixels} pixels */
export async function readWhole(pixels) {
  return readAll({ rgba: await decoded(pixels) });
}

/**
 * As of web/lib/pixels.js, but that it is done later, where the engine is.
 * @param {Pixels} pixels
 * @param {import('../../lib/capture.js').Region | undefined} region
 * @param {number} degrees
 */
export async function readTurned({ rgba, bitmap }, region, degrees) {
  return { rgba: { .../** @type {import('./capture.js').FileOrPixels} */ (bitmap ?? rgba), turned: { region, degrees } } };
}

/** @param {Pixels} pixels @returns {Promise<RgbaPixels>} */
async function decoded({ rgba, bitmap }) {
  const pixels = /** @type {import('./capture.js').FileOrPixels} */ (bitmap ?? rgba);
  const whole = pixels.decoder ? await decodePicture(pixels.data, pixels.decoder) : pixels;
  if (!pixels.turned) return whole;
  const { region, degrees } = pixels.turned;
  return /** @type {RgbaPixels} */ ((await turn({ rgba: whole }, region, degrees)).rgba);
}
