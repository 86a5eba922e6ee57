// What LiteRT.js needs beside its package: the library as one file, because it imports another package
// by name, which workers cannot; and models as .tflite files. Both are made anew in each run of the
// benchmark and lie in `litertFolder`, which the lab serves as /litert/.
import { buildSync } from 'esbuild';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../tools/lib/run.mjs';
import { convert } from '../tflite/convert.mjs';
import { packageVersion } from './native.mjs';

/** @typedef {import('./models.mjs').Model} Model */

export const litertFolder = path.join(root, 'build/bench/litert');
const library = 'litert.js';

/** Bundles the library. @returns {string} its address in the lab */
export function bundleLitert() {
  const contents = `export * from '@litertjs/core'; export const version = '${packageVersion('@litertjs/core')}';`;
  buildSync({
    stdin: { contents, resolveDir: root }, outfile: path.join(litertFolder, library),
    bundle: true, format: 'esm', minify: true, target: 'es2022', logLevel: 'error',
  });
  return `/litert/${library}`;
}

/** Sources of the models that are there already. @type {Map<string, string>} */
const converted = new Map();

/**
 * The model as a .tflite file; one that cannot be stated so throws.
 * @param {Model} model
 * @returns {Model}
 */
export function tfliteOf(model) {
  const file = path.join(litertFolder, `${model.name}.tflite`);
  if (converted.get(file) !== model.file) {
    const bytes = convert(readFileSync(model.file), model.input.shape);
    mkdirSync(litertFolder, { recursive: true });
    writeFileSync(file, bytes);
    converted.set(file, model.file);
  }
  return { ...model, file };
}
