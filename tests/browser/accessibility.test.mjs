// Every view, in light and in dark, at a laptop's and a phone's size, before axe-core's rules; and what
// axe cannot see: targets of 44 pixels, no sideways scroll, the keyboard, a phone on its side.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VIEWS } from '../../web/app/views.js';
import { cutOff, draw, findings, misfits, reading, ready, setUp } from './helpers.mjs';

const site = setUp();

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
        assert.deepEqual(await findings(page), []);
        assert.deepEqual(await misfits(page), []);
        assert.deepEqual(await cutOff(page), []);
        await close();
      });
    }
  }
}

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
