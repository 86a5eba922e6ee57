// The page with the models that the build makes: a symbol is drawn on the pad, and faces come as a file and
// from the camera, which Chromium plays from one of the package's sample photographs, in gray.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { chromium } from 'playwright-core';
import { chromiumFlags, findHeadlessShell } from '../../tools/lib/chromium.mjs';
import { root } from '../../tools/lib/run.mjs';
import { SYMBOLS } from '../../web/app/symbolStrokes.js';
import { reading, ready, setUp } from '../browser/helpers.mjs';
import { encodePng, encodeY4m, renderDigit } from '../browser/pictures.mjs';

const photograph = path.join(root, 'node_modules/@vladmandic/face-api/demo/sample1.jpg');
const folder = mkdtempSync(path.join(os.tmpdir(), 'gossamer-faces-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The smiling woman as a webcam would show her, 640 x 480. @returns {Promise<import('../browser/pictures.mjs').Gray>} */
async function smile() {
  const browser = await chromium.launch({ executablePath: findHeadlessShell(), args: chromiumFlags });
  const page = await browser.newPage();
  const text = await page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/jpeg;base64,${base64}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.filter = 'grayscale(1)';
    context.drawImage(image, 1100, 40, 800, 600, 0, 0, 640, 480);
    const { data } = context.getImageData(0, 0, 640, 480);
    let gray = '';
    for (let i = 0; i < data.length; i += 4) gray += String.fromCharCode(data[i]);
    return gray;
  }, readFileSync(photograph).toString('base64'));
  await browser.close();
  return { width: 640, height: 480, gray: Buffer.from(text, 'latin1') };
}

const video = path.join(folder, 'smile.y4m');
writeFileSync(video, encodeY4m(await smile()));
const site = setUp({
  flags: [
    '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${video}`,
  ],
});

test('a drawn alpha is read as such', async () => {
  const { page, close } = await site.open('?model=symbols');
  await ready(page);
  const box = await page.getByTestId('draw-pad').boundingBox();
  assert.ok(box);
  for (const stroke of SYMBOLS['α']) {
    for (const [i, [x, y]] of stroke.entries()) {
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
      if (i === 0) await page.mouse.down();
    }
    await page.mouse.up();
  }
  assert.match((await reading(page)).label, /^α/);
  await close();
});

test('the smiling face in a photograph is framed and read as happy; without a face the page says so', async () => {
  const { page, close } = await site.open('?model=emotions');
  await ready(page);
  await page.getByTestId('file-input').setInputFiles(photograph);
  await page.getByTestId('face-frame').waitFor();
  assert.equal((await reading(page)).label, 'happy');
  const frame = await page.getByTestId('face-frame').boundingBox();
  const picture = await page.locator('#picture').boundingBox();
  assert.ok(frame && picture);
  // Her face is at 0.82 of the width and 0.28 of the height of the photograph, which is 3 to 2.
  const scale = Math.min(picture.width / 3, picture.height / 2);
  const place = [(frame.x + frame.width / 2 - picture.x - picture.width / 2) / (3 * scale) + 0.5,
    (frame.y + frame.height / 2 - picture.y - picture.height / 2) / (2 * scale) + 0.5];
  assert.ok(Math.hypot(place[0] - 0.82, place[1] - 0.28) < 0.04, `the frame is at ${place}`);
  await page.getByTestId('file-input').setInputFiles({
    name: 'five.png', mimeType: 'image/png', buffer: encodePng(renderDigit(5)),
  });
  await page.getByRole('status').filter({ hasText: /no face/i }).waitFor();
  assert.ok(await page.getByTestId('face-frame').isHidden());
  await close();
});

test('the page brings photographs to try it with, and what it says of each', async () => {
  const { page, close } = await site.open('?model=emotions', { viewport: { width: 360, height: 740 } });
  await ready(page);
  const labels = [];
  for (let i = 0; i < 2; i += 1) {
    const before = await page.locator('#picture').getAttribute('src');
    await page.getByTestId('sample').click();
    await page.locator(`#picture:not([src="${before}"])`).waitFor();
    await page.getByTestId('face-frame').waitFor();
    labels.push((await reading(page)).label);
  }
  assert.deepEqual(labels, ['happy', 'sad']);
  await close();
});

test('the camera finds the face and reads it', async () => {
  const { page, close } = await site.open('?model=emotions');
  await ready(page);
  await page.getByTestId('camera-toggle').click();
  await page.locator('#label', { hasText: /^happy$/ }).waitFor({ timeout: 20_000 });
  assert.ok(await page.getByTestId('face-frame').isVisible());
  await page.getByTestId('camera-toggle').click();
  await close();
});
