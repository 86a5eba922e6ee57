// The rule by which npm run test:models refuses a network whose references take time, on made-up profiles.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slowSteps } from '../tools/lib/slow_steps.mjs';

/** @param {[string, string, number][]} steps */
const profile = (steps) => steps.map(([node, kernel, time]) => ({ node, kernel, fastest_milliseconds: time }));

test('a reference that takes more than a hundredth is named, with its share', () => {
  const steps = profile([
    ['conv', 'f32_conv_6x8__native', 90], ['pad', 'reference', 0.5], ['where', 'reference', 2.5], ['norm', 'reference', 7],
  ]);
  assert.deepEqual(slowSteps(steps), [{ node: 'norm', share: 0.07 }, { node: 'where', share: 0.025 }]);
});

test('one that takes a hundredth may stay, and kernels may take what they like', () => {
  assert.deepEqual(slowSteps(profile([['conv', 'f32_conv_6x8__native', 99], ['pad', 'reference', 1]])), []);
  assert.deepEqual(slowSteps(profile([['conv', 'f32_conv_6x8__native', 100]])), []);
});

test('a network without steps, or too fast for the clock, has none', () => {
  assert.deepEqual(slowSteps([]), []);
  assert.deepEqual(slowSteps(profile([['pad', 'reference', 0]])), []);
});
