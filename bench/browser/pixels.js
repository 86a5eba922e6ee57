// Preprocessing and postprocessing as pages write them around a runtime that takes and gives tensors:
// the browser's canvas scales and crops, a loop normalises, softmax and a sort give the classes.

/** @typedef {import('./contender.js').ContenderConfig['recipe']} Recipe */

/** What drawImage takes. @param {ImageData | HTMLCanvasElement} image */
function drawable(image) {
  if (!(image instanceof ImageData)) return image;
  const canvas = new OffscreenCanvas(image.width, image.height);
  /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d')).putImageData(image, 0, 0);
  return canvas;
}

/**
 * @param {ImageData | HTMLCanvasElement} image
 * @param {number[]} shape  NCHW
 * @param {Recipe} recipe
 * @returns {Float32Array}  planes
 */
export function imageToTensor(image, [, channels, high, wide], recipe) {
  const { resize = high, mean = [0], std = [1] } = recipe;
  const scale = resize / Math.min(image.width, image.height);
  const [scaledWide, scaledHigh] = [image.width * scale, image.height * scale];
  const canvas = new OffscreenCanvas(wide, high);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    canvas.getContext('2d', { willReadFrequently: true }));
  const [left, top] = [(wide - scaledWide) / 2, (high - scaledHigh) / 2];
  context.drawImage(drawable(image), left, top, scaledWide, scaledHigh);
  const { data } = context.getImageData(0, 0, wide, high);
  const values = new Float32Array(channels * high * wide);
  for (let c = 0, at = 0; c < channels; c += 1) {
    const factor = 1 / (255 * std[c % std.length]);
    const offset = mean[c % mean.length] / std[c % std.length];
    for (let pixel = c; pixel < data.length; pixel += 4, at += 1) values[at] = data[pixel] * factor - offset;
  }
  return values;
}

/**
 * The five likeliest classes.
 * @param {ArrayLike<number>} logits
 * @returns {{index: number, probability: number}[]}
 */
export function topFive(logits) {
  let largest = -Infinity;
  for (let i = 0; i < logits.length; i += 1) largest = Math.max(largest, logits[i]);
  const powers = Array.from(logits, (value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value, index) => ({ index, probability: value / sum }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, 5);
}
