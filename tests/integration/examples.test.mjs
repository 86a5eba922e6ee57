// The examples as their README says: the package installed beside them, a model and a picture put there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
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
