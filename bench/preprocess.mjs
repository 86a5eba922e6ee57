// npm run bench:preprocess: from a 1280x720 frame to a 224x224 input, in Chromium. First the module's
// part alone (resize, crop, normalise), whose bytes must be torchvision's; then what the library says
// of every kind of picture; and of that the browser's part, which is taking the picture and getting
// at its pixels. Options: see `usage`.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { encodeModel } from '../tests/support/onnx.mjs';
import { exitWith } from '../tools/build.mjs';
import { chromiumFlags, findChromium } from '../tools/lib/chromium.mjs';
import { build, root, showProgress } from '../tools/lib/run.mjs';
import { assembleSite } from '../tools/lib/site.mjs';
import { serve } from '../tools/serve.mjs';
import { measureLibrary, measureModule } from './browser/preprocess.js';
import { quantile, summarise } from './lib/statistics.mjs';

const usage = `npm run bench:preprocess [-- options]: times preprocessing in the browser

A frame of 1280x720 becomes an input of 224x224. dist/ is built first.

  --level L    base, simd or relaxed (default: relaxed)
  --runs N     timed frames of each kind, after as many for warming up (default 200)
  --built      dist/ as it is, not built first
  --dir DIR    a folder like dist/ in its place
  --json FILE  writes the figures
  --help

The column 'fastest' is the fastest twentieth: on a machine that others use too it is the steadier figure.`;

const frame = { width: 1280, height: 720 };
const side = 224;
const recipes = [
  'fit=shorter;resize=256;filter=bilinear', 'fit=shorter;resize=256;filter=bicubic', 'fit=stretch;filter=bilinear',
  'fit=stretch;filter=bicubic', 'fit=stretch;filter=nearest', 'fit=letterbox;fill=114;filter=bilinear',
];

function parse() {
  const { values } = parseArgs({ options: {
    level: { type: 'string', default: 'relaxed' }, runs: { type: 'string', default: '200' }, built: { type: 'boolean' },
    dir: { type: 'string' }, json: { type: 'string' }, help: { type: 'boolean', short: 'h' },
  } });
  const runs = Number(values.runs);
  if (!['base', 'simd', 'relaxed'].includes(values.level)) throw new Error('--level is base, simd or relaxed');
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs must be a whole number above 0');
  return { ...values, runs };
}

/** What torchvision makes of the frame: a checksum of its bytes for each recipe. */
function references() {
  const lines = readFileSync(path.join(root, 'tests/image/torchvision.txt'), 'utf8').split('\n');
  const fields = lines.map((line) => line.split(' '));
  return new Map(fields.filter(([width, height, , , layout, channels, high, wide, tolerance]) =>
    [width, height, layout, channels, high, wide, tolerance].join() ===
    [frame.width, frame.height, 'nchw', 3, side, side, 0].join(),
  ).map((field) => [field[2], field[9]]));
}

/** Takes three of the input's values for its classes, so that inference is next to nothing. */
function tinyModel() {
  return encodeModel({
    nodes: [
      { op: 'MaxPool', inputs: ['image'], outputs: ['corner'], attributes: {
        kernel_shape: { ints: [1, 1] }, strides: { ints: [side, side] } } },
      { op: 'Flatten', inputs: ['corner'], outputs: ['logits'] },
    ],
    inputs: [{ name: 'image', shape: [1, 3, side, side] }],
    outputs: [{ name: 'logits', shape: [1, 3] }],
  });
}

/** @param {string} text */
const title = (text) => console.log(`\n${text.padEnd(46)}   median  fastest      p95`);

/** @param {string} name @param {number[]} times @param {string} [note] */
function print(name, times, note = '') {
  const { median, p95 } = summarise(times);
  const columns = [median, quantile(times, 0.05), p95].map((value) => value.toFixed(3).padStart(9));
  console.log(`  ${name.padEnd(44)}${columns.join('')}  ${note}`);
  return { median, fastest: quantile(times, 0.05), p95 };
}

/**
 * @param {import('playwright-core').Page} page
 * @param {{level: string, runs: number}} options
 */
async function measure(page, options) {
  const expected = references();
  const request = { ...frame, ...options, model: tinyModel().toString('base64') };
  /** @type {Record<string, Record<string, ReturnType<typeof print>>>} */
  const figures = { module: {}, library: {}, browser: {} };

  title('the module, ms');
  const areas = [];
  for (const recipe of recipes) {
    const { checksum, used, times } = await page.evaluate(measureModule, { ...request, side, recipe });
    const wanted = expected.get(recipe);
    if (checksum !== wanted) {
      throw new Error(`${recipe}: the bytes are not torchvision's: checksum ${checksum} instead of ${wanted}`);
    }
    areas.push(used);
    figures.module[recipe] = print(recipe, times, "bytes are torchvision's");
  }

  const library = await page.evaluate(measureLibrary, { ...request, recipe: recipes[0], used: areas[0] });
  title(`timing.preprocess, ms, ${recipes[0]}`);
  for (const [kind, { preprocess }] of Object.entries(library)) figures.library[kind] = print(kind, preprocess);
  title('of that the browser: snapshot + its pixels, ms');
  for (const [kind, { capture, read }] of Object.entries(library)) {
    const parts = [capture, read].map((times) => summarise(times).median.toFixed(2));
    figures.browser[kind] = print(kind, capture.map((time, i) => time + read[i]), parts.join(' + '));
  }
  return figures;
}

async function main() {
  const options = parse();
  if (options.help) return console.log(usage);
  const { level, runs, dir, built, json } = options;
  if (dir === undefined && !built) {
    await build(`wasm-${level}`, ['gossamer_web'], { watch: showProgress() });
    await assembleSite();
  }
  const mounts = { '/web/': path.join(root, 'web') };
  const server = await serve({ port: 0, mounts, ...(dir === undefined ? {} : { root: path.resolve(dir) }) });
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: [...chromiumFlags, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  try {
    const page = await browser.newPage();
    // Cross-origin isolated: the clock then ticks every 5 microseconds.
    await page.route('**/bare.html', (route) => route.fulfill({
      contentType: 'text/html', body: '<!doctype html><title>Bench</title>',
      headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
    }));
    await page.goto(new URL('bare.html', server.url).href);
    console.log(`Chromium ${browser.version()}, level ${level}, ${frame.width}x${frame.height} to ${side}x${side}, ` +
      `${runs} frames each`);
    const figures = await measure(page, { level, runs });
    if (json) {
      writeFileSync(json, `${JSON.stringify({ chromium: browser.version(), level, runs, ...figures }, null, 1)}\n`);
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

await main().catch(exitWith);
