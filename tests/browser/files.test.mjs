// The library as files: a page that classifies loads one for the library and one for its worker, and
// whatever else it imports, nothing twice; maps lead from them to the sources.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { setUp } from './helpers.mjs';
import { openBare } from './library.mjs';
import { colourModel } from '../support/onnx.mjs';

const site = setUp();

/**
 * What a fresh page asks the server for while it runs `body`, by path, and what that resolves to.
 * @param {string} body  of an async function; `bytes` are the model's
 */
async function filesOf(body) {
  /** @type {string[]} */
  const files = [];
  const { page, close } = await openBare(site, async (fresh) => {
    fresh.context().on('request', (request) => files.push(new URL(request.url()).pathname));
  });
  const value = await page.evaluate(`(async () => {
    const bytes = Uint8Array.from(atob('${colourModel().toString('base64')}'), (char) => char.charCodeAt(0));
    const picture = { width: 1, height: 1, data: new Uint8Array([0, 255, 0, 255]) };
    ${body}
  })()`);
  await close();
  return { files: files.filter((file) => !/bare\.html|favicon/.test(file)).sort(), value };
}

test('a classifier takes one file for the library and one for its worker', async () => {
  const { files, value } = await filesOf(`
    const { ImageClassifier } = await import('/gossamer.js');
    const classifier = await ImageClassifier.createFromModelBuffer(bytes, { level: 'simd' });
    return (await classifier.classify(picture)).classifications[0].categories[0].index;`);
  assert.equal(value, 1);
  assert.deepEqual(files, ['/gossamer.js', '/wasm/gossamer-simd.js', '/wasm/gossamer-simd.wasm', '/worker.js']);
});

test('without a worker the engine comes alone', async () => {
  const { files } = await filesOf(`
    const { ImageClassifier } = await import('/gossamer.js');
    await ImageClassifier.createFromModelBuffer(bytes, { level: 'simd', worker: false });`);
  assert.deepEqual(files, ['/gossamer.js', '/lib/engine.js', '/wasm/gossamer-simd.js', '/wasm/gossamer-simd.wasm']);
});

test('with the drop-in and the tools, nothing comes twice', async () => {
  const { files, value } = await filesOf(`
    const [library, ort, tools] = await Promise.all(['/gossamer.js', '/ort.js', '/tools.js'].map((name) => import(name)));
    const classifier = await library.ImageClassifier.createFromModelBuffer(bytes);
    const session = await ort.InferenceSession.create(bytes);
    const seen = await tools.preview(classifier, picture);
    const errors = [ort, tools].map(({ GossamerError }) => GossamerError === library.GossamerError);
    return [session.inputNames, seen.source, errors];`);
  assert.deepEqual(value, [['image'], { width: 1, height: 1 }, [true, true]]);
  const scripts = files.filter((file) => !/^\/wasm\/|worker\.js$/.test(file));
  assert.deepEqual(scripts, ['/gossamer.js', '/ort.js', '/tools.js']);
});

test('each file has a map that leads to the sources', () => {
  const dist = path.join(root, 'dist');
  for (const [file, source] of [
    ['gossamer.js', 'web/lib/runner.js'], ['worker.js', 'web/lib/engine.js'], ['ort.js', 'web/lib/ort/tensor.js'],
    ['tools.js', 'web/tools/desk.js'], ['tools/worker.js', 'web/tools/engine.js'], ['lib/engine.js', 'web/lib/engine.js'],
  ]) {
    const { sources, sourcesContent, mappings } = JSON.parse(readFileSync(path.join(dist, `${file}.map`), 'utf8'));
    const at = sources.indexOf(source);
    assert.ok(at >= 0, `${file}: ${sources}`);
    assert.equal(sourcesContent[at], readFileSync(path.join(root, source), 'utf8'));
    assert.ok(mappings.length > 1000);
  }
});
