// What a file or a model says about pictures and classes, and the checks of the numbers that it is made of. Files
// come from anywhere: a number that no recipe can have (a side of -5, a deviation of 0) makes the whole recipe
// worthless, so none leaves then, and a note names the field.

import { show } from '../lib/error.js';
import { FILTERS, LARGEST_SIDE } from './recipe.js';

/** @typedef {import('./recipe.js').Recipe} Recipe */
/**
 * @typedef {{recipe?: Recipe, labels?: string[], reason: string, notes: string[]}} Finding  notes: what a recipe cannot
 *     say, or what is wrong with the file
 */

/** @typedef {(value: any) => boolean} Rule */

/** @param {any} value */
const isPositive = (value) => Number.isFinite(value) && value > 0;
/** @param {Rule} check @returns {Rule} */
const oneOrThree = (check) => (value) => (Array.isArray(value) ? [1, 3].includes(value.length) && value.every(check) : check(value));

/** Sides as they are written: one number, two in a list, or some by name. @param {any} value */
export const sidesIn = (value) => (Object(value) === value ? Object.values(value).filter((side) => side !== null) : [value]);

export const isMean = oneOrThree(Number.isFinite);
export const isDeviation = oneOrThree(isPositive);
export const isScale = isPositive;
/** @type {Rule} */
export const isShare = (value) => isPositive(value) && value <= 1;
/** @type {Rule} */
export const areSides = (value) => sidesIn(value).every((side) => Number.isInteger(side) && side > 0 && side <= LARGEST_SIDE);

/**
 * A finding without a recipe, where a field has a value that none can have. What is null counts as missing.
 * @param {string} reason
 * @param {any} config
 * @param {[names: string, check: Rule][]} rules  of fields, whose names lie between blanks
 * @returns {Finding | undefined}
 */
export function refusal(reason, config, rules) {
  for (const [names, check] of rules) {
    const name = names.split(' ').find((key) => (config[key] ?? undefined) !== undefined && !check(config[key]));
    if (name) return { reason, notes: [`${reason} is left out: its ${name} cannot be ${show(config[name])}`] };
  }
  return undefined;
}

/** A note. @param {string} what */
export const unsaid = (what) => `it asks for ${what}, which a recipe cannot say`;

/**
 * The filter of this name, or the nearest that there is, with a note.
 * @param {Recipe} recipe
 * @param {any} name
 * @param {string[]} notes
 */
export function setFilter(recipe, name, notes) {
  const known = FILTERS.includes(name);
  recipe.filter = known ? name : name === 'lanczos' ? 'bicubic' : 'bilinear';
  if (!known) notes.push(unsaid(`the filter ${show(name)}`));
}

export const CROP_AFTER = unsaid('a crop after stretching');
