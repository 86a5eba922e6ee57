// npm run bench: reference models through Gossamer and its peers in one sitting. Reads the command
// line, sets up what is missing, measures, reports. Options: see `usage`.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll, exitWith } from '../tools/build.mjs';
import { root, setUp } from '../tools/lib/run.mjs';
import { openLab } from './lib/browser.mjs';
import { makeContenders, peerNames } from './lib/contenders.mjs';
import { downloadSize } from './lib/downloads.mjs';
import { circumstances } from './lib/machine.mjs';
import { faultsOf, measureModel, workOf } from './lib/measure.mjs';
import { findModels } from './lib/models.mjs';
import { Progress } from './lib/progress.mjs';
import { closingText, modelText } from './report/terminal.mjs';
import { save, writeReport } from './report/write.mjs';

/** @typedef {import('./report/figures.mjs').Results} Results */

const usage = `npm run bench [-- options]: reference models through Gossamer and its peers, in Chromium and natively

  --models a,b     names of build/models (made where missing) or paths of .onnx files
                   (default: mobilenet_v3_small,mobilenet_v2,squeezenet1_1,resnet18)
  --peers a,b      of ${peerNames.join(', ')} (default: all; none: only Gossamer)
  --threads 1,2    thread counts to measure (default 1)
  --runs N         timed turns of each contender (default: what fits into 20 s a model, 8 to 60)
  --starts N       fresh starts of each contender (default 3)
  --live N         seconds of live inference for each (default 3; 0 leaves it out)
  --json FILE      every sample, and what is needed to repeat the run
  --report DIR     index.html with plots, report.md and results.json
  --kernels FILE   figures of kernels for the report's roofline: { "roof": { "gflops", "gigabytes" },
                   "kernels": [{ "name", "gflops", "intensity", "series" }] }
  --built          what is built is up to date
  --help

The exit status is 1 when a contender's outputs are wrong, or one fails.`;

const defaultModels = 'mobilenet_v3_small,mobilenet_v2,squeezenet1_1,resnet18';

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
      models: { type: 'string', default: defaultModels }, peers: { type: 'string', default: peerNames.join(',') },
      threads: { type: 'string', default: '1' }, runs: { type: 'string' }, starts: { type: 'string', default: '3' },
      live: { type: 'string', default: '3' }, json: { type: 'string' }, report: { type: 'string' },
      kernels: { type: 'string' },
      built: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
    },
  });
  const peers = values.peers === 'none' ? [] : list(values.peers);
  const unknown = peers.find((name) => !peerNames.includes(name));
  if (unknown !== undefined) throw new Error(`there is no peer '${unknown}': ${peerNames.join(', ')}`);
  return {
    ...values, peers, models: list(values.models),
    threads: list(values.threads).map((text) => count('threads', text, 1)),
    runs: values.runs === undefined ? undefined : count('runs', values.runs, 2),
    starts: count('starts', values.starts, 1), live: count('live', values.live, 0),
  };
}

/**
 * Measures the models, and prints each as it is done.
 * @param {ReturnType<typeof parse>} options
 * @param {string[]} args
 * @returns {Promise<Results>}
 */
async function measure(options, args) {
  const models = await findModels(options.models);
  const lab = await openLab({ models });
  try {
    const contenders = makeContenders(lab, options);
    const progress = new Progress(models.length * workOf(contenders, options));
    /** @type {Results} */
    const results = {
      schema: 1, circumstances: await circumstances(lab, args),
      settings: { runs: options.runs ?? 'by time', starts: options.starts, live: options.live, threads: options.threads },
      models: [], ...(options.kernels ? { kernels: JSON.parse(readFileSync(options.kernels, 'utf8')) } : {}),
    };
    for (const model of models) {
      const result = await measureModel(model, contenders, {
        lab, starts: options.starts, effort: { rounds: options.runs }, live: options.live,
        progress,
      });
      for (const entry of result.contenders) {
        if (entry.files.length > 0) entry.download = await downloadSize(entry.files);
      }
      progress.end();
      results.models.push(result);
      console.log(modelText(result));
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
