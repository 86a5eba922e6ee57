// npm run bench:start: how long it takes from opening a page to its first result, from an empty cache and
// from a full one, and how long a second model in the same page. Contenders take turns, each visit in a
// browser context of its own; results are compared before times are looked at. Options: see `usage`.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { exitWith } from '../tools/build.mjs';
import { findModels } from './lib/models.mjs';
import { Progress } from './lib/progress.mjs';
import { judge, verdictLines } from './lib/startTargets.mjs';
import { median, ratioOfMedians } from './lib/statistics.mjs';
import { LARGE, contendersOf, loadNatively, openStreet } from './lib/visits.mjs';

const usage = `npm run bench:start [-- options]: from opening a page to the first result

dist/ as it is, each contender from a server on this machine, without compression: with one thread in pages that
are not cross-origin isolated, with several in pages that are. Ends with what a start may take, and whether it does.

  --models a,b     default: mobilenet_v3_small,resnet18
  --targets        the models that the aims are about: of 6, 14, 45, 102, 346 and 468 MB
  --threads 1,2    default: 1
  --peers a        ort-web (default), or none
  --base-dir DIR   a folder like dist/ (of an earlier commit, say) as another contender
  --runs N         visits of each kind (default 9); a third as many of models over ${LARGE / 1e6} MB
  --json FILE      writes every sample
  --help

Columns, in milliseconds, medians: script, when the page's script began; library, importing it; load, from the call
that makes a session to its end; first, the first classification; answer, when its result was there, counted
from the navigation. 'second' is another session of the same model in the same page: load and first. For Gossamer
the parts of load follow. Each is given from an empty cache and, but for large models, from a full one.
'natively': reading and packing the model, by gossamer bench on one thread.`;

/** @typedef {import('./browser/start.js').Visit} Visit */
/** @typedef {import('./lib/visits.mjs').Contender} Contender */
/** @typedef {import('./lib/visits.mjs').Visits} Visits */

const aimed = 'mobilenet_v3_small,mobilenet_v2,resnet18,resnet50,vit_b_16,efficientnet_v2_l';

function parse() {
  const { values } = parseArgs({ options: {
    models: { type: 'string', default: 'mobilenet_v3_small,resnet18' }, targets: { type: 'boolean', default: false },
    threads: { type: 'string', default: '1' }, peers: { type: 'string', default: 'ort-web' },
    'base-dir': { type: 'string' }, runs: { type: 'string', default: '9' }, json: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } });
  const count = (/** @type {string} */ text, /** @type {string} */ option) => {
    if (!/^[1-9]\d*$/.test(text)) throw new Error(`${option} must be a whole number above 0`);
    return Number(text);
  };
  if (!['ort-web', 'none'].includes(values.peers)) throw new Error('--peers is ort-web or none');
  const base = values['base-dir'];
  if (base !== undefined && !existsSync(path.join(base, 'gossamer.js'))) throw new Error(`there is no gossamer.js in ${base}`);
  return {
    ...values, base,
    runs: count(values.runs, '--runs'),
    threads: values.threads.split(',').map((text) => count(text, '--threads')),
    models: (values.targets ? aimed : values.models).split(','),
  };
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
  ['2nd load', ({ two }) => two.load], ['2nd create', ({ two }) => two.phases.create ?? NaN],
];

/** @param {string} title @param {Map<Contender, Visits>} all */
function print(title, all) {
  const [[own, ours]] = all;
  for (const cache of /** @type {const} */ (['empty', 'full'])) {
    if (!ours[cache].length) continue;
    console.log(`\n${`${title}, ${cache} cache`.padEnd(46)}${columns.map(([name]) => name.padStart(11)).join('')}`);
    for (const [{ name }, visits] of all) {
      const cells = columns.map(([, read]) => median(visits[cache].map(read)));
      console.log(`  ${name.padEnd(44)}${cells.map((cell) => (Number.isNaN(cell) ? '–' : cell.toFixed(1)).padStart(11)).join('')}`);
    }
    for (const [{ name }, visits] of [...all].slice(1)) {
      const ratios = ['load', 'answer', 'second', '2nd load'].map((column) => {
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
  const street = await openStreet(models, options.base);
  const runsOf = (/** @type {{bytes: number}} */ { bytes }) => (bytes < LARGE ? options.runs : Math.ceil(options.runs / 3));
  const visits = models.reduce((sum, model) => sum + runsOf(model) * contenders.length, 0);
  const progress = new Progress(visits * options.threads.length);
  /** @type {Record<string, Record<string, Visits & {native: number[]}>>} */
  const samples = {};
  const verdicts = [];
  try {
    console.log(`Chromium ${street.version}, ${options.runs} visits each`);
    for (const threads of options.threads) {
      for (const model of models) {
        const { name } = model;
        /** @type {Map<Contender, Visits>} */
        const all = new Map(contenders.map((contender) => [contender, { empty: [], full: [] }]));
        const native = [];
        for (let run = 0; run < runsOf(model); run += 1) {
          native.push(await loadNatively(model));
          for (const [contender, { empty, full }] of all) {
            progress.say(`${name}, --threads ${threads}: ${contender.name}, visit ${run + 1} of ${runsOf(model)}`);
            const [first, again] = await street.visit(contender, model, threads);
            empty.push(first);
            if (again) full.push(again);
            progress.done();
          }
        }
        progress.end();
        compare(all);
        const title = `${name}, ${threads} thread${threads > 1 ? 's' : ''}`;
        print(title, all);
        console.log(`  natively: ${median(native).toFixed(1)} ms`);
        const byName = Object.fromEntries([...all].map(([contender, each]) => [contender.name, each]));
        samples[title] = { ...byName, native: /** @type {any} */ (native) };
        verdicts.push(...judge({
          model: name, threads, native, ours: byName.gossamer.empty, theirs: byName['onnxruntime-web']?.empty,
        }));
      }
    }
    console.log(`\n${verdictLines(verdicts).join('\n')}`);
    if (options.json) writeFileSync(options.json, `${JSON.stringify({ chromium: street.version, samples, verdicts }, null, 1)}\n`);
  } finally {
    await street.close();
  }
}

await main().catch(exitWith);
