// What a bundled model costs to run, for the page's prediction of its latency: counted by the library's
// own tools, in the module of the site that has every operator. Without a module that works, or for a model
// that it refuses, nothing is said.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';

const LEVEL = 'simd';

/**
 * @param {Buffer} model
 * @param {string} [folder]  with the modules
 * @returns {Promise<{multiplyAdds?: number}>}
 */
export async function costOf(model, folder = path.join(root, 'dist/wasm')) {
  const file = path.join(folder, `gossamer-${LEVEL}-all.wasm`);
  if (!existsSync(file)) return {};
  const { inspectModel } = await import('../../web/tools.js');
  try {
    const { multiplyAdds } = await inspectModel(model, {
      worker: false, level: LEVEL, probe: false, wasmBinary: readFileSync(file), wasmPaths: pathToFileURL(`${folder}/`),
    });
    return multiplyAdds === null ? {} : { multiplyAdds };
  } catch {
    return {};  // a module that another build is writing
  }
}
