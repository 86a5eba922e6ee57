// The page's frame: views have addresses, the one shown first is the one that the address names, and
// going elsewhere and back loses nothing. A view that cannot be fetched leaves the page as it was.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VIEWS } from '../../web/app/views.js';
import { draw, errorText, expectClassifies, reading, ready, setUp } from './helpers.mjs';

const site = setUp();
const others = VIEWS.map(({ name }) => name).filter((name) => name !== 'classify');

test('every view is in the navigation and has an address', async () => {
  const { page, close } = await site.open();
  await ready(page);
  for (const name of others) {
    await page.getByTestId(`nav-${name}`).click();
    await page.locator(`[data-view=${name}]:visible`).waitFor();
    assert.equal(new URL(page.url()).hash, `#${name}`);
    assert.equal(await page.getByTestId(`nav-${name}`).getAttribute('aria-current'), 'page');
    assert.ok(await page.getByTestId('draw-pad').isHidden());
  }
  await close();
});

test('what was drawn is still there after another view', { skip: others.length === 0 }, async () => {
  const { page, close } = await site.open();
  await ready(page);
  await draw(page, 4);
  assert.equal((await reading(page)).label, '4');
  await page.getByTestId(`nav-${others[0]}`).click();
  await page.locator(`[data-view=${others[0]}]:visible`).waitFor();
  await page.goBack();
  await page.getByTestId('draw-pad').waitFor();
  assert.equal((await reading(page)).label, '4');
  await expectClassifies(page, 7);
  await close();
});

test('an address opens its view at once', { skip: others.length === 0 }, async () => {
  const { page, close } = await site.open(`#${others[0]}`);
  await page.locator(`[data-view=${others[0]}]:visible`).waitFor();
  assert.ok(await page.getByTestId('draw-pad').isHidden());
  await ready(page);
  await page.getByTestId('nav-classify').click();
  await expectClassifies(page, 5);
  await close();
});

test('an address that names no view opens the first', async () => {
  const { page, close } = await site.open('#nowhere');
  await ready(page);
  await expectClassifies(page, 3);
  await close();
});

test('a view that cannot be fetched leaves the page as it was', { skip: others.length === 0 }, async () => {
  const { page, close } = await site.open('', {}, (fresh) =>
    fresh.route(`**/views/${others[0]}.js`, (route) => route.abort()));
  await ready(page);
  await page.getByTestId(`nav-${others[0]}`).click();
  const text = await errorText(page);
  assert.match(text, /could not be opened: A part of this page cannot be fetched/);
  assert.match(text, /newer version[\s\S]*Try again[\s\S]*Reload the page/);
  assert.ok(!page.url().includes(others[0]));
  await expectClassifies(page, 2);
  await page.unroute(`**/views/${others[0]}.js`);
  await page.getByTestId(`nav-${others[0]}`).click();
  await page.locator(`[data-view=${others[0]}]:visible, #error:visible`).first().waitFor();
  if (await page.getByTestId('error').isVisible()) {  // a browser may remember that a module did not come
    await page.getByRole('button', { name: 'Reload the page' }).click();
    await ready(page);
    await page.getByTestId(`nav-${others[0]}`).click();
  }
  await page.locator(`[data-view=${others[0]}]:visible`).waitFor();
  await close();
});

test('a view that could not be fetched comes when it is tried again, and what to do if not is said', { skip: others.length === 0 }, async () => {
  const { page, close } = await site.open('', {}, (fresh) =>
    fresh.route(`**/views/${others[0]}.js`, (route) => route.abort()));
  await ready(page);
  await page.getByTestId(`nav-${others[0]}`).click();
  const again = page.getByTestId('error').getByRole('button', { name: 'Try again' });
  await again.click();
  await page.getByTestId('error').getByText('Some browsers ask for a part of a page only once').waitFor();
  await page.unroute(`**/views/${others[0]}.js`);
  await again.click();
  await page.locator(`[data-view=${others[0]}]:visible`).waitFor();
  assert.ok(await page.getByTestId('error').isHidden());
  await close();
});

test('the address can name the model, by name or by its own address', async () => {
  const named = await site.open('?model=digits');
  await ready(named.page);
  await expectClassifies(named.page, 1);
  await named.close();
  const addressed = await site.open('?model=models/digits/digits.onnx');
  await ready(addressed.page);
  const chosen = await addressed.page.getByTestId('model-menu').evaluate(
    (/** @type {HTMLSelectElement} */ menu) => menu.selectedOptions[0].text);
  assert.equal(chosen, 'digits.onnx');
  await expectClassifies(addressed.page, 6);
  await addressed.close();
  const unknown = await site.open('?model=nope');
  await ready(unknown.page);
  assert.match(await errorText(unknown.page), /no model of the name[\s\S]*nope[\s\S]*digits/);
  assert.doesNotMatch(await errorText(unknown.page), /ARGUMENT/, 'a slip needs no code');
  await expectClassifies(unknown.page, 7);
  await unknown.close();
});

test('an instruction level that there is not is said, beside a model that there is not, and the page classifies', async () => {
  const { page, close } = await site.open('?level=turbo');
  await ready(page);
  assert.match(await errorText(page), /This cannot be used[\s\S]*no instruction level of the name[\s\S]*turbo[\s\S]*base, simd, relaxed/);
  await expectClassifies(page, 4);
  assert.ok(await page.getByTestId('error').isHidden(), 'a new drawing puts the panel away');
  await close();
  const both = await site.open('?model=nope&level=constructor');
  await ready(both.page);
  assert.match(await errorText(both.page), /no model of the name[\s\S]*no instruction level[\s\S]*nope; constructor/);
  await both.close();
  const known = await site.open('?level=base');
  await ready(known.page);
  assert.match(await known.page.getByTestId('status').innerText(), /no SIMD/);
  assert.ok(await known.page.getByTestId('error').isHidden());
  await known.close();
});

test('a first view that failed is still said to have when the model has come', async () => {
  const { page, close } = await site.open('#models', {}, async (fresh) => {
    await fresh.route('**/views/models.js', (route) => route.abort());
    // The model comes after the view.
    await fresh.route('**/manifest.json', async (route) => {
      await fresh.getByTestId('error').waitFor();
      await route.continue();
    });
  });
  await ready(page);
  assert.match(await errorText(page), /Models could not be opened/);
  await close();
});

test('an address that was mistyped is of no other version of the page', async () => {
  const { page, close } = await site.open('?model=models/none.onnx');
  const text = await errorText(page);
  assert.match(text, /404[\s\S]*|none\.onnx/);
  assert.match(text, /Try again/);
  assert.doesNotMatch(text, /Reload/);
  await close();
});
