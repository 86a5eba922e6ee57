// Puts onnxruntime-web into dist/peers, for sites that compare it with Gossamer on their visitors' devices
// (`npm run build -- --with-peers`), and tells the page of it. The site that is deployed does without:
// these files are several times as large as all others.
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './run.mjs';

const module = 'ort.wasm.min.mjs';
const files = [module, 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'];

/** @param {string} dist */
export function copyPeers(dist) {
  const source = path.join(root, 'node_modules/onnxruntime-web');
  const folder = path.join(dist, 'peers/onnxruntime-web');
  mkdirSync(folder, { recursive: true });
  for (const name of files) cpSync(path.join(source, 'dist', name), path.join(folder, name));
  // The package names its licence and has no file of it.
  const { name, version, license, repository } = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8'));
  writeFileSync(path.join(folder, 'LICENSE.txt'), `${name} ${version}, ${license} licence, ${repository.url}\n`);
  const peer = {
    name, version, module: `peers/${name}/${module}`, files: `peers/${name}/`,
    bytes: files.reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0),
  };
  const page = path.join(dist, 'app/measure/peers.js');
  const text = readFileSync(page, 'utf8').replace('export const peers = [];', `export const peers = ${JSON.stringify([peer])};`);
  if (!text.includes(peer.module)) throw new Error(`${page} does not take peers`);
  writeFileSync(page, text);
}
