// Class names from the files that people keep them in. What enters is a file's text; what leaves is
// the list of names in class order, or an error that says why it is none. Read are: one name a line
// ("tench", "0 tench", "0: tench", "n01440764 tench"), JSON lists, and JSON objects from class to name
// or from name to class, as hubs and Keras write them; and tables (table.js).

import { argumentError, check } from '../lib/error.js';
import { isHeading, labelsFromTable } from './table.js';

/**
 * How many classes an output of this shape has, an open first extent being the batch; 0 where that is not
 * known.
 * @param {(number | string)[]} [shape]
 */
export function classCount(shape = []) {
  return shape.reduce((/** @type {number} */ product, extent, axis) =>
    product * (Number(extent) > 0 ? Number(extent) : axis === 0 ? 1 : 0), 1);
}

/**
 * Whether the library takes so many names for so many classes: one number has one name or two, its own and
 * the other's.
 * @param {number} names @param {number} classes  0 where that is not known
 */
export function labelsFit(names, classes) {
  return classes === 0 || names === classes || (classes === 1 && names === 2);
}

/** A WordNet number, which lists of ImageNet's classes put first. */
const SYNSET = /^n\d{8}$/;

/**
 * @param {string} text
 * @param {string} [file]  its name, which tells a table
 * @returns {string[]}
 */
export function parseLabels(text, file = '') {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (!trimmed) throw argumentError('labels', 'the file with labels is empty');
  if (/^[[{]/.test(trimmed)) {
    let value;
    try {
      value = JSON.parse(trimmed);
    } catch (cause) {
      throw argumentError('labels', `the labels are not valid JSON: ${cause instanceof Error ? cause.message : cause}`);
    }
    return namesIn(value);
  }
  const lines = trimmed.split(/\r\n?|\n/).map((line) => line.trim());
  return /\.[ct]sv$/i.test(file) || isHeading(lines[0]) ? labelsFromTable(trimmed) : fromLines(lines);
}

/**
 * Class names, in the order of the classes.
 * @param {string | Blob | Response | object} source  the text of a file, the file, or what JSON in it holds: a list, an
 *     object from class to name or from name to class, or one with such a list (config.json's id2label)
 * @returns {Promise<string[]>}
 */
export async function labelsFrom(source) {
  if (typeof source === 'string') return parseLabels(source);
  check(typeof source === 'object' && source, 'labels', source, 'a text, a file or an object', 'these are no labels');
  if (!('text' in source) || typeof source.text !== 'function') return namesIn(source);
  const { name, url = '' } = /** @type {{name?: string, url?: string}} */ (source);
  const [, file = ''] = /([^/?#]*)(?:[?#].*)?$/.exec(name ?? url) ?? [];
  return parseLabels(await source.text(), file);
}

/** @param {unknown} value  as JSON holds it @returns {string[]} */
function namesIn(value) {
  const names = labelsFromJson(value);
  if (names) return names;
  throw argumentError('labels', 'this JSON holds no labels: neither a list of names nor an object from class to name');
}

/**
 * Labels within a JSON value, or undefined where there are none.
 * @param {any} value
 * @returns {string[] | undefined}
 */
export function labelsFromJson(value) {
  if (Array.isArray(value)) {
    const names = value.map(nameOf);
    return names.length && names.every((name) => name !== undefined) ? /** @type {string[]} */ (names) : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const key of ['id2label', 'labels', 'names', 'classes', 'class_names', 'categories', 'label_names', 'label2id']) {
    const names = key in value ? labelsFromJson(value[key]) : undefined;
    if (names) return names;
  }
  return fromIndices(Object.entries(value)) ?? fromIndices(Object.entries(value).map(([name, index]) => [index, name]));
}

/** A name stands alone, or after its WordNet number. @param {any} value @returns {string | undefined} */
function nameOf(value) {
  if (Array.isArray(value)) return value.length === 2 && SYNSET.test(value[0]) ? nameOf(value[1]) : undefined;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object' && value !== null) return nameOf(value.name ?? value.label ?? value.displayName);
  return typeof value === 'string' ? value : undefined;
}

/** Every class from 0 on, once. @param {[any, any][]} pairs  of class and name */
function fromIndices(pairs) {
  /** @type {string[]} */
  const names = [];
  for (const [key, value] of pairs) {
    const name = nameOf(value);
    const index = /^\d+$/.test(String(key)) ? Number(key) : -1;
    if (name === undefined || index < 0 || index >= pairs.length || names[index] !== undefined) return undefined;
    names[index] = name;
  }
  return names.length ? names : undefined;
}

/** @param {string[]} lines */
function fromLines(lines) {
  const numbered = lines.map((line) => /^(\d+)(?:\s*[:,]|\s)\s*(\S.*)$/s.exec(line));
  const inOrder = lines.length > 1 && numbered.every((match, index) => match && Number(match[1]) === index);
  const names = inOrder ? numbered.map((match) => /** @type {RegExpExecArray} */ (match)[2]) : lines;
  return names.map((name) => {
    const [, bare] = /^n\d{8}[\s,]+(.+)$/.exec(name) ?? [];
    return unquoted(bare ?? name);
  });
}

/** @param {string} name */
const unquoted = (name) => /^(["'])(.*)\1$/.exec(name)?.[2] ?? name;
