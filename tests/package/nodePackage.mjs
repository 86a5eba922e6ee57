// The package as a program under Node finds it: a folder with node_modules/gossamer, of which node/ is written by
// writeNode and the rest is copied from dist/; and programs that run there.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { writeNode } from '../../tools/lib/package/node.mjs';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
export const digits = path.join(repository, 'models/digits/digits.onnx');
/** @param {number} digit */
export const digitPicture = (digit) => {
  const folder = path.join(repository, 'models/digits/heldout', String(digit));
  return path.join(folder, readdirSync(folder).filter((name) => name.endsWith('.png')).sort()[0]);
};

/** A folder that is gone after the tests. */
export function temporaryFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-node-'));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const ENTRIES = { '.': 'gossamer', './session': 'session', './ort': 'ort', './tools': 'tools', './extras': 'extras' };

/** Writes the package. */
export async function installPackage() {
  const folder = temporaryFolder();
  const target = path.join(folder, 'node_modules/gossamer');
  const dist = path.join(repository, 'dist');
  const taken = /^(wasm(\/|$)|.*\.d\.ts$|(lib|tools|extras)(\/[^.]*)?$)/;
  cpSync(dist, target, { recursive: true, filter: (file) => file === dist || taken.test(path.relative(dist, file)) });
  const exports = Object.fromEntries(Object.entries(ENTRIES).map(([entry, name]) =>
    [entry, { types: `./node/${name}.d.ts`, default: `./node/${name}.js` }]));
  writeFileSync(path.join(target, 'package.json'), JSON.stringify({ name: 'gossamer', type: 'module', exports }));
  await writeNode(target);
  const resolve = createRequire(path.join(folder, 'program.cjs')).resolve;
  return {
    folder,
    target,
    /** @returns {Promise<typeof import('../../web/package/node/gossamer.js')>} */
    load: () => import(pathToFileURL(resolve('gossamer')).href),
    /** @returns {Promise<typeof import('../../web/package/node/session.js')>} */
    loadSession: () => import(pathToFileURL(resolve('gossamer/session')).href),
    /** @returns {Promise<typeof import('../../web/package/node/ort.js')>} */
    loadOrt: () => import(pathToFileURL(resolve('gossamer/ort')).href),
    /** @returns {Promise<typeof import('../../web/package/node/tools.js')>} */
    loadTools: () => import(pathToFileURL(resolve('gossamer/tools')).href),
    /** @returns {Promise<typeof import('../../web/package/node/extras.js')>} */
    loadExtras: () => import(pathToFileURL(resolve('gossamer/extras')).href),
    run: (/** @type {string} */ text, /** @type {string[]} */ flags = []) => runProgram(folder, text, flags),
  };
}

let programs = 0;

/**
 * Runs a program in a folder, for a minute at most.
 * @param {string} folder
 * @param {string} text  of a module
 * @param {string[]} flags  of Node; with --input-type the text is not put into a file
 * @returns {Promise<{output: string, errors: string, status: number | null}>}
 */
function runProgram(folder, text, flags) {
  const file = path.join(folder, `program-${++programs}.mjs`);
  const inline = flags.some((flag) => flag.startsWith('--input-type'));
  if (!inline) writeFileSync(file, text);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...flags, ...(inline ? ['-e', text] : [file])], { cwd: folder, timeout: 60_000 });
    let output = '';
    let errors = '';
    child.stdout.on('data', (piece) => { output += piece; });
    child.stderr.on('data', (piece) => { errors += piece; });
    child.on('error', reject);
    child.on('close', (status) => resolve({ output, errors, status }));
  });
}
