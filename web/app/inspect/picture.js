// The picture that a model is inspected with, as pixels: of what is on stage, or of a file. Large ones are
// made smaller first: a heat map classifies it some two hundred times.
import { measuringPicture } from '../measure/picture.js';

/** The longer side at most. */
const LONGEST = 640;

/** @param {import('../faces.js').Picture} source @returns {ImageData} */
export function readPicture(source) {
  const [wide, high] = source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight]
    : source instanceof HTMLImageElement ? [source.naturalWidth, source.naturalHeight] : [source.width, source.height];
  const scale = Math.min(1, LONGEST / Math.max(wide, high));
  const [width, height] = [wide, high].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/**
 * Something to begin with where nothing is on stage: the model's first sample, where it has some.
 * @param {import('../models.js').Choice} choice
 * @param {string | undefined} address  of the sample
 * @returns {Promise<ImageData>}
 */
export async function samplePicture({ input }, address) {
  try {
    if (address) return readPicture(await createImageBitmap(await (await fetch(address)).blob()));
  } catch {
    // Without a network: what is drawn here does as well.
  }
  const { data, width, height } = measuringPicture(input);
  return new ImageData(data, width, height);
}
