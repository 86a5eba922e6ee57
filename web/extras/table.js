// Class names out of a table: rows of text between commas, tabs or semicolons, as spreadsheets write them. The column
// with the names, and one that counts the classes, are found by their headings, or by what is in them. Order is
// that of the counting column, or of the rows where there is none.

import { argumentError } from '../lib/error.js';

/** Headings of names; the first one that there is counts. */
const NAMES = ['name', 'classname', 'displayname', 'labelname', 'label', 'category', 'categoryname', 'class', 'title', 'description'];
/** The last one is what pandas writes above its index. */
const INDICES = [
  'index', 'id', 'idx', 'classid', 'classindex', 'labelid', 'labelindex', 'number', 'label', 'class', 'category', '',
];

/** Whether a heading is of names: "SignName", but not "filename". @param {string} text */
const isName = (text) => NAMES.includes(text) || /^(?!file|image).+name$/.test(text);

/** @param {string} cell */
const heading = (cell) => cell.toLowerCase().replace(/[^a-z]/g, '');

/** Whether a first line is one of headings, such as "id,name". @param {string} line */
export function isHeading(line) {
  const cells = (rowsOf(line)[0] ?? []).map(heading);
  return cells.length > 1 && cells.some((cell) => INDICES.includes(cell)) && cells.some(isName)
    && new Set(cells).size === cells.length;
}

/**
 * @param {string} text
 * @returns {string[]}
 */
export function labelsFromTable(text) {
  const rows = rowsOf(text).filter((row) => row.some((cell) => cell !== ''));
  const headings = rows.length > 1 && rows[0].map(heading).some(isName) && !rows[0].some(isNumber)
    ? /** @type {string[]} */ (rows.shift()).map(heading) : [];
  const columns = Array.from({ length: Math.max(0, ...rows.map(({ length }) => length)) }, (_, i) => rows.map((row) => row[i] ?? ''));
  const numeric = columns.map((column) => column.every(isNumber));
  const named = [...NAMES, String(headings.find(isName))].map((name) => headings.indexOf(name)).find((i) => i >= 0 && !numeric[i]);
  const counting = headings.length ? INDICES.map((name) => headings.indexOf(name)).find((i) => i >= 0 && i !== named && numeric[i])
    : numeric.findIndex((is, i) => is && columns.length > 1 && countsFromZero(columns[i]));
  const index = counting === undefined || counting < 0 ? undefined : columns[counting];
  const others = columns.map((_, i) => i).filter((i) => i !== counting);
  // Without headings one column is left, or nobody can say which one is meant.
  const chosen = named ?? (headings.length || others.length !== 1 ? undefined : others[0]);
  if (chosen === undefined || !rows.length) {
    throw refused('this table has no column of names that can be told from others', `${columns.length} columns`,
      'a heading such as "id,name"');
  }
  const names = columns[chosen];
  const empty = names.indexOf('');
  if (empty >= 0) throw refused('a class of this table has no name', rows[empty].join(','), 'a name in each row');
  if (!index) return names;
  if (!countsFromZero(index)) {
    throw refused('the classes of this table are not counted from 0', index.slice(0, 5).join(', '), `each number from 0 to ${rows.length - 1}`);
  }
  /** @type {string[]} */
  const ordered = [];
  index.forEach((number, i) => { ordered[Number(number)] = names[i]; });
  return ordered;
}

/** @param {string} cell */
const isNumber = (cell) => /^\d+$/.test(cell);

/** Whether these are the numbers from 0 on, each once. @param {string[]} column */
function countsFromZero(column) {
  const numbers = new Set(column.map(Number));
  return numbers.size === column.length && column.every((_, i) => numbers.has(i));
}

/** @param {string} message @param {string} got @param {string} expected */
function refused(message, got, expected) {
  return argumentError('labels', message, { got, expected });
}

/**
 * Cells without the blanks around them. Those in quotation marks may hold separators, ends of line and, doubled,
 * quotation marks.
 * @param {string} text
 * @returns {string[][]}
 */
function rowsOf(text) {
  const [first] = text.split('\n', 1);
  const separator = ['\t', ';', ','].find((each) => first.includes(each)) ?? ',';
  // A mark that does not begin a cell stands for itself.
  const pattern = /\s*"((?:[^"]|"")*)"[^\S\n\t]*(?=[\n\t;,]|$)/y;
  /** @type {string[][]} */
  const rows = [[]];
  const whole = text.replace(/\r\n?/g, '\n');
  let at = 0;
  while (at <= whole.length) {
    pattern.lastIndex = at;
    const quoted = pattern.exec(whole);
    const begin = quoted ? pattern.lastIndex : at;
    const ends = [separator, '\n'].map((mark) => whole.indexOf(mark, begin)).filter((end) => end >= 0);
    const end = Math.min(whole.length, ...ends);
    rows[rows.length - 1].push((quoted ? quoted[1].replaceAll('""', '"') : whole.slice(at, end)).trim());
    if (whole[end] === '\n') rows.push([]);
    at = end + 1;
  }
  return rows;
}
