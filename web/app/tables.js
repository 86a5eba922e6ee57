// Tables as rows of text, which a view shows, on their way out of the page: as Markdown, as values
// separated by commas for a file, and by tabs for the clipboard. Cells hold the names of files, labels and
// what an address brought along: none of them becomes a line of its own, markup or a formula.

/**
 * @typedef {{head: string[], rows: string[][], left?: number}} Table  the first `left` columns are text
 */

/** @param {Table} table */
export function markdownTable({ head, rows, left = 1 }) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.map((cell) => oneLine(cell).replace(/[\\|<]/g, '\\$&')).join(' | ')} |`;
  const rule = head.map((_, column) => (column < left ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** @param {string} text */
export const oneLine = (text) => text.replace(/[\s\u0085]+/g, ' ');

/** A spreadsheet takes a cell that begins so for a formula, in a file as from the clipboard. @param {string} cell */
const guarded = (cell) => (/^[\t\r\n]|^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) ? `'${cell}` : cell);

/** As RFC 4180 has it; cells that other programs would cut at a semicolon or a tab are quoted, too. @param {string[][]} rows */
export function csvText(rows) {
  const cell = (/** @type {string} */ text) => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => `${row.map((text) => cell(guarded(text))).join(',')}\r\n`).join('');
}

/** @param {string[][]} rows */
export const tsvText = (rows) => rows.map((row) => row.map((text) => oneLine(guarded(text))).join('\t')).join('\n');
