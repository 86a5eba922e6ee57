// A model of one's own: the report before anything runs, a recipe that is guessed, edited and looked at,
// and names of classes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encodeModel } from '../../tools/lib/onnx.mjs';
import { scaleModel, unknownOperatorModel } from '../support/onnx.mjs';
import { cutOff, errorText, findings, misfits, setUp } from './helpers.mjs';
import { give, largeModel, openModel, opener } from './ownModels.mjs';

const site = setUp();
const open = opener(site);

/** @typedef {import('playwright-core').Page} Page */

/** The preview's pixel in the middle of its left edge. @param {Page} page */
const pixel = (page) => page.getByTestId('own-preview').evaluate((/** @type {HTMLCanvasElement} */ canvas) =>
  [...(canvas.getContext('2d')?.getImageData(1, canvas.height - 10, 1, 1).data ?? [])].slice(0, 3).join());

test('a model without a recipe shows a report and a guess before it runs; used, it classifies with both', async () => {
  const { page, report, text, close } = await open();
  await give(page, ['mine.onnx', largeModel()]);
  await page.getByTestId('own-preview').waitFor();
  assert.match(await report.innerText(), /runs here[\s\S]*float32 1 × 3 × 224 × 224[\s\S]*logits, float32 1 × 3[\s\S]*Parameters\s+9/);
  assert.equal(await text.inputValue(), 'fit=shorter;resize=256;mean=0.485,0.456,0.406;std=0.229,0.224,0.225');
  assert.match(await page.getByTestId('recipe-editor').innerText(), /A guess/);
  await page.getByTestId('labels-text').fill('one\ntwo\nthree');
  await page.getByTestId('use-own').click();
  await page.locator('[data-testid=result-bars] li').nth(2).waitFor();
  assert.deepEqual(await page.locator('[data-testid=result-bars] .name').allInnerTexts(), ['one', 'two', 'three']);
  assert.equal(new URL(page.url()).hash, '#classify');
  await page.locator('#facts > summary').click();
  const stated = page.locator('#fact-list > div', { hasText: 'Preprocessing' }).locator('dd');
  assert.equal(await stated.textContent(), 'fit=shorter;resize=256;mean=0.485,0.456,0.406;std=0.229,0.224,0.225');
  await close();
});

test('while the page is open, a model of one\'s own has a card: its report again, and its use', async () => {
  const { page, report, close } = await open();
  await give(page, ['mine.onnx', largeModel()]);
  await page.getByTestId('use-own').click();
  await page.locator('html[data-shown=classify]').waitFor();
  await page.getByTestId('nav-models').click();
  const card = page.getByTestId('model-card-file:mine.onnx');
  assert.match(await card.innerText(), /mine\.onnx\s+In use/i);
  await card.getByRole('button', { name: /report/i }).click();
  assert.match(await report.innerText(), /runs here/);
  assert.match(await page.getByTestId('recipe-editor').innerText(), /As you settled it/);
  await page.getByRole('button', { name: 'All models' }).click();
  await page.getByTestId('model-card-digits').getByRole('button', { name: /^Use/ }).click();
  await card.getByRole('button', { name: /^Use/ }).click();
  await card.getByText('In use').waitFor();
  await close();
});

test('who goes elsewhere while a model comes stays there', async () => {
  const { page, close } = await open();
  await give(page, ['mine.onnx', largeModel()]);
  await page.getByTestId('use-own').waitFor();
  await page.evaluate(() => {
    for (const id of ['use-own', 'nav-measure']) /** @type {HTMLElement} */ (document.querySelector(`[data-testid=${id}]`)).click();
  });
  await page.locator('html[data-shown=measure]').waitFor();
  await page.waitForFunction(() => /** @type {HTMLSelectElement} */ (document.querySelector('#model')).selectedOptions[0]?.textContent?.includes('mine.onnx'));
  await page.waitForTimeout(200);
  assert.equal(new URL(page.url()).hash, '#measure');
  await close();
});

test('recipe and names come from the files that lie beside models on hubs', async () => {
  const { page, text, close } = await open();
  await give(page, ['mine.onnx', largeModel()],
    ['config.json', '{"id2label": {"0": "cat", "1": "dog", "2": "cow"}}'],
    ['preprocessor_config.json', JSON.stringify({
      do_resize: true, size: { height: 224, width: 224 }, resample: 3, do_normalize: true,
      image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5],
    })]);
  await page.getByTestId('own-preview').waitFor();
  assert.equal(await text.inputValue(), 'filter=bicubic;mean=0.5;std=0.5');
  assert.match(await page.getByTestId('recipe-editor').innerText(), /From preprocessor_config\.json/);
  assert.equal(await page.getByTestId('labels-text').inputValue(), 'cat\ndog\ncow');
  await close();
});

test('the recipe is edited in fields and as text, and the preview follows', async () => {
  const { page, text, close } = await open();
  await give(page, ['mine.onnx', largeModel()]);
  await page.getByTestId('own-preview').waitFor();
  await page.waitForFunction(() => /values from/.test(document.querySelector('[data-testid=recipe-editor]')?.textContent ?? ''));
  const before = await pixel(page);
  assert.match(before, /^2\d\d,/, 'red first');
  const changes = page.getByTestId('recipe-editor');
  await changes.getByLabel('Numbers').selectOption('caffe');
  assert.equal(await text.inputValue(), 'channels=bgr;fit=shorter;resize=256;scale=1;mean=103.939,116.779,123.68');
  await page.waitForFunction(() => /from -\d{2}/.test(document.querySelector('[data-testid=recipe-editor]')?.textContent ?? ''));
  assert.equal(await pixel(page), before, 'undone, it looks the same');
  await changes.getByLabel('Numbers').selectOption('signed');
  await changes.getByLabel('Fit').selectOption('letterbox');
  assert.equal(await text.inputValue(), 'channels=bgr;fit=letterbox;mean=0.5;std=0.5');
  await page.waitForFunction(() => {
    const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('[data-testid=own-preview]'));
    return canvas.getContext('2d')?.getImageData(1, canvas.height - 10, 1, 1).data[0] === 0;
  });
  await text.fill('fit=sideways');
  await text.press('Enter');
  await changes.getByRole('alert').waitFor();
  assert.ok(await page.getByTestId('use-own').isDisabled());
  await text.fill('fit=stretch;mean=0.25');
  await text.press('Enter');
  await changes.getByRole('alert').waitFor({ state: 'detached' });
  assert.equal(await changes.getByLabel('Fit').inputValue(), 'stretch');
  assert.equal(await changes.getByRole('textbox', { name: 'Mean' }).inputValue(), '0.25');
  await text.fill('channels=bgr');
  await text.press('Enter');
  assert.equal(await changes.getByRole('textbox', { name: 'Mean' }).inputValue(), '0', 'what the text leaves out is the default');
  await text.fill('mean=much');
  await text.press('Enter');
  await changes.getByRole('alert').waitFor();
  assert.equal(await text.inputValue(), 'mean=much', 'what is wrong stays, to be mended');
  await text.fill('');
  await text.press('Enter');
  await changes.getByRole('alert').waitFor({ state: 'detached' });
  assert.equal(await text.inputValue(), '');
  await page.getByTestId('use-own').click();
  await page.locator('#facts > summary').click();
  const stated = page.locator('#fact-list > div', { hasText: 'Preprocessing' }).locator('dd');
  await stated.filter({ hasText: 'stretched to the input' }).waitFor();
  await close();
});

test('a file of names that cannot be read is left out, and a note says so; another one may come', async () => {
  const { page, close } = await open();
  await give(page, ['mine.onnx', largeModel()], ['labels.json', '{oops']);
  await page.getByText('labels.json is left out: it is not valid JSON').waitFor();
  await give(page, ['labels.txt', 'one\ntwo\nthree']);
  await page.getByText('3 names for 3 classes').waitFor();
  assert.ok(await page.getByTestId('use-own').isEnabled());
  await close();
});

test("ImageNet's names are offered where there are a thousand classes", async () => {
  const { page, close } = await open();
  await give(page, ['thousand.onnx', scaleModel(1000)]);
  await page.getByTestId('imagenet-labels').click();
  const names = page.getByTestId('labels-text');
  await page.getByText('1,000 names for 1,000 classes').waitFor();
  assert.match(await names.inputValue(), /^tench\ngoldfish\n/);
  await names.fill('one name');
  await page.getByText('1 name for 1,000 classes').waitFor();
  await page.getByText('As many names as classes are needed').waitFor();
  await close();
});

test('a model that cannot run says so in its report, and cannot be used', async () => {
  const { page, report, close } = await open();
  await page.getByTestId('nav-models').click();
  await page.getByTestId('device-speed').waitFor();
  await give(page, ['wobble.onnx', unknownOperatorModel()]);
  await report.waitFor();
  assert.match(await report.innerText(), /cannot run here[\s\S]*Operators that are not supported: Wobble × 1[\s\S]*1 operator in 1 node$/);
  assert.doesNotMatch(await report.innerText(), /not known/);
  for (const id of ['recipe-editor', 'labels-text', 'use-own', 'save-own', 'other-size']) assert.equal(await page.getByTestId(id).count(), 0, id);
  await give(page, ['notes.onnx', 'Dear diary']);
  assert.match(await errorText(page), /notes\.onnx[\s\S]*PARSE/);
  await page.getByTestId('model-card-digits').waitFor();
  await close();
});

test('a model that needs more than a picture says what, and cannot be used here', async () => {
  const { page, report, close } = await open();
  await give(page, ['two.onnx', encodeModel({
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
      { op: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
      { op: 'Mul', inputs: ['flat', 'temperature'], outputs: ['scores'] },
    ],
    inputs: [{ name: 'image', shape: [1, 3, 32, 32] }, { name: 'temperature', shape: [1] }],
    outputs: [{ name: 'scores', shape: [1, 3] }],
  })]);
  await page.getByTestId('own-preview').waitFor();
  assert.match(await report.innerText(), /Besides a picture this model needs temperature, float32 1,/);
  assert.ok(await page.getByTestId('use-own').isDisabled());
  await close();
});

test('a model that takes no picture says so, and cannot be used here', async () => {
  const { page, report, close } = await open();
  await give(page, ['table.onnx', encodeModel({
    nodes: [{ op: 'MatMul', inputs: ['table', 'weights'], outputs: ['scores'] }],
    initializers: { weights: { dims: [5, 2], values: Array.from({ length: 10 }, (_, i) => i) } },
    inputs: [{ name: 'table', shape: [1, 5] }],
    outputs: [{ name: 'scores', shape: [1, 2] }],
  })]);
  await report.waitFor();
  assert.match(await report.innerText(), /^No input of this model takes a picture/);
  assert.ok(await page.getByTestId('use-own').isDisabled());
  await close();
});

test('weights that are missing are asked for in plain words, and make it run when they come', async () => {
  const folder = new URL('../cases/external_data/', import.meta.url);
  const [model, data] = ['model.onnx', 'model.onnx.data'].map((name) => readFileSync(new URL(name, folder)));
  const { page, report, close } = await open();
  await give(page, ['model.onnx.data', data]);
  assert.match(await errorText(page), /model\.onnx\.data: These are the weights of a model; the model itself, an \.onnx file, is missing/);
  await give(page, ['model.onnx', model]);
  await report.waitFor();
  assert.match(await report.innerText(), /The weights of this model are missing\.\s+It keeps them in another file, which usually lies beside the \.onnx file: model\.onnx\.data\./);
  assert.ok(await page.getByTestId('error').isHidden());
  assert.equal(await page.getByTestId('recipe-editor').count(), 0);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByTestId('choose-missing').click()]);
  await chooser.setFiles({ name: 'model.onnx.data', mimeType: '', buffer: data });
  await page.getByTestId('use-own').click();
  await page.locator('[data-testid=model-menu]', { hasText: 'model.onnx' }).waitFor();
  await close();
});

test('where another size may help, a size is asked for and nothing else', async () => {
  const { page, report, close } = await open();
  await give(page, ['fixed.onnx', encodeModel({
    nodes: [
      { op: 'Reshape', inputs: ['image', 'form'], outputs: ['flat'] },
      { op: 'MatMul', inputs: ['flat', 'weights'], outputs: ['scores'] },
    ],
    initializers: {
      form: { type: 'int64', dims: [2], values: [1, 3 * 32 * 32] },
      weights: { dims: [3 * 32 * 32, 2], values: Array.from({ length: 2 * 3 * 32 * 32 }, (_, i) => i % 5) },
    },
    inputs: [{ name: 'image', shape: [1, 3, 'height', 'width'] }],
    outputs: [{ name: 'scores', shape: [1, 2] }],
  })]);
  await report.waitFor();
  assert.match(await report.innerText(), /cannot run here/);
  assert.equal(await page.getByTestId('recipe-editor').count(), 0);
  const size = page.getByTestId('other-size').getByLabel('Size');
  await size.fill('32');
  await size.press('Enter');
  await page.getByTestId('own-preview').waitFor();
  assert.match(await report.innerText(), /runs here/);
  await close();
});

test('the latency is predicted once the device has been measured, though the panel was there first', async () => {
  const { page, report, close } = await open();
  await give(page, ['mine.onnx', largeModel()]);
  await report.getByText(/^[\d.]+ ms$/).waitFor();
  await close();
});

test('what the graph decides is said, and what it leaves open can be set', async () => {
  const { page, text, close } = await open();
  await give(page, ['mine.onnx', largeModel()]);
  const editor = page.getByTestId('recipe-editor');
  await page.getByTestId('own-preview').waitFor();
  assert.match(await editor.innerText(), /Channels first \(NCHW\)\. The shape of the input decides this; there is nothing to set\./);
  assert.deepEqual(await editor.getByLabel('Channels').locator('option').allInnerTexts(), ['red, green, blue', 'blue, green, red']);
  await editor.getByLabel('Channels').selectOption('bgr');
  assert.match(await text.inputValue(), /channels=bgr/);
  await give(page, ['last.onnx', encodeModel({
    nodes: [{ op: 'ReduceMean', inputs: ['image'], outputs: ['scores'], attributes: { axes: { ints: [1, 2] }, keepdims: { int: 0 } } }],
    inputs: [{ name: 'image', shape: [1, 40, 40, 1] }],
    outputs: [{ name: 'scores', shape: [1, 1] }],
  })]);
  await editor.getByText('gray: the input has one channel').waitFor();
  assert.match(await editor.innerText(), /Channels last \(NHWC\)\. The shape of the input decides this/);
  await close();
});

test('open extents get a size, and labels that come later are taken', async () => {
  const { page, report, close } = await open();
  const model = openModel();
  await give(page, ['open.onnx', model]);
  const size = page.getByTestId('recipe-editor').getByLabel('Size');
  await size.fill('64');
  await size.press('Enter');
  await page.waitForFunction(() =>
    /** @type {HTMLCanvasElement} */ (document.querySelector('[data-testid=own-preview]'))?.width === 64);
  assert.match(await report.innerText(), /runs here[\s\S]*Memory\s+[\d.]+ KB weights/, 'with a size the report knows what it takes');
  await give(page, ['labels.txt', 'a\nb\nc']);
  await page.waitForFunction(() =>
    /** @type {HTMLTextAreaElement} */ (document.querySelector('[data-testid=labels-text]'))?.value === 'a\nb\nc');
  await page.getByTestId('use-own').click();
  await page.locator('[data-testid=result-bars] li').nth(2).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Classify', 'the focus goes where the view is');
  // The size belongs to what is settled.
  await page.getByTestId('nav-models').click();
  await page.locator('html[data-shown=models]').waitFor();
  await give(page, ['open.onnx', model]);
  await page.getByText('As you settled it').waitFor();
  assert.equal(await size.inputValue(), '64');
  await size.fill('9000');
  await size.press('Enter');
  assert.equal(await size.inputValue(), '64', 'what is refused does not stay in the field');
  await close();
});

test('an input that leaves its channels open, too, gets three of them', async () => {
  const { page, report, close } = await open();
  const model = openModel(['batch_size', 'num_channels', 'height', 'width']);
  await give(page, ['optimum.onnx', model]);
  const size = page.getByTestId('recipe-editor').getByLabel('Size');
  await size.fill('64');
  await size.press('Enter');
  await page.waitForFunction(() =>
    /** @type {HTMLCanvasElement} */ (document.querySelector('[data-testid=own-preview]'))?.width === 64);
  assert.match(await report.innerText(), /runs here/);
  await page.getByTestId('labels-text').fill('a\nb\nc');
  await page.getByTestId('use-own').click();
  await page.locator('[data-testid=result-bars] li').nth(2).waitFor();
  await page.getByTestId('nav-models').click();
  await page.locator('html[data-shown=models]').waitFor();
  await give(page, ['optimum.onnx', model]);
  await page.getByText('As you settled it').waitFor();
  assert.equal(await size.inputValue(), '64');
  await close();
});

for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
  test(`the panel fits ${viewport.width} pixels, axe finds nothing, and no choice is cut off`, async () => {
    const { page, close } = await open({ viewport });
    await give(page, ['mine.onnx', largeModel(1000)]);
    await page.getByTestId('own-preview').waitFor();
    await page.getByTestId('report').locator('summary').click();
    const editor = page.getByTestId('recipe-editor');
    await editor.getByLabel('Fit').selectOption('shorter');
    await editor.getByLabel('Numbers').selectOption('caffe');
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual([colorScheme, await findings(page), await misfits(page)], [colorScheme, [], []]);
    }
    assert.deepEqual(await cutOff(page), []);
    await close();
  });
}

test('what was wrong with the recipe of one model is not said of the next', async () => {
  const { page, text, close } = await open();
  await give(page, ['mine.onnx', largeModel()]);
  await page.getByTestId('own-preview').waitFor();
  await text.fill('no recipe');
  await text.press('Enter');
  await page.getByTestId('recipe-editor').getByRole('alert').waitFor();
  await give(page, ['other.onnx', largeModel(4)]);
  await page.getByTestId('report').getByText('float32 1 × 4').waitFor();
  await page.getByTestId('own-preview').waitFor();
  assert.equal(await page.getByTestId('recipe-editor').getByRole('alert').count(), 0);
  await close();
});
