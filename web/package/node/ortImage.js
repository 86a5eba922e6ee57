// Pictures to tensors under Node: picture files are decoded before web/lib/ort/image.js, in whose place this
// is, has to know how large they are.

import { capture } from '../../lib/capture.js';
import { readImage as readPixels } from '../../lib/ort/image.js';
import { readWhole } from '../../lib/pixels.js';

export * from '../../lib/ort/image.js';

/**
 * As of web/lib/ort/image.js.
 * @param {import('./capture.js').PictureSource} image
 * @param {import('../../lib/ort/image.js').FromImageOptions | null} [options]
 */
export async function readImage(image, options) {
  const pixels = await capture(/** @type {any} */ (image));
  return readPixels(await readWhole(pixels), options);
}
