// The arguments of InferenceSession.create and run: which form they have, and the refusals, in the order and
// in the words of onnxruntime-web, because apps match on them.

import { resolveUrl } from '../download.js';
import { show } from '../error.js';
import { copyBytes } from '../modelData.js';
import { isReadable } from '../modelFiles.js';
import { checkDimensions, sessionText } from '../options.js';
import { plainError, rangeError, typeError } from './errors.js';
import { checkFit, engineError } from './fit.js';
import { Tensor } from './tensor.js';

/** @typedef {import('./types.js').SessionOptions} SessionOptions */
/** @typedef {import('./types.js').RunOptions} RunOptions */
/** @typedef {import('./fit.js').Info} Info */
/** @typedef {Record<string, import('../tensors.js').TensorBytes>} Feeds */
/** @typedef {{given: unknown, tensor: Tensor}} Target  the caller's own, and one of ours over the same elements */

/**
 * @param {unknown} model
 * @param {unknown} options  or: where the model begins in the buffer
 * @param {unknown} length
 * @param {unknown} last
 * @returns {[Parameters<typeof import('../modelFiles.js').loadModel>[0], SessionOptions]}  an address, a copy of the bytes, or
 *     what they are to be read of
 */
export function modelAndOptions(model, options, length, last) {
  if (typeof model === 'string' || model instanceof URL) {
    return [resolveUrl('model', String(model)), optionsOf(options)];
  }
  if (isReadable(model)) return [model, optionsOf(options)];
  const kind = show(model);
  if (kind === 'Uint8Array') return [bytesOf(/** @type {Uint8Array} */ (model)), optionsOf(options)];
  if (kind !== 'ArrayBuffer' && kind !== 'SharedArrayBuffer') {
    throw typeError('model', "Unexpected argument[0]: must be 'path' or 'buffer'.");
  }
  const buffer = /** @type {ArrayBuffer} */ (model);
  const { byteLength: all } = buffer;
  if (typeof options !== 'number') {
    checkSome(all);
    return [bytesOf(new Uint8Array(buffer)), optionsOf(options)];
  }
  if (!Number.isSafeInteger(options)) throw rangeError('byteOffset', "'byteOffset' must be an integer.");
  if (options < 0 || options >= all) {
    throw rangeError('byteOffset', `'byteOffset' is out of range [0, ${all}).`);
  }
  // Without a length there are no options either, whatever comes last.
  if (length === undefined) return [bytesOf(new Uint8Array(buffer, options)), {}];
  if (typeof length !== 'number') throw typeError('byteLength', "'byteLength' must be a number.");
  if (!Number.isSafeInteger(length)) throw rangeError('byteLength', "'byteLength' must be an integer.");
  if (length <= 0 || options + length > all) {
    throw rangeError('byteLength', `'byteLength' is out of range (0, ${all - options}].`);
  }
  return [bytesOf(new Uint8Array(buffer, options, length)), optionsOf(last)];
}

/** @param {unknown} options @returns {SessionOptions & RunOptions} */
function optionsOf(options) {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null) throw typeError('options', "'options' must be an object.");
  return options;
}

/** @param {number} length */
function checkSome(length) {
  if (length > 0) return;
  throw plainError('model', 'The model has no bytes.', { hint: 'Was its buffer transferred away?' });
}

/** A copy. @param {Uint8Array} bytes @returns {Uint8Array<ArrayBuffer>} */
function bytesOf(bytes) {
  checkSome(bytes.byteLength);
  return copyBytes(/** @type {Uint8Array<ArrayBuffer>} */ (bytes));
}

/**
 * The files beside the model, with copies in place of what lies in shared memory.
 * @param {SessionOptions} options
 * @returns {import('../modelFiles.js').ExternalData | undefined}
 */
export function externalDataOf({ externalData }) {
  if (!Array.isArray(externalData)) return /** @type {false | undefined} */ (externalData);
  return externalData.map((file) => {
    const { data } = Object(file);
    const { buffer = data, byteOffset, byteLength } = Object(data);
    const shared = show(buffer) === 'SharedArrayBuffer';
    return shared ? { ...file, data: new Uint8Array(buffer, byteOffset, byteLength).slice() } : file;
  });
}

/** The session's options as lines of key=value. @param {SessionOptions} options */
export function sessionLines(options) {
  const { executionProviders, freeDimensionOverrides = {}, enableProfiling } = options;
  const providers = executionProviders ?? [];
  if (!Array.isArray(providers)) throw typeError('executionProviders', "'executionProviders' must be an array.");
  const names = providers.map((one) => (typeof one === 'string' ? one : show(one?.name)));
  if (names.length > 0 && !names.some((name) => name === 'wasm' || name === 'cpu')) {
    throw plainError('executionProviders',
      `no available backend found. ERR: ${names.map((name) => `[${name}] backend not found.`).join(', ')}`);
  }
  const { graphOptimizationLevel = 'all', executionMode = 'sequential' } = options;
  if (!['disabled', 'basic', 'extended', 'layout', 'all'].includes(graphOptimizationLevel)) {
    throw plainError('graphOptimizationLevel', `unsupported graph optimization level: ${graphOptimizationLevel}`);
  }
  if (!['sequential', 'parallel'].includes(executionMode)) {
    throw plainError('executionMode', `unsupported execution mode: ${executionMode}`);
  }
  checkLog('severity', options.logSeverityLevel);
  checkLog('verbosity', options.logVerbosityLevel);
  for (const [name, extent] of Object.entries(freeDimensionOverrides)) {
    if (Number.isInteger(extent) && extent >= 0) continue;
    throw plainError(`freeDimensionOverrides.${name}`,
      `free dimension override value must be a non-negative integer: ${extent}`);
  }
  checkDimensions('freeDimensionOverrides', freeDimensionOverrides);
  return `${sessionText({ dimensions: freeDimensionOverrides, profile: enableProfiling })}\nflexible=1`;
}

/** @param {'severity' | 'verbosity'} what @param {unknown} level */
function checkLog(what, level = 0) {
  if (Number.isInteger(level) && Number(level) >= 0 && Number(level) <= 4) return;
  throw plainError(`log${what === 'severity' ? 'Severity' : 'Verbosity'}Level`, `log ${what} level is not valid: ${level}`);
}

/** @param {unknown} feeds */
export function checkFeeds(feeds) {
  if (typeof feeds === 'object' && feeds && !(feeds instanceof Tensor) && !Array.isArray(feeds)) return;
  throw typeError('feeds',
    "'feeds' must be an object that use input names as keys and OnnxValue as corresponding values.");
}

/**
 * Which outputs are wanted, with tensors to be filled for some; an object may also be the run's options, which
 * have no output's name among their keys.
 * @param {readonly string[]} outputs  all names
 * @param {unknown} fetches
 * @param {unknown} options
 * @returns {{wanted: Map<string, unknown>, settings: RunOptions}}
 */
export function fetchesAndOptions(outputs, fetches, options) {
  const all = new Map(outputs.map((name) => [name, null]));
  if (fetches === undefined) return { wanted: all, settings: {} };
  if (typeof fetches !== 'object') {
    throw typeError('fetches', "Unexpected argument[1]: must be 'fetches' or 'options'.");
  }
  if (fetches === null) throw typeError('fetches', 'Unexpected argument[1]: cannot be null.');
  if (fetches instanceof Tensor) throw typeError('fetches', "'fetches' cannot be a Tensor");
  if (!Array.isArray(fetches)) {
    const given = /** @type {Record<string, unknown>} */ (fetches);
    const wanted = outputs.filter((name) => Object.hasOwn(given, name)
      && (given[name] === null || isTensor(given[name])));
    return wanted.length === 0 ? { wanted: all, settings: given }
      : { wanted: new Map(wanted.map((name) => [name, given[name]])), settings: optionsOf(options) };
  }
  if (fetches.length === 0) throw typeError('fetches', "'fetches' cannot be an empty array.");
  for (const name of fetches) {
    if (typeof name !== 'string') throw typeError('fetches', "'fetches' must be a string array or an object.");
    if (!outputs.includes(name)) {
      throw rangeError('fetches', `'fetches' contains invalid output name: ${name}.`);
    }
  }
  return { wanted: new Map(fetches.map((name) => [name, null])), settings: optionsOf(options) };
}

/** By its form: apps may bundle onnxruntime-common's own. @param {unknown} value */
function isTensor(value) {
  const { type, dims, location } = /** @type {Partial<Tensor>} */ (Object(value));
  return typeof type === 'string' && Array.isArray(dims) && typeof location === 'string';
}

/**
 * The tensors to be filled, by the outputs' names.
 * @param {ReadonlyMap<string, unknown>} wanted
 * @returns {Map<string, Target>}
 */
export function targetsOf(wanted) {
  const given = [...wanted].filter(([, target]) => target !== null);
  return new Map(given.map(([name, target]) => [name, { given: target, tensor: here(target, 'output', name) }]));
}

/** @param {unknown} value @param {'input' | 'output'} what @param {string} name @returns {Tensor} */
function here(value, what, name) {
  if (!isTensor(value)) throw typeError(`${what}s`, `${what} '${name}' must be a Tensor`);
  const { location } = /** @type {Tensor} */ (value);
  if (location !== 'cpu' && location !== 'cpu-pinned') {
    const disposed = location === 'none';
    throw plainError(`${what}s`, `invalid data location: ${location} for ${what} "${name}"`,
      disposed ? { code: 'HANDLE', hint: 'The tensor is disposed.' } : { code: 'UNSUPPORTED' });
  }
  return value instanceof Tensor ? value : new Tensor(/** @type {Tensor} */ (value).type,
    /** @type {Tensor} */ (value).data, /** @type {Tensor} */ (value).dims);
}

/**
 * Checks names and tensors. What is returned compares them with the model, and gives copies.
 * @param {readonly Info[]} inputs
 * @param {Record<string, unknown>} feeds
 * @returns {() => Feeds}
 */
export function feedBytes(inputs, feeds) {
  for (const { name } of inputs) {
    if (!Object.hasOwn(feeds, name) || feeds[name] === undefined) {
      throw plainError('feeds', `input '${name}' is missing in 'feeds'.`);
    }
  }
  const given = Object.entries(feeds);
  for (const [name] of given) {
    if (!inputs.some((input) => input.name === name)) throw plainError('feeds', `invalid input '${name}'`);
  }
  const tensors = new Map(given.map(([name, value]) => [name, here(value, 'input', name)]));
  return () => Object.fromEntries(inputs.map((input) => {
    const tensor = /** @type {Tensor} */ (tensors.get(input.name));
    checkFit('input', input, tensor);
    return [input.name, tensor.toBytes()];
  }));
}

/** @param {RunOptions} options */
export function checkRunOptions({ logSeverityLevel, logVerbosityLevel, terminate }) {
  checkLog('severity', logSeverityLevel);
  if (logVerbosityLevel !== undefined && !Number.isInteger(logVerbosityLevel)) {
    throw plainError('logVerbosityLevel', `log verbosity level is not valid: ${logVerbosityLevel}`);
  }
  if (terminate) {
    throw engineError('terminate', 1, 'Exiting due to terminate flag being set to true.', 'ABORTED');
  }
}
