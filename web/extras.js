// What many apps around a classifier need, and not all of them: embeddings, many pictures at once, recipes and
// labels from the files that models come with, and what a model will cost before it is loaded.
//
//   import { embed, cosineSimilarity, recipeFor } from './gossamer/extras.js';
//   const alike = cosineSimilarity(await embed(classifier, photo), await embed(classifier, other));
//
// A module of its own, so that pages that only classify load nothing of it. Importing it does nothing else.

export { GossamerError } from './lib/error.js';
export { embed } from './tools.js';
export { classifyBatch } from './extras/batch.js';
export { cosineSimilarity } from './extras/similarity.js';

/** @typedef {import('./extras/batch.js').BatchOptions} BatchOptions */
/** @typedef {import('./extras/batch.js').BatchResult} BatchResult */
/** @typedef {import('./extras/batch.js').PixelSources} PixelSources */
/** @typedef {import('./tools/embed.js').EmbedPictureOptions} EmbedOptions */
