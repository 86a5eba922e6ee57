// Embeddings as an app asks for them, of models whose values can be computed by hand.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner } from './library.mjs';
import { colourModel, encodeModel, message } from '../support/onnx.mjs';
import { elementTypes } from '../support/tensors.mjs';

const site = setUp();
const runBare = bareRunner(site);

const PICTURE = `
  const picture = { width: 5, height: 4, data: new Uint8ClampedArray(80) };
  for (let i = 0; i < 80; i += 1) picture.data[i] = i % 4 === 3 ? 255 : (i * 37) % 256;
`;

/** As of bareRunner, with `extras` and a picture of 5 x 4 pixels in scope. @type {typeof runBare} */
const run = (body, model, prepare) =>
  runBare(`const extras = await import('/extras.js');\n${PICTURE}\n${body}`, model, prepare);

/** The embedding of the picture. @param {Buffer} model @param {object | null} [options] @returns {Promise<number[]>} */
const embedded = (model, options = {}) => run(`
  const classifier = await lib.ImageClassifier.createFromModelBuffer(bytes);
  const vector = await extras.embed(classifier, picture, ${JSON.stringify(options)});
  if (!(vector instanceof Float32Array)) throw new Error('no Float32Array');
  return [...vector];
`, model);

/** The error that embed ends in. @param {Buffer} model @param {object} [options] @returns {Promise<any>} */
const refused = (model, options = {}) => run(`
  const classifier = await lib.ImageClassifier.createFromModelBuffer(bytes);
  return fails(() => extras.embed(classifier, picture, ${JSON.stringify(options)}));
`, model);

const pixel = (/** @type {number} */ at, /** @type {number} */ c) => ((((at * 4 + c) * 37) % 256) / 255);
const all = Array.from({ length: 20 }, (_, at) => at);
/** Mean of each channel. */
const means = [0, 1, 2].map((c) => all.reduce((sum, at) => sum + pixel(at, c), 0) / 20);

/** @param {number[]} got @param {number[]} expected */
function assertNear(got, expected) {
  assert.equal(got.length, expected.length);
  expected.forEach((value, i) => assert.ok(Math.abs(got[i] - value) < 1e-5, `${i}: ${got[i]}, not ${value}`));
}

const heldOut = (/** @type {string} */ name) =>
  readFileSync(new URL(`../../models/digits/heldout/${name}.png`, import.meta.url)).toString('base64');

/** @param {number} count */
const ramp = (count) => Array.from({ length: count }, (_, i) => ((i * 7) % 11) / 10 - 0.5);

/**
 * @param {import('../../tools/lib/onnx.mjs').Node[]} nodes
 * @param {Record<string, number[]>} weights  extents by name
 * @param {{name: string, shape: number[]}[]} [outputs]
 */
const modelOf = (nodes, weights, outputs = [{ name: 'scores', shape: [1, 4] }]) => encodeModel({
  nodes,
  initializers: Object.fromEntries(Object.entries(weights).map(([name, dims]) =>
    [name, { dims, values: ramp(dims.reduce((product, extent) => product * extent, 1)) }])),
  inputs: [{ name: 'image', shape: [1, 3, 4, 5] }],
  outputs,
});

const pooled = [
  { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
  { op: 'Flatten', inputs: ['mean'], outputs: ['features'] },
];
const gemm = { op: 'Gemm', inputs: ['features', 'weights', 'bias'], outputs: ['logits'], attributes: { transB: { int: 1 } } };
const softmax = { op: 'Softmax', inputs: ['logits'], outputs: ['scores'] };

test('what a dense layer reads: flattened, and pooled', async () => {
  const flat = await embedded(modelOf([
    { op: 'Relu', inputs: ['image'], outputs: ['bent'] },
    { op: 'Flatten', inputs: ['bent'], outputs: ['features'] },
    { ...gemm, outputs: ['scores'] },
  ], { weights: [4, 60], bias: [4] }));
  assertNear(flat, [0, 1, 2].flatMap((c) => all.map((at) => pixel(at, c))));
  assertNear(await embedded(modelOf([...pooled, gemm, softmax], { weights: [4, 3], bias: [4] })), means);
  assertNear(await embedded(modelOf([
    ...pooled,
    { op: 'MatMul', inputs: ['features', 'weights'], outputs: ['product'] },
    { op: 'Add', inputs: ['product', 'bias'], outputs: ['logits'] }, softmax,
  ], { weights: [3, 4], bias: [4] })), means);
});

test('what a convolution of 1 x 1 reads, on average over positions', async () => {
  const conv = { op: 'Conv', inputs: ['bent', 'weights', 'bias'], outputs: ['map'] };
  const squeeze = (/** @type {number[]} */ weights, /** @type {any} */ layer = conv) => modelOf([
    { op: 'Relu', inputs: ['image'], outputs: ['bent'] },
    layer,
    { op: 'Relu', inputs: ['map'], outputs: ['bent_map'] },
    { op: 'GlobalAveragePool', inputs: ['bent_map'], outputs: ['pooled'] },
    { op: 'Flatten', inputs: ['pooled'], outputs: ['logits'] }, softmax,
  ], { weights, bias: [4] });
  assertNear(await embedded(squeeze([4, 3, 1, 1])), means);
  const wide = await refused(squeeze([4, 3, 3, 3], { ...conv, attributes: { pads: { ints: [1, 1, 1, 1] } } }));
  assert.equal(wide.code, 'UNSUPPORTED');
  assert.match(wide.message, /none that reads each position for itself.*112 parameters for 3 x 4/);
  // Behind a pool it is a dense layer of another name.
  assertNear(await embedded(modelOf([
    pooled[0], { ...conv, inputs: ['mean', 'weights', 'bias'] }, { op: 'Flatten', inputs: ['map'], outputs: ['scores'] },
  ], { weights: [4, 3, 1, 1], bias: [4] })), means);
});

test('with the length 1 on request', async () => {
  const length = Math.hypot(...means);
  const model = modelOf([...pooled, gemm, softmax], { weights: [4, 3], bias: [4] });
  assertNear(await embedded(model, { l2Normalize: true }), means.map((value) => value / length));
  assertNear(await embedded(model, null), means);
});

test('of several outputs the main one, or the one that is named', async () => {
  const model = modelOf([
    ...pooled, gemm, softmax,
    { op: 'Relu', inputs: ['image'], outputs: ['bent'] },
    { op: 'Flatten', inputs: ['bent'], outputs: ['flat'] },
    { op: 'Gemm', inputs: ['flat', 'others'], outputs: ['other'] },
  ], { weights: [4, 3], bias: [4], others: [60, 2] }, [{ name: 'scores', shape: [1, 4] }, { name: 'other', shape: [1, 2] }]);
  assertNear(await embedded(model), means);
  assert.equal((await embedded(model, { output: 'other' })).length, 60);
  const unknown = await refused(model, { output: 'nobody' });
  assert.equal(unknown.code, 'ARGUMENT');
  assert.equal(unknown.attribute, 'output');
  assert.match(unknown.message, /scores, other/);
});

test('where there is no such layer the error says so, and the classifier goes on', async () => {
  const none = await refused(colourModel());
  assert.equal(none.code, 'UNSUPPORTED');
  assert.match(none.message, /no layer with weights/);
  // The distances from points that stand for classes: no layer makes these scores, but one before.
  const distances = await refused(modelOf([
    ...pooled,
    { op: 'MatMul', inputs: ['features', 'weights'], outputs: ['place'] },
    { op: 'Sub', inputs: ['place', 'points'], outputs: ['apart'] },
    { op: 'ReduceL2', inputs: ['apart'], outputs: ['scores'], attributes: { axes: { ints: [1] }, keepdims: { int: 0 } } },
  ], { weights: [3, 2], points: [4, 2] }, [{ name: 'scores', shape: [4] }]));
  assert.match(distances.message, /does not make the scores.*2 values for 4 classes/);
  const { best, option, closed } = await run(`
    const classifier = await create({});
    const { code } = await fails(() => extras.embed(classifier, picture));
    const best = top(await classifier.classify(paint('#00ff00')));
    const option = await fails(() => extras.embed(classifier, picture, { l2normalize: true }));
    await classifier.close();
    return { best, option, closed: (await fails(() => extras.embed(classifier, picture))).code };
  `);
  assert.equal(best, 'green');
  assert.equal(option.code, 'ARGUMENT');
  assert.equal(option.expected, 'l2Normalize');
  assert.equal(closed, 'HANDLE');
});

test('integers without a scale, and values without a name, are refused as such', async () => {
  const whole = await refused(modelOf([
    ...pooled,
    { op: 'Cast', inputs: ['features'], outputs: ['bytes'], attributes: { to: { int: elementTypes.uint8 } } },
    { op: 'Cast', inputs: ['weights'], outputs: ['small'], attributes: { to: { int: elementTypes.uint8 } } },
    { op: 'MatMulInteger', inputs: ['bytes', 'small'], outputs: ['sums'] },
    { op: 'Cast', inputs: ['sums'], outputs: ['scores'], attributes: { to: { int: elementTypes.float32 } } },
  ], { weights: [3, 4] }));
  assert.equal(whole.code, 'UNSUPPORTED');
  assert.match(whole.message, /integers whose scale is not known.*got uint8/);
  // A function of the model: y = Flatten(x) w, where nothing outside reads what is flattened.
  const node = (/** @type {string} */ op, /** @type {string[]} */ inputs, /** @type {string} */ output) =>
    message(.../** @type {[number, string][]} */ (inputs.map((name) => [1, name])), [2, output], [4, op]);
  const opset = message([1, ''], [2, 13]);
  const head = message([1, 'Head'], [4, 'x'], [4, 'w'], [5, 'y'], [7, node('Flatten', ['x'], 'flat')], [7, node('MatMul', ['flat', 'w'], 'y')],
    [9, opset], [10, 'own']);
  const outside = modelOf([pooled[0], { op: 'Head', domain: 'own', inputs: ['mean', 'weights'], outputs: ['scores'] }], { weights: [3, 4] });
  const inside = await refused(Buffer.concat([outside, message([8, message([1, 'own'], [2, 1])], [25, head])]));
  assert.equal(inside.code, 'UNSUPPORTED');
  assert.match(inside.message, /no name, in a function or a branch/);
});

test('alike pictures have alike embeddings, by one session', async () => {
  const { same, near, far, sessions, size } = await run(`
    const seen = [];
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (message, ...rest) {
      seen.push(message.method);
      return postMessage.call(this, message, ...rest);
    };
    const classifier = await lib.ImageClassifier.createFromModelPath('/models/digits/digits.onnx');
    const digits = ${JSON.stringify(['5/0032', '5/0033', '1/0972'].map(heldOut))};
    const [a, again, b, c] = await Promise.all([0, 0, 1, 2].map(async (i) =>
      extras.embed(classifier, await (await fetch('data:image/png;base64,' + digits[i])).blob())));
    const { cosineSimilarity: cosine } = extras;
    return { same: cosine(a, again), near: cosine(a, b), far: cosine(a, c),
      sessions: seen.filter((method) => method === 'show').length, size: a.length };
  `);
  assert.ok(size > 10, `${size} values`);
  assert.ok(Math.abs(same - 1) < 1e-6);
  assert.ok(near > far + 0.1, `${near} is not above ${far}`);
  assert.equal(sessions, 1);
});

test('a tool that is called beside a change of the model answers in its turn', async () => {
  const { during, before, after, shown } = await run(`
    const tools = await import('/tools.js');
    const other = new URL('/models/digits/digits.onnx', location.href);
    const classifier = await lib.ImageClassifier.createFromModelBuffer(bytes);
    const before = await extras.embed(classifier, picture);
    const change = classifier.setOptions({ baseOptions: { modelAssetPath: other } });
    const [during, shown] = await Promise.all([extras.embed(classifier, picture), tools.inspectModel(classifier, { plan: false })]);
    await change;
    const after = await extras.embed(classifier, picture);
    return { before: before.length, during: [...during], after: [...after], shown: shown.modelBytes };
  `, modelOf([
    { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
    { op: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
    { op: 'Gemm', inputs: ['flat', 'weights'], outputs: ['scores'] },
  ], { weights: [3, 4] }));
  assert.equal(before, 3);
  assert.ok(during.length > 3);
  assert.deepEqual(during, after);
  assert.equal(shown, readFileSync(new URL('../../models/digits/digits.onnx', import.meta.url)).length);
});
