// Class names out of what an app has in its hands: a text, a file, the answer to a request, bytes, or what JSON
// holds. What cannot be labels is refused by its kind, so that nobody gets the names of its properties.

import { brokenOff, checkAnswer } from '../lib/download.js';
import { argumentError, check, checkBytes, show } from '../lib/error.js';
import { namesIn, parseLabels } from './labels.js';

/** A path, or an address: one line, and no such name of a class is known. */
const ADDRESS = /^(\w+:\/\/|\.{0,2}\/|[a-z]:\\)\S*$|^.*\.(txt|json|[ct]sv|ya?ml|pbtxt|names)$/i;

/**
 * Class names, in the order of the classes.
 * @param {string | Blob | Response | ArrayBuffer | ArrayBufferView | object} source  the text of a file (not its name),
 *     the file, its bytes, or what JSON in it holds: a list, an object from class to name or from name to class, or
 *     one with such a list (config.json's id2label)
 * @returns {Promise<string[]>}
 */
export async function labelsFrom(source) {
  if (typeof source === 'string') {
    check(!ADDRESS.test(source.trim()), 'labels', source, 'the text, or the file', 'this is the address of labels');
    return parseLabels(source);
  }
  if (ArrayBuffer.isView(source) || show(source) === 'ArrayBuffer') return parseLabels(textOf(/** @type {ArrayBuffer} */ (source)));
  const body = /** @type {any} */ (source);
  if (typeof body?.arrayBuffer === 'function') return fromBody(body);
  check(/^(Object|Array)$/.test(show(source)), 'labels', source, 'the text, or the file', 'these are no labels');
  return namesIn(source);
}

/** @param {{name?: string, url?: string, status?: number, arrayBuffer: () => Promise<ArrayBuffer>}} source  a file, or a Response */
async function fromBody(source) {
  const { name, url = '', status } = source;
  if (status !== undefined) checkAnswer(url, 'the labels', /** @type {any} */ (source));
  const [, file = ''] = /([^/?#]*)(?:[?#].*)?$/.exec(name ?? url) ?? [];
  const bytes = await source.arrayBuffer().catch((cause) => { throw brokenOff(name ?? url, cause, String(cause)); });
  return parseLabels(textOf(bytes), file);
}

/**
 * UTF-8, or what the file begins with says.
 * @param {ArrayBuffer | ArrayBufferView} bytes
 */
function textOf(bytes) {
  checkBytes('labels', bytes);
  for (const encoding of ['utf-8', 'utf-16le', 'utf-16be']) {
    const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
    if (text[0] === '\ufeff' || (encoding === 'utf-8' && !text.includes('\ufffd'))) return text;
  }
  throw argumentError('labels', 'these bytes are no text in UTF-8');
}
