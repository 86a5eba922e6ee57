// What apps' own tools make of the library: a production build of Vite, which moves, merges and inlines
// modules; and packages of the other module type, in Node.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { build } from 'vite';
import { root, run } from '../../tools/lib/run.mjs';
import { serve } from '../../tools/serve.mjs';
import { setUp } from './helpers.mjs';
import { colourModel } from '../support/onnx.mjs';

const site = setUp();
const dist = path.join(root, 'dist');

/** A folder that is gone after the test. @param {import('node:test').TestContext} t */
function temporary(t) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gossamer-app-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The library without the page, as README says. @param {string} target */
function copyLibrary(target) {
  mkdirSync(target, { recursive: true });
  for (const name of ['gossamer.js', 'ort.js', 'worker.js', 'package.json', 'lib']) {
    cpSync(path.join(dist, name), path.join(target, name), { recursive: true });
  }
}

const main = `
  import { ImageClassifier } from './gossamer/gossamer.js';
  import * as ort from './gossamer/ort.js';
  const picture = { width: 1, height: 1, data: new Uint8Array([0, 255, 0, 255]) };
  const answers = {};
  const attempt = async (name, action) => {
    answers[name] = await action().catch(({ message }) => message);
  };
  const classify = async (options) => {
    const classifier = await ImageClassifier.createFromModelPath('model.onnx', options);
    const { classifications } = await classifier.classify(picture);
    return [classifications[0].categories[0].index, (await classifier.info()).worker];
  };
  await attempt('plain', () => classify());
  await attempt('wasmPaths', () => classify({ wasmPaths: '/wasm/' }));
  await attempt('inline', () => classify({ worker: false }));
  await attempt('ort', async () => {
    const session = await ort.InferenceSession.create('model.onnx');
    return (await session.run({ image: new ort.Tensor(new Float32Array(192), [1, 3, 8, 8]) })).probability.dims;
  });
  globalThis.answers = answers;`;

test('a production build of Vite starts workers', async (t) => {
  const app = temporary(t);
  copyLibrary(path.join(app, 'src/gossamer'));
  cpSync(path.join(dist, 'wasm'), path.join(app, 'public/wasm'), { recursive: true });
  writeFileSync(path.join(app, 'public/model.onnx'), colourModel());
  writeFileSync(path.join(app, 'index.html'), '<!doctype html><script type="module" src="/src/main.js"></script>');
  writeFileSync(path.join(app, 'src/main.js'), main);
  await build({ root: app, logLevel: 'error', configFile: false, build: { target: 'esnext' } });
  const server = await serve({ port: 0, root: path.join(app, 'dist') });
  t.after(() => server.close());
  const { page, close } = await site.open(server.url);
  await page.waitForFunction('globalThis.answers');
  assert.deepEqual(await page.evaluate('answers'), {
    plain: [1, true], wasmPaths: [1, true], inline: [1, false], ort: [1, 3],
  });
  await close();
});

test('Node imports it from a package that says commonjs', async (t) => {
  const app = temporary(t);
  copyLibrary(path.join(app, 'gossamer'));
  writeFileSync(path.join(app, 'package.json'), '{ "type": "commonjs" }');
  writeFileSync(path.join(app, 'main.mjs'), `import { ImageClassifier } from './gossamer/gossamer.js';
    import ort, { Tensor } from './gossamer/ort.js';
    console.log(typeof ImageClassifier, ort.Tensor === Tensor);`);
  assert.equal((await run(process.execPath, [path.join(app, 'main.mjs')])).trim(), 'function true');
});
