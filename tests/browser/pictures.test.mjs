// Pictures from files: chosen, dropped and pasted, each rendered here. Turned ones are given to the
// command line too, which must read them as the page does.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { errorText, expectClassifies, reading, ready, setUp } from './helpers.mjs';
import { encodePng, renderDigit, storeTurned, withOrientation } from './pictures.mjs';

const site = setUp();
const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-pictures-'));
after(() => rmSync(folder, { recursive: true }));

/**
 * Dispatches a drop or paste that carries one file.
 * @param {import('playwright-core').Page} page
 * @param {'drop' | 'paste'} type
 * @param {{name: string, type: string, bytes: Buffer}} file
 */
async function give(page, type, { name, type: mime, bytes }) {
  await page.evaluate(({ kind, fileName, fileType, base64 }) => {
    const data = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([data], fileName, { type: fileType }));
    const target = document.getElementById('frame');
    target?.dispatchEvent(kind === 'drop'
      ? new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
      : new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }));
  }, { kind: type, fileName: name, fileType: mime, base64: bytes.toString('base64') });
}

/** @param {import('playwright-core').Page} page @param {string} label */
async function expectPicture(page, label) {
  await page.locator('#frame[data-mode=image]').waitFor();
  await page.locator('#label:not([data-empty])').waitFor();
  assert.equal((await reading(page)).label, label);
}

test('a chosen file is classified and shown', async () => {
  const { page, close } = await site.open();
  await ready(page);
  for (const digit of [3, 6]) {
    await page.getByTestId('file-input').setInputFiles({
      name: `${digit}.png`, mimeType: 'image/png', buffer: encodePng(renderDigit(digit)),
    });
    await expectPicture(page, String(digit));
  }
  assert.ok(await page.locator('#picture').isVisible());
  await expectClassifies(page, 9);  // and back to drawing
  await close();
});

test('light on dark is read as well as dark on light', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await page.getByTestId('file-input').setInputFiles({
    name: 'night.png', mimeType: 'image/png',
    buffer: encodePng(renderDigit(2, { ink: 235, paper: 10 })),
  });
  await expectPicture(page, '2');
  await close();
});

test('a dropped and a pasted picture are classified', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await give(page, 'drop', {
    name: 'five.png', type: 'image/png', bytes: encodePng(renderDigit(5, { width: 320, height: 240 })),
  });
  await expectPicture(page, '5');
  await page.getByTestId('clear-pad').click();
  await give(page, 'paste', { name: 'eight.png', type: 'image/png', bytes: encodePng(renderDigit(8)) });
  await expectPicture(page, '8');
  await close();
});

test('a file that is no picture gives one clear error, and the page goes on', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const png = encodePng(renderDigit(3));
  const files = {
    'notes.txt': Buffer.from('This is not a picture.'),
    'empty.png': Buffer.alloc(0),
    'cut.png': png.subarray(0, 30),
  };
  for (const [name, bytes] of Object.entries(files)) {
    await give(page, 'drop', { name, type: 'image/png', bytes });
    const text = await errorText(page);
    assert.match(text, /cannot be read/);
    assert.ok(text.includes(name) && text.includes('IMAGE'), text);
    await page.keyboard.press('Escape');
    assert.ok(await page.getByTestId('error').isHidden());
  }
  await expectClassifies(page, 3);
  await close();
});

/** @param {import('playwright-core').Page} page @param {import('./pictures.mjs').Gray} picture */
async function encodeJpeg(page, { width, height, gray }) {
  const base64 = await page.evaluate(async ({ w, h, values }) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    const image = context.createImageData(w, h);
    values.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
    context.putImageData(image, 0, 0);
    return canvas.toDataURL('image/jpeg', 0.95).split(',')[1];
  }, { w: width, h: height, values: [...gray] });
  return Buffer.from(base64, 'base64');
}

/** What the command line makes of a file. @param {string} file */
function classifyOutside(file) {
  const program = path.join(root, 'build/native/gossamer');
  const model = path.join(root, 'models/digits/digits.onnx');
  const { stdout, stderr } = spawnSync(program, ['classify', model, file, '--json'], { encoding: 'utf8' });
  assert.equal(stderr, '');
  const [{ label, probability }] = JSON.parse(stdout).images[0].result.categories;
  return { label: String(label), probability };
}

test('pictures that EXIF data turn are read alike by the page and the command line', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const picture = renderDigit(4, { width: 120, height: 160, size: 100 });
  for (let orientation = 1; orientation <= 8; ++orientation) {
    const stored = storeTurned(picture, orientation);
    const files = { jpeg: await encodeJpeg(page, stored), png: encodePng(stored) };
    for (const [kind, plain] of Object.entries(files)) {
      const name = `${orientation}.${kind}`;
      const bytes = withOrientation(plain, orientation);
      await page.getByTestId('clear-pad').click();
      await give(page, 'drop', { name, type: `image/${kind}`, bytes });
      await expectPicture(page, '4');
      const { probability } = await reading(page);
      const file = path.join(folder, name);
      writeFileSync(file, bytes);
      const outside = classifyOutside(file);
      assert.equal(outside.label, '4', name);
      assert.ok(Math.abs(outside.probability - probability) < 0.02,
        `${name}: ${outside.probability} and ${probability}`);
    }
  }
  await close();
});
