// The examples as their README says: the package installed beside them, a model and a picture put there.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root, run } from '../../tools/lib/run.mjs';
import { serve } from '../../tools/serve.mjs';
import { installApp, setUpBrowser } from './support.mjs';

const site = setUpBrowser({ flags: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] });

/**
 * An example's page.
 * @param {import('node:test').TestContext} t
 * @param {string} name
 */
async function open(t, name) {
  const app = await installApp(`example-${name}`, { from: path.join(root, 'examples', name) });
  const server = await serve({ port: 0, root: app });
  t.after(() => server.close());
  const page = await site.browser.newPage();
  t.after(() => page.close());
  page.on('pageerror', (error) => { throw error; });
  await page.goto(server.url);
  return { page, app };
}

test('camera: classes of what it sees, frame after frame', async (t) => {
  const { page } = await open(t, 'camera');
  const output = page.locator('output');
  await output.filter({ hasText: /^\d \d+ %, \d+\.\d ms$/ }).waitFor();
  const first = await output.innerText();
  await page.waitForFunction((before) => document.querySelector('output')?.textContent !== before, first);
});

test('files: a class for each, and a broken one is named', async (t) => {
  const { page, app } = await open(t, 'files');
  const five = { name: 'picture.png', mimeType: 'image/png', buffer: readFileSync(path.join(app, 'picture.png')) };
  await page.locator('input').setInputFiles([five, { ...five, name: 'broken.png', buffer: Buffer.from('no picture') }, five]);
  await page.locator('tr').nth(2).locator('td').nth(1).filter({ hasText: /\d/ }).waitFor();
  const rows = await page.locator('tr').allInnerTexts();
  assert.match(rows.join('\n'), /^picture\.png\s+5 \d+\.\d %\nbroken\.png\s+.*picture that the browser can decode.*\npicture\.png\s+5 \d+\.\d %$/);
});

test('an app for onnxruntime-web, without it', async (t) => {
  const { page } = await open(t, 'onnxruntime-web');
  await page.locator('output').filter({ hasText: /\d/ }).waitFor();
  assert.equal(await page.locator('output').innerText(), '5');
});

/** An example for Node. @param {string} name @param {string[]} args */
async function runExample(name, args) {
  const app = await installApp(`example-${name}`, { from: path.join(root, 'examples', name) });
  // Two fives and a one; the first five is asked for.
  mkdirSync(path.join(app, 'pictures'), { recursive: true });
  for (const [from, to] of [['5/0032', 'five'], ['5/0033', 'other-five'], ['1/0011', 'one']]) {
    cpSync(path.join(root, `models/digits/heldout/${from}.png`), path.join(app, `pictures/${to}.png`));
  }
  return run(process.execPath, args, { cwd: app });
}

test('node: the class of each file', async () => {
  const said = await runExample('node', ['classify.mjs', 'model.onnx', 'picture.png', 'pictures/one.png']);
  assert.match(said, /^picture\.png: 5 \d+\.\d %, .* ms\npictures\/one\.png: 1 \d+\.\d %, .* ms\n$/);
});

test('search: what is most alike comes first', async () => {
  const lines = (await runExample('search', ['search.mjs', 'model.onnx', 'pictures/five.png', 'pictures'])).trim().split('\n');
  assert.deepEqual(lines.map((line) => line.replace(/.*\//, '')), ['five.png', 'other-five.png', 'one.png']);
  assert.match(lines[0], /^1\.000 /);
});
