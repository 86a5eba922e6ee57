// What studies and the roofline make of results, on made-up ones, and the command lines.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { leastBytes, readKernels } from '../../bench/lib/kernels.mjs';
import { summarise } from '../../bench/lib/statistics.mjs';
import { confusion, labelledPictures } from '../../bench/studies/accuracy.mjs';
import { perImage } from '../../bench/studies/latency.mjs';
import { studies } from '../../bench/studies/studies.mjs';
import { root } from '../../tools/lib/run.mjs';

/** @param {string} id @param {string} place @param {number[]} times @returns {import('../../bench/lib/measure.mjs').Entry} */
const entry = (id, place, times) => ({
  id, label: id, kind: 'gossamer', place, variant: '', threads: 1, version: '', status: 'measured', reason: '', probability: 0,
  phases: { load: [40, 60, 50], first: [9, 7, 8], nextFive: [4, 4, 4] },
  steady: { rounds: times, runs: times, summary: summarise(times), all: times, warm: true }, memory: {}, files: [], live: [],
});

/** @param {string} name @param {ReturnType<typeof entry>[]} contenders */
const model = (name, contenders) => ({ name, bytes: 2e6, shape: [1, 1, 28, 28], contenders, spins: [[5]], quiet: allRounds });

const allRounds = Array.from({ length: 30 }, (_, round) => round);
const ramp = Array.from({ length: 30 }, (_, round) => 10 + (round % 10) + Math.floor(round / 10));

test('latency: the mean over images of each image\'s median, and the ratio to native', () => {
  const ours = entry('gossamer-relaxed', 'browser', ramp);
  assert.deepEqual(perImage(ours, allRounds), [11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  // Only in the first ten rounds was the machine quiet; but for the last image, none of whose was.
  assert.deepEqual(perImage(ours, allRounds.slice(0, 9)), [10, 11, 12, 13, 14, 15, 16, 17, 18, 20]);
  const native = entry('ort-native', 'native', ramp.map((time) => time / 2));
  const { tables } = /** @type {any} */ (studies.latency).conclude([model('net', [ours, native])]);
  const deviation = Math.sqrt(82.5 / 9).toFixed(2);
  assert.deepEqual(tables[0].table.rows[0], ['net', 'gossamer-relaxed', '2.0', `15.5 ± ${deviation}`, '2.00', '20.0']);
  assert.equal(tables[0].table.rows[1][4], '1.00');
});

test('depth and width are read from the names, phases are medians', () => {
  const { tables } = /** @type {any} */ (studies['depth-width']).conclude([
    model('mnist_dense_4x128', [entry('gossamer-relaxed', 'browser', [2, 2, 2])]),
  ]);
  assert.deepEqual(tables[0].table.rows, [['gossamer-relaxed', '4', '128', '50.0', '8.00', '4.00', '2.00']]);
  assert.equal(studies['depth-width'].models.length, 12);
});

test('throughput: predictions a second and the share of native', () => {
  const { tables, plots } = /** @type {any} */ (studies.throughput).conclude([
    model('small', [entry('gossamer-relaxed', 'browser', [4, 4]), entry('ort-native', 'native', [1, 1])]),
  ]);
  assert.deepEqual(tables[0].table.rows, [
    ['small', 'gossamer-relaxed', 'browser', '250', '25 %'], ['small', 'ort-native', 'native', '1000', '100 %'],
  ]);
  assert.match(plots[0].svg, /ort-native: 1000 per second/);
});

test('accuracy: a confusion matrix counts truths by answers', () => {
  const confused = confusion(['a', 'b'], ['a', 'a', 'b', 'b'], ['a', 'b', 'b', 'b']);
  assert.deepEqual(confused, { matrix: [[1, 1], [0, 2]], right: 3, total: 4 });
});

test('a labelled folder: a subfolder for each class', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-labelled-'));
  try {
    assert.throws(() => labelledPictures(folder), /holds no pictures/);
    assert.throws(() => labelledPictures(path.join(folder, 'none')), /there is no/);
    for (const name of ['cat', 'dog']) {
      mkdirSync(path.join(folder, name));
      for (const file of ['2.png', '1.JPG', 'notes.txt']) writeFileSync(path.join(folder, name, file), '');
    }
    assert.deepEqual(labelledPictures(folder).map(({ file, truth }) => `${truth}:${file}`), [
      'cat:cat/1.JPG', 'cat:cat/2.png', 'dog:dog/1.JPG', 'dog:dog/2.png',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the roofline: speed and operations per byte of the kernels that plans take', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-kernels-'));
  try {
    const file = path.join(folder, 'kernels.json');
    const row = { count: 1, taken: true, microseconds: 1000, kernel: 'k' };
    writeFileSync(file, '\n> gossamer bench:kernels\n\n' + JSON.stringify({
      level: 'native', peak_gflops: 60, rows: [
        { ...row, layer: 'gemm 10x20x30', multiply_adds: 6000 },
        { ...row, layer: 'gemm 10x20x30', multiply_adds: 6000, taken: false },
        { ...row, layer: 'maxpool 8x8x4 > 4x4x4, 2x2', multiply_adds: 0 },
      ],
    }));
    const { roof, kernels } = readKernels([file], 25);
    assert.deepEqual(roof, { gflops: 60, gigabytes: 25 });
    assert.equal(kernels.length, 1);
    assert.ok(Math.abs(kernels[0].gflops - 0.012) < 1e-12);
    assert.equal(kernels[0].intensity, 12000 / (4 * (200 + 600 + 300)));
  } finally {
    rmSync(folder, { recursive: true });
  }
  const work = 28 * 28 * 128 * 64 * 9;
  assert.equal(leastBytes('conv 56x56x64 > 28x28x128, 3x3, stride 2', work), 4 * (56 * 56 * 64 + 28 * 28 * 128 + 128 * 64 * 9));
  assert.equal(leastBytes('matmul 3 of 2x4x5', 120), 4 * 3 * (8 + 20 + 10));
  assert.ok(Number.isNaN(leastBytes('something else', 1)));
});

/** @param {string} script @param {...string} args */
const call = (script, ...args) =>
  spawnSync(process.execPath, [path.join(root, 'bench', script), ...args], { encoding: 'utf8' });

test('both commands have help, and name what they do not know before they do anything', () => {
  for (const script of ['run.mjs', 'quick.mjs']) {
    const { status, stdout } = call(script, '--help');
    assert.equal(status, 0);
    assert.match(stdout, /^npm run bench/);
    assert.match(stdout, /--json FILE/);
  }
  const cases = /** @type {[string, string[], RegExp][]} */ ([
    ['run.mjs', ['--peers', 'ort-web,torch'], /no peer 'torch': ort-web, litert, tfjs, ort-native/],
    ['run.mjs', ['--study', 'speed'], /no study 'speed': latency, depth-width, throughput, accuracy/],
    ['run.mjs', ['--runs', '1'], /--runs must be a whole number, 2 or more, not '1'/],
    ['run.mjs', ['--threads', 'two'], /--threads must be a whole number/],
    ['quick.mjs', ['--levels', 'fast'], /'fast' is no level/],
    ['quick.mjs', ['--seconds', '0'], /--seconds must be above 0/],
    ['quick.mjs', ['--dir', 'nowhere', '--base-dir', 'nowhere'], /there is no .*nowhere.wasm.gossamer-relaxed.wasm/],
  ]);
  for (const [script, args, message] of cases) {
    const { status, stderr } = call(script, ...args);
    assert.equal(status, 1, stderr);
    assert.match(stderr, message);
  }
});
