// The plots say what their numbers say: lengths and places are in proportion, and texts are escaped.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flameBar, kindsOf } from '../../web/app/chart/flame.js';
import { linePlot } from '../../web/app/chart/lines.js';
import { reliabilityPlot } from '../../web/app/chart/reliability.js';

/** @param {string} svg @param {RegExp} pattern */
const all = (svg, pattern) => [...svg.matchAll(pattern)].map((match) => match.slice(1).map(Number));

test('a flame bar: widths are shares, side by side, and a click finds its step', () => {
  const segments = [
    { start: 0, share: 0.6, label: 'Conv', kind: 'Conv', about: 'Conv <first>' }, { start: 0.6, share: 0.0001, label: 'Relu', kind: 'Relu', about: 'b' },
    { start: 0.6001, share: 0.3999, label: 'Gemm', kind: 'Gemm', about: 'c' },
  ];
  const svg = flameBar('Time', segments, { chosen: 2 });
  const rects = all(svg, /<rect class="kind kind-(\d)" x="([\d.]+)" y="6" width="([\d.]+)"/g);
  assert.deepEqual(rects.map(([kind, x]) => [kind, x]), [[0, 0], [2, 432], [1, 432.07]]);
  assert.ok(Math.abs(rects[0][2] - 431.4) < 0.1 && rects[1][2] >= 0.4);
  assert.match(svg, /Conv &lt;first&gt;/);
  assert.match(svg, /data-step="2" class="segment chosen"/);
  assert.equal((svg.match(/segment-label/g) ?? []).length, 2, 'a text that does not fit is left out');
  assert.deepEqual(kindsOf(segments).map(({ kind }) => kind), ['Conv', 'Gemm', 'Relu']);
});

test('a line: zero is at the bottom, and one slow run does not flatten the others', () => {
  const values = [...new Array(40).fill(10), 500];
  const svg = linePlot('Runs', [{ id: 'a', label: 'A & B', values }], { x: 'run', y: 'ms', count: 41 });
  const points = all(svg.replace(/.*points="([^"]*)".*/, '$1'), /([\d.]+),([\d.]+)/g);
  assert.equal(points.length, 41);
  assert.equal(points[0][0], 44);
  assert.equal(points[40][0], 708);
  assert.equal(points[40][1], 10, 'at the edge');
  assert.ok(points[0][1] > 10 && points[0][1] < 100, `${points[0]}: 10 of 16`);
  assert.match(svg, /A &amp; B/);
  assert.equal(linePlot('Runs', [], { x: '', y: '', count: 5 }), '');
  assert.doesNotMatch(linePlot('Runs', [{ id: 'a', label: '', values: [0] }], { x: '', y: '', count: 1 }), /NaN|Infinity/);
});

test('a reliability diagram: a bar for each bin that has answers', () => {
  const bin = (/** @type {number} */ at, /** @type {number} */ count, /** @type {number} */ accuracy) =>
    ({ low: at / 10, high: (at + 1) / 10, count, confidence: (at + 0.5) / 10, accuracy });
  const svg = reliabilityPlot('Calibration', [bin(0, 0, 0), bin(4, 3, 1 / 3), bin(9, 20, 1)], { x: 'said', y: 'right' });
  const bars = all(svg, /<rect class="series"[^>]* height="([\d.]+)"/g);
  assert.deepEqual(bars.map(([height]) => Math.round(height)), [83, 250]);
  assert.match(svg, /40% to 50%: 3 pictures, 33% right, said 45%/);
});
