// The examples as their README says: `npm install` and `npm start` in the folder of each.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { run } from '../../tools/lib/run.mjs';
import { installExample, setUpBrowser, start } from './support.mjs';

const site = setUpBrowser({ flags: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] });

/**
 * An example's page.
 * @param {import('node:test').TestContext} t
 * @param {string} name
 */
async function open(t, name) {
  const app = await installExample(name);
  const { url } = await start(t, app, (port) => ({ command: 'npm', args: ['start'], env: { PORT: String(port) } }));
  const page = await site.browser.newPage();
  t.after(() => page.close());
  page.on('pageerror', (error) => { throw error; });
  await page.goto(url);
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

/** What an example for Node prints. @param {string} name */
const printedBy = async (name) => run('npm', ['start', '--silent'], { cwd: await installExample(name) });

test('node: the class of a file', async () => {
  assert.match(await printedBy('node'), /^picture\.png: 5 \d+\.\d %, .* ms\n$/);
});

test('node: a file that is no picture is named, and the others are classified', async () => {
  const app = await installExample('node');
  await run('npm', ['start'], { cwd: app });
  const { output } = await run(process.execPath, ['classify.mjs', 'model.onnx', 'package.json', 'picture.png'], { cwd: app })
    .then(() => assert.fail('no failure'), (error) => error);
  assert.match(output, /^package\.json: IMAGE/m);
  assert.match(output, /^picture\.png: 5 /m);
});

test('search: what is most alike comes first', async () => {
  const lines = (await printedBy('search')).trim().split('\n');
  assert.equal(lines.length, 5);
  for (const line of lines.slice(0, 2)) assert.match(line, /^0\.\d+ pictures\/5-/);
});
