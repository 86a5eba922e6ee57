// What the start study says of its aims: met or not, by the medians of one run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, verdictLines } from '../../bench/lib/startTargets.mjs';

/** A visit of which only these are looked at. @param {number} answer @param {number} load @param {number} second */
const visit = (answer, load, second) => /** @type {import('../../bench/browser/start.js').Visit} */ (
  /** @type {unknown} */ ({ answer, one: { load }, two: { load: second } }));

const ours = [visit(210, 120, 50), visit(200, 100, 58), visit(190, 90, 70)];
const theirs = [visit(900, 500, 60), visit(1000, 400, 59), visit(700, 600, 40)];

test('each aim is judged by medians', () => {
  const verdicts = judge({ model: 'mobilenet_v3_small', threads: 1, ours, theirs, native: [9, 4, 30] });
  assert.deepEqual(verdicts.map(({ what, met }) => [what, met]), [
    ['first answer', true],  // 200 of 900
    ['load', true],  // 100 of 500
    ['load, the runtime being there', true],  // 58 of 59
    ['second session', true],  // 58 of 40 + 2 x 9
  ]);
  const slower = judge({ model: 'mobilenet_v3_small', threads: 1, ours: theirs, theirs: ours, native: [9.5] });
  assert.deepEqual(slower.map(({ met }) => met), [false, false, false, true]);
  const [, , , second] = judge({ model: 'mobilenet_v3_small', threads: 1, ours, theirs, native: [8.9] });
  assert.equal(second.met, false);
});

test('the first answer has an aim for the smallest model alone, and no peer means no comparison', () => {
  const what = (/** @type {import('../../bench/lib/startTargets.mjs').Verdict[]} */ verdicts) => verdicts.map((each) => each.what);
  assert.deepEqual(what(judge({ model: 'resnet18', threads: 2, ours, theirs, native: [100] })),
    ['load', 'load, the runtime being there', 'second session']);
  assert.deepEqual(what(judge({ model: 'mobilenet_v3_small', threads: 2, ours, native: [100] })), ['second session']);
});

test('the report says pass or fail, and how many', () => {
  const verdicts = judge({ model: 'mobilenet_v3_small', threads: 1, ours, theirs, native: [1] });
  const [title, first, , , last] = verdictLines(verdicts);
  assert.match(title, /3 of 4 met/);
  assert.match(first, /^ {2}pass {2}mobilenet_v3_small, 1 thread .*first answer .*0\.22 \[.*\] of onnxruntime-web's; at most 0\.25$/);
  assert.match(last, /^ {2}FAIL .*second session .*58\.0 ms; at most 42\.0 ms \(natively 1\.0\)$/);
});
