// The library for Node, as a part of the package: the same modules as in a page, with those of
// web/package/node in the place of what only browsers have.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleLibrary } from '../bundle.mjs';
import { root } from '../run.mjs';

const sources = path.join(root, 'web/package/node');
const decoder = path.join(root, 'build/wasm/gossamer-pictures');

/** @type {import('../bundle.mjs').Form} */
const form = {
  replaced: {
    'beside.js': 'package/node/beside.js',
    'worker.js': 'package/node/worker.js',
    'tools/worker.js': 'package/node/toolWorker.js',
    'lib/abortable.js': 'package/node/abortable.js',
    'lib/capture.js': 'package/node/capture.js',
    'lib/download.js': 'package/node/download.js',
    'lib/pixels.js': 'package/node/pixels.js',
    'lib/ort/image.js': 'package/node/ortImage.js',
    'lib/threads/choice.js': 'package/node/choice.js',
  },
  options: {
    platform: 'node',
    inject: [path.join(sources, 'globals.js')],
    // Whatever a program has put into its globals, a DOM for its tests, say: threads are Node's.
    define: {
      'globalThis.crossOriginIsolated': 'true',
      'globalThis.isSecureContext': 'true',
      'globalThis.navigator': 'nodeNavigator',
      location: 'nodeLocation',
    },
  },
  left: ['service-worker.js'],
  // Node prints the line in which an error was thrown that nobody caught: of a minified file, all of it.
  readable: true,
};

/**
 * Writes node/ into the folder of the package, whose wasm modules lie in wasm/.
 * @param {string} target
 * @param {{types?: string}} [options]  types: folder of the generated declarations, relative to node/; default:
 *     the package's own
 */
export async function writeNode(target, { types = '../' } = {}) {
  const folder = path.join(target, 'node');
  mkdirSync(path.join(folder, 'pictures'), { recursive: true });
  await bundleLibrary(folder, form);
  for (const end of ['js', 'wasm']) {
    if (!existsSync(`${decoder}.${end}`)) throw new Error(`${decoder}.${end} is missing; npm run build makes it`);
    cpSync(`${decoder}.${end}`, path.join(folder, `pictures/gossamer-pictures.${end}`));
  }
  for (const name of ['gossamer', 'session', 'ort', 'tools', 'extras']) {
    const text = readFileSync(path.join(sources, `${name}.d.ts`), 'utf8');
    writeFileSync(path.join(folder, `${name}.d.ts`), text.replaceAll("'../../", `'${types}`));
  }
}
