// How long is left.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace, timeLeft } from '../../web/app/pace.js';

test('time left follows the last parts, not the slow first ones', () => {
  const pace = new Pace(1000, 0);
  assert.equal(pace.mark(1, 5000), undefined);
  let left;
  for (let done = 2; done <= 200; done += 1) left = pace.mark(done, 5000 + 10 * done);
  assert.equal(left, 8000);
});

test('time left in words', () => {
  assert.deepEqual([undefined, -5, 400, 59_000, 150_000, 5.5e6].map((value) => timeLeft(value)),
    ['', '', '1 s left', '59 s left', '3 min left', '1 h 32 min left']);
});
