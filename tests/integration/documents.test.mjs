// Settings that the documentation names, as they stand there: of Vite, webpack, esbuild and TypeScript. (The examples
// of code run in tests/browser and tests/package.)
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root, run } from '../../tools/lib/run.mjs';
import { installApp, setUpBrowser } from './support.mjs';

const site = setUpBrowser();

/** A block of code by its beginning. @param {string} document @param {string} beginning */
function block(document, beginning) {
  const text = readFileSync(path.join(root, 'docs', document), 'utf8');
  const [found] = [...text.matchAll(/^```\w+\n(.*?)^```/gms)].map(([, code]) => code).filter((code) => code.startsWith(beginning));
  assert.ok(found, `${document} has no ${beginning}`);
  return found;
}

/** An app that imports every name of onnxruntime-web that others import. */
const ortApp = `
  import * as ort from 'onnxruntime-web';
  import { InferenceSession } from 'onnxruntime-web/wasm';
  import same from 'onnxruntime-web/webgpu';
  import { Tensor } from 'onnxruntime-common';
  const session = await InferenceSession.create('model.onnx', { executionProviders: ['webgpu', 'wasm'] });
  const outputs = await session.run({ [session.inputNames[0]]: new Tensor('float32', new Float32Array(784), [1, 1, 28, 28]) });
  const refused = await InferenceSession.create('model.onnx', { executionProviders: ['webgpu'] }).then(() => 'made', () => 'refused');
  const answer = [outputs[session.outputNames[0]].dims, Boolean(ort.env.versions.gossamer), same.Tensor === Tensor, refused];
  document.getElementById('answer').textContent = JSON.stringify(answer);`;
const ortAnswer = [[1, 10], true, true, 'refused'];

/** An app with its own `main.js`. @param {string} name @param {string} script @param {Record<string, string>} files */
async function makeApp(name, script, files) {
  const app = await installApp(name, { from: 'bundled', pictures: 'public' });
  const page = path.join(app, 'index.html');
  writeFileSync(page, readFileSync(page, 'utf8').replace('SCRIPT', script));
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(app, file), text);
  return app;
}

test('headers for threads, of the development server of Vite and of its preview', async () => {
  const { build, createServer, preview } = await import('vite');
  const app = await makeApp('vite-headers', '/main.js', { 'vite.config.js': block('API.md', '// vite.config.js') });
  const development = await createServer({ root: app, logLevel: 'error', server: { port: 0 } });
  try {
    await development.listen();
    assert.equal((await site.answer(String(development.resolvedUrls?.local[0]))).usual.threads, 2);
  } finally {
    await development.close();
  }
  await build({ root: app, logLevel: 'error', build: { target: 'esnext' } });
  const built = await preview({ root: app, logLevel: 'error', preview: { port: 0 } });
  try {
    assert.equal((await site.answer(String(built.resolvedUrls?.local[0]))).usual.threads, 2);
  } finally {
    await built.close();
  }
});

test('aliases of Vite for onnxruntime-web', async () => {
  const { build } = await import('vite');
  const app = await makeApp('vite-alias', '/main.js', { 'main.js': ortApp, 'vite.config.js': block('MIGRATION.md', '// vite.config.js') });
  await build({ root: app, logLevel: 'error', build: { target: 'esnext' } });
  assert.deepEqual(await site.answerOf(path.join(app, 'dist')), ortAnswer);
});

test('aliases of webpack for onnxruntime-web', async () => {
  const { default: webpack } = await import('webpack');
  const app = await makeApp('webpack-alias', 'main.js', { 'main.js': ortApp, 'webpack.config.js': block('MIGRATION.md', '// webpack.config.js') });
  const { default: settings } = await import(pathToFileURL(path.join(app, 'webpack.config.js')).href);
  await new Promise((resolve, reject) => {
    webpack({
      ...settings, context: app, mode: 'production', entry: './main.js', output: { path: path.join(app, 'public'), filename: 'main.js' },
    }, (error, stats) => {
      if (error ?? stats?.hasErrors()) reject(error ?? new Error(String(stats)));
      else resolve(undefined);
    });
  });
  writeFileSync(path.join(app, 'public/index.html'), readFileSync(path.join(app, 'index.html')));
  assert.deepEqual(await site.answerOf(path.join(app, 'public')), ortAnswer);
});

/** What TypeScript says. @param {string} app @param {object} compilerOptions @param {string[]} files */
async function complaints(app, compilerOptions, ...files) {
  const typeRoots = [path.join(root, 'node_modules/@types')];
  writeFileSync(path.join(app, 'tsconfig.json'), JSON.stringify({
    compilerOptions: { noEmit: true, strict: true, target: 'es2022', types: [], typeRoots, skipLibCheck: true, ...compilerOptions }, files,
  }));
  return run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', app]).then(() => '', ({ output }) => output);
}

test('TypeScript: names of onnxruntime-web', async () => {
  const { paths } = JSON.parse(block('MIGRATION.md', '{\n  "compilerOptions"')).compilerOptions;
  const app = await makeApp('types-paths', '/main.js', { 'main.ts': `${ortApp.replace(/document[^;]*;/, 'console.log(answer);')}
    export const tensor: ort.Tensor = new Tensor('float32', [1], [1]);
    // @ts-expect-error: no elements
    new Tensor(5);` });
  const bundler = { module: 'esnext', moduleResolution: 'bundler' };
  assert.equal(await complaints(app, { ...bundler, paths }, 'main.ts'), '');
  assert.match(await complaints(app, bundler, 'main.ts'), /TS2339.*'gossamer'|TS2307/);
});

test('TypeScript: programs for Node', async () => {
  const program = `
    import { ImageClassifier } from 'gossamer';
    export const classes = async () => (await ImageClassifier.createFromModelPath('model.onnx')).classify('picture.png');`;
  const app = await makeApp('types-node', '/main.js', { 'main.ts': program, 'main.cts': program });
  const bundler = { module: 'esnext', moduleResolution: 'bundler' };
  const node = { types: ['node'] };
  assert.equal(await complaints(app, { ...node, module: 'nodenext' }, 'main.ts', 'main.cts'), '');
  assert.equal(await complaints(app, { ...node, module: 'node20' }, 'main.cts'), '');
  assert.match(await complaints(app, { ...node, module: 'node16' }, 'main.cts'), /TS1479/);
  assert.match(await complaints(app, { ...node, ...bundler }, 'main.ts'), /TS2345/);
  assert.equal(await complaints(app, { ...node, ...bundler, customConditions: ['node'] }, 'main.ts'), '');
  const withoutPages = { ...node, module: 'nodenext', lib: ['es2022'] };
  assert.equal(await complaints(app, withoutPages, 'main.ts'), '');
  assert.match(await complaints(app, { ...withoutPages, skipLibCheck: false }, 'main.ts'), /HTMLImageElement/);
});

test('a bundled program for Node leaves the package out', async () => {
  const { build } = await import('esbuild');
  const app = await makeApp('node-bundled', '/main.js', { 'program.js': `
    import { ImageClassifier } from 'gossamer';
    import { embed } from 'gossamer/extras';
    const classifier = await ImageClassifier.createFromModelPath('public/model.onnx', { maxResults: 1 });
    const { classifications } = await classifier.classify('public/picture.png');
    console.log(classifications[0].categories[0].categoryName, (await embed(classifier, 'public/picture.png')).length > 1);` });
  await build({
    absWorkingDir: app, entryPoints: ['program.js'], bundle: true, platform: 'node', format: 'esm', outfile: 'bundle.mjs',
    external: ['gossamer'], logLevel: 'error',
  });
  assert.equal(await run(process.execPath, ['bundle.mjs'], { cwd: app }), '5 true\n');
});
