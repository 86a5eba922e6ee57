// Every view, in light and in dark, at a laptop's and a phone's size, before axe-core's rules; and what
// axe cannot see: targets of 44 pixels, no sideways scroll, the keyboard, a phone on its side.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VIEWS } from '../../web/app/views.js';
import { colourModel } from '../support/onnx.mjs';
import { cutOff, draw, errorText, findings, misfits, reading, ready, setUp } from './helpers.mjs';
import { give } from './ownModels.mjs';
import { encodePng, renderDigit } from './pictures.mjs';

const site = setUp();

/**
 * Buttons and links whose name does not begin with what they show: who speaks to a device says what is seen.
 * @param {import('playwright-core').Page} page
 */
const unlike = (page) => page.evaluate(() => [...document.querySelectorAll('[aria-label]:is(button, a, summary)')]
  .filter((target) => target.checkVisibility() && /\S/.test(target.textContent ?? ''))
  .map((target) => [target.getAttribute('aria-label') ?? '', target.textContent?.trim() ?? ''])
  .filter(([name, shown]) => !name.startsWith(shown)).map(([name, shown]) => `${shown}: ${name}`));

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
    for (const { name } of VIEWS) {
      test(`${name}, ${colorScheme}, ${viewport.width} pixels wide: axe finds nothing, and all fits`, async () => {
        const { page, close } = await site.open(`#${name}`, { colorScheme, viewport });
        await ready(page);
        await page.locator(`[data-view=${name}]:visible`).waitFor();
        if (name === 'classify') {
          await draw(page, 5);
          await reading(page);
          for (const id of ['options', 'meaning', 'facts']) await page.locator(`#${id} > summary`).click();
        }
        if (name === 'models') await page.locator('[data-testid^=model-card-]').nth(5).waitFor();
        assert.deepEqual(await findings(page), []);
        assert.deepEqual(await unlike(page), []);
        assert.deepEqual(await misfits(page), []);
        assert.deepEqual(await cutOff(page), []);
        await close();
      });
    }
  }
}

test('an error, a table of pictures and a model of one\'s own: axe finds nothing, and names are what is shown', async () => {
  const { page, close } = await site.open('', { viewport: { width: 360, height: 740 } });
  await ready(page);
  const look = async (/** @type {string} */ where) => assert.deepEqual([where, await findings(page), await unlike(page), await misfits(page)], [where, [], [], []]);
  const buffer = encodePng(renderDigit(3, { width: 64, height: 64, size: 40 }));
  await page.getByTestId('file-input').setInputFiles(['a.png', 'b.png'].map((name) => ({ name, mimeType: 'image/png', buffer })));
  await page.getByTestId('batch-save').waitFor();
  await look('a table of pictures');
  await give(page, ['broken.onnx', 'no model']);
  assert.match(await errorText(page), /broken\.onnx/);
  await look('an error');
  assert.deepEqual(await page.locator('header:visible').evaluateAll((all) => all.filter((each) => !each.closest('main')).map(({ className }) => className)),
    ['masthead'], 'one banner');
  assert.deepEqual(await page.locator('#batch th').evaluateAll((all) => all.filter(({ textContent }) => !textContent?.trim()).length), 0);
  await give(page, ['own.onnx', colourModel()]);
  await page.getByTestId('use-own').waitFor();
  await look('the panel of a model of one\'s own');
  await page.getByTestId('use-own').click();
  await page.locator('html[data-shown=classify]').waitFor();
  await page.getByTestId('nav-models').click();
  await page.getByTestId('model-card-file:own.onnx').waitFor();
  await page.getByTestId('kept').getByText('own.onnx').waitFor();
  await look('the card of a model of one\'s own');
  await close();
});

test('a phone on its side sees pad and reading together', async () => {
  const { page, close } = await site.open('', { viewport: { width: 740, height: 360 } });
  await ready(page);
  const pad = await page.getByTestId('draw-pad').boundingBox();
  assert.ok(pad && pad.y + pad.height <= 360, JSON.stringify(pad));
  const label = await page.getByTestId('result-label').boundingBox();
  assert.ok(label && label.y < 360 && label.x > pad.x + pad.width, JSON.stringify(label));
  assert.deepEqual(await misfits(page), []);
  await close();
});

test('who wants less motion sees none', async () => {
  const { page, close } = await site.open('', { reducedMotion: 'reduce' });
  await ready(page);
  const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((element) => {
    const { transitionDuration, animationName } = getComputedStyle(element);
    return animationName !== 'none' || transitionDuration.split(',').some((time) => parseFloat(time) > 0);
  }).map(({ id, className }) => id || String(className)));
  assert.deepEqual(moving, []);
  await close();
});
