// Tables as rows of text, which a view shows, and which are copied as Markdown.

/**
 * @typedef {{head: string[], rows: string[][], left?: number}} Table  the first `left` columns are text
 */

/** @param {Table} table */
export function markdownTable({ head, rows, left = 1 }) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, column) => (column < left ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
