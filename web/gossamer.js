// The library: classify images in the browser with an ONNX model. Names follow MediaPipe's
// ImageClassifier; every method returns a promise, because the work happens in a worker.
//
//   import { ImageClassifier } from './gossamer.js';
//   const classifier = await ImageClassifier.createFromModelPath('models/digits.onnx');
//   const { classifications, timing } = await classifier.classify(canvas);
//
// A classifier owns one worker with one session in it, and the model's bytes as a Blob, so that a
// worker that dies can be replaced on the next call. Calls queue; each takes its snapshot of the
// pixels at once. Importing this module does nothing else: it is safe in Node and on a server.

import { GossamerError, abortedError, argumentError } from './lib/error.js';
import { downloadModel } from './lib/download.js';
import { InlineHost, WorkerHost } from './lib/host.js';
import { loadRuntime, supportedLevels } from './lib/level.js';
import { checkChanges, checkOptions, selectionOf, sessionText } from './lib/options.js';
import { capture, checkRegion } from './lib/pixels.js';

export { GossamerError, supportedLevels };

/** @typedef {import('./lib/options.js').ImageClassifierOptions} ImageClassifierOptions */
/** @typedef {import('./lib/options.js').BaseOptions} BaseOptions */
/** @typedef {import('./lib/pixels.js').PixelSource} PixelSource */
/** @typedef {import('./lib/pixels.js').Region} Region */
/** @typedef {import('./lib/engine.js').Category} Category */
/** @typedef {import('./lib/engine.js').ModelInfo} ModelInfo */
/** @typedef {import('./lib/level.js').Level} Level */

/**
 * @typedef {{begin: number, region?: Region,
 *     pixels: Promise<{captured: import('./lib/pixels.js').Pixels, captureTime: number}>}} Snapshot
 *
 * @typedef {{host: WorkerHost | InlineHost, runtime: import('./lib/level.js').Runtime,
 *     version: string, timing: {compile: number, start: number}}} Started
 *
 * @typedef {object} ImageClassifierResult
 * @property {{categories: Category[], headIndex: number}[]} classifications  one entry; likeliest
 *     category first
 * @property {boolean} finite  false when the model put out NaN or infinity
 * @property {{preprocess: number, inference: number, total: number}} timing  milliseconds; total
 *     adds waiting and messages
 * @property {number} [timestampMs]  of classifyForVideo
 *
 * @typedef {object} ClassifyOptions
 * @property {Region} [regionOfInterest]
 * @property {AbortSignal} [signal]
 *
 * @typedef {object} ClassifierFacts
 * @property {string} version
 * @property {Level} level  instruction level in use
 * @property {Level[]} supportedLevels
 * @property {number} threads
 * @property {string} threadReason  why it is that many
 * @property {boolean} worker
 * @property {number} modelBytes
 * @property {{download: number, compile: number, start: number, create: number, warmup: number}}
 *     loadTiming  milliseconds; download and compile overlap
 */

export class ImageClassifier {
  /** @type {ImageClassifierOptions} */
  #options;
  /** @type {Blob | undefined} */
  #model;
  /** @type {WorkerHost | InlineHost | undefined} */
  #host;
  /** @type {import('./lib/level.js').Runtime | undefined} */
  #runtime;
  /** @type {Promise<unknown>} The last call in the queue, settled or not. */
  #tail = Promise.resolve();
  /** @type {(() => void) | undefined} Drops the video frame that waits, if one does. */
  #dropWaiting;
  #lastTimestamp = -Infinity;
  #closed = false;
  #version = '';
  #loadTiming = { download: 0, compile: 0, start: 0, create: 0, warmup: 0 };

  /** @private Use a create function. @param {ImageClassifierOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * Loads a model and makes it ready to run.
   * @param {ImageClassifierOptions} options
   * @returns {Promise<ImageClassifier>}
   */
  static async createFromOptions(options) {
    checkOptions(options);
    const classifier = new ImageClassifier({ ...options });
    await classifier.#load(options.signal);
    return classifier;
  }

  /**
   * @param {string | URL} modelAssetPath
   * @param {ImageClassifierOptions} [options]
   */
  static createFromModelPath(modelAssetPath, options) {
    const baseOptions = { ...options?.baseOptions, modelAssetPath };
    return ImageClassifier.createFromOptions({ ...options, baseOptions });
  }

  /**
   * @param {ArrayBuffer | Uint8Array | Blob} modelAssetBuffer  copied, never emptied
   * @param {ImageClassifierOptions} [options]
   */
  static createFromModelBuffer(modelAssetBuffer, options) {
    const baseOptions = { ...options?.baseOptions, modelAssetBuffer };
    return ImageClassifier.createFromOptions({ ...options, baseOptions });
  }

  /**
   * Changes options. Those that select among results apply to later calls; a recipe, dimensions,
   * limits or another model make the session anew, and the old one stays if that fails. What the
   * runtime was started with (level, wasmPaths, wasmBinary, worker) stays.
   * @param {ImageClassifierOptions} changes
   * @returns {Promise<void>}
   */
  async setOptions(changes) {
    this.#assertOpen();
    checkChanges(changes);
    checkOptions(merge(this.#options, changes));
    const { baseOptions, signal } = changes;
    // At once, not in its turn: the caller may reuse the buffer as soon as this function returns.
    const download = baseOptions && fetchModel(merge(this.#options, changes), signal);
    download?.catch(() => {});  // reported in its turn
    return this.#enqueue(async () => {
      this.#assertOpen();
      const options = merge(this.#options, changes);
      checkOptions(options);
      const model = await download ?? this.#model;
      if (baseOptions || sessionText(options) !== sessionText(this.#options)) {
        const host = await this.#live();
        await this.#create(host, createRequest(/** @type {Blob} */ (model), options));
      }
      this.#model = model;
      this.#options = options;
    });
  }

  /**
   * Classifies one picture.
   * @param {PixelSource} source
   * @param {ClassifyOptions | null} [options]
   * @returns {Promise<ImageClassifierResult>}
   */
  async classify(source, options) {
    this.#assertOpen();
    const { regionOfInterest, signal } = options ?? {};
    if (signal?.aborted) throw abortedError('classify');
    return this.#submit(this.#snapshot(source, regionOfInterest), signal);
  }

  /**
   * Classifies a frame of a live source; the latest frame wins. While one frame is computed, at
   * most one waits: a newer frame takes its place, and the promise of the one that was dropped
   * resolves to null.
   * @param {PixelSource} frame
   * @param {number} timestamp  milliseconds, never going back
   * @param {ClassifyOptions | null} [options]
   * @returns {Promise<ImageClassifierResult | null>}
   */
  async classifyForVideo(frame, timestamp, options) {
    this.#assertOpen();
    const { regionOfInterest, signal } = options ?? {};
    if (!(timestamp >= this.#lastTimestamp)) {
      throw argumentError('timestamp', 'timestamps must be numbers that never go back', {
        got: String(timestamp), expected: `at least ${this.#lastTimestamp}`,
      });
    }
    if (signal?.aborted) throw abortedError('classifyForVideo');
    const snapshot = this.#snapshot(frame, regionOfInterest);  // first: a bad frame displaces none
    this.#lastTimestamp = timestamp;
    this.#dropWaiting?.();
    const stop = new AbortController();
    const abort = () => stop.abort();
    let dropped = false;
    const drop = () => {
      dropped = true;
      stop.abort();
    };
    this.#dropWaiting = drop;
    const begun = () => {
      if (this.#dropWaiting === drop) this.#dropWaiting = undefined;
    };
    signal?.addEventListener('abort', abort);
    try {
      const result = await this.#submit(snapshot, stop.signal, begun);
      return { ...result, timestampMs: timestamp };
    } catch (error) {
      if (dropped && !signal?.aborted) return null;
      throw error;
    } finally {
      begun();
      signal?.removeEventListener('abort', abort);
    }
  }

  /**
   * What the model is and how it runs here.
   * @returns {Promise<ModelInfo & ClassifierFacts>}
   */
  async info() {
    this.#assertOpen();
    return this.#enqueue(async () => {
      const host = await this.#live();
      const runtime = /** @type {import('./lib/level.js').Runtime} */ (this.#runtime);
      return {
        ...await host.call('info', undefined),
        version: this.#version,
        level: runtime.level,
        supportedLevels: supportedLevels(),
        threads: 1,
        threadReason: 'this build computes on one thread',
        worker: host instanceof WorkerHost,
        modelBytes: /** @type {Blob} */ (this.#model).size,
        loadTiming: { ...this.#loadTiming },
      };
    });
  }

  /** Ends the worker and frees everything; what is pending is rejected. May be called twice. */
  async close() {
    this.#closed = true;
    for (const host of this.#hosts) this.#end(host, closedError());
    this.#host = undefined;
    this.#model = undefined;
  }

  #assertOpen() {
    if (this.#closed) throw closedError();
  }

  /** The first load: runtime and model are fetched side by side. @param {AbortSignal} [signal] */
  async #load(signal) {
    if (signal?.aborted) throw abortedError('loading the model');
    const abort = () => {
      this.#closed = true;
      for (const host of this.#hosts) this.#end(host, abortedError('loading the model'));
    };
    signal?.addEventListener('abort', abort);
    try {
      const begin = performance.now();
      const starting = this.#startHost();
      starting.catch(() => {});  // it may fail while the download is awaited
      this.#model = await fetchModel(this.#options, signal);
      this.#loadTiming.download = performance.now() - begin;
      this.#adopt(await starting);
      await this.#live();
    } catch (error) {
      await this.close();
      throw signal?.aborted ? abortedError('loading the model') : error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** @type {Set<WorkerHost | InlineHost>} All that were started and not ended. */
  #hosts = new Set();

  /** @param {WorkerHost | InlineHost} host @param {GossamerError} reason */
  #end(host, reason) {
    host.terminate(reason);
    this.#hosts.delete(host);
  }

  /** Starts a host, which takes effect by #adopt. @param {boolean} [all]  with every operator */
  async #startHost(all = this.#all) {
    const begin = performance.now();
    const { level, wasmBinary, worker, wasmPaths = defaultWasmPaths() } = this.#options;
    const base = globalThis.document?.baseURI ?? import.meta.url;
    const folder = resolveUrl('wasmPaths', String(wasmPaths).replace(/\/?$/, '/'), base);
    const runtime = await loadRuntime({ level, wasmBinary, wasmPaths: folder, all });
    const compiled = performance.now();
    this.#assertOpen();
    const inline = worker === false || typeof Worker !== 'function';
    const host = inline ? new InlineHost() : new WorkerHost();
    this.#hosts.add(host);
    try {
      const { version } = await host.start(runtime);
      this.#assertOpen();
      const timing = { compile: compiled - begin, start: performance.now() - compiled };
      return { host, runtime, version, timing };
    } catch (error) {
      this.#end(host, GossamerError.from(error, 'start'));
      throw error;
    }
  }

  /** @param {Started} started */
  #adopt({ host, runtime, version, timing }) {
    this.#host = host;
    this.#runtime = runtime;
    this.#version = version;
    Object.assign(this.#loadTiming, timing);
  }

  /** @type {WorkerHost | InlineHost | undefined} The host that holds a session. */
  #ready;

  /** A host with the model in it: the one there is, or a new one where that has died. */
  async #live() {
    this.#assertOpen();
    if (this.#ready && this.#ready === this.#host && !this.#ready.death) return this.#ready;
    if (this.#host?.death) this.#hosts.delete(this.#host);
    if (!this.#host || this.#host.death) this.#adopt(await this.#startHost());
    const host = /** @type {WorkerHost | InlineHost} */ (this.#host);
    return this.#create(host, createRequest(/** @type {Blob} */ (this.#model), this.#options));
  }

  /** True once a model needed operators beyond the common ones. */
  #all = false;

  /**
   * Makes the session in a host; in a new one with every operator when this one lacks some. If that
   * fails as well, all stays as it was.
   * @param {WorkerHost | InlineHost} host
   * @param {object} request
   */
  async #create(host, request) {
    let timing;
    try {
      timing = await host.call('create', request);
    } catch (error) {
      // At a later stage than decoding: the file itself is understood.
      const lacking = error instanceof GossamerError && error.code === 'UNSUPPORTED'
        && error.stage === 'graph';
      if (!lacking || this.#all || this.#options.wasmBinary) throw error;
      timing = await this.#createWithAll(request, error);
      this.#end(host, closedError());
    }
    this.#assertOpen();
    this.#ready = this.#host;
    Object.assign(this.#loadTiming, timing);
    return /** @type {WorkerHost | InlineHost} */ (this.#ready);
  }

  /** @param {object} request @param {GossamerError} lacking  why this is tried */
  async #createWithAll(request, lacking) {
    let started;
    try {
      started = await this.#startHost(true);
      const timing = await started.host.call('create', request);
      this.#assertOpen();
      this.#adopt(started);
      this.#all = true;
      return timing;
    } catch (failure) {
      if (started) this.#end(started.host, closedError());
      const missing = failure instanceof GossamerError && failure.code === 'NETWORK';
      throw missing ? lacking : failure;
    }
  }

  /**
   * Puts an action behind all earlier ones.
   * @template T
   * @param {() => Promise<T>} action
   * @returns {Promise<T>}
   */
  #enqueue(action) {
    const turn = this.#tail.then(action);
    this.#tail = turn.catch(() => {});
    return turn;
  }

  /**
   * Begins to copy the picture as it is now. Throws for what cannot be one.
   * @param {PixelSource} source
   * @param {Region | undefined} regionOfInterest
   * @returns {Snapshot}
   */
  #snapshot(source, regionOfInterest) {
    const region = checkRegion(regionOfInterest);
    const begin = performance.now();
    const pixels = capture(source).then((captured) => ({
      captured, captureTime: performance.now() - begin,
    }));
    pixels.catch(() => {});  // reported when its turn comes
    return { begin, region, pixels };
  }

  /**
   * @param {Snapshot} snapshot
   * @param {AbortSignal | undefined} signal
   * @param {() => void} [begun]  called when this picture's turn has come
   * @returns {Promise<ImageClassifierResult>}
   */
  async #submit({ begin, region, pixels }, signal, begun) {
    const turn = this.#enqueue(async () => {
      begun?.();
      const { captured, captureTime } = await pixels;
      try {
        if (signal?.aborted) throw abortedError('classify');
        const host = await this.#live();
        const transfer = captured.bitmap ? [captured.bitmap]
          : [/** @type {ArrayBuffer} */ (captured.rgba?.data.buffer)];
        const request = { pixels: captured, region, selection: selectionOf(this.#options) };
        return { ...await host.call('classify', request, transfer), captureTime };
      } finally {
        captured.bitmap?.close();
      }
    });
    const answer = await (signal ? abortable(turn, signal) : turn);
    const { categories, finite, captureTime, preprocess, inference } = answer;
    return {
      classifications: [{ categories, headIndex: 0 }],
      finite,
      timing: {
        preprocess: captureTime + preprocess, inference, total: performance.now() - begin,
      },
    };
  }
}

/** Not a literal inside new URL(): bundlers would look for a file of that name. */
function defaultWasmPaths() {
  const folder = 'wasm/';
  return new URL(folder, import.meta.url);
}

/**
 * @param {ImageClassifierOptions} options
 * @param {ImageClassifierOptions} changes
 * @returns {ImageClassifierOptions}
 */
function merge(options, changes) {
  const merged = { ...options, ...changes };
  merged.baseOptions = changes.baseOptions ?? options.baseOptions;
  // The digest belongs to the model, not to the classifier.
  if (changes.baseOptions) merged.sha256 = changes.sha256;
  return merged;
}

/**
 * @param {ImageClassifierOptions} options
 * @param {AbortSignal} [signal]
 * @returns {Promise<Blob>}
 */
async function fetchModel({ baseOptions, onProgress, sha256 }, signal) {
  const { modelAssetBuffer, modelAssetPath } = /** @type {BaseOptions} */ (baseOptions);
  if (modelAssetBuffer instanceof Blob) return modelAssetBuffer;
  if (modelAssetBuffer) return new Blob([/** @type {BlobPart} */ (modelAssetBuffer)]);
  const url = resolveUrl('modelAssetPath', String(modelAssetPath), globalThis.document?.baseURI);
  return downloadModel(url, { signal, onProgress, sha256 });
}

/** @param {string} option @param {string} text @param {string} [base] */
function resolveUrl(option, text, base) {
  try {
    return new URL(text, base).href;
  } catch {
    throw argumentError(option, 'this is not an address', { got: text, expected: 'a URL' });
  }
}

/** @param {Blob} model @param {ImageClassifierOptions} options */
function createRequest(model, options) {
  return { model, options: sessionText(options), warmup: options.warmup === true };
}

/**
 * The promise, unless the signal aborts first.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
function abortable(promise, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortedError('classify'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function closedError() {
  return new GossamerError({
    code: 'HANDLE', stage: 'api', message: 'this classifier is closed',
    hint: 'Create a new one',
  });
}
