// Every view, in light and in dark, at a laptop's and a phone's size, before axe-core's rules; and what
// axe cannot see: targets of 44 pixels, no sideways scroll, the keyboard, a phone on its side.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { VIEWS } from '../../web/app/views.js';
import { draw, reading, ready, setUp } from './helpers.mjs';

const site = setUp();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Findings of axe. @param {import('playwright-core').Page} page */
async function findings(page) {
  // As text, which DevTools run whatever the page's policy says.
  await page.evaluate(`${axe}; undefined`);
  /** @type {{id: string, impact: string, nodes: {target: string[], failureSummary: string}[]}[]} */
  const violations = await page.evaluate("axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)");
  return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ target, failureSummary }) =>
    `${target.join(' ')} ${failureSummary.split('\n').slice(1).join(' ').trim()}`).join(' | ')}`);
}

/** What is wrong with sizes. @param {import('playwright-core').Page} page */
const misfits = (page) => page.evaluate(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  const small = [...document.querySelectorAll('button, select, summary, nav a, input:not([type=checkbox], [type=radio], .unseen)')]
    .filter((target) => target.checkVisibility())
    .map((target) => [target.id || target.textContent?.trim().slice(0, 30), Math.round(target.getBoundingClientRect().height)])
    .filter(([, height]) => Number(height) < 44).map(([name, height]) => `${name} is ${height} pixels high`);
  return scrollWidth > clientWidth ? [`scrolls sideways, ${scrollWidth} of ${clientWidth}`, ...small] : small;
});

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
