// gossamer edit: what it writes is what the command line reads, and what it refuses leaves no file.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { colourModel } from '../support/onnx.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-edit-'));
after(() => rmSync(folder, { recursive: true }));
const place = (/** @type {string} */ name) => path.join(folder, name);
const model = place('model.onnx');
writeFileSync(model, colourModel());

const programs = {
  native: [path.join(root, 'build/native/gossamer')],
  wasm: [process.execPath, path.join(root, 'build/wasm/gossamer-cli.mjs')],
};

/** @param {keyof typeof programs} program @param {string[]} args */
function run(program, ...args) {
  const [command, ...first] = programs[program];
  return spawnSync(command, [...first, ...args], { encoding: 'utf8' });
}
const gossamer = (/** @type {string[]} */ ...args) => run('native', ...args);

/** The properties that `gossamer info` reads. @param {string} file @returns {Record<string, string>} */
const properties = (file) => JSON.parse(gossamer('info', file, '--json').stdout).metadata;

test('recipe, labels and properties are written behind the bytes that there are', () => {
  const names = place('names.txt');
  writeFileSync(names, 'red\r\ngrün\n blue \n');
  const expected = [];
  for (const program of /** @type {const} */ (['native', 'wasm'])) {
    const file = place(`${program}.onnx`);
    const { status, stdout, stderr } = run(program, 'edit', model, file, '--recipe', 'channels=bgr',
      '--labels', names, '--set', 'author=somebody=me', '--set', 'empty=');
    assert.equal(status, 0, stderr);
    const bytes = readFileSync(file);
    assert.match(stdout, new RegExp(`${bytes.length} bytes`));
    assert.deepEqual(bytes.subarray(0, colourModel().length), colourModel());
    expected.push(bytes);
    const { author, empty, 'gossamer.labels': labels, 'gossamer.recipe': recipe } = properties(file);
    assert.deepEqual({ author, empty, labels, recipe },
      { author: 'somebody=me', empty: '', labels: 'red\ngrün\nblue', recipe: 'channels=bgr' });
  }
  assert.deepEqual(expected[0], expected[1]);
});

test('a property taken out again leaves the file that there was; a model may be replaced', () => {
  const file = place('back.onnx');
  assert.equal(gossamer('edit', model, file, '--set', 'a=1').status, 0);
  const { status, stderr } = gossamer('edit', file, file, '--remove', 'a');
  assert.equal(status, 0, stderr);
  assert.deepEqual(readFileSync(file), colourModel());
});

test('what cannot be meant is refused, and leaves no file', () => {
  const bad = place('bad.txt');
  writeFileSync(bad, Buffer.from([0x67, 0x72, 0xfc, 0x6e]));
  const cases = /** @type {[string[], number, RegExp][]} */ ([
    [[], 2, /nothing is to be changed/],
    [['--set', 'a'], 2, /KEY=VALUE/],
    [['--set', 'a=1', '--remove', 'a'], 2, /given twice/],
    [['--recipe', 'channels=purple'], 2, /purple/],
    [['--set', 'gossamer.recipe=resize=-1'], 2, /resize/],
    [['--set', 'gossamer.labels=a\n\nb'], 2, /a class has no name.*line 2/],
    [['--labels', bad], 2, /UTF-8/],
    [['--labels', place('absent.txt')], 1, /absent/],
  ]);
  for (const [args, code, message] of cases) {
    const { status, stdout, stderr } = gossamer('edit', model, place('refused.onnx'), ...args);
    assert.equal(status, code, `${args}: ${stderr}`);
    assert.match(stderr, message);
    assert.equal(stdout, '');
  }
  assert.equal(gossamer('edit', bad, place('refused.onnx'), '--set', 'a=1').status, 1);
  assert.equal(gossamer('edit', model, place('no/such/folder.onnx'), '--set', 'a=1').status, 1);
  assert.equal(gossamer('edit', model).status, 2);
  assert.ok(!existsSync(place('refused.onnx')));
  assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith('.part')), []);
});

test("onnx's own checker accepts the result", (t) => {
  const file = place('checked.onnx');
  assert.equal(gossamer('edit', model, file, '--set', 'a=1', '--labels', place('names.txt')).status, 0);
  const script = 'import onnx, sys; m = onnx.load(sys.argv[1]); onnx.checker.check_model(m);'
    + 'print({p.key: p.value for p in m.metadata_props}["a"])';
  const { error, status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', script, file], { encoding: 'utf8' });
  // libonnx-testdata alone leaves an empty module of that name.
  if (error || /No module named|has no attribute 'load'/.test(stderr)) return t.skip('no python3-onnx here');
  assert.equal(status, 0, stderr);
  assert.equal(stdout.trim(), '1');
});
