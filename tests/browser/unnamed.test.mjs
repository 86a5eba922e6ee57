// A model without names for its classes: each goes by its number, in the same words wherever it is seen.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { colourModel } from '../support/onnx.mjs';
import { ready, setUp } from './helpers.mjs';
import { give } from './ownModels.mjs';
import { encodePng } from './pictures.mjs';

const site = setUp();
const picture = (/** @type {string} */ name) =>
  ({ name, mimeType: 'image/png', buffer: encodePng({ width: 8, height: 8, gray: new Uint8Array(64).fill(255) }) });
const table = { name: 'labels.csv', mimeType: 'text/csv', buffer: Buffer.from('file,label\na.png,1\nb.png,2\n') };

/** A file that a button saves, in lines. @param {import('playwright-core').Page} page @param {string} button */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(button).click()]);
  return readFileSync(await download.path(), 'utf8').split('\r\n');
}

test('classes without names are called by their number in every view, and in what is saved', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await give(page, ['green.onnx', colourModel({ bias: [0, 3, 0] })]);
  await page.getByTestId('use-own').click();
  await page.locator('[data-testid=result-bars] li').nth(2).waitFor();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid=result-bars] li').length === 3);
  assert.deepEqual(await page.locator('[data-testid=result-bars] .name').allInnerTexts(), ['class 0', 'class 1', 'class 2']);
  await page.getByTestId('file-input').setInputFiles(picture('a.png'));
  await page.locator('#label:not([data-empty])').waitFor();
  assert.equal(await page.getByTestId('result-label').innerText(), 'class 1');
  await page.locator('#spoken', { hasText: 'class 1' }).waitFor({ state: 'attached' });

  await page.getByTestId('file-input').setInputFiles([picture('a.png'), picture('b.png')]);
  assert.match((await saved(page, 'batch-save'))[1], /^a\.png,class 1,/);

  await page.getByTestId('nav-inspect').click();
  assert.match(await page.locator('.inspect .answer').innerText(), /^class 1 /);
  assert.match(await page.getByTestId('heat-class').locator('option').first().innerText(), /^class 1 /);

  await page.getByTestId('nav-evaluate').click();
  await page.getByTestId('files-input').setInputFiles([picture('a.png'), picture('b.png'), table]);
  await page.getByTestId('matrix').waitFor();
  assert.deepEqual(await page.getByTestId('matrix').locator('tbody th').allInnerTexts(), ['class 1', 'class 2']);
  assert.match(await page.getByTestId('evaluate-notes').innerText(), /labels are numbers of classes/);
  assert.match(await page.getByTestId('mistakes').innerText(), /class 2, said class 1/);
  assert.match((await saved(page, 'save-csv'))[2], /^b\.png,2,class 2,class 1,/);
  await close();
});
