// Classes of small models of real users (tests/cases), whose right values lie beside them, as the
// command line gives them for a gray picture; which output and input are taken, and what it says
// where that is not clear. The picture is 100/255 gray; the values are those of the stored outputs
// where the stored input is that picture, and onnxruntime's otherwise.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeTensor } from '../support/tensors.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cases = path.join(root, 'tests/cases');
/** @type {Record<string, string[]>} */
const programs = {
  native: [path.join(root, 'build/native/gossamer')],
  wasm: [process.execPath, path.join(root, 'build/wasm/gossamer-cli.mjs')],
};

/** @param {string} program @param {string} command @param {string} name @param {string[]} options */
function gossamer(program, command, name, ...options) {
  const [executable, ...first] = programs[program];
  const picture = path.join(cases, name.split('/')[0], 'g100.png');
  const files = [path.join(cases, name, 'model.onnx'), ...(command === 'classify' ? [picture] : [])];
  return spawnSync(executable, [...first, command, ...files, '--json', ...options], { encoding: 'utf8' });
}

/** @param {string} program @param {string} name @param {string[]} options  @returns {number[]} by class */
function classify(program, name, ...options) {
  const { status, stdout, stderr } = gossamer(program, 'classify', name, '--top', '100', ...options);
  assert.equal(status, 0, stderr);
  /** @type {{index: number, probability: number}[]} */
  const categories = JSON.parse(stdout).images[0].result.categories;
  return categories.sort((a, b) => a.index - b.index).map(({ probability }) => probability);
}

/** @param {string} name @param {number} output @returns {number[]} */
const stored = (name, output = 0) => Array.from(
  decodeTensor(readFileSync(path.join(cases, name, `test_data_set_0/output_${output}.pb`))).values, Number);

/** @param {number[]} got @param {number[]} expected @param {string} name */
function assertClose(got, expected, name, tolerance = 2e-3) {
  assert.equal(got.length, expected.length, name);
  got.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) <= tolerance, `${name}: ${got}, not ${expected}`));
}

const softmax = (/** @type {number[]} */ logits) => {
  const powers = logits.map((logit) => Math.exp(logit));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};

for (const program of Object.keys(programs)) {
  test(`${program}: probabilities are shown as the model gives them`, () => {
    for (const kind of ['softmax_cast16', 'softmax_clip', 'softmax_decomposed', 'softmax_ensemble', 'softmax_qdq',
      'softmax_slice_bg', 'softmax_transpose', 'sigmoid_cast16', 'sigmoid_concat']) {
      const name = `softmax_not_last/out_${kind}`;
      assertClose(classify(program, name), stored(name), name);
    }
  });

  test(`${program}: one logit is a sigmoid’s`, () => {
    const name = 'one_logit/out_logit_one';
    const [logit] = stored(name);
    assertClose(classify(program, name), [1 / (1 + Math.exp(-logit))], name);
  });

  test(`${program}: outputs of any type are classes`, () => {
    for (const kind of ['double_out', 'softmax_uint8out']) {
      const name = `fp16_output/out_${kind}`;
      const scale = kind === 'softmax_uint8out' ? 1 / 256 : 1;
      assertClose(classify(program, name), stored(name).map((value) => value * scale), name);
    }
    assertClose(classify(program, 'fp16_output/out_fp16_out'), [0.3271, 0.2837, 0.2639, 0.1252], 'float16');
  });

  test(`${program}: the output with class scores is taken, or the one that is named`, () => {
    const logits = 'multi_output/out_features_then_logits';
    assertClose(classify(program, logits), softmax(stored(logits, 1)), logits);
    assertClose(classify(program, logits, '--scores', 'none'), stored(logits, 1), logits, 1e-5);
    const labelled = 'multi_output/out_label_then_probs';
    assertClose(classify(program, labelled), stored(labelled, 1), labelled);
    const heads = 'multi_output/multi_output';
    assert.equal(classify(program, heads).length, 2);
    assert.equal(classify(program, heads, '--output', 'age').length, 1);
    const { status, stderr } = gossamer(program, 'classify', heads, '--output', 'name');
    assert.equal(status, 2);
    assert.match(stderr, /ARGUMENT.*got name, expected age float32 \[1, 1\], gender float32 \[1, 2\]/);
    const { scores } = JSON.parse(gossamer(program, 'info', heads).stdout);
    assert.deepEqual([scores.output, scores.kind], ['gender', 'none']);
    assert.match(scores.reason, /Softmax/);
  });

  test(`${program}: a second input is asked for, and fed`, () => {
    const name = 'second_input/in_with_second_input';
    const { status, stderr } = gossamer(program, 'classify', name);
    assert.equal(status, 2);
    assert.match(stderr, /ARGUMENT.*tensor 'temp', expected float32 \[1\].*--input/);
    const tensor = path.join(cases, name, 'test_data_set_0/input_1.pb');
    assertClose(classify(program, name, '--input', `temp=${tensor}`), stored(name), name);
  });

  test(`${program}: gray pictures need no channel`, () => {
    for (const kind of ['in_flat784', 'in_rank3_28', 'in_rank3_chw']) {
      const name = `gray_without_channel/${kind}`;
      assertClose(classify(program, name), stored(name), name);
    }
    const { picture } = JSON.parse(gossamer(program, 'info', 'gray_without_channel/in_flat784').stdout);
    assert.deepEqual(picture, { input: 'image', form: '28 x 28, gray' });
  });
}
