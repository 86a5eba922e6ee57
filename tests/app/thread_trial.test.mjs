// How a session finds out how many threads suit it: with times that are given, not measured.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ThreadTrial } from '../../web/lib/threads/trial.js';

/**
 * Numbers of threads of so many runs.
 * @param {ThreadTrial} trial @param {(threads: number, run: number) => number} time @param {number} [runs]
 */
function follow(trial, time, runs = 60) {
  const used = [];
  for (let run = 0; run < runs; ++run) {
    used.push(trial.threads);
    trial.note(time(trial.threads, run));
  }
  return used;
}

test('where more threads are faster, all stay, after a trial of few runs', () => {
  const trial = new ThreadTrial(7);
  const used = follow(trial, (threads) => 100 / threads);
  assert.deepEqual(new Set(used), new Set([7, 4]));
  assert.deepEqual(new Set(used.slice(14)), new Set([7]));
  assert.equal(trial.fewer, false);
});

test('where fewer are faster, these stay', () => {
  const best = (/** @type {number} */ fastest) => (/** @type {number} */ threads) => 10 + Math.abs(threads - fastest);
  for (const [all, fastest] of [[8, 4], [8, 2], [8, 1], [2, 1], [7, 4]]) {
    const trial = new ThreadTrial(all);
    const used = follow(trial, best(fastest));
    assert.equal(used.at(-1), fastest);
    assert.equal(trial.fewer, true);
    assert.equal(new Set(used.slice(45)).size, 1, 'it is settled');
  }
});

test('slow first runs and single outliers do not count', () => {
  const trial = new ThreadTrial(4);
  const used = follow(trial, (threads, run) => (run < 3 || run % 4 === 0 ? 1000 : 40 / threads));
  assert.equal(used.at(-1), 4);
  assert.equal(trial.fewer, false);
});

test('chance does not decide', () => {
  const trial = new ThreadTrial(8);
  follow(trial, (threads, run) => 10 + (run % 3) * 0.1);
  assert.equal(trial.threads, 8);
  assert.equal(trial.fewer, false);
});
