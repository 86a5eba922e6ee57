// Class names out of a table: rows of text between commas, tabs or semicolons, as spreadsheets write them, or a list
// of objects in JSON. The column with the names, and one that counts the classes, are found by their headings, or by
// what is in them. Order is that of the counting column, or of the rows where there is none.
//
// Everything takes time in proportion to the text: files come from anywhere.

import { argumentError } from '../lib/error.js';

/** Headings of names; the first one that there is counts. */
const NAMES = ['name', 'classname', 'displayname', 'labelname', 'label', 'category', 'categoryname', 'class', 'title', 'description'];
/** Headings of what counts, and nothing else. */
const COUNTING = ['index', 'id', 'idx', 'classid', 'classindex', 'labelid', 'labelindex', 'number'];
/** The last one is what pandas writes above its index. */
const INDICES = [...COUNTING, 'label', 'class', 'category', ''];

/** In the order in which they are tried. A semicolon says more than a comma, which names contain. */
const SEPARATORS = ['\t', ';', ','];
/** Looked at, so that the time stays in proportion. */
export const MOST_COLUMNS = 256;

/** Whether a heading is of names: "SignName", but not "filename". @param {string} text */
const isName = (text) => NAMES.includes(text) || /^(?!file|image).+name$/.test(text);

/** @param {string} cell */
const heading = (cell) => cell.toLowerCase().replace(/[^a-z]/g, '');

/** Whether a first line is one of headings, such as "id,name". @param {string} line */
export function isHeading(line) {
  return SEPARATORS.some((separator) => {
    const cells = rowsOf(line, separator)[0].map(heading);
    return cells.length > 1 && cells.some((cell) => INDICES.includes(cell)) && cells.some(isName)
      && new Set(cells).size === cells.length;
  });
}

/**
 * @param {string} text
 * @returns {string[]}
 */
export function labelsFromTable(text) {
  // What lies between quotation marks separates nothing. Names may contain what would, so each is tried.
  const [first] = text.replace(/"[^"]*"/g, '').split(/[\n\r]/, 1);
  const separators = SEPARATORS.filter((each) => first.includes(each));
  /** @type {unknown} */
  let failure;
  for (const separator of separators.length ? separators : [',']) {
    try {
      return labelsFromRows(rowsOf(text, separator).filter((row) => row.some((cell) => cell !== '')));
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

/** @param {string[][]} rows */
function labelsFromRows(rows) {
  const titled = rows.length > 1 && rows[0].map(heading).some(isName) && !rows[0].some(isNumber);
  return labelsOf(rows, titled ? /** @type {string[]} */ (rows.shift()).map(heading) : []);
}

/**
 * Class names out of objects of one kind, such as [{"id": 0, "name": "cat"}].
 * @param {string[]} keys
 * @param {string[][]} rows  values of each, '' where there are none
 */
export const labelsFromRecords = (keys, rows) => labelsOf(rows, keys.map(heading), true);

/**
 * @param {string[][]} rows
 * @param {string[]} headings  none where there are none
 * @param {boolean} [listed]  they are in the order of their numbers, wherever these begin, or numbers say the order
 */
function labelsOf(rows, headings, listed) {
  const width = Math.min(MOST_COLUMNS, rows.reduce((most, { length }) => Math.max(most, length), 0));
  const columns = Array.from({ length: width }, (_, i) => rows.map((row) => row[i] ?? ''));
  const { named, counting } = headings.length || listed ? byHeadings(headings, columns) : byContent(columns);
  if (named === undefined) {
    throw refused('no column of names can be told from others', `${width} columns`);
  }
  const names = columns[named];
  const empty = names.indexOf('');
  if (empty >= 0) throw refused('a class has no name', rows[empty].join(','));
  const index = columns[counting ?? -1];
  if (!index || (listed && index.every((id, i) => i === 0 || Number(id) > Number(index[i - 1])))) return names;
  if (!countsFromZero(index)) {
    throw refused('the classes are not counted from 0', index.slice(0, 5).join(', '));
  }
  /** @type {string[]} */
  const ordered = [];
  index.forEach((number, i) => { ordered[Number(number)] = names[i]; });
  return ordered;
}

/**
 * Numbers are names only beside numbers that certainly count: "index,label" of handwritten digits.
 * @param {string[]} headings
 * @param {string[][]} columns
 * @returns {{named?: number, counting?: number}}  undefined where there is none
 */
function byHeadings(headings, columns) {
  const numeric = columns.map((column) => column.every(isNumber));
  const find = (/** @type {string[]} */ names, /** @type {(i: number) => boolean} */ fits) =>
    names.map((name) => headings.indexOf(name)).find((i) => columns[i] && fits(i));
  const names = [...NAMES, String(headings.find(isName))];
  const named = find(names, (i) => !numeric[i]);
  if (named !== undefined) return { named, counting: find(INDICES, (i) => i !== named && numeric[i]) };
  const counting = find(COUNTING, (i) => numeric[i]);
  return { counting, named: find(counting === undefined ? ['name'] : names, (i) => i !== counting) };
}

/**
 * Without headings one column is left beside the one that counts, or nobody can say which one is meant.
 * @param {string[][]} columns
 * @returns {{named?: number, counting?: number}}  -1 where nothing counts
 */
function byContent(columns) {
  const counting = columns.length > 1 ? columns.findIndex((column) => column.every(isNumber) && countsFromZero(column)) : -1;
  const others = columns.map((_, i) => i).filter((i) => i !== counting);
  return { named: others.length === 1 ? others[0] : undefined, counting };
}

/** Also 1.0, as tables of numbers with gaps are written, and -1. @param {string} cell */
const isNumber = (cell) => cell !== '' && Number.isFinite(Number(cell));

/** Whether these are the numbers from 0 on, each once. @param {string[]} column */
function countsFromZero(column) {
  const numbers = new Set(column.map(Number));
  return numbers.size === column.length && column.every((_, i) => numbers.has(i));
}

/** @param {string} message @param {string} got */
const refused = (message, got) => argumentError('labels', message, { got });

/**
 * Cells without the blanks around them. Those in quotation marks may hold separators, ends of line and, doubled,
 * quotation marks.
 * @param {string} text
 * @param {string} separator
 * @returns {string[][]}
 */
function rowsOf(text, separator) {
  const whole = text.replace(/\r\n?/g, '\n');
  const end = `[\\n${separator}]`;
  const blanks = `[^\\S\\n${separator}]*`;
  // A mark that does not begin a cell, or is followed by more of it, stands for itself.
  const quoted = new RegExp(`${blanks}"([^"]*(?:""[^"]*)*)"${blanks}(?=${end}|$)`, 'y');
  const bare = new RegExp(`[^\\n${separator}]*`, 'y');
  /** @type {string[][]} */
  const rows = [[]];
  for (let at = 0; at <= whole.length; at += 1) {
    quoted.lastIndex = at;
    bare.lastIndex = at;
    const [, inner] = quoted.exec(whole) ?? [];
    const [outer] = inner === undefined ? /** @type {RegExpExecArray} */ (bare.exec(whole)) : [''];
    rows[rows.length - 1].push(inner === undefined ? outer.trim() : inner.replaceAll('""', '"').trim());
    at = inner === undefined ? bare.lastIndex : quoted.lastIndex;
    if (whole[at] === '\n') rows.push([]);
  }
  return rows;
}
