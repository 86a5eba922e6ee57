// Several pictures at once: where their results come, people look.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ready, setUp } from './helpers.mjs';
import { encodePng, renderDigit } from './pictures.mjs';

const site = setUp();
const pictures = Array.from({ length: 9 }, (_, digit) =>
  ({ name: `${digit}.png`, mimeType: 'image/png', buffer: encodePng(renderDigit(digit)) }));

/** How much of an element is in sight, from 0 to 1. @param {import('playwright-core').Locator} place */
const inSight = (place) => place.evaluate((element) => new Promise((/** @type {(share: number) => void} */ resolve) => {
  new IntersectionObserver(([{ intersectionRatio }]) => resolve(intersectionRatio)).observe(element);
}));

for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
  test(`results of several pictures come into sight at ${viewport.width} pixels, and a picture that is chosen there, too`, async () => {
    const { page, close } = await site.open('', { viewport, reducedMotion: 'reduce' });
    await ready(page);
    for (const count of [2, 9]) {
      await page.evaluate(() => window.scrollTo(0, 0));
      await page.getByTestId('file-input').setInputFiles(pictures.slice(0, count));
      // Not the table of before.
      await page.getByTestId('results').getByRole('heading', { name: new RegExp(`^${count} pictures`) }).waitFor();
      await page.getByTestId('batch-save').waitFor();
      const rows = page.locator('[data-testid=results] tbody tr');
      for (const row of [0, 1]) assert.ok(await inSight(rows.nth(row)) > 0.99, `row ${row} of ${count}`);
    }
    await page.getByRole('button', { name: 'Show 1.png' }).click();
    await page.locator('#frame[data-mode=image]').waitFor();
    assert.ok(await inSight(page.locator('#frame')) > 0.99);
    await close();
  });
}

test('another model reads the same pictures again when asked', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await page.getByTestId('file-input').setInputFiles(pictures.slice(0, 2));
  await page.getByTestId('batch-save').waitFor();
  assert.equal(await page.getByTestId('batch-again').count(), 0);
  await page.getByTestId('model-menu').selectOption('symbols');
  await page.getByTestId('batch-again').click();
  await page.getByTestId('results').getByRole('heading', { name: /^2 pictures, .*symbols/i }).waitFor();
  await page.getByTestId('batch-save').waitFor();
  assert.equal(await page.locator('[data-testid=results] tbody tr').count(), 2);
  assert.equal(await page.getByTestId('batch-again').count(), 0);
  await close();
});

test('the page scrolls to results calmly, and at once for people who want no motion', async () => {
  for (const [reducedMotion, behavior] of /** @type {const} */ ([['no-preference', 'smooth'], ['reduce', 'instant']])) {
    const { page, close } = await site.open('', { reducedMotion }, (fresh) => fresh.addInitScript(() => {
      const all = /** @type {any} */ (globalThis);
      all.scrolled = [];
      Element.prototype.scrollIntoView = function scrollIntoView(/** @type {any} */ options) { all.scrolled.push([this.id, options]); };
    }));
    await ready(page);
    await page.getByTestId('file-input').setInputFiles(pictures.slice(0, 2));
    await page.getByTestId('batch-save').waitFor();
    assert.deepEqual(await page.evaluate(() => /** @type {any} */ (globalThis).scrolled), [['batch', { block: 'nearest', behavior }]]);
    await close();
  }
});
