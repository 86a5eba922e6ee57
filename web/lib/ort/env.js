// The settings that apps written for onnxruntime-web make before their first session, and what they
// mean here. What only concerns GPUs is accepted and without effect.

import { check, checkBytes } from '../error.js';

/**
 * @typedef {object} WasmFlags
 * @property {string} [wasmPaths]  folder with gossamer-*.js and .wasm; default: beside the library
 * @property {BufferSource} [wasmBinary]  the module's bytes
 * @property {boolean | 'fixed' | 'relaxed'} [simd]  false: no SIMD; 'fixed': SIMD without the relaxed
 *     instructions; otherwise the best that the browser has
 * @property {boolean} [proxy]  false computes on the calling thread. Here the default is a worker
 * @property {number} [initTimeout]  milliseconds that creating a session may take; 0: any
 * @property {number} [numThreads]  without effect: this build computes on one thread
 */

export const env = {
  /** @type {WasmFlags} */
  wasm: {},
  webgpu: {},
  webgl: {},
  /** @type {'verbose' | 'info' | 'warning' | 'error' | 'fatal'} Without effect: nothing is logged. */
  logLevel: 'warning',
  debug: false,
  versions: { common: '1.30.0', gossamer: '0.1.0' },
};

/** @returns {import('../runner.js').RuntimeOptions} */
export function runtimeOptions() {
  const { wasmPaths, wasmBinary, simd, proxy, initTimeout = 0 } = env.wasm;
  check(wasmPaths === undefined || typeof wasmPaths === 'string', 'env.wasm.wasmPaths', wasmPaths,
    'a string: the folder of gossamer-*.js and .wasm');
  check(typeof initTimeout === 'number', 'env.wasm.initTimeout', initTimeout, 'milliseconds');
  if (wasmBinary !== undefined) checkBytes('env.wasm.wasmBinary', wasmBinary);
  /** @type {import('../level.js').Level | undefined} */
  let level;
  if (simd === false) level = 'base';
  else if (simd === 'fixed') level = 'simd';
  return { level, wasmPaths, wasmBinary, worker: proxy !== false };
}
