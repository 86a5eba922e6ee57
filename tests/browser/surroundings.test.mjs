// The page where things differ: phones, servers without isolation headers, engines without SIMD,
// content policies. It must stay itself, with the same readings.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { draw, errorText, expectClassifies, reading, ready, setUp } from './helpers.mjs';

const site = setUp();

test('at 360 px nothing scrolls sideways and every target is large enough', async () => {
  const { page, close } = await site.open('', { viewport: { width: 360, height: 740 } });
  await ready(page);
  await expectClassifies(page, 8);
  await page.locator('#facts summary').click();
  const widths = await page.evaluate(() =>
    [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.equal(widths[0], widths[1]);
  const small = await page.locator('button, select, summary').evaluateAll((targets) => targets
    .filter((target) => target.checkVisibility())
    .map((target) => [target.id || target.tagName, target.getBoundingClientRect().height])
    .filter(([, height]) => Number(height) < 44));
  assert.deepEqual(small, []);
  await close();
});

test('the pad is the first thing in view, on a laptop and on a phone', async () => {
  for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
    const { page, close } = await site.open('', { viewport });
    const box = await page.getByTestId('draw-pad').boundingBox();
    assert.ok(box && box.y + box.height < viewport.height, JSON.stringify(box));
    await close();
  }
});

test('works without cross-origin isolation', async () => {
  const { page, close } = await site.open('', {}, (fresh) =>
    fresh.route('**/*', async (route) => {
      const response = await route.fetch();
      const headers = response.headers();
      for (const name of Object.keys(headers)) if (/^cross-origin-/.test(name)) delete headers[name];
      await route.fulfill({ response, headers });
    }));
  await ready(page);
  assert.equal(await page.evaluate(() => crossOriginIsolated), false);
  await expectClassifies(page, 5);
  await close();
});

test('every instruction level gives the same readings', async () => {
  /** @type {Record<string, number[][]>} */
  const scores = {};
  for (const level of ['base', 'simd', 'relaxed']) {
    const { page, close } = await site.open(`?level=${level}`);
    await ready(page);
    const expected = { base: 'no SIMD', simd: '· SIMD', relaxed: 'relaxed SIMD' }[level];
    assert.ok((await page.getByTestId('status').innerText()).includes(String(expected)));
    scores[level] = [];
    for (let digit = 0; digit < 10; ++digit) {
      await draw(page, digit);
      const read = await reading(page);
      assert.equal(read.label, String(digit), `${level}: ${read.scores}`);
      scores[level].push(read.scores);
      await page.getByTestId('clear-pad').click();
    }
    await close();
  }
  for (const level of ['simd', 'relaxed']) {
    scores[level].flat().forEach((score, i) => {
      const reference = scores.base.flat()[i];
      assert.ok(Math.abs(score - reference) < 1e-4, `${level}: ${score}, base ${reference}`);
    });
  }
});

test('steps down when the engine validates no SIMD', async () => {
  const { page, close } = await site.open('', {}, (fresh) => fresh.addInitScript(() => {
    WebAssembly.validate = () => false;
  }));
  await ready(page);
  assert.match(await page.getByTestId('status').innerText(), /no SIMD/);
  await expectClassifies(page, 2);
  await close();
});

test('asks no other server for anything, and its policy would not let it', async () => {
  /** @type {string[]} */
  const requests = [];
  const { page, close } = await site.open('', {}, async (fresh) => {
    fresh.on('request', (request) => requests.push(request.url()));
  });
  await ready(page);
  await expectClassifies(page, 0);
  const foreign = requests.filter((url) => !url.startsWith(site.url) && !/^(blob|data):/.test(url));
  assert.deepEqual(foreign, []);
  const blocked = await page.evaluate(() => new Promise((resolve) => {
    addEventListener('securitypolicyviolation', (event) => resolve(event.violatedDirective));
    fetch('http://127.0.0.1:9/').catch(() => {});
  }));
  assert.equal(blocked, 'connect-src');
  await close();
});

test('a policy without wasm-unsafe-eval gives an error that names it', async () => {
  const { page, close } = await site.open('', {}, (fresh) =>
    fresh.route(`${site.url}/`, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(" 'wasm-unsafe-eval'", '');
      await route.fulfill({ response, body });
    }));
  assert.match(await errorText(page), /wasm-unsafe-eval/);
  await close();
});

test('a wasm address that answers with a page is named', async () => {
  const { page, close } = await site.open('', {}, (fresh) =>
    fresh.route('**/*.wasm', (route) => route.fulfill({
      status: 200, contentType: 'text/html', body: '<!doctype html>',
    })));
  assert.match(await errorText(page), /web page[\s\S]*gossamer-\w+\.wasm[\s\S]*NETWORK/);
  await close();
});

test('a server that knows no wasm type is fine', async () => {
  const { page, close } = await site.open('', {}, (fresh) =>
    fresh.route('**/*.wasm', async (route) => {
      const response = await route.fetch();
      const headers = { ...response.headers(), 'content-type': 'application/octet-stream' };
      await route.fulfill({ response, headers });
    }));
  await ready(page);
  await expectClassifies(page, 7);
  await close();
});

test('an address that is not secure is explained, and drawing works there', async () => {
  const { page, close } = await site.open('', {}, (fresh) => fresh.addInitScript(() => {
    // As a phone sees a page of the local network by plain http.
    Object.defineProperty(globalThis, 'isSecureContext', { value: false });
    const missing = /** @type {[object, string][]} */ (
      [[navigator, 'mediaDevices'], [navigator, 'serviceWorker'], [crypto, 'subtle'], [globalThis, 'caches']]);
    for (const [owner, name] of missing) {
      Object.defineProperty(owner, name, { value: undefined });
    }
  }));
  await ready(page);
  assert.match(await page.getByTestId('insecure').innerText(), /no camera[\s\S]*https[\s\S]*adb reverse tcp:\d+ tcp:\d+/);
  await expectClassifies(page, 4);
  await page.getByTestId('camera-toggle').click();
  assert.match(await errorText(page), /https or from localhost/);
  await close();
});
