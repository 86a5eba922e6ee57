// A picture as somebody means it by the options of a call: which part of it, and which way up. What a picture can be,
// capture.js knows, in whose place the library's other forms have their own.

import { capture } from './capture.js';
import { check, show } from './error.js';
import { seldom } from './host.js';

/** @typedef {import('./capture.js').Pixels} Pixels */
/** @typedef {import('./capture.js').PixelSource} PixelSource */
/** @typedef {import('./capture.js').Region} Region */

/**
 * Takes a snapshot of what is meant by the options. One that is to be turned is cut to its region, too, which is
 * a part of the picture as it was; of any other the region is left for the engine.
 * @param {PixelSource} source
 * @param {{regionOfInterest?: Region, rotationDegrees?: number}} options
 * @param {import('./capture.js').CaptureOptions} [how]
 * @returns {{captured: Promise<Pixels>, region?: Region}}
 */
export function takePicture(source, { regionOfInterest, rotationDegrees = 0 }, how = {}) {
  check(rotationDegrees % 90 === 0, 'rotationDegrees', rotationDegrees, 'a multiple of 90');
  const region = checkRegion(regionOfInterest);
  const captured = capture(source, how);
  return rotationDegrees ? {
    captured: captured.then(async (pixels) => (await seldom()).readTurned(pixels, region, rotationDegrees)),
  } : { captured, region };
}

/**
 * @param {unknown} region
 * @returns {Region | undefined}
 */
function checkRegion(region) {
  if (region === undefined || region === null) return undefined;
  const { left, top, right, bottom } = /** @type {Region} */ (region);
  const sides = [left, top, right, bottom];
  check(sides.every(Number.isFinite)
    && left >= 0 && top >= 0 && left < right && top < bottom && right <= 1 && bottom <= 1,
  'regionOfInterest', sides.map(show).join(', '),
  '0 <= left < right <= 1, 0 <= top < bottom <= 1', 'the region is empty or outside the picture');
  return { left, top, right, bottom };
}

