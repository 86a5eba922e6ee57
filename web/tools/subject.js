// A classifier, or a session of tensors, as the tools see it: its model's files, the options of its session, and a
// desk at which its sessions are made again, with the tools' own module. The classifier itself is not used.

import { abortable } from '../lib/abortable.js';
import { takePicture } from '../lib/picture.js';
import { GossamerError, abortedError, argumentError, checkSignal, show } from '../lib/error.js';
import { insides } from '../lib/runner.js';
import { copyTensors } from '../lib/tensors.js';
import { Desk } from './desk.js';

/** @typedef {import('../gossamer.js').ImageClassifier} ImageClassifier */
/** @typedef {import('../session.js').Session} Session */
/** @typedef {Record<string, import('../lib/tensors.js').TensorLike>} Tensors */
/** @typedef {ReturnType<typeof snapshot> | {feeds: Record<string, import('../lib/tensors.js').TensorBytes>}} Input */
/** @typedef {import('./desk.js').Call} Call */

/**
 * @typedef {object} PictureOptions
 * @property {import('../lib/capture.js').Region} [regionOfInterest]
 * @property {number} [rotationDegrees]  as of classify
 * @property {Record<string, import('../lib/tensors.js').TensorLike>} [inputs]  the same
 * @property {AbortSignal} [signal]  cancels, and ends what computes
 */

/** @type {WeakMap<object, Desk>} */
const desks = new WeakMap();

/**
 * What a classifier has in the turn of a call: a change of its options before is done by then, and one after has
 * not begun.
 * @typedef {object} Current
 * @property {import('../lib/modelFiles.js').ModelFiles} model
 * @property {Blob} blob  the model's bytes, which stay as they are
 * @property {import('../lib/messages.js').SessionRequest} session
 * @property {import('../lib/messages.js').ModelInfo} [info]  where it was asked for
 */

/** What a classifier consists of. @param {ImageClassifier | Session} classifier */
export function subjectOf(classifier) {
  const inside = insides.get(classifier)?.();
  if (!inside) {
    throw argumentError('classifier', 'this is not a classifier', {
      got: show(classifier), expected: 'an ImageClassifier',
      hint: 'One of another copy of the library, as of gossamer/single, is none here',
    });
  }
  const { runner, options, tensors } = inside;
  runner.assertOpen();
  /**
   * @param {string} what  for the message when it is cancelled
   * @param {{signal?: AbortSignal, info?: boolean}} [more]  info: with what the session tells about itself
   * @returns {Promise<Current>}
   */
  const current = async (what, { signal, info } = {}) => {
    checkSignal(signal);
    if (signal?.aborted) throw abortedError(what, signal);
    const turn = runner.enqueue(async () => {
      const { session } = runner;
      const model = /** @type {import('../lib/modelFiles.js').ModelFiles} */ (runner.model);
      return { session, model, blob: await model.model.blob(), info: info ? await runner.call('info', { scores: true }) : undefined };
    });
    return signal ? abortable(turn, signal, abortedError(what)) : turn;
  };
  return { settings: runner.settings, options, tensors, current, desk: deskOf(classifier, runner) };
}

/** Whether this is a classifier. @param {unknown} value @returns {value is ImageClassifier | Session} */
export function isClassifier(value) {
  return Object(value) === value && insides.has(/** @type {object} */ (value));
}

/**
 * Ends with the classifier.
 * @param {ImageClassifier | Session} classifier
 * @param {import('../lib/runner.js').Runner} runner
 */
function deskOf(classifier, { settings, closing }) {
  let desk = desks.get(classifier);
  if (!desk) {
    // The bytes that a classifier was given are those of the common module, as a rule.
    const { level, wasmPaths, worker } = settings;
    const made = new Desk({ level, wasmPaths, worker });
    closing.addEventListener('abort', () => made.end(closing.reason));
    desks.set(classifier, made);
    desk = made;
  }
  return desk;
}

/**
 * Lets go of the session that the tools made for a classifier, and of its memory, before a minute
 * without calls has passed.
 * @param {ImageClassifier | Session} classifier
 */
export function releaseTools(classifier) {
  desks.get(classifier)?.close(new GossamerError({
    code: 'HANDLE', stage: 'api', message: 'the tools of this classifier were released',
  }));
}

/**
 * A picture, as the engine takes it. The pixels are taken at the call.
 * @param {import('../lib/capture.js').PixelSource} source
 * @param {PictureOptions} options
 * @param {Record<string, import('../lib/tensors.js').TensorLike>} [inputs]  of the classifier's options
 */
export function snapshot(source, { inputs: own, ...options }, inputs) {
  const tensors = copyTensors('inputs', { ...inputs, ...own });
  const { captured, region } = takePicture(source, options);
  captured.catch(() => {});  // reported in its turn
  return { region, inputs: tensors, captured };
}

/**
 * What the tools compute on: a picture for a classifier, tensors for a session. Taken at the call.
 * @param {ReturnType<typeof subjectOf>} subject
 * @param {import('../lib/capture.js').PixelSource | Tensors} given
 * @param {PictureOptions} options
 * @returns {Input}
 */
export function inputFor({ tensors, options: { inputs } }, given, options) {
  if (tensors) return { feeds: copyTensors('feeds', /** @type {Tensors} */ (given)) };
  return snapshot(/** @type {import('../lib/capture.js').PixelSource} */ (given), options, inputs);
}

/** Closes a picture that is not sent. @param {Input} input */
export function letGo(input) {
  if ('captured' in input) input.captured.then(({ bitmap }) => bitmap?.close(), () => {});
}

/**
 * Sends a picture, or tensors, to the engine.
 * @template {'feed' | 'compute' | 'prepare'} M
 * @param {Call} call
 * @param {M} method
 * @param {Input} input
 * @param {Omit<import('./engine.js').ToolCalls[M]['request'], 'pixels' | 'region' | 'inputs' | 'feeds'>} more
 * @returns {Promise<import('./engine.js').ToolCalls[M]['answer']>}
 */
export async function send(call, method, input, more) {
  if ('feeds' in input) return call(method, /** @type {any} */ ({ ...input, ...more }));
  const { region, inputs, captured } = input;
  const pixels = await captured;
  try {
    const transfer = pixels.bitmap ? [pixels.bitmap]
      : [/** @type {ArrayBuffer} */ (pixels.rgba?.data.buffer)];
    return await call(method, /** @type {any} */ ({ pixels, region, inputs, ...more }), transfer);
  } finally {
    pixels.bitmap?.close();
  }
}
