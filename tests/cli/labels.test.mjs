// Tensors of strings and outputs that are maps, as the command line writes, compares and describes
// them: on a scikit-learn classifier whose classes have names.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cases = path.join(root, 'tests/cases/sklearn_mlp');
const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-labels-'));
after(() => rmSync(folder, { recursive: true }));

/** @param {string[]} args */
function gossamer(...args) {
  return spawnSync(path.join(root, 'build/native/gossamer'), args, { encoding: 'utf8' });
}

test('run writes strings as texts', () => {
  const input = path.join(cases, 'skl_mlp_str/test_data_set_0/input_0.pb');
  const { status, stdout, stderr } = gossamer('run', path.join(cases, 'skl_mlp_str/model.onnx'),
    '--input', `X=${input}`, '--output-dir', folder);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /output_label\.pb {2}string \[1\]/);
  assert.match(readFileSync(path.join(folder, 'output_label.pb'), 'latin1'), /digit7/);
});

test('test compares strings', () => {
  const copy = path.join(folder, 'skl_mlp_str');
  cpSync(path.join(cases, 'skl_mlp_str'), copy, { recursive: true });
  assert.equal(gossamer('test', copy).status, 0);
  const expected = path.join(copy, 'test_data_set_0/output_0.pb');
  const bytes = readFileSync(expected);
  bytes[bytes.indexOf('digit7') + 5] = '8'.charCodeAt(0);
  writeFileSync(expected, bytes);
  const { status, stdout } = gossamer('test', copy);
  assert.equal(status, 1);
  assert.match(stdout, /element 0 is 'digit7', expected 'digit8'/);
});

test('info shows the classes that the graph names, and which output was a map', () => {
  const { stdout } = gossamer('info', path.join(cases, 'skl_mlp_zipmap/model.onnx'));
  assert.match(stdout, /output_probability {2}float32 \[1, 10\] {2}\(scores of a map/);
  assert.match(stdout, /labels +10, by (ZipMap|ArrayFeatureExtractor) '[^']*': 0, 1, 2, 3, 4, \.\.\./);
});

test('a missing output file is an error, unless the output is a map', () => {
  const copy = path.join(folder, 'skl_mlp_zipmap');
  cpSync(path.join(cases, 'skl_mlp_zipmap'), copy, { recursive: true });
  assert.equal(gossamer('test', copy).status, 0);
  rmSync(path.join(copy, 'test_data_set_0/output_0.pb'));
  assert.equal(gossamer('test', copy).status, 1);
});

test('labels that are not as many as the classes are refused', () => {
  const digits = path.join(root, 'models/digits/digits.onnx');
  const picture = path.join(root, 'tests/cases/softmax_not_last/g100.png');
  const names = path.join(folder, 'names.txt');
  for (const count of [9, 11]) {
    writeFileSync(names, Array.from({ length: count }, (_, i) => `class ${i}`).join('\n'));
    const { status, stderr } = gossamer('classify', digits, picture, '--labels', names);
    assert.equal(status, 2, stderr);
    assert.match(stderr, new RegExp(`${count} labels[\\s\\S]*10 classes`));
  }
  writeFileSync(names, Array.from({ length: 10 }, (_, i) => `class ${i}`).join('\n'));
  assert.match(gossamer('classify', digits, picture, '--labels', names).stdout, /% +class \d/);
});
