// npm run bench as a command: what it says of itself, and what it refuses before it builds or measures
// anything.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { peerNames } from '../../bench/lib/contenders.mjs';
import { root } from '../../tools/lib/run.mjs';

/** @param {string[]} args */
const bench = (...args) =>
  spawnSync(process.execPath, [path.join(root, 'bench/run.mjs'), ...args], { encoding: 'utf8', timeout: 300_000 });

test('its help names every peer', () => {
  const { status, stdout } = bench('--help');
  assert.equal(status, 0);
  assert.ok(stdout.startsWith('npm run bench [-- options]'), stdout);
  for (const name of peerNames) assert.ok(stdout.includes(name), name);
});

test('wrong options are refused', () => {
  const cases = /** @type {[string[], RegExp][]} */ ([
    [['--peers', 'litert,lite'], /there is no peer 'lite': ort-web, litert, tfjs, ort-native/],
    [['--threads', '1,0'], /--threads must be a whole number, 1 or more, not '0'/],
  ]);
  for (const [args, message] of cases) {
    const { status, stderr, stdout } = bench(...args);
    assert.equal(status, 1, args.join(' '));
    assert.match(stderr, message);
    assert.equal(stdout, '');
  }
});
