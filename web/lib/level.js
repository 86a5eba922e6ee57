// Which of the wasm builds this browser can run, and the compiled module of the best one. The probe
// is WebAssembly.validate on a module whose one function uses the instruction in question: it says
// what the engine accepts now, where a user-agent string says what it was called. Compiled modules
// are kept, so that a second classifier, or a worker restarted after a crash, starts at once.

import { BUILDS, MODULE_HINT, placeOf } from '../beside.js';
import { GossamerError, check } from './error.js';
import { brokenOff, fetchChecked } from './download.js';
import { seldom } from './host.js';

/** @typedef {'base' | 'simd' | 'relaxed'} Level */

/** Best first. @type {readonly Level[]} */
const LEVELS = BUILDS;

// Wasm header; type () -> v128; one function: i32.const 0, i8x16.splat, i8x16.popcnt.
const SIMD_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0,
  10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];
// Wasm header; type v128 -> v128; one function: local.get 0 three times, f32x4.relaxed_madd.
const RELAXED_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0,
  10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0, 253, 133, 2, 11,
];

/**
 * The instruction levels this engine runs, best first; empty where there is no WebAssembly.
 * @returns {Level[]}
 */
export function supportedLevels() {
  if (typeof WebAssembly !== 'object') return [];
  const valid = (/** @type {number[]} */ bytes) => WebAssembly.validate(new Uint8Array(bytes));
  const simd = valid(SIMD_PROBE);
  const relaxed = simd && valid(RELAXED_PROBE);
  return LEVELS.filter((level) => level === 'base' || (level === 'simd' ? simd : relaxed));
}

/**
 * @typedef {object} Runtime
 * @property {Level} level
 * @property {string} glueUrl  the Emscripten module's JavaScript
 * @property {WebAssembly.Module} module
 * @property {number} threads  more than one: the module is one with threads
 * @property {string} threadReason  why so many
 * @property {boolean} [onTrial]  whether fewer may compute where that is faster
 * @property {WebAssembly.Memory} [memory]  that they share
 * @property {number} [most]  bytes that it may have
 */

/** @type {Map<string, Promise<WebAssembly.Module>>} */
const compiled = new Map();

/**
 * @typedef {object} RuntimePlace  where a module is, and which
 * @property {Level} [level]  the highest
 * @property {string} wasmPaths  the folder's absolute URL, ending in a slash
 * @property {BufferSource} [wasmBinary]
 * @property {{mjs?: string, wasm?: string}} [wasmFiles]  addresses of the module's files, whatever the level
 * @property {boolean} [all]  the module with every operator, in place of the common ones
 * @property {import('./threads/choice.js').ThreadChoice} [choice]  of threads; default: one
 */

/** @type {import('./threads/choice.js').ThreadChoice} */
const ONE = { threads: 1, threadReason: 'this module has one thread' };

/** Levels to try, best first. @param {Level} [level] */
function candidatesOf(level) {
  const usable = supportedLevels();
  return level ? LEVELS.slice(LEVELS.indexOf(level)).filter((each) => usable.includes(each)) : usable;
}

/** The level that is tried first. @param {Level} [level]  the highest */
export function bestLevel(level) {
  return candidatesOf(level)[0];
}

/** Addresses of a level's files. @param {RuntimePlace} place @param {Level} level */
function filesOf({ wasmPaths, wasmFiles, all, choice = ONE }, level) {
  const base = `${wasmPaths}gossamer-${level}${choice.threads > 1 ? '-mt' : ''}${all ? '-all' : ''}`;
  const { wasm = placeOf(`${base}.wasm`), mjs = placeOf(`${base}.js`) } = wasmFiles ?? {};
  return { wasm, mjs };
}

/** The address of the script that loadRuntime finds, as a rule. @param {RuntimePlace} place */
export function firstScript(place) {
  const best = bestLevel(place.level);
  return best && filesOf(place, best).mjs;
}

/**
 * Fetches and compiles the best build, stepping down when the engine refuses one that it validated, and to one
 * thread where a build with threads cannot be had.
 * @param {RuntimePlace} place
 * @returns {Promise<Runtime>}
 */
export async function loadRuntime(place) {
  const { level, wasmBinary, choice = ONE } = place;
  const candidates = candidatesOf(level);
  if (!candidates.length) throw unavailable('this browser has no WebAssembly');
  let refusal;
  let forbidden = false;
  for (const candidate of candidates) {
    const { wasm, mjs } = filesOf(place, candidate);
    try {
      const module = await (wasmBinary ? WebAssembly.compile(wasmBinary) : compileOnce(wasm));
      return { level: candidate, glueUrl: mjs, module, ...choice };
    } catch (error) {
      if (choice.threads > 1) {
        const threadReason = `the module with threads cannot be loaded: ${/** @type {Error} */ (error).message}`;
        return loadRuntime({ ...place, level: candidate, choice: { threads: 1, threadReason } });
      }
      if (!(error instanceof WebAssembly.CompileError)) throw error;
      refusal = error;
      forbidden = /Content.Security.Policy|disallowed by embedder|unsafe-eval/i.test(error.message);
      if (forbidden) break;
    }
  }
  check(!wasmBinary || forbidden, 'wasmBinary', refusal?.message, 'a module that can be compiled');
  throw unavailable('this page may not compile WebAssembly', refusal);
}

/** @param {string} url @returns {Promise<WebAssembly.Module>} */
function compileOnce(url) {
  let module = compiled.get(url);
  if (!module) {
    module = fetchAndCompile(url);
    compiled.set(url, module);
    module.catch(() => compiled.delete(url));
  }
  return module;
}

/** @param {string} url @param {boolean} [streams] @returns {Promise<WebAssembly.Module>} */
async function fetchAndCompile(url, streams = true) {
  const response = await fetchChecked(url, 'the WebAssembly module', undefined, MODULE_HINT);
  let bytes;
  try {
    if (streams && response.headers.get('content-type') === 'application/wasm') {
      return await WebAssembly.compileStreaming(response);
    }
    // Servers that do not know the type are common; the bytes decide instead.
    bytes = checkMagic(url, response, await response.arrayBuffer());
    return await WebAssembly.compile(bytes);
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException || (bytes && await isCut(bytes))) {
      throw brokenOff(url, error);
    }
    // WebKit takes a body that broke off for complete where its length was not announced.
    if (!bytes && error instanceof WebAssembly.CompileError) return fetchAndCompile(url, false);
    throw error;
  }
}

/** Whether bytes are missing at the end, as far as that can be told here. @param {ArrayBuffer} bytes */
function isCut(bytes) {
  return seldom().then((more) => more.isCut(bytes)).catch(() => false);
}

/** @param {string} url @param {Response} response @param {ArrayBuffer} bytes */
function checkMagic(url, response, bytes) {
  if (new DataView(bytes).byteLength < 8 || new DataView(bytes).getUint32(0) !== 0x0061736d) {
    throw new GossamerError({
      code: 'NETWORK', stage: 'download', message: `${url} is not a WebAssembly module`,
      got: `${bytes.byteLength} bytes, ${response.headers.get('content-type')}`,
      hint: 'Check `wasmPaths`, and that the server does not answer unknown paths with a page',
    });
  }
  return bytes;
}

/** @param {string} message @param {unknown} [cause] */
function unavailable(message, cause) {
  return new GossamerError({
    code: 'UNSUPPORTED', stage: 'start', message, cause,
    got: cause instanceof Error ? cause.message : undefined,
    hint: "If the page sets a Content-Security-Policy, its script-src needs 'wasm-unsafe-eval'",
  });
}
