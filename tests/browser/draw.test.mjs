// The first promise of the page: it is usable at once, and a digit drawn by hand is read. Draws with
// the real mouse, so that pointer capture, coalesced events and the live classification take part.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { draw, expectClassifies, reading, ready, setUp } from './helpers.mjs';

const site = setUp();

const hands = {
  upright: {},
  'small and slanted, off centre': { scale: 0.6, slant: 0.2, dx: 0.12, dy: -0.1 },
};
for (const [name, hand] of Object.entries(hands)) {
  test(`reads the ten digits, ${name}`, async () => {
    const { page, close } = await site.open();
    await ready(page);
    for (let digit = 0; digit < 10; ++digit) {
      await draw(page, digit, hand);
      const { label, probability, scores } = await reading(page);
      assert.equal(label, String(digit), `scores ${scores}`);
      assert.ok(probability > 0.5, `${digit} only with ${probability}`);
      const sum = scores.reduce((total, score) => total + score, 0);
      assert.equal(scores.length, 10);
      assert.ok(Math.abs(sum - 1) < 1e-3, `probabilities add to ${sum}`);
      await page.getByTestId('clear-pad').click();
    }
    await close();
  });
}

test('classifies while the stroke is still being drawn', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const box = await page.getByTestId('draw-pad').boundingBox();
  assert.ok(box);
  const x = box.x + box.width / 2;
  await page.mouse.move(x, box.y + 0.2 * box.height);
  await page.mouse.down();
  for (let y = 0.25; y < 0.85; y += 0.05) await page.mouse.move(x, box.y + y * box.height);
  const { label } = await reading(page);
  assert.equal(label, '1');
  await page.mouse.up();
  await close();
});

test('the pad stays under the pen where an error goes away', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await page.getByTestId('model-input').setInputFiles({ name: 'notes.onnx', mimeType: '', buffer: Buffer.from('no model') });
  await page.getByTestId('error').waitFor();
  const pad = page.getByTestId('draw-pad');
  const before = await pad.boundingBox();
  assert.ok(before);
  await page.mouse.move(before.x + before.width / 2, before.y + 0.2 * before.height);
  await page.mouse.down();
  for (let y = 0.25; y < 0.85; y += 0.05) await page.mouse.move(before.x + before.width / 2, before.y + y * before.height);
  assert.equal((await reading(page)).label, '1');
  assert.deepEqual(await pad.boundingBox(), before);
  await page.mouse.up();
  await page.getByTestId('error').waitFor({ state: 'hidden' });
  assert.equal((await reading(page)).label, '1');
  await close();
});

test('samples come one after another by the keyboard, pictures by digit keys as well', async () => {
  const { page, close } = await site.open('?model=garments');
  await ready(page);
  const button = page.locator('#sample');
  await button.focus();
  for (let time = 0; time < 2; ++time) {
    await page.keyboard.press('Enter');
    await page.locator('#sample[data-again]').waitFor();
    await reading(page);
    await page.waitForFunction(() => document.activeElement?.id === 'sample');
  }
  await page.getByTestId('clear-pad').click();
  await page.getByTestId('draw-pad').focus();
  await page.keyboard.press('3');
  await page.locator('#picture[src]').waitFor();
  await reading(page);
  await close();
});

test('a sample gives way to what is drawn, and its picture to another model', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await page.getByTestId('draw-pad').focus();
  await page.keyboard.press('0');
  assert.equal((await reading(page)).label, '0');
  await draw(page, 7);
  await page.waitForFunction(() => document.querySelector('[data-testid=result-label]')?.textContent === '7');
  await page.getByTestId('clear-pad').click();
  await page.getByTestId('model-menu').selectOption('garments');
  await page.locator('#invitation-text', { hasText: 'Draw here' }).waitFor();
  await page.locator('#sample').click();
  await page.locator('#picture[src]').waitFor();
  await page.getByTestId('model-menu').selectOption('digits');
  await page.locator('#invitation-text', { hasText: 'digit' }).waitFor();
  assert.equal(await page.locator('#picture').isVisible(), false);
  assert.equal(await page.locator('#sample').isVisible(), true);
  await close();
});

test('a finger draws and does not scroll the page', async () => {
  const { page, close } = await site.open('', {
    viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true,
  });
  await ready(page);
  const box = await page.getByTestId('draw-pad').boundingBox();
  assert.ok(box);
  const session = await page.context().newCDPSession(page);
  const touch = (/** @type {'touchStart' | 'touchMove' | 'touchEnd'} */ type, /** @type {number} */ y) =>
    session.send('Input.dispatchTouchEvent', {
      type, touchPoints: type === 'touchEnd' ? [] : [{ x: box.x + box.width / 2, y: box.y + y * box.height }],
    });
  await touch('touchStart', 0.8);
  for (let y = 0.75; y > 0.15; y -= 0.05) await touch('touchMove', y);
  await touch('touchEnd', 0);
  const { label } = await reading(page);
  assert.equal(label, '1');
  assert.equal(await page.evaluate(() => window.scrollY), 0);
  await close();
});

test('clearing empties the pad and the reading', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await expectClassifies(page, 7);
  await page.getByTestId('clear-pad').click();
  const { label, scores, latency } = await reading(page);
  assert.equal(label, '–');
  assert.ok(scores.every((score) => score === 0));
  assert.ok(!/\d/.test(latency), latency);
  await close();
});

test('shows the latency, split in preprocess and inference', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await expectClassifies(page, 4);
  const { latency } = await reading(page);
  const [, preprocess, inference] = latency.match(/Preprocess\s+([\d.]+) ms\s+Inference\s+([\d.]+) ms/) ?? [];
  assert.ok(Number(preprocess) > 0 && Number(preprocess) < 1000, latency);
  assert.ok(Number(inference) > 0 && Number(inference) < 1000, latency);
  await close();
});

test('of the pad no more pixels are read than models use', async () => {
  const { page, close } = await site.open('', {}, (fresh) => fresh.addInitScript(() => {
    /** @type {number[]} */
    const sides = [];
    Object.assign(globalThis, { sides });
    const { prototype } = CanvasRenderingContext2D;
    const { getImageData } = prototype;
    prototype.getImageData = function read(x, y, width, height) {
      sides.push(width, height);
      return getImageData.call(this, x, y, width, height);
    };
  }));
  await ready(page);
  await expectClassifies(page, 6);
  const sides = await page.evaluate('sides');
  assert.ok(sides.length > 0 && Math.max(...sides) <= 256, `${sides}`);
  await close();
});

test('the keyboard alone is enough: digit keys draw samples, Delete clears', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'pad');
  for (const digit of ['3', '8', '5']) {
    await page.keyboard.press(digit);
    assert.equal((await reading(page)).label, digit);
  }
  await page.locator('#spoken', { hasText: /^5, \d+/ }).waitFor({ timeout: 5000, state: 'attached' });
  await page.keyboard.press('Delete');
  assert.equal((await reading(page)).label, '–');
  await close();
});

test('what was drawn while the model loads is read once it is there', async () => {
  /** @type {(value?: unknown) => void} */
  let release = () => {};
  const held = new Promise((resolve) => { release = resolve; });
  const { page, close } = await site.open('', {}, (fresh) =>
    fresh.route('**/*.onnx', async (route) => {
      await held;
      await route.continue();
    }));
  await page.locator('[data-testid=nav-classify][aria-current]').waitFor();  // the pad listens by now
  await draw(page, 2);
  assert.equal(await page.getByTestId('status').getAttribute('data-state'), 'loading');
  release();
  await ready(page);
  await page.waitForFunction(() => document.getElementById('label')?.textContent === '2');
  await close();
});
