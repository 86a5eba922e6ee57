// Cases through native onnxruntime and through Gossamer. Gossamer takes many in one process: each is
// written as a folder of `gossamer test`, which saves its results beside the expected ones.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ort from 'onnxruntime-node';
import { programs, runFolders } from '../../tools/lib/backend.mjs';
import { encodeTensor } from '../support/onnx.mjs';
import { decodeTensor, largestDifference, magnitude, plainNumbers, typedArray } from '../support/tensors.mjs';
import { caseModel } from './builder.mjs';

/** @typedef {import('./builder.mjs').Case} Case */
/** @typedef {import('../support/tensors.mjs').Tensor} Tensor */

/**
 * refused: onnxruntime cannot run it; unsupported: Gossamer says that it cannot.
 * @typedef {object} Result
 * @property {'same' | 'different' | 'refused' | 'unsupported'} outcome
 * @property {string} reason
 * @property {number} [difference]  the largest, relative to the tensor's magnitude
 */

// Differences of float32 arithmetic, relative to the tensor's largest magnitude: sums in another
// order, Winograd's transforms, approximations of exp.
const tolerance = 5e-5;

const sessionOptions = /** @type {const} */ ({
  intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'disabled', logSeverityLevel: 4,
});

/**
 * What onnxruntime computes, or why it does not.
 * @param {Buffer} model
 * @param {Case} made
 * @returns {Promise<Required<Tensor>[] | string>}
 */
async function reference(model, made) {
  try {
    const session = await ort.InferenceSession.create(model, sessionOptions);
    const inputs = Object.entries(made.tensors).filter(([, { constant }]) => !constant);
    const feeds = Object.fromEntries(inputs.map(([name, { type, dims, values }]) =>
      [name, new ort.Tensor(type, typedArray(type, values), dims)]));
    const results = await session.run(feeds);
    await session.release();
    return made.outputs.map((name) => {
      const { type, dims, data } = results[name];
      const values = plainNumbers(/** @type {any} */ (data));
      return { type: /** @type {any} */ (type), dims: [...dims], values };
    });
  } catch (error) {
    return String(error instanceof Error ? error.message : error);
  }
}

/**
 * Writes a folder of `gossamer test`.
 * @param {string} folder
 * @param {Buffer} model
 * @param {Case} made
 * @param {Required<Tensor>[]} expected
 */
function writeFolder(folder, model, made, expected) {
  const set = path.join(folder, 'test_data_set_0');
  mkdirSync(set, { recursive: true });
  writeFileSync(path.join(folder, 'model.onnx'), model);
  const inputs = Object.entries(made.tensors).filter(([, { constant }]) => !constant);
  inputs.forEach(([name, tensor], i) => writeFileSync(path.join(set, `input_${i}.pb`), encodeTensor(name, tensor)));
  expected.forEach((tensor, i) => writeFileSync(path.join(set, `output_${i}.pb`), encodeTensor(made.outputs[i], tensor)));
}

/**
 * @param {string} set  folder with Gossamer's results
 * @param {Case} made
 * @param {Required<Tensor>[]} expected
 * @returns {Result}
 */
function compare(set, made, expected) {
  let worst = 0;
  for (const [i, want] of expected.entries()) {
    const got = decodeTensor(readFileSync(path.join(set, `result_${i}.pb`)));
    const [form, wanted] = [got, want].map(({ type, dims }) => `${type} [${dims.join(', ')}]`);
    if (form !== wanted) {
      return { outcome: 'different', reason: `output ${i} is ${form}, onnxruntime's is ${wanted}` };
    }
    const { relative, index } = largestDifference(got.values, want.values);
    const integers = (made.units ?? 0) / Math.max(magnitude(want.values), 1);
    const allowed = want.type.startsWith('float') ? (made.exact ? 0 : tolerance) : integers;
    if (relative > allowed) {
      const values = `element ${index} is ${got.values[index]}, onnxruntime's is ${want.values[index]}`;
      return { outcome: 'different', reason: `output ${i}, ${form}: ${values}`, difference: relative };
    }
    worst = Math.max(worst, relative);
  }
  return { outcome: 'same', reason: '', difference: worst };
}

/**
 * @param {Case[]} cases
 * @returns {Promise<Result[]>}  in the same order
 */
export async function runCases(cases) {
  const root = mkdtempSync(path.join(tmpdir(), 'gossamer-differential-'));
  try {
    /** @type {Result[]} */
    const results = [];
    /** @type {{at: number, folder: string, expected: Required<Tensor>[]}[]} */
    const asked = [];
    for (const [at, made] of cases.entries()) {
      const model = caseModel(made);
      const expected = await reference(model, made);
      if (typeof expected === 'string') {
        results[at] = { outcome: 'refused', reason: expected };
        continue;
      }
      const folder = path.join(root, String(at));
      writeFolder(folder, model, made, expected);
      asked.push({ at, folder, expected });
    }
    const verdicts = await runFolders(programs[0], asked.map(({ folder }) => folder), { options: ['--save'], batch: 1000 });
    for (const [i, { outcome, reason }] of verdicts.entries()) {
      const { at, folder, expected } = asked[i];
      // A failure of the program's own comparison begins with the data set: ours decides then.
      if (outcome === 'passed' || reason.startsWith('test_data_set_0: ')) {
        results[at] = compare(path.join(folder, 'test_data_set_0'), cases[at], expected);
      } else {
        results[at] = { outcome: outcome === 'skipped' ? 'unsupported' : 'different', reason };
      }
    }
    return results;
  } finally {
    rmSync(root, { recursive: true });
  }
}
