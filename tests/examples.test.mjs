// The examples in the public headers, and those of C++ in the documentation, compile as they stand. In a
// header an example is what is indented by three blanks within the comment at its top.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { repositoryFiles } from '../tools/lib/lint.mjs';
import { CommandError, root, run } from '../tools/lib/run.mjs';

/** @typedef {{where: string, code: string}} Example */

/** @param {string} file @returns {Example[]} */
function examplesOf(file) {
  const text = readFileSync(path.join(root, file), 'utf8');
  if (file.endsWith('.md')) {
    return [...text.matchAll(/^```(?:cpp|c\+\+)\n(.*?)^```/gms)].map(([, code]) => ({ where: file, code }));
  }
  const lines = text.slice(0, text.indexOf('#ifndef')).split('\n');
  // A blank line of comment between two parts of an example belongs to it.
  const parts = lines.map((line) => /^\/\/(?: {3}(.*))?$/.exec(line)).map((match) => match && (match[1] ?? ''));
  const code = parts.filter((part) => part !== null).join('\n').trim();
  return code ? [{ where: file, code: `${code}\n` }] : [];
}

/** The compiler's complaint, or nothing. @param {string} folder @param {Example} example */
async function complaint(folder, { where, code }) {
  const file = path.join(folder, 'example.cc');
  writeFileSync(file, code);
  const args = ['-std=c++20', '-fsyntax-only', '-Wall', '-Wextra', '-Werror', `-I${path.join(root, 'include')}`, file];
  return run(process.env.CXX || 'c++', args).then(() => '', (error) => {
    if (error instanceof CommandError) return `${where}: ${error.output}`;
    throw error;
  });
}

test('examples compile', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-examples-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = [...(await repositoryFiles(/^include\/.*\.h$/)), ...(await repositoryFiles(/^(README|docs\/.*)\.md$/))];
  const examples = files.flatMap(examplesOf);
  assert.ok(examples.some(({ where }) => where === 'include/gossamer/session.h'), 'session.h has no example');
  for (const example of examples) assert.equal(await complaint(folder, example), '');
});

test('an example that drops a Status would be found', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-examples-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const code = '#include "gossamer/session.h"\nvoid f(gossamer::Session& session) { session.run(); }\n';
  assert.match(await complaint(folder, { where: 'test', code }), /nodiscard/);
});
