// What many apps around a classifier need, and not all of them: embeddings, many pictures at once, recipes and
// labels from the files that models come with, and what a model will cost before it is loaded.
//
//   import { embed, cosineSimilarity, recipeFor } from './gossamer/extras.js';
//   const alike = cosineSimilarity(await embed(classifier, photo), await embed(classifier, other));
//
// A module of its own, so that pages that only classify load nothing of it. Importing it does nothing else.

export { GossamerError } from './lib/error.js';
export { embed, estimate } from './tools.js';
export { classifyBatch } from './extras/batch.js';
export { cosineSimilarity } from './extras/similarity.js';
// Recipes and labels of models that bring none.
export { guessRecipe, pictureInput } from './extras/guess.js';
export { classCount, labelsFit, parseLabels } from './extras/labels.js';
export { readConfig, recipeFor } from './extras/named.js';
export { labelsFrom } from './extras/sources.js';
export {
  CHANNELS, FILTERS, FITS, PRESETS, SCORES, formatRecipe, numbers, parseRecipe, presetOf,
} from './extras/recipe.js';

/** @typedef {import('./extras/batch.js').BatchOptions} BatchOptions */
/** @typedef {import('./extras/batch.js').BatchResult} BatchResult */
/** @typedef {import('./extras/batch.js').PixelSources} PixelSources */
/** @typedef {import('./tools/embed.js').EmbedPictureOptions} EmbedOptions */
/** @typedef {import('./extras/guess.js').Guess} Guess */
/** @typedef {import('./extras/guess.js').Input} PictureInput */
/** @typedef {import('./extras/named.js').ConfigReading} ConfigReading */
/** @typedef {import('./extras/recipe.js').Recipe} Recipe */
/** @typedef {import('./tools/inspect.js').InspectOptions} EstimateOptions */
/** @typedef {import('./tools/inspect.js').ModelReport} ModelReport */
