// Pictures to tensors and back, as apps written for onnxruntime-web ask for it. A picture becomes
// value = (pixel + bias) / mean per colour, pixel from 0 to 255; a tensor becomes the picture that it
// would have been made of. Scaling is the browser's, so it differs a little from one to the next;
// preprocessing that is exact to the pixel is ImageClassifier's business.

import { capture } from '../capture.js';
import { brokenOff, fetchChecked, resolveUrl } from '../download.js';
import { GossamerError, check, checkSize, imageError } from '../error.js';
import { readWhole } from '../pixels.js';

/** @typedef {import('../capture.js').Pixels} Pixels */
/** @typedef {import('../capture.js').PixelSource} PixelSource */

/**
 * @typedef {'RGB' | 'BGR' | 'RBG' | 'RGBA'} ImageFormat  the order of the tensor's channels
 *
 * @typedef {object} Norm  one number, or one each for red, green, blue and perhaps alpha
 * @property {number | readonly number[]} [mean]  default 255, or 1 where the tensor is uint8
 * @property {number | readonly number[]} [bias]  default 0
 *
 * @typedef {object} FromImageOptions
 * @property {number} [resizedWidth]  default: the picture's own
 * @property {number} [resizedHeight]
 * @property {ImageFormat} [tensorFormat]  default RGB
 * @property {'NCHW' | 'NHWC'} [tensorLayout]  default NCHW
 * @property {'float32' | 'uint8'} [dataType]  default float32; uint8 is rounded and clamped
 * @property {Norm} [norm]
 *
 * @typedef {object} ToImageOptions
 * @property {ImageFormat} [format]  default RGB, or RGBA for four channels
 * @property {'NCHW' | 'NHWC'} [tensorLayout]  default NCHW
 * @property {Norm} [norm]  as the tensor was made with
 */

/**
 * @param {PixelSource | string | URL} image  taken as it is at the call; addresses are fetched
 * @param {FromImageOptions | null} [options]  never changed
 * @returns {Promise<{type: 'float32' | 'uint8', data: Float32Array | Uint8ClampedArray,
 *     dims: number[]}>}
 */
export async function readImage(image, options) {
  const { resizedWidth, resizedHeight, tensorFormat = 'RGB', tensorLayout, dataType = 'float32', norm }
    = options ?? {};
  checkChoice('dataType', dataType, ['float32', 'uint8']);
  const convert = converter(dataType, tensorFormat, tensorLayout, norm);
  for (const [name, extent] of Object.entries({ resizedWidth, resizedHeight })) {
    check(extent === undefined || (Number.isInteger(extent) && extent > 0), name, extent,
      'a whole number above 0');
  }
  checkSize(resizedWidth ?? 1, resizedHeight ?? 1);
  const pixels = await (typeof image === 'string' || image instanceof URL ? download(String(image))
    : capture(image));
  const scaled = await scale(pixels, resizedWidth, resizedHeight);
  const { width, height, data } = await readWhole(scaled);

  const { colours, mean, bias, dims, place } = convert(width, height);
  const Elements = dataType === 'uint8' ? Uint8ClampedArray : Float32Array;
  const elements = new Elements(width * height * colours.length);
  colours.forEach((colour, channel) => {
    const { begin, step } = place(channel);
    for (let from = colour, to = begin; from < data.length; from += 4, to += step) {
      elements[to] = (data[from] + bias[colour]) / mean[colour];
    }
  });
  return { type: dataType, data: elements, dims };
}

/**
 * The first picture in a tensor.
 * @param {import('./tensor.js').Tensor} tensor
 * @param {ToImageOptions | null} [options]
 * @returns {ImageData}
 */
export function toImageData({ type, dims, data }, options) {
  const { tensorLayout, norm } = options ?? {};
  check((type === 'float32' || type === 'uint8') && dims.length === 4 && dims[0] > 0, 'tensor',
    `${type} [${dims}]`, 'float32 or uint8 with four extents', 'this tensor is not a picture');
  const [height, width, count] = tensorLayout === 'NHWC' ? dims.slice(1) : [dims[2], dims[3], dims[1]];
  const { format = count === 4 ? 'RGBA' : 'RGB' } = options ?? {};
  const { colours, mean, bias, place } = converter(type, format, tensorLayout, norm)(width, height);
  check(count === colours.length, 'format', `${format} for ${count} channels`, 'one letter for each',
    "Tensor format doesn't match input tensor dims");
  checkSize(width, height);
  if (typeof ImageData !== 'function') throw unsupported('toImageData', 'There is no ImageData here');
  const image = new ImageData(width, height);
  image.data.fill(255);  // opaque, unless there is an alpha channel
  colours.forEach((colour, channel) => {
    const { begin, step } = place(channel);
    for (let to = colour, from = begin; to < image.data.length; to += 4, from += step) {
      image.data[to] = Number(data[from]) * mean[colour] - bias[colour];
    }
  });
  return image;
}

/**
 * @param {import('./tensor.js').Tensor} tensor
 * @param {ToImageOptions | null} [options]
 * @returns {string}  of a PNG
 */
export function toDataURL(tensor, options) {
  const image = toImageData(tensor, options);
  if (typeof document === 'undefined') {
    throw unsupported('toDataURL', 'Put toImageData() on an OffscreenCanvas, which has convertToBlob()');
  }
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).putImageData(image, 0, 0);
  return canvas.toDataURL();
}

/**
 * Checks how a picture and a tensor correspond; what that means depends on the picture's size.
 * @param {string} type
 * @param {ImageFormat} format
 * @param {'NCHW' | 'NHWC'} [layout]
 * @param {Norm} [norm]
 */
function converter(type, format, layout = 'NCHW', norm = {}) {
  checkChoice('format', format, ['RGB', 'BGR', 'RBG', 'RGBA']);
  checkChoice('tensorLayout', layout, ['NCHW', 'NHWC']);
  check(typeof norm === 'object' && norm, 'norm', norm, 'an object with mean and bias');
  const { mean = type === 'uint8' ? 1 : 255, bias = 0 } = norm;
  const colours = Array.from(format, (letter) => 'RGBA'.indexOf(letter));  // by channel of the tensor
  const channels = colours.length;
  const factors = {
    colours,
    mean: perColour('norm.mean', mean, type === 'uint8' ? 1 : 255, 'other than 0'),
    bias: perColour('norm.bias', bias, 0),
  };
  return (/** @type {number} */ width, /** @type {number} */ height) => ({
    ...factors,
    dims: layout === 'NHWC' ? [1, height, width, channels] : [1, channels, height, width],
    place: (/** @type {number} */ channel) => (layout === 'NHWC' ? { begin: channel, step: channels }
      : { begin: channel * width * height, step: 1 }),
  });
}

/**
 * Four numbers: for red, green, blue and alpha.
 * @param {string} attribute
 * @param {number | readonly number[]} given
 * @param {number} alpha  where it is not given
 * @param {string} [rule]  "other than 0", if they are
 */
function perColour(attribute, given, alpha, rule = '') {
  const list = typeof given === 'number' ? [given, given, given, given] : given;
  const usable = (/** @type {unknown} */ value) => Number.isFinite(value) && (!rule || value !== 0);
  check(Array.isArray(list) && (list.length === 3 || list.length === 4) && list.every(usable),
    attribute, given, `a number ${rule}, or three or four of them`);
  return [...list, alpha];
}

/** @param {string} attribute @param {unknown} value @param {string[]} choices */
function checkChoice(attribute, value, choices) {
  check(choices.some((choice) => choice === value), attribute, value, choices.join(' or '));
}

/** @param {string} address @returns {Promise<Pixels>} */
async function download(address) {
  const url = resolveUrl('image', address);
  const response = await fetchChecked(url, 'the picture');
  const blob = await response.blob().catch((cause) => {
    throw brokenOff(url, cause);
  });
  return capture(blob);
}

/**
 * @param {Pixels} pixels  whose bitmap is closed unless it is the result
 * @param {number} [width]
 * @param {number} [height]
 * @returns {Promise<Pixels>}
 */
async function scale(pixels, width, height) {
  const { bitmap, rgba } = pixels;
  const own = /** @type {any} */ (bitmap ?? rgba);
  const ownWidth = own.displayWidth ?? own.width;  // a VideoFrame has the former
  const ownHeight = own.displayHeight ?? own.height;
  const resizeWidth = width ?? ownWidth;
  const resizeHeight = height ?? ownHeight;
  if (resizeWidth === ownWidth && resizeHeight === ownHeight) return pixels;
  try {
    const source = bitmap ?? new ImageData(own.data, ownWidth, ownHeight);
    const how = /** @type {const} */ ({ resizeWidth, resizeHeight, resizeQuality: 'high' });
    return { bitmap: await createImageBitmap(source, how) };
  } catch (cause) {
    throw imageError('the picture cannot be resized here', { cause, got: String(cause) });
  } finally {
    bitmap?.close();
  }
}

/** @param {string} what @param {string} hint */
function unsupported(what, hint) {
  return new GossamerError({
    code: 'UNSUPPORTED', stage: 'api', message: `${what} is not supported`, hint,
  });
}
