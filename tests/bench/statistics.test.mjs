// The figures of a benchmark on samples whose answers are known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSteady, median, quantile, quietRounds, ratioOfMedians, summarise } from '../../bench/lib/statistics.mjs';
import { duration, Progress } from '../../bench/lib/progress.mjs';

test('median, quantile and summary of known samples', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.equal(quantile(hundred, 0.95), 95);
  assert.equal(quantile(hundred, 0.1), 10);
  assert.equal(quantile([7], 0.95), 7);
  const summary = summarise([2, 4, 4, 4, 5, 5, 7, 9]);
  assert.deepEqual(summary, {
    count: 8, median: 4.5, p95: 9, mean: 5, deviation: Math.sqrt(32 / 7), spread: 0.5 / 4.5,
  });
  assert.equal(summarise([3]).deviation, 0);
});

test('samples keep their order: summaries sort copies', () => {
  const samples = [3, 1, 2];
  summarise(samples);
  assert.deepEqual(samples, [3, 1, 2]);
});

test('a ratio of medians, its interval, and the same interval for the same samples', () => {
  const base = Array.from({ length: 40 }, (_, i) => 10 + (i % 5) * 0.1);
  const twice = base.map((value) => value * 2);
  const exact = ratioOfMedians(twice, base);
  assert.deepEqual(exact, { ratio: 2, low: 2, high: 2 });
  const noisy = base.map((value, i) => value * (1.1 + ((i * 7) % 11) * 0.01));
  const { ratio, low, high } = ratioOfMedians(noisy, base);
  assert.ok(low <= ratio && ratio <= high && low > 1.1 && high < 1.2 && high > low, `${low} ${ratio} ${high}`);
  assert.deepEqual(ratioOfMedians(noisy, base), { ratio, low, high });
});

test('rounds are resampled together: what disturbs a whole round leaves the ratio alone', () => {
  const base = Array.from({ length: 30 }, (_, i) => (i % 2 ? 10 : 20));
  const slower = base.map((value) => value * 1.05);
  const { low, high } = ratioOfMedians(slower, base);
  assert.ok(Math.abs(low - 1.05) < 1e-9 && Math.abs(high - 1.05) < 1e-9, `${low} ${high}`);
});

test('rounds that do not pair are refused', () => {
  assert.throws(() => ratioOfMedians([1, 2], [1]), /do not pair: 2 and 1/);
  assert.throws(() => ratioOfMedians([], []), /do not pair/);
});

test('a contender is steady once its last runs are no faster than those before', () => {
  assert.equal(isSteady([9, 9, 9, 9, 9, 9, 9, 9, 9]), false, 'too few to tell');
  assert.equal(isSteady([9, 9, 9, 9, 9, 8, 8, 8, 8, 8]), false);
  assert.equal(isSteady([9, 9, 9, 9, 9, 8, 8, 8, 8, 8, 8, 8, 8, 8, 7.9]), true);
  assert.equal(isSteady([9, 9, 9, 9, 9, 9.5, 9.5, 9.5, 9.5, 9.5]), true, 'slower is not warming up');
});

test('rounds that something disturbed are left out, unless too few remain', () => {
  const spins = [[5, 5.1], [5, 9], [5.2, 5], [5, 5], [7, 5]];
  assert.deepEqual(quietRounds(spins, { least: 3 }), [0, 2, 3]);
  assert.deepEqual(quietRounds(spins, { least: 4 }), [0, 1, 2, 3, 4]);
});

test('progress says the time left from what is done', () => {
  /** @type {string[]} */
  const lines = [];
  let now = 0;
  const progress = new Progress(10, { write: (text) => lines.push(text), now: () => now, terminal: false });
  assert.equal(progress.left, undefined);
  progress.say('begins');
  now = 30_000;
  progress.done(2);
  progress.say('goes on');
  assert.deepEqual(lines, ['[   0s] begins\n', '[  30s] goes on (about 2 min 00 s left)\n']);
  progress.done(8);
  assert.equal(progress.left, 0);
  assert.equal(duration(59.4), '59 s');
  assert.equal(duration(3601), '60 min 01 s');
});
