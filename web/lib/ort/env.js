// The settings that apps written for onnxruntime-web make before their first session, and what they
// mean here. What only concerns GPUs is accepted and without effect.

import { VERSION } from '../version.js';
import { resolveUrl } from '../download.js';
import { check, checkBytes } from '../error.js';
import { MOST_THREADS } from '../threads/choice.js';
import { plainError } from './errors.js';

/** @type {import('./types.js').LogLevel} */
let logLevel = 'warning';

/** @type {import('./types.js').Env} */
export const env = {
  wasm: {},
  webgpu: {},
  webgl: {},
  // Without `web`, from which transformers.js concludes where onnxruntime-web's own files are to be fetched.
  versions: { common: '1.30.0', gossamer: VERSION },
  get logLevel() {
    return logLevel;
  },
  set logLevel(value) {
    if (value === undefined) return;
    if (!['verbose', 'info', 'warning', 'error', 'fatal'].includes(value)) {
      throw plainError('env.logLevel', `Unsupported logging level: ${String(value)}`);
    }
    logLevel = value;
  },
};

/** @returns {import('../runner.js').RuntimeOptions} */
export function runtimeOptions() {
  const { simd, proxy, initTimeout = 0, numThreads } = env.wasm;
  const wasmPaths = /** @type {string | URL | {mjs?: string | URL, wasm?: string | URL} | undefined} */ (env.wasm.wasmPaths);
  check(['string', 'object', 'undefined'].includes(typeof wasmPaths), 'env.wasm.wasmPaths', wasmPaths,
    'the folder of gossamer-*.js and .wasm, or {mjs, wasm}');
  check(typeof initTimeout === 'number', 'env.wasm.initTimeout', initTimeout, 'milliseconds');
  const wasmBinary = ownBinary(env.wasm.wasmBinary);
  /** @type {import('../level.js').Level | undefined} */
  let level;
  if (simd === false) level = 'base';
  else if (simd === 'fixed') level = 'simd';
  // Apps write the number of cores here, which servers have more of. What is no number of threads is as if absent.
  const counted = Number.isInteger(numThreads) && Number(numThreads) > 0;
  const threads = counted ? Math.min(Number(numThreads), MOST_THREADS) : undefined;
  const common = { level, wasmBinary, worker: proxy !== false, initTimeout, threads };
  if (typeof wasmPaths === 'string' || wasmPaths instanceof URL || !wasmPaths) {
    return { ...common, wasmPaths: wasmPaths || undefined, lenient: true };
  }
  // The files of onnxruntime-web, which apps that were written for it name, are of no use here.
  const ours = Object.entries(wasmPaths).filter(([, url]) => /gossamer-[^/]*$/.test(String(url)));
  const wasmFiles = Object.fromEntries(ours.map(([kind, url]) =>
    [kind, resolveUrl('env.wasm.wasmPaths', String(url))]));
  const [, named] = /gossamer-(base|simd|relaxed)/.exec(wasmFiles.wasm ?? '') ?? [];
  return { ...common, level: /** @type {import('../level.js').Level} */ (named) ?? level, wasmFiles };
}

/**
 * The module's bytes, unless they are onnxruntime-web's own, which apps that were written for it hand over.
 * @param {ArrayBufferLike | Uint8Array | undefined} given
 */
function ownBinary(given) {
  if (given === undefined) return undefined;
  checkBytes('env.wasm.wasmBinary', given);
  const binary = /** @type {ArrayBuffer | Uint8Array<ArrayBuffer>} */ (given);
  const { buffer = binary, byteOffset = 0, byteLength } = /** @type {Uint8Array<ArrayBuffer>} */ (binary);
  const bytes = new Uint8Array(/** @type {ArrayBuffer} */ (buffer), byteOffset, byteLength);
  // The smaller ones of theirs are 14 MB, so looking takes a moment, but compiling takes seconds.
  const text = new TextDecoder('latin1').decode(bytes);
  return text.includes('onnxruntime') && !text.includes('gossamer') ? undefined : binary;
}
