// What a page downloads before a runtime can run: the files that its start asked the server for, as
// they are and compressed by brotli, which is how they travel.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import { root } from '../../tools/lib/run.mjs';

/** @typedef {{raw: number, brotli: number, files: {name: string, raw: number, brotli: number}[]}} Download */

const compress = promisify(brotliCompress);
// Compressing onnxruntime-web takes half a minute: sizes are kept, by the file's digest.
const cache = path.join(root, 'build/bench/brotli.json');

/** @param {string[]} files @returns {Promise<Download>} */
export async function downloadSize(files) {
  /** @type {Record<string, number>} */
  const known = existsSync(cache) ? JSON.parse(readFileSync(cache, 'utf8')) : {};
  /** @type {Download['files']} */
  const sizes = [];
  for (const file of files) {
    const bytes = readFileSync(file);
    const digest = createHash('sha256').update(bytes).digest('hex');
    known[digest] ??= (await compress(bytes)).length;
    sizes.push({ name: path.basename(file), raw: bytes.length, brotli: known[digest] });
  }
  mkdirSync(path.dirname(cache), { recursive: true });
  writeFileSync(cache, JSON.stringify(known));
  const sum = (/** @type {'raw' | 'brotli'} */ key) => sizes.reduce((total, size) => total + size[key], 0);
  return { raw: sum('raw'), brotli: sum('brotli'), files: sizes };
}
