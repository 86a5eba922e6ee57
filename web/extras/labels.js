// Class names from the files that people keep them in. What enters is a file's text; what leaves is
// the list of names in class order, or an error that says why it is none. Read are: one name a line
// ("tench", "0 tench", "0: tench", "n01440764 tench"), JSON lists, and JSON objects from class to name
// or from name to class, as hubs and Keras write them, also as Python prints them; and tables (table.js).
//
// Where numbers and order contradict each other, the numbers decide, or the file is refused: a name at the wrong
// class would not be noticed.

import { argumentError, check, show } from '../lib/error.js';
import { parseJson, pythonValue } from './json.js';
import { MOST_COLUMNS, isHeading, labelsFromRecords, labelsFromTable } from './table.js';

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

/** Where names are kept within a file of more. */
const PLACES = ['id2label', 'labels', 'names', 'classes', 'class_names', 'categories', 'label_names', 'label2id'];

/** Levels of such places within each other. Nobody has more, and each takes a call within the last one. */
const DEEPEST = 8;

/** A web page, bytes of another kind, and YAML and label maps of TensorFlow, whose lines would pass for names. */
const OTHER = /^<(!doctype|html|\?xml)|\0|^(names|labels|classes)[^\S\n]*:\s*[[{\d-]|^item\s*\{/im;

/**
 * @param {string} text
 * @param {string} [file]  its name, which tells a table
 * @returns {string[]}
 */
export function parseLabels(text, file = '') {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (!trimmed) throw argumentError('labels', 'the file with labels is empty');
  check(!OTHER.test(trimmed) && !/\.(ya?ml|pbtxt)$/i.test(file), 'labels', trimmed, 'one name a line, JSON or a table', 'this holds no labels');
  const value = valueIn(trimmed);
  if (value !== undefined) return namesIn(value);
  const lines = trimmed.split(/\r\n?|\n/).map((line) => line.trim());
  return /\.[ct]sv$/i.test(file) || isHeading(lines[0]) ? labelsFromTable(trimmed) : fromLines(lines);
}

/**
 * What a text in JSON holds, or one that Python prints; undefined where it is in neither.
 * @param {string} text
 * @returns {unknown}
 */
function valueIn(text) {
  if (!/^[[{]/.test(text)) return undefined;
  // The first of several lines may be a name in brackets, such as [UNK].
  return pythonValue(text) ?? (/^.[\w <>/-]+[\]}]\s*[\r\n]/.test(text) ? undefined : parseJson(text, 'labels'));
}

/**
 * Labels out of what a file was found to hold.
 * @param {unknown} value  as JSON holds it
 * @returns {string[]}
 */
export function namesIn(value) {
  const names = labelsFromJson(value);
  if (names) return names;
  throw argumentError('labels', 'this holds no labels');
}

/**
 * Labels within a JSON value, or undefined where there are none.
 * @param {any} value
 * @param {number} [depth]  of the places that it was found in
 * @returns {string[] | undefined}
 */
export function labelsFromJson(value, depth = 0) {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return undefined;
  if (Array.isArray(value)) {
    if (!value.length) return undefined;
    if (value.every((entry) => typeof entry === 'object' && entry && !Array.isArray(entry))) {
      const keys = Object.keys(value[0]).slice(0, MOST_COLUMNS);
      return labelsFromRecords(keys, value.map((record) => keys.map((key) => plainName(record[key]) ?? '')));
    }
    const names = value.map(nameOf);
    return names.includes(undefined) ? undefined : /** @type {string[]} */ (names);
  }
  for (const key of PLACES) {
    const names = key in value ? labelsFromJson(value[key], depth + 1) : undefined;
    if (names) return names;
  }
  const pairs = Object.entries(value);
  const turned = pairs.map(([name, index]) => /** @type {[any, any]} */ ([index, name]));
  // Folders may be called 0, 1, 10, so that both could count: numbers do, and texts are names.
  const [one, other] = pairs.every(([, index]) => typeof index === 'number') ? [turned, pairs] : [pairs, turned];
  return fromIndices(one) ?? fromIndices(other);
}

/** A name stands alone, in an object, or after its WordNet number. @param {any} value @returns {string | undefined} */
function nameOf(value) {
  if (Array.isArray(value)) return value.length === 2 && SYNSET.test(plainName(value[0]) ?? '') ? plainName(value[1]) : undefined;
  return plainName(typeof value === 'object' && value !== null ? value.name ?? value.label ?? value.displayName : value);
}

/** @param {any} value @returns {string | undefined} */
const plainName = (value) => (typeof value === 'number' ? String(value) : typeof value === 'string' ? value : undefined);

/** Every class from 0 on, once. @param {[any, any][]} pairs  of class and name */
function fromIndices(pairs) {
  /** @type {string[]} */
  const names = [];
  for (const [key, value] of pairs) {
    const name = nameOf(value);
    const index = /^\d+$/.test(String(plainName(key))) ? Number(key) : -1;
    if (name === undefined || index < 0 || index >= pairs.length || names[index] !== undefined) return undefined;
    names[index] = name;
  }
  return names.length ? names : undefined;
}

/** @param {string[]} lines */
function fromLines(lines) {
  const empty = lines.indexOf('');
  if (empty >= 0) {
    throw argumentError('labels', 'there is an empty line among the labels', { got: `none after '${show(lines[empty - 1])}'` });
  }
  const pairs = lines.map((line) => /^(\d+)(?:\s*[:,]|\s)\s*(\S.*)$/s.exec(line)).map((match) => /** @type {[any, any]} */ ([match?.[1], match?.[2]]));
  const ordered = lines.length > 1 ? fromIndices(pairs) : undefined;
  return (ordered ?? lines).map((name) => {
    const [, bare] = /^n\d{8}[\s,]+(.+)$/.exec(name) ?? [];
    return unquoted(bare ?? name);
  });
}

/** @param {string} name */
const unquoted = (name) => /^(["'])(.*)\1$/.exec(name)?.[2] ?? name;
