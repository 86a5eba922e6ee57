// Preprocessing and postprocessing as pages write them around a runtime that takes and gives tensors:
// the browser's canvas scales and crops, a loop normalises, softmax and a sort give the classes.

/** @typedef {import('./contender.js').ContenderConfig['recipe']} Recipe */

/** @type {OffscreenCanvasRenderingContext2D | undefined} */
let context;

/** @param {number} width @param {number} height */
function contextOf(width, height) {
  if (context?.canvas.width !== width || context.canvas.height !== height) {
    context = /** @type {OffscreenCanvasRenderingContext2D} */ (
      new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true }));
  }
  return context;
}

/**
 * @param {ImageBitmap | HTMLCanvasElement} image
 * @param {number[]} shape  NCHW
 * @param {Recipe} recipe
 * @param {{channelsLast?: boolean}} [layout]
 * @returns {Float32Array}  planes, or pixels
 */
export function imageToTensor(image, [, channels, high, wide], recipe, { channelsLast = false } = {}) {
  const { resize = high, mean = [0], std = [1] } = recipe;
  const scale = resize / Math.min(image.width, image.height);
  const [scaledWide, scaledHigh] = [image.width * scale, image.height * scale];
  const drawing = contextOf(wide, high);
  const [left, top] = [(wide - scaledWide) / 2, (high - scaledHigh) / 2];
  drawing.drawImage(image, left, top, scaledWide, scaledHigh);
  const { data } = drawing.getImageData(0, 0, wide, high);
  const values = new Float32Array(channels * high * wide);
  const step = channelsLast ? channels : 1;
  for (let c = 0; c < channels; c += 1) {
    const factor = 1 / (255 * std[c % std.length]);
    const offset = mean[c % mean.length] / std[c % std.length];
    let at = channelsLast ? c : c * high * wide;
    for (let pixel = c; pixel < data.length; pixel += 4, at += step) values[at] = data[pixel] * factor - offset;
  }
  return values;
}

/** Planes of channels as pixels. @param {Float32Array} planes @param {number} channels */
export function interleaved(planes, channels) {
  const size = planes.length / channels;
  return Float32Array.from(planes, (_, i) => planes[(i % channels) * size + Math.floor(i / channels)]);
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
