// Models whose weights lie in files beside them, on the command line: what is read, what is refused. And
// models that are all structure: refused before they take much memory.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = path.join(root, 'tests/cases/external_data');
const native = path.join(root, 'build/native/gossamer');
/** @type {Record<string, string[]>} */
const programs = {
  native: [native],
  wasm: [process.execPath, path.join(root, 'build/wasm/gossamer-cli.mjs')],
};
const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-weights-'));
after(() => rmSync(folder, { recursive: true }));

/** A copy of the example with its model and its weights changed. @param {string} name
 *  @param {(model: Buffer) => Buffer} change @param {Buffer} [weights] */
function copy(name, change, weights) {
  const to = path.join(folder, name);
  cpSync(example, to, { recursive: true });
  const model = path.join(to, 'model.onnx');
  writeFileSync(model, change(readFileSync(model)));
  const data = path.join(to, 'model.onnx.data');
  if (weights) writeFileSync(data, weights);
  else rmSync(data);
  return model;
}

const same = (/** @type {Buffer} */ model) => model;
const weights = readFileSync(path.join(example, 'model.onnx.data'));

/** Every mention of the file gets another name of the same length. @param {string} name */
function renamed(name) {
  return (/** @type {Buffer} */ model) =>
    Buffer.from(model.toString('latin1').replaceAll('model.onnx.data', name), 'latin1');
}

for (const [program, [command, ...first]] of Object.entries(programs)) {
  const run = (/** @type {string[]} */ ...args) => spawnSync(command, [...first, ...args], { encoding: 'utf8' });

  test(`${program}: weights beside the model are read`, () => {
    const { status, stdout, stderr } = run('test', example);
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /1 passed, 0 failed, 0 skipped/);
    assert.equal(run('info', path.join(example, 'model.onnx')).status, 0);
  });

  for (const [name, model, expect] of /** @type {[string, string, RegExp][]} */ ([
    ['missing', copy(`${program}-missing`, same), /IO \(decode\).*tensor '\w.*no 'model.onnx.data'/],
    ['short', copy(`${program}-short`, same, weights.subarray(0, 100)), /INITIALIZER \(decode\).*beyond the end/],
    ['above', copy(`${program}-above`, renamed('../el.onnx.data'), weights), /INITIALIZER.*'?\.\.\/el\.onnx\.data/],
    ['absolute', copy(`${program}-absolute`, renamed('/odel.onnx.data'), weights), /INITIALIZER.*\/odel\.onnx\.data/],
  ])) {
    test(`${program}: a file that is ${name} is one clear error`, () => {
      const { status, stdout, stderr } = run('info', model);
      assert.equal(status, 1);
      assert.equal(stdout, '');
      assert.match(stderr, expect);
    });
  }
}
