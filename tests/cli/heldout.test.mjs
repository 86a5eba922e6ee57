// The models that this repository trained, on the pictures that their trainings did not see, as files that
// anybody may have: models/NAME/heldout/LABEL/*.png through the command line.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const models = path.join(root, 'models');

/** The labels of the likeliest classes. @param {string} model @param {string[]} files @returns {string[]} */
function classify(model, files) {
  const program = path.join(root, 'build/native/gossamer');
  const { status, stdout, stderr } = spawnSync(program,
    ['classify', model, ...files, '--top', '1', '--json'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout).images.map((/** @type {any} */ { result }) => String(result.categories[0].label));
}

/** @param {string} name */
function heldOut(name) {
  const folder = path.join(models, name, 'heldout');
  return readdirSync(folder).flatMap((label) => readdirSync(path.join(folder, label)).sort()
    .map((file) => ({ label, kind: file.replace(/-?\d+\.png$/, ''), file: path.join(folder, label, file) })));
}

/** The share that must be right, and how many pictures and labels there are. */
const expected = {
  digits: { share: 0.99, pictures: 450, labels: 10 },
  garments: { share: 0.8, pictures: 90, labels: 10 },
};
for (const [name, { share, pictures, labels }] of Object.entries(expected)) {
  test(`${name} names at least ${100 * share} % of its held-out pictures`, () => {
    const all = heldOut(name);
    assert.equal(all.length, pictures);
    assert.equal(new Set(all.map(({ label }) => label)).size, labels);
    const answers = classify(path.join(models, name, `${name}.onnx`), all.map(({ file }) => file));
    const wrong = all.flatMap(({ label, file }, i) => (answers[i] === label ? [] : [`${file}: ${answers[i]}`]));
    assert.ok(wrong.length <= (1 - share) * all.length, wrong.join('\n'));
  });
}

test('garments of the test set are named, at the size that they have there', () => {
  const folder = path.join(models, 'garments');
  const files = readdirSync(folder).filter((name) => /^sample-.*\.png$/.test(name));
  assert.equal(files.length, 5);
  const answers = classify(path.join(folder, 'garments.onnx'), files.map((name) => path.join(folder, name)));
  assert.deepEqual(answers.map((label) => `sample-${label.toLowerCase().replace(' ', '-')}.png`), files);
});

test('the labels inside a model are those of the list beside it, and of the manifest', () => {
  const manifest = JSON.parse(readFileSync(path.join(models, 'manifest.json'), 'utf8'));
  for (const name of Object.keys(expected)) {
    const list = readFileSync(path.join(models, name, 'labels.txt'), 'utf8').trim().split('\n');
    const bytes = readFileSync(path.join(models, name, `${name}.onnx`));
    assert.ok(bytes.includes(list.join('\n')), name);
    assert.deepEqual(new Set(heldOut(name).map(({ label }) => label)), new Set(list));
    const entry = manifest.find((/** @type {{name: string}} */ one) => one.name === name);
    assert.equal(entry.classes, list.length);
    assert.ok(readFileSync(path.join(models, entry.card)).length > 1000);
    assert.ok(bytes.length <= 1e6, `${name} has ${bytes.length} bytes`);
  }
});
