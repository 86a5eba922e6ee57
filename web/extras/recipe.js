// A recipe as an editor holds it, and as the text that models carry (docs/API.md). The text is the truth: what
// it states is checked by the module, value by value, when a classifier is made.

import { argumentError } from '../lib/error.js';

/**
 * @typedef {object} Recipe  what is undefined is the library's default
 * @property {'rgb' | 'bgr' | 'gray'} channels
 * @property {'stretch' | 'shorter' | 'letterbox' | 'foreground'} fit
 * @property {'nearest' | 'bilinear' | 'bicubic'} filter
 * @property {number} [resize]  of `shorter`: pixels of the shorter side before the crop
 * @property {number} [box]  of `foreground`: pixels of the figure
 * @property {string} [exact]  of `foreground`: 'keep' takes a picture of the input's size as it is
 * @property {number[]} [fill]  of `letterbox`
 * @property {number} [scale]  value = (pixel * scale - mean) / std
 * @property {number[]} [mean]
 * @property {number[]} [std]
 * @property {string} [scores]
 */

export const CHANNELS = /** @type {const} */ (['rgb', 'bgr', 'gray']);
export const FITS = /** @type {const} */ (['stretch', 'shorter', 'letterbox', 'foreground']);
export const FILTERS = /** @type {const} */ (['bilinear', 'bicubic', 'nearest']);
export const SCORES = /** @type {const} */ (['softmax', 'sigmoid', 'none', 'exp']);

/** As in recipe.cc: the most pixels that a side is resized to. */
export const LARGEST_SIDE = 8192;

/** Of pixels from 0 to 255, in the form that recipes of one channel can have, too. */
const UNIT = 1 / 255;

/**
 * What is done to the numbers, by name. `caffe` expects blue first.
 * @type {Record<string, Pick<Recipe, 'scale' | 'mean' | 'std'> & {channels?: Recipe['channels']}>}
 */
export const PRESETS = {
  imagenet: { scale: UNIT, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  unit: { scale: UNIT, mean: [0], std: [1] },
  signed: { scale: UNIT, mean: [0.5], std: [0.5] },
  bytes: { scale: 1, mean: [0], std: [1] },
  caffe: { scale: 1, mean: [103.939, 116.779, 123.68], std: [1], channels: 'bgr' },
};

/** @returns {Recipe} */
export const plainRecipe = () => ({ channels: 'rgb', fit: 'stretch', filter: 'bilinear' });

/**
 * @param {string} text
 * @returns {Recipe}
 */
export function parseRecipe(text) {
  const recipe = plainRecipe();
  for (const pair of text.split(/[;\n]/).map((part) => part.trim()).filter(Boolean)) {
    const at = pair.indexOf('=');
    const key = pair.slice(0, at).trim();
    const value = pair.slice(at + 1).trim();
    const list = numbers(value);
    if (at < 0) throw argumentError('recipe', `the recipe's part '${pair}' has no '='`);
    if (key === 'channels' || key === 'fit' || key === 'filter' || key === 'scores' || key === 'exact') {
      /** @type {any} */ (recipe)[key] = value;
    } else if (!list) {
      throw argumentError('recipe', `the recipe's ${key} is no number: '${value}'`);
    } else if (key === 'mean' || key === 'std' || key === 'fill') {
      recipe[key] = list;
    } else if (key === 'scale' || key === 'resize' || key === 'box') {
      recipe[key] = list[0];
    } else {
      throw argumentError('recipe', `recipes have no '${key}'`);
    }
  }
  return recipe;
}

/** Numbers between commas, or undefined. @param {string} text @returns {number[] | undefined} */
export function numbers(text) {
  const parts = text.split(',').map((part) => part.trim());
  const values = parts.map(Number);
  return parts.every((part) => part !== '') && values.every(Number.isFinite) ? values : undefined;
}

/**
 * The shortest text of a recipe: what is the default, or without meaning for the way it fits, is left
 * out; but `scale` stays where `bytes` is true, because there the default is another.
 * @param {Recipe} recipe
 * @param {{bytes?: boolean, explicit?: boolean}} [options]  bytes: the model takes uint8 or int8; explicit: the scale
 *     is stated to its last digit, whatever it is
 */
export function formatRecipe(recipe, { bytes = false, explicit = false } = {}) {
  const { channels, fit, filter, resize, box, exact, fill, scale, mean = [0], std = [1], scores } = recipe;
  const parts = [];
  if (channels !== 'rgb') parts.push(`channels=${channels}`);
  if (fit !== 'stretch') parts.push(`fit=${fit}`);
  if (filter !== 'bilinear') parts.push(`filter=${filter}`);
  if (fit === 'shorter' && resize) parts.push(`resize=${resize}`);
  if (fit === 'foreground' && box) parts.push(`box=${box}`);
  if (fit === 'foreground' && exact === 'keep') parts.push('exact=keep');
  if (fit === 'letterbox' && fill?.some(Boolean)) parts.push(`fill=${list(fill)}`);
  const usual = bytes ? 1 : UNIT;
  if (explicit) parts.push(`scale=${scale ?? UNIT}`);
  else if (scale !== undefined && !close(scale, usual)) parts.push(`scale=${short(scale)}`);
  if (mean.some(Boolean)) parts.push(`mean=${list(mean)}`);
  if (std.some((value) => value !== 1)) parts.push(`std=${list(std)}`);
  if (scores) parts.push(`scores=${scores}`);
  return parts.join(';');
}

/**
 * The name of the preset that a recipe's numbers are, or undefined.
 * @param {Recipe} recipe
 * @param {{bytes?: boolean}} [input]
 */
export function presetOf({ scale, mean = [0], std = [1], channels }, { bytes = false } = {}) {
  const own = scale ?? (bytes ? 1 : UNIT);
  return Object.keys(PRESETS).find((name) => {
    const preset = PRESETS[name];
    return close(own, /** @type {number} */ (preset.scale)) && same(mean, preset.mean ?? [0])
      && same(std, preset.std ?? [1]) && (!preset.channels || preset.channels === channels);
  });
}

/** @param {number} a @param {number} b */
const close = (a, b) => Math.abs(a - b) <= 1e-6 * Math.abs(b);

/** One number stands for all channels. @param {number[]} a @param {number[]} b */
const same = (a, b) => [0, 1, 2].every((i) => Math.abs((a[i] ?? a[0]) - (b[i] ?? b[0])) < 1e-6);

/** @param {number[]} values */
const list = (values) => (values.every((value) => value === values[0]) ? [values[0]] : values).map(short).join(',');

/** Without the tail of a float. @param {number} value */
const short = (value) => String(Number(value.toPrecision(7)));
