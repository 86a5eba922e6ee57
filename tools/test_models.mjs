// npm run test:models -- [--only a,b] [--inputs N] [--json FILE]: the reference models of
// build/models/ (tools/export_models.py writes them) through native onnxruntime and Gossamer. For
// every input both must name the same class, probabilities may differ by 1e-4 and every output by
// 2e-4 of its largest magnitude (of 1, where logits are smaller). Prints the largest differences of
// each model.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import ort from 'onnxruntime-node';
import { randomSource } from '../tests/differential/choices.mjs';
import { encodeTensor } from '../tests/support/onnx.mjs';
import { decodeTensor, largestDifference } from '../tests/support/tensors.mjs';
import { programs, runFolders } from './lib/backend.mjs';
import { build, root } from './lib/run.mjs';

/** @typedef {{version: number, file: string, bytes: number, input: {name: string, shape: number[]}, outputs: string[], classes: number}} Model */
/** @typedef {{logits: number, probability: number, sameClass: number, inputs: number, fault: string}} Report */

const models = path.join(root, 'build/models');
const limits = { logits: 2e-4, probability: 1e-4 };

/**
 * Pictures as a network sees them, normalised: noise, waves, plain colours, edges and mixtures of
 * these, of different strength.
 * @param {number[]} shape  batch, channels, height, width
 * @param {number} index
 */
function picture([, channels, high, wide], index) {
  const random = randomSource(index + 1);
  const uniform = () => random() / 2 ** 32;
  const strength = [1, 2.5, 0.3, 1.5, 0.05][index % 5];
  const kind = index % 4;
  const values = new Float32Array(channels * high * wide);
  for (let c = 0, at = 0; c < channels; c += 1) {
    const [level, across, down, phase] = [uniform() * 4 - 2, uniform() * 12, uniform() * 12, uniform() * 6];
    for (let y = 0; y < high; y += 1) {
      for (let x = 0; x < wide; x += 1, at += 1) {
        const noise = uniform() + uniform() + uniform() + uniform() - 2;
        const wave = Math.sin((across * x) / wide + (down * y) / high + phase);
        const edge = (x * (1 + across) > y * (1 + down)) === phase > 3 ? 1 : -1;
        const value = [noise * 1.7, wave, level + noise * 0.1, edge * 0.8 + noise * 0.3][kind] * strength;
        // No pixel lies beyond these after the usual normalisation.
        values[at] = Math.min(2.7, Math.max(-2.2, value));
      }
    }
  }
  return values;
}

/** @param {ArrayLike<number>} logits */
function softmax(logits) {
  const largest = Math.max(...Array.from(logits));
  const powers = Array.from(logits, (value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

/** Whether `got` names a class that is the likeliest to within the tolerance. @param {number[]} got @param {number[]} expected */
function sameClass(got, expected) {
  const first = (/** @type {number[]} */ values) => values.indexOf(Math.max(...values));
  return expected[first(got)] >= Math.max(...expected) - 1e-6;
}

/**
 * Runs the pictures through onnxruntime and writes them as data sets of a folder.
 * @param {Model} model
 * @param {string} folder
 * @param {number} inputs
 */
async function prepare(model, folder, inputs) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const file = path.join(models, model.file);
  symlinkSync(file, path.join(folder, 'model.onnx'));
  const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const { name, shape } = model.input;
  const expected = [];
  for (let i = 0; i < inputs; i += 1) {
    const set = path.join(folder, `test_data_set_${String(i).padStart(3, '0')}`);
    mkdirSync(set);
    const values = picture(shape, i);
    const results = await session.run({ [name]: new ort.Tensor('float32', values, shape) });
    writeFileSync(path.join(set, 'input_0.pb'), encodeTensor(name, { dims: shape, values }));
    const outputs = model.outputs.map((output) => {
      const { data, dims } = results[output];
      return { name: output, dims: [...dims], values: Float32Array.from(/** @type {Float32Array} */ (data)) };
    });
    outputs.forEach((tensor, o) => writeFileSync(path.join(set, `output_${o}.pb`), encodeTensor(tensor.name, tensor)));
    expected.push({ set, outputs });
  }
  await session.release();
  return expected;
}

/** @param {string} name @param {Model} model @param {number} inputs @returns {Promise<Report>} */
async function compareModel(name, model, inputs) {
  const folder = path.join(root, 'build/test_models', name);
  /** @type {Report} */
  const report = { logits: 0, probability: 0, sameClass: 0, inputs, fault: '' };
  try {
    const expected = await prepare(model, folder, inputs);
    // The program compares too; its tolerance is opened so that it goes through all data sets.
    const options = ['--save', '--atol', '1e30'];
    const [verdict] = await runFolders(programs[0], [folder], { options, seconds: 1800 });
    if (verdict.outcome !== 'passed') return { ...report, fault: verdict.reason };
    for (const { set, outputs } of expected) {
      for (const [o, { values }] of outputs.entries()) {
        const got = decodeTensor(readFileSync(path.join(set, `result_${o}.pb`))).values;
        report.logits = Math.max(report.logits, largestDifference(got, values, 1).relative);
        if (o > 0) continue;
        const [ours, theirs] = [softmax(got), softmax(values)];
        const apart = Math.max(...ours.map((value, i) => Math.abs(value - theirs[i])));
        report.probability = Math.max(report.probability, apart);
        if (sameClass(ours, theirs)) report.sameClass += 1;
      }
    }
    return report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Report} report */
function passes({ logits, probability, sameClass: same, inputs, fault }) {
  return !fault && same === inputs && probability <= limits.probability && logits <= limits.logits;
}

/** @param {string | undefined} only @returns {[string, Model][]} */
function chosenModels(only) {
  const file = path.join(models, 'manifest.json');
  if (!existsSync(file)) {
    throw new Error('build/models/manifest.json is missing: run /usr/bin/python3 tools/export_models.py (packages python3-torch, python3-torchvision)');
  }
  /** @type {Record<string, Model>} */
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  return (only?.split(',') ?? Object.keys(manifest)).map((name) => {
    if (!manifest[name]) throw new Error(`${name} is not in build/models; tools/export_models.py --only ${name} writes it`);
    return [name, manifest[name]];
  });
}

async function main() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' }, inputs: { type: 'string', default: '20' }, json: { type: 'string' },
      built: { type: 'boolean' },
    },
  });
  const chosen = chosenModels(values.only);
  if (!values.built) await build('native-release', ['gossamer_cli']);
  console.log(`${'model'.padEnd(24)}${'MB'.padStart(7)}${'same class'.padStart(12)}${'probability'.padStart(13)}${'logits'.padStart(10)}${'time'.padStart(9)}`);
  /** @type {Record<string, Report>} */
  const reports = {};
  for (const [name, model] of chosen) {
    const start = Date.now();
    const report = await compareModel(name, model, Number(values.inputs));
    reports[name] = report;
    const figures = report.fault
      ? `  ${report.fault}`
      : `${`${report.sameClass}/${report.inputs}`.padStart(12)}${report.probability.toExponential(1).padStart(13)}${report.logits.toExponential(1).padStart(10)}${`${((Date.now() - start) / 1000).toFixed(0)} s`.padStart(9)}`;
    console.log(`${name.padEnd(24)}${(model.bytes / 1e6).toFixed(1).padStart(7)}${figures}${passes(report) ? '' : '  FAILED'}`);
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify(reports, null, 2)}\n`);
  const failed = Object.values(reports).filter((report) => !passes(report)).length;
  console.log(`${chosen.length - failed} passed, ${failed} failed, 0 skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}

await main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
