// The package in apps whose pages a server renders first, Next.js and SvelteKit, built for production and started; by
// bundlers that are rarer than those of tests/integration, and under runtimes that are like Node: Deno and Bun.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root, run } from '../../tools/lib/run.mjs';
import { serve } from '../../tools/serve.mjs';
import { addPictures, installApp, installExample, setUpBrowser, start } from '../integration/support.mjs';

const site = setUpBrowser();

/** @param {string} name @param {string} pictures @param {string[]} packages */
const install = (name, pictures, packages) =>
  installApp(name, { from: path.join(root, 'tests/frameworks/apps', name), pictures, packages });

test('Next.js', async (t) => {
  const app = await install('next', 'public', ['next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1']);
  await run('npx', ['--no-install', 'next', 'build'], { cwd: app, env: { NEXT_TELEMETRY_DISABLED: '1' } });
  const { url, html } = await start(t, app, (port) => ({ command: 'npx', args: ['--no-install', 'next', 'start', '-p', String(port)] }));
  assert.match(html, /<h1>Next\.js<\/h1>/);
  assert.deepEqual(await site.answer(url), { label: '5', worker: true });
});

test('SvelteKit', async (t) => {
  const app = await install('sveltekit', 'static', [
    '@sveltejs/kit@2.70.4', '@sveltejs/adapter-node@5.5.7', '@sveltejs/vite-plugin-svelte@7.3.1', 'svelte@5.57.3', 'vite@8.3.8',
  ]);
  await run('npx', ['--no-install', 'vite', 'build'], { cwd: app });
  const { url, html } = await start(t, app, (port) => ({ command: process.execPath, args: ['build'], env: { PORT: String(port), HOST: 'localhost' } }));
  assert.match(html, /<h1[^>]*>SvelteKit<\/h1>/);
  assert.deepEqual(await site.answer(url), { label: '5', worker: true });
});

test('the example in React, as it starts and as Vite builds it', async (t) => {
  const app = await installExample('react');
  const see = async (/** @type {string} */ url) => {
    const page = await site.browser.newPage();
    await page.goto(url);
    await page.locator('li').first().filter({ hasText: /^5: \d+\.\d %$/ }).waitFor();
    assert.equal(await page.locator('li').count(), 3);
    await page.close();
  };
  const { url } = await start(t, app, (port) => ({ command: 'npm', args: ['start', '--', '--port', String(port), '--strictPort'] }));
  await see(url);
  await run('npm', ['run', 'build'], { cwd: app });
  const server = await serve({ port: 0, root: path.join(app, 'dist') });
  t.after(() => server.close());
  await see(server.url);
});

/** Puts the page of an app beside its script. @param {string} app @param {string} page @param {string} script */
const writePage = (app, page, script) =>
  writeFileSync(path.join(app, page), readFileSync(path.join(app, 'index.html'), 'utf8').replace('SCRIPT', script));

test('Rspack', async () => {
  const app = await installApp('rspack', { from: 'bundled', packages: ['@rspack/core@2.3.3'] });
  writeFileSync(path.join(app, 'build.mjs'), `import { rspack } from '@rspack/core';
    rspack({ context: ${JSON.stringify(app)}, mode: 'production', entry: './main.js', output: { path: ${JSON.stringify(path.join(app, 'dist'))}, filename: 'main.js' } },
      (error, stats) => { if (error ?? stats?.hasErrors()) throw error ?? new Error(String(stats)); });`);
  await run(process.execPath, ['build.mjs'], { cwd: app });
  addPictures(path.join(app, 'dist'));
  writePage(app, 'dist/index.html', 'main.js');
  assert.deepEqual(await site.answerOf(path.join(app, 'dist')), {
    usual: { label: '5', worker: true, threads: 2 }, base: { label: '5', worker: true, threads: 1 },
    inline: { label: '5', worker: false, threads: 1 }, ort: [1, 10], tools: true,
  });
});

test('Parcel, with all in one file', async () => {
  const app = await installApp('parcel', { from: 'single', packages: ['parcel@2.16.4'] });
  const manifest = path.join(app, 'package.json');
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), '@parcel/resolver-default': { packageExports: true } }));
  writePage(app, 'index.html', './main.js');
  await run('npx', ['--no-install', 'parcel', 'build', 'index.html', '--dist-dir', 'dist', '--no-cache', '--public-url', './'], { cwd: app });
  addPictures(path.join(app, 'dist'));
  assert.deepEqual(await site.answerOf(path.join(app, 'dist')), {
    usual: { label: '5', worker: true, threads: 1 }, inline: { label: '5', worker: false, threads: 1 }, ort: [1, 10],
  });
});

for (const [runtime, version, flags] of /** @type {const} */ ([['deno', '2.9.6', ['run', '-A']], ['bun', '1.4.5', []]])) {
  test(`a program under ${runtime}`, async () => {
    const app = await install('runtimes', '.', [`${runtime}@${version}`]);
    const text = await run(path.join(app, 'node_modules/.bin', runtime), [...flags, 'classify.mjs'], { cwd: app });
    assert.deepEqual(JSON.parse(text.trim()), {
      labels: ['5', '5', '5'], inputs: [{ name: 'image', type: 'float32', shape: [1, 1, 28, 28] }],
    });
  });
}
