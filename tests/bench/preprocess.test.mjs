// npm run bench:preprocess and fuzz:ops as commands: what they say of themselves, what they refuse,
// and one short run of the first, which compares the input's bytes with torchvision's before it times.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-preprocess-'));
after(() => rmSync(folder, { recursive: true }));

/** @param {string} script @param {string[]} args */
const call = (script, ...args) =>
  spawnSync(process.execPath, [path.join(root, script), ...args], { encoding: 'utf8', timeout: 120_000 });

test('both commands have help, and name what they do not know before they do anything', () => {
  for (const [script, name] of [['bench/preprocess.mjs', 'bench:preprocess'], ['tools/fuzz_ops.mjs', 'fuzz:ops']]) {
    const { status, stdout } = call(script, '--help');
    assert.equal(status, 0);
    assert.ok(stdout.startsWith(`npm run ${name} [-- options]`), stdout);
  }
  const cases = /** @type {[string, string[], RegExp][]} */ ([
    ['bench/preprocess.mjs', ['--level', 'fast'], /^--level is base, simd or relaxed$/m],
    ['bench/preprocess.mjs', ['--runs', '0'], /^--runs must be a whole number above 0$/m],
    ['tools/fuzz_ops.mjs', ['--seed', 'x'], /^--seed must be a whole number$/m],
    ['tools/fuzz_ops.mjs', ['--op', 'toString'], /^no generator for toString; known are Conv/m],
    ['tools/fuzz_ops.mjs', ['--fast'], /^Unknown option '--fast'/m],
  ]);
  for (const [script, args, message] of cases) {
    const { status, stderr } = call(script, ...args);
    assert.ok(status === 1 || status === 2, `${status}`);
    assert.match(stderr, message);
  }
});

test('a frame is prepared from every kind of picture, to torchvision\'s bytes', () => {
  const file = path.join(folder, 'figures.json');
  const { status, stdout, stderr } = call('bench/preprocess.mjs', '--built', '--runs', '3', '--json', file);
  assert.equal(status, 0, stderr);
  assert.equal(stdout.match(/bytes are torchvision's/g)?.length, 6);
  const figures = JSON.parse(readFileSync(file, 'utf8'));
  assert.deepEqual(Object.keys(figures.library), ['ImageData', 'ImageBitmap', 'canvas', 'VideoFrame', 'video']);
  for (const [kind, { median }] of Object.entries(figures.library)) {
    assert.ok(median > 0 && median < 1000, `${kind}: ${median}`);
  }
});
