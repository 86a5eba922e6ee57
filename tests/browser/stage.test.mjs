// The stage of the Classify view when things come late, or together: a sample that was overtaken, and what was
// dropped.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { colourModel } from '../support/onnx.mjs';
import { draw, errorText, ready, setUp } from './helpers.mjs';
import { give } from './ownModels.mjs';

const site = setUp();

/** A page on a model with samples; the answer to a sample waits until it is let go. */
async function openSlow() {
  /** @type {(() => unknown)[]} */
  const waiting = [];
  const opened = await site.open('?model=garments', {}, (page) => page.route('**/models/garments/**/*.png', (route) => {
    waiting.push(() => route.continue());
  }));
  await ready(opened.page);
  const mode = () => opened.page.locator('#frame').getAttribute('data-mode');
  /** Lets the answers go, and gives the page time to use them. */
  const answer = async () => {
    assert.ok(waiting.length > 0, 'a sample was asked for');
    for (const goOn of waiting.splice(0)) await goOn();
    await opened.page.waitForTimeout(700);
  };
  const ask = async () => {
    const request = opened.page.waitForRequest(/garments.*png/);
    await opened.page.getByTestId('sample').click();
    await request;
  };
  return { ...opened, mode, answer, ask };
}

test('a sample that comes late replaces nothing that was done since', async () => {
  const { page, close, mode, answer, ask } = await openSlow();
  await ask();
  await answer();
  assert.equal(await mode(), 'image', 'in time it is shown');
  await page.getByTestId('clear-pad').click();

  await ask();
  await draw(page, 1);
  await answer();
  assert.equal(await mode(), 'draw', 'a drawing stays');
  await page.getByTestId('clear-pad').click();

  await ask();
  await page.getByTestId('nav-models').click();
  await page.getByRole('heading', { name: 'Public classifiers' }).waitFor();
  await answer();
  await page.getByTestId('nav-classify').click();
  assert.equal(await mode(), 'draw', 'another view was opened');
  await close();
});

const heldout = path.join(root, 'models/digits/heldout');

/**
 * Drags files, or text, over the page as a person does.
 * @param {import('playwright-core').Page} page
 * @param {object} data
 */
async function dragger(page, data) {
  const client = await page.context().newCDPSession(page);
  return (/** @type {('dragEnter' | 'dragOver' | 'drop')[]} */ ...types) => types.reduce(async (before, type) => {
    await before;
    await client.send('Input.dispatchDragEvent', { type, x: 640, y: 300, data: { items: [], dragOperationsMask: 1, ...data } });
  }, Promise.resolve());
}

test('every view says that files can be dropped, until they are', async () => {
  const { page, close } = await site.open('#models');
  await ready(page);
  const hint = page.locator('.drop-hint');
  const file = { files: [path.join(heldout, '3/0003.png')] };
  const picture = await dragger(page, file);
  await picture('dragEnter', 'dragOver');
  await hint.getByText('Drop a picture or a model').waitFor();
  await picture('drop');
  await hint.waitFor({ state: 'hidden' });
  await page.getByTestId('nav-evaluate').click();
  await page.getByTestId('evaluate-intro').waitFor();
  const folder = await dragger(page, { files: [path.join(heldout, '3')] });
  await folder('dragEnter', 'dragOver');
  await hint.getByText('Drop a folder of labelled pictures').waitFor();
  await folder('drop');
  await page.getByTestId('report').waitFor();
  assert.equal(await page.locator('[data-dropping]').count(), 0);
  await close();
});

test('text that is dragged or pasted is left alone', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const text = await dragger(page, { items: [{ mimeType: 'text/plain', data: 'some text' }] });
  await text('dragEnter', 'dragOver');
  assert.equal(await page.locator('[data-dropping]').count(), 0);
  const mode = await page.evaluate(() => {
    const paste = (/** @type {Element} */ target) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', 'cells of a spreadsheet');
      clipboardData.items.add(new File(['<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'], 'cells.svg', { type: 'image/svg+xml' }));
      target.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    };
    const field = document.createElement('textarea');
    document.body.append(field);
    paste(field);
    return new Promise((resolve) => { setTimeout(() => resolve(document.getElementById('frame')?.dataset.mode), 500); });
  });
  assert.equal(mode, 'draw');
  await close();
});

test('a folder on the stage is pointed to Evaluate', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const folder = await dragger(page, { files: [path.join(heldout, '3')] });
  await folder('dragEnter', 'dragOver', 'drop');
  assert.match(await errorText(page), /This is a folder[\s\S]*Evaluate/);
  await page.getByRole('button', { name: 'Open Evaluate' }).click();
  await page.getByTestId('evaluate-intro').waitFor();
  await close();
});

test('of two models that come together the one that is left out is named, and can be opened', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await give(page, ['one.onnx', colourModel()], ['two.onnx', colourModel()]);
  assert.match(await errorText(page), /One model at a time[\s\S]*one\.onnx was opened; two\.onnx was left out/);
  await page.locator('h2', { hasText: 'one.onnx' }).waitFor();
  await page.getByRole('button', { name: 'Open two.onnx' }).click();
  await page.locator('h2', { hasText: 'two.onnx' }).waitFor();
  await close();
});

test('what is spoken is what is shown: also that nothing is sure, and no number that is none', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const spoken = await page.evaluate(async () => {
    const { ResultView } = await import(String(new URL('app/result.js', document.baseURI)));
    /** @type {string[]} */
    const log = [];
    const view = new ResultView((/** @type {string} */ text) => log.push(text));
    view.setClasses(['cat', 'dog'], { threshold: 0.9 });
    const show = (/** @type {number} */ score, finite = true) => view.show({
      classifications: [{ categories: [{ index: 1, score }] }], finite, timing: { preprocess: 1, inference: 1 },
    });
    const hold = () => new Promise((resolve) => { setTimeout(resolve, 900); });
    show(0.95);
    show(0.5);  // before it was spoken
    await hold();
    show(0.97);
    await hold();
    show(Number.NaN, false);
    view.announce('');
    show(Number.NaN, false);
    await hold();
    return log.filter(Boolean);
  });
  assert.deepEqual(spoken, ['Nothing reaches 90.0%', 'dog, 97.0%', 'dog, not a number']);
  await close();
});

test('two tabs keep what each of them sets, and follow what the other removes', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const second = await page.context().newPage();
  await second.goto(page.url());
  await ready(second);
  for (const tab of [page, second]) await tab.locator('#options summary').click();
  await page.getByTestId('count').selectOption('3');
  await second.waitForFunction(() => /** @type {HTMLSelectElement} */ (document.getElementById('count')).value === '3');
  await second.getByTestId('see').uncheck();
  const stored = () => page.evaluate(() => JSON.parse(localStorage.getItem('gossamer-settings') ?? 'null'));
  assert.deepEqual(await stored(), { count: 3, threshold: 0, seen: false });
  await second.evaluate(() => localStorage.clear());
  await page.waitForFunction(() => /** @type {HTMLSelectElement} */ (document.getElementById('count')).value === '0');
  await page.getByTestId('see').uncheck();
  assert.deepEqual(await stored(), { count: 0, threshold: 0, seen: false });
  await close();
});
