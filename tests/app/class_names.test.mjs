// What classes are called where a model's labels fit, and where they do not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classNames } from '../../web/app/classNames.js';

/** @param {string[]} labels @param {number[]} shape */
const namesOf = (labels, shape) => classNames(/** @type {any} */ ({ labels, outputs: [{ name: 'scores', shape }], scores: { output: 'scores' } }));

test('labels name as many classes, and where an extent is open, those that they are', () => {
  assert.deepEqual(namesOf(['cat', 'dog'], [1, 2]), ['cat', 'dog']);
  assert.deepEqual(namesOf(['cat', ''], [1, 2]), ['cat', 'class 1']);
  assert.deepEqual(namesOf(['cat', 'dog'], [-1, 2]), ['cat', 'dog']);
  assert.deepEqual(namesOf(['cat', 'dog'], [1, 1]), ['cat', 'dog'], 'one number tells two classes apart');
  assert.deepEqual(namesOf([], [1, 2]), ['class 0', 'class 1']);
  assert.deepEqual(namesOf([], [-1, 2]), []);
});

test('labels of another number than the classes name none: each would stand at a wrong one', () => {
  for (const labels of [['cat'], ['background', 'cat', 'dog', 'cow']]) {
    assert.deepEqual(namesOf(labels, [1, 3]), ['class 0', 'class 1', 'class 2']);
  }
});
