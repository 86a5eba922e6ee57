// A network restated in TensorFlow.js operations, from its ONNX file, computes what native onnxruntime
// computes; one that cannot be restated says so.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { compareOutputs, referenceOutputs } from '../../bench/lib/agreement.mjs';
import { BrowserContender, openLab } from '../../bench/lib/browser.mjs';
import { inputsOf } from '../../bench/lib/models.mjs';
import { encodeModel } from '../support/onnx.mjs';
import { network } from './statedNetwork.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-tfjs-'));
/** @param {string} name @param {Buffer} bytes @returns {import('../../bench/lib/models.mjs').Model} */
function modelOf(name, bytes) {
  const file = path.join(folder, `${name}.onnx`);
  writeFileSync(file, bytes);
  return {
    name, file, bytes: bytes.length, input: { name: 'image', shape: [1, 3, 16, 12] }, classes: 5, recipe: { resize: 16 },
  };
}

const stated = modelOf('stated', network);
const unstated = modelOf('unstated', encodeModel({
  nodes: [{ op: 'Erf', name: 'curve', inputs: ['image'], outputs: ['logits'] }],
  inputs: [{ name: 'image', shape: [1, 3, 16, 12] }], outputs: [{ name: 'logits', shape: [1, 3, 16, 12] }],
}));

/** @type {import('../../bench/lib/browser.mjs').Lab} */
let lab;
/** @type {BrowserContender} */
let contender;
before(async () => {
  lab = await openLab({ models: [stated, unstated] });
  contender = new BrowserContender(lab, {
    api: 'tfjs', library: '/peers/@tensorflow/tfjs-core/dist/tf-core.min.js',
    wasmPaths: '/peers/@tensorflow/tfjs-backend-wasm/dist/', threads: 1,
  });
});
after(async () => {
  await lab?.close();
  rmSync(folder, { recursive: true });
});

test('a restated network agrees with onnxruntime', async () => {
  const figures = await contender.start(stated);
  assert.equal(figures.version, '4.22.0');
  const inputs = inputsOf(stated, 4);
  const expected = await referenceOutputs(stated, inputs.map(({ values }) => values));
  const verdict = compareOutputs(await contender.outputs(inputs.map(({ file }) => file)), expected);
  assert.ok(verdict.agrees && verdict.probability < 1e-5, verdict.reason || String(verdict.probability));
  const { heap } = await contender.memory();
  assert.ok(heap >= 2 ** 20 && heap < 2 ** 30, `${heap} bytes of memory that the module made itself`);
  const [pictures] = await contender.pictures({ width: 40, height: 30, runs: 1 });
  assert.ok(pictures.preprocess > 0 && pictures.postprocess > 0);
});

test('an operator that has no counterpart is named', async () => {
  await assert.rejects(contender.start(unstated), /cannot be stated in TensorFlow.js: Erf curve/);
});
