// Assembles dist/, the static site: the pages and the library of web/, the models, and beside them
// dist/wasm, which the CMake builds fill. Any web server can serve the result.
import { createHash } from 'node:crypto';
import {
  cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { bundled, bundleLibrary } from './bundle.mjs';
import { buildBundledModels } from './bundled.mjs';
import { costOf } from './cost.mjs';
import { drawIcons } from './icons.mjs';
import { copyPeers } from './peers.mjs';
import { writePageFiles } from './pageFiles.mjs';
import { writeProbes } from './probes.mjs';
import { root, run } from './run.mjs';
import { copyVendor } from './vendor.mjs';
import { FETCHED, writeCatalogue, writeImagenetLabels } from './zoo.mjs';

const dist = path.join(root, 'dist');

// What the page fetches of a model's folder; training scripts and data stay in the repository.
const modelFiles = /\.(onnx|txt|json|md|png|jpg|webp)$/;

/**
 * @param {object} [options]
 * @param {boolean} [options.peers]  with other runtimes to compare with
 * @param {boolean} [options.unfinished]  the page says that some modules are still being built
 */
export async function assembleSite({ peers = false, unfinished = false } = {}) {
  mkdirSync(dist, { recursive: true });
  emptySite();
  const web = path.join(root, 'web');
  cpSync(web, dist, {
    recursive: true,
    filter: (source) => !/\.(test\.mjs|d\.ts)$/.test(source) && !bundled.test(path.relative(web, source)),
  });
  if (unfinished) markUnfinished(path.join(dist, 'index.html'));
  await bundleLibrary(dist);
  copyVendor(path.join(dist, 'vendor'));
  if (peers) copyPeers(dist);
  await shrinkPage();
  // For apps whose own package is of the other type.
  writeFileSync(path.join(dist, 'package.json'), '{ "type": "module" }\n');
  copyModels();
  writeCatalogue(path.join(dist, 'models'));
  writeImagenetLabels(path.join(dist, 'models'));
  await buildBundledModels({ target: path.join(dist, 'models') });
  writeProbes(path.join(dist, 'models/probes'));
  await completeManifest();
  drawIcons(path.join(dist, 'icon.svg'), path.join(dist, 'icons'));
  await run('npx', ['--no-install', 'tsc', '-p', 'tsconfig.types.json']);
  writePageFiles(dist, { except: [`models/${FETCHED}`] });
}

// A file removed from web/ must not live on in dist/; dist/wasm belongs to the builds, and what
// models/fetch.mjs downloaded stays.
function emptySite() {
  const models = path.join(dist, 'models');
  const removed = [
    ...readdirSync(dist).filter((name) => name !== 'wasm' && name !== 'models').map((name) => path.join(dist, name)),
    ...(existsSync(models) ? readdirSync(models) : []).filter((name) => name !== FETCHED)
      .map((name) => path.join(models, name)),
  ];
  for (const file of removed) rmSync(file, { recursive: true });
}

// Without comments and blanks, which are half of what a visitor would download; names and lines of thought
// stay as they are written, in web/app.
async function shrinkPage() {
  const { transform } = await import('esbuild');
  const names = readdirSync(path.join(dist, 'app'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  for (const file of names.map((name) => path.join(dist, 'app', name))) {
    const { code } = await transform(readFileSync(file, 'utf8'), { minifyWhitespace: true, charset: 'utf8', target: 'es2022' });
    writeFileSync(file, code);
  }
}

// app/notices.js reads it.
function markUnfinished(/** @type {string} */ page) {
  const html = readFileSync(page, 'utf8');
  writeFileSync(page, html.replace('</title>', '</title>\n  <meta name="unfinished" content="modules">'));
}

function copyModels() {
  const models = path.join(root, 'models');
  if (!existsSync(models)) return;
  for (const entry of readdirSync(models, { withFileTypes: true })) {
    const names = entry.isDirectory() ? readdirSync(path.join(models, entry.name)) : [''];
    for (const name of names) {
      const file = path.join(entry.name, name);
      if (!modelFiles.test(file)) continue;
      cpSync(path.join(models, file), path.join(dist, 'models', file));
    }
  }
}

// The page's model menu. Size, digest and cost are taken from the files, so that they cannot be wrong; a
// model that is not there, or whose finder is not, is not offered.
async function completeManifest() {
  const file = path.join(dist, 'models/manifest.json');
  if (!existsSync(file)) return;
  const place = (/** @type {string} */ name) => path.join(dist, 'models', name);
  /** @type {{path: string, finder?: string}[]} */
  const entries = JSON.parse(readFileSync(file, 'utf8'));
  const there = entries.filter((entry) =>
    existsSync(place(entry.path)) && (!entry.finder || existsSync(place(entry.finder))));
  const complete = [];
  for (const entry of there) {
    const bytes = readFileSync(place(entry.path));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    complete.push({ ...entry, bytes: bytes.length, sha256, ...await costOf(bytes) });
  }
  writeFileSync(file, `${JSON.stringify(complete, null, 2)}\n`);
}
