// The Measure view as a user meets it: models chosen and measured, results copied, shared and read back,
// and the comparison with onnxruntime-web in a site that was built with it.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { copyPeers } from '../../tools/lib/peers.mjs';
import { root } from '../../tools/lib/run.mjs';
import { decodeResults } from '../../web/app/measure/share.js';
import { findings, misfits, ready, setUp } from './helpers.mjs';

/** @typedef {import('playwright-core').Page} Page */

// What `npm run build -- --with-peers` adds to the site.
const withPeers = mkdtempSync(path.join(tmpdir(), 'gossamer-peers-'));
mkdirSync(path.join(withPeers, 'app/measure'), { recursive: true });
cpSync(path.join(root, 'web/app/measure/peers.js'), path.join(withPeers, 'app/measure/peers.js'));
copyPeers(withPeers);
after(() => rmSync(withPeers, { recursive: true }));
const site = setUp({ policy: true, mounts: { '/peers/': path.join(withPeers, 'peers') } });

const clipboard = /** @type {const} */ (['clipboard-read', 'clipboard-write']);

/** @param {{path?: string, viewport?: {width: number, height: number}, prepare?: (page: Page) => Promise<unknown>}} [options] */
async function open({ path: address = '?model=digits#measure', viewport = { width: 1280, height: 800 }, prepare } = {}) {
  const { page, close } = await site.open(address, { viewport, permissions: [...clipboard], serviceWorkers: 'block' }, prepare);
  await ready(page);
  return { page, close };
}

/** @param {Page} page @param {number} starts */
async function measure(page, starts) {
  await page.getByTestId('measure-runs').selectOption('30');
  await page.getByTestId('measure-starts').selectOption(String(starts));
  await page.getByTestId('measure-begin').click();
  await page.getByTestId('measure-cancel').waitFor();
  await page.getByTestId('copy-link').waitFor({ timeout: 60_000 });
}

/** @param {Page} page */
const cells = (page) => page.getByTestId('measure-table').locator('tr')
  .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent?.trim() ?? '')));

for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
  test(`models are measured, and the results shared, at ${viewport.width} x ${viewport.height}`, async () => {
    const { page, close } = await open({ viewport });
    assert.equal(await page.getByTestId('measure-model-digits').isChecked(), true, 'the model in use is chosen');
    await measure(page, 3);
    const [head, row, ...others] = await cells(page);
    assert.deepEqual(others, []);
    assert.equal(row[0], 'Handwritten digits');
    const value = (/** @type {string} */ title) => Number(row[head.indexOf(title)]);
    for (const title of head.slice(1)) assert.ok(value(title) >= 0, `${title}: ${row}`);
    assert.ok(value('p95') >= value('Median') && value('Median') >= value('Inference') && value('Per second') > 1, `${row}`);
    assert.ok(value('Memory MB') > 0.1 && value('MB') > 0.1);
    const points = await page.getByTestId('measure-plot').locator('polyline.trend').getAttribute('points');
    assert.equal(points?.split(' ').length, 30);
    assert.match(await page.getByTestId('measure-about').innerText(), /(?:Chromium|HeadlessChrome) \d+ on Linux, \d+ cores?.*Gossamer .*30 warm runs, 3 starts/);
    const seen = (/** @type {string} */ title) => page.getByTestId('measure-table').getByRole('columnheader', { name: title }).evaluate((cell) =>
      new Promise((/** @type {(share: number) => void} */ resolve) => {
        new IntersectionObserver(([{ intersectionRatio }]) => resolve(intersectionRatio)).observe(cell);
      }));
    await page.waitForTimeout(600);  // it scrolls calmly
    for (const title of ['Model', 'Median', 'p95']) assert.ok(await seen(title) > 0.99, `${title} is in sight`);
    assert.deepEqual([await findings(page), await misfits(page)], [[], []]);

    const copied = async (/** @type {string} */ button) => {
      await page.getByTestId(button).click();
      await page.locator('.said', { hasText: /^Copied$/ }).waitFor();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    assert.ok((await copied('copy-markdown')).includes(`| ${row.join(' | ')} |`));
    const json = JSON.parse(await copied('copy-json'));
    assert.equal(json.rows[0].title, 'Handwritten digits');
    const link = await copied('copy-link');
    await close();

    const { hash, search } = new URL(link);
    const there = await open({ path: search + hash, viewport });
    assert.match(await there.page.locator('h2').innerText(), /shared with you/);
    assert.deepEqual(await cells(there.page), [head, row]);
    assert.deepEqual(decodeResults(new URLSearchParams(hash.split('?')[1]).get('results') ?? '')?.rows.length, 1);
    await there.close();
  });
}

test('a model of faces is measured with what finds them, and the table says so', async () => {
  const { page, close } = await open({ path: '?model=emotions#measure' });
  await measure(page, 1);
  const results = await page.locator('.results').innerText();
  const [, found] = /Facial expressions: finding the face counts for Preprocess, ([\d.]+) ms of it/.exec(results) ?? [];
  const [head, row] = await cells(page);
  const preprocess = Number(row[head.indexOf('Preprocess')]);
  assert.ok(Number(found) > 1 && preprocess > 0.9 * Number(found), `${found} of ${preprocess} ms`);
  await close();
});

test('a measurement can be cancelled, and leaving the view ends it', async () => {
  const { page, close } = await open();
  await page.getByTestId('measure-runs').selectOption('300');
  await page.getByTestId('measure-begin').click();
  await page.getByTestId('measure-cancel').click();
  await page.locator('.said', { hasText: /^Cancelled$/ }).waitFor();
  await page.getByTestId('measure-begin').click();
  await page.getByTestId('measure-cancel').waitFor();
  await page.getByTestId('nav-classify').click();
  await page.getByTestId('nav-measure').click();
  await page.getByTestId('measure-begin').waitFor();
  await close();
});

test('an address without readable results says so', async () => {
  const { page, close } = await open({ path: '?model=digits#measure?results=AAAA' });
  await page.locator('.said', { hasText: 'The address holds no results that can be read' }).waitFor();
  assert.equal(await page.getByTestId('measure-table').count(), 0);
  await close();
});

test('the site by itself offers no other runtime, and one with it loads that only when asked', async () => {
  const plain = await open();
  assert.equal(await plain.page.getByTestId('measure-peer').count(), 0);
  await plain.close();
  /** @type {string[]} */
  const requests = [];
  const { page, close } = await open({
    prepare: async (page) => {
      page.context().on('request', (request) => requests.push(new URL(request.url()).pathname));
      const body = readFileSync(path.join(withPeers, 'app/measure/peers.js'), 'utf8');
      await page.route('**/app/measure/peers.js', (route) => route.fulfill({ contentType: 'text/javascript', body }));
    },
  });
  await page.getByText(/Compare with onnxruntime-web 1\.\d+\.\d+ \(downloads 14\.\d MB\)/).waitFor();
  await measure(page, 1);
  assert.deepEqual(requests.filter((name) => name.startsWith('/peers/')), []);
  assert.equal((await cells(page))[0].includes('Ratio'), false);
  await page.getByTestId('measure-peer').check();
  await measure(page, 1);
  const [head, row] = await cells(page);
  const [peer, ratio] = [Number(row[head.indexOf('onnxruntime-web')]), Number(row[head.indexOf('Ratio')])];
  assert.ok(peer > 0 && ratio > 0, `${head} ${row} ${await page.locator('.results').innerText()}`);
  assert.match(await page.locator('.results').innerText(), /Outputs were compared first/);
  assert.ok(requests.some((name) => name.endsWith('ort-wasm-simd-threaded.wasm')), `${requests}`);
  await close();
});

test('the keyboard stays in the view when a measurement begins and when it is called off', async () => {
  const { page, close } = await open();
  const heading = page.locator('.measure h2');
  await page.getByTestId('measure-runs').selectOption('300');
  await page.getByTestId('measure-starts').selectOption('5');
  const client = await page.context().newCDPSession(page);
  await client.send('Emulation.setCPUThrottlingRate', { rate: 10 });
  await page.getByTestId('measure-begin').press('Enter');
  await page.getByTestId('measure-cancel').waitFor();
  assert.ok(await heading.evaluate((element) => element === document.activeElement));
  await page.getByTestId('measure-cancel').press('Enter');
  await page.getByTestId('measure-begin').waitFor();
  assert.ok(await heading.evaluate((element) => element === document.activeElement));
  await close();
});

test('a picture that comes while something is measured neither ends it nor leaves the view', async () => {
  const { page, close } = await open();
  await page.getByTestId('measure-runs').selectOption('30');
  await page.getByTestId('measure-begin').click();
  await page.getByTestId('measure-cancel').waitFor();
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'], 'a.svg', { type: 'image/svg+xml' }));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  });
  await page.locator('.said', { hasText: 'The measurement goes on' }).waitFor();
  await page.getByTestId('copy-link').waitFor({ timeout: 60_000 });
  assert.equal(new URL(page.url()).hash, '#measure');
  await close();
});
