// Contenders take turns in a fixed order, warm up until they are steady, and agree before they run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareOutputs } from '../../bench/lib/agreement.mjs';
import { alternate, runsPerTurn, warmUp } from '../../bench/lib/alternate.mjs';
import { measureSteady } from '../../bench/lib/steady.mjs';

/** A contender that takes the given times, the last one for ever. @param {string} name @param {string[]} log @param {number[]} times */
function fake(name, log, times) {
  let next = 0;
  return {
    name,
    turn: async (/** @type {number} */ runs) => {
      log.push(`${name}${runs}`);
      return Array.from({ length: runs }, () => times[Math.min(next++, times.length - 1)]);
    },
  };
}

test('A B C, A B C, with something between all of them', async () => {
  /** @type {string[]} */
  const log = [];
  const contenders = ['A', 'B', 'C'].map((name, i) => fake(name, log, [10 * (i + 1)]));
  const samples = await alternate(contenders, {
    more: (round) => round < 2,
    perTurn: ({ name }) => (name === 'B' ? 2 : 1),
    between: async () => void log.push('.'),
  });
  assert.deepEqual(log, ['A1', '.', 'B2', '.', 'C1', '.', 'A1', '.', 'B2', '.', 'C1', '.']);
  assert.deepEqual(samples.get(contenders[1]), { rounds: [20, 20], runs: [20, 20, 20, 20], perTurn: 2 });
});

test('a round is the mean of its runs', async () => {
  const contender = fake('A', [], [1, 3, 5, 7]);
  const samples = await alternate([contender], { more: (round) => round < 2, perTurn: () => 2 });
  assert.deepEqual(samples.get(contender)?.rounds, [2, 6]);
});

test('a turn of short runs lasts long enough to be timed', () => {
  assert.equal(runsPerTurn(400), 1);
  assert.equal(runsPerTurn(20), 1);
  assert.equal(runsPerTurn(3), 7);
  assert.equal(runsPerTurn(0.05), 400);
  assert.equal(runsPerTurn(0), 1000);
});

test('warming up goes on while the times fall, and ends in any case', async () => {
  const falling = [...Array.from({ length: 12 }, (_, i) => 400 - 30 * i), 40];
  const times = await warmUp(fake('A', [], falling));
  assert.ok(times.length >= 17, `${times.length} runs`);
  const endless = Array.from({ length: 200 }, (_, i) => 1000 * 0.9 ** i);
  const spent = (await warmUp(fake('B', [], endless), { most: 5000 })).reduce((sum, time) => sum + time);
  assert.ok(spent >= 5000 && spent < 6000, `${spent} ms`);
});

test('the steady state: every contender is warm before any is timed', async () => {
  /** @type {string[]} */
  const log = [];
  const contenders = [fake('A', log, [300]), fake('B', log, [600])];
  let spins = 0;
  const result = await measureSteady(contenders, { effort: { rounds: 3 }, spin: async () => (spins += 1) });
  assert.equal(log.slice(-6).join(' '), 'A1 B1 A1 B1 A1 B1');
  assert.deepEqual(result.spins, [[1, 2], [3, 4], [5, 6]]);
  assert.deepEqual(result.samples.get(contenders[1])?.rounds, [600, 600, 600]);
});

test('rounds come in whole blocks, and each is prepared', async () => {
  const contender = fake('A', [], [300]);
  /** @type {number[]} */
  const prepared = [];
  const { samples } = await measureSteady([contender], {
    effort: { least: 4, most: 4, block: 3 }, spin: async () => 1, prepare: async (_, round) => void prepared.push(round),
  });
  assert.equal(samples.get(contender)?.rounds.length, 6);
  assert.deepEqual(prepared, [0, 1, 2, 3, 4, 5]);
});

test('outputs that agree, and each way in which they may not', () => {
  const reference = [[2, 1, -1], [0, 3, 1]];
  const near = reference.map((row) => row.map((value) => value + 1e-5));
  const good = compareOutputs(near, reference);
  assert.ok(good.agrees && good.probability < 1e-5);
  const cases = /** @type {[number[][], RegExp][]} */ ([
    [[[2, 1, -1], [0, 3]], /input 2 of 2: 2 outputs in place of 3/],
    [[[2, 1, -1]], /input 2 of 2: 0 outputs/],
    [[[2, NaN, -1], [0, 3, 1]], /input 1 of 2: outputs that are no numbers/],
    [[[1, 2, -1], [0, 3, 1]], /input 1 of 2: another class than onnxruntime names/],
    [[[2.1, 1, -1], [0, 3, 1]], /input 1 of 2: probabilities differ by \d/],
  ]);
  for (const [outputs, reason] of cases) {
    const verdict = compareOutputs(outputs, reference);
    assert.equal(verdict.agrees, false);
    assert.match(verdict.reason, reason);
  }
  // Where one class has all the probability, only the outputs themselves tell.
  assert.ok(compareOutputs([[40.1, 1, -1]], [[40, 1, -1]]).agrees);
  assert.match(compareOutputs([[40, 2, -1]], [[40, 1, -1]]).reason, /outputs differ by 2.5e-2 of the largest/);
});
