// How the build makes models from npm packages (tools/lib/bundled.mjs), on folders made for the test:
// made once, made again when something changed, and left out with one line when a package is missing.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { buildBundledModels } from '../../tools/lib/bundled.mjs';
import { root } from '../../tools/lib/run.mjs';

/** Folders with one package and two models. @param {import('node:test').TestContext} t */
function workshop(t) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gossamer-bundled-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (/** @type {string} */ file, /** @type {string} */ text) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  const script = (/** @type {string} */ name) => `
    import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
    export const packages = ['${name}'];
    export async function build(target, folders) {
      appendFileSync(${JSON.stringify(path.join(folder, 'log'))}, '${name} ');
      writeFileSync(target + '/model.onnx', readFileSync(folders['${name}'] + '/weights'));
    }`;
  const release = (/** @type {string} */ version, /** @type {string} */ weights) => {
    write('modules/@a/there/package.json', JSON.stringify({ name: '@a/there', version }));
    write('modules/@a/there/weights', weights);
  };
  release('1.0.0', 'first');
  write('models/one/build.mjs', script('@a/there'));
  write('models/two/build.mjs', script('absent'));
  write('models/three/README.md', 'no script');
  write('log', '');
  /** @type {string[]} */
  const said = [];
  return {
    said, release, write,
    read: (/** @type {string} */ file) => readFileSync(path.join(folder, file), 'utf8'),
    has: (/** @type {string} */ file) => existsSync(path.join(folder, file)),
    build: () => buildBundledModels({
      target: path.join(folder, 'site'), models: path.join(folder, 'models'), cache: path.join(folder, 'cache'),
      modules: path.join(folder, 'modules'), say: (line) => said.push(line),
    }),
  };
}

test('a model is made once, and again when its package changes', async (t) => {
  const { build, read, release } = workshop(t);
  await build();
  await build();
  assert.equal(read('site/one/model.onnx'), 'first');
  assert.equal(read('log'), '@a/there ');
  release('1.0.1', 'second');
  await build();
  assert.equal(read('site/one/model.onnx'), 'second');
  assert.equal(read('log'), '@a/there @a/there ');
});

test('a package that is missing costs its model and one line', async (t) => {
  const { build, has, said } = workshop(t);
  await build();
  assert.equal(said.length, 1);
  assert.match(said[0], /^The model 'two' is left out: the npm package absent is not installed/);
  assert.ok(has('site/one/model.onnx'));
  assert.ok(!has('site/two'));
});

test('a package that holds something else costs its model, and nothing half made stays', async (t) => {
  const { build, has, said, write } = workshop(t);
  write('modules/absent/package.json', JSON.stringify({ name: 'absent', version: '9.0.0' }));
  await build();
  assert.match(said.join('\n'), /^The model 'two' is left out: ENOENT.*weights/);
  assert.ok(!has('site/two') && !has('cache/two'));
});

test('every model of the site has its card, and its licence where it is not ours', () => {
  const models = path.join(root, 'dist/models');
  /** @type {{name: string, card?: string, path: string, group?: string, license?: string}[]} */
  const entries = JSON.parse(readFileSync(path.join(models, 'manifest.json'), 'utf8'));
  const bundled = entries.filter(({ group }) => group === 'bundled');
  for (const name of ['emotions', 'symbols']) assert.ok(bundled.some((entry) => entry.name === name), name);
  for (const { name, card, path: file, license } of bundled) {
    assert.ok(card && existsSync(path.join(models, card)), `the card of ${name}`);
    const notice = path.join(models, path.dirname(file), 'LICENSE');
    assert.ok(license === 'Apache-2.0' || /MIT/.test(readFileSync(notice, 'utf8')), `the licence of ${name}`);
  }
});
