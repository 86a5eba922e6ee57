// What a bundled model costs to run, for the page's prediction of its latency: counted by the library
// itself, in the module that the site has. Without the module, or for a model that it refuses, nothing is
// said.
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
  const file = path.join(folder, `gossamer-${LEVEL}.wasm`);
  if (!existsSync(file)) return {};
  const { ImageClassifier } = await import('../../web/gossamer.js');
  try {
    const classifier = await ImageClassifier.createFromModelBuffer(model, {
      worker: false, level: LEVEL, wasmBinary: readFileSync(file), wasmPaths: pathToFileURL(`${folder}/`),
    });
    const { steps } = await classifier.info();
    await classifier.close();
    return { multiplyAdds: steps.reduce((sum, { multiply_adds: count }) => sum + count, 0) };
  } catch {
    return {};
  }
}
