// Bringing a model of one's own, and everything that can be wrong with it: each fault gives one
// panel that names it, the model before stays in use, and the page still classifies.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { draw, errorText, expectClassifies, reading, ready, setUp } from './helpers.mjs';
import { encodePng, renderDigit } from './pictures.mjs';
import { colourModel, rareModel, scaleModel, unknownOperatorModel } from '../support/onnx.mjs';

const site = setUp();
const dist = new URL('../../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('models/manifest.json', dist), 'utf8'));
const digits = readFileSync(new URL(`models/${manifest[0].path}`, dist));

const page404 = '<!doctype html><html><body>Not found</body></html>';

/** @type {Record<string, {bytes: Buffer, expect: RegExp}>} */
const faults = {
  'truncated.onnx': { bytes: digits.subarray(0, digits.length >> 1), expect: /PARSE/ },
  'notes.onnx': { bytes: Buffer.from('Dear diary, this is not a model at all.\n'), expect: /PARSE/ },
  'page.onnx': { bytes: Buffer.from(page404), expect: /PARSE[\s\S]*|HTML/ },
  'wobble.onnx': { bytes: unknownOperatorModel(), expect: /UNSUPPORTED[\s\S]*Wobble|Wobble[\s\S]*UNSUPPORTED/ },
  'empty.onnx': { bytes: Buffer.alloc(0), expect: /PARSE/ },
};

for (const [name, { bytes, expect }] of Object.entries(faults)) {
  test(`${name} gives one clear error, and the page still classifies`, async () => {
    const { page, close } = await site.open();
    await ready(page);
    await expectClassifies(page, 3);
    await page.getByTestId('model-input').setInputFiles({ name, mimeType: '', buffer: bytes });
    const text = await errorText(page);
    assert.match(text, expect);
    assert.ok(text.includes(name), text);
    assert.match(await page.getByTestId('status').innerText(), /still using/);
    await expectClassifies(page, 5);
    assert.ok(await page.getByTestId('error').isHidden(), 'a new drawing puts the panel away');
    await close();
  });
}

test('an opened model is used, stays in the menu, and gives way to another', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await page.getByTestId('model-input').setInputFiles({
    name: 'colour.onnx', mimeType: '', buffer: colourModel({ bias: [0, 3, 0] }),
  });
  await page.getByTestId('use-own').click();
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-testid=result-bars] li').length === 3);
  await draw(page, 4);
  assert.equal((await reading(page)).label, 'class 1');  // green by its bias
  const menu = page.getByTestId('model-menu');
  assert.equal(await menu.evaluate((/** @type {HTMLSelectElement} */ { selectedOptions }) => selectedOptions[0].text),
    'colour.onnx');
  await menu.selectOption({ index: 0 });
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-testid=result-bars] li').length === 10);
  await ready(page);
  await expectClassifies(page, 4);
  await close();
});

test('a model is opened by dropping it', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], 'colour.onnx'));
    document.body.dispatchEvent(new DragEvent('drop', {
      dataTransfer: transfer, bubbles: true, cancelable: true,
    }));
  }, colourModel().toString('base64'));
  await page.getByTestId('use-own').click();
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-testid=result-bars] li').length === 3);
  await close();
});

test('a model that is opened before the list of models has come stays in use and in the list', async () => {
  /** @type {(value?: unknown) => void} */
  let release = () => {};
  const held = new Promise((resolve) => { release = resolve; });
  const { page, close } = await site.open('', {}, (fresh) => fresh.route('**/manifest.json', async (route) => {
    await held;
    await route.continue();
  }));
  await page.locator('[data-testid=nav-classify][aria-current]').waitFor();
  await page.getByTestId('model-input').setInputFiles({ name: 'mine.onnx', mimeType: '', buffer: digits });
  await ready(page);
  release();
  const menu = page.getByTestId('model-menu');
  await menu.locator('option', { hasText: manifest[0].title }).waitFor({ state: 'attached' });
  await page.waitForTimeout(300);  // the first of the list would be loaded by then
  const [first, ...others] = await menu.locator('option').allInnerTexts();
  assert.equal(first, manifest[0].title);
  assert.ok(others.includes('mine.onnx'), others.join());
  assert.equal(await menu.evaluate((/** @type {HTMLSelectElement} */ { selectedOptions }) => selectedOptions[0].text), 'mine.onnx');
  await expectClassifies(page, 3);
  await close();
});

test('after an error the keyboard is where it was before', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await page.locator('#open-model').focus();
  await page.getByTestId('model-input').setInputFiles({ name: 'notes.onnx', mimeType: '', buffer: Buffer.from('no model') });
  await errorText(page);
  const focused = () => page.evaluate(() => document.activeElement?.id);
  assert.equal(await focused(), 'open-model', 'a panel that comes takes nothing away');
  await page.getByTestId('error').getByRole('button', { name: 'Close' }).press('Enter');
  await page.getByTestId('error').waitFor({ state: 'hidden' });
  assert.equal(await focused(), 'open-model');
  await close();
});

test('of many classes the likeliest few are shown', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await page.getByTestId('model-input').setInputFiles({
    name: 'scale.onnx', mimeType: '', buffer: scaleModel(200),
  });
  await page.getByTestId('use-own').click();
  await page.locator('[data-testid=model-menu]', { hasText: 'scale.onnx' }).waitFor();
  await ready(page);
  await page.getByTestId('file-input').setInputFiles({
    name: 'red.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="red"/></svg>'),
  });
  await page.locator('#label:not([data-empty])').waitFor();
  const { label } = await reading(page);
  assert.equal(label, 'class 199');
  const names = await page.locator('[data-testid=result-bars] .name').allInnerTexts();
  assert.deepEqual(names, [199, 198, 197, 196, 195, 194].map((index) => `class ${index}`));
  await close();
});

test('a missing model, or a web page in its place, is a network error with the address', async () => {
  for (const [answer, expect] of /** @type {const} */ ([
    [{ status: 404, body: 'gone' }, /NETWORK[\s\S]*404/],
    [{ status: 200, contentType: 'text/html', body: page404 }, /web page[\s\S]*NETWORK/],
    [{ status: 200, contentType: 'application/octet-stream', body: page404 }, /web page[\s\S]*NETWORK/],
  ])) {
    const { page, close } = await site.open('', {}, (fresh) =>
      fresh.route('**/*.onnx', (route) => route.fulfill(answer)));
    const text = await errorText(page);
    assert.match(text, expect);
    assert.match(text, /digits\.onnx/);
    assert.equal(await page.getByTestId('status').getAttribute('data-state'), 'error');
    await page.unroute('**/*.onnx');
    await page.getByTestId('error').getByRole('button', { name: 'Close' }).click();
    await page.locator('footer').getByRole('button', { name: 'Try again' }).press('Enter');
    await ready(page);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'model', 'where the button was');
    assert.ok(await page.locator('#retry-load').isHidden());
    await expectClassifies(page, 6);
    await close();
  }
});

test('a part of the runtime that does not come is no fault of the model, and can be tried again', async () => {
  const { page, close } = await site.open('', {}, (fresh) =>
    fresh.route('**/*-all.wasm', (route) => route.fulfill({ status: 404 })));
  await ready(page);
  await page.getByTestId('model-input').setInputFiles({ name: 'rare.onnx', mimeType: '', buffer: rareModel() });
  const text = await errorText(page);
  assert.match(text, /could not be downloaded[\s\S]*rare\.onnx[\s\S]*every operator[\s\S]*NETWORK/);
  assert.doesNotMatch(text, /not supported/);
  await page.context().setOffline(true);
  await page.getByTestId('error').getByRole('button', { name: 'Try again' }).click();
  assert.match(await errorText(page), /rare\.onnx: A part that this needs is not kept on this device/);
  await page.context().setOffline(false);
  await page.unroute('**/*-all.wasm');
  await page.getByTestId('error').getByRole('button', { name: 'Try again' }).click();
  await page.locator('[data-testid=model-menu]', { hasText: 'rare.onnx' }).waitFor();
  await ready(page);
  assert.ok(await page.getByTestId('error').isHidden());
  await close();
});

test('views that need a model say that it failed, and what to do', async () => {
  for (const [view, file] of [['inspect', '**/*.onnx'], ['evaluate', '**/*.onnx'], ['measure', '**/manifest.json']]) {
    const { page, close } = await site.open(`#${view}`, {}, (fresh) =>
      fresh.route(file, (route) => route.fulfill({ status: 500 })));
    const host = page.locator(`[data-view=${view}]`);
    await host.getByTestId('no-model').waitFor();
    assert.match(await host.innerText(), /did not load|No models found/);
    assert.doesNotMatch(await host.innerText(), /Waiting/);
    await page.unroute(file);
    await page.locator('#retry-load').click();
    await page.getByTestId('error').waitFor({ state: 'hidden' });
    await ready(page);
    await host.getByTestId('no-model').waitFor({ state: 'hidden' });
    assert.match(await host.innerText(), /Handwritten digits/);
    await close();
  }
});

test('a model whose bytes are not those announced is refused', async () => {
  const { page, close } = await site.open('', {}, (fresh) =>
    fresh.route('**/manifest.json', (route) => route.fulfill({
      json: [{ ...manifest[0], sha256: '00'.repeat(32) }],
    })));
  assert.match(await errorText(page), /not the one that was announced[\s\S]*NETWORK/);
  await close();
});

test('a download can be cancelled', async () => {
  const { page, close } = await site.open('', {}, (fresh) =>
    fresh.route('**/*.onnx', () => {}));  // never answered
  await page.locator('#cancel-load').click();
  await page.locator('[data-testid=status]', { hasText: 'Cancelled' }).waitFor();
  assert.ok(await page.getByTestId('error').isHidden());
  await close();
});

test('after a first load that failed any model can be chosen', async () => {
  const { page, close } = await site.open('?model=emotions', {}, (fresh) =>
    fresh.route('**/emotions*.onnx', (route) => route.abort()));
  await errorText(page);
  const menu = page.getByTestId('model-menu');
  assert.equal(await menu.inputValue(), '', 'what the menu shows cannot be chosen');
  await menu.selectOption('digits');
  await ready(page);
  assert.equal(await menu.inputValue(), 'digits');
  await close();
});

test('a list of models that is asked for twice comes once, and one that is not kept here needs a connection', async () => {
  const { page, close } = await site.open('', {}, (fresh) => fresh.addInitScript(() => {
    const all = /** @type {any} */ (globalThis);
    const { fetch } = globalThis;
    const held = new Promise((resolve) => { all.release = resolve; });
    let asked = 0;
    all.fetch = async (/** @type {any} */ ...given) => {
      if (!String(given[0]).endsWith('manifest.json')) return fetch(.../** @type {[any]} */ (given));
      asked += 1;
      if (asked === 1) return new Response('', { status: 504, statusText: 'Not kept on this device' });
      await held;
      return fetch(.../** @type {[any]} */ (given));
    };
  }));
  const text = await errorText(page);
  assert.match(text, /not kept on this device[\s\S]*needs a connection/);
  assert.doesNotMatch(text, /without one/, 'nothing is kept without a service worker');
  await page.locator('#retry-load').click();
  await page.getByTestId('error').getByRole('button', { name: 'Try again' }).click();
  await page.evaluate(() => /** @type {any} */ (globalThis).release());
  await ready(page);
  const titles = await page.getByTestId('model-menu').locator('option').allInnerTexts();
  assert.deepEqual(titles, manifest.map((/** @type {{title: string}} */ { title }) => title));
  await close();
});

test('parts that do not come when something is opened are said to be missing, and can be tried again', async () => {
  for (const [part, path] of [['own/arrival.js', ''], ['own/panel.js', '#models']]) {
    const { page, close } = await site.open(path, {}, (fresh) => fresh.route(`**/app/${part}`, (route) => route.abort()));
    await ready(page);
    await page.getByTestId('model-input').setInputFiles({ name: 'mine.onnx', mimeType: '', buffer: colourModel() });
    const text = await errorText(page);
    assert.match(text, /A part of this page cannot be fetched[\s\S]*Try again/, part);
    await page.unroute(`**/app/${part}`);
    await page.getByTestId('error').getByRole('button', { name: 'Try again' }).click();
    await page.getByTestId('report').waitFor();
    await close();
  }
  const { page, close } = await site.open('', {}, (fresh) =>
    fresh.route(/deviceTab\.js|classify\/batch\.js/, (route) => route.abort()));
  await ready(page);
  const again = page.getByTestId('error').getByRole('button', { name: 'Try again' });
  await page.locator('#facts summary').click();
  await page.getByTestId('tab-device').click();
  assert.match(await errorText(page), /A part of this page cannot be fetched/);
  await page.unroute(/deviceTab\.js|classify\/batch\.js/);
  await page.route('**/classify/batch.js', (route) => route.abort());
  await again.click();
  await page.getByTestId('kept-here').getByText('What was set and measured').or(page.getByTestId('kept-here').getByText('Nothing')).first().waitFor();
  const files = [3, 8].map((digit) => ({ name: `${digit}.png`, mimeType: 'image/png', buffer: encodePng(renderDigit(digit)) }));
  await page.getByTestId('file-input').setInputFiles(files);
  assert.match(await errorText(page), /A part of this page cannot be fetched/);
  await page.unroute('**/classify/batch.js');
  await again.click();
  await page.getByTestId('batch-save').waitFor();
  await close();
});
