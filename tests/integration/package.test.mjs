// What is in the package: every entry that its package.json promises, types that an editor finds, sizes that are
// held, and nothing of the page.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { sizesOf } from '../../tools/lib/package/sizes.mjs';
import { root, run } from '../../tools/lib/run.mjs';
import { installApp, unpacked } from './support.mjs';

const manifest = JSON.parse(readFileSync(path.join(unpacked, 'package.json'), 'utf8'));
const files = readdirSync(unpacked, { recursive: true, encoding: 'utf8' })
  .filter((file) => !statSync(path.join(unpacked, file)).isDirectory()).map((file) => file.replaceAll('\\', '/'));

/** Every file that an export may lead to. @param {unknown} entry @returns {string[]} */
const targets = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry ?? {}).flatMap(targets));

test('every entry leads to a file, types first', () => {
  for (const [name, entry] of Object.entries(manifest.exports)) {
    if (name.includes('*')) continue;
    for (const target of targets(entry)) assert.ok(existsSync(path.join(unpacked, target)), `${name}: ${target}`);
    for (const part of [entry, entry.node].filter((each) => typeof each === 'object')) {
      assert.equal(Object.keys(part).filter((key) => key !== 'node')[0], 'types', name);
    }
  }
  for (const field of ['main', 'types', 'unpkg', 'jsdelivr']) assert.ok(existsSync(path.join(unpacked, manifest[field])), field);
  assert.deepEqual(manifest.sideEffects, ['**/*worker.js', '**/*.global.js']);
  assert.equal(manifest.private, undefined);
});

test('it has the library and nothing of the page, no models, no maps, and nothing of this machine', () => {
  const strange = files.filter((file) => !/^((bundler|node|single)\/)?((lib|tools|extras|wasm|pictures)\/([\w-]+\/)*)?[\w.-]+\.(js|wasm|d\.ts|json|md)$|^LICENSE$/i.test(file));
  assert.deepEqual(strange, []);
  assert.deepEqual(files.filter((file) => /app\/|models?\/|\.html$|\.map$/.test(file)), []);
  for (const file of files.filter((each) => !each.endsWith('.wasm'))) {
    assert.ok(!readFileSync(path.join(unpacked, file), 'utf8').includes(root), file);
  }
});

test('licences of what others wrote, and a list of components', () => {
  const notices = readFileSync(path.join(unpacked, 'THIRD-PARTY.md'), 'utf8');
  const { components, metadata } = JSON.parse(readFileSync(path.join(unpacked, 'sbom.cdx.json'), 'utf8'));
  assert.equal(metadata.component.version, manifest.version);
  for (const { name, licenses } of components) {
    assert.match(licenses[0].expression, /^[\w.-]+( WITH [\w-]+)?$/);
    assert.ok(notices.includes(`## ${name}`), name);
  }
});

test("the modules' scripts were made lean: none of Emscripten's own ways to fetch a module is left", () => {
  for (const file of files.filter((each) => /^wasm\/.*\.js$/.test(each))) {
    assert.doesNotMatch(readFileSync(path.join(unpacked, file), 'utf8'), /XMLHttpRequest|instantiateStreaming|HEAPF64/, file);
  }
});

test('sizes are held', () => {
  for (const { what, brotli, limit } of sizesOf(unpacked)) assert.ok(brotli <= limit, `${what}: ${brotli} bytes of ${limit}`);
});

test('an editor finds the types of every entry', async () => {
  const app = await installApp('types', { from: 'single' });
  writeFileSync(path.join(app, 'main.ts'), `
    import { ImageClassifier, type ImageClassifierResult } from 'gossamer';
    import { InferenceSession, Tensor } from 'gossamer/ort';
    import { inspectModel } from 'gossamer/tools';
    import { ImageClassifier as Single } from 'gossamer/single';
    import * as ort from 'gossamer/single/ort';
    import { Session } from 'gossamer/session';
    import { Session as SingleSession } from 'gossamer/single';
    import { embed, cosineSimilarity } from 'gossamer/extras';
    import { isolate } from 'gossamer/isolation';
    export async function main(canvas: HTMLCanvasElement): Promise<string> {
      const classifier: ImageClassifier = await ImageClassifier.createFromModelPath('model.onnx', { maxResults: 3, level: 'simd' });
      const result: ImageClassifierResult = await classifier.classify(canvas);
      const session = await InferenceSession.create('model.onnx');
      const tensor: Tensor = new Tensor('float32', new Float32Array(4), [1, 4]);
      void [session, tensor, inspectModel, Single, ort.Tensor, isolate, embed, cosineSimilarity, Session, SingleSession];
      return result.classifications[0].categories[0].categoryName;
    }
    // @ts-expect-error: there is no such option
    ImageClassifier.createFromModelPath('model.onnx', { maxResult: 3 });
    // @ts-expect-error: a picture is no number
    export const wrong = (classifier: ImageClassifier) => classifier.classify(5);
  `);
  for (const [module, resolution] of [['esnext', 'bundler'], ['nodenext', 'nodenext']]) {
    writeFileSync(path.join(app, 'tsconfig.json'), JSON.stringify({
      compilerOptions: { noEmit: true, strict: true, target: 'es2022', lib: ['es2022', 'dom'], types: [], module, moduleResolution: resolution },
      files: ['main.ts'],
    }));
    await run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', app])
      .catch(({ output }) => assert.fail(`${resolution}: ${output}`));
  }
});

test('a server that renders pages can import every entry, and nothing happens', async () => {
  const app = await installApp('server', { from: 'single' });
  writeFileSync(path.join(app, 'server.mjs'), `
    const before = Object.keys(globalThis).length;
    const seen = [];
    globalThis.fetch = (address) => { seen.push(String(address)); };
    for (const entry of ['', '/session', '/ort', '/tools', '/extras', '/single', '/beside', '/isolation']) seen.push(Object.keys(await import('gossamer' + entry)).length > 0);
    console.log(JSON.stringify([seen, Object.keys(globalThis).length - before]));
  `);
  const [seen, added] = JSON.parse(await run(process.execPath, ['server.mjs'], { cwd: app }));
  assert.deepEqual(seen, Array(8).fill(true));
  assert.equal(added, 0);
});
