// Tables as they leave the page: what is in a cell stays in it, whoever named the file or made the link.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeResults, encodeResults } from '../../web/app/measure/share.js';
import { sizeText } from '../../web/app/figures.js';
import { csvText, markdownTable, tsvText } from '../../web/app/tables.js';

const formulas = ['=HYPERLINK("a")', '+1', '-1', '@SUM(1)', '\t=1', '\r=1', ' =1', '\uFF1D1'];

test('no cell is a formula, in a file as from the clipboard', () => {
  const lines = csvText(formulas.map((text) => [text, '3.png'])).split('\r\n');
  assert.equal(lines.length, formulas.length + 1);
  for (const line of lines.slice(0, -1)) assert.match(line, /^"?'.*,3\.png$/s);
  for (const line of tsvText(formulas.map((text) => [text, 'x'])).split('\n')) assert.match(line, /^'[^\t]*\tx$/);
  assert.equal(csvText([['a,b', 'say "x"', '0.5', 'a-b']]), '"a,b","say ""x""",0.5,a-b\r\n');
  assert.equal(csvText([['a;b', 'a\tb', 'c']]), '"a;b","a\tb",c\r\n', 'what Excel may take for the sign between cells');
});

test('Markdown keeps a cell in its column and its row', () => {
  const text = markdownTable({ head: ['Model', 'ms'], rows: [['a\n| b | c |\r\n<img src=x>\\', '1']] });
  assert.equal(text.split('\n').length, 3);
  assert.equal(text.split('\n')[2], '| a \\| b \\| c \\| \\<img src=x>\\\\ | 1 |');
});

test("a link's texts are one line each", () => {
  const numbers = Object.fromEntries(['bytes', 'download', 'compile', 'load', 'first', 'median', 'p95', 'preprocess', 'inference', 'memory', 'rate']
    .map((key) => [key, 1]));
  const rows = [/** @type {import('../../web/app/measure/results.js').Row} */ (/** @type {unknown} */ ({ title: 'a\n# b', ...numbers }))];
  const read = decodeResults(encodeResults({ date: '2\n3', device: 'x\ny', engine: 'z\r\n', runs: 1, starts: 1, rows }));
  assert.deepEqual([read?.date, read?.device, read?.engine, read?.rows[0].title], ['2 3', 'x y', 'z ', 'a # b']);
});

test('sizes have the unit that tells two apart', () => {
  assert.deepEqual([950, 9500, 223_456, 999_400, 999_600, 4_900_000, 240_000_000].map(sizeText),
    ['0.9 KB', '9.5 KB', '223 KB', '999 KB', '1.0 MB', '4.9 MB', '240 MB']);
});
