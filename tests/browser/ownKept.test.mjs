// What is settled for a model of one's own: it is remembered on the device, or saved in the file.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { errorText, ready, setUp } from './helpers.mjs';
import { give, largeModel, openModel, opener } from './ownModels.mjs';

const site = setUp();
const open = opener(site);

test('what was settled is remembered, and can be forgotten', async () => {
  const { page, text, close } = await open();
  await give(page, ['mine.onnx', largeModel()]);
  await page.getByTestId('own-preview').waitFor();
  await text.fill('mean=0.5;std=0.25');
  await text.press('Enter');
  await page.getByTestId('use-own').click();
  await page.locator('[data-testid=model-menu]', { hasText: 'mine.onnx' }).waitFor();
  await page.goto(site.url);
  await page.reload();
  await ready(page);
  await give(page, ['renamed.onnx', largeModel()]);
  await page.locator('[data-testid=model-menu]', { hasText: 'renamed.onnx' }).waitFor();
  assert.equal(await page.getByTestId('report').count(), 0, 'it was here before');
  await page.getByTestId('nav-models').click();
  await page.getByText('recipe and labels settled on').waitFor();
  await give(page, ['renamed.onnx', largeModel()]);
  await page.getByTestId('own-preview').waitFor();
  assert.equal(await text.inputValue(), 'mean=0.5;std=0.25');
  assert.match(await page.getByTestId('recipe-editor').innerText(), /As you settled it/);
  await page.getByRole('button', { name: 'Forget what is settled' }).click();
  await page.getByText('A guess, because of').waitFor();
  assert.match(await text.inputValue(), /resize=256/);
  await close();
});

test('of one number one name or two are right; names that are refused are not remembered', async () => {
  const { page, report, close } = await open();
  const model = largeModel(1);
  await give(page, ['one.onnx', model]);
  await page.getByTestId('own-preview').waitFor();
  const names = page.getByTestId('labels-text');
  const wrong = page.getByText('One name, or two, are needed');
  await names.fill('cat\ndog\ncow');
  await wrong.waitFor();
  await names.fill('no cat\ncat');
  await wrong.waitFor({ state: 'detached' });
  const kept = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('gossamer.own.')));
  await page.getByTestId('use-own').click();
  await page.locator('[data-testid=result-bars] .name', { hasText: 'cat' }).first().waitFor();
  const [key] = await kept();
  // As they were kept by versions that did not look at the number of names.
  await page.evaluate((at) => {
    localStorage.setItem(at, JSON.stringify({ ...JSON.parse(String(localStorage.getItem(at))), labels: ['a', 'b', 'c'] }));
  }, key);
  await give(page, ['one.onnx', model]);
  await report.waitFor();
  await wrong.waitFor();
  assert.ok(await page.getByTestId('error').isHidden());
  // A model that does not say how many classes it has.
  await page.evaluate(() => localStorage.clear());
  await give(page, ['silent.onnx', largeModel(3, ['batch', 'classes'])]);
  await page.getByRole('heading', { name: 'silent.onnx' }).waitFor();
  await page.getByTestId('own-preview').waitFor();
  await names.fill('a\nb');
  await page.getByTestId('use-own').click();
  assert.match(await errorText(page), /not as many labels as the model has classes/);
  assert.deepEqual(await kept(), []);
  await close();
});

test('the file that is saved has recipe and labels inside, and is then used at once', async () => {
  const { page, text, close } = await open();
  await give(page, ['mine.onnx', largeModel()]);
  await page.getByTestId('own-preview').waitFor();
  await Promise.all([page.waitForEvent('download'), page.getByTestId('save-own').click()]);
  await page.getByText('mine.onnx is saved, with the recipe inside; no labels were added').waitFor();
  await page.getByTestId('labels-text').fill('one\ntwo\nthree');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('save-own').click()]);
  await page.getByText('mine.onnx is saved, with recipe and labels inside').waitFor();
  assert.equal(download.suggestedFilename(), 'mine.onnx');
  const bytes = readFileSync(String(await download.path()));
  assert.ok(bytes.includes(await text.inputValue()) && bytes.includes('one\ntwo\nthree'));
  assert.ok(bytes.length > largeModel().length);
  await page.getByTestId('nav-classify').click();
  await give(page, ['saved.onnx', bytes]);
  await page.locator('[data-testid=model-menu]', { hasText: 'saved.onnx' }).waitFor();
  await ready(page);
  assert.deepEqual(await page.locator('[data-testid=result-bars] .name').allInnerTexts(), ['one', 'two', 'three']);
  await close();
});

test('where storage is denied, the model is looked at before it is used, and the Models view opens', async () => {
  const { page, report, close } = await open(undefined, (fresh) => fresh.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });
  }));
  await give(page, ['mine.onnx', largeModel()]);
  await report.waitFor();
  await page.getByTestId('recipe-editor').waitFor();
  assert.ok(await page.getByTestId('error').isHidden());
  await close();
});

test('what is settled for a model is not kept for another that comes while it is being saved', async () => {
  const { page, text, close } = await open();
  await give(page, ['open.onnx', openModel()]);
  await page.getByTestId('own-preview').waitFor();
  await text.fill('mean=0.5;std=0.25');
  await text.press('Enter');
  await page.evaluate(() => {
    const digest = crypto.subtle.digest.bind(crypto.subtle);
    /** @type {Promise<void> | undefined} */
    let held = new Promise((release) => { Object.assign(globalThis, { release }); });
    // The first one is that of the saved file.
    crypto.subtle.digest = async (...what) => {
      const wait = held;
      held = undefined;
      await wait;
      return digest(...what);
    };
  });
  await page.getByTestId('save-own').click();
  await page.waitForTimeout(300);
  await give(page, ['other.onnx', largeModel()]);
  await page.getByRole('heading', { name: 'other.onnx' }).waitFor();
  await page.getByTestId('own-preview').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.evaluate('release()')]);
  const saved = createHash('sha256').update(readFileSync(String(await download.path()))).digest('hex');
  const kept = await page.evaluate((key) => JSON.parse(localStorage.getItem(`gossamer.own.${key}`) ?? 'null'), saved);
  assert.deepEqual([kept.title, kept.recipe], ['open.onnx', 'mean=0.5;std=0.25']);
  assert.equal(await page.getByText('is saved').count(), 0, 'the panel is that of the other model');
  await close();
});
