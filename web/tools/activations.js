// What a network computes on the way: any inner value, by its name in the model, copied out in the
// layout that the file states (channels first, in ONNX), whatever the runtime made of the graph.
//
// For that the model is loaded again with these values among its outputs; so what is fused or written
// over otherwise is there, and the layers that follow compute the same as ever.

import { check } from '../lib/error.js';
import { elementsOf } from '../lib/elements.js';
import { inputFor, letGo, send, subjectOf } from './subject.js';

/**
 * @typedef {{type: string, dims: number[], data: import('../lib/elements.js').Elements}} Activation  float16
 *     and bfloat16 come as Float32Array
 */

/**
 * @param {import('./subject.js').ImageClassifier | import('./subject.js').Session} classifier
 * @param {import('../lib/capture.js').PixelSource | import('./subject.js').Tensors} given  a picture, or for a session
 *     its tensors by name; taken at the call
 * @param {readonly string[]} names  of values; see `outputs` of profile()'s steps
 * @param {import('./subject.js').PictureOptions | null} [options]
 * @returns {Promise<Record<string, Activation>>}
 */
export async function activations(classifier, given, names, options) {
  check(Array.isArray(names) && names.length
    && names.every((name) => typeof name === 'string' && name && !name.includes('\0')),
  'names', names, 'names of values');
  const subject = subjectOf(classifier);
  const { signal } = options ?? {};
  return valuesOf(subject, inputFor(subject, given, options ?? {}), names, { what: 'activations', signal });
}

/**
 * Values of a picture that was taken, which it closes, or of tensors.
 * @param {ReturnType<typeof subjectOf>} subject
 * @param {import('./subject.js').Input} input
 * @param {readonly string[]} names
 * @param {{what: string, signal?: AbortSignal}} options  what: for the message when it is cancelled
 * @returns {Promise<Record<string, Activation>>}
 */
export async function valuesOf({ desk, current }, input, names, { what, signal }) {
  const wanted = [...new Set(names)].sort();
  const compute = async () => {
    const { model, blob, session } = await current(what, { signal });
    return desk.use(what, signal, async (call) => {
      await desk.session([model, session.options, wanted.join('\0')], async () =>
        call('show', { model: blob, files: model.files, options: session.options, names: wanted }));
      return send(call, 'compute', input, { names: wanted });
    });
  };
  /** @type {Record<string, import('../lib/tensors.js').TensorBytes>} */
  const tensors = await compute().finally(() => letGo(input));
  return Object.fromEntries(names.map((name) => {
    const { type, dims, bytes } = tensors[name];
    return [name, { type, dims, data: elementsOf(type, /** @type {Uint8Array<ArrayBuffer>} */ (bytes)) }];
  }));
}
