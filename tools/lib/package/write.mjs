// Writes build/package, of what is built in dist/, and packs it.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleLibrary } from '../bundle.mjs';
import { root, run } from '../run.mjs';
import { components, notices, sbom } from './components.mjs';
import { manifestOf } from './manifest.mjs';
import { writeNode } from './node.mjs';
import { writeSingle } from './single.mjs';

const dist = path.join(root, 'dist');

/** Of dist/, the library that finds its files beside itself. */
const LIBRARY = [
  'gossamer.js', 'session.js', 'ort.js', 'tools.js', 'extras.js', 'service-worker.js', 'worker.js', 'isolation.js', 'isolation-worker.js', 'lib', 'tools', 'extras', 'wasm',
];

/** @returns {Promise<{folder: string, archive: string}>} */
export async function writePackage() {
  const folder = path.join(root, 'build/package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of LIBRARY) {
    cpSync(path.join(dist, name), path.join(folder, name), { recursive: true, filter: (file) => !file.endsWith('.map') });
  }
  for (const name of readdirSync(dist).filter((file) => file.endsWith('.d.ts'))) cpSync(path.join(dist, name), path.join(folder, name));
  await bundleLibrary(path.join(folder, 'bundler'), {
    replaced: { 'beside.js': 'package/bundler/beside.js', 'toolsBeside.js': 'package/bundler/toolsBeside.js' },
    left: ['service-worker.js'],
  });
  removeMaps(path.join(folder, 'bundler'));
  await writeSingle(path.join(folder, 'single'), path.join(dist, 'wasm'));
  await writeNode(folder);
  removeMaps(path.join(folder, 'node'));
  const self = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const list = components();
  const write = (/** @type {string} */ name, /** @type {string} */ text) => writeFileSync(path.join(folder, name), text);
  write('package.json', json(manifestOf(self)));
  write('THIRD-PARTY.md', notices(list));
  write('sbom.cdx.json', json(sbom(self, list)));
  for (const name of ['LICENSE', 'CHANGELOG.md']) cpSync(path.join(root, name), path.join(folder, name));
  cpSync(path.join(root, 'docs/PACKAGE.md'), path.join(folder, 'README.md'));
  for (const name of ['API.md', 'MIGRATION.md', 'OPERATORS.md']) cpSync(path.join(root, 'docs', name), path.join(folder, name));
  const packed = await run('npm', ['pack', '--silent', '--pack-destination', path.join(root, 'build'), folder]);
  return { folder, archive: path.join(root, 'build', packed.trim()) };
}

/** Sources are one file each there. @param {string} folder */
function removeMaps(folder) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.map')) rmSync(path.join(folder, name));
  }
}

/** @param {unknown} value */
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
