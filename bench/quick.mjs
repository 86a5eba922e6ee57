// npm run bench:quick: is this change faster? Two builds of the library in one browser, run by run in
// turns, on a few models; prints the change of each with its uncertainty. Options: see `usage`.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, root, setUp, showProgress } from '../tools/lib/run.mjs';
import { assembleSite } from '../tools/lib/site.mjs';
import { exitWith } from '../tools/build.mjs';
import { compareOutputs } from './lib/agreement.mjs';
import { BrowserContender, openLab } from './lib/browser.mjs';
import { findModels, inputsOf } from './lib/models.mjs';
import { Progress } from './lib/progress.mjs';
import { commitOf, siteOf } from './lib/revision.mjs';
import { quantile, quietRounds, ratioOfMedians, summarise } from './lib/statistics.mjs';
import { measureSteady } from './lib/steady.mjs';

const usage = `npm run bench:quick [-- options]: compares two builds of the library in the browser

The working tree, built first, against a commit, which is built once and kept in build/bench/.

  --base REF       the commit to compare with (default: HEAD)
  --models a,b     default: ${defaultModels().join(',')}
  --levels a,b     base, simd, relaxed (default: relaxed)
  --seconds N      of turns for each model (default 12)
  --rounds N       exactly so many turns of each side, in place of --seconds
  --built          dist/ as it is, not built first
  --dir DIR        a folder like dist/ in place of the working tree's
  --base-dir DIR   a folder like dist/ in place of a commit
  --json FILE      writes every sample
  --help

The column 'fastest' compares the fastest tenth of the turns instead of the medians: on a machine
that others use too it is the steadier figure. Comparing a build with itself (--dir dist --base-dir dist) shows
what the machine can tell apart.
The exit status is 1 when the two sides' outputs differ.`;

function defaultModels() {
  return ['cifar_resnet20', 'mobilenet_v3_small', 'squeezenet1_1', 'mobilenet_v2', 'resnet18'];
}

/**
 * @typedef {{name: string, folder: string}} Side
 * @typedef {{model: string, level: string, base: number[], ours: number[], spins: number[][], calm: number, fault: string}} Outcome  calm:
 *     part of the rounds that nothing disturbed
 */

function parse() {
  const { values } = parseArgs({
    options: {
      base: { type: 'string' }, models: { type: 'string' }, levels: { type: 'string', default: 'relaxed' },
      seconds: { type: 'string', default: '12' }, rounds: { type: 'string' }, built: { type: 'boolean' },
      dir: { type: 'string' }, 'base-dir': { type: 'string' }, json: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const levels = values.levels.split(',');
  const unknown = levels.find((level) => !['base', 'simd', 'relaxed'].includes(level));
  if (unknown !== undefined) throw new Error(`'${unknown}' is no level: base, simd or relaxed`);
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  const effort = { rounds, seconds: Number(values.seconds) };
  if (!(effort.seconds > 0) || (rounds !== undefined && !(rounds >= 2))) {
    throw new Error('--seconds must be above 0 and --rounds 2 or more');
  }
  return { ...values, levels, effort, models: values.models?.split(',') ?? defaultModels() };
}

/** @param {string} folder @param {string[]} levels @returns {Side} */
function givenSide(folder, levels) {
  const full = path.resolve(folder);
  for (const level of levels) {
    const file = path.join(full, 'wasm', `gossamer-${level}.wasm`);
    if (!existsSync(file)) throw new Error(`there is no ${file}`);
  }
  return { name: path.relative(root, full) || full, folder: full };
}

/** @param {ReturnType<typeof parse>} options @returns {Promise<Side>} */
async function workingSide({ dir, built, levels }) {
  if (dir !== undefined) return givenSide(dir, levels);
  if (!built) {
    for (const level of levels) {
      console.log(`Building the working tree, ${level}`);
      await build(`wasm-${level}`, ['gossamer_web'], { watch: showProgress() });
    }
    await assembleSite();
  }
  return { ...givenSide(path.join(root, 'dist'), levels), name: 'working tree' };
}

/** @param {ReturnType<typeof parse>} options @returns {Promise<Side>} */
async function baseSide({ base, 'base-dir': folder, levels }) {
  if (folder !== undefined) return givenSide(folder, levels);
  const hash = await commitOf(base ?? 'HEAD');
  return { name: hash.slice(0, 12), folder: await siteOf(hash, levels) };
}

/**
 * @param {import('./lib/browser.mjs').Lab} lab
 * @param {import('./lib/models.mjs').Model} model
 * @param {string} level
 * @param {{effort: import('./lib/steady.mjs').Effort, spin: () => Promise<number>}} options
 * @returns {Promise<Outcome>}
 */
async function compare(lab, model, level, options) {
  const [base, ours] = ['base', 'ours'].map((side) => new BrowserContender(lab, {
    api: 'classifier', library: `/${side}/gossamer.js`, wasmPaths: `/${side}/wasm/`, threads: 1, level,
  }));
  /** @type {Outcome} */
  const outcome = { model: model.name, level, base: [], ours: [], spins: [], calm: 0, fault: '' };
  const inputs = inputsOf(model, 3).map(({ file }) => file);
  try {
    await base.start(model);
    await ours.start(model);
    const verdict = compareOutputs(await ours.outputs(inputs), await base.outputs(inputs), 'the base');
    if (!verdict.agrees) return { ...outcome, fault: verdict.reason };
    const { samples, spins } = await measureSteady([base, ours], options);
    const quiet = quietRounds(spins);
    const calm = quietRounds(spins, { least: 0 }).length / spins.length;
    const rounds = (/** @type {BrowserContender} */ side) => quiet.map((round) => samples.get(side)?.rounds[round] ?? NaN);
    return { ...outcome, base: rounds(base), ours: rounds(ours), spins, calm };
  } finally {
    await base.close();
    await ours.close();
  }
}

/** @param {number} ratio  new time over old */
const change = (ratio) => `${ratio > 1 ? '+' : ''}${(100 * (ratio - 1)).toFixed(1)} %`;

/** @param {Outcome} outcome */
function line({ model, level, base, ours, calm, fault }) {
  const name = `${model.padEnd(22)}${level.padEnd(9)}`;
  if (fault) return `${name}  refused: ${fault}`;
  const { ratio, low, high } = ratioOfMedians(ours, base);
  const fastest = quantile(ours, 0.1) / quantile(base, 0.1);
  // Disturbance comes in bursts, which the interval takes for evidence; the fastest turns saw none.
  const seen = high < 1 && fastest < 1 ? 'faster' : low > 1 && fastest > 1 ? 'slower' : 'no difference seen';
  const verdict = calm < 0.5 ? `${seen}, but the machine is too busy to tell` : seen;
  const times = [base, ours].map((rounds) => summarise(rounds).median.toFixed(3).padStart(11)).join('');
  return `${name}${times}${change(ratio).padStart(10)}  ${`[${change(low)}, ${change(high)}]`.padEnd(20)} ${change(fastest).padStart(8)}  ${verdict}`;
}

/** @param {Outcome[]} outcomes */
function printTotal(outcomes) {
  const measured = outcomes.filter(({ fault }) => !fault);
  if (measured.length === 0) return;
  const logs = measured.map(({ base, ours }) => Math.log(ratioOfMedians(ours, base, { resamples: 1 }).ratio));
  const mean = Math.exp(logs.reduce((sum, value) => sum + value, 0) / logs.length);
  console.log(`${'geometric mean'.padEnd(53)}${change(mean).padStart(10)}`);
  const spin = summarise(measured.flatMap(({ spins }) => spins.flat()));
  const noise = (100 * (spin.p95 / spin.median - 1)).toFixed(0);
  console.log(`machine: a fixed loop took ${spin.median.toFixed(2)} ms, p95 ${noise} % above${Number(noise) > 20 ? ': busy; more --seconds help, and the fastest turns tell more' : ''}`);
}

async function main() {
  const options = parse();
  if (options.help) return console.log(usage);
  if (options.dir === undefined || options['base-dir'] === undefined) await setUp('build');
  const base = await baseSide(options);
  const ours = await workingSide(options);
  const models = await findModels(options.models);
  const lab = await openLab({ models, mounts: { '/base/': base.folder, '/ours/': ours.folder } });
  const progress = new Progress(models.length * options.levels.length);
  /** @type {Outcome[]} */
  const outcomes = [];
  try {
    console.log(`base: ${base.name}; this: ${ours.name}; milliseconds per inference, medians`);
    console.log(`${'model'.padEnd(22)}${'level'.padEnd(9)}${'base'.padStart(11)}${'this'.padStart(11)}${'change'.padStart(10)}  ${'95 % interval'.padEnd(20)} ${'fastest'.padStart(8)}`);
    for (const level of options.levels) {
      for (const model of models) {
        progress.say(`${model.name}, ${level}`);
        const outcome = await compare(lab, model, level, { effort: options.effort, spin: lab.spin });
        progress.done();
        progress.end();
        outcomes.push(outcome);
        console.log(line(outcome));
      }
    }
    printTotal(outcomes);
    if (options.json) {
      writeFileSync(options.json, `${JSON.stringify({ base, ours, outcomes }, null, 1)}\n`);
    }
  } finally {
    await lab.close();
  }
  if (outcomes.some(({ fault }) => fault)) process.exitCode = 1;
}

await main().catch(exitWith);
