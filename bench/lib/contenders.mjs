// Who takes part: every variant of Gossamer, and the peers that were asked for. The order here is the
// order of turns and of tables.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../tools/lib/run.mjs';
import { BrowserContender } from './browser.mjs';
import { bundleLitert } from './litert.mjs';
import { NativeGossamer, NativeOrt } from './native.mjs';

/**
 * @typedef {import('./models.mjs').Model} Model
 * @typedef {import('./browser.mjs').Setup} Setup
 *
 * @typedef {object} Runner
 * @property {(model: Model) => Promise<Partial<import('./browser.mjs').StartFigures>>} start
 * @property {(inputs: string[]) => Promise<number[][]>} outputs
 * @property {(input: string) => Promise<void>} feed
 * @property {(runs: number) => Promise<number[]>} turn
 * @property {() => Promise<{heap?: number, process?: number}>} memory  bytes at peak
 * @property {() => Promise<void>} close
 * @property {string[]} files  downloaded
 *
 * @typedef {object} Contender
 * @property {string} id
 * @property {string} label
 * @property {'gossamer' | 'ort-web' | 'litert' | 'tfjs' | 'ort-native'} kind
 * @property {'browser' | 'native'} place
 * @property {string} variant  instruction level of Gossamer's builds
 * @property {number} threads
 * @property {Runner} runner
 * @property {Setup} [setup]  of those in the browser
 * @property {Setup} [pictures]  what takes pictures, where that is another interface
 * @property {{mode: 'main' | 'worker', setup: Setup}[]} live
 */

export const peerNames = ['ort-web', 'litert', 'tfjs', 'ort-native'];
export const levels = /** @type {const} */ (['relaxed', 'simd', 'base']);

/** @type {Record<string, Setup['simd']>} */
const simdOf = { base: false, simd: 'fixed', relaxed: 'relaxed' };

/** The file of a build of Gossamer, if there is one. @param {string} level @param {number} threads */
function moduleOf(level, threads) {
  const name = `gossamer-${level}${threads > 1 ? '-mt' : ''}.wasm`;
  return existsSync(path.join(root, 'dist/wasm', name)) ? name : undefined;
}

/** @param {string} level @param {number} threads */
export const hasBuild = (level, threads) => moduleOf(level, threads) !== undefined;

/**
 * @param {import('./browser.mjs').Lab} lab
 * @param {typeof levels[number]} level
 * @param {number} threads
 * @returns {Contender}
 */
function gossamer(lab, level, threads) {
  /** @type {Setup} */
  const setup = {
    api: 'ort', library: '/dist/ort.js', wasmPaths: '/dist/wasm/', threads, simd: simdOf[level], file: moduleOf(level, threads),
    // Its threads work for a worker of its own.
    ...(threads > 1 ? { proxy: true } : {}),
  };
  return {
    id: `gossamer-${level}`, label: `gossamer ${level}`, kind: 'gossamer', place: 'browser', variant: level,
    threads, runner: new BrowserContender(lab, setup), setup,
    pictures: { api: 'classifier', library: '/dist/gossamer.js', wasmPaths: '/dist/wasm/', threads, level, maxResults: 5 },
    // The slower variants would only say again that the work happens in a worker.
    live: level === 'relaxed' ? [{ mode: 'worker', setup: { ...setup, proxy: true } }] : [],
  };
}

/** @param {import('./browser.mjs').Lab} lab @param {number} threads @returns {Contender} */
function ortWeb(lab, threads) {
  const folder = '/peers/onnxruntime-web/dist/';
  /** @type {Setup} */
  const setup = { api: 'ort', library: `${folder}ort.wasm.min.mjs`, wasmPaths: folder, threads };
  return {
    id: 'ort-web', label: 'onnxruntime-web', kind: 'ort-web', place: 'browser', variant: 'wasm', threads,
    runner: new BrowserContender(lab, setup), setup,
    live: [{ mode: 'main', setup }, { mode: 'worker', setup: { ...setup, proxy: true } }],
  };
}

/** @param {import('./browser.mjs').Lab} lab @param {number} threads @returns {Contender} */
function litert(lab, threads) {
  /** @type {Setup} */
  const setup = { api: 'litert', library: bundleLitert(), wasmPaths: '/peers/@litertjs/core/wasm/', threads };
  return {
    id: 'litert', label: 'LiteRT.js', kind: 'litert', place: 'browser', variant: 'wasm', threads,
    runner: new BrowserContender(lab, setup), setup, live: [{ mode: 'main', setup }],
  };
}

/** @param {import('./browser.mjs').Lab} lab @param {number} threads @returns {Contender} */
function tfjs(lab, threads) {
  /** @type {Setup} */
  const setup = {
    api: 'tfjs', library: '/peers/@tensorflow/tfjs-core/dist/tf-core.min.js',
    wasmPaths: '/peers/@tensorflow/tfjs-backend-wasm/dist/', threads,
  };
  return {
    id: 'tfjs', label: 'tfjs-wasm', kind: 'tfjs', place: 'browser', variant: 'wasm', threads,
    runner: new BrowserContender(lab, setup), setup, live: [{ mode: 'main', setup }],
  };
}

/** @param {number} threads @returns {Contender} */
function ortNative(threads) {
  return {
    id: 'ort-native', label: 'onnxruntime, native', kind: 'ort-native', place: 'native', variant: 'native', threads,
    runner: new NativeOrt(threads), live: [],
  };
}

/** @param {number} threads @returns {Contender} */
function gossamerNative(threads) {
  return {
    id: 'gossamer-native', label: 'gossamer, native', kind: 'gossamer', place: 'native', variant: 'native',
    threads, runner: new NativeGossamer({}, threads), live: [],
  };
}

/** More threads than one are named where they differ. @param {Contender} contender @returns {Contender} */
function withThreads(contender) {
  if (contender.threads === 1) return contender;
  return { ...contender, id: `${contender.id}-${contender.threads}t`, label: `${contender.label}, ${contender.threads} threads` };
}

/**
 * @param {import('./browser.mjs').Lab} lab
 * @param {{peers: string[], threads: number[], variants?: readonly (typeof levels[number])[]}} options  variants: of
 *     Gossamer; default: all
 * @returns {Contender[]}
 */
export function makeContenders(lab, { peers, threads, variants = levels }) {
  const contenders = threads.flatMap((count) => [
    ...variants.filter((level) => hasBuild(level, count)).map((level) => gossamer(lab, level, count)),
    gossamerNative(count),
    ...(peers.includes('ort-web') ? [ortWeb(lab, count)] : []),
    ...(peers.includes('litert') ? [litert(lab, count)] : []),
    ...(peers.includes('tfjs') ? [tfjs(lab, count)] : []),
    ...(peers.includes('ort-native') ? [ortNative(count)] : []),
  ]);
  return contenders.map(withThreads);
}

/** The contender that the others are compared with. @param {{id: string}[]} contenders */
export function baselineOf(contenders) {
  const best = ['gossamer-relaxed', 'gossamer-simd', 'gossamer-base'];
  return best.find((id) => contenders.some((contender) => contender.id === id)) ?? contenders[0]?.id;
}
