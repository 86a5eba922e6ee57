// The Models view as a user meets it: cards, a prediction, a download with all that can happen to it, and
// what is kept on the device. A catalogue of stand-ins takes the place of the public one.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { colourModel, scaleModel } from '../support/onnx.mjs';
import { errorText, ready, setUp } from './helpers.mjs';

const site = setUp();

const files = { red: colourModel({ bias: [5, 0, 0] }), ramp: scaleModel(1000) };
const zoo = {
  base: '/zoo/',
  hosts: [],
  recipes: { unit: 'fit=stretch' },
  labels: { colours: ['rouge', 'vert', 'bleu'], imagenet: 'imagenet/labels.txt' },
  models: [
    { name: 'red', title: 'Red first', labels: 'colours', multiplyAdds: 1000, accuracy: 60 },
    { name: 'ramp', title: 'A thousand', labels: 'imagenet', multiplyAdds: 2_000_000, accuracy: 70 },
  ].map((entry) => {
    const bytes = files[/** @type {keyof typeof files} */ (entry.name)];
    return {
      ...entry, path: `${entry.name}.onnx`, bytes: bytes.length, license: 'MIT', recipe: 'unit', input: 'camera',
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
  }),
};

/** @typedef {import('playwright-core').Page} Page */

/**
 * A page on the Models view, with the catalogue of stand-ins.
 * @param {{answer?: (route: import('playwright-core').Route) => unknown, prepare?: (page: Page) => Promise<unknown>,
 *     options?: import('playwright-core').BrowserContextOptions}} [settings]
 *     answer: in place of sending the model
 */
async function open({ answer, prepare, options } = {}) {
  // A service worker would ask the server itself, past the routes of a test.
  const opened = await site.open('#models', { serviceWorkers: 'block', ...options }, async (page) => {
    await page.route('**/models/zoo.json', (route) => route.fulfill({ json: zoo }));
    await page.route('**/zoo/*.onnx', (route) => {
      if (answer) return answer(route);
      const name = /** @type {keyof typeof files} */ (/(\w+)\.onnx$/.exec(route.request().url())?.[1]);
      return route.fulfill({ body: files[name], contentType: 'application/octet-stream' });
    });
    await prepare?.(page);
  });
  await ready(opened.page);
  await opened.page.getByTestId('device-speed').waitFor();
  // All of them, as the few are those that suit the device.
  const all = opened.page.getByRole('button', { name: /^Show all/ });
  if (await all.isVisible()) await all.click();
  return { ...opened, card: (/** @type {string} */ name) => opened.page.getByTestId(`model-card-${name}`) };
}

const button = (/** @type {import('playwright-core').Locator} */ card, /** @type {RegExp} */ name) => card.getByRole('button', { name });

test('every model has a card that says what it is, and a prediction', async () => {
  const { page, card, close } = await open();
  assert.match(await card('digits').innerText(), /Handwritten digits[\s\S]*In use[\s\S]*KB · Apache-2.0[\s\S]*predicted/);
  for (const name of ['garments', 'emotions', 'symbols']) assert.match(await card(name).innerText(), /about .* ms, predicted/, name);
  assert.match(await card('ramp').innerText(), /A thousand[\s\S]*70\.0 % right · \d+ KB · MIT[\s\S]*about .* ms, predicted[\s\S]*Download/);
  const [, threads] = /With (\d+ threads?), this device computes about [\d.]+ million multiply-adds/.exec(
    await page.getByTestId('device-speed').innerText()) ?? [];
  assert.match(await page.getByTestId('status').innerText(), new RegExp(`· ${threads}$`));
  const speed = await page.evaluate(() => JSON.parse(String(localStorage.getItem('gossamer.device'))));
  assert.ok(speed.pointwise > 1e6 && speed.spatial > 1e6 && speed.memory > 1e6, JSON.stringify(speed));
  await card('digits').getByText('Details').click();
  assert.match(await card('digits').innerText(), /fit=foreground[\s\S]*10: 0, 1, 2/);
  const links = await page.locator('.model-card a').evaluateAll((all) => all.map((link) => [link.getAttribute('target'), link.getAttribute('rel')]));
  assert.ok(links.length > 2 && links.every(([target, rel]) => target === '_blank' && rel?.includes('noopener')), JSON.stringify(links));
  await close();
});

test('what was measured with another number of threads does not count', async () => {
  const { page, close } = await open();
  const read = () => page.evaluate(() => JSON.parse(String(localStorage.getItem('gossamer.device'))));
  const before = await read();
  await page.evaluate((known) => localStorage.setItem('gossamer.device', JSON.stringify(known)), { ...before, threads: 99, memory: 1 });
  await page.reload();
  await page.waitForFunction(() => JSON.parse(String(localStorage.getItem('gossamer.device'))).threads !== 99);
  const after = await read();
  assert.equal(after.threads, before.threads);
  assert.ok(after.memory > 1);
  await page.reload();
  await ready(page);
  await page.waitForTimeout(300);
  assert.ok(await page.getByTestId('device-speed').isVisible(), 'what fits is not measured again');
  assert.deepEqual(await read(), after);
  await close();
});

test('the most accurate model that keeps up is recommended, and what is beaten waits behind "show all"', async () => {
  const { page, card, close } = await open();
  assert.match(await card('ramp').innerText(), /Recommended for this device/);
  assert.ok(!/Recommended/.test(await card('red').innerText()), 'colours are not ImageNet');
  await page.getByRole('button', { name: 'Show fewer' }).click();
  assert.equal(await card('red').count(), 0);
  await close();
});

test('a model is downloaded, used with its recipe and labels, found again after a reload, offline, and removed', async () => {
  const { page, card, close } = await open();
  await button(card('red'), /^Download .*Red first/).click();
  await button(card('red'), /^Use Red first/).click();
  await page.locator('[data-testid=model-menu]', { hasText: 'Red first' }).waitFor();
  await ready(page);
  assert.match(await card('red').innerText(), /On this device/);
  assert.match(await page.getByTestId('kept').innerText(), /Red first, \d+ KB|Red first, [\d.]+ KB/);
  await page.getByTestId('nav-classify').click();
  await page.locator('[data-testid=result-bars] li').first().waitFor();
  assert.deepEqual(await page.locator('[data-testid=result-bars] .name').allInnerTexts(), ['rouge', 'vert', 'bleu']);
  await page.unroute('**/zoo/*.onnx');
  await page.route('**/zoo/*.onnx', (route) => route.abort());
  await page.route('**/models/zoo.json', (route) => route.abort());
  await page.goto(`${site.url}/?model=red#models`);
  await ready(page);
  assert.equal(await page.getByTestId('model-menu').inputValue(), 'red');
  assert.match(await card('red').innerText(), /In use/);
  await button(card('red'), /^Remove Red first/).click();
  await page.getByTestId('kept').getByText('Red first').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(async () => (await (await caches.open('gossamer-models')).keys()).length), 0);
  await close();
});

test('a model that another tab removed is offered for download, and not fetched without being asked for', async () => {
  let fetched = 0;
  const { page, card, close } = await open({ answer: (route) => {
    fetched += 1;
    assert.equal(route.request().headers().referer, undefined, 'nobody is told where the page lies');
    return route.fulfill({ body: files.red, contentType: 'application/octet-stream' });
  } });
  await button(card('red'), /^Download/).click();
  await button(card('red'), /^Use Red first/).waitFor();
  await page.evaluate(() => caches.delete('gossamer-models'));
  await button(card('red'), /^Use Red first/).click();
  await button(card('red'), /^Download/).waitFor();
  assert.equal(fetched, 1);
  assert.doesNotMatch(await page.getByTestId('model-menu').innerText(), /Red first/);
  await close();
});

test('once a model has run a few times, its measured latency and the error of the prediction are shown', async () => {
  const { page, card, close } = await open();
  await page.getByTestId('nav-classify').click();
  await page.getByTestId('draw-pad').waitFor();
  await page.getByTestId('draw-pad').focus();
  for (const digit of '31709') {
    await page.keyboard.press(digit);
    await page.waitForFunction((wanted) => document.querySelector('[data-testid=result-label]')?.textContent === wanted, digit);
  }
  await page.getByTestId('nav-models').click();
  await page.waitForFunction(() => /measured; predicted/.test(
    document.querySelector('[data-testid=model-card-digits]')?.textContent ?? ''));
  assert.match(await card('digits').innerText(), /ms, measured; predicted .* ms, (\d+ % too (long|short)|which was right)/);
  await close();
});

test('a wrong digest is refused, and nothing of it is kept', async () => {
  const { page, card, close } = await open({
    answer: (route) => route.fulfill({ body: Buffer.alloc(files.red.length), contentType: 'application/octet-stream' }),
  });
  await button(card('red'), /^Download/).click();
  const text = await errorText(page);
  assert.match(text, /not the model that was announced[\s\S]*SHA-256/);
  await button(card('red'), /^Download/).waitFor();
  assert.equal(await page.evaluate(async () => (await (await caches.open('gossamer-models')).keys()).length), 0);
  await close();
});

test('a missing model and a server that is away say so', async () => {
  const missing = await open({ answer: (route) => route.fulfill({ status: 404, body: 'gone' }) });
  await button(missing.card('red'), /^Download/).click();
  assert.match(await errorText(missing.page), /does not have the model[\s\S]*404/);
  await missing.close();
  const away = await open({ answer: (route) => route.abort() });
  await button(away.card('red'), /^Download/).click();
  assert.match(await errorText(away.page), /cannot be reached[\s\S]*fetch\.mjs/);
  await away.close();
});

test('a download shows how far it is, and can be cancelled', async () => {
  /** @type {((value: unknown) => void)[]} */
  const held = [];
  const { page, card, close } = await open({ answer: () => new Promise((resolve) => { held.push(resolve); }) });
  await button(card('ramp'), /^Download/).click();
  await card('ramp').getByRole('progressbar').waitFor();
  await button(card('ramp'), /^Cancel/).click();
  await button(card('ramp'), /^Download/).waitFor();
  assert.ok(await page.getByTestId('error').isHidden());
  held.forEach((resolve) => resolve(undefined));
  await close();
});

test('a disk that is full, as the browser says before and as it turns out in the download, is one clear error', async () => {
  const { page, card, close } = await open();
  const client = await page.context().newCDPSession(page);
  const { usage = 0 } = await page.evaluate(() => navigator.storage.estimate());
  await client.send('Storage.overrideQuotaForOrigin', { origin: new URL(site.url).origin, quotaSize: usage + 1 });
  await button(card('ramp'), /^Download/).click();
  assert.match(await errorText(page), /no room on this device for A thousand[\s\S]*Remove models/);
  // A browser that does not say how much room there is refuses what is written.
  await page.evaluate(() => { Object.defineProperty(navigator.storage, 'estimate', { value: async () => ({}) }); });
  await page.getByTestId('error').getByRole('button').click();
  await button(card('ramp'), /^Download/).click();
  assert.match(await errorText(page), /no room on this device for A thousand[\s\S]*Remove models/);
  assert.equal(await page.evaluate(async () => (await (await caches.open('gossamer-models')).keys()).length), 0);
  // With room again it works, in the same page.
  await client.send('Storage.overrideQuotaForOrigin', { origin: new URL(site.url).origin });
  await button(card('ramp'), /^Download/).click();
  await button(card('ramp'), /^Use/).waitFor();
  await close();
});

test('room that the browser says is too small is not tried', async () => {
  const { page, card, close } = await open({
    prepare: (fresh) => fresh.addInitScript(() => {
      Object.defineProperty(navigator.storage, 'estimate', { value: async () => ({ quota: 100, usage: 90 }) });
    }),
  });
  await button(card('red'), /^Download/).click();
  assert.match(await errorText(page), /no room on this device for Red first[\s\S]*Remove models/);
  await close();
});

test('where the page is not secure, it says that nothing can be kept', async () => {
  const { page, card, close } = await open({
    prepare: (fresh) => fresh.addInitScript(() => { Object.defineProperty(globalThis, 'caches', { value: undefined }); }),
  });
  await page.getByText(/opened over plain http/).waitFor();
  assert.equal(await button(card('red'), /^Download/).count(), 0);
  await close();
});

test('everything that is kept can be removed at once', async () => {
  const { page, card, close } = await open();
  for (const name of ['red', 'ramp']) {
    await button(card(name), /^Download/).click();
    await button(card(name), /^Use/).waitFor();
  }
  assert.match(await page.getByTestId('kept').innerText(), /A thousand, \d+ KB[\s\S]*Red first, /);
  await page.getByTestId('remove-all').click();
  assert.equal(await page.getByTestId('remove-all').innerText(), 'Really remove all 2?');
  await page.keyboard.press('Tab');
  assert.equal(await page.getByTestId('remove-all').innerText(), 'Remove all', 'whoever goes on has not said yes');
  assert.match(await page.getByTestId('kept').innerText(), /A thousand/);
  await page.getByTestId('remove-all').click();
  await page.getByTestId('remove-all').click();
  await page.getByText('No models and no recipes yet.').waitFor();
  assert.deepEqual(await page.evaluate(() => caches.keys()), []);
  await close();
});

test('the keyboard stays where it was when a button is used up, and an open card stays open', async () => {
  const { page, card, close } = await open();
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());
  await card('ramp').getByText('Details').click();
  await button(card('red'), /^Download/).focus();
  await page.keyboard.press('Enter');
  await button(card('red'), /^Use/).waitFor();
  assert.match(String(await focused()), /^Red first/, 'its card has moved up');
  assert.deepEqual([await card('red').locator('details[open]').count(), await card('ramp').locator('details[open]').count()], [0, 1]);
  await button(card('red'), /^Use/).focus();
  await page.keyboard.press('Enter');
  await card('red').getByText('In use').waitFor();
  assert.match(String(await focused()), /^Red first/);
  await page.getByTestId('kept').getByRole('button', { name: /^Remove Red first/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('No models and no recipes yet.').waitFor();
  assert.equal(await focused(), await page.getByTestId('kept').locator('h3').innerText());
  await close();
});

test('models of one name are told apart where they are kept, and the button stays whole', async () => {
  const { page, close } = await open({
    options: { viewport: { width: 360, height: 740 } },
    prepare: (fresh) => fresh.addInitScript(() => {
      for (const [key, bytes, date] of [['a', 2e6, '2026-11-27T12:00:00Z'], ['b', 2e6, '2026-11-27T13:30:00Z'], ['c', 4e6, '2026-11-27T13:30:00Z']]) {
        const own = { title: 'model.onnx', recipe: '', bytes, date };
        if (!sessionStorage.getItem('once')) localStorage.setItem(`gossamer.own.${key}`, JSON.stringify(own));
      }
      sessionStorage.setItem('once', '1');
    }),
  });
  const rows = page.getByTestId('kept').locator('li');
  await rows.nth(2).waitFor();
  assert.equal(new Set(await rows.locator('span').allInnerTexts()).size, 3);
  assert.match(await rows.first().innerText(), /Recipe and labels of model\.onnx, \d+(\.\d)? MB, settled on Nov 27, 2026/);
  const buttons = rows.getByRole('button');
  assert.equal(new Set(await buttons.evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')))).size, 3);
  for (const button of await buttons.all()) {
    const lines = await button.evaluate((one) => {
      const range = document.createRange();
      range.selectNodeContents(one);
      return new Set([...range.getClientRects()].map(({ top }) => top)).size;
    });
    assert.equal(lines, 1, 'its text is broken');
  }
  await buttons.first().click();
  await rows.nth(2).waitFor({ state: 'detached' });
  assert.equal(await rows.count(), 2);
  await close();
});

test('no sideways scroll at 360 pixels', async () => {
  const { page, close } = await open({ options: { viewport: { width: 360, height: 740 } } });
  await page.getByTestId('model-card-digits').getByText('Details').click();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 360);
  await close();
});

test('where the browser refuses to keep anything, the cards are there all the same', async () => {
  const { page, card, close } = await open({
    prepare: (fresh) => fresh.addInitScript(() => {
      const refuse = async () => { throw new DOMException('denied', 'SecurityError'); };
      for (const name of ['has', 'keys', 'open']) Object.defineProperty(CacheStorage.prototype, name, { value: refuse });
    }),
  });
  await page.getByText(/is set to keep nothing of this page/).waitFor();
  assert.equal(await button(card('red'), /^Download/).count(), 0);
  await page.locator('#facts summary').click();
  await page.getByTestId('tab-device').click();
  await page.getByTestId('kept-here').getByText('What was set and measured').waitFor();
  await close();
});

test('models that are removed in the details are gone from the menu and from the cards', async () => {
  const { page, card, close } = await open();
  await button(card('red'), /^Download/).click();
  await button(card('red'), /^Use/).waitFor();
  await page.locator('#facts summary').click();
  await page.getByTestId('tab-device').click();
  const list = page.getByTestId('kept-here');
  const remove = page.getByRole('button', { name: 'Remove: Models that were downloaded' });
  await remove.waitFor();
  await page.locator('#facts summary').click();
  await button(card('ramp'), /^Download/).click();
  await button(card('ramp'), /^Use/).waitFor();
  const before = await list.locator('li', { hasText: 'Models' }).textContent();
  await page.locator('#facts summary').click();
  await page.waitForFunction((text) => [...document.querySelectorAll('[data-testid=kept-here] li')].every(({ textContent }) => textContent !== text), before);
  await remove.click();
  await remove.waitFor({ state: 'detached' });
  for (const name of ['red', 'ramp']) await button(card(name), /^Download/).waitFor();
  const names = await page.getByTestId('model-menu').locator('option').allInnerTexts();
  assert.ok(!names.includes('Red first') && !names.includes('A thousand'), names.join());
  await close();
});

test('a model that is removed while it is in use goes once another is chosen', async () => {
  const { page, card, close } = await open();
  await button(card('red'), /^Download/).click();
  await button(card('red'), /^Use/).click();
  await card('red').getByText('In use').waitFor();
  await button(card('red'), /^Remove/).click();
  await page.getByTestId('kept').getByText('Red first').waitFor({ state: 'detached' });
  await page.getByTestId('model-menu').selectOption('digits');
  await card('digits').getByText('In use').waitFor();
  assert.doesNotMatch(await page.getByTestId('model-menu').innerText(), /Red first/);
  await close();
});

test('the view follows when settings are removed in the details', async () => {
  const { page, close } = await open();
  await page.evaluate(() => localStorage.setItem('gossamer.own.x', JSON.stringify({ title: 'mine.onnx', recipe: '', bytes: 1, date: '2020-01-01' })));
  await page.getByTestId('nav-classify').click();
  await page.getByTestId('nav-models').click();
  await page.getByTestId('kept').getByText('mine.onnx').waitFor();
  await page.locator('#facts summary').click();
  await page.getByTestId('tab-device').click();
  await page.getByRole('button', { name: 'Remove: What was set and measured' }).click();
  await page.getByTestId('kept').getByText('mine.onnx').waitFor({ state: 'detached' });
  await close();
});

test('the card of a model that was chosen says how far it is, and can call it off; then it is said to be ready', async () => {
  /** @type {(value?: unknown) => void} */
  let release = () => {};
  const { page, card, close } = await open();
  await page.route('**/garments*.onnx', async (route) => {
    await new Promise((resolve) => { release = resolve; });
    await route.continue().catch(() => {});  // it was called off
  });
  const garments = card('garments');
  await button(garments, /^Use/).press('Enter');
  await garments.getByText('Loading Garments').waitFor();
  assert.ok(await page.evaluate(() => document.activeElement?.closest('.model-card')), 'the keyboard stays at the card');
  await button(garments, /^Cancel loading Garments/).click();
  await button(garments, /^Use/).waitFor();
  await button(garments, /^Use/).click();
  await button(garments, /^Cancel/).waitFor();
  release();
  await garments.getByText('In use').waitFor();
  assert.equal(await page.locator('#spoken').textContent(), 'Garments is ready');
  await close();
});
