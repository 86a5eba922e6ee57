// The kernel benchmark: the layers it measures, and the program on small ones, natively.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';

const shapes = path.join(root, 'bench/shapes');
const program = path.join(root, 'build/native/bench/kernels/gossamer_kernel_bench');
const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-shapes-'));
after(() => rmSync(folder, { recursive: true }));

/**
 * The layers of a file: each the extents by name, its family and its count.
 * @param {string} file
 * @returns {(Record<string, number> & {family: string})[]}
 */
function readShapes(file) {
  const lines = readFileSync(path.join(shapes, file), 'utf8').trimEnd().split('\n');
  const heads = new Map(lines.filter((line) => line.startsWith('# count')).map((line) => {
    const [family, ...columns] = line.split(' ').slice(2);
    return [family, columns];
  }));
  return lines.filter((line) => !line.startsWith('#')).map((line) => {
    const [count, family, ...numbers] = line.split(' ');
    const columns = heads.get(family);
    assert.equal(numbers.length, columns?.length, `${file}: ${line}`);
    const entries = numbers.map((number, i) => [columns?.[i], Number(number)]);
    return /** @type {any} */ ({ ...Object.fromEntries(entries), count: Number(count), family });
  });
}

test('every line of bench/shapes has the columns of its family, and windows that fit', () => {
  const files = readdirSync(shapes).filter((file) => file.endsWith('.txt'));
  assert.ok(files.length >= 36, `${files.length} models`);
  for (const file of files) {
    for (const layer of readShapes(file)) {
      assert.ok(layer.count >= 1);
      if (!('kernel_h' in layer)) continue;
      for (const [axis, pad] of /** @type {const} */ ([['h', 'pad_top'], ['w', 'pad_left']])) {
        // The last window begins in the picture, or in the pads before it.
        const last = (layer[`out_${axis}`] - 1) * layer[`stride_${axis}`] - layer[pad];
        assert.ok(last < layer[`in_${axis}`], `${file}: ${JSON.stringify(layer)}`);
      }
    }
  }
});

// 1.814 thousand million for 224 x 224 pixels, as its authors' tables have it, but for two classes.
test('the layers of ResNet-18 do its work', () => {
  const work = readShapes('resnet18.txt').filter(({ family }) => family === 'conv' || family === 'gemm')
    .map((l) => l.count * (l.family === 'gemm' ? l.m * l.k * l.n
      : l.out_h * l.out_w * l.out_channels * l.kernel_h * l.kernel_w * l.in_channels / l.groups));
  assert.equal(work.reduce((sum, one) => sum + one), 1_814_073_344 - 512 * 998);
});

/** @param {string} text @param {...string} args */
function bench(text, ...args) {
  const file = path.join(folder, 'layers.txt');
  writeFileSync(file, text);
  return spawnSync(program, ['--seconds', '0.002', ...args, file], { encoding: 'utf8' });
}

const layers = `# a comment
2 conv 1 9 8 16 9 8 24 3 3 1 1 1 1 1 1 1
1 depthwise 1 9 9 6 5 5 6 3 3 2 2 1 1 1 1 6
1 conv 1 9 9 6 4 4 9 3 3 2 2 1 1 0 0 3
1 gemm 1 30 20
3 matmul 2 5 7 9
1 maxpool 1 9 9 5 5 5 3 3 2 2 1 1 1 1 1 1
1 avgpool 1 7 7 5 1 1 7 7 1 1 1 1 0 0 0 0
1 avgpool_with_pads 1 9 9 5 5 5 3 3 2 2 1 1 1 1 1 1
1 conv 1 9 8 16 9 8 24 3 3 1 1 1 1 1 1 1
1 conv 1 17 17 64 17 17 64 1 7 1 1 1 1 0 3 1
`;

test('it compares and times every kernel that there is for a layer', () => {
  const { status, stdout, stderr } = bench(layers, '--json');
  assert.equal(status, 0, stderr);
  /** @type {{peak_gflops: number, rows: {layer: string, kernel: string, taken: boolean, count: number, microseconds: number}[]}} */
  const { rows, peak_gflops: peak } = JSON.parse(stdout);
  assert.ok(peak > 1 && peak < 1000, `${peak}`);
  assert.ok(rows.every(({ microseconds }) => microseconds > 0 && microseconds < 1e5));
  const labels = new Set(rows.map(({ layer }) => layer));
  assert.equal(labels.size, 9);
  for (const label of labels) {
    const own = rows.filter(({ layer }) => layer === label);
    assert.deepEqual(own.map(({ taken }) => taken), own.map((_, i) => i === 0), 'plans take the first');
  }
  // Tiles differ between machines.
  const kernelsOf = (/** @type {string} */ label) => rows.filter(({ layer }) => layer === label)
    .map(({ kernel }) => kernel.replace(/(?<=gemm|conv|gemv)_\dx\d|__native$/g, '')).sort();
  assert.deepEqual(kernelsOf('conv 9x8x16 > 9x8x24, 3x3'),
    ['f32_conv', 'f32_winograd_2x2_3x3', 'f32_winograd_4x4_3x3']);
  assert.deepEqual(kernelsOf('conv 17x17x64 > 17x17x64, 1x7'), ['f32_conv', 'f32_winograd_line_4x4']);
  assert.deepEqual(kernelsOf('gemm 1x30x20'), ['f32_gemm', 'f32_gemv']);
  assert.deepEqual(kernelsOf('avgpool 7x7x5 > 1x1x5, 7x7'), ['f32_avgpool_global', 'f32_avgpool_window']);
  assert.equal(rows[0].count, 3, 'lines for one layer are added up');
});

test('a filter leaves out layers and kernels', () => {
  const { stdout } = bench(layers, '--filter', 'winograd_4x4');
  assert.equal(stdout.match(/f32_\w+/g)?.length, 1, stdout);
  const nothing = bench(layers, '--filter', 'no such kernel');
  assert.equal(nothing.status, 1);
  assert.match(nothing.stderr, /no layer and kernel has this in its line; got no such kernel/);
});

test('lines that describe no layer are refused', () => {
  for (const line of ['1 conv 1 2 3', '1 gemm 1 -2 3', '1 gemm 1 2 x', '1 pool 1 2 3', 'gemm']) {
    const { status, stderr } = bench(`${line}\n`);
    assert.equal(status, 1, line);
    assert.match(stderr, /PARSE.*describes no layer/);
  }
});
