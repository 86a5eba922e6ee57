// One classifier, several sessions: options, recipes and models that change while it lives, and what
// it tells about itself.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner } from './library.mjs';
import { colourModel, encodeModel, rareModel, unknownOperatorModel } from '../support/onnx.mjs';

const site = setUp();
const run = bareRunner(site);

test('another recipe or model makes the session anew; a bad one leaves the old', async () => {
  const { first, inverted, failure, after, other } = await run(`
    const classifier = await create();
    const read = async () => top(await classifier.classify(paint('#ff0000')));
    const first = await read();
    await classifier.setOptions({ recipe: 'channels=bgr' });
    const inverted = await read();
    const failure = await fails(() => classifier.setOptions({ recipe: 'channels=purple' }));
    const after = await read();
    await classifier.setOptions({ recipe: '', baseOptions: { modelAssetBuffer: bytes } });
    return { first, inverted, failure, after, other: await read() };
  `);
  assert.equal(first, 'red');
  assert.equal(inverted, 'blue');
  assert.equal(failure.code, 'ARGUMENT');
  assert.equal(after, 'blue');
  assert.equal(other, 'red');
});

test('setOptions copies a buffer at once, and refuses what is fixed at the start', async () => {
  const { label, fixed, nothing } = await run(`
    const classifier = await create();
    const own = bytes.slice();
    const change = classifier.setOptions({ baseOptions: { modelAssetBuffer: own } });
    own.fill(0);
    await change;
    const label = top(await classifier.classify(paint('#00ff00'), null));
    // MediaPipe's, which names no model.
    await classifier.setOptions({ baseOptions: { delegate: 'CPU' }, maxResults: 2 });
    if ((await classifier.classify(paint('#00f'))).classifications[0].categories.length !== 2) throw new Error('not set');
    const fixed = await Promise.all(['level', 'worker', 'wasmPaths'].map(async (name) =>
      (await fails(() => classifier.setOptions({ [name]: name === 'level' ? 'base' : '' }))).attribute));
    return { label, fixed, nothing: await fails(() => classifier.setOptions(null)) };
  `);
  assert.equal(label, 'green');
  assert.deepEqual(fixed, ['level', 'worker', 'wasmPaths']);
  assert.equal(nothing.code, 'ARGUMENT');
});

test('the model’s buffer may be given away, and options go together as they come in', async () => {
  const { label, names } = await run(`
    const own = bytes.slice();
    const classifier = await lib.ImageClassifier.createFromModelBuffer(own);
    structuredClone(own, { transfer: [own.buffer] });
    await classifier.setOptions({ labels: ['r', 'g', 'b'], categoryDenylist: ['r'] });
    const label = top(await classifier.classify(paint('#f0f')));
    // Each is valid by itself, and with what came before it.
    await Promise.all([classifier.setOptions({ categoryDenylist: [] }), classifier.setOptions({ categoryAllowlist: ['r'] })]);
    return { label, names: (await classifier.classify(paint('#00f'))).classifications[0].categories.map(
      ({ categoryName }) => categoryName) };
  `);
  assert.equal(label, 'b');
  assert.deepEqual(names, ['r']);
});

test('as many labels as classes, or none', async () => {
  const { created, changed, named, replaced, still } = await run(`
    const created = await fails(() => create({ labels: ['red', 'green'] }));
    const classifier = await create();
    const changed = await fails(() => classifier.setOptions({ labels: ['r', 'g', 'b', 'w'] }));
    const named = await fails(() => create({ labels: ['r'], output: 'probability' }));
    const replaced = await fails(() => classifier.setOptions({ recipe: 'channels=bgr', labels: ['r'] }));
    return { created, changed, named, replaced, still: top(await classifier.classify(paint('#ff0000'))) };
  `);
  for (const [failure, got] of [[created, 2], [changed, 4], [named, 1], [replaced, 1]]) {
    assert.deepEqual([failure.code, failure.attribute], ['ARGUMENT', 'labels']);
    assert.match(failure.message, new RegExp(`got ${got} labels, expected 3 classes`));
  }
  assert.equal(still, 'red', 'neither names nor recipe have changed');
});

test('labels of a model whose classes are known late are counted then', async () => {
  const model = encodeModel({
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
      { op: 'Reshape', inputs: ['mean', 'shape'], outputs: ['scores'] },
    ],
    inputs: [{ name: 'image', shape: [1, 3, 8, 8] }, { name: 'shape', type: 'int64', shape: [2] }],
    outputs: [{ name: 'scores', shape: ['rows', 'classes'] }],
  });
  const { failure, label } = await run(`
    const inputs = { shape: { data: new BigInt64Array([1n, 3n]) } };
    const classifier = await lib.ImageClassifier.createFromModelBuffer(bytes, { labels: ['a', 'b'], inputs });
    const failure = await fails(() => classifier.classify(paint('#f00')));
    await classifier.setOptions({ labels: ['red', 'green', 'blue'] });
    return { failure, label: top(await classifier.classify(paint('#00f'))) };
  `, model);
  assert.deepEqual([failure.code, failure.attribute], ['ARGUMENT', 'labels']);
  assert.match(failure.message, /got 2 labels, expected 3 classes/);
  assert.equal(label, 'blue');
});

test('info tells about the model and how it runs', async () => {
  const info = await run(`
    const classifier = await create({ warmup: true, level: 'simd' });
    return classifier.info();
  `);
  assert.equal(info.inputs[0].name, 'image');
  assert.deepEqual(info.inputs[0].shape, [1, 3, 8, 8]);
  assert.equal(info.outputs[0].name, 'probability');
  assert.equal(info.level, 'simd');
  assert.equal(info.threads, 1);
  assert.match(info.threadReason, /not cross-origin isolated/);
  assert.ok(info.steps.length >= 1);
  assert.ok(info.memory.arena_bytes > 0);
  assert.equal(info.worker, true);
  assert.match(info.version, /^\d+\.\d+\.\d+$/);
});

test('a rarer operator, or a sparse tensor, brings the module with all of them, and only then', async () => {
  const body = `
    const modules = () => performance.getEntriesByType('resource')
      .map(({ name }) => name.match(/gossamer-\\w+(-all)?\\.wasm$/)).filter(Boolean)
      .map(([, all]) => all ?? 'common');
    const classifier = await create();
    const label = top(await classifier.classify(paint('#00ff00')));
    const first = modules();
    const bad = await fails(() => classifier.setOptions({ baseOptions: { modelAssetBuffer: wobble } }));
    return { label, first, bad: bad.code, after: modules(), still: top(await classifier.classify(paint('#f00'))) };
  `;
  const plain = await run(`const wobble = Uint8Array.from(atob('${unknownOperatorModel().toString('base64')}'), (c) => c.charCodeAt(0));${body}`);
  assert.deepEqual(plain.first, ['common']);
  assert.equal(plain.label, 'green');
  assert.equal(plain.bad, 'UNSUPPORTED');
  assert.deepEqual(plain.after, ['common', '-all'], 'it was tried');
  assert.equal(plain.still, 'red', 'what worked before still works');
  const rare = await run(`const wobble = bytes;${body}`, rareModel());
  assert.equal(rare.label, 'green');
  assert.deepEqual(rare.first, ['common', '-all']);
  const sparse = await run(`const wobble = bytes;${body}`, colourModel({ bias: [0, 0, 2], sparse: true }));
  assert.equal(sparse.label, 'blue', 'the bias was read');
  assert.deepEqual(sparse.first, ['common', '-all']);
});

test('what no operator would mend does not bring that module', async () => {
  const shape = Array.from({ length: 20 }, () => 1);
  const deep = encodeModel({
    nodes: [{ op: 'Relu', inputs: ['image'], outputs: ['out'] }],
    inputs: [{ name: 'image', shape }], outputs: [{ name: 'out', shape }],
  });
  const { failure, modules } = await run(`
    const failure = await fails(() => create());
    const modules = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm'));
    return { failure, modules: modules.map(({ name }) => name) };
  `, deep);
  assert.deepEqual([failure.code, failure.stage], ['UNSUPPORTED', 'graph']);
  assert.equal(modules.length, 1);
  assert.doesNotMatch(modules[0], /-all/);
});

test('graphs nested ten and five hundred deep do the module no harm', async () => {
  const [ten, many] = ['fn10', 'fn500'].map((name) =>
    readFileSync(new URL(`../cases/hostile/${name}.onnx`, import.meta.url)).toString('base64'));
  const codes = await run(`
    const codes = [];
    for (const base64 of ['${ten}', '${many}']) {
      const model = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const failure = await fails(() => lib.ImageClassifier.createFromModelBuffer(model));
      codes.push(failure.code ?? 'loaded');
    }
    return codes;
  `);
  assert.notEqual(codes[0], 'INTERNAL');
  assert.equal(codes[1], 'LIMIT');
});
