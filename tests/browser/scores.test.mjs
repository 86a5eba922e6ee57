// What the library makes of a model's outputs and inputs beyond one picture and one softmax: the
// output with class scores, what its numbers mean, and tensors beside the picture.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner } from './library.mjs';
import { encodeModel } from '../support/onnx.mjs';

const run = bareRunner(setUp());

/** @param {number} classes */
const weights = (classes) => ({
  dims: [3, classes], values: Array.from({ length: 3 * classes }, (_, i) => (i % classes) - 1),
});
const means = [
  { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
  { op: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
];
const image = { name: 'image', shape: [1, 3, 8, 8] };

/** A red picture's logits are -1, 0 and 1, times a temperature that is an input. */
const heatedModel = () => encodeModel({
  nodes: [
    ...means,
    { op: 'MatMul', inputs: ['flat', 'weights'], outputs: ['logits'] },
    { op: 'Mul', inputs: ['logits', 'heat'], outputs: ['hot'] },
    { op: 'Softmax', inputs: ['hot'], outputs: ['probability'] },
  ],
  initializers: { weights: weights(3) },
  inputs: [{ name: 'heat', shape: [1] }, image],
  outputs: [{ name: 'probability', shape: [1, 3] }],
});

/** Features, and two heads: of three classes and of one logit, which of a red picture is -1. */
const headsModel = () => encodeModel({
  nodes: [
    ...means,
    { op: 'MatMul', inputs: ['flat', 'three'], outputs: ['z'] },
    { op: 'Softmax', inputs: ['z'], outputs: ['kinds'] },
    { op: 'MatMul', inputs: ['flat', 'one'], outputs: ['alive'] },
  ],
  initializers: { three: weights(3), one: weights(1) },
  inputs: [image],
  outputs: [{ name: 'flat', shape: [1, 3] }, { name: 'alive', shape: [1, 1] }, { name: 'kinds', shape: [1, 3] }],
});

test('an input besides the picture is asked for, and given by options or by the call', async () => {
  const result = await run(`
    const red = paint('#f00');
    const scores = (answer) => answer.classifications[0].categories
      .sort((a, b) => a.index - b.index).map(({ score }) => score);
    const plain = await create();
    const missing = await fails(() => plain.classify(red));
    const heat = { data: new Float32Array([2]) };
    const called = scores(await plain.classify(red, { inputs: { heat } }));
    const wrong = await fails(() => plain.classify(red, { inputs: { heat: { data: new Int32Array(1) } } }));
    const unknown = await fails(() => plain.classify(red, { inputs: { heat, cold: heat } }));
    const { picture } = await plain.info();
    const own = await create({ inputs: { heat: { type: 'float32', dims: [1], data: new Float32Array(1) } } });
    return { missing, called, wrong, unknown, picture, own: scores(await own.classify(red)) };
  `, heatedModel());
  assert.equal(result.missing.code, 'ARGUMENT');
  assert.equal(result.missing.tensor, 'heat');
  assert.equal(result.missing.expected, 'float32 [1]');
  assert.deepEqual(result.picture, { input: 'image', form: '8 x 8, colour' });
  const powers = [-2, 0, 2].map(Math.exp);
  const sum = powers.reduce((total, power) => total + power, 0);
  result.called.forEach((/** @type {number} */ score, /** @type {number} */ i) => assert.ok(Math.abs(score - powers[i] / sum) < 1e-5));
  for (const score of result.own) assert.ok(Math.abs(score - 1 / 3) < 1e-6);
  assert.deepEqual([result.wrong.code, result.unknown.code], ['ARGUMENT', 'ARGUMENT']);
});

test('of several outputs the one of class scores is taken, by labels or by name', async () => {
  const result = await run(`
    const red = paint('#f00');
    const found = await create({ labels: undefined });
    const named = await create({ labels: ['dead', 'alive'], output: 'alive' });
    const two = await create({ labels: ['dead', 'alive'] });
    const raw = await create({ labels: undefined, output: 'alive', scores: 'none' });
    const read = async (classifier) => ({
      scores: (await classifier.info()).scores,
      categories: (await classifier.classify(red)).classifications[0].categories,
      after: (await classifier.info()).scores.output,
    });
    const bad = await fails(() => create({ output: 'name' }));
    return { bad, found: await read(found), named: await read(named), two: await read(two), raw: await read(raw) };
  `, headsModel());
  const { found, named, two, raw, bad } = result;
  const names = (/** @type {any} */ answer) => answer.categories.map((/** @type {any} */ each) => each.categoryName);
  assert.deepEqual([found.scores.output, found.scores.kind, found.categories.length], ['kinds', 'none', 3]);
  assert.match(found.scores.reason, /Softmax/);
  assert.deepEqual([named.scores.output, named.scores.kind], ['alive', 'sigmoid']);
  const dead = 1 / (1 + Math.exp(-1));
  assert.deepEqual(names(named), ['dead', 'alive']);
  assert.ok(Math.abs(named.categories[0].score - dead) < 1e-5);
  assert.ok(Math.abs(named.categories[1].score - (1 - dead)) < 1e-5);
  assert.deepEqual(names(two), ['dead', 'alive']);
  assert.equal(two.after, 'alive');
  assert.deepEqual([raw.scores.kind, raw.scores.reason, raw.categories.length], ['none', 'asked for', 1]);
  assert.ok(Math.abs(raw.categories[0].score + 1) < 1e-5);
  assert.equal(bad.code, 'ARGUMENT');
  assert.match(bad.expected, /alive float32 \[1, 1\]/);
});

test('where the graph does not show it, pictures do not decide', async () => {
  // Means of channels lie in [0, 1], but do not add up to 1; a red picture's do.
  const model = encodeModel({
    nodes: means, inputs: [image], outputs: [{ name: 'flat', shape: [1, 3] }],
  });
  const result = await run(`
    const classifier = await create();
    const scores = [];
    for (const colour of ['#f00', '#000']) {
      const answer = await classifier.classify(paint(colour));
      scores.push(answer.classifications[0].categories.map(({ score }) => score));
    }
    return { scores, info: (await classifier.info()).scores };
  `, model);
  const red = Math.E / (Math.E + 2);
  for (const [i, expected] of [[red, (1 - red) / 2, (1 - red) / 2], [1 / 3, 1 / 3, 1 / 3]].entries()) {
    for (const [k, score] of expected.entries()) assert.ok(Math.abs(result.scores[i][k] - score) < 1e-5);
  }
  assert.equal(result.info.kind, 'softmax');
  assert.match(result.info.reason, /two synthetic inputs/);
});
