// What users of the package download: bytes of each entry with what it loads, raw and by brotli, and the limits that
// are held. Tests compare with the limits; `npm run package` prints them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';

/** @typedef {{what: string, raw: number, brotli: number, limit: number}} Size  in bytes; the limit is of brotli */

const KIB = 1024;

/** @type {{what: string, files: string[], limit: number}[]} */
const entries = [
  ...['', 'bundler/'].map((form) => ({
    what: `${form}gossamer.js, worker and module (relaxed SIMD)`, limit: form ? 157 : 156,
    files: [`${form}gossamer.js`, `${form}worker.js`, 'wasm/gossamer-relaxed.js', 'wasm/gossamer-relaxed.wasm'],
  })),
  {
    what: 'the same with threads', limit: 160,
    files: ['gossamer.js', 'worker.js', 'wasm/gossamer-relaxed-mt.js', 'wasm/gossamer-relaxed-mt.wasm'],
  },
  {
    what: 'the same with every operator', limit: 240,
    files: ['gossamer.js', 'worker.js', 'wasm/gossamer-relaxed-all.js', 'wasm/gossamer-relaxed-all.wasm'],
  },
  { what: 'single/gossamer.js (SIMD, all inside)', files: ['single/gossamer.js'], limit: 190 },
  { what: 'single/gossamer.global.js', files: ['single/gossamer.global.js'], limit: 190 },
  { what: 'single/ort.js', files: ['single/ort.js'], limit: 195 },
  { what: 'session.js, beside gossamer.js', files: ['session.js'], limit: 2 },
  { what: 'ort.js, beside gossamer.js', files: ['ort.js'], limit: 9 },
  { what: 'extras.js, beside the others', files: ['extras.js'], limit: 9 },
  { what: 'tools.js with its worker, beside gossamer.js', files: ['tools.js', 'tools/worker.js'], limit: 14 },
];

/** @param {string} folder  the package @returns {Size[]} */
export function sizesOf(folder) {
  return entries.map(({ what, files, limit }) => {
    const contents = files.map((file) => readFileSync(path.join(folder, file)));
    const sum = (/** @type {(bytes: Buffer) => number} */ size) => contents.reduce((all, bytes) => all + size(bytes), 0);
    return { what, raw: sum((bytes) => bytes.length), brotli: sum((bytes) => brotliCompressSync(bytes).length), limit: limit * KIB };
  });
}

/** @param {Size[]} sizes */
export function sizeText(sizes) {
  const column = (/** @type {number} */ bytes) => (bytes / KIB).toFixed(1).padStart(8);
  return [
    `${'KiB'.padEnd(58)}${'raw'.padStart(8)}${'brotli'.padStart(8)}${'limit'.padStart(8)}`,
    ...sizes.map(({ what, raw, brotli, limit }) => `${what.padEnd(58)}${column(raw)}${column(brotli)}${column(limit)}`),
  ].join('\n');
}
