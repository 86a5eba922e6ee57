// The library: classify images in the browser with an ONNX model. Names follow MediaPipe's
// ImageClassifier; every method returns a promise, because the work happens in a worker.
//
//   import { ImageClassifier } from './gossamer.js';
//   const classifier = await ImageClassifier.createFromModelPath('models/digits/digits.onnx');
//   const { classifications, timing } = await classifier.classify(canvas);
//
// A classifier has one session, in a worker that others with the same settings share (lib/runner.js). Calls
// queue; each takes its snapshot of the pixels at once. Importing this module does nothing else: it is safe in Node and on
// a server.

import { abortable } from './lib/abortable.js';
import { GossamerError, abortedError, check, checkSignal } from './lib/error.js';
import { takePicture } from './lib/picture.js';
import { resolveUrl } from './lib/download.js';
import { supportedLevels } from './lib/level.js';
import { copyBytes } from './lib/modelData.js';
import { isReadable, loadModel } from './lib/modelFiles.js';
import {
  checkChanges, checkModel, checkOptions, classNames, selectionOf, sessionText,
} from './lib/options.js';
import { checkNames } from './lib/names.js';
import { Runner, insides } from './lib/runner.js';
import { copyTensors } from './lib/tensors.js';

export { GossamerError, supportedLevels };

/** @typedef {import('./lib/options.js').ImageClassifierOptions} ImageClassifierOptions */
/** @typedef {import('./lib/options.js').BaseOptions} BaseOptions */
/** @typedef {import('./lib/capture.js').PixelSource} PixelSource */
/** @typedef {import('./lib/capture.js').Region} Region */
/** @typedef {import('./lib/messages.js').Category} Category */
/** @typedef {import('./lib/messages.js').ModelInfo} ModelInfo */
/** @typedef {import('./lib/level.js').Level} Level */
/** @typedef {import('./lib/tensors.js').TensorLike} TensorLike */
/** @typedef {import('./lib/runner.js').RunnerFacts} ClassifierFacts */

/**
 * @typedef {{begin: number, region?: Region,
 *     inputs: Record<string, import('./lib/tensors.js').TensorBytes>, signal?: AbortSignal,
 *     pixels: Promise<{captured: import('./lib/capture.js').Pixels, captureTime: number}>}} Snapshot
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
 * @property {Record<string, TensorLike>} [inputs]  tensors for inputs besides the picture's, by name
 * @property {AbortSignal} [signal]
 * @property {number} [rotationDegrees]  turns the picture clockwise before it is classified: 90, 180 or 270,
 *     or another multiple of 90. The region is a part of the picture as it is given
 */

/** A snapshot's memory up to this size, in bytes, is kept for the next one. */
const MAX_SPARE = 2 ** 24;

export class ImageClassifier {
  /** @type {ImageClassifierOptions} Those that outlast loading. */
  #options;
  /** @type {Runner} */
  #runner;
  /** @type {(() => void) | undefined} Drops the video frame that waits, if one does. */
  #dropWaiting;
  #lastTimestamp = -Infinity;
  /** How many runs there were that can be stopped. */
  #runs = 0;
  /** @type {ArrayBuffer | undefined} Memory of the last snapshot. */
  #spare;

  /** @private Use a create function. @param {ImageClassifierOptions} options */
  constructor(options) {
    this.#options = lasting(options);
    this.#runner = new Runner(this.#options);
    insides.set(this, () => ({ runner: this.#runner, options: this.#options }));
  }

  /**
   * Loads a model and makes it ready to run.
   * @param {ImageClassifierOptions} options
   * @returns {Promise<ImageClassifier>}
   */
  static async createFromOptions(options) {
    checkOptions(options);
    checkModel(options.baseOptions ?? {});
    const classifier = new ImageClassifier(options);
    const runner = classifier.#runner;
    await runner.load((onSize) => fetchModel(options, runner.closing, onSize), sessionOf(options), options.signal);
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
   * @param {import('./lib/options.js').ModelBytes} modelAssetBuffer  bytes are copied, never emptied
   * @param {ImageClassifierOptions} [options]
   */
  static createFromModelBuffer(modelAssetBuffer, options) {
    const baseOptions = { ...options?.baseOptions, modelAssetBuffer };
    return ImageClassifier.createFromOptions({ ...options, baseOptions });
  }

  /**
   * Changes options. Those that select among results apply to later calls; a recipe, dimensions,
   * limits or another model make the session anew, and the old one stays if that fails. What the
   * runtime was started with (level, wasmPaths, wasmBinary, worker, threads) stays.
   * @param {ImageClassifierOptions} changes
   * @returns {Promise<void>}
   */
  async setOptions(changes) {
    this.#runner.assertOpen();
    checkChanges(changes);
    const { baseOptions, signal, onProgress = this.#options.onProgress } = changes;
    const { modelAssetPath, modelAssetBuffer } = baseOptions ?? {};
    const another = baseOptions && (modelAssetPath ?? modelAssetBuffer) !== undefined;
    if (another) checkModel(baseOptions);
    // At once, not in its turn: the caller may reuse the buffer as soon as this function returns.
    const download = another
      ? fetchModel({ ...this.#options, ...changes, onProgress }, either(signal, this.#runner.closing)) : undefined;
    download?.catch(() => {});  // reported in its turn
    return this.#runner.enqueue(async () => {
      const options = { ...this.#options, ...lasting(changes) };
      checkOptions(options);  // what is valid by itself may not go with the others
      const model = await download;
      if (signal?.aborted) throw abortedError('setOptions', signal);
      if (model || sessionText(options) !== sessionText(this.#options)) {
        await this.#runner.replace(model, sessionOf(options));
      } else if (changes.labels) {
        await this.#runner.call('checkLabels', classNames(options));
        this.#runner.session = sessionOf(options);
      }
      this.#runner.assertOpen();
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
    this.#runner.assertOpen();
    const { signal } = options ?? {};
    checkSignal(signal);
    if (signal?.aborted) throw abortedError('classify', signal);
    return this.#submit(this.#snapshot(source, options), signal);
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
    this.#runner.assertOpen();
    const { signal } = options ?? {};
    checkSignal(signal);
    check(Number.isFinite(timestamp) && timestamp >= this.#lastTimestamp, 'timestamp', timestamp,
      this.#lastTimestamp < 0 ? 'milliseconds' : `at least ${this.#lastTimestamp}`, 'timestamps must be numbers that never go back');
    if (signal?.aborted) throw abortedError('classifyForVideo', signal);
    const snapshot = this.#snapshot(frame, options);  // first: a bad frame displaces none
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
    this.#runner.assertOpen();
    return this.#runner.enqueue(async () => {
      const model = await this.#runner.call('info', { scores: true });
      return { ...model, ...this.#runner.facts(model) };
    });
  }

  /** Frees everything, and ends the worker with its last classifier; what is pending is rejected. May be called twice. */
  async close() {
    this.#runner.close(new GossamerError({
      code: 'HANDLE', stage: 'api', message: 'this classifier is closed', hint: 'Create a new one',
    }));
  }

  /**
   * Begins to copy the picture as it is now. Throws for what cannot be one.
   * @param {PixelSource} source
   * @param {ClassifyOptions | null | undefined} options
   * @returns {Snapshot}
   */
  #snapshot(source, options) {
    checkNames(options ?? {}, ['regionOfInterest', 'inputs', 'signal', 'rotationDegrees']);
    const inputs = copyTensors('inputs', { ...this.#options.inputs, ...options?.inputs });
    const begin = performance.now();
    const spare = this.#spare;
    this.#spare = undefined;
    const taken = takePicture(source, options ?? {}, { spare, signals: [options?.signal, this.#runner.closing] });
    const pixels = taken.captured.then((captured) => ({
      captured, captureTime: performance.now() - begin,
    }));
    pixels.catch(() => {});  // reported when its turn comes
    return { begin, region: taken.region, inputs, pixels, signal: options?.signal };
  }

  /**
   * @param {Snapshot} snapshot
   * @param {AbortSignal | undefined} signal
   * @param {() => void} [begun]  called when this picture's turn has come
   * @returns {Promise<ImageClassifierResult>}
   */
  async #submit({ begin, region, inputs, pixels, signal: callers }, signal, begun) {
    let stop = () => {};
    const turn = this.#runner.enqueue(async () => {
      begun?.();
      const { captured, captureTime } = await pixels;  // ended by the signal where it has to be read first
      try {
        if (signal?.aborted) throw abortedError('classify', signal);
        const transfer = captured.bitmap ? [captured.bitmap]
          : [/** @type {ArrayBuffer} */ (captured.rgba?.data.buffer)];
        const selection = selectionOf(this.#options);
        // A run that nobody can stop is not cut into slices.
        const run = callers ? ++this.#runs : undefined;
        if (run) stop = () => this.#runner.stop(run);
        const request = { pixels: captured, region, selection, inputs, run };
        const answer = this.#runner.call('classify', request, transfer, callers);
        callers?.addEventListener('abort', stop);
        return { ...await answer, captureTime };
      } finally {
        callers?.removeEventListener('abort', stop);
        captured.bitmap?.close();
      }
    });
    const answer = await (signal ? abortable(turn, signal, abortedError('classify')) : turn);
    const { categories, finite, captureTime, preprocess, inference, spare } = answer;
    if (spare && spare.byteLength <= MAX_SPARE) this.#spare = spare;
    return {
      classifications: [{ categories, headIndex: 0 }],
      finite,
      timing: {
        preprocess: captureTime + preprocess, inference, total: performance.now() - begin,
      },
    };
  }
}

/**
 * The options without those of one download: they would hold on to the caller's bytes.
 * @param {ImageClassifierOptions} options
 * @returns {ImageClassifierOptions}
 */
function lasting(options) {
  return {
    ...options, baseOptions: undefined, externalData: undefined, sha256: undefined, cache: undefined, signal: undefined,
  };
}

/**
 * Aborts with the first of two signals. Browsers before 2024 only notice the caller's: the download
 * of a classifier that was closed goes on there, unheeded.
 * @param {AbortSignal | null | undefined} signal
 * @param {AbortSignal} closing
 */
function either(signal, closing) {
  if (!signal) return closing;
  return AbortSignal.any?.([signal, closing]) ?? signal;
}

/**
 * @param {ImageClassifierOptions} options
 * @param {AbortSignal} [signal]
 * @param {(announced: number) => void} [onSize]
 */
async function fetchModel(options, signal, onSize) {
  const { modelAssetBuffer, modelAssetPath, ...base } = /** @type {BaseOptions} */ (options.baseOptions);
  const { externalData = base.externalData, onProgress, sha256, cache, maxMemoryBytes } = options;
  const model = modelAssetBuffer === undefined ? resolveUrl('modelAssetPath', String(modelAssetPath))
    : isReadable(modelAssetBuffer) ? modelAssetBuffer : copyBytes(modelAssetBuffer);
  return loadModel(model, { externalData, sha256, cache, onProgress, onSize, signal, maxMemoryBytes });
}

/** @param {ImageClassifierOptions} options @returns {import('./lib/messages.js').SessionRequest} */
function sessionOf(options) {
  return { options: sessionText(options), warmup: options.warmup === true, names: classNames(options) };
}
