// Recipes by name, and out of the files that describe how a model was trained: what leaves is the text for the
// option `recipe`. It states the scale in any case, because without one the library looks at the network for it.

import { argumentError, check, show } from '../lib/error.js';
import { checkNames } from '../lib/names.js';
import { findingsOf } from './hub.js';
import { parseJson } from './json.js';
import { LARGEST_SIDE, PRESETS, formatRecipe, parseRecipe, plainRecipe } from './recipe.js';

/** @typedef {import('./recipe.js').Recipe} Recipe */

/**
 * @typedef {object} RecipeOptions
 * @property {number} [size]  side of the model's input in pixels, which crops go by; default: 224, or what a file says
 *
 * @typedef {object} ConfigReading
 * @property {string | null} recipe  text; null where the file states none
 * @property {string[] | null} labels
 * @property {string} source  what was recognised: "preprocessor_config.json", ...
 * @property {string[]} notes  what the file asks for beyond the recipe, or what is wrong with it
 */

/** The share of the picture's shorter side that is left by the usual crop. */
const CROP = 0.875;
const cropped = (/** @type {number} */ side) => /** @type {const} */ ({ fit: 'shorter', resize: Math.round(side / CROP) });

/** @type {Record<string, (side: number) => Partial<Recipe>>} */
const NAMED = {
  imagenet: (side) => ({ ...cropped(side), ...PRESETS.imagenet }),
  torchvision: (side) => NAMED.imagenet(side),
  caffe: () => PRESETS.caffe,
  keras: () => PRESETS.caffe,
  'mobilenet-tf': (side) => ({ ...cropped(side), ...PRESETS.signed }),
  ultralytics: (side) => ({ fit: 'shorter', resize: side, ...PRESETS.unit }),
  unit: () => PRESETS.unit,
  signed: () => PRESETS.signed,
  bytes: () => PRESETS.bytes,
};

/**
 * The text of a recipe.
 * @param {string | object} subject  a name: imagenet (or torchvision), keras (or caffe), mobilenet-tf, ultralytics,
 *     unit, signed, bytes; or what readConfig takes
 * @param {RecipeOptions | null} [options]
 * @returns {string}
 */
export function recipeFor(subject, options) {
  const size = sizeOf(options);
  if (typeof subject === 'string' && !/^\s*\{/.test(subject)) {
    const name = subject.trim().toLowerCase();
    check(Object.hasOwn(NAMED, name), 'recipe', subject, Object.keys(NAMED).join(', '), 'there is no recipe of this name');
    return textOf({ ...plainRecipe(), ...NAMED[name](size ?? 224) });
  }
  const { recipe, source, notes } = readConfig(subject, options);
  if (recipe !== null) return recipe;
  throw argumentError('recipe', notes[0] ?? 'this states no recipe', { got: source });
}

/**
 * What a file beside a model says: preprocessor_config.json and config.json of hubs, Teachable Machine's
 * metadata.json, or the properties of a model (info().metadata, as Ultralytics writes them).
 * @param {string | object} config  its text, or what it holds
 * @param {RecipeOptions | null} [options]
 * @returns {ConfigReading}
 */
export function readConfig(config, options) {
  const size = sizeOf(options);
  const value = typeof config === 'string' ? parseJson(config, 'config') : config;
  // A file has a size, too, which is another than a picture's; and a promise has nothing at all.
  if (show(value) !== 'Object' || Object(value) !== value) {
    throw argumentError('config', 'this is no description of a model', {
      got: show(value), expected: 'an object, or its text: await file.text()',
    });
  }
  const own = /** @type {Record<string, unknown>} */ (value)['gossamer.recipe'];
  const findings = findingsOf(value);
  const [first] = findings;
  const stated = typeof own === 'string' ? parseRecipe(own) : findings.find(({ recipe }) => recipe)?.recipe;
  return {
    recipe: typeof own === 'string' ? own : stated ? textOf(stated, size) : null,
    labels: findings.find(({ labels }) => labels)?.labels ?? null,
    source: typeof own === 'string' ? 'the recipe inside the model' : first?.reason ?? 'nothing that is known',
    notes: findings.flatMap(({ notes }) => notes),
  };
}

/** @param {RecipeOptions | null} [options]  null: none */
function sizeOf(options) {
  const given = options ?? {};
  check(typeof given === 'object', 'options', options, 'an object');
  checkNames(given, ['size']);
  const { size } = given;
  check(size === undefined || (Number.isInteger(size) && size > 0 && size <= LARGEST_SIDE), 'size', size, `1 to ${LARGEST_SIDE} pixels`);
  return size;
}

/** What is cut out cannot be larger than the picture. @param {Recipe} recipe @param {number} [size] */
function textOf(recipe, size = 0) {
  const resize = recipe.fit === 'shorter' ? Math.max(recipe.resize ?? 0, size) || undefined : recipe.resize;
  return formatRecipe({ ...recipe, resize }, { explicit: true });
}
