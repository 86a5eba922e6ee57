// What a network has made of a picture before its last layer tells classes apart: a list of numbers that is
// alike for pictures that look alike, also of things that the network has no class for. The value is the one
// that the last layer reads (head.js finds it); where that has positions, as before a 1x1 convolution, it is
// their mean.
//
// What is taken for the last layer is checked against what it computes: it has to have as many outputs as
// there are scores, and weights for each of the values. So a graph that only looks like a classifier's is
// refused, and no numbers leave that mean something else.

import { check } from '../lib/error.js';
import { checkNames } from '../lib/names.js';
import { valuesOf } from './activations.js';
import { findHead, noHead } from './head.js';
import { letGo, snapshot, subjectOf } from './subject.js';

/** @typedef {import('./head.js').Head} Head */
/** @typedef {import('./activations.js').Activation} Activation */

/**
 * @typedef {object} EmbedOptions
 * @property {boolean} [l2Normalize]  to the length 1; default: as they are
 * @property {string} [output]  name of the output with class scores whose last layer is meant; default: the
 *     classifier's
 *
 * @typedef {EmbedOptions & import('./subject.js').PictureOptions} EmbedPictureOptions
 */

/** @type {WeakMap<import('../lib/modelFiles.js').ModelFiles, Map<string, {head: Head, scores: string}>>} */
const known = new WeakMap();

/**
 * The values that the last layer of a classifier reads.
 * @param {import('./subject.js').ImageClassifier} classifier
 * @param {import('../lib/capture.js').PixelSource} pixels  taken at the call
 * @param {EmbedPictureOptions | null} [options]
 * @returns {Promise<Float32Array<ArrayBuffer>>}
 */
export async function embed(classifier, pixels, options) {
  checkNames(options ?? {}, ['l2Normalize', 'output', 'regionOfInterest', 'rotationDegrees', 'inputs', 'signal']);
  const { l2Normalize = false, output, ...picture } = options ?? {};
  check(typeof l2Normalize === 'boolean', 'l2Normalize', l2Normalize, 'true or false');
  check(output === undefined || (typeof output === 'string' && output), 'output', output, "an output's name");
  const subject = subjectOf(classifier);
  const taken = snapshot(pixels, picture, subject.options.inputs);
  let layer;
  try {
    layer = await layerOf(subject, output, picture.signal);
  } catch (error) {
    letGo(taken);
    throw error;
  }
  const { head, scores } = layer;
  const names = [head.value, head.made, scores];
  const values = await valuesOf(subject, taken, names, { what: 'embed', signal: picture.signal })
    .catch((error) => { throw names.includes(error.tensor) && error.code === 'ARGUMENT' ? unnamed(head, error) : error; });
  const vector = vectorOf(head, values[head.value], values[head.made].dims, countOf(values[scores].dims));
  return l2Normalize ? normalized(vector) : vector;
}

/**
 * @param {ReturnType<typeof subjectOf>} subject
 * @param {string | undefined} output
 * @param {AbortSignal | undefined} signal
 */
async function layerOf({ current, desk }, output, signal) {
  const { model, blob, session, info } = await current('embed', { signal, info: true });
  const layers = known.get(model) ?? new Map();
  known.set(model, layers);
  const key = `${session.options}\0${output ?? ''}`;
  if (!layers.has(key)) {
    const scores = scoresOf(/** @type {import('../lib/messages.js').ModelInfo} */ (info), output);
    const { nodes } = await desk.use('embed', signal, async (call) =>
      (await call('report', { model: blob })).report);
    layers.set(key, { head: findHead(nodes, scores), scores });
  }
  return layers.get(key);
}

/**
 * Name of the output with class scores.
 * @param {import('../lib/messages.js').ModelInfo} info
 * @param {string} [asked]
 */
function scoresOf({ scores, outputs }, asked) {
  const names = outputs.map(({ name }) => name);
  check(asked === undefined || names.includes(asked), 'output', asked, names.join(', '), 'the model has no such output');
  const found = asked ?? scores?.output ?? (names.length === 1 ? names[0] : undefined);
  check(found, 'output', scores?.reason ?? 'none', names.join(', '), 'it is not known which output holds class scores');
  return /** @type {string} */ (found);
}

/**
 * The graph is known with functions and branches in their places; values in those have names of our own.
 * @param {Head} head @param {unknown} cause
 */
function unnamed({ label, value }, cause) {
  return noHead('the last layer reads a value for which the file has no name, in a function or a branch', { node: label, tensor: value, cause });
}

/** @param {number[]} dims */
const countOf = (dims) => dims.reduce((product, extent) => product * extent, 1);

/**
 * @param {Head} head
 * @param {Activation} features
 * @param {number[]} made  extents of what the layer makes
 * @param {number} classes
 * @returns {Float32Array<ArrayBuffer>}
 */
function vectorOf(head, { type, dims, data }, made, classes) {
  const refuse = (/** @type {string} */ message, /** @type {string} */ got) =>
    noHead(message, { node: head.label, tensor: head.value, got });
  if (!/float/.test(type)) throw refuse('the last layer reads integers whose scale is not known', type);
  // One picture's: those of a convolution lie before the positions, those of a product behind them.
  const axis = head.convolution ? 1 : dims.length - 1;
  const single = dims.filter((extent) => extent > 1).length < 2;
  const channels = single ? countOf(dims) : dims[axis];
  const outputs = made.filter((extent) => extent > 1).length < 2 ? countOf(made) : made[axis];
  if (outputs !== classes && !head.selects) throw refuse('the last layer does not make the scores', `${outputs} values for ${classes} classes`);
  if (!hasWeights(head, channels * outputs, outputs)) {
    throw refuse('the last layer is none that reads each position for itself', `${head.parameters} parameters for ${channels} x ${outputs}`);
  }
  const numbers = /** @type {ArrayLike<number>} */ (data);
  if (single) return Float32Array.from(numbers);
  const alike = dims.every((extent, i) => i === axis || extent === made[i]);
  if (!alike || dims[0] !== 1 || !head.pools) throw refuse('the last layer reads more than one list of values', dims.join(' x '));
  return meanOf(numbers, channels, head.convolution);
}

/**
 * Whether there is one weight for each pair of a value and a score, and no more than a bias, and scales of
 * quantised weights, beside them.
 * @param {Head} head
 * @param {number} pairs
 * @param {number} outputs
 */
function hasWeights({ parameters, convolution }, pairs, outputs) {
  // A product has no neighbours to look at, and its weights may be packed, several in a number.
  if (!convolution || parameters === pairs || parameters === pairs + outputs) return true;
  return parameters > pairs && parameters < Math.min(2 * pairs, pairs + 4 * outputs + 8);
}

/**
 * Mean over positions, which lie behind the channels or before them.
 * @param {ArrayLike<number>} numbers
 * @param {number} channels
 * @param {boolean} channelsFirst
 */
function meanOf(numbers, channels, channelsFirst) {
  const positions = numbers.length / channels;
  return Float32Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let i = 0; i < positions; i += 1) {
      sum += numbers[channelsFirst ? channel * positions + i : i * channels + channel];
    }
    return sum / positions;
  });
}

/** To the length 1; nothing but zeros stays so. @param {Float32Array<ArrayBuffer>} vector */
function normalized(vector) {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? vector.map((value) => value / length) : vector;
}
