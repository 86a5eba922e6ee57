// npm run bench: reference models through Gossamer and its peers in one sitting. Reads the command
// line, sets up what is missing, measures, reports. Options: see `usage`.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll, exitWith } from '../tools/build.mjs';
import { root, setUp } from '../tools/lib/run.mjs';
import { openLab } from './lib/browser.mjs';
import { hasBuild, levels, makeContenders, peerNames } from './lib/contenders.mjs';
import { downloadSize } from './lib/downloads.mjs';
import { readKernels } from './lib/kernels.mjs';
import { circumstances } from './lib/machine.mjs';
import { faultsOf, measureModel, workOf } from './lib/measure.mjs';
import { findModels } from './lib/models.mjs';
import { Progress } from './lib/progress.mjs';
import { plain, studies } from './studies/studies.mjs';
import { closingText, modelText } from './report/terminal.mjs';
import { save, writeReport } from './report/write.mjs';

/** @typedef {import('./report/figures.mjs').Results} Results */

const usage = `npm run bench [-- options]: reference models through Gossamer and its peers, in Chromium and natively

  --models a,b     names of build/models (made where missing) or paths of .onnx files
                   (default: ${plain.models.join(',')})
  --peers a,b      of ${peerNames.join(', ')} (default: all; none: only Gossamer)
  --threads 1,2    thread counts to measure (default 1)
  --runs N         timed turns of each contender (default: what fits into 20 s a model, 8 to 60)
  --starts N       fresh starts of each contender (default 3)
  --live N         seconds of live inference for each (default 3; 0 leaves it out)
  --json FILE      every sample, and what is needed to repeat the run
  --report DIR     index.html with plots, report.md and results.json
  --study NAME     ${Object.keys(studies).join(', ')}: the tables of a study, which brings its own
                   models and settings (accuracy: --folder DIR, with a subfolder for each class)
  --kernels a,b    files that npm run bench:kernels -- --json wrote, for the report's roofline
  --built          what is built is up to date
  --help

The exit status is 1 when a contender's outputs are wrong, or one fails.`;

/** @param {string} option @param {string} text @param {number} least */
function count(option, text, least) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new Error(`--${option} must be a whole number, ${least} or more, not '${text}'`);
  return value;
}

/** @param {string} text */
const list = (text) => text.split(',').map((name) => name.trim()).filter(Boolean);

/** @param {string[]} args */
function parse(args) {
  const { values } = parseArgs({
    args,
    options: {
      models: { type: 'string' }, peers: { type: 'string', default: peerNames.join(',') },
      threads: { type: 'string', default: '1' }, runs: { type: 'string' }, starts: { type: 'string' },
      live: { type: 'string' }, study: { type: 'string' }, folder: { type: 'string' }, json: { type: 'string' }, report: { type: 'string' },
      kernels: { type: 'string' },
      built: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
    },
  });
  const peers = values.peers === 'none' ? [] : list(values.peers);
  const unknown = peers.find((name) => !peerNames.includes(name));
  if (unknown !== undefined) throw new Error(`there is no peer '${unknown}': ${peerNames.join(', ')}`);
  if (values.study !== undefined && !Object.hasOwn(studies, values.study)) {
    throw new Error(`there is no study '${values.study}': ${Object.keys(studies).join(', ')}`);
  }
  const study = values.study === undefined ? plain : studies[values.study];
  return {
    ...values, peers, study, models: values.models === undefined ? study.models : list(values.models),
    threads: list(values.threads).map((text) => count('threads', text, 1)),
    settings: {
      starts: 3, live: 3, effort: {}, ...study.settings,
      ...(values.starts === undefined ? {} : { starts: count('starts', values.starts, 1) }),
      ...(values.live === undefined ? {} : { live: count('live', values.live, 0) }),
      ...(values.runs === undefined ? {} : { effort: { rounds: count('runs', values.runs, 2) } }),
    },
  };
}

/**
 * Measures the models, and prints each as it is done.
 * @param {import('./lib/browser.mjs').Lab} lab
 * @param {import('./lib/models.mjs').Model[]} models
 * @param {ReturnType<typeof parse>} options
 */
async function measureAll(lab, models, { peers, threads, study, settings }) {
  const contenders = makeContenders(lab, { peers, threads, variants: study.variants });
  for (const count of threads.filter((number) => !levels.some((level) => hasBuild(level, number)))) {
    console.log(`Gossamer has no web module with ${count} threads here: only others are measured with so many`);
  }
  const progress = new Progress(models.length * workOf(contenders, settings));
  const results = [];
  for (const model of models) {
    const result = await measureModel(model, contenders, { ...settings, lab, progress });
    for (const entry of result.contenders) {
      if (entry.files.length > 0) entry.download = await downloadSize(entry.files);
    }
    progress.end();
    results.push(result);
    console.log(modelText(result));
  }
  return results;
}

/**
 * @param {ReturnType<typeof parse>} options
 * @param {string[]} args
 * @returns {Promise<Results>}
 */
async function measure(options, args) {
  const { study, threads, settings } = options;
  const models = await findModels(options.models);
  const lab = await openLab({ models, mounts: study.mounts?.(options) });
  try {
    /** @type {Results} */
    const results = {
      schema: 1, circumstances: await circumstances(lab, args), settings: { ...settings, threads }, models: [],
      ...(options.kernels ? { kernels: readKernels(list(options.kernels)) } : {}),
    };
    if (study.run) {
      results.study = await study.run({ lab, models, options, progress: (total) => new Progress(total) });
    } else {
      results.models = await measureAll(lab, models, options);
      results.study = study.conclude?.(results.models);
    }
    return results;
  } finally {
    await lab.close();
  }
}

async function main() {
  const args = process.argv.slice(2);
  const options = parse(args);
  if (options.help) return console.log(usage);
  await setUp('test');
  if (!options.built) await buildAll({ native: true });
  if (!existsSync(path.join(root, 'dist/ort.js'))) throw new Error('dist/ort.js is missing: run without --built');
  const results = await measure(options, args);
  console.log(closingText(results));
  if (options.json) save(options.json, `${JSON.stringify(results, null, 1)}\n`);
  if (options.report) {
    writeReport(options.report, results);
    console.log(`report: ${path.join(options.report, 'index.html')}`);
  }
  const faults = faultsOf(results.models);
  if (faults.length > 0) {
    console.error(`\nNot measured:\n  ${faults.join('\n  ')}`);
    process.exitCode = 1;
  }
}

await main().catch(exitWith);
