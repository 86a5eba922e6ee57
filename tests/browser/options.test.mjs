// What needs no browser: importing the library under Node does nothing, and unusable options are
// refused with the option's name before anything is fetched.

import assert from 'node:assert/strict';
import { test } from 'node:test';

test('importing has no side effects and works without a browser', async () => {
  const before = Object.keys(globalThis).sort();
  const library = await import('../../web/gossamer.js');
  assert.deepEqual(Object.keys(globalThis).sort(), before);
  assert.deepEqual(Object.keys(library).sort(), ['GossamerError', 'ImageClassifier', 'supportedLevels']);
});

test('unusable options are named', async () => {
  const { GossamerError, ImageClassifier } = await import('../../web/gossamer.js');
  const model = { modelAssetPath: 'model.onnx' };
  /** @type {[string, any][]} */
  const cases = [
    ['options', null],
    ['baseOptions', {}],
    ['baseOptions', { baseOptions: { ...model, modelAssetBuffer: new Uint8Array(1) } }],
    ['modelAssetPath', { baseOptions: { modelAssetPath: '' } }],
    ['modelAssetPath', { baseOptions: { modelAssetPath: 7 } }],
    ['modelAssetBuffer', { baseOptions: { modelAssetBuffer: 'bytes' } }],
    ['modelAssetBuffer', { baseOptions: { modelAssetBuffer: new ArrayBuffer(0) } }],
    ['maxResults', { baseOptions: model, maxResults: 0 }],
    ['maxResults', { baseOptions: model, maxResults: NaN }],
    ['scoreThreshold', { baseOptions: model, scoreThreshold: NaN }],
    ['maxMemoryBytes', { baseOptions: model, maxMemoryBytes: -1 }],
    ['maxMultiplyAdds', { baseOptions: model, maxMultiplyAdds: 0.5 }],
    ['level', { baseOptions: model, level: 'avx' }],
    ['labels', { baseOptions: model, labels: 'a,b' }],
    ['categoryAllowlist', { baseOptions: model, categoryAllowlist: [1] }],
    ['categoryDenylist', { baseOptions: model, categoryAllowlist: ['a'], categoryDenylist: ['b'] }],
    ['dimensions.batch', { baseOptions: model, dimensions: { batch: 1.5 } }],
    ['dimensions.a\nb', { baseOptions: model, dimensions: { 'a\nb': 1 } }],
    ['output', { baseOptions: model, output: 'a\nb' }],
    ['scores', { baseOptions: model, scores: /** @type {any} */ ('logits') }],
    ['inputs', { baseOptions: model, inputs: 7 }],
    ['inputs.t', { baseOptions: model, inputs: { t: [1, 2] } }],
    ['inputs.t', { baseOptions: model, inputs: { t: { data: new Float32Array(1), dims: [0.5] } } }],
    ['memory', { baseOptions: model, memory: /** @type {any} */ ('tiny') }],
  ];
  for (const [attribute, options] of cases) {
    await assert.rejects(ImageClassifier.createFromOptions(options), (error) => {
      assert.ok(error instanceof GossamerError);
      assert.equal(error.code, 'ARGUMENT');
      assert.equal(error.attribute, attribute);
      return true;
    });
  }
});

test('an option that nobody reads is refused, with the name that was meant', async () => {
  const { ImageClassifier } = await import('../../web/gossamer.js');
  const { inspectModel } = await import('../../web/tools.js');
  const model = { modelAssetPath: 'model.onnx' };
  /** @type {[string, RegExp, any][]} */
  const cases = [
    ['maxResult', /expected maxResults$/, { baseOptions: model, maxResult: 3 }],
    ['label', /expected labels$/, { baseOptions: model, label: ['a'] }],
    ['threshold', /expected scoreThreshold$/, { baseOptions: model, threshold: 0.5 }],
    ['onprogress', /expected onProgress$/, { baseOptions: model, onprogress() {} }],
    ['zzz', /expected baseOptions, maxResults, /, { baseOptions: model, zzz: 1 }],
    ['modelPath', /expected modelAssetPath$/, { baseOptions: { modelPath: 'model.onnx' } }],
  ];
  for (const [attribute, message, options] of cases) {
    await assert.rejects(ImageClassifier.createFromOptions(options), { code: 'ARGUMENT', attribute, message });
  }
  await assert.rejects(inspectModel('model.onnx', /** @type {any} */ ({ probes: false })),
    { code: 'ARGUMENT', attribute: 'probes', message: /expected probe$/ });
});

test('MediaPipe’s own options pass, and those that are undefined', async () => {
  const { checkModel, checkOptions } = await import('../../web/lib/options.js');
  const baseOptions = { modelAssetPath: 'model.onnx', delegate: 'GPU' };
  checkModel(baseOptions);
  checkOptions(/** @type {any} */ ({
    baseOptions, runningMode: 'VIDEO', displayNamesLocale: 'en', maxResults: 3, scoreThreshold: 0.5,
    categoryAllowlist: ['a'], categoryDenylist: [], canvas: {}, nothing: undefined,
  }));
});

test('the session’s options are written as lines', async () => {
  const { sessionText } = await import('../../web/lib/options.js');
  assert.equal(sessionText({}), '');
  assert.equal(
    sessionText({ dimensions: { batch: 2 }, recipe: 'fit=shorter\nresize=256', maxMemoryBytes: 1e6, profile: true }),
    'dim.batch=2\nrecipe=fit=shorter;resize=256\nmax_memory=1000000\nprofile=1',
  );
  assert.equal(sessionText({ output: 'class scores', scores: 'sigmoid' }), 'output=class scores\nscores=sigmoid');
});

test('an error reads well, and survives the way through a message', async () => {
  const { GossamerError } = await import('../../web/gossamer.js');
  const details = {
    code: 'ATTRIBUTE', stage: 'graph', message: 'stride must be positive', node: 'c1', op: 'Conv',
    attribute: 'strides', got: '0', expected: '> 0',
  };
  const error = new GossamerError(details);
  assert.equal(error.message,
    "ATTRIBUTE (graph): stride must be positive; node 'c1' (Conv), 'strides', got 0, expected > 0");
  assert.deepEqual(new GossamerError(structuredClone(error.toJSON())).toJSON(), details);
  assert.equal(GossamerError.from(new TypeError('x is undefined')).code, 'INTERNAL');
});
