// The recipe and the labels to begin with, for a model that brings none. Sources that state a recipe
// come first; without any, the form of the input decides what is usual for such models, and says that
// this is a guess. What leaves can be edited by the person who knows better.

import { findingsOf, fromMetadata } from './hub.js';
import { parseJson } from './json.js';
import { labelsFromJson, parseLabels } from './labels.js';
import { PRESETS, parseRecipe, plainRecipe } from './recipe.js';

/** @typedef {import('./recipe.js').Recipe} Recipe */
/**
 * @typedef {object} Input  the one that takes the picture
 * @property {string} type
 * @property {number} width
 * @property {number} height
 * @property {number} channels  1 or 3
 * @property {'NCHW' | 'NHWC'} layout
 *
 * @typedef {object} Guess
 * @property {Recipe} recipe
 * @property {string} reason  why this recipe
 * @property {boolean} certain  it was stated somewhere
 * @property {string[]} [labels]
 * @property {string} [labelsReason]
 * @property {string[]} notes  what the sources ask for beyond it
 */

/**
 * The picture's input as its shape shows it; undefined where none looks like one. An open extent
 * (below 1) is taken for the usual 224.
 * @param {{name?: string, type: string, shape: number[]}[]} inputs
 * @returns {Input | undefined}
 */
export function pictureInput(inputs) {
  for (const { type, shape } of inputs) {
    const [a, b, c] = shape.slice(-3);
    const first = a === 1 || a === 3;
    const last = c === 1 || c === 3;
    const side = (/** @type {number} */ extent) => (extent > 0 ? extent : 224);
    if (shape.length < 3 || shape.length > 4 || (!first && !last)) continue;
    // [1, 3, 3] and the like could be both: exporters of PyTorch are the more common.
    if (first && !(last && a === 1 && c === 3)) {
      return { type, channels: a, height: side(b), width: side(c), layout: 'NCHW' };
    }
    return { type, channels: c, height: side(a), width: side(b), layout: 'NHWC' };
  }
  return undefined;
}

/**
 * @param {object} sources
 * @param {Record<string, string>} sources.metadata  of the model
 * @param {Input} [sources.input]
 * @param {number} sources.classes  0 where unknown
 * @param {boolean | null} [sources.rescales]  the network scales pixels itself
 * @param {{name: string, text: string}[]} [sources.files]  that came with it
 * @returns {Guess}
 */
export function guessRecipe({ metadata, input, classes, rescales, files = [] }) {
  const found = [...fileFindings(files), fromMetadata(metadata)].filter((finding) => finding !== undefined);
  const own = metadata['gossamer.recipe'];
  const stated = own !== undefined ? { recipe: parseRecipe(own), reason: 'the recipe inside the model', notes: [] }
    : found.find(({ recipe }) => recipe);
  const named = found.find(({ labels }) => labels?.length === classes) ?? found.find(({ labels }) => labels);
  const usual = usualRecipe(input, classes, Boolean(rescales));
  const recipe = fitting(stated?.recipe ?? usual.recipe, input);
  return {
    recipe,
    reason: stated?.reason ?? usual.reason,
    certain: stated !== undefined,
    labels: named?.labels,
    labelsReason: named?.reason,
    notes: found.flatMap(({ notes }) => notes),
  };
}

/**
 * What the files say. One that says nothing, or cannot be read, is left out, and a note says so.
 * @param {{name: string, text: string}[]} files
 * @returns {(import('./finding.js').Finding | undefined)[]}
 */
function fileFindings(files) {
  return files.flatMap(({ name, text }) => {
    const leftOut = (/** @type {string} */ why) => [{ reason: name, notes: [`${name} is left out: ${why}`] }];
    try {
      if (!/\.json$/i.test(name)) return [{ labels: parseLabels(text, name), reason: name, notes: [] }];
      const value = parseJson(text, name);
      const known = value ? findingsOf(value) : [];
      const labels = known.length ? undefined : labelsFromJson(value);
      if (labels) return [{ labels, reason: name, notes: [] }];
      return known.length ? known : leftOut('it holds neither names of classes nor a recipe');
    } catch (error) {
      return leftOut(/** @type {import('../lib/error.js').GossamerError} */ (error).summary);
    }
  });
}

/**
 * What models with such an input usually expect.
 * @param {Input | undefined} input
 * @param {number} classes
 * @param {boolean} rescales
 * @returns {{recipe: Recipe, reason: string}}
 */
function usualRecipe(input, classes, rescales) {
  const recipe = plainRecipe();
  if (!input) return { recipe, reason: 'no input looks like a picture: stretched, 0 to 1' };
  const side = Math.max(input.width, input.height);
  if (input.type === 'uint8') {
    return { recipe: { ...recipe, ...PRESETS.bytes }, reason: 'the input takes bytes: pixels as they are' };
  }
  if (input.channels === 1) {
    const small = side <= 32;
    Object.assign(recipe, { channels: 'gray', ...PRESETS.unit });
    if (small) Object.assign(recipe, { fit: 'foreground', box: Math.round((side * 5) / 7) });
    return {
      recipe,
      reason: small ? 'one channel and few pixels: a drawn figure, bright on dark, as in MNIST'
        : 'one channel: gray, 0 to 1',
    };
  }
  if (side < 64) return { recipe: { ...recipe, ...PRESETS.unit }, reason: 'few pixels: stretched, 0 to 1' };
  Object.assign(recipe, { fit: 'shorter', resize: Math.round(side / 0.875) });
  if (rescales) return { recipe: { ...recipe, ...PRESETS.bytes }, reason: 'the network scales pixels itself: as they are' };
  if (input.layout === 'NHWC') {
    return { recipe: { ...recipe, ...PRESETS.signed }, reason: 'channels come last, as in Keras, whose models mostly want -1 to 1' };
  }
  const many = classes === 1000 ? `${classes} classes and ` : '';
  return { recipe: { ...recipe, ...PRESETS.imagenet }, reason: `${many}three channels first, as torchvision's models, which want ImageNet's mean and deviation` };
}

/** With as many numbers as the input has channels, and a crop that fits. @param {Recipe} recipe @param {Input} [input] */
function fitting(recipe, input) {
  if (!input) return recipe;
  const side = Math.max(input.width, input.height);
  const result = { ...recipe };
  if (result.fit === 'shorter' && (result.resize ?? side) < side) result.resize = side;
  if (input.channels === 1) {
    result.channels = 'gray';
    for (const key of /** @type {const} */ (['mean', 'std', 'fill'])) {
      if (result[key] && result[key].length > 1) result[key] = [result[key].reduce((a, b) => a + b) / result[key].length];
    }
  }
  return result;
}
