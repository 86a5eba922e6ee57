// The figures of an evaluation against values worked out by hand, and against those that scikit-learn's
// documentation prints for the same labels.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibrate } from '../../web/app/evaluate/calibration.js';
import { matrixTable } from '../../web/app/evaluate/matrixTable.js';
import { computeMetrics, confusions, wilson, worstMistakes } from '../../web/app/evaluate/metrics.js';
import { makeReport, pictureRows, reportJson } from '../../web/app/evaluate/report.js';
import { answersOf, runEvaluation } from '../../web/app/evaluate/run.js';

/** @typedef {import('../../web/app/evaluate/metrics.js').Outcome} Outcome */

/** @param {number[]} truths @param {number[]} answers @param {number[]} [scores] @returns {Outcome[]} */
const outcomes = (truths, answers, scores = []) => truths.map((truth, at) => ({
  path: `${at}.png`, truth, top: [{ index: answers[at], score: scores[at] ?? 0.9 }],
}));

/** @param {number | undefined} value @param {number} expected */
const near = (value, expected) => assert.ok(Math.abs(Number(value) - expected) < 1e-12, `${value}, not ${expected}`);

test("scikit-learn's example of a classification report", () => {
  // classification_report([0, 1, 2, 2, 2], [0, 0, 2, 2, 1]) prints these, to two digits.
  const { accuracy, classes, macro, weighted, matrix } = computeMetrics(outcomes([0, 1, 2, 2, 2], [0, 0, 2, 2, 1]));
  near(accuracy, 0.6);
  const rounded = (/** @type {number | undefined} */ value) => Number((value ?? NaN).toFixed(2));
  assert.deepEqual(classes.map(({ precision, recall, f1, support }) => [precision, recall, f1].map(rounded).concat(support)),
    [[0.5, 1, 0.67, 1], [0, 0, 0, 1], [1, 0.67, 0.8, 3]]);
  assert.deepEqual([macro.precision, macro.recall, macro.f1].map(rounded), [0.5, 0.56, 0.49]);
  assert.deepEqual([weighted.precision, weighted.recall, weighted.f1].map(rounded), [0.7, 0.6, 0.61]);
  assert.deepEqual(matrix, [[1, 0, 0], [1, 0, 0], [0, 1, 2]]);
});

test('classes that are never answered, or never asked for, count as 0 in means and show nothing', () => {
  // Classes 3 (asked twice, never answered), 5 (answered once, never asked), 7 (right twice, wrongly given once).
  const { classes, macro, weighted, accuracy } = computeMetrics(outcomes([3, 3, 7, 7], [7, 5, 7, 7]));
  assert.deepEqual(classes.map(({ index, precision, recall }) => [index, precision, recall]),
    [[3, undefined, 0], [5, 0, undefined], [7, 2 / 3, 1]]);
  near(accuracy, 0.5);
  near(macro.precision, 2 / 9);
  near(macro.f1, 0.8 / 3);
  near(weighted.recall, 0.5);
  near(weighted.precision, 1 / 3);
});

test('the five likeliest, the surest mistakes, and which class is taken for which', () => {
  const top = (/** @type {number[]} */ ...indices) => indices.map((index, at) => ({ index, score: 0.5 / (at + 1) }));
  const { topFive, accuracy } = computeMetrics([
    { path: 'a', truth: 4, top: top(0, 1, 2, 3, 4) }, { path: 'b', truth: 5, top: top(0, 1, 2, 3, 4, 5) },
    { path: 'c', truth: 0, top: top(0, 1) }, { path: 'd', truth: 9, top: top(1) },
  ]);
  near(topFive, 0.5);
  near(accuracy, 0.25);
  const all = outcomes([1, 1, 2, 2, 1], [2, 2, 1, 2, 1], [0.6, 0.9, 0.7, 1, 1]);
  assert.deepEqual(worstMistakes(all).map(({ path }) => path), ['1.png', '2.png', '0.png']);
  assert.equal(worstMistakes(all, 1).length, 1);
  assert.deepEqual(confusions(computeMetrics(all)), [{ truth: 1, answer: 2, count: 2 }, { truth: 2, answer: 1, count: 1 }]);
});

test("Wilson's interval, as his formula gives it by hand", () => {
  const { low, high } = wilson(8, 10);
  assert.ok(Math.abs(low - 0.49016) < 1e-4 && Math.abs(high - 0.94332) < 1e-4, `${low} ${high}`);
  near(wilson(10, 10).high, 1);
  near(wilson(0, 10).low, 0);
  assert.deepEqual(wilson(0, 0), { low: 0, high: 1 });
});

test('calibration: bins, and the expected error by hand', () => {
  // (0.9, 1]: 0.95 and 1, one right: |0.5 - 0.975| of 2; (0.5, 0.6]: 0.6 twice, both right: 0.4 of 2; (0, 0.1]: 0.1 wrong.
  const { bins, error, confidence } = calibrate(outcomes([0, 0, 0, 0, 0], [0, 1, 0, 0, 1], [0.95, 1, 0.6, 0.6, 0.1]));
  assert.deepEqual(bins.map(({ count }) => count), [1, 0, 0, 0, 0, 2, 0, 0, 0, 2]);
  near(error, (2 * 0.475 + 2 * 0.4 + 0.1) / 5);
  near(confidence, 3.25 / 5);
  near(bins[9].accuracy, 0.5);
  near(calibrate(outcomes([0, 0], [0, 0], [1, 1])).error, 0);
  near(calibrate([]).error, 0);
});

test('a matrix of many classes shows those with most mistakes, and nothing gets lost', () => {
  const truths = Array.from({ length: 60 }, (_, at) => at % 30);
  const answers = truths.map((truth, at) => (truth === 11 ? 12 : truth === 4 && at < 30 ? 5 : truth));
  const metrics = computeMetrics(outcomes(truths, answers));
  const names = Array.from({ length: 30 }, (_, at) => `class ${at}`);
  const table = matrixTable(metrics, names, 4);
  assert.deepEqual(table.names, ['class 4', 'class 5', 'class 11', 'class 12', '26 others']);
  assert.deepEqual(table.counts[2], [0, 0, 0, 2, 0]);
  assert.deepEqual(table.counts[4], [0, 0, 0, 0, 52]);
  assert.equal(table.counts.flat().reduce((sum, value) => sum + value, 0), 60);
  assert.deepEqual(table.shares[0], [0.5, 0.5, 0, 0, 0]);
  assert.equal(matrixTable(metrics, names, 30).left, 0);
});

/** @param {number} count */
const examples = (count) => Array.from({ length: count }, (_, at) => ({
  path: `a/${at}.png`, label: 'a', truth: 0, file: new Blob([String(at)]),
}));

test('an evaluation keeps the order, and a picture that cannot be read costs itself alone', async () => {
  /** @type {number[]} */
  const progress = [];
  const run = await runEvaluation(examples(7), {
    classify: async (file) => {
      const at = Number(await file.text());
      await new Promise((resolve) => setTimeout(resolve, (7 - at) * 2));
      if (at === 3) throw Object.assign(new Error('no picture'), { code: 'IMAGE' });
      return [{ index: at % 2, score: 0.8 }];
    },
    onProgress: (done) => progress.push(done),
  });
  assert.deepEqual(run.records.map(({ path }) => path), [0, 1, 2, 4, 5, 6].map((at) => `a/${at}.png`));
  assert.deepEqual(run.failures, [{ path: 'a/3.png', reason: 'no picture' }]);
  assert.deepEqual(progress, [1, 2, 3, 4, 5, 6, 7]);
  assert.equal(run.cancelled, false);
});

test('cancelling keeps what was computed', async () => {
  const stop = new AbortController();
  let calls = 0;
  const run = await runEvaluation(examples(50), {
    signal: stop.signal, ahead: 1,
    classify: async () => {
      calls += 1;
      if (calls === 6) stop.abort();
      return [{ index: 0, score: 1 }];
    },
  });
  assert.equal(run.records.length, 5);
  assert.equal(calls, 6);
  assert.equal(run.cancelled, true);
});

test('a picture whose scores are no numbers is a failure, and the others count', async () => {
  const run = await runEvaluation(examples(3), {
    // The library gives the score of not a number as 0, or as 1 beside it, and says so in `finite`.
    classify: async (file) => answersOf({
      finite: await file.text() !== '1', classifications: [{ categories: [{ index: 0, score: 0.9, categoryName: 'a', displayName: 'a' }], headIndex: 0 }],
    }),
  });
  assert.deepEqual(run.records.map(({ path }) => path), ['a/0.png', 'a/2.png']);
  assert.deepEqual(run.failures, [{ path: 'a/1.png', reason: 'no finite scores' }]);
  near(calibrate(run.records).confidence, 0.9);
});

test('an error of the model ends the evaluation', async () => {
  const classify = async () => {
    throw Object.assign(new Error('closed'), { code: 'HANDLE' });
  };
  await assert.rejects(runEvaluation(examples(5), { classify }), /closed/);
});

test('what is saved: a row for each picture, and JSON with the figures', async () => {
  const dataset = {
    name: 'pictures', missing: ['gone.png'], unlabelled: ['x.png'], conflicting: [],
    examples: [...examples(2), ...['z', '__proto__', 'constructor'].map((label) => ({ path: `${label}/1.png`, label, file: new Blob() }))],
  };
  const run = await runEvaluation(examples(2), {
    classify: async (file) => [{ index: Number(await file.text()), score: 0.75 }, { index: 0, score: 0.25 }],
  });
  const report = makeReport({
    model: { name: 'm', title: 'M', classes: ['cat', 'dog'] }, dataset, run,
    matching: { classes: new Map([['a', 0]]), by: 'name', unmatched: ['z', '__proto__'], ambiguous: ['constructor'] },
  });
  assert.deepEqual(Object.entries(report.data.unmatched), [['z', 1], ['__proto__', 1], ['constructor', 1]]);
  assert.equal(report.data.labels, 4);
  assert.deepEqual([report.data.pictures, report.data.labelled], [5, 2], 'what a run goes through, and what it leaves out');
  assert.deepEqual(pictureRows(report, run.records).slice(1), [
    ['a/0.png', 'a', 'cat', 'cat', '0.750000', '1', '1', ''],
    ['a/1.png', 'a', 'cat', 'dog', '0.750000', '0', '2', ''],
  ]);
  const saved = JSON.parse(reportJson(report, run.records));
  assert.equal(saved.metrics.accuracy, 0.5);
  assert.deepEqual(saved.metrics.matrix, [[1, 1], [0, 0]]);
  assert.equal(saved.pictures.length, 2);
  assert.equal('file' in saved.pictures[0], false);
});
