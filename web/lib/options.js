// The options of a classifier: what they are, what makes them valid, and the forms in which they
// reach the engine (a text of key=value lines for the session, a Selection for each result).

import { argumentError, check, checkBytes, checkSignal, show } from './error.js';
import { checkExternalData, isReadable } from './modelFiles.js';
import { checkNames } from './names.js';
import { copyTensors } from './tensors.js';
import { MOST_THREADS } from './threads/choice.js';

/**
 * @typedef {ArrayBuffer | ArrayBufferView | Blob | import('./modelFiles.js').Stream} ModelBytes  what is read, or
 *     copied, never emptied, and what is read to its end: a Response, a ReadableStream, a FileSystemFileHandle
 *
 * @typedef {object} BaseOptions  one of the two
 * @property {string | URL} [modelAssetPath]  where to download the model
 * @property {ModelBytes} [modelAssetBuffer]  its bytes
 * @property {import('./modelFiles.js').ExternalData} [externalData]  files with its weights, by name;
 *     false: fetch none by itself
 * @property {unknown} [delegate]  accepted for MediaPipe's sake, without effect
 *
 * @typedef {object} ImageClassifierOptions
 * @property {BaseOptions} [baseOptions]
 * @property {number} [maxResults]  how many categories; -1, the default, means all
 * @property {number} [scoreThreshold]  leaves out categories below this probability; default: none
 * @property {string[]} [categoryAllowlist]  only these names; not together with the denylist
 * @property {string[]} [categoryDenylist]  not these names
 * @property {string} [runningMode]  accepted for MediaPipe's sake, without effect
 * @property {string} [displayNamesLocale]  the same
 * @property {unknown} [canvas]  the same
 * @property {string[]} [labels]  names of the classes, in place of the model's own
 * @property {string} [recipe]  how pixels become input, in place of the model's own; see docs/API.md
 * @property {string} [output]  name of the output with class scores; default: found out
 * @property {'softmax' | 'sigmoid' | 'none' | 'exp'} [scores]  what makes probabilities of it;
 *     default: found out
 * @property {Record<string, import('./tensors.js').TensorLike>} [inputs]  tensors for the inputs
 *     besides the picture's, by name
 * @property {Record<string, number>} [dimensions]  extents of symbolic dimensions, by name
 * @property {'fast' | 'small'} [memory]  small: no kernels whose weights outgrow the model's, for speed
 * @property {number} [maxMemoryBytes]  refuse models that need more
 * @property {number} [maxMultiplyAdds]  refuse models that compute more in a run; default 2^40
 * @property {boolean} [profile]  time every step; see info().steps
 * @property {boolean} [warmup]  run once while loading, so that the first picture is not slow
 * @property {import('./level.js').Level} [level]  highest instruction level to use
 * @property {string | URL} [wasmPaths]  folder with gossamer-*.js and .wasm
 * @property {BufferSource} [wasmBinary]  the module's bytes; set `level` to the one they are for
 * @property {boolean} [worker]  false computes on the calling thread
 * @property {number} [threads]  that compute; default: as many as suit the device
 * @property {import('./modelFiles.js').ExternalData} [externalData]  as in baseOptions
 * @property {string | Record<string, string>} [sha256]  of the model, or of its files by name, to be
 *     verified after the download
 * @property {boolean | string} [cache]  keep what is downloaded on the device, by its `sha256`; a text names the
 *     cache (Cache Storage), "gossamer-models" otherwise
 * @property {(received: number, total: number) => void} [onProgress]  bytes; total 0 if unknown
 * @property {AbortSignal} [signal]  cancels loading
 */

/** Of a classifier. The last ones are MediaPipe's, and without effect. */
const NAMES = [
  'baseOptions', 'maxResults', 'scoreThreshold', 'categoryAllowlist', 'categoryDenylist', 'labels', 'recipe',
  'output', 'scores', 'inputs', 'dimensions', 'memory', 'maxMemoryBytes', 'maxMultiplyAdds', 'profile',
  'warmup', 'level', 'wasmPaths', 'wasmBinary', 'worker', 'threads', 'externalData', 'sha256', 'cache', 'onProgress', 'signal',
  'runningMode', 'displayNamesLocale', 'canvas',
];

/**
 * Throws ARGUMENT for anything that cannot be meant. Whether there is a model is for checkModel.
 * @param {ImageClassifierOptions} options
 * @param {string[]} [others]  names of options that the caller has besides
 */
export function checkOptions(options, others = []) {
  check(typeof options === 'object' && options, 'options', options, 'an object');
  checkNames(options, [...NAMES, ...others]);
  const { maxResults = -1, scoreThreshold = 0, maxMemoryBytes = 1, maxMultiplyAdds = 1, level = 'base' } = options;
  check(Number.isInteger(maxResults) && maxResults !== 0, 'maxResults', maxResults,
    'a whole number, or -1 for all');
  check(Number.isFinite(scoreThreshold), 'scoreThreshold', scoreThreshold, 'a number');
  const { memory = 'fast' } = options;
  check(['fast', 'small'].includes(memory), 'memory', memory, 'fast or small');
  check(Number.isFinite(maxMemoryBytes) && maxMemoryBytes >= 1 && maxMemoryBytes < 2 ** 53,
    'maxMemoryBytes', maxMemoryBytes, 'a number of bytes above 0');
  check(Number.isFinite(maxMultiplyAdds) && maxMultiplyAdds >= 1 && maxMultiplyAdds < 2 ** 53,
    'maxMultiplyAdds', maxMultiplyAdds, 'a number above 0');
  checkThreads('threads', options.threads);
  check(['base', 'simd', 'relaxed'].includes(level), 'level', level, 'base, simd or relaxed');
  for (const name of /** @type {const} */ (['categoryAllowlist', 'categoryDenylist', 'labels'])) {
    const list = options[name] ?? [];
    check(Array.isArray(list) && list.every((entry) => typeof entry === 'string'), name, list,
      'an array of strings');
  }
  check(!options.categoryAllowlist?.length || !options.categoryDenylist?.length,
    'categoryDenylist', 'both lists', 'an allowlist or a denylist, not both');
  const { recipe = '', dimensions = {}, wasmBinary, wasmPaths = '', onProgress, sha256, cache = false } = options;
  if (wasmBinary !== undefined) checkBytes('wasmBinary', wasmBinary);
  check(typeof wasmPaths === 'string' || wasmPaths instanceof URL, 'wasmPaths', wasmPaths, 'a URL');
  check(typeof recipe === 'string' && !recipe.includes('\0'), 'recipe', recipe,
    'a string such as "fit=stretch;mean=0.5"');
  check(!onProgress || typeof onProgress === 'function', 'onProgress', onProgress, 'a function');
  const digests = typeof sha256 === 'object' ? Object.values(sha256 ?? {}) : [sha256 || '0'.repeat(64)];
  check(digests.length && digests.every((digest) => /^[\da-f]{64}$/i.test(show(digest))), 'sha256', sha256,
    '64 hexadecimal digits, or those of each file by its name');
  check(/boolean|string/.test(typeof cache), 'cache', cache, 'true, or a name');
  check(!cache || sha256, 'sha256', sha256, 'a digest', 'the option `cache` needs it');
  checkSignal(options.signal);
  const { output = '', scores = 'none', inputs = {} } = options;
  check(typeof output === 'string' && !/[\n\0]/.test(output), 'output', output, "an output's name");
  check(['softmax', 'sigmoid', 'none', 'exp'].includes(scores), 'scores', scores,
    'softmax, sigmoid, none or exp');
  copyTensors('inputs', inputs);
  checkExternalData(options.externalData);
  checkDimensions('dimensions', dimensions);
}

/** @param {string} option @param {unknown} threads */
export function checkThreads(option, threads = 1) {
  check(Number.isInteger(threads) && Number(threads) >= 1 && Number(threads) <= MOST_THREADS, option, threads,
    `a whole number from 1 to ${MOST_THREADS}`);
}

/**
 * Throws ARGUMENT unless these are extents by name.
 * @param {string} option
 * @param {unknown} dimensions
 */
export function checkDimensions(option, dimensions) {
  check(typeof dimensions === 'object' && dimensions !== null, option, dimensions,
    'an object of extents by name');
  for (const [name, extent] of Object.entries(/** @type {object} */ (dimensions))) {
    check(Number.isSafeInteger(extent) && extent > 0 && !/[\n\0]/.test(name),
      `${option}.${name}`, extent, 'a whole number above 0');
  }
}

/**
 * Throws ARGUMENT for what cannot be changed in a classifier that runs.
 * @param {ImageClassifierOptions} changes
 */
export function checkChanges(changes) {
  checkOptions(changes);
  for (const name of /** @type {const} */ (['level', 'wasmPaths', 'wasmBinary', 'worker', 'threads'])) {
    if (changes[name] === undefined) continue;
    throw argumentError(name, 'this option is fixed when the classifier is created', {
      hint: 'Create another classifier',
    });
  }
}

/**
 * Throws ARGUMENT unless there is one model, of one kind.
 * @param {BaseOptions} baseOptions
 */
export function checkModel(baseOptions) {
  const { modelAssetPath, modelAssetBuffer, externalData } = baseOptions;
  checkNames(baseOptions, ['modelAssetPath', 'modelAssetBuffer', 'externalData', 'delegate']);
  checkExternalData(externalData);
  const given = [modelAssetPath, modelAssetBuffer].filter((value) => value !== undefined).length;
  check(given === 1, 'baseOptions', `${given} of them`, 'modelAssetPath or modelAssetBuffer');
  if (modelAssetPath !== undefined) {
    const usable = modelAssetPath instanceof URL
      || (typeof modelAssetPath === 'string' && modelAssetPath !== '');
    check(usable, 'modelAssetPath', modelAssetPath, 'a URL');
    return;
  }
  if (isReadable(modelAssetBuffer)) return;
  checkBytes('modelAssetBuffer', modelAssetBuffer);
  // Where detached buffers cannot be told, they are empty ones.
  check(/** @type {ArrayBuffer} */ (modelAssetBuffer).byteLength, 'modelAssetBuffer', 'no bytes',
    'a model');
}

/**
 * The session's options as lines of key=value.
 * @param {ImageClassifierOptions} options
 */
export function sessionText(options) {
  const {
    recipe, output, scores, dimensions = {}, memory, maxMemoryBytes, maxMultiplyAdds, profile,
  } = options;
  const lines = Object.entries(dimensions).map(([name, extent]) => `dim.${name}=${extent}`);
  if (recipe) lines.push(`recipe=${recipe.trim().replace(/\s*\n\s*/g, ';')}`);
  if (output) lines.push(`output=${output}`);
  if (scores) lines.push(`scores=${scores}`);
  if (memory) lines.push(`memory=${memory}`);
  if (maxMemoryBytes) lines.push(`max_memory=${Math.floor(maxMemoryBytes)}`);
  if (maxMultiplyAdds) lines.push(`max_multiply_adds=${Math.floor(maxMultiplyAdds)}`);
  if (profile) lines.push('profile=1');
  return lines.join('\n');
}

/**
 * @param {ImageClassifierOptions} options
 * @returns {import('./messages.js').Selection}
 */
export function selectionOf(options) {
  // Not 0: what is asked for as it is (scores: 'none') may be negative.
  const { maxResults = -1, scoreThreshold = -Number.MAX_VALUE, categoryAllowlist, categoryDenylist } = options;
  return {
    maxResults,
    scoreThreshold,
    allow: categoryAllowlist?.length ? categoryAllowlist : undefined,
    deny: categoryDenylist?.length ? categoryDenylist : undefined,
    ...classNames(options),
  };
}

/**
 * What is to be checked against the model: see ModelSession.checkLabels.
 * @param {ImageClassifierOptions} options
 * @returns {import('./messages.js').ClassNames}
 */
export function classNames({ labels, output }) {
  return { labels: labels?.length ? labels : undefined, output };
}
