// npm run bench:start: how long it takes from opening a page to its first result, from an empty cache and
// from a full one, and how long a second model in the same page. Contenders take turns, each visit in a
// browser context of its own; results are compared before times are looked at. Options: see `usage`.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { exitWith } from '../tools/build.mjs';
import { chromiumFlags, findChromium } from '../tools/lib/chromium.mjs';
import { root } from '../tools/lib/run.mjs';
import { serve } from '../tools/serve.mjs';
import { findModels } from './lib/models.mjs';
import { Progress } from './lib/progress.mjs';
import { median, ratioOfMedians } from './lib/statistics.mjs';

const usage = `npm run bench:start [-- options]: from opening a page to the first result

dist/ as it is, on one thread, each contender from a server on this machine, without compression.

  --models a,b     default: mobilenet_v3_small,resnet18
  --peers a        ort-web (default), or none
  --base-dir DIR   a folder like dist/ (of an earlier commit, say) as another contender
  --runs N         visits of each kind (default 9)
  --json FILE      writes every sample
  --help

Columns, in milliseconds, medians: script, when the page's script began; library, importing it; load, from the call
that makes a session to its end; first, the first classification; answer, when its result was there, counted
from the navigation. 'second' is another session of the same model in the same page: load and first. For Gossamer
the parts of load follow. Each is given from an empty cache and from a full one.`;

/** @typedef {import('./browser/start.js').Visit} Visit */
/** @typedef {{name: string, api: 'gossamer' | 'ort', library: string, wasmPaths: string}} Contender */
/** @typedef {Record<'empty' | 'full', Visit[]>} Visits */

function parse() {
  const { values } = parseArgs({ options: {
    models: { type: 'string', default: 'mobilenet_v3_small,resnet18' }, peers: { type: 'string', default: 'ort-web' },
    'base-dir': { type: 'string' }, runs: { type: 'string', default: '9' }, json: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs must be a whole number above 0');
  if (!['ort-web', 'none'].includes(values.peers)) throw new Error('--peers is ort-web or none');
  const base = values['base-dir'];
  if (base !== undefined && !existsSync(path.join(base, 'gossamer.js'))) throw new Error(`there is no gossamer.js in ${base}`);
  return { ...values, runs, models: values.models.split(','), base };
}

/** @param {{peers: string, base?: string}} options @returns {Contender[]} */
function contendersOf({ peers, base }) {
  const gossamer = (/** @type {string} */ name, /** @type {string} */ folder) =>
    /** @type {const} */ ({ name, api: 'gossamer', library: `${folder}gossamer.js`, wasmPaths: `${folder}wasm/` });
  const ort = '/peers/onnxruntime-web/dist/';
  return [
    gossamer('gossamer', '/dist/'),
    ...(base === undefined ? [] : [gossamer('before', '/base/')]),
    ...(peers === 'none' ? []
      : [/** @type {const} */ ({ name: 'onnxruntime-web', api: 'ort', library: `${ort}ort.wasm.min.mjs`, wasmPaths: ort })]),
  ];
}

/**
 * Two visits to the page: the first fills the cache.
 * @param {import('playwright-core').Browser} browser
 * @param {string} address
 * @returns {Promise<[Visit, Visit]>}
 */
async function visitTwice(browser, address) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const visit = async () => {
      await page.goto(address);
      return /** @type {Promise<Visit>} */ (page.evaluate('visited'));
    };
    const first = await visit();
    await page.goto('about:blank');
    return [first, await visit()];
  } finally {
    await context.close();
  }
}

/** Throws unless all name the same class with the same probability. @param {Map<Contender, Visits>} all */
function compare(all) {
  const sessions = [...all].flatMap(([{ name }, { empty, full }]) =>
    [...empty, ...full].flatMap(({ one, two }) => [one, two].map(({ best, score }) => ({ name, best, score }))));
  const [expected] = sessions;
  for (const { name, best, score } of sessions) {
    if (best === expected.best && Math.abs(score - expected.score) < 1e-3) continue;
    throw new Error(`${name} says class ${best} with ${score}, ${expected.name} class ${expected.best} with ${expected.score}`);
  }
}

const parts = /** @type {const} */ (['download', 'compile', 'start', 'create', 'warmup']);
/** @type {[string, (visit: Visit) => number][]} */
const columns = [
  ['script', ({ script }) => script], ['library', ({ library }) => library], ['load', ({ one }) => one.load],
  ['first', ({ one }) => one.first], ['answer', ({ answer }) => answer], ['second', ({ two }) => two.load + two.first],
  ...parts.map((part) => /** @type {[string, (visit: Visit) => number]} */ ([part, ({ one }) => one.phases[part] ?? NaN])),
  ['2nd create', ({ two }) => two.phases.create ?? NaN],
];

/** @param {string} model @param {Map<Contender, Visits>} all */
function print(model, all) {
  const [[own, ours]] = all;
  for (const cache of /** @type {const} */ (['empty', 'full'])) {
    console.log(`\n${`${model}, ${cache} cache`.padEnd(34)}${columns.map(([name]) => name.padStart(11)).join('')}`);
    for (const [{ name }, visits] of all) {
      const cells = columns.map(([, read]) => median(visits[cache].map(read)));
      console.log(`  ${name.padEnd(32)}${cells.map((cell) => (Number.isNaN(cell) ? '–' : cell.toFixed(1)).padStart(11)).join('')}`);
    }
    for (const [{ name }, visits] of [...all].slice(1)) {
      const ratios = ['load', 'answer', 'second'].map((column) => {
        const read = /** @type {(visit: Visit) => number} */ (columns.find(([each]) => each === column)?.[1]);
        const { ratio, low, high } = ratioOfMedians(ours[cache].map(read), visits[cache].map(read));
        return `${column} ${ratio.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
      });
      console.log(`  ${own.name} takes, of ${name}: ${ratios.join(', ')}`);
    }
  }
}

async function main() {
  const options = parse();
  if (options.help) return console.log(usage);
  const models = await findModels(options.models);
  const contenders = contendersOf(options);
  const server = await serve({
    port: 0, root: path.join(root, 'bench'), cacheable: true,
    mounts: {
      '/bench/': path.join(root, 'bench'), '/dist/': path.join(root, 'dist'), '/peers/': path.join(root, 'node_modules'),
      ...(options.base === undefined ? {} : { '/base/': path.resolve(options.base) }),
      ...Object.fromEntries(models.map(({ name, file }) => [`/models/${name}/`, path.dirname(file)])),
    },
  });
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
  const progress = new Progress(models.length * options.runs * contenders.length);
  /** @type {Record<string, Record<string, Visits>>} */
  const samples = {};
  try {
    console.log(`Chromium ${browser.version()}, ${options.runs} visits each`);
    for (const { name, file, input: { shape } } of models) {
      /** @type {Map<Contender, Visits>} */
      const all = new Map(contenders.map((contender) => [contender, { empty: [], full: [] }]));
      for (let run = 0; run < options.runs; run += 1) {
        for (const [contender, { empty, full }] of all) {
          progress.say(`${name}: ${contender.name}, visit ${run + 1} of ${options.runs}`);
          const query = encodeURIComponent(JSON.stringify({ ...contender, shape, model: `/models/${name}/${path.basename(file)}` }));
          const [first, again] = await visitTwice(browser, `${server.url}/bench/browser/start.html?${query}`);
          empty.push(first);
          full.push(again);
          progress.done();
        }
      }
      progress.end();
      compare(all);
      print(name, all);
      samples[name] = Object.fromEntries([...all].map(([contender, visits]) => [contender.name, visits]));
    }
    if (options.json) writeFileSync(options.json, `${JSON.stringify({ chromium: browser.version(), samples }, null, 1)}\n`);
  } finally {
    await browser.close();
    await server.close();
  }
}

await main().catch(exitWith);
