// The models of the site that are made from npm packages. A folder models/NAME with a build.mjs exports
// `packages`, the names of those that it reads, and `build(target, folders)`, which writes the model and
// its licence. They are made once, under build/bundled, and again when the script or a package changes.
// What a missing package costs is its model: one line says so, and the site is built without it.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';

/** @typedef {{packages: string[], build: (target: string, folders: Record<string, string>) => Promise<void>}} Recipe */

/**
 * Makes what is missing or out of date and copies all of it.
 * @param {object} places
 * @param {string} places.target  the models' folder of the site
 * @param {string} [places.models]  the folder of the scripts
 * @param {string} [places.cache]
 * @param {string} [places.modules]  where npm packages lie
 * @param {(line: string) => void} [places.say]
 */
export async function buildBundledModels({
  target, models = path.join(root, 'models'), cache = path.join(root, 'build/bundled'),
  modules = path.join(root, 'node_modules'), say = console.log,
}) {
  for (const name of readdirSync(models)) {
    const script = path.join(models, name, 'build.mjs');
    if (!existsSync(script)) continue;
    try {
      cpSync(await buildModel(name, script, path.join(cache, name), modules), path.join(target, name), { recursive: true });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      say(`The model '${name}' is left out: ${reason.split('\n')[0]}`);
    }
  }
}

/**
 * @param {string} name @param {string} script @param {string} made  the folder in the cache
 * @param {string} modules
 * @returns {Promise<string>} the folder with the model
 */
async function buildModel(name, script, made, modules) {
  /** @type {Recipe} */
  const recipe = await import(pathToFileURL(script).href);
  const folders = Object.fromEntries(recipe.packages.map((each) => [each, path.join(modules, each)]));
  for (const [each, folder] of Object.entries(folders)) {
    if (!existsSync(path.join(folder, 'package.json'))) {
      throw new Error(`the npm package ${each} is not installed (npm ci fetches it)`);
    }
  }
  const stamp = stampOf([path.dirname(script), path.join(root, 'tools/lib')], Object.values(folders));
  const stampFile = `${made}.stamp`;
  if (existsSync(made) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return made;
  // Under another name until it is whole, for the case that the build is interrupted.
  const fresh = `${made}.new`;
  for (const old of [fresh, made, stampFile]) rmSync(old, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  await recipe.build(fresh, folders);
  renameSync(fresh, made);
  writeFileSync(stampFile, stamp);
  return made;
}

/**
 * A digest of what a model is made from: the scripts, and the packages' versions.
 * @param {string[]} scripts  their folders @param {string[]} packages  their folders
 */
function stampOf(scripts, packages) {
  const digest = createHash('sha256');
  for (const folder of scripts) {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.mjs')).sort()) {
      digest.update(`${file}\0`).update(readFileSync(path.join(folder, file)));
    }
  }
  for (const folder of packages) {
    const { name, version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    digest.update(`${name}@${version}\0`);
  }
  return digest.digest('hex');
}
