// The report as a reader sees it, in Chromium: it opens from disk, without scripts or requests, shows
// its plots, and fits a phone; and its other forms.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { noise } from '../../bench/report/figures.mjs';
import { summarise } from '../../bench/lib/statistics.mjs';
import { summaryTable, threadsTable } from '../../bench/report/tables.mjs';
import { closingText, modelText, textTable } from '../../bench/report/terminal.mjs';
import { writeReport } from '../../bench/report/write.mjs';
import { linearTicks, logTicks } from '../../web/app/chart/svg.js';
import { markdownTable } from '../../web/app/tables.js';
import { chromiumFlags, findHeadlessShell } from '../../tools/lib/chromium.mjs';

/** @typedef {import('../../bench/report/figures.mjs').Results} Results */
/** @typedef {import('../../bench/lib/measure.mjs').Entry} Entry */

/** @param {string} id @param {number} time @param {Partial<Entry>} [more] @returns {Entry} */
function entry(id, time, more = {}) {
  const runs = Array.from({ length: 20 }, (_, i) => time * (1 + (i % 5) / 100));
  const times = summarise(runs);
  return {
    id, label: id.replace('-', ' '), kind: 'gossamer', place: 'browser', variant: 'simd', threads: 1, version: '1',
    status: 'measured', reason: '', probability: 1e-6, files: [],
    phases: { download: [20], compile: [5], load: [30], first: [time * 3], nextFive: [time * 1.2] },
    steady: { rounds: runs, runs, summary: times, all: runs, warm: true }, memory: { heap: 16e6, process: 40e6 },
    download: { raw: 4e5, brotli: 1.5e5, files: [] }, pictures: { preprocess: times, postprocess: times },
    live: [{
      mode: 'worker', idleRate: 60, rate: 58, inferences: 25, seconds: 3, longTasks: { count: 2, total: 120, longest: 70 },
    }],
    ...more,
  };
}

/** @type {Results} */
const results = {
  schema: 1,
  circumstances: {
    date: '2026-01-02T03:04:05Z', command: 'npm run bench -- --models <script>alert(1)</script>', commit: '0123456789abcdef',
    changed: false, machine: { cpu: 'A processor with a name that is rather long', cores: 2, memory: 2 ** 34, system: 'Linux' },
    browser: { name: 'Chromium', version: '1.2.3', flags: [] }, node: 'v20',
  },
  settings: {},
  models: ['a_network_with_a_long_name', 'another'].map((name, i) => ({
    name, bytes: 5e6 * 10 ** i, shape: [1, 3, 224, 224], spins: [[5, 5.2], [5, 6]], quiet: [0, 1],
    contenders: [
      entry('gossamer-relaxed', 20 + 50 * i), entry('gossamer-base', 90 + 300 * i), entry('ort-web', 30 + 100 * i),
      entry('tfjs', 0, { steady: undefined, status: 'refused', reason: 'another class than onnxruntime names', live: [] }),
    ],
  })),
  kernels: {
    roof: { gflops: 60, gigabytes: 20 },
    kernels: [{ name: 'f32_gemm', gflops: 50, intensity: 30 }, { name: 'f32_dwconv', gflops: 12, intensity: 1.1 }],
  },
  study: {
    name: 'latency', title: 'A study', note: 'What it shows.', figures: {}, plots: [],
    tables: [{ title: 'Numbers', table: { head: ['model', 'ms'], rows: [['one', '2']] } }],
  },
};

const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-report-'));
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  writeReport(folder, results);
  browser = await chromium.launch({ executablePath: findHeadlessShell(), args: chromiumFlags });
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** @param {number} width @param {number} height @param {'light' | 'dark'} [colorScheme] */
async function open(width, height, colorScheme = 'light') {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, javaScriptEnabled: true });
  const page = await context.newPage();
  /** @type {string[]} */
  const requests = [];
  page.on('request', (request) => requests.push(request.url()));
  const url = pathToFileURL(path.join(folder, 'index.html')).href;
  await page.goto(url);
  return { page, requests, url, close: () => context.close() };
}

for (const [width, height] of [[1280, 800], [360, 740]]) {
  test(`opens from disk at ${width} x ${height}, with plots and nothing sideways`, async () => {
    const { page, requests, url, close } = await open(width, height);
    assert.deepEqual(requests, [url]);
    for (const details of await page.locator('details > summary').all()) await details.click();
    const figures = page.locator('figure');
    assert.equal(await figures.count(), 4, 'two models, latency against size, roofline');
    for (const figure of await figures.all()) {
      const box = await figure.locator('svg[role=img]').boundingBox();
      assert.ok(box && box.width > 200 && box.height > 80 && box.x >= 0 && box.x + box.width <= width);
    }
    assert.equal(await page.locator('figure rect.series').count(), 6, 'a bar for each that was measured');
    assert.equal(await page.locator('figure polyline.roof').count(), 1);
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    assert.equal(sideways, false);
    const cut = await page.evaluate(() => Array.from(/** @type {NodeListOf<SVGTextElement>} */ (
      document.querySelectorAll('figure svg[role=img] text'))).filter((text) => {
      const [inner, outer] = [text, text.ownerSVGElement].map((one) => one?.getBoundingClientRect());
      return inner && outer && (inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1);
    }).map((text) => text.textContent));
    assert.deepEqual(cut, [], 'labels that leave their plot');
    const smallest = await page.evaluate(() => Math.min(...Array.from(document.querySelectorAll('figure text'))
      .map((text) => text.getBoundingClientRect().height)));
    assert.ok(smallest >= 9, `a text is ${smallest} px high`);
    await close();
  });
}

test('has no scripts, and what was given as text stays text', async () => {
  const { page, close } = await open(1280, 800);
  assert.equal(await page.locator('script').count(), 0);
  assert.match(await page.locator('main').innerText(), /<script>alert\(1\)<\/script>/);
  await close();
});

test('bars are as long as their numbers say', async () => {
  const { page, close } = await open(1280, 800);
  const widths = await page.locator('figure').first().locator('rect.series')
    .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute('width'))));
  assert.ok(Math.abs(widths[1] / widths[0] - 90 / 20) < 0.05, `${widths}`);
  await close();
});

test('follows a dark system', async () => {
  const ground = async (/** @type {'light' | 'dark'} */ scheme) => {
    const { page, close } = await open(1280, 800, scheme);
    const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await close();
    return colour;
  };
  assert.equal(await ground('light'), 'rgb(255, 255, 255)');
  assert.notEqual(await ground('dark'), 'rgb(255, 255, 255)');
});

test('the summary has ratios to the fastest build, and their geometric mean', () => {
  const { head, rows } = summaryTable(results.models);
  assert.deepEqual(head, ['model', 'MB', 'gossamer relaxed', 'gossamer base', 'ort web', 'tfjs']);
  assert.deepEqual(rows[0].slice(2), ['20.4 (1.00)', '91.8 (4.50)', '30.6 (1.50)', 'refused']);
  const mean = Math.sqrt((90 / 20) * (390 / 70));
  assert.deepEqual(rows[2], ['geometric mean', '', '(1.00)', `(${mean.toFixed(2)})`, `(${Math.sqrt(1.5 * 130 / 70).toFixed(2)})`, '–']);
});

test('several threads stand beside one, and beside Gossamer with as many', () => {
  assert.deepEqual(threadsTable(results.models).rows, []);
  const peer = { kind: 'litert', variant: 'wasm' };
  const contenders = [
    entry('gossamer-simd', 20), entry('gossamer-native', 2, { place: 'native' }), entry('litert', 25, peer),
    entry('gossamer-simd-2t', 10, { threads: 2 }), entry('litert-2t', 15, { ...peer, threads: 2 }),
    entry('tfjs-2t', 0, { steady: undefined, status: 'refused', threads: 2 }),
  ];
  const models = [{ ...results.models[0], name: 'net', contenders }];
  assert.deepEqual(threadsTable(models).rows, [
    ['net', 'gossamer simd-2t', '10.2', '2.00', '1.00'], ['net', 'litert 2t', '15.3', '1.67', '1.50'],
  ]);
  assert.match(closingText({ ...results, models }), /net +litert 2t +15\.3 +1\.67 +1\.50/);
});

test('Markdown, terminal and JSON say the same', () => {
  const markdown = readFileSync(path.join(folder, 'report.md'), 'utf8');
  assert.match(markdown, /\| a_network_with_a_long_name \| 5\.0 \| 20\.4 \(1\.00\) \|/);
  assert.match(markdown, /- tfjs: refused, another class than onnxruntime names/);
  assert.match(markdown, /### A study/);
  assert.deepEqual(JSON.parse(readFileSync(path.join(folder, 'results.json'), 'utf8')).circumstances, results.circumstances);
  const terminal = modelText(results.models[0]) + closingText(results);
  assert.match(terminal, /gossamer base +91\.8/);
  assert.match(terminal, /tfjs: refused, another class/);
  assert.match(terminal, /2 of 2 rounds were quiet/);
  assert.match(modelText({ ...results.models[0], spins: [[5, 9], [5, 5]] }), /too few rounds were quiet, so all of them count/);
  assert.equal(textTable({ head: ['a', 'b'], rows: [['x', '10']] }), 'a   b\nx  10');
  assert.equal(markdownTable({ head: ['a', 'b'], rows: [['x|y', '1']] }), '| a | b |\n| --- | ---: |\n| x\\|y | 1 |');
});

test('axes have round numbers', () => {
  assert.deepEqual(logTicks(3, 60), [5, 10, 20, 50]);
  assert.deepEqual(logTicks(0.5, 2000), [1, 10, 100, 1000]);
  assert.deepEqual(linearTicks(113), [0, 50, 100]);
  assert.deepEqual(linearTicks(9), [0, 2, 4, 6, 8]);
});

test('contenders that were still getting faster are named', () => {
  const [model] = results.models;
  assert.doesNotMatch(noise(model), /getting faster/);
  const [first, second] = model.contenders;
  const cold = { ...second, steady: { .../** @type {any} */ (second.steady), warm: false } };
  assert.match(noise({ ...model, contenders: [first, cold] }), /Still getting faster .*: gossamer base\.$/);
});
