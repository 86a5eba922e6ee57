// The Evaluate view as a user with labelled pictures meets it: the held-out digits as a folder, dropped or
// chosen, and with a table of labels.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { errorText, findings, misfits, ready, setUp } from './helpers.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = setUp();
const heldout = path.join(root, 'models/digits/heldout');
const names = (/** @type {string} */ folder) => readdirSync(path.join(heldout, folder)).filter((name) => name.endsWith('.png'));
const total = readdirSync(heldout).reduce((sum, folder) => sum + names(folder).length, 0);

/** @param {{width: number, height: number}} [viewport] @param {string} [model] */
async function open(viewport = { width: 1280, height: 800 }, model = 'digits') {
  const { page, close } = await site.open(`?model=${model}#evaluate`, { viewport });
  await ready(page);
  return { page, close };
}

/** The text of a file that a button saves. @param {Page} page @param {string} button */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(button).click()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

/** Cells of the matrix as numbers, row by row. @param {Page} page */
const matrix = (page) => page.getByTestId('matrix').locator('tbody tr')
  .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => Number(cell.textContent))));

for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
  test(`a folder gives figures, matrix and mistakes at ${viewport.width} x ${viewport.height}`, async () => {
    const { page, close } = await open(viewport);
    await page.getByTestId('folder-input').setInputFiles(heldout);
    await page.getByTestId('report').waitFor({ timeout: 60_000 });
    const cells = await matrix(page);
    assert.equal(cells.length, 10);
    assert.equal(cells.flat().reduce((sum, value) => sum + value, 0), total);
    assert.deepEqual(cells.map((row) => row.reduce((sum, value) => sum + value, 0)),
      cells.map((_, digit) => names(String(digit)).length));
    const right = cells.reduce((sum, row, at) => sum + row[at], 0);
    assert.ok(right / total > 0.97, `${right} of ${total}`);
    const report = await page.getByTestId('report').innerText();
    assert.match(report, new RegExp(`${right} of ${total}`));
    assert.match(report, /labels are names of classes/);
    const mistakes = page.getByTestId('mistakes').locator('img');
    assert.equal(await mistakes.count(), total - right);
    for (const image of await mistakes.all()) {
      await image.scrollIntoViewIfNeeded();
      await image.evaluate((/** @type {HTMLImageElement} */ element) => element.decode());
    }
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual([colorScheme, await findings(page), await misfits(page)], [colorScheme, [], []]);
    }

    const json = await saved(page, 'save-json');
    assert.match(json.name, /digits-heldout\.json$/);
    const { metrics, calibration, pictures } = JSON.parse(json.text);
    assert.deepEqual(metrics.matrix, cells);
    assert.equal(pictures.filter((/** @type {any} */ one) => one.top[0].index === one.truth).length, right);
    const said = pictures.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.top[0].score, 0) / total;
    assert.ok(Math.abs(calibration.confidence - said) < 1e-9);
    const csv = await saved(page, 'save-csv');
    const rows = csv.text.trim().split('\n').map((line) => line.split(','));
    assert.equal(rows.length, total + 1);
    assert.equal(rows.filter((row) => row[rows[0].indexOf('right')] === '1').length, right);
    await close();
  });
}

test('a folder that is dropped is walked', async () => {
  const { page, close } = await open();
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: [path.join(heldout, '3'), path.join(heldout, '8')], dragOperationsMask: 1 };
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop'])) {
    await client.send('Input.dispatchDragEvent', { type, x: 640, y: 400, data });
  }
  await page.getByTestId('report').waitFor({ timeout: 30_000 });
  assert.match(await page.getByTestId('evaluate-notes').innerText(), new RegExp(`${names('3').length + names('8').length} pictures of 2 classes`));
  assert.equal(new URL(page.url()).hash, '#evaluate', 'the pictures were not taken for one to classify');
  await close();
});

/** @param {string} digit @param {string} name */
const picture = (digit, name) => ({ name, mimeType: 'image/png', buffer: readFileSync(path.join(heldout, digit, name)) });
/** @param {string} text */
const table = (text) => ({ name: 'labels.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });

test('a table of labels, with what does not fit named', async () => {
  const { page, close } = await open();
  const [one, two] = names('1');
  const [seven] = names('7');
  await page.getByTestId('files-input').setInputFiles([
    picture('1', one), picture('1', two), picture('7', seven), { name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('no picture') },
    table(`\uFEFFlabel;file\n1;${one}\n"seven";${two}\n1;${seven}\n7;gone.png\n7;broken.png\n`),
  ]);
  await page.getByTestId('report').waitFor();
  const notes = await page.getByTestId('evaluate-notes').innerText();
  assert.match(notes, /No class of this model is called: seven/);
  assert.match(notes, /not there: gone\.png/);
  assert.match(notes, /Could not be read: broken\.png/);
  assert.match(await page.getByTestId('report').innerText(), /1 of 2/);
  assert.match(await page.getByTestId('mistakes').innerText(), /1, said 7/);
  await close();
});

test('labels that the model does not know, and folders without pictures, are explained', async () => {
  const { page, close } = await open();
  const [one] = names('1');
  await page.getByTestId('files-input').setInputFiles([picture('1', one), table(`file,label\n${one},cat\n`)]);
  const text = await errorText(page);
  assert.match(text, /None of these pictures has a label that this model knows/);
  assert.match(text, /Its classes are 0, 1, 2/);
  await page.getByTestId('files-input').setInputFiles([table('file,label\n')]);
  await page.getByText(/this is a table, neither a picture nor an ONNX model/i).waitFor();
  await close();
});

test('a report under an error is said to be of the run before', async () => {
  const { page, close } = await open();
  const [one] = names('1');
  const before = page.getByTestId('report-before');
  await page.getByTestId('files-input').setInputFiles([picture('1', one), table(`file,label\n${one},1\n`)]);
  await page.getByTestId('report').waitFor();
  assert.equal(await before.count(), 0);
  await page.getByTestId('files-input').setInputFiles([table('file,label\n')]);
  await errorText(page);
  await before.getByText('from before').waitFor();
  await page.getByTestId('files-input').setInputFiles([picture('1', one), table(`file,label\n${one},1\n`)]);
  await before.waitFor({ state: 'detached' });
  await page.getByTestId('report').waitFor();
  await page.getByTestId('model-menu').selectOption('symbols');
  await before.getByText(/from before, by .*digits/i).waitFor();
  assert.match(await page.locator('.evaluate h2').innerText(), /symbols/i, 'the heading names the model in use');
  await close();
});

test('cancelling keeps the figures of what was computed; another view pauses', async () => {
  const { page, close } = await open();
  const client = await page.context().newCDPSession(page);
  await client.send('Emulation.setCPUThrottlingRate', { rate: 20 });
  await page.getByTestId('folder-input').setInputFiles(heldout);
  const progress = page.getByTestId('evaluate-progress');
  await progress.waitFor();
  await page.getByTestId('nav-classify').click();
  await page.getByTestId('draw-pad').waitFor();
  const done = async () => Number(/^\d+/.exec(await progress.textContent() ?? '')?.[0]);
  // The pictures under way when the view changed are finished: how long that takes depends on the machine.
  const under = 2;
  const before = await done();
  await page.waitForTimeout(3_000);
  const after = await done();
  assert.ok(after <= before + under, `nothing is begun while another view is shown: ${before}, then ${after}`);
  assert.ok(after < total, `${after}`);
  await page.getByTestId('nav-evaluate').click();
  await page.waitForFunction((least) => Number(/^\d+/.exec(document.querySelector('[data-testid=evaluate-progress]')?.textContent ?? '')?.[0]) > least, after + 3);
  assert.match(await progress.innerText(), /of \d+ pictures, \d+ (s|min) left/);
  await page.getByTestId('evaluate-cancel').click();
  await page.getByTestId('report').waitFor();
  assert.match(await page.getByTestId('evaluate-notes').innerText(), new RegExp(`Cancelled after \\d+ of ${total}`));
  await client.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await page.getByTestId('evaluate-again').click();
  await page.getByText(`of ${total}; `).waitFor({ timeout: 60_000 });
  await close();
});

test('a model of faces reads the face in a picture, and a picture without one is named', async () => {
  const { page, close } = await open(undefined, 'emotions');
  const photograph = readFileSync(path.join(root, 'node_modules/@vladmandic/face-api/demo/sample1.jpg'));
  const [five] = names('5');
  await page.getByTestId('files-input').setInputFiles([
    { name: 'people.jpg', mimeType: 'image/jpeg', buffer: photograph }, picture('5', five), table(`file,label\npeople.jpg,Happy\n${five},sad\n`),
  ]);
  await page.getByTestId('report').waitFor({ timeout: 60_000 });
  assert.match(await page.getByTestId('report').innerText(), /1 of 1/);
  assert.ok((await page.getByTestId('evaluate-notes').innerText()).includes(`Could not be read: ${five} (no face was found in it)`));
  await close();
});

test('where no picture could be read, the page says why', async () => {
  const { page, close } = await open();
  const broken = (/** @type {string} */ name) => ({ name, mimeType: 'image/heic', buffer: Buffer.from('no picture') });
  await page.getByTestId('files-input').setInputFiles([broken('a.heic'), broken('b.heic'), table('file,label\na.heic,1\nb.heic,2\n')]);
  const text = await errorText(page);
  assert.match(text, /None of these pictures could be read[\s\S]*a\.heic \(.+\), b\.heic \(/);
  assert.equal(await page.getByTestId('report').count(), 0);
  await close();
});

test('a folder that is still being read gives way to what was opened later', async () => {
  const { page, close } = await open();
  await page.evaluate(() => {
    const all = /** @type {any} */ (globalThis);
    const { webkitGetAsEntry } = DataTransferItem.prototype;
    const held = new Promise((resolve) => { all.release = resolve; });
    DataTransferItem.prototype.webkitGetAsEntry = function slow() {
      const entry = /** @type {any} */ (webkitGetAsEntry.call(this));
      const reader = entry.createReader();
      const readEntries = async (/** @type {unknown[]} */ ...then) => {
        await held;
        reader.readEntries(...then);
      };
      return /** @type {any} */ ({ name: entry.name, fullPath: entry.fullPath, isFile: false, isDirectory: true, createReader: () => ({ readEntries }) });
    };
  });
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: [path.join(heldout, '3')], dragOperationsMask: 1 };
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop'])) {
    await client.send('Input.dispatchDragEvent', { type, x: 640, y: 400, data });
  }
  const reading = page.locator('.evaluate [role=status]', { hasText: 'Reading the folder' });
  await reading.waitFor();
  const [one] = names('1');
  await page.getByTestId('files-input').setInputFiles([picture('1', one), table(`file,label\n${one},1\n`)]);
  await page.getByTestId('report').waitFor();
  await page.evaluate(() => /** @type {any} */ (globalThis).release());
  await page.waitForTimeout(1000);  // the folder would have been evaluated by then
  assert.match(await page.getByTestId('evaluate-notes').innerText(), /^1 picture of 1 class/);
  assert.equal(await reading.count(), 0);
  await close();
});

test('the classes of the model are said before pictures are chosen, and of pictures without labels what is missing', async () => {
  const { page, close } = await open();
  assert.match(await page.getByTestId('evaluate-intro').innerText(), /The classes of this model: 0, 1, 2, 3, 4, 5, 6, 7 and 2 more\.$/);
  const [one] = names('1');
  await page.getByTestId('files-input').setInputFiles([picture('1', one)]);
  assert.match(await errorText(page), /Nothing says what these pictures show[\s\S]*subfolder for each class[\s\S]*CSV/);
  await page.getByTestId('files-input').setInputFiles([picture('1', one), table('file,label\nother.png,1\n')]);
  await page.getByText(/The table names none of these pictures/).waitFor();
  assert.match(await errorText(page), /other\.png/);
  await close();
});

test('the keyboard stays in the view when an evaluation begins and when it is called off', async () => {
  const { page, close } = await open();
  const client = await page.context().newCDPSession(page);
  await client.send('Emulation.setCPUThrottlingRate', { rate: 10 });
  await page.locator('.chooser button').first().focus();
  await page.getByTestId('folder-input').setInputFiles(heldout);
  await page.getByTestId('evaluate-progress').getByText(/^[1-9]/).waitFor();
  await page.getByTestId('evaluate-cancel').press('Enter');
  await page.getByTestId('report').waitFor();
  assert.ok(await page.locator('.evaluate h2').evaluate((element) => element === document.activeElement));
  await close();
});

test('drawings (SVG) are read as Classify reads them', async () => {
  const { page, close } = await open();
  const svg = (/** @type {string} */ size) => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 28 28"><rect width="28" height="28" fill="#fff"/><path d="M14 5V23" stroke="#000" stroke-width="3"/></svg>`);
  await page.getByTestId('files-input').setInputFiles([
    { name: 'one.svg', mimeType: 'image/svg+xml', buffer: svg('width="28" height="28"') },
    table('label,file\n1,one.svg\n'),
  ]);
  await page.getByTestId('report').waitFor();
  assert.match(await page.getByTestId('report').innerText(), /1 of 1/);
  await close();
});
