// Which pictures there are and what each of them shows, as somebody labelled them: from a folder with a
// subfolder for each class, or from a table of files and labels. Nothing is read here but names.

import { isPicture } from '../files.js';

/**
 * @typedef {{path: string, file: Blob}} Source  a file and its path in what was chosen, with slashes
 * @typedef {{path: string, label: string, file: Blob}} Example
 *
 * @typedef {object} Dataset
 * @property {string} name  of the folder
 * @property {Example[]} examples  in the order of their paths
 * @property {string[]} missing  files that the table names and that are not there
 * @property {string[]} conflicting  pictures to which the table gives several labels; they are left out
 * @property {string[]} unlabelled  pictures that the table does not name
 */

const tables = /\.(csv|tsv)$/i;
const fileColumn = /^(file|files|file_?names?|path|paths|image|images|image_?(file|path|name)|picture|name)$/i;
const labelColumn = /^(label|labels|class|classes|class_?name|category|target|truth|y)$/i;

/** Files that systems put into folders unasked. @param {string} path */
const hidden = (path) => path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');

const byPath = new Intl.Collator('en', { numeric: true });

/**
 * Tables and pictures among the files; the rest is left out.
 * @param {Source[]} sources
 */
export function sortFiles(sources) {
  const seen = sources.filter(({ path }) => !hidden(path))
    .sort((a, b) => byPath.compare(a.path, b.path));
  return {
    tables: seen.filter(({ path }) => tables.test(path)),
    pictures: seen.filter(({ path, file }) => isPicture({ name: path, type: file.type })),
  };
}

/** The folder that all paths begin with, or ''. @param {string[]} paths */
function commonFolder(paths) {
  const first = paths[0]?.split('/')[0] ?? '';
  return paths.every((path) => path.startsWith(`${first}/`)) ? first : '';
}

/**
 * The class of a picture is the folder that it lies in.
 * @param {Source[]} files  pictures
 * @returns {Dataset}
 */
export function fromFolder(files) {
  const examples = files.map(({ path, file }) => {
    const folders = path.split('/').slice(0, -1);
    return { path, file, label: folders.at(-1) ?? '' };
  });
  return {
    name: commonFolder(files.map(({ path }) => path)),
    examples: examples.filter(({ label }) => label !== ''),
    missing: [],
    conflicting: [],
    unlabelled: examples.filter(({ label }) => label === '').map(({ path }) => path),
  };
}

/**
 * The columns of files and labels: by their titles, or the first two where there are none.
 * @param {string[][]} rows
 */
function columnsOf(rows) {
  const titles = rows[0].map((cell) => cell.trim());
  const file = titles.findIndex((title) => fileColumn.test(title));
  const label = titles.findIndex((title) => labelColumn.test(title));
  return file >= 0 && label >= 0 ? { file, label, first: 1 } : { file: 0, label: 1, first: 0 };
}

/**
 * The class of a picture is what the table says of it. The table may name a file by more folders than the
 * file was chosen with, or by fewer where only one file ends so. What it says of another folder's file of
 * the same name is not taken for this one, and a picture with several labels has none.
 * @param {string[][]} rows  of the table, with or without titles
 * @param {Source[]} files  pictures
 * @returns {Dataset}
 */
export function fromTable(rows, files) {
  const filled = rows.filter((row) => row.some((cell) => cell.trim() !== ''));
  const paths = files.map(({ path }) => path);
  const empty = { name: commonFolder(paths), examples: [], missing: [], conflicting: [], unlabelled: paths };
  if (filled.length === 0) return empty;
  const { file: fileAt, label: labelAt, first } = columnsOf(filled);
  const find = finder(files);
  /** @type {Map<string, Example>} */
  const examples = new Map();
  /** @type {string[]} */
  const missing = [];
  /** @type {Set<string>} */
  const conflicting = new Set();
  for (const row of filled.slice(first)) {
    const name = (row[fileAt] ?? '').trim();
    const label = (row[labelAt] ?? '').trim();
    const source = find(name);
    if (!source || !label) {
      missing.push(name);
      continue;
    }
    if ((examples.get(source.path)?.label ?? label) !== label) conflicting.add(source.path);
    examples.set(source.path, { ...source, label });
  }
  return {
    ...empty, examples: [...examples.values()].filter(({ path }) => !conflicting.has(path)), missing, conflicting: [...conflicting],
    unlabelled: paths.filter((path) => !examples.has(path)),
  };
}

/** @param {Source[]} files @returns {(name: string) => Source | undefined} */
function finder(files) {
  /** @type {Map<string, Source | undefined>} */
  const byName = new Map();
  const exact = new Map(files.map((source) => [source.path, source]));
  for (const source of files) {
    const parts = source.path.split('/');
    for (let i = 1; i < parts.length; i += 1) {
      const tail = parts.slice(i).join('/');
      byName.set(tail, byName.has(tail) ? undefined : source);
    }
  }
  return (name) => {
    const path = name.replaceAll('\\', '/').replace(/^\.?\//, '');
    const found = exact.get(path) ?? byName.get(path);
    if (found) return found;
    // The table may stand further out than the folder that was chosen.
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      const inner = exact.get(path.slice(at + 1));
      if (inner) return inner;
    }
    return undefined;
  };
}

/** How many examples each label has, in the order of the labels. @param {Example[]} examples */
export function labelCounts(examples) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { label } of examples) counts.set(label, (counts.get(label) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => byPath.compare(a, b)));
}
