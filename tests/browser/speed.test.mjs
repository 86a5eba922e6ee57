// What a visitor waits for: the first paint, shifts of the layout, what is transferred before the
// runtime, and a main thread that stays free while the camera is read.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { root } from '../../tools/lib/run.mjs';
import { MULTIPLY_ADDS, mobilenetModel } from '../support/mobilenet.mjs';
import { ready, setUp } from './helpers.mjs';

const site = setUp({ flags: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] });

/** Collects what the browser measures of a page from its beginning. */
function observe() {
  /** @type {{paint: number, shift: number, long: number[]}} */
  const seen = { paint: 0, shift: 0, long: [] };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.paint = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of /** @type {any[]} */ (list.getEntries())) if (!entry.hadRecentInput) seen.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.long.push(entry.duration);
  }).observe({ type: 'longtask', buffered: true });
}

for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
  test(`the page is there at once and stays where it is, ${viewport.width} pixels wide`, async () => {
    const { page, close } = await site.open('', { viewport }, (fresh) => fresh.addInitScript(observe));
    await ready(page);
    await page.waitForTimeout(500);
    const { paint, shift } = await page.evaluate('seen');
    assert.ok(paint > 0 && paint < 1500, `largest contentful paint after ${paint} ms`);
    assert.ok(shift < 0.05, `layout shift of ${shift}`);
    await close();
  });
}

for (const [name, viewport] of Object.entries({ laptop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } })) {
  for (const model of ['digits', 'garments', 'emotions']) {
    test(`nothing moves when ${model} comes late, on a ${name}`, async () => {
      const { page, close } = await site.open(`?model=${model}`, { viewport }, async (fresh) => {
        await fresh.addInitScript(observe);
        await fresh.route(/\.onnx$/, async (route) => {
          await new Promise((resolve) => { setTimeout(resolve, 700); });
          await route.continue();
        });
      });
      await ready(page);
      await page.waitForTimeout(300);
      const { shift } = await page.evaluate('seen');
      assert.ok(shift < 0.05, `layout shift of ${shift}`);
      await close();
    });
  }
}

test('nothing moves when the end of the document comes late, on a phone', async () => {
  // The navigation stands behind the view in the document, and above it in sight.
  const html = readFileSync(path.join(root, 'dist/index.html'), 'utf8');
  const cut = html.indexOf('<nav');
  const slow = createServer(async (request, response) => {
    if (request.url === '/') {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
      response.write(html.slice(0, cut));
      setTimeout(() => response.end(html.slice(cut)), 500);
      return;
    }
    const answer = await fetch(new URL(String(request.url), site.url));
    response.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise((resolve) => { slow.listen(0, 'localhost', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (slow.address());
  const { page, close } = await site.open(`http://localhost:${port}/`, { viewport: { width: 360, height: 740 } },
    (fresh) => fresh.addInitScript(observe));
  try {
    await ready(page);
    await page.waitForTimeout(300);
    const { shift } = await page.evaluate('seen');
    assert.ok(shift < 0.02, `layout shift of ${shift}`);
  } finally {
    await close();
    slow.closeAllConnections();
    slow.close();
  }
});

test('the menu names the model that is being loaded, and what is in use once that is cancelled', async () => {
  const { page, close } = await site.open('', {}, (fresh) => fresh.route(/garments\.onnx$/, async (route) => {
    await new Promise((resolve) => { setTimeout(resolve, 3000); });
    await route.continue().catch(() => {});
  }));
  await ready(page);
  const shown = () => page.getByTestId('model-menu').evaluate((/** @type {HTMLSelectElement} */ menu) => menu.value);
  await page.getByTestId('model-menu').selectOption('garments');
  await page.locator('#status[data-state=loading]').waitFor();
  assert.equal(await shown(), 'garments');
  await page.locator('#cancel-load').click();
  await ready(page);
  assert.equal(await shown(), 'digits');
  await close();
  const late = await site.open('?model=garments', {}, (fresh) => fresh.route(/garments\.onnx$/, () => {}));
  await late.page.locator('#status', { hasText: 'Garments' }).waitFor();
  assert.equal(await late.page.getByTestId('model-menu').evaluate((/** @type {HTMLSelectElement} */ menu) => menu.value), 'garments');
  await late.close();
});

test('a site that is still being built says so, and works', async () => {
  const { page, close } = await site.open('', {}, (fresh) => fresh.route(/\/$/, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace('</title>', '</title><meta name="unfinished" content="modules">');
    await route.fulfill({ response: answer, body });
  }));
  await ready(page);
  await page.getByTestId('unfinished').filter({ hasText: 'still being built' }).waitFor();
  await close();
});

test('less than 60 KB come before the runtime', async () => {
  /** @type {string[]} */
  const names = [];
  const { page, close } = await site.open('', {}, async (fresh) => {
    fresh.on('request', (request) => names.push(new URL(request.url()).pathname));
  });
  await ready(page);
  // The runtime begins with the worker; what the library itself weighs has a budget of its own.
  const before = names.slice(0, names.findIndex((name) => /worker\.js$|\.wasm$/.test(name)))
    .filter((name) => !/^\/(gossamer\.js|lib\/)/.test(name));
  assert.ok(before.includes('/app/main.js'), before.join(', '));
  const size = before.reduce((sum, name) =>
    sum + gzipSync(readFileSync(path.join(root, 'dist', name === '/' ? 'index.html' : name))).length, 0);
  assert.ok(size < 60 * 1024, `${size} bytes in ${before.length} files: ${before.join(', ')}`);
  await close();
});

/** Multiply-adds of the convolutions and products among the layers that the kernels are measured on. */
function workOfLayers() {
  const lines = readFileSync(path.join(root, 'bench/shapes/mobilenet_v2.txt'), 'utf8').split('\n').filter((line) => /^\d/.test(line));
  return lines.reduce((sum, line) => {
    const [count, kind, ...rest] = line.split(' ');
    const numbers = rest.map(Number);
    const [, , , from, height, width, to, kernelHeight, kernelWidth] = numbers;
    const groups = numbers[numbers.length - 1];
    const work = kind === 'gemm' ? numbers[0] * numbers[1] * numbers[2]
      : kind === 'avgpool' ? 0 : (from / groups) * kernelHeight * kernelWidth * height * width * to;
    return sum + Number(count) * work;
  }, 0);
}

/** Milliseconds that frames may be apart at the 95th percentile: two of 60 a second. */
const TWO_FRAMES = 34;

/**
 * How far apart a page's frames come at the 95th percentile, and at most, in milliseconds.
 * @param {import('playwright-core').Page} page
 * @param {number} time  to watch it
 */
async function intervals(page, time) {
  const apart = /** @type {number[]} */ (await page.evaluate((length) => new Promise((resolve) => {
    /** @type {number[]} */
    const times = [];
    const step = (/** @type {number} */ now) => {
      times.push(now);
      if (now - times[0] < length) requestAnimationFrame(step);
      else resolve(times.slice(1).map((each, i) => each - times[i]));
    };
    requestAnimationFrame(step);
  }), time)).sort((a, b) => a - b);
  return { late: apart[Math.floor(apart.length * 0.95)], most: apart[apart.length - 1] };
}

/** The same of a page that shows the camera and does nothing else. */
async function intervalsOfControl() {
  const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.route('**/control.html', (route) => route.fulfill({ body: '<!doctype html><video muted></video>', contentType: 'text/html' }));
  await page.goto(`${site.url}/control.html`);
  await page.evaluate(async () => {
    const video = /** @type {HTMLVideoElement} */ (document.querySelector('video'));
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
    await video.play();
  });
  const found = await intervals(page, 1500);
  await context.close();
  return found;
}

test('frames stay in time and the main thread free while a network of the cost of MobileNetV2 reads the camera', async (t) => {
  assert.equal(MULTIPLY_ADDS, workOfLayers(), 'it has the layers of MobileNetV2');
  const { page, close } = await site.open('', {}, (fresh) => fresh.addInitScript(observe));
  await ready(page);
  await page.getByTestId('model-input').setInputFiles({ name: 'mobilenet_v2.onnx', mimeType: '', buffer: mobilenetModel() });
  const report = page.getByTestId('report');
  await report.getByText('This model runs here.').waitFor({ timeout: 60_000 });
  assert.ok((await report.innerText()).includes(`${(MULTIPLY_ADDS / 1e6).toFixed(1)} million`), await report.innerText());
  await page.getByTestId('use-own').click();
  await page.locator('[data-testid=model-menu]', { hasText: 'mobilenet_v2.onnx' }).waitFor({ timeout: 60_000 });
  await ready(page);
  const camera = page.getByTestId('camera-toggle');
  // Other work on this machine delays the frames of any page. What this one does is judged where one that only
  // shows the camera is in time, before and after.
  let judged = false;
  for (let round = 0; round < 5 && !judged; round += 1) {
    const before = await intervalsOfControl();
    await camera.click();
    await page.locator('#rate', { hasText: /\d+ per second/ }).waitFor({ timeout: 30_000 });
    await page.waitForTimeout(1500);  // the first frames bring the tools' worker
    await page.evaluate('seen.long.length = 0');
    const { late } = await intervals(page, 4000);
    const long = /** @type {number[]} */ (await page.evaluate('seen.long'));
    await camera.click();
    const after = await intervalsOfControl();
    const control = Math.max(before.late, after.late);
    const facts = `95 % of frames come within ${late.toFixed(1)} ms, of the camera alone within ${control.toFixed(1)} ms`;
    t.diagnostic(facts);
    judged = control <= TWO_FRAMES;
    if (!judged && round < 4) continue;
    assert.ok(late <= (judged ? TWO_FRAMES : Math.max(70, 2 * control)), facts);
    // A task that has to wait for a core takes as long as a frame of the camera alone.
    const longest = judged ? 50 : 50 + Math.max(before.most, after.most);
    assert.deepEqual(long.filter((time) => time > longest), [], `tasks over ${longest} ms`);
  }
  await close();
});
