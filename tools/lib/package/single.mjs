// Makes the library in one file, and its drop-in for onnxruntime-web: of each an ES module, and a classic script that
// sets one global, `gossamer` or `ort`.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { minify } from '../minify.mjs';
import { root } from '../run.mjs';

const source = path.join(root, 'web/package/single');
const MODULE = 'gossamer-simd';

/** @param {string} target  folder for the files @param {string} modules  folder of the wasm modules */
export async function writeSingle(target, modules) {
  const { build } = await import('esbuild');  // set-up brings it: this file is read before
  const options = /** @type {const} */ ({
    bundle: true, target: 'es2022', charset: 'utf8', write: false, logLevel: 'error',
  });
  const worker = await build({ ...options, entryPoints: [path.join(source, 'worker.js')], format: 'iife', plugins: [inside(modules)] });
  const contents = {
    workerText: (await minify('worker.js', worker.outputFiles[0].text, { module: false })).code,
    moduleText: deflateRawSync(readFileSync(path.join(modules, `${MODULE}.wasm`)), { level: 9 }).toString('base64'),
  };
  mkdirSync(target, { recursive: true });
  for (const [entry, globalName] of [['gossamer', 'gossamer'], ['ort', 'ort']]) {
    for (const format of /** @type {const} */ (['esm', 'iife'])) {
      const { outputFiles } = await build({
        ...options, entryPoints: [path.join(source, `${entry}.js`)], format, ...(format === 'iife' && { globalName }),
        inject: [path.join(source, 'fetch.js')], plugins: [inside(modules, contents)],
        // A classic script has no import.meta, and nothing in this form asks for it.
        logOverride: { 'empty-import-meta': 'silent' },
      });
      const { code } = await minify(entry, outputFiles[0].text, { module: format === 'esm' });
      writeFileSync(path.join(target, `${entry}${format === 'iife' ? '.global' : ''}.js`), code);
    }
    cpSync(path.join(source, `${entry}.d.ts`), path.join(target, `${entry}.d.ts`));
  }
}

/**
 * Finds the module's script where the builds have put it, this form's surroundings, and the texts inside.
 * @param {string} modules
 * @param {Record<string, string>} [contents]
 * @returns {import('esbuild').Plugin}
 */
function inside(modules, contents = {}) {
  return {
    name: 'inside',
    setup(build) {
      build.onResolve({ filter: /\/wasm\/[^/]*\.js$/ }, ({ path: name }) => ({ path: path.join(modules, path.basename(name)) }));
      build.onResolve({ filter: /\/beside\.js$/ }, ({ importer }) =>
        (importer.startsWith(source) ? undefined : { path: path.join(source, 'beside.js') }));
      build.onResolve({ filter: /^\.\/contents\.js$/ }, () => ({ path: 'contents', namespace: 'inside' }));
      build.onLoad({ filter: /./, namespace: 'inside' }, () => ({
        contents: Object.entries(contents).map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};`).join('\n'),
      }));
    },
  };
}
