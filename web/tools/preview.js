// What a model sees of a picture: the input as the recipe prepares it, turned back into pixels by
// undoing scale, mean and standard deviation. So a wrong recipe is seen before anything runs.

import { elementsOf } from '../lib/elements.js';
import { argumentError, check, checkSignal, show } from '../lib/error.js';
import { sharedDesk } from './desk.js';
import { isClassifier, send, snapshot, subjectOf } from './subject.js';

/** @typedef {import('./subject.js').ImageClassifier} ImageClassifier */
/** @typedef {import('../lib/capture.js').Region} Region */

/**
 * @typedef {object} RecipeSubject  a model that need not be loaded, see inspectModel
 * @property {{type: string, shape: readonly (number | string)[]}} input  the one that takes pictures
 * @property {string | null} [recipe]  default: the default recipe
 *
 * @typedef {object} Preview
 * @property {{width: number, height: number, data: Uint8ClampedArray<ArrayBuffer>}} image  RGBA, of the
 *     input's size; ImageData where there is such a class
 * @property {Region} region  the part of the picture that the model sees, in parts of the picture: a
 *     crop, or what is around the figure that the recipe finds
 * @property {{minimum: number, maximum: number}} range  of the input's elements
 * @property {{width: number, height: number}} source  size of the region of interest, in pixels
 */

/**
 * @param {ImageClassifier | RecipeSubject} subject
 * @param {import('../lib/capture.js').PixelSource} pixels  taken at the call
 * @param {{regionOfInterest?: Region, rotationDegrees?: number, recipe?: string, signal?: AbortSignal} &
 *     import('./desk.js').ToolOptions} [options]  recipe: in place of the subject's
 * @returns {Promise<Preview>}
 */
export async function preview(subject, pixels, options = {}) {
  const { signal, recipe: asked, regionOfInterest, rotationDegrees } = options;
  checkSignal(signal);
  check(asked === undefined || typeof asked === 'string', 'recipe', asked, 'a string');
  const picture = snapshot(pixels, { regionOfInterest, rotationDegrees });
  const known = isClassifier(subject) ? await describe(subject) : describeInput(subject);
  const recipe = asked ?? known.recipe ?? '';
  const { type, shape } = known.input;
  const settings = isClassifier(subject) ? { ...subjectOf(subject).settings, wasmBinary: undefined } : options;
  /** @type {import('./engine.js').PreparedPicture} */
  const prepared = await sharedDesk(settings).use('preview', signal, (call) =>
    send(call, 'prepare', picture, { recipe, type: pixelType(type), dims: shape }));
  const keys = readRecipe(recipe);
  const { image, range } = undo(prepared, type, keys);
  const { width, height } = image;
  return {
    image: typeof ImageData === 'function' ? new ImageData(image.data, width, height) : image,
    region: within(regionOfInterest, prepared.seen), range, source: prepared.source,
  };
}

/**
 * What classifiers have said of their sessions, so that a live picture asks once.
 * @type {WeakMap<import('../lib/runner.js').SessionRequest, {input: {type: string, shape: number[]}, recipe?: string}>}
 */
const described = new WeakMap();

/** @param {ImageClassifier} classifier */
async function describe(classifier) {
  const { options, current } = subjectOf(classifier);
  const { session } = await current('preview');
  const known = described.get(session);
  if (known) return known;
  const { inputs, picture, metadata, flexible } = await classifier.info();
  const input = inputs.find(({ name }) => name === picture?.input);
  if (!input) throw argumentError('classifier', 'no input of this model takes a picture');
  const found = { input, recipe: options.recipe || metadata['gossamer.recipe'] };
  // Another session has another request. One whose shapes are open may change without.
  if (!flexible && (await current('preview')).session === session) described.set(session, found);
  return found;
}

/** @param {RecipeSubject} subject */
function describeInput(subject) {
  const { input, recipe } = subject ?? {};
  check(typeof input?.type === 'string' && Array.isArray(input.shape), 'subject', subject,
    'an ImageClassifier, or { input: { type, shape }, recipe }');
  const { shape } = input;
  // An open first dimension is a batch of 1, as in a session.
  const dims = shape.map((extent, axis) => (axis === 0 && !(Number(extent) >= 0) ? 1 : Number(extent)));
  check(dims.every((extent) => Number.isSafeInteger(extent) && extent > 0), 'subject.input.shape',
    shape.join(', '), 'extents above 0', 'the shape of the input is open');
  check(recipe === undefined || recipe === null || typeof recipe === 'string', 'subject.recipe', recipe,
    'a string');
  check(pixelType(input.type) > 0, 'subject.input.type', show(input.type), 'a type that takes pixels');
  return { input: { type: input.type, shape: dims }, recipe };
}

/**
 * The keys of a recipe and their values; the module has checked them.
 * @param {string} text
 * @returns {Map<string, string>}
 */
export function readRecipe(text) {
  return new Map(text.split(/[;\n]/).filter((part) => part.includes('=')).map((part) => {
    const [key, ...value] = part.split('=');
    return [key.trim(), value.join('=').trim()];
  }));
}

/**
 * The prepared input as a picture.
 * @param {import('./engine.js').PreparedPicture} prepared
 * @param {string} type
 * @param {Map<string, string>} keys
 */
function undo({ bytes, channels, height, width, channelsFirst }, type, keys) {
  const elements = /** @type {Float32Array} */ (elementsOf(type, bytes));
  const list = (/** @type {string} */ key, /** @type {number} */ fallback) => {
    const numbers = (keys.get(key) ?? `${fallback}`).split(',').map(Number);
    return [0, 1, 2].map((c) => numbers[c] ?? numbers[0]);
  };
  const scale = Number(keys.get('scale')) || (bytes.length === elements.length ? 1 : 1 / 255);
  const mean = list('mean', 0);
  const std = list('std', 1);
  const area = width * height;
  const data = new Uint8ClampedArray(area * 4).fill(255);
  const bgr = channels === 3 && keys.get('channels') === 'bgr';
  let minimum = Infinity;
  let maximum = -Infinity;
  for (let c = 0; c < channels; c += 1) {
    const target = bgr ? 2 - c : c;
    for (let i = 0; i < area; i += 1) {
      const value = elements[channelsFirst ? c * area + i : i * channels + c];
      minimum = Math.min(minimum, value);
      maximum = Math.max(maximum, value);
      const pixel = (value * std[c] + mean[c]) / scale;
      if (channels === 1) data.fill(pixel, i * 4, i * 4 + 3);
      else data[i * 4 + target] = pixel;
    }
  }
  return { image: { width, height, data }, range: { minimum, maximum } };
}

/**
 * A part of a part of the picture.
 * @param {Region | undefined} outer
 * @param {Region} inner
 * @returns {Region}
 */
function within(outer, inner) {
  const { left, top, right, bottom } = outer ?? { left: 0, top: 0, right: 1, bottom: 1 };
  // What lies beside the picture is background that the recipe adds.
  const across = (/** @type {number} */ part) => left + Math.min(Math.max(part, 0), 1) * (right - left);
  const down = (/** @type {number} */ part) => top + Math.min(Math.max(part, 0), 1) * (bottom - top);
  return {
    left: across(inner.left), top: down(inner.top), right: across(inner.right), bottom: down(inner.bottom),
  };
}

/** By name as in onnx.TensorProto.DataType. */
const PIXEL_TYPES = /** @type {Record<string, number>} */ ({
  float32: 1, uint8: 2, int8: 3, float16: 10, float64: 11, bfloat16: 16,
});

/** The number of an element type that pixels can be written as; 0 for others. @param {string} type */
function pixelType(type) {
  return PIXEL_TYPES[type] ?? 0;
}
