// What apps' own tools make of the package: Vite and webpack, which copy the library's files and give them names of
// their own, and esbuild and Rollup, which know nothing but scripts.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { addPictures, installApp, setUpBrowser } from './support.mjs';

const site = setUpBrowser();

const bundled = {
  usual: { label: '5', worker: true, threads: 2 },
  base: { label: '5', worker: true, threads: 1 },
  inline: { label: '5', worker: false, threads: 1 },
  ort: [1, 10],
  tools: true,
};
const single = { usual: { label: '5', worker: true, threads: 1 }, inline: { label: '5', worker: false, threads: 1 }, ort: [1, 10] };

/** Puts the page beside its script. @param {string} app @param {string} script  relative to the app's dist */
function writePage(app, script) {
  const page = readFileSync(path.join(app, 'index.html'), 'utf8').replace('SCRIPT', script);
  mkdirSync(path.join(app, 'dist'), { recursive: true });
  writeFileSync(path.join(app, 'dist/index.html'), page);
  addPictures(path.join(app, 'dist'));
}

/** @param {string} name */
async function viteApp(name) {
  const app = await installApp(name, { from: 'bundled', pictures: 'public' });
  const page = path.join(app, 'index.html');
  writeFileSync(page, readFileSync(page, 'utf8').replace('SCRIPT', '/main.js'));
  return app;
}

test('a production build of Vite', async () => {
  const { build } = await import('vite');
  const app = await viteApp('vite');
  await build({ root: app, logLevel: 'error', configFile: false, base: './', build: { target: 'esnext' } });
  assert.deepEqual(await site.answerOf(path.join(app, 'dist')), bundled);
});

test('the same under a path of its own', async () => {
  const folder = path.join(await viteApp('vite-sub'), 'site');
  const { build } = await import('vite');
  await build({
    root: path.dirname(folder), logLevel: 'error', configFile: false, base: '/deep/path/',
    build: { target: 'esnext', outDir: 'site/deep/path' },
  });
  assert.deepEqual(await site.answerOf(folder, { path: 'deep/path/' }), bundled);
});

test('the development server of Vite', async () => {
  const { createServer } = await import('vite');
  const app = await viteApp('vite-dev');
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  const server = await createServer({ root: app, logLevel: 'error', configFile: false, server: { port: 0, headers } });
  try {
    await server.listen();
    assert.deepEqual(await site.answer(String(server.resolvedUrls?.local[0])), bundled);
  } finally {
    await server.close();
  }
});

test('webpack', async () => {
  const { default: webpack } = await import('webpack');
  const app = await installApp('webpack', { from: 'bundled' });
  await new Promise((resolve, reject) => {
    webpack({
      context: app, mode: 'production', entry: './main.js', output: { path: path.join(app, 'dist'), filename: 'main.js' },
    }, (error, stats) => {
      if (error ?? stats?.hasErrors()) reject(error ?? new Error(String(stats)));
      else resolve(undefined);
    });
  });
  writePage(app, 'main.js');
  assert.deepEqual(await site.answerOf(path.join(app, 'dist')), bundled);
});

test('esbuild', async () => {
  const { build } = await import('esbuild');
  const app = await installApp('esbuild', { from: 'single' });
  await build({
    absWorkingDir: app, entryPoints: ['main.js'], bundle: true, minify: true, format: 'iife', outfile: 'dist/main.js', logLevel: 'error',
  });
  writePage(app, 'main.js');
  assert.deepEqual(await site.answerOf(path.join(app, 'dist')), single);
});

test('Rollup', async () => {
  const { rollup } = await import('rollup');
  const { nodeResolve } = await import('@rollup/plugin-node-resolve');
  const app = await installApp('rollup', { from: 'single' });
  const bundle = await rollup({ input: path.join(app, 'main.js'), plugins: [nodeResolve({ browser: true })] });
  await bundle.write({ file: path.join(app, 'dist/main.js'), format: 'es' });
  await bundle.close();
  writePage(app, 'main.js');
  assert.deepEqual(await site.answerOf(path.join(app, 'dist')), single);
});

test('esbuild, with the files copied beside the app', async () => {
  const { build } = await import('esbuild');
  const app = await installApp('esbuild-copied', { from: 'bundled' });
  const beside = (/** @type {string} */ name) => name.replace(/^gossamer$/, 'gossamer/gossamer').replace(/^/, './').concat('.js');
  await build({
    absWorkingDir: app, entryPoints: ['main.js'], bundle: true, format: 'esm', outfile: 'dist/main.js', logLevel: 'error',
    plugins: [{
      name: 'beside',
      setup: (own) => own.onResolve({ filter: /^gossamer/ }, ({ path: name }) => ({ path: beside(name), external: true })),
    }],
  });
  writePage(app, 'main.js');
  cpSync(path.join(app, 'node_modules/gossamer'), path.join(app, 'dist/gossamer'), { recursive: true });
  assert.deepEqual(await site.answerOf(path.join(app, 'dist')), bundled);
});

/** @type {Record<string, (app: string) => Promise<unknown>>} */
const makers = {
  esbuild: async (app) => (await import('esbuild')).build({
    absWorkingDir: app, entryPoints: ['own.js'], bundle: true, minify: true, format: 'esm', outfile: 'dist/own.js', logLevel: 'error',
  }),
  Rollup: async (app) => {
    const { rollup } = await import('rollup');
    const { nodeResolve } = await import('@rollup/plugin-node-resolve');
    const bundle = await rollup({ input: path.join(app, 'own.js'), plugins: [nodeResolve({ browser: true })] });
    await bundle.write({ file: path.join(app, 'dist/own.js'), format: 'es', inlineDynamicImports: true });
    await bundle.close();
  },
};
for (const [name, make] of Object.entries(makers)) {
  test(`a service worker made by ${name}`, async () => {
    const app = await installApp(`service-worker-${name.toLowerCase()}`, { from: 'single' });
    writeFileSync(path.join(app, 'own.js'), `
      import { ImageClassifier } from 'gossamer/service-worker';
      onmessage = async ({ source }) => {
        try {
          const classifier = await ImageClassifier.createFromModelPath('model.onnx', { wasmPaths: 'wasm/' });
          const { classifications: [{ categories: [{ categoryName }] }] } = await classifier.classify(await (await fetch('picture.png')).blob());
          source.postMessage(categoryName);
        } catch (error) {
          source.postMessage(String(error));
        }
      };`);
    await make(app);
    addPictures(path.join(app, 'dist'));
    cpSync(path.join(app, 'node_modules/gossamer/wasm'), path.join(app, 'dist/wasm'), { recursive: true });
    writeFileSync(path.join(app, 'dist/index.html'), `<!doctype html><p id="answer"></p><script type="module">
      await navigator.serviceWorker.register('own.js', { type: 'module' });
      const { active } = await navigator.serviceWorker.ready;
      navigator.serviceWorker.onmessage = ({ data }) => { document.getElementById('answer').textContent = JSON.stringify(data); };
      navigator.serviceWorker.startMessages();
      active.postMessage('begin');
    </script>`);
    assert.equal(await site.answerOf(path.join(app, 'dist')), '5');
  });
}
