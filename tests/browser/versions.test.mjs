// Files of several versions beside each other, as half an upload leaves them: each pair is refused by its names.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { VERSION } from '../../web/lib/version.js';
import { colourModel } from '../support/onnx.mjs';
import { setUp } from './helpers.mjs';

const modules = mkdtempSync(path.join(os.tmpdir(), 'gossamer-modules-'));
after(() => rmSync(modules, { recursive: true, force: true }));
const site = setUp({ mounts: { '/modules/': modules } });
const model = colourModel();

/**
 * What creating a classifier says where a file was changed on its way.
 * @param {string} pattern  of the file's address
 * @param {(text: string) => string} change
 * @param {Record<string, unknown>} [options]
 */
async function withFile(pattern, change, options = {}) {
  const { page, close } = await site.open('models/digits/README.md', {}, (fresh) => fresh.route(pattern, async (route) => {
    const response = await route.fetch();
    return route.fulfill({ response, body: change(await response.text()) });
  }));
  const said = await page.evaluate(async ([address, bytes, settings]) => {
    const { ImageClassifier } = await import(String(address));
    const data = Uint8Array.from(/** @type {number[]} */ (bytes));
    return ImageClassifier.createFromModelBuffer(data, settings).then(() => 'made', (/** @type {any} */ { code, message }) => `${code} ${message}`);
  }, /** @type {const} */ ([new URL('gossamer.js', site.url).href, [...model], options]));
  await close();
  return said;
}

test('files that belong together', async () => {
  assert.equal(await withFile('**/worker.js', (text) => text), 'made');
});

test('a worker of another version', async () => {
  assert.match(await withFile('**/worker.js', (text) => text.replace(`"${VERSION}"`, '"0.0.9"')),
    /^NETWORK .*different versions: the engine and the wasm module; got [\d.]+, expected 0\.0\.9\. Copy all files/);
});

test('a library of another version', async () => {
  assert.match(await withFile('**/gossamer.js', (text) => text.replace(`"${VERSION}"`, '"99.0.0"')),
    /^NETWORK .*different versions: gossamer\.js and worker\.js; got [\d.]+, expected 99\.0\.0\./);
});

/** The modules' folder, with the script of one changed. @param {string} name @param {(text: string) => string} change */
function writeModules(name, change) {
  const folder = path.join(modules, name);
  cpSync(path.join(root, 'dist/wasm'), folder, { recursive: true });
  const script = path.join(folder, 'gossamer-relaxed.js');
  writeFileSync(script, change(readFileSync(script, 'utf8')));
  return { wasmPaths: `${site.url}/modules/${name}/` };
}

for (const worker of [true, false]) {
  test(`the script of another build of the module, ${worker ? 'in a worker' : 'on the page'}`, async () => {
    const other = writeModules(`other-${worker}`, (text) => text.replace(/id=\d+/, 'id=1'));
    assert.match(await withFile('**/nothing', String, { ...other, worker, threads: 1 }),
      /^NETWORK .*different versions: .*gossamer-relaxed\.js and its \.wasm; got \d+, expected 1\./);
    const old = writeModules(`old-${worker}`, (text) => text.replace(/export const id=\d+;/, ''));
    assert.match(await withFile('**/nothing', String, { ...old, worker, threads: 1 }),
      /^NETWORK .*gossamer-relaxed\.js and its \.wasm; got \d+, expected undefined\./);
  });
}
