// The page without a network, and from one version to the next: everything the first visit used is
// there again; what is not the listed file is not kept; a new version waits until it is taken, and
// then comes wholly.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { writePageFiles } from '../../tools/lib/pageFiles.mjs';
import { errorText, expectClassifies, ready, setUp } from './helpers.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-offline-'));
const copies = ['kept', 'broken', 'changed', 'moved', 'half', 'first'].map((name) => path.join(folder, name));
before(() => {
  for (const copy of copies) {
    cpSync(path.join(root, 'dist'), copy, { recursive: true, filter: (source) => !/models\/zoo(\/|$)|\/peers(\/|$)/.test(source) });
    writePageFiles(copy);
  }
});
after(() => rmSync(folder, { recursive: true }));
const site = setUp({ mounts: { '/kept/': copies[0], '/broken/': copies[1], '/changed/': copies[2], '/moved/': copies[3], '/half/': copies[4], '/first/': copies[5] } });

/** @type {import('playwright-core').BrowserContextOptions} */
const allowed = { serviceWorkers: 'allow' };

/**
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<boolean>} condition  evaluated in the page until it holds
 */
async function until(page, condition) {
  const end = Date.now() + 60_000;
  while (!await page.evaluate(condition)) {
    assert.ok(Date.now() < end, `it does not come to hold: ${condition}`);
    await page.waitForTimeout(100);
  }
}

/**
 * Takes a new version after another tab was closed. The browser may count that tab a little longer; then a person
 * is told so, and clicks again.
 * @param {import('playwright-core').Page} page
 * @param {import('playwright-core').Locator} button
 */
async function clickUntilLoaded(page, button) {
  let loaded = false;
  const load = page.waitForEvent('load', { timeout: 60_000 }).then(() => { loaded = true; });
  while (!loaded) {
    await button.click({ timeout: 1000 }).catch(() => {});
    await Promise.race([load, page.waitForTimeout(1000)]);
  }
  await load;
}

/** Until the worker has kept all, modules with and without threads and rarer operators among it. @param {import('playwright-core').Page} page */
async function kept(page) {
  await until(page, async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    if (!registration?.active) return false;
    for (const name of await caches.keys()) {
      const names = (await (await caches.open(name)).keys()).map(({ url }) => url);
      if (names.filter((url) => url.endsWith('.wasm')).length >= 4 && names.some((url) => url.endsWith('.onnx'))) return true;
    }
    return false;
  });
}

test('after the first visit the page opens and classifies without a network', async () => {
  const { page, close } = await site.open('kept/', allowed);
  await ready(page);
  await kept(page);
  await page.context().setOffline(true);
  await page.reload();
  await ready(page);
  await expectClassifies(page, 6);
  assert.equal(await page.evaluate(() => crossOriginIsolated), true, 'the headers are kept with the files');
  await page.goto(new URL('kept/?model=digits#classify', site.url).href);
  await ready(page);
  await expectClassifies(page, 2);
  await close();
});

test('a model that was never opened is said to need a connection, and comes with it', async () => {
  const { page, close } = await site.open('kept/', allowed);
  await ready(page);
  await kept(page);
  await page.reload();
  await ready(page);
  await page.context().setOffline(true);
  await page.getByTestId('model-menu').selectOption('garments');
  const text = await errorText(page);
  assert.match(text, /Garments: It is not kept on this device\.[\s\S]*needs a connection; after that it is there without one\. What you used before still works now\./);
  assert.doesNotMatch(text, /504|Reload/);
  assert.match(await page.getByTestId('status').innerText(), /still using Handwritten digits/);
  await page.context().setOffline(false);
  await page.getByTestId('error').getByRole('button', { name: 'Try again' }).click();
  await page.locator('#invitation-text', { hasText: 'Draw here' }).waitFor();
  await ready(page);
  await close();
});

test('a tab of a version that the site no longer has is led to the new one', async () => {
  const { page, close } = await site.open('moved/', allowed);
  await ready(page);
  await kept(page);
  await page.reload();  // now the worker serves the page
  await ready(page);
  const index = path.join(copies[3], 'index.html');
  writeFileSync(index, readFileSync(index, 'utf8').replace('<title>Gossamer', '<title data-new>Gossamer'));
  renameSync(path.join(copies[3], 'models/garments/garments.onnx'), path.join(copies[3], 'models/garments/new.onnx'));
  const manifest = path.join(copies[3], 'models/manifest.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('garments/garments.onnx', 'garments/new.onnx'));
  writePageFiles(copies[3]);
  await page.getByTestId('model-menu').selectOption('garments');
  assert.match(await errorText(page), /502 Not of this version/);
  const second = await page.context().newPage();
  await second.goto(page.url());
  await page.getByRole('button', { name: 'Reload the page' }).click();
  await page.getByTestId('error').getByText('Close the other tab').waitFor();
  await second.close();
  await clickUntilLoaded(page, page.getByRole('button', { name: 'Reload the page' }));
  await ready(page);
  assert.equal(await page.locator('title[data-new]').count(), 1);
  await page.getByTestId('model-menu').selectOption('garments');
  await page.locator('#invitation-text', { hasText: 'Draw here' }).waitFor();
  await close();
});

test('the first visit takes no part of another version into use, and offers the new one', async () => {
  const { page, close } = await site.open('first/');
  await ready(page);
  const models = path.join(copies[5], 'app/views/models.js');
  writeFileSync(models, `document.documentElement.dataset.mixed = '';${readFileSync(models, 'utf8')}`);
  writePageFiles(copies[5]);
  await page.getByTestId('nav-models').click();
  assert.match(await errorText(page), /Models could not be opened[\s\S]*newer version/);
  assert.equal(await page.locator('[data-view=models]').count(), 0);
  await page.getByRole('button', { name: 'Reload the page' }).click();
  await page.waitForFunction(() => !('mixed' in document.documentElement.dataset));
  await ready(page);
  await page.getByTestId('nav-models').click();
  await page.getByRole('heading', { name: 'Public classifiers' }).waitFor();
  await close();
});

test('a new version that does not come as a whole is said, and nothing is reloaded', async () => {
  const { page, close } = await site.open('half/', allowed);
  await ready(page);
  await kept(page);
  await page.reload();  // now the worker serves the page
  await ready(page);
  const model = path.join(copies[4], 'models/garments/garments.onnx');
  writeFileSync(model, Buffer.concat([readFileSync(model), Buffer.from([0])]));
  writeFileSync(path.join(copies[4], 'style.css'), 'body { color: red }');
  writePageFiles(copies[4]);
  writeFileSync(path.join(copies[4], 'style.css'), 'body { color: blue }');
  await page.getByTestId('model-menu').selectOption('garments');
  assert.match(await errorText(page), /502 Not of this version/);
  await page.evaluate(() => { Object.assign(globalThis, { stays: true }); });
  await page.getByRole('button', { name: 'Reload the page' }).click();
  await page.getByTestId('error').getByText(/a newer version is not there, or could not be fetched as a whole/).waitFor();
  assert.equal(await page.evaluate(() => 'stays' in globalThis), true);
  await close();
});

test('what was removed does not come back while the page goes on', async () => {
  const { page, close } = await site.open('kept/', allowed);
  await ready(page);
  await kept(page);
  await page.reload();  // now the worker serves the page
  await ready(page);
  await page.locator('#facts summary').click();
  await page.getByTestId('tab-device').click();
  await page.getByRole('button', { name: 'Remove: The page and its parts' }).click();
  await page.getByTestId('kept-here').getByText('Nothing is kept on this device').waitFor();
  await page.getByTestId('nav-evaluate').click();
  await page.getByTestId('nav-classify').click();
  await expectClassifies(page, 4);
  await page.waitForTimeout(2500);  // longer than the page waits before it keeps itself
  assert.deepEqual(await page.evaluate(() => caches.keys()), []);
  await close();
});

test('a site that is still being built is not kept', async () => {
  const { page, close } = await site.open('kept/', allowed, (fresh) => fresh.route(/kept\/$/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace('</title>', '</title><meta name="unfinished" content="modules">') });
  }));
  await ready(page);
  await page.waitForTimeout(2500);
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()) === undefined), true);
  await close();
});

test('a tab with a malformed address does not keep a new version from being taken', async () => {
  const { page, close } = await site.open('changed/', allowed);
  await ready(page);
  await kept(page);
  const other = await page.context().newPage();
  await other.goto(`${site.url}/changed/%E0%A4%A`).catch(() => {});
  const answer = await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    const { port1, port2 } = new MessageChannel();
    const answered = new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
    active?.postMessage({ take: true }, [port2]);
    return Promise.race([answered, new Promise((resolve) => { setTimeout(resolve, 5000, 'no answer'); })]);
  });
  assert.deepEqual(answer, { taken: true });
  await close();
});

test('what is kept is shown with its size, and can be removed', async () => {
  const { page, close } = await site.open('kept/', allowed);
  await ready(page);
  await kept(page);
  await page.locator('#options summary').click();
  await page.getByTestId('count').selectOption('3');
  await page.locator('#facts summary').click();
  await page.getByTestId('tab-device').click();
  const list = page.getByTestId('kept-here');
  await list.getByText('The page and its parts').waitFor();
  const text = await list.innerText();
  assert.match(text, /parts\s+\d\.\d MB/);
  assert.match(text, /set and measured\s+\d\.\d KB/);
  await page.evaluate(() => localStorage.setItem('gossamer.own.x', JSON.stringify({ title: 'x', recipe: '', bytes: 1, date: '2020-01-01' })));
  await page.getByTestId('remove-everything').click();
  await list.getByText('Recipes and labels of your own models go, too.').waitFor();
  await page.getByRole('button', { name: 'Really remove all 2?' }).click();
  await list.getByText('Nothing is kept on this device').waitFor();
  const left = await page.evaluate(async () => [await caches.keys(), Object.keys(localStorage), !(await navigator.serviceWorker.getRegistration())]);
  assert.deepEqual(left, [[], [], true]);
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'tab-device');
  assert.equal(await page.getByTestId('count').inputValue(), '0', 'what was set is gone here, too');
  await close();
});

test('what is kept while the list of it is open is in the list', async () => {
  const { page, close } = await site.open('kept/', allowed);
  await page.locator('#facts summary').click();
  await page.getByTestId('tab-device').click();
  await page.getByTestId('kept-here').getByText('Nothing is kept on this device').waitFor();
  await kept(page);
  await page.getByTestId('kept-here').getByText('The page and its parts').waitFor();
  await close();
});

test('a file that is not the listed one is never kept', async () => {
  writeFileSync(path.join(copies[1], 'style.css'), 'body { color: red }');
  const { page, close } = await site.open('broken/', allowed);
  await ready(page);
  await until(page, async () => (await caches.keys()).some((name) => name.includes('/broken/')));
  // The worker gives up, and the page goes on as it is.
  await until(page, async () => !(await navigator.serviceWorker.getRegistration()));
  const held = await page.evaluate(async () => {
    const all = [];
    for (const name of await caches.keys()) all.push(...await (await caches.open(name)).keys());
    return all.map(({ url }) => url).filter((url) => url.endsWith('/style.css'));
  });
  assert.deepEqual(held, []);
  await expectClassifies(page, 4);
  await close();
});

test('a new version is offered, not forced, and then comes wholly', async () => {
  // The page registers its worker later than it finds the new version; the offer has to stay.
  const late = 5000;
  const { page, close } = await site.open('changed/', allowed, (fresh) => fresh.addInitScript((delay) => {
    const start = setTimeout;
    Object.assign(globalThis, { setTimeout: (/** @type {() => void} */ run, /** @type {number} */ time) => start(run, time === 1500 ? delay : time) });
  }, late));
  await ready(page);
  await kept(page);
  await page.reload();
  await ready(page);
  const index = path.join(copies[2], 'index.html');
  writeFileSync(index, readFileSync(index, 'utf8').replace('<title>Gossamer', '<title data-new>Gossamer'));
  const texts = path.join(copies[2], 'app/texts.js');
  writeFileSync(texts, readFileSync(texts, 'utf8').replace('Draw here', 'Draw anew'));
  writePageFiles(copies[2]);
  const isNew = () => page.locator('title[data-new]').count();
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  await page.getByTestId('update').waitFor({ timeout: 30_000 });
  await page.waitForTimeout(late);
  assert.equal(await page.getByTestId('update').isVisible(), true);
  await page.reload();
  await ready(page);
  assert.equal(await isNew(), 0, 'it was not asked for');
  const second = await page.context().newPage();
  await second.goto(page.url());
  await ready(second);
  await page.getByTestId('update').waitFor();
  await page.getByTestId('take-update').click();
  await page.getByTestId('update').getByText('Close the other tab').waitFor();
  await second.close();
  await clickUntilLoaded(page, page.getByTestId('take-update'));
  await ready(page);
  assert.equal(await isNew(), 1);
  assert.match(await page.evaluate(async () => (await fetch('app/texts.js')).text()), /Draw anew/);
  await expectClassifies(page, 9);
  await close();
});
