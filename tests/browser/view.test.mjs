// The Classify view beyond the first drawing: options, samples, what the camera can do, several
// pictures at once, what the model sees, and the details with their tabs.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { draw, expectClassifies, misfits, reading, ready, setUp } from './helpers.mjs';
import { encodePng, encodeY4m, renderDigit } from './pictures.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-view-'));
const video = path.join(folder, 'digit.y4m');
writeFileSync(video, encodeY4m(renderDigit(7, { width: 320, height: 240, size: 150 })));
after(() => rmSync(folder, { recursive: true }));

const site = setUp({
  flags: [
    '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${video}`,
  ],
});

/** @param {number} digit */
const picture = (digit) => ({ name: `${digit}.png`, mimeType: 'image/png', buffer: encodePng(renderDigit(digit)) });

/** @param {import('playwright-core').Page} page */
const shownNames = (page) => page.locator('[data-testid=result-bars] .name').allInnerTexts();

test('how many classes are shown, and from where on, is set and kept', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await draw(page, 5);
  assert.equal((await shownNames(page)).length, 10);
  await page.locator('#options summary').click();
  await page.getByTestId('count').selectOption('3');
  await page.waitForFunction(() => document.querySelectorAll('[data-testid=result-bars] li').length === 3);
  assert.equal((await shownNames(page))[0], '5');
  await page.getByTestId('threshold').fill('50');
  await page.waitForFunction(() => document.querySelectorAll('[data-testid=result-bars] li').length === 1);
  assert.equal((await reading(page)).label, '5');
  await page.getByTestId('threshold').fill('95');
  await page.locator('#label', { hasText: 'Nothing reaches 95.0%' }).waitFor();
  assert.equal(await page.getByTestId('result-probability').innerText(), '');
  await page.reload();
  await ready(page);
  assert.equal(await page.getByTestId('count').inputValue(), '3');
  assert.equal(await page.getByTestId('threshold').inputValue(), '95');
  await close();
});

test('samples show what to draw, one after another', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const seen = [];
  for (let i = 0; i < 3; ++i) {
    await page.getByTestId('sample').click();
    seen.push((await reading(page)).label);
  }
  assert.deepEqual(seen, ['0', '1', '2']);
  await page.getByTestId('clear-pad').click();
  await draw(page, 4);
  assert.ok(await page.getByTestId('sample').isHidden(), 'it does not lie on what is being drawn');
  await close();
});

test('on a phone the button for another sample lies on none of them', async () => {
  for (const viewport of [{ width: 360, height: 740 }, { width: 740, height: 360 }, { width: 1280, height: 800 }]) {
    const { page, close } = await site.open('', { viewport });
    await ready(page);
    const sample = page.getByTestId('sample');
    assert.equal(await sample.innerText(), 'Try a sample');
    for (let digit = 0; digit < 10; ++digit) {
      await sample.click();
      assert.equal((await reading(page)).label, String(digit));
      assert.equal(await sample.textContent(), 'Another sample');
      const ink = await page.evaluate(() => {
        const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById('pad'));
        const [pad, button] = [canvas, document.getElementById('sample')].map((element) => /** @type {HTMLElement} */ (element).getBoundingClientRect());
        const scale = canvas.width / pad.width;
        const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(
          (button.left - pad.left) * scale, (button.top - pad.top) * scale, button.width * scale, button.height * scale);
        return data.filter((value, at) => at % 4 === 0 && value < 128).length;
      });
      assert.equal(ink, 0, `${digit} at ${viewport.width} x ${viewport.height}`);
    }
    await close();
  }
});

test('pictures to try a model with come one after another', async () => {
  const { page, close } = await site.open('?model=garments');
  await ready(page);
  for (const label of ['Ankle boot', 'Trouser', 'Bag']) {
    await page.getByTestId('sample').click();
    await page.locator('#frame[data-mode=image]').waitFor();
    await page.locator('[data-testid=result-label]', { hasText: label }).waitFor();
  }
  await page.getByTestId('clear-pad').click();
  assert.equal(await page.getByTestId('sample').innerText(), 'Try a sample');
  await close();
});

test('a frozen camera stands still, a mirrored one is turned, and both are undone', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await page.getByTestId('camera-toggle').click();
  await page.locator('#label', { hasText: '7' }).waitFor({ timeout: 15_000 });
  await page.locator('[data-testid=sparkline] polyline[points*=","]').waitFor({ state: 'attached' });
  const mirror = page.getByTestId('mirror');
  const before = await mirror.getAttribute('aria-pressed');
  await mirror.click();
  assert.notEqual(await mirror.getAttribute('aria-pressed'), before);
  assert.equal(await page.locator('#video[data-mirrored]').count(), before === 'true' ? 0 : 1);
  const freeze = page.getByTestId('freeze');
  await freeze.click();
  assert.equal(await freeze.innerText(), 'Go on');
  const paused = () => page.evaluate(() => /** @type {HTMLVideoElement} */ (document.getElementById('video')).paused);
  assert.ok(await paused());
  await freeze.click();
  assert.ok(!await paused());
  await page.getByTestId('camera-toggle').click();
  assert.ok(await freeze.isHidden());
  await expectClassifies(page, 3);
  await close();
});

test('a frozen frame is what Inspect takes apart, and is on stage afterwards', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await draw(page, 3);
  await page.getByTestId('camera-toggle').click();
  const seven = page.locator('#label', { hasText: '7' });
  await seven.waitFor({ timeout: 15_000 });
  await page.getByTestId('freeze').click();
  const before = await reading(page);
  await page.getByTestId('nav-inspect').click();
  await page.locator('.inspect .answer', { hasText: /^7/ }).waitFor();
  await page.getByTestId('nav-classify').click();
  await seven.waitFor();
  const after = await reading(page);
  assert.ok(Math.abs(after.probability - before.probability) < 0.02, `${after.probability} as ${before.probability} before`);
  await page.waitForFunction(() => {
    const picture = /** @type {HTMLImageElement} */ (document.getElementById('picture'));
    return !picture.hidden && picture.naturalWidth > 0;
  });
  assert.equal(await page.getByTestId('camera-toggle').innerText(), 'Start camera');
  await page.locator('#clear').click();
  await page.locator('#invitation').waitFor();
  // One that runs is let go, and the drawing comes back.
  await draw(page, 3);
  await page.getByTestId('camera-toggle').click();
  await seven.waitFor({ timeout: 15_000 });
  await page.getByTestId('nav-inspect').click();
  await page.locator('.inspect .answer', { hasText: /^3/ }).waitFor();
  await close();
});

/** The page while its first model is on its way, until `release` is called. */
async function openEarly() {
  /** @type {(value?: unknown) => void} */
  let release = () => {};
  const held = new Promise((resolve) => { release = resolve; });
  const opened = await site.open('', {}, (fresh) => fresh.route('**/digits.onnx', async (route) => {
    await held;
    await route.continue();
  }));
  await opened.page.locator('[data-testid=nav-classify][aria-current]').waitFor();
  return { ...opened, release, note: opened.page.locator('#stage-note') };
}

test('a picture and a drawing that come before the model are said to wait, and are read once it is there', async () => {
  const { page, close, release, note } = await openEarly();
  await draw(page, 4);
  await note.getByText('Waiting for a model').waitFor();
  await page.getByTestId('clear-pad').click();
  assert.ok(await note.isHidden(), 'nothing waits any more');
  await page.getByTestId('file-input').setInputFiles(picture(8));
  await note.getByText('Waiting for a model').waitFor();
  release();
  await page.getByTestId('result-label').getByText('8').waitFor();
  assert.ok(await note.isHidden());
  await close();
});

test('several pictures that come before the model are read once it is there', async () => {
  const { page, close, release, note } = await openEarly();
  await page.getByTestId('file-input').setInputFiles([picture(3), picture(8)]);
  await note.getByText('2 pictures wait for a model').waitFor();
  await page.waitForTimeout(300);  // both would have failed by then
  release();
  await page.getByTestId('batch-save').waitFor();
  assert.ok(await note.isHidden());
  assert.deepEqual(await page.locator('[data-testid=results] tbody tr td:nth-child(3)').allInnerTexts(), ['3', '8']);
  assert.equal(await page.locator('#batch h2').textContent(), '2 pictures, Handwritten digits');
  await close();
});

test('several pictures give a table that can be saved, and whose rows lead to the picture', async () => {
  const { page, close } = await site.open('', { acceptDownloads: true });
  await ready(page);
  const broken = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('not a picture') };
  await page.getByTestId('file-input').setInputFiles([picture(3), picture(8), broken]);
  await page.getByTestId('batch-save').waitFor();
  const rows = await page.locator('[data-testid=results] tbody tr').evaluateAll((all) =>
    all.map((row) => [...row.children].slice(1, 3).map((cell) => cell.textContent)));
  assert.deepEqual(rows.map(([name]) => name), ['3.png', '8.png', 'notes.txt']);
  assert.deepEqual(rows.slice(0, 2).map(([, label]) => label), ['3', '8']);
  assert.match(String(rows[2][1]), /not a picture/i);
  const downloading = page.waitForEvent('download');
  await page.getByTestId('batch-save').click();
  const text = readFileSync(await (await downloading).path(), 'utf8').split('\r\n');
  assert.equal(text[0], 'File,Class,Probability,Inference,Model');
  assert.match(text[1], /^3\.png,3,[01]\.\d{4},\d+\.\d{2},Handwritten digits$/);
  assert.equal(text.length, 5);
  await page.locator('[data-testid=results] tbody tr').nth(1).getByRole('button').click();
  await page.locator('#frame[data-mode=image]').waitFor();
  await page.locator('#label:not([data-empty])').waitFor();
  assert.equal((await reading(page)).label, '8');
  await page.getByTestId('batch-close').click();
  assert.ok(await page.getByTestId('results').isHidden());
  await close();
});

test('on a phone a table of pictures with long names scrolls only downwards', async () => {
  const { page, close } = await site.open('?model=garments', { viewport: { width: 360, height: 740 } });
  await ready(page);
  const { buffer, ...rest } = picture(3);
  await page.getByTestId('file-input').setInputFiles(
    [1, 2].map((at) => ({ ...rest, buffer, name: `a photograph with a rather long name, number ${at}.png` })));
  await page.getByTestId('batch-save').waitFor();
  await page.locator('[data-testid=results] tbody tr td:nth-child(3)').first()
    .evaluate((cell) => { cell.textContent = 'Staffordshire bullterrier, Staffordshire bull terrier'; });
  const scroll = await page.locator('#batch .scroll').evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
  assert.equal(scroll.scrollWidth, scroll.clientWidth);
  assert.deepEqual(await misfits(page), []);
  await close();
});

test('a table of pictures that is called off says how far it came', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const many = Array.from({ length: 400 }, (_, at) => ({ ...picture(at % 10), name: `${at}.png` }));
  await page.getByTestId('file-input').setInputFiles(many);
  const rows = page.locator('#batch tbody tr');
  await rows.nth(3).waitFor();
  const first = await rows.first().evaluateHandle((row) => row);
  await page.getByTestId('batch-cancel').click();
  await page.getByTestId('batch-save').waitFor();
  const count = await rows.count();
  assert.equal(await page.locator('#batch [role=status]').textContent(), `Cancelled after ${count} of 400`);
  assert.equal(await page.locator('#batch h2').textContent(), `${count} pictures, Handwritten digits`);
  assert.ok(await first.evaluate((row) => row.isConnected), 'rows that are there stay as they are');
  await close();
});

test('a table of pictures waits while another view is shown, and ends with its model', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const many = Array.from({ length: 400 }, (_, at) => ({ ...picture(at % 10), name: `${at}.png` }));
  await page.getByTestId('file-input').setInputFiles(many);
  const said = page.locator('#batch [role=status]');
  const rows = page.locator('#batch tbody tr');
  await rows.nth(3).waitFor();
  await page.getByTestId('nav-measure').click();
  await page.locator('[data-testid=measure-begin]').waitFor();
  await page.waitForTimeout(300);
  const before = await said.textContent();
  await page.waitForTimeout(700);
  assert.equal(await said.textContent(), before, 'nothing is computed while another view is shown');
  await page.getByTestId('model-menu').selectOption('garments');
  await page.getByText('Ended, because another model is in use').waitFor({ state: 'attached' });
  await page.getByTestId('nav-classify').click();
  await page.getByTestId('batch-save').waitFor();
  assert.equal(await said.textContent(), 'Ended, because another model is in use');
  assert.equal(await page.locator('#batch h2').textContent(), `${await rows.count()} pictures, Handwritten digits`);
  assert.ok(await rows.count() < 400);
  assert.ok((await rows.evaluateAll((all) => all.map((row) => row.children[2].textContent ?? ''))).every((label) => /^\d$/.test(label)));
  await close();
});

test('what the model sees is shown beside the result, and can be turned off', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await draw(page, 6);
  const seen = page.getByTestId('recipe-preview');
  await seen.waitFor({ timeout: 60_000 });
  const { width, height, light, dark } = await seen.evaluate((/** @type {HTMLCanvasElement} */ canvas) => {
    const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(0, 0, canvas.width, canvas.height);
    const grays = data.filter((_, i) => i % 4 === 0);
    return { width: canvas.width, height: canvas.height, light: Math.max(...grays), dark: Math.min(...grays) };
  });
  assert.deepEqual([width, height], [28, 28]);
  assert.ok(light > 200 && dark < 50, `${dark} to ${light}`);
  await page.locator('#options summary').click();
  await page.getByTestId('see').uncheck();
  assert.ok(await seen.isHidden());
  await close();
});

test('the details have the times, and code with the settings', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await draw(page, 2);
  await page.locator('#options summary').click();
  await page.getByTestId('count').selectOption('5');
  await page.locator('#facts summary').click();
  await page.getByTestId('tab-model').press('ArrowRight');
  const timing = await page.getByTestId('timing').innerText();
  for (const wanted of [/Download\s+[\d.]+ ms/, /Compile\s+[\d.]+ ms/, /First run\s+[\d.]+ ms/, /Median\s+[\d.]+ ms/,
    /95 of 100 within\s+[\d.]+ ms/, /Memory\s+\d/, /Threads\s+\d+, because/]) assert.match(timing, wanted);
  await page.getByTestId('tab-timing').press('ArrowRight');
  const code = await page.getByTestId('code').innerText();
  assert.match(code, /createFromModelPath\('gossamer\/models\/digits\/digits\.onnx', \{\s+maxResults: 5,\s+sha256: '[\da-f]{64}',/);
  assert.match(code, /gossamer classify models\/digits\/digits\.onnx picture\.png --top 5/);
  await page.getByTestId('tab-code').press('Home');
  assert.ok(await page.locator('#fact-list').isVisible());
  await answerFewerThreads(page);
  await page.getByTestId('tab-code').click();
  await page.getByTestId('tab-timing').click();
  await page.getByTestId('timing').getByText('1, because more were slower here').waitFor();
  assert.match(await page.getByTestId('status').innerText(), / 1 thread$/, 'in one place as in the other');
  await close();
});

/** Makes fewer threads turn out to be faster. @param {import('playwright-core').Page} page */
const answerFewerThreads = (page) => page.evaluate(async () => {
  const { ImageClassifier } = await import(new URL('gossamer.js', document.baseURI).href);
  const { info } = ImageClassifier.prototype;
  ImageClassifier.prototype.info = async function fewer() {
    return { ...await info.call(this), threads: 1, threadReason: 'more were slower here' };
  };
});

test('the status says how many threads compute, also once fewer have turned out to be faster', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const status = page.getByTestId('status');
  assert.match(await status.innerText(), / \d+ threads?$/);
  await answerFewerThreads(page);
  for (let i = 0; i < 2; i += 1) {
    await page.getByTestId('file-input').setInputFiles(Array.from({ length: 10 }, (_, digit) => picture(digit)));
    await page.getByTestId('batch-save').waitFor();
  }
  await status.getByText(/ 1 thread$/).waitFor();
  assert.equal(await status.getAttribute('title'), '1 thread: more were slower here');
  await close();
});

test('the page says what its numbers are not', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await page.locator('#meaning summary').click();
  const text = await page.locator('#meaning-text').innerText();
  assert.match(text, /knows 10 classes and nothing else/);
  assert.match(text, /sure of a picture that shows nothing it knows/);
  await close();
});

test('pictures that left the stage, or never came onto it, are let go', async () => {
  const { page, close } = await site.open('', {}, (fresh) => fresh.addInitScript(() => {
    const alive = new Set();
    Object.assign(globalThis, { alive });
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (object) => {
      const url = createObjectURL.call(URL, object);
      if (object instanceof File) alive.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      alive.delete(url);
      revokeObjectURL.call(URL, url);
    };
  }));
  await ready(page);
  const alive = (/** @type {number} */ count) =>
    page.waitForFunction((wanted) => /** @type {any} */ (globalThis).alive.size === wanted, count, { timeout: 10_000 });
  await page.evaluate(() => {
    for (const name of ['one', 'two', 'three']) {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'], name, { type: 'image/svg+xml' }));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    }
  });
  await page.locator('#frame[data-mode=image]').waitFor();
  await alive(1);
  await page.getByTestId('clear-pad').click();
  await alive(0);
  await close();
});
