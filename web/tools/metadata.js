// Writes properties into a model: recipe, labels, and any other. All else of the file stays as it is,
// byte for byte (src/onnx/encode).

import { argumentError, check, checkBytes, show } from '../lib/error.js';
import { sharedDesk } from './desk.js';
import { isClassifier, subjectOf } from './subject.js';

/** @typedef {Record<string, string | readonly string[] | null>} MetadataChanges  a list becomes lines,
 *     as gossamer.labels has them; null takes a property out */
/** @typedef {import('./subject.js').ImageClassifier | ArrayBuffer | ArrayBufferView | Blob} ModelBytes */

/**
 * The model's file with other properties, as a Blob that shares the old file's bytes: a model of a
 * gigabyte is not copied.
 * @param {ModelBytes} model
 * @param {MetadataChanges} changes
 * @param {{signal?: AbortSignal} & import('./desk.js').ToolOptions} [options]
 * @returns {Promise<Blob>}
 */
export async function editMetadata(model, changes, options = {}) {
  const list = listChanges(changes);
  const blob = blobOf(model);  // at the call: the caller's bytes may change later
  const settings = isClassifier(model) ? { ...subjectOf(model).settings, wasmBinary: undefined } : options;
  return sharedDesk(settings).use('editMetadata', options.signal, async (call) =>
    call('edit', { model: await blob, changes: list }));
}

/**
 * The same as bytes.
 * @param {ModelBytes} model
 * @param {MetadataChanges} changes
 * @param {{signal?: AbortSignal} & import('./desk.js').ToolOptions} [options]
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function writeMetadata(model, changes, options) {
  return new Uint8Array(await (await editMetadata(model, changes, options)).arrayBuffer());
}

/** @param {ModelBytes} model @returns {Promise<Blob>} */
export async function blobOf(model) {
  if (isClassifier(model)) return (await subjectOf(model).current('reading the model')).blob;
  if (model instanceof Blob) return model;
  checkBytes('model', model);
  return new Blob([/** @type {BlobPart} */ (model)]);
}

/** @param {MetadataChanges} changes @returns {[string, string | null][]} */
function listChanges(changes) {
  check(typeof changes === 'object' && changes, 'changes', changes, 'an object of texts by key');
  return Object.entries(changes).map(([key, value]) => {
    const text = Array.isArray(value) ? lines(key, value) : value;
    check(text === null || typeof text === 'string', key, value, 'a text, a list of texts, or null',
      'a property has an unusable value');
    if (`${key}${text}`.includes('\0')) throw argumentError(key, 'a property holds a zero byte');
    return [key, /** @type {string | null} */ (text)];
  });
}

/** @param {string} key @param {readonly unknown[]} list */
function lines(key, list) {
  for (const line of list) {
    check(typeof line === 'string' && line.trim() && !/[\r\n]/.test(line), key, show(line), 'texts of one line each',
      'a list has an unusable entry');
  }
  return list.join('\n');
}
