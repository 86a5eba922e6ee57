// Comments are taken out of the library on its way to dist/; code must come through unharmed.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { stripComments } from '../tools/lib/strip.mjs';

test('takes whole comments and casts, and nothing between them', () => {
  const source = [
    '// What this is.', '', '/** @type {number} */ (x).y = 1; /* kept */', '/**', ' * A doc block.',
    ' */', 'const url = "https://example.org";  // kept', '', '', '  /** One line. */', 'f();', '',
  ].join('\n');
  assert.equal(stripComments(source),
    '(x).y = 1; /* kept */\nconst url = "https://example.org";  // kept\nf();\n');
});

test('leaves every line of code of the library', () => {
  const web = new URL('../web/', import.meta.url);
  const names = readdirSync(new URL('lib/', web)).map((name) => `lib/${name}`);
  for (const name of ['gossamer.js', 'worker.js', ...names]) {
    const source = readFileSync(new URL(name, web), 'utf8');
    const code = source.split('\n').filter((line) => !/^\s*(\/\/|\/?\*|$)/.test(line)).map(bare);
    const stripped = new Set(stripComments(source).split('\n').map(bare));
    for (const line of code) assert.ok(stripped.has(line), `${name}: ${line}`);
  }
});

/** @param {string} line  without the JSDoc casts inside it */
function bare(line) {
  return line.replace(/\/\*\* @(?:type|param) [^*]*\*\/ ?/g, '');
}
