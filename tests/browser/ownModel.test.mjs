// A model of one's own: the report before anything runs, a recipe that is guessed, edited and looked at,
// names of classes, what is remembered, and the file that is saved.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encodeModel } from '../../tools/lib/onnx.mjs';
import { scaleModel, unknownOperatorModel } from '../support/onnx.mjs';
import { cutOff, errorText, findings, misfits, ready, setUp } from './helpers.mjs';

const site = setUp();

/** @typedef {import('playwright-core').Page} Page */

/** As colourModel, for pictures of 224 pixels. @param {number} [classes] @param {(number | string)[]} [shape]  of the scores */
const largeModel = (classes = 3, shape = [1, classes]) => encodeModel({
  nodes: [
    { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
    { op: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
    { op: 'MatMul', inputs: ['flat', 'weights'], outputs: ['logits'] },
  ],
  initializers: { weights: { dims: [3, classes], values: Array.from({ length: 3 * classes }, (_, i) => i % 7) } },
  inputs: [{ name: 'image', shape: [1, 3, 224, 224] }],
  outputs: [{ name: 'logits', shape }],
});

/** A model of three classes whose input is as large as the picture. @param {(number | string)[]} [shape] */
const openModel = (shape = ['batch', 3, 'height', 'width']) => encodeModel({
  nodes: [
    { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
    { op: 'Flatten', inputs: ['mean'], outputs: ['scores'] },
  ],
  inputs: [{ name: 'image', shape }],
  outputs: [{ name: 'scores', shape: ['batch', 3] }],
});

/** @param {Page} page @param {...[string, Buffer | string]} files */
async function give(page, ...files) {
  await page.getByTestId('model-input').setInputFiles(files.map(([name, content]) =>
    ({ name, mimeType: '', buffer: Buffer.from(content) })));
}

/** @param {import('playwright-core').BrowserContextOptions} [options] @param {(page: Page) => Promise<unknown>} [prepare] */
async function open(options, prepare) {
  const opened = await site.open('', options, prepare);
  await ready(opened.page);
  return { ...opened, report: opened.page.getByTestId('report'), text: opened.page.getByTestId('recipe-text') };
}

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
