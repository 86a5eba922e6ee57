// A choice of model goes into the page's address: a reload keeps it, and back and forward change it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorText, setUp } from './helpers.mjs';
import { give, largeModel } from './ownModels.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = setUp();

/** Waits until a model is in use. @param {Page} page @param {string} name */
async function inUse(page, name) {
  await page.waitForFunction((wanted) => {
    const menu = /** @type {HTMLSelectElement | null} */ (document.querySelector('[data-testid=model-menu]'));
    const status = document.querySelector('[data-testid=status]');
    return menu?.value === wanted && status instanceof HTMLElement && status.dataset.state === 'ready';
  }, name);
}

/** What the address says after the site's own. @param {Page} page */
const address = (page) => decodeURIComponent(page.url().slice(new URL(page.url()).origin.length));

test('a model that is chosen in the menu is in the address, survives a reload, and back and forward change it', async () => {
  const { page, close } = await site.open('?level=simd#measure');
  await inUse(page, 'digits');
  assert.equal(address(page), '/?level=simd#measure', 'the first model needs no name');
  await page.getByTestId('model-menu').selectOption('garments');
  await inUse(page, 'garments');
  assert.equal(address(page), '/?level=simd&model=garments#measure');
  await page.reload();
  await inUse(page, 'garments');
  await page.getByTestId('model-menu').selectOption('digits');
  await inUse(page, 'digits');
  assert.equal(address(page), '/?level=simd&model=digits#measure');
  await page.goBack();
  await inUse(page, 'garments');
  await page.goBack();
  await inUse(page, 'digits');
  assert.equal(address(page), '/?level=simd#measure');
  await page.goForward();
  await inUse(page, 'garments');
  assert.equal(address(page), '/?level=simd&model=garments#measure');
  assert.ok(await page.getByTestId('nav-measure').and(page.locator('[aria-current]')).isVisible());
  await close();
});

test('a model that is chosen in the list of models is in the address of the other views, too', async () => {
  const { page, close } = await site.open('#models');
  await inUse(page, 'digits');
  await page.getByRole('button', { name: 'Use Garments' }).click();
  await inUse(page, 'garments');
  await page.getByTestId('nav-classify').click();
  assert.equal(address(page), '/?model=garments#classify');
  await page.goBack();
  assert.equal(address(page), '/?model=garments#models');
  await page.reload();
  await inUse(page, 'garments');
  await close();
});

test('going back to another view does not end the load of a model', async () => {
  const { page, close } = await site.open('#classify');
  await inUse(page, 'digits');
  await page.getByTestId('nav-models').click();
  /** @type {(value?: unknown) => void} */
  let release = () => {};
  const held = new Promise((resolve) => { release = resolve; });
  await page.route('**/garments*.onnx', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByTestId('model-menu').selectOption('garments');
  await page.goBack();
  await page.locator('[data-testid=nav-classify][aria-current]').waitFor();
  release();
  await inUse(page, 'garments');
  assert.equal(address(page), '/?model=garments#classify');
  await close();
});

test('where a model cannot be had again, the address goes on naming the one in use', async () => {
  const { page, close } = await site.open('?model=garments');
  await inUse(page, 'garments');
  await page.getByTestId('model-menu').selectOption('digits');
  await inUse(page, 'digits');
  await page.route('**/garments*.onnx', (route) => route.abort());
  await page.goBack();
  assert.match(await errorText(page), /could not be downloaded[\s\S]*garments/);
  assert.equal(await page.getByTestId('model-menu').inputValue(), 'digits');
  assert.equal(address(page), '/?model=digits');
  await close();
});

test('the name of a file of one’s own is never sent; it comes back with back, and after a reload is said to be wanted again', async () => {
  const { page, close } = await site.open();
  await inUse(page, 'digits');
  page.on('request', (request) => assert.doesNotMatch(request.url() + (request.headers().referer ?? ''), /mine/));
  await give(page, ['mine.onnx', largeModel()]);
  await page.getByTestId('use-own').click();
  await inUse(page, 'file:mine.onnx');
  assert.equal(address(page), '/#classify');
  await page.getByTestId('nav-inspect').click();
  await page.locator('html[data-shown=inspect]').waitFor();
  await inUse(page, 'file:mine.onnx');
  await page.getByTestId('model-menu').selectOption('digits');
  await inUse(page, 'digits');
  await page.goBack();
  await inUse(page, 'file:mine.onnx');
  await page.reload();
  const text = await errorText(page);
  assert.match(text, /Open mine\.onnx again[\s\S]*does not keep your files/);
  assert.equal(await page.locator('#error[data-told]').count(), 1, 'no fault');
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'), page.getByTestId('error').getByRole('button', { name: 'Open .onnx' }).click(),
  ]);
  assert.ok(chooser.isMultiple());
  assert.doesNotMatch(text, /garments/, 'a list of other models does not help');
  await inUse(page, 'digits');
  assert.equal(address(page), '/?model=digits#inspect');
  await close();
});
