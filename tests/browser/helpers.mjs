// What the browser tests share: the server over dist/, one Chromium, a hand that draws, and ways to
// read the page. Every test gets a context of its own, so that none sees another's state.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { chromiumFlags, findHeadlessShell } from '../../tools/lib/chromium.mjs';
import { serve } from '../../tools/serve.mjs';
import { DIGITS } from '../../web/app/strokes.js';

/**
 * Starts server and browser for a test file, and stops them after it.
 * @param {{flags?: string[], mounts?: Record<string, string>, isolation?: boolean, policy?: boolean}} [options]
 *     mounts, isolation, policy: as of serve()
 */
export function setUp({ flags = [], mounts, isolation, policy } = {}) {
  const site = {
    url: '',
    /** @type {import('playwright-core').Browser} */
    browser: /** @type {any} */ (undefined),
    /**
     * A page at `path` of the site; errors that nobody caught fail the test when `close` is called.
     * @param {string} [path]
     * @param {import('playwright-core').BrowserContextOptions} [options]
     * @param {(page: import('playwright-core').Page) => Promise<unknown>} [prepare]
     */
    async open(path = '', options = {}, prepare = async () => {}) {
      const context = await site.browser.newContext({
        viewport: { width: 1280, height: 800 },
        serviceWorkers: 'block',  // it would keep the whole site for every test
        ...options,
      });
      // A machine that builds at the same time is slow to load a page, which says nothing of the page.
      context.setDefaultNavigationTimeout(120_000);
      const page = await context.newPage();
      /** @type {string[]} */
      const uncaught = [];
      page.on('pageerror', (error) => uncaught.push(String(error.stack)));
      await prepare(page);
      await page.goto(new URL(path, site.url).href);
      const close = async () => {
        // A request that a test answers may still be on its way: its failure says nothing.
        if (!page.isClosed()) await page.unrouteAll({ behavior: 'ignoreErrors' });
        await context.close();
        assert.deepEqual(uncaught, []);
      };
      return { page, close };
    },
  };
  /** @type {{url: string, close: () => Promise<void>}} */
  let server;
  before(async () => {
    server = await serve({ port: 0, mounts, isolation, policy });
    site.url = server.url;
    site.browser = await chromium.launch({ executablePath: findHeadlessShell(), args: [...chromiumFlags, ...flags] });
  });
  after(async () => {
    await site.browser?.close();
    await server?.close();
  });
  return site;
}

/** Waits until the page says it is ready to classify. @param {import('playwright-core').Page} page */
export async function ready(page) {
  const settled = page.locator('[data-testid=status]:not([data-state=loading])');
  await settled.waitFor({ timeout: 30_000 });
  if (await settled.getAttribute('data-state') === 'error') {
    assert.fail(`the page is not ready: ${await errorText(page)}`);
  }
}

/**
 * Draws with the mouse, as strokes.
 * @param {import('playwright-core').Page} page
 * @param {number} digit
 * @param {{scale?: number, slant?: number, dx?: number, dy?: number}} [hand]  scale about the
 *     centre; slant to the right; shift; all in parts of the pad
 */
export async function draw(page, digit, { scale = 1, slant = 0, dx = 0, dy = 0 } = {}) {
  const box = await page.getByTestId('draw-pad').boundingBox();
  assert.ok(box, 'the draw pad is not visible');
  /** @param {[number, number]} point @returns {[number, number]} */
  const place = ([x, y]) => [
    box.x + box.width * (0.5 + dx + scale * (x - 0.5 + slant * (0.5 - y))),
    box.y + box.height * (0.5 + dy + scale * (y - 0.5)),
  ];
  for (const stroke of DIGITS[digit]) {
    await page.mouse.move(...place(stroke[0]));
    await page.mouse.down();
    // A hand does not wait until each of its movements is shown.
    await Promise.all(stroke.slice(1).map((point) => page.mouse.move(...place(point))));
    await page.mouse.up();
  }
}

/**
 * The result once nothing is pending any more.
 * @param {import('playwright-core').Page} page
 */
export async function reading(page) {
  await page.locator('#reading[aria-busy=false]').waitFor();
  const text = (/** @type {string} */ id) => page.getByTestId(id).innerText();
  return {
    label: await text('result-label'),
    probability: parseFloat(await text('result-probability')) / 100,
    latency: await text('latency'),
    scores: await page.locator('[data-testid=result-bars] li')
      .evaluateAll((rows) => rows.map((row) => Number(row.dataset.score))),
  };
}

/**
 * Draws a digit on an empty pad and fails unless the page reads it.
 * @param {import('playwright-core').Page} page
 * @param {number} digit
 */
export async function expectClassifies(page, digit) {
  await page.getByTestId('clear-pad').click();
  await draw(page, digit);
  const { label, scores } = await reading(page);
  assert.equal(label, String(digit), `drew ${digit}, scores ${scores}`);
}

/** The error panel's text, once it is there. @param {import('playwright-core').Page} page */
export async function errorText(page) {
  const panel = page.getByTestId('error');
  await panel.waitFor({ state: 'visible' });
  return panel.innerText();
}

/** Findings of axe-core. @param {import('playwright-core').Page} page */
export async function findings(page) {
  // As text, which DevTools run whatever the page's policy says.
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(`${axe}; undefined`);
  /** @type {{id: string, impact: string, nodes: {target: string[], failureSummary: string}[]}[]} */
  const violations = await page.evaluate("axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)");
  return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ target, failureSummary }) =>
    `${target.join(' ')} ${failureSummary.split('\n').slice(1).join(' ').trim()}`).join(' | ')}`);
}

/** What is wrong with sizes. @param {import('playwright-core').Page} page */
export const misfits = (page) => page.evaluate(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  const small = [...document.querySelectorAll('button, select, summary, nav a, input:not([type=checkbox], [type=radio], .unseen)')]
    .filter((target) => target.checkVisibility())
    .map((target) => [target.id || target.textContent?.trim().slice(0, 30), Math.round(target.getBoundingClientRect().height)])
    .filter(([, height]) => Number(height) < 44).map(([name, height]) => `${name} is ${height} pixels high`);
  return scrollWidth > clientWidth ? [`scrolls sideways, ${scrollWidth} of ${clientWidth}`, ...small] : small;
});

/** Choices that are longer than the list that shows them. @param {import('playwright-core').Page} page */
export const cutOff = (page) => page.evaluate(() => [...document.querySelectorAll('select')]
  .filter((list) => list.checkVisibility()).flatMap((list) => {
    const { paddingLeft, paddingRight, fontSize, fontWeight, fontFamily } = getComputedStyle(list);
    const context = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));
    // `font` itself is empty where figures are tabular.
    context.font = `${fontWeight} ${fontSize} ${fontFamily}`;
    const room = list.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    return [...list.options].map(({ text }) => ({ text, width: Math.ceil(context.measureText(text).width) }))
      .filter(({ width }) => width > room + 1).map(({ text, width }) => `${text}: ${width} of ${Math.floor(room)} pixels`);
  }));
