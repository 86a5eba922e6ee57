// Hosts that send no headers: the page's offline worker isolates later visits, and an app's page is
// isolated by isolation.js, with one reload and never a second.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { expectClassifies, ready, setUp } from './helpers.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-isolation-'));
const app = `<!doctype html><title>App</title><script type="module">
  import { isolate } from '/isolation.js';
  globalThis.visits = Number(sessionStorage.getItem('visits') ?? 0) + 1;
  sessionStorage.setItem('visits', globalThis.visits);
  globalThis.isolation = await isolate(new URLSearchParams(location.search).get('worker') ?? 'isolation-worker.js');
</script>`;
before(() => {
  writeFileSync(path.join(folder, 'index.html'), app);
  writeFileSync(path.join(folder, 'picture.txt'), 'as it is');
  for (const place of ['isolation-worker.js', 'below/isolation-worker.js']) {
    cpSync(path.join(root, 'dist/isolation-worker.js'), path.join(folder, place));
  }
  // One that isolates nothing, as where a frame's parent is not isolated.
  writeFileSync(path.join(folder, 'idle-worker.js'), 'addEventListener("fetch", () => {});');
});
after(() => rmSync(folder, { recursive: true }));
const site = setUp({ isolation: false, mounts: { '/host/': folder } });

/** @type {import('playwright-core').BrowserContextOptions} */
const allowed = { serviceWorkers: 'allow' };

/** @param {import('playwright-core').Page} page @param {string} expected */
const settles = (page, expected) =>
  page.waitForFunction((wanted) => /** @type {any} */ (globalThis).isolation === wanted, expected, { timeout: 60_000 });

test('the page is isolated from the second visit on, and classifies', async () => {
  const { page, close } = await site.open('', allowed);
  await ready(page);
  assert.equal(await page.evaluate(() => crossOriginIsolated), false);
  await page.evaluate(async () => { await navigator.serviceWorker.ready; });
  await page.reload();
  await ready(page);
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  await expectClassifies(page, 3);
  await close();
});

test('an app is isolated after one reload, and what it fetches stays as it is', async () => {
  const { page, close } = await site.open('host/', allowed);
  await settles(page, 'isolated');
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  assert.equal(await page.evaluate('visits'), 2);
  assert.equal(await page.evaluate(async () => (await fetch('picture.txt')).text()), 'as it is');
  assert.equal(await page.evaluate(async () => (await fetch('nowhere.txt')).status), 404);
  await page.reload();
  await settles(page, 'isolated');
  assert.equal(await page.evaluate('visits'), 3);
  await close();
});

test('where reloading does not help it is not done again', async () => {
  const { page, close } = await site.open('host/?worker=idle-worker.js', allowed);
  await settles(page, 'refused');
  assert.equal(await page.evaluate('visits'), 2);
  await close();
});

test('without a service worker the page goes on as it is', async () => {
  const missing = await site.open('host/?worker=nowhere.js', allowed);
  await settles(missing.page, 'unavailable');
  assert.equal(await missing.page.evaluate('visits'), 1);
  await missing.close();
});

test('a worker that lies below the page does not keep it waiting', async () => {
  const { page, close } = await site.open('host/?worker=below/isolation-worker.js', allowed);
  await settles(page, 'unavailable');
  await close();
});

test('importing isolation.js does nothing by itself', async () => {
  // A page that has the worker beside it, so that there is something to register.
  const { page, close } = await site.open('host/picture.txt', allowed);
  const kept = await page.evaluate(async (address) => {
    await import(address);
    await new Promise((resolve) => { setTimeout(resolve, 500); });
    return { workers: (await navigator.serviceWorker.getRegistrations()).length, stored: sessionStorage.length };
  }, '/isolation.js');
  assert.deepEqual(kept, { workers: 0, stored: 0 });
  await close();
});
