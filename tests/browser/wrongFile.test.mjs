// Files that the page cannot use get one answer, wherever they are given: what they are, and what would do.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { colourModel } from '../support/onnx.mjs';
import { errorText, expectClassifies, ready, setUp } from './helpers.mjs';
import { encodePng, renderDigit } from './pictures.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{name: string, bytes: Buffer}} Given */

const site = setUp();
const VIEWS = ['classify', 'models', 'inspect', 'measure', 'evaluate'];
const binary = (/** @type {string} */ text) => Buffer.from(text, 'latin1');
const digits = readFileSync(new URL('../../dist/models/digits/digits.onnx', import.meta.url));

/** @type {Record<string, {bytes: Buffer, expect: RegExp}>} */
const files = {
  'notes.txt': { bytes: binary('one\ntwo\nthree\n'), expect: /this is a text, neither a picture nor an ONNX model[\s\S]*names of classes/i },
  'pictures.zip': { bytes: binary('PK\x03\x04\x14\0\0\0'), expect: /a ZIP archive[\s\S]*Unpack it/ },
  'model.tflite': { bytes: binary('\x1c\0\0\0TFL3\0\0\0\0'), expect: /a TensorFlow Lite model[\s\S]*tf2onnx/ },
  'weights.pt': { bytes: binary('PK\x03\x04\x14\0\0\0'), expect: /a PyTorch file[\s\S]*torch\.onnx\.export/ },
  'labels.csv': { bytes: binary('file,label\na.png,1\n'), expect: /a table[\s\S]*Evaluate/ },
  'clip.mp4': { bytes: binary('\0\0\0\x18ftypmp42\0\0\0\0'), expect: /a video[\s\S]*frames/ },
  'empty.txt': { bytes: Buffer.alloc(0), expect: /an empty file/ },
  model: { bytes: colourModel(), expect: /probably an ONNX model[\s\S]*Rename it/ },
  'thing.xyz': { bytes: binary('\x01\x02\x03'), expect: /a file of an unknown kind/ },
};

/** @param {Page} page @param {Given} file */
const drop = (page, { name, bytes }) => page.evaluate(({ title, base64 }) => {
  const content = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([content], title));
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}, { title: name, base64: bytes.toString('base64') });

/** @param {Page} page @param {string} input @param {Given} file */
const choose = (page, input, { name, bytes }) => page.getByTestId(input).setInputFiles({ name, mimeType: '', buffer: bytes });

/** What the page says, and puts it away. @param {Page} page */
async function answer(page) {
  const text = await errorText(page);
  await page.getByTestId('error').getByRole('button', { name: 'Close' }).click();
  return text;
}

/** The answers to a file in every place that a view offers. @param {Page} page @param {string} view @param {Given} file */
async function answers(page, view, file) {
  await page.getByTestId(`nav-${view}`).click();
  await page.locator(`[data-testid=nav-${view}][aria-current]`).waitFor();
  const own = { classify: 'file-input', inspect: 'inspect-input', evaluate: 'files-input' }[view];
  const ways = [
    () => drop(page, file), () => choose(page, 'model-input', file),
    ...(own ? [() => choose(page, own, file)] : []),
  ];
  const said = [];
  for (const give of ways) {
    await give();
    said.push(await answer(page));
    assert.ok(await page.locator(`[data-testid=nav-${view}][aria-current]`).isVisible(), 'the view stays');
  }
  return said;
}

test('a file that is neither picture nor model gets the same answer in every view, chosen or dropped', async () => {
  const { page, close } = await site.open();
  await ready(page);
  for (const [name, { bytes, expect }] of Object.entries(files)) {
    const said = new Set();
    for (const view of VIEWS) for (const text of await answers(page, view, { name, bytes })) said.add(text);
    assert.equal(said.size, 1, [...said].join('\n---\n'));
    const [text] = said;
    assert.match(text, expect);
    assert.match(text, new RegExp(`^This cannot be used[\\s\\S]*\n${name}: This is`));
  }
  await page.getByTestId('nav-classify').click();
  await expectClassifies(page, 3);
  await close();
});

test('a damaged model gets the same answer in every view, and so does one that is none', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const damaged = { 'cut.onnx': digits.subarray(0, digits.length >> 1), 'renamed.onnx': binary('\x1c\0\0\0TFL3\0\0\0\0') };
  for (const [name, bytes] of Object.entries(damaged)) {
    const said = new Set();
    for (const view of VIEWS) {
      await page.getByTestId(`nav-${view}`).click();
      await page.locator(`[data-testid=nav-${view}][aria-current]`).waitFor();
      for (const give of [() => drop(page, { name, bytes }), () => choose(page, 'model-input', { name, bytes })]) {
        await give();
        said.add(await answer(page));
        assert.match(await page.getByTestId('status').innerText(), /^Ready/);
      }
    }
    assert.equal(said.size, 1, [...said].join('\n---\n'));
    assert.match([...said][0], new RegExp(`not a readable ONNX model[\\s\\S]*${name}`));
  }
  await close();
});

test('a picture is taken for one by its content, where its name does not say so', async () => {
  const { page, close } = await site.open('#models');
  await ready(page);
  await drop(page, { name: 'photo', bytes: encodePng(renderDigit(7)) });
  await page.locator('#label:not([data-empty])', { hasText: '7' }).waitFor();
  assert.ok(await page.getByTestId('error').isHidden());
  await close();
});

test('beside a model that is looked at, names are taken and other files get the same answer', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await choose(page, 'model-input', { name: 'mine.onnx', bytes: colourModel() });
  const report = page.getByTestId('report');
  await report.waitFor();
  await drop(page, { name: 'pictures.zip', ...files['pictures.zip'] });
  assert.match(await answer(page), files['pictures.zip'].expect);
  await drop(page, { name: 'names.txt', bytes: binary('red\ngreen\nblue\n') });
  await page.locator('textarea').filter({ visible: true }).waitFor();
  await page.waitForFunction(() => document.querySelector('textarea')?.value === 'red\ngreen\nblue');
  assert.ok(await page.getByTestId('error').isHidden());
  await close();
});
