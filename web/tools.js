// Tools around the classifier, for pages that look into models: a report on a model before it runs,
// what it sees of a picture, what its layers compute and how long they take, and its properties
// written into its file.
//
//   import { inspectModel, writeMetadata } from './gossamer/tools.js';
//   const { runs, operators, parameters } = await inspectModel(file);
//   const bytes = await writeMetadata(file, { 'gossamer.recipe': 'mean=0.5;std=0.5' });
//
// All work is done in a worker of their own, with the wasm module that has every operator. Importing
// this does nothing else, and pages that do not import it load nothing of it.

export { GossamerError } from './lib/error.js';
export { activations } from './tools/activations.js';
export { embed } from './tools/embed.js';
export { inspectModel, inspectModel as estimate } from './tools/inspect.js';
export { editMetadata, writeMetadata } from './tools/metadata.js';
export { preview } from './tools/preview.js';
export { measurePeak, profile } from './tools/profile.js';
export { releaseTools } from './tools/subject.js';

/** @typedef {import('./tools/activations.js').Activation} Activation */
/** @typedef {import('./tools/inspect.js').InspectOptions} InspectOptions */
/** @typedef {import('./tools/inspect.js').ModelReport} ModelReport */
/** @typedef {import('./tools/metadata.js').MetadataChanges} MetadataChanges */
/** @typedef {import('./tools/preview.js').Preview} Preview */
/** @typedef {import('./tools/profile.js').Profile} Profile */
/** @typedef {import('./tools/profile.js').ProfileStep} ProfileStep */
