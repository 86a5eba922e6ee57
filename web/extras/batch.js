// Many pictures, one after the other. Two are under way at a time, so that the next one is read while the last
// one is computed; more would only take memory. A picture that fails has its failure in its place, and the
// others go on. What would fail for each of them (a wrong option, a closed classifier) ends the call.

import { abortedError, argumentError, check, checkSignal, show } from '../lib/error.js';
import { checkNames } from '../lib/names.js';
import { abortable } from '../lib/abortable.js';
import { insides } from '../lib/runner.js';

/** @typedef {import('../gossamer.js').ImageClassifier} ImageClassifier */
/** @typedef {import('../gossamer.js').ImageClassifierResult} ImageClassifierResult */
/** @typedef {import('../gossamer.js').ClassifyOptions} ClassifyOptions */
/** @typedef {import('../lib/capture.js').PixelSource} PixelSource */

/**
 * @typedef {Iterable<PixelSource | PromiseLike<PixelSource>> | AsyncIterable<PixelSource>} PixelSources  a list, a
 *     FileList, a generator that brings one after the other
 *
 * @typedef {object} BatchOptions  those of classify, for each picture, and
 * @property {(done: number, total: number) => void} [onProgress]  called after each picture; total is 0 where
 *     nobody knows how many there are
 *
 * @typedef {{status: 'fulfilled', value: ImageClassifierResult, reason?: undefined} |
 *     {status: 'rejected', reason: import('../lib/error.js').GossamerError, value?: undefined}} BatchResult  as of
 *     Promise.allSettled; the reason is a GossamerError, unless a source was a promise that rejected
 */

/** Pictures under way. */
const AT_ONCE = 2;
const EACH = ['regionOfInterest', 'inputs', 'rotationDegrees', 'signal'];

/**
 * @param {ImageClassifier} classifier
 * @param {PixelSources} sources  each is asked for, and its pixels are taken, when its turn comes
 * @param {(ClassifyOptions & BatchOptions) | null} [options]
 * @returns {Promise<BatchResult[]>}  in the order of the sources
 */
export async function classifyBatch(classifier, sources, options) {
  const inside = Object(classifier) === classifier ? insides.get(classifier) : undefined;
  check(inside && !inside().tensors, 'classifier', classifier, 'an ImageClassifier', 'this is not a classifier');
  checkNames(options ?? {}, [...EACH, 'onProgress']);
  const { onProgress, ...each } = options ?? {};
  const { signal } = each;
  checkSignal(signal);
  check(!onProgress || typeof onProgress === 'function', 'onProgress', onProgress, 'a function');
  if (signal?.aborted) throw abortedError('classifyBatch', signal);
  // Promises that reject before their turn are no surprise to the page.
  if (Array.isArray(sources)) sources.forEach((source) => { Promise.resolve(source).catch(() => {}); });
  const { length, size } = /** @type {{length?: number, size?: number}} */ (sources ?? {});
  const batch = new Batch((source) => classifier.classify(source, each), length ?? size ?? 0, onProgress);
  // Not left to the pictures to notice: the next one may never come.
  const { closing } = /** @type {NonNullable<typeof inside>} */ (inside)().runner;
  return batch.run(iteratorOf(sources), (work) => abortable(
    signal ? abortable(work, signal, abortedError('classifyBatch')) : work, closing));
}

class Batch {
  #classify;
  #total;
  #onProgress;
  /** @type {BatchResult[]} */
  #results = [];
  #done = 0;
  /** Set once nothing more is to begin. */
  #ended = false;

  /**
   * @param {(source: PixelSource) => Promise<ImageClassifierResult>} classify
   * @param {number} total  0: not known
   * @param {((done: number, total: number) => void) | undefined} onProgress
   */
  constructor(classify, total, onProgress) {
    this.#classify = classify;
    this.#total = total;
    this.#onProgress = onProgress;
  }

  /**
   * @param {Iterator<any> | AsyncIterator<any>} iterator
   * @param {(work: Promise<unknown>) => Promise<unknown>} bounded  rejects as soon as nobody waits for the work
   */
  async run(iterator, bounded) {
    let count = 0;
    // Generators may be asked again before they have answered; they answer in order.
    const work = async () => {
      while (!this.#ended) {
        const index = count;
        count += 1;
        const next = await iterator.next();
        if (next.done) return;
        this.#settle(index, await this.#one(next.value));
      }
    };
    const workers = Array.from({ length: AT_ONCE }, work);
    try {
      await bounded(Promise.all(workers));
      return this.#results;
    } catch (error) {
      this.#ended = true;
      Promise.resolve(iterator.return?.()).catch(() => {});
      throw error;
    }
  }

  /** @param {any} source @returns {Promise<BatchResult>} */
  async #one(source) {
    try {
      return { status: 'fulfilled', value: await this.#classify(await source) };
    } catch (thrown) {
      const reason = /** @type {import('../lib/error.js').GossamerError} */ (thrown);
      if (ofAll(reason)) throw reason;
      return { status: 'rejected', reason };
    }
  }

  /** @param {number} index @param {BatchResult} result */
  #settle(index, result) {
    if (this.#ended) return;
    this.#results[index] = result;
    this.#done += 1;
    this.#onProgress?.(this.#done, Math.max(this.#total, this.#total && this.#done));
  }
}

/** Whether a failure is none of the picture's own. @param {{code?: string, attribute?: string}} error */
function ofAll({ code, attribute }) {
  return code === 'HANDLE' || code === 'ABORTED' || (code === 'ARGUMENT' && attribute !== 'source');
}

/** @param {any} sources @returns {Iterator<any> | AsyncIterator<any>} */
function iteratorOf(sources) {
  const iterate = typeof sources === 'object' ? sources?.[Symbol.asyncIterator] ?? sources?.[Symbol.iterator] : undefined;
  if (typeof iterate === 'function') return iterate.call(sources);
  throw argumentError('sources', 'these are no pictures', { got: show(sources), expected: 'a list of pictures, or a generator' });
}
