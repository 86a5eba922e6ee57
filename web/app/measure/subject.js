// What is measured of a model: a classifier of its own, started afresh with the page's options, and for a
// model of faces the network that finds them.
import { ImageClassifier } from '../../gossamer.js';
import { findingFirst } from './finding.js';

/**
 * @param {import('../models.js').Models} models
 * @param {import('../models.js').Choice} choice
 * @param {import('./picture.js').Picture} picture
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('./session.js').Subject & {finding?: number[]}>}
 */
export async function startSubject(models, choice, picture, signal) {
  const classifier = await ImageClassifier.createFromOptions({
    ...models.optionsFor(choice), warmup: false, maxResults: 5, signal,
  });
  if (!choice.finder) return classifier;
  try {
    const { FaceFinder } = await import('../faces.js');
    const finder = await FaceFinder.create(models.addressOf(choice.finder), { level: models.level });
    return findingFirst(classifier, finder, canvasOf(picture));
  } catch (error) {
    await classifier.close();
    throw error;
  }
}

/** @param {import('./picture.js').Picture} picture */
function canvasOf({ width, height, data }) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  canvas.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0);
  return canvas;
}
