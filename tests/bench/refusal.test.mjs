// Compare, then time, in Chromium: a contender whose outputs are wrong is refused before it is timed,
// one that fails is reported, and neither stops the others.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { BrowserContender, openLab } from '../../bench/lib/browser.mjs';
import { faultsOf, measureModel, workOf } from '../../bench/lib/measure.mjs';
import { Progress } from '../../bench/lib/progress.mjs';
import { NativeOrt } from '../../bench/lib/native.mjs';
import { colourModel } from '../support/onnx.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-bench-'));
const ortFolder = '/peers/onnxruntime-web/dist/';

/** @type {import('../../bench/lib/models.mjs').Model} */
const model = {
  name: 'colour', file: path.join(folder, 'colour.onnx'), bytes: 0, classes: 3,
  input: { name: 'image', shape: [1, 3, 8, 8] }, recipe: { resize: 8, mean: [0.5], std: [0.5] },
};

/** A library like onnxruntime-web whose sessions change what `run` resolves to. @param {string} change */
const library = (change) => `
import * as ort from '${ortFolder}ort.wasm.min.mjs';
export const { env, Tensor } = ort;
export const InferenceSession = { async create(...args) {
  const session = await ort.InferenceSession.create(...args);
  const run = session.run.bind(session);
  session.run = async (feeds) => {
    const results = await run(feeds);
    const { data } = results[session.outputNames[0]];
    ${change}
    return results;
  };
  return session;
} };`;

/** @type {import('../../bench/lib/browser.mjs').Lab} */
let lab;
/** @type {import('../../bench/lib/measure.mjs').ModelResult} */
let result;

/** @param {string} id @param {string} script @returns {import('../../bench/lib/contenders.mjs').Contender} */
function contender(id, script) {
  /** @type {import('../../bench/lib/browser.mjs').Setup} */
  const setup = { api: 'ort', library: script, wasmPaths: ortFolder, threads: 1 };
  const runner = new BrowserContender(lab, setup);
  return {
    id, label: id, kind: 'ort-web', place: 'browser', variant: 'wasm', threads: 1, runner, setup,
    live: id === 'right' ? [{ mode: 'main', setup }] : [],
  };
}

before(async () => {
  writeFileSync(model.file, colourModel());
  writeFileSync(path.join(folder, 'wrong.js'), library('[data[0], data[2]] = [data[2], data[0]];'));
  writeFileSync(path.join(folder, 'slightly.js'), library('data[0] += 0.02;'));
  writeFileSync(path.join(folder, 'failing.js'), library('throw new Error("no such kernel");'));
  // The comparison takes three runs of a fresh page, a start six.
  writeFileSync(path.join(folder, 'late.js'), library('if ((globalThis.runs = (globalThis.runs ?? 0) + 1) > 4) throw new Error("out of memory");'));
  lab = await openLab({ models: [model], mounts: { '/libraries/': folder } });
  const contenders = [
    contender('wrong', '/libraries/wrong.js'), contender('slightly', '/libraries/slightly.js'),
    contender('failing', '/libraries/failing.js'), contender('late', '/libraries/late.js'), contender('right', `${ortFolder}ort.wasm.min.mjs`),
    /** @type {import('../../bench/lib/contenders.mjs').Contender} */ ({
      id: 'native', label: 'native', kind: 'ort-native', place: 'native', variant: 'native', threads: 1,
      runner: new NativeOrt(1), live: [],
    }),
  ];
  const settings = { starts: 2, live: 0.5 };
  const progress = new Progress(workOf(contenders, settings), { write: () => {} });
  result = await measureModel(model, contenders, {
    lab, ...settings, effort: { rounds: 4 }, progress,
  });
});

after(async () => {
  await lab?.close();
  rmSync(folder, { recursive: true });
});

const entry = (/** @type {string} */ id) => {
  const found = result.contenders.find((one) => one.id === id);
  assert.ok(found);
  return found;
};

test('a contender that names another class is refused and never timed', () => {
  const { status, reason, steady, phases } = entry('wrong');
  assert.equal(status, 'refused');
  assert.match(reason, /another class than onnxruntime names|probabilities differ/);
  assert.equal(steady, undefined);
  assert.deepEqual(phases, {});
});

test('so is one whose probabilities are off by a little', () => {
  assert.equal(entry('slightly').status, 'refused');
  assert.match(entry('slightly').reason, /probabilities differ by .*, over 0.001/);
});

test('one that fails is reported with its own words', () => {
  assert.equal(entry('failing').status, 'failed');
  assert.match(entry('failing').reason, /no such kernel/);
  assert.deepEqual([entry('late').status, entry('late').reason, entry('late').steady], ['failed', 'out of memory', undefined]);
});

test('faults name model, contender and reason', () => {
  assert.deepEqual(faultsOf([result]).map((line) => line.split(': ').slice(0, 3).join(': ')), [
    'colour: wrong: refused', 'colour: slightly: refused', 'colour: failing: failed', 'colour: late: failed',
  ]);
});

test('the sound ones are measured in every phase', () => {
  const { status, steady, phases, memory, files, pictures, live, version, probability } = entry('right');
  assert.equal(status, 'measured');
  assert.ok(probability < 1e-5);
  assert.equal(steady?.rounds.length, 4);
  for (const phase of /** @type {const} */ (['download', 'compile', 'load', 'first', 'nextFive', 'ready'])) {
    assert.equal(phases[phase]?.length, 2, phase);
    assert.ok(phases[phase]?.every((time) => time > 0), phase);
  }
  assert.ok(phases.ready?.[0] && phases.load?.[0] && phases.load[0] < phases.ready[0]);
  assert.ok(memory.heap && memory.heap >= 1 << 20);
  assert.deepEqual(files.map((file) => path.extname(file)).sort(), ['.mjs', '.mjs', '.wasm']);
  assert.ok(pictures && pictures.preprocess.median > 0 && pictures.postprocess.median >= 0);
  assert.equal(live[0].mode, 'main');
  assert.ok(live[0].inferences > 1 && live[0].rate > 1 && live[0].idleRate > 1);
  assert.equal(version, '1.30.0');
  assert.equal(entry('native').steady?.rounds.length, 4);
});
