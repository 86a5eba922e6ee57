// npm run test:models [-- options]: the reference models of build/models/ (tools/export_models.py
// makes what is missing) through native onnxruntime and Gossamer. For every input both must name the
// same class, probabilities may differ by 1e-4 and every output by 2e-4 of its largest magnitude (of
// 1, where logits are smaller). Prints the largest differences of each model. Natively, plans are
// examined too: the arena may be 1.15 times what is alive at the busiest step, transposes are left
// only where the network itself has channels in another place, no step is left to a reference but the
// few named below, and none of those takes more than a hundredth of the time (lib/slow_steps.mjs).
//
// With --type the models are converted first, as users do to halve a download. onnxruntime then runs
// them in float32, with their numbers rounded. In Gossamer they also take turns with the originals:
// they may need 1.1 times the time and the memory.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { largestDifference } from '../tests/support/tensors.mjs';
import { exitWith, buildAll } from './build.mjs';
import { describePlan, inOtherType, modelFolder, openBrowser, profileSteps, runNative, runOnnxruntime, timeNative } from './lib/model_runs.mjs';
import { picture, sameClass, softmax } from './lib/pictures.mjs';
import { build, run, setUp } from './lib/run.mjs';
import { REFERENCE, slowSteps } from './lib/slow_steps.mjs';

/** @typedef {import('./lib/model_runs.mjs').Model} Model */
/** @typedef {import('./lib/model_runs.mjs').Outputs} Outputs */
/** @typedef {import('./lib/narrow_model.mjs').NarrowType} NarrowType */
/**
 * @typedef {object} Report
 * @property {number} logits
 * @property {number} probability
 * @property {number} sameClass
 * @property {number} inputs
 * @property {string} fault
 * @property {{time: number, memory?: number}} [ratio]  to the original in float32
 */

const usage = `npm run test:models [-- options]: reference models against native onnxruntime

  --browser        dist/ in Chromium, in place of the native command line; without --only, the models
                   of up to 120 MB and, on 2 inputs, the larger ones that a page can hold
  --only A,B       these models; default: all (about 2.6 GB, made in 10 minutes where they are missing)
  --inputs N       pictures per model, default 20
  --type TYPE      the models converted to float16, bfloat16 or float64
  --json FILE      the figures, for other programs
  --built          what is built is up to date
  --help`;

const limits = { logits: 2e-4, probability: 1e-4, arena: 1.15, ratio: 1.1 };
const types = ['float32', 'float16', 'bfloat16', 'float64'];
const timedRounds = 12;
const profiledRuns = 5;
// Transposes of a plan: one of the picture, unless it has a single channel, and these.
const transposes = /** @type {Record<string, number>} */ ({
  alexnet: 2, vgg16: 2, googlenet_aux: 3, // a Flatten of several pixels
  alexnet_lrn: 8, // and normalisation over channels as pooling in three dimensions
  shufflenet_v2_x1_0: 17, // the shuffles
  vit_tiny: 49, vit_b_16: 49, // the heads of their attention
});
// Steps without a fast kernel; their references copy whole rows, or do little work.
const references = /** @type {Record<string, number>} */ ({
  alexnet_lrn: 4, // Pad and, in three dimensions, AveragePool: normalisation over channels
  cifar_resnet20: 2, // Pad by channels of zeros
});
// Fewer inputs suffice in the browser, where the same kernels take longer: natively all are compared.
const largeModel = 120e6;
const largeModelInputs = 2;

/**
 * @param {Outputs[]} got  per input
 * @param {Outputs[]} expected
 * @returns {Report}
 */
function compare(got, expected) {
  const report = { logits: 0, probability: 0, sameClass: 0, inputs: expected.length, fault: '' };
  for (const [i, outputs] of expected.entries()) {
    for (const [o, { values }] of outputs.entries()) {
      const numbers = Float32Array.from(values);
      const ours = Float32Array.from(got[i][o].values);
      report.logits = Math.max(report.logits, largestDifference(ours, numbers, 1).relative);
      if (o > 0) continue;
      const [probabilities, truth] = [softmax(ours), softmax(numbers)];
      const apart = Math.max(...probabilities.map((value, k) => Math.abs(value - truth[k])));
      report.probability = Math.max(report.probability, apart);
      if (sameClass(probabilities, truth)) report.sameClass += 1;
    }
  }
  return report;
}

/** What is wrong with a plan, or nothing. @param {string} name @param {Model} model */
function faultOfPlan(name, model) {
  const { steps, memory } = describePlan(model);
  const got = steps.filter(({ op }) => op === 'Transpose').length;
  const slow = steps.filter(({ kernel }) => kernel === REFERENCE).map(({ op }) => op);
  if (slow.length > (references[name] ?? 0)) return `${slow.length} steps have no fast kernel: ${[...new Set(slow)].join(', ')}`;
  const costly = slow.length > 0 ? slowSteps(profileSteps(model, profiledRuns)) : [];
  if (costly.length > 0) {
    return `references take time: ${costly.map(({ node, share }) => `${node} ${(100 * share).toFixed(1)} %`).join(', ')}`;
  }
  const expected = transposes[name] ?? (model.input.shape[1] === 1 ? 0 : 1);
  if (got !== expected) return `${got} transposes in the plan; ${expected} were expected`;
  const [arena, live] = [memory.arena_bytes, memory.live_bytes];
  return arena > limits.arena * live ? `an arena of ${arena} bytes; ${live} are alive at once` : '';
}

/** @param {Report} report */
function passes({ logits, probability, sameClass: same, inputs, fault, ratio }) {
  const agrees = same === inputs && probability <= limits.probability && logits <= limits.logits;
  return !fault && agrees && Math.max(ratio?.time ?? 0, ratio?.memory ?? 0) <= limits.ratio;
}

/** Makes missing models; those wanted, by name. @param {string | undefined} only */
async function chosenModels(only) {
  await setUp('models');
  await run('/usr/bin/python3', ['tools/export_models.py', ...(only ? ['--only', only] : [])], { show: true });
  const file = path.join(modelFolder, 'manifest.json');
  /** @type {Record<string, Model>} */
  const manifest = JSON.parse(existsSync(file) ? readFileSync(file, 'utf8') : '{}');
  const names = only?.split(',') ?? Object.keys(manifest);
  return names.map((name) => /** @type {[string, Model]} */ ([name, manifest[name]]));
}

/** @param {string} name @param {Model} model @param {Report} report @param {number} milliseconds */
function printRow(name, { bytes }, report, milliseconds) {
  const { ratio } = report;
  const ratios = ratio ? [ratio.time, ratio.memory].map((value) => (value?.toFixed(2) ?? '').padStart(9)).join('') : '';
  const figures = report.fault ? `  ${report.fault}` : [
    `${report.sameClass}/${report.inputs}`.padStart(12), report.probability.toExponential(1).padStart(13),
    report.logits.toExponential(1).padStart(10), `${(milliseconds / 1000).toFixed(0)} s`.padStart(9), ratios,
  ].join('');
  console.log(`${name.padEnd(24)}${(bytes / 1e6).toFixed(1).padStart(7)}${figures}${passes(report) ? '' : '  FAILED'}`);
}

/**
 * @param {string} name
 * @param {Model} original
 * @param {Float32Array[]} inputs
 * @param {NarrowType | 'float32'} type
 * @param {Awaited<ReturnType<typeof openBrowser>>} [browser]
 * @returns {Promise<Report>}
 */
async function examine(name, original, inputs, type, browser) {
  const { narrow: model, rounded } = type === 'float32' ? { narrow: original, rounded: original } : inOtherType(original, type);
  const expected = await runOnnxruntime(rounded, inputs);
  const report = compare(await (browser ? browser.run(model, inputs) : runNative(model, inputs, expected)), expected);
  if (!browser) report.fault = faultOfPlan(name, model);
  if (type === 'float32') return report;
  const both = [original, model];
  if (browser) {
    const [wide, narrow] = await browser.times(both, timedRounds);
    return { ...report, ratio: { time: narrow.time / wide.time } };
  }
  const [wide, narrow] = await timeNative(both, timedRounds);
  return { ...report, ratio: { time: narrow.time / wide.time, memory: narrow.bytes / wide.bytes } };
}

async function main() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' }, inputs: { type: 'string', default: '20' }, json: { type: 'string' },
      type: { type: 'string', default: 'float32' }, browser: { type: 'boolean' }, built: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(usage);
  const type = /** @type {NarrowType | 'float32'} */ (values.type);
  if (!types.includes(type)) throw new Error(`--type must be one of ${types.join(', ')}`);
  const chosen = await chosenModels(values.only);
  if (!values.built) await (values.browser ? buildAll({ native: false }) : build('native-release', ['gossamer_cli']));
  const browser = values.browser ? await openBrowser() : undefined;
  console.log(`${'model'.padEnd(24)}${'MB'.padStart(7)}${'same class'.padStart(12)}${'probability'.padStart(13)}${'logits'.padStart(10)}${'time'.padStart(9)}${type === 'float32' ? '' : '    ratios of time and memory'}`);
  /** @type {Record<string, Report>} */
  const reports = {};
  for (const [name, model] of chosen) {
    const start = Date.now();
    const few = browser && !values.only && model.bytes > largeModel;
    const inputs = Array.from({ length: few ? largeModelInputs : Number(values.inputs) }, (_, i) => picture(model.input.shape, i));
    try {
      reports[name] = await examine(name, model, inputs, type, browser);
    } catch (error) {
      const fault = error instanceof Error ? error.message.split('\n')[0] : String(error);
      reports[name] = { logits: 0, probability: 0, sameClass: 0, inputs: inputs.length, fault };
    }
    printRow(name, model, reports[name], Date.now() - start);
  }
  await browser?.close();
  if (values.json) writeFileSync(values.json, `${JSON.stringify(reports, null, 2)}\n`);
  const failed = Object.values(reports).filter((report) => !passes(report)).length;
  console.log(`${chosen.length - failed} passed, ${failed} failed, 0 skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}

await main().catch(exitWith);
