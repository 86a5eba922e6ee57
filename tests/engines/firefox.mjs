// Firefox (Debian's firefox-esr) by WebDriver BiDi, which puppeteer speaks; playwright's Firefox is one
// that it patched itself. Its camera is a picture that Firefox makes up. What a browser offers to the
// tests is said in browser.mjs.

import puppeteer from 'puppeteer-core';

/** @param {{camera?: boolean}} [options] @returns {Promise<import('./browser.mjs').Browser>} */
export async function launchFirefox({ camera = true } = {}) {
  const browser = await puppeteer.launch({
    browser: 'firefox', headless: true,
    executablePath: process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr',
    extraPrefsFirefox: {
      'media.navigator.permission.disabled': true, 'media.navigator.streams.fake': camera,
      'media.autoplay.default': 0,
    },
  });
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  return {
    version: await browser.version(),
    open: async (url) => { await page.goto(url); },
    evaluate: (body, ...args) => page.evaluate((text, list) => {
      const AsyncFunction = /** @type {any} */ (async () => {}).constructor;
      return new AsyncFunction('...args', text)(...list);
    }, body, args),
    async upload(selector, file) {
      const input = /** @type {import('puppeteer-core').ElementHandle<HTMLInputElement>} */ (await page.$(selector));
      await input.uploadFile(file);
    },
    async drag(points) {
      await page.mouse.move(...points[0]);
      await page.mouse.down();
      for (const point of points.slice(1)) await page.mouse.move(...point);
      await page.mouse.up();
    },
    close: () => browser.close(),
  };
}
