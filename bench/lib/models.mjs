// The models that are measured: build/models as tools/export_models.py writes it, and what goes into
// them. Missing ones are made first. Also takes the path of any .onnx file with one float input, so
// that a model of one's own can be measured.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ort from 'onnxruntime-node';
import { modelFolder } from '../../tools/lib/model_runs.mjs';
import { picture } from '../../tools/lib/pictures.mjs';
import { root, run, setUp } from '../../tools/lib/run.mjs';

/**
 * @typedef {object} Recipe  how pixels become input
 * @property {number} [resize]
 * @property {number} [crop]
 * @property {string} [channels]
 * @property {number[]} [mean]
 * @property {number[]} [std]
 *
 * @typedef {object} Model
 * @property {string} name
 * @property {string} file  absolute path
 * @property {number} bytes
 * @property {{name: string, shape: number[]}} input
 * @property {number} classes
 * @property {Recipe} recipe
 */

export const inputFolder = path.join(root, 'build/bench/inputs');

/** @returns {Record<string, {file: string, bytes: number, input: Model['input'], classes: number, recipe: Recipe}>} */
function manifest() {
  const file = path.join(modelFolder, 'manifest.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** @param {string} name */
const present = (name) => existsSync(path.join(modelFolder, manifest()[name]?.file ?? '\0'));

/**
 * The models of these names (or paths), made where they are missing.
 * @param {string[]} names
 * @returns {Promise<Model[]>}
 */
export async function findModels(names) {
  const missing = names.filter((name) => !name.endsWith('.onnx') && !present(name));
  if (missing.length > 0) {
    console.log(`Making ${missing.join(', ')} in build/models`);
    await setUp('models');
    // Its own lines tell the progress: the number, name, size and time of each model.
    await run('/usr/bin/python3', ['tools/export_models.py', '--only', missing.join(',')], { show: true });
  }
  const known = manifest();
  return Promise.all(names.map((name) => {
    if (name.endsWith('.onnx')) return describeFile(path.resolve(name));
    return { ...known[name], name, file: path.join(modelFolder, known[name].file) };
  }));
}

/** @param {string} file @returns {Promise<Model>} */
async function describeFile(file) {
  if (!existsSync(file)) throw new Error(`there is no ${file}`);
  const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
  const [input] = /** @type {any[]} */ (session.inputMetadata);
  const shape = input.shape.map((/** @type {number | string} */ extent) => (typeof extent === 'number' ? extent : 1));
  await session.release();
  return {
    name: path.basename(file, '.onnx'), file, bytes: statSync(file).size,
    input: { name: input.name, shape }, classes: 0, recipe: {},
  };
}

/**
 * Inputs of a model, as numbers and as files that a page can fetch.
 * @param {Model} model
 * @param {number} count
 * @returns {{values: Float32Array, file: string}[]}
 */
export function inputsOf({ input: { shape } }, count) {
  mkdirSync(inputFolder, { recursive: true });
  return Array.from({ length: count }, (_, index) => {
    const values = picture(shape, index);
    const file = path.join(inputFolder, `${shape.join('x')}_${index}.f32`);
    if (!existsSync(file)) writeFileSync(file, Buffer.from(values.buffer));
    return { values, file };
  });
}
