// Sends the pictures of a dataset through a model, one after another, with a second one being read
// meanwhile. A picture that cannot be read, or of which the model puts out no numbers, costs itself alone. What was computed before somebody
// cancelled is kept.
import { texts } from '../texts.js';

/**
 * @typedef {import('./dataset.js').Example} Example
 * @typedef {import('./metrics.js').Outcome & {label: string, file: Blob}} Record
 * @typedef {{path: string, reason: string}} Failure
 *
 * @typedef {object} Run
 * @property {Record[]} records
 * @property {Failure[]} failures  pictures without an answer, and why
 * @property {boolean} cancelled
 * @property {number} milliseconds  that it took
 */

/** Errors that are about one picture, not about the model. */
const ofPictures = ['IMAGE', 'BUDGET'];

/**
 * @param {(Example & {truth: number})[]} examples
 * @param {object} options
 * @param {(file: Blob) => Promise<import('./metrics.js').Answer[]>} options.classify  likeliest classes first
 * @param {AbortSignal} [options.signal]  keeps what there is
 * @param {(done: number, total: number) => void} [options.onProgress]
 * @param {() => Promise<void> | undefined} [options.pause]  waited for before each picture
 * @param {number} [options.ahead]  pictures under way at a time
 * @returns {Promise<Run>}
 */
export async function runEvaluation(examples, { classify, signal, onProgress, pause, ahead = 2 }) {
  const begin = performance.now();
  /** @type {(Record | Failure | undefined)[]} */
  const results = new Array(examples.length);
  let [next, done] = [0, 0];
  /** @type {{error: unknown} | undefined} */
  let broken;
  const work = async () => {
    for (;;) {
      await pause?.();
      if (next >= examples.length || signal?.aborted || broken) return;
      const at = next++;
      const { path, label, truth, file } = examples[at];
      try {
        const top = await classify(file);
        if (signal?.aborted) return;
        results[at] = { path, label, truth, top: top.slice(0, 5), file };
      } catch (error) {
        if (signal?.aborted) return;
        if (!ofPictures.includes(codeOf(error))) {
          broken ??= { error };
          return;
        }
        results[at] = { path, reason: sentenceOf(error) };
      }
      onProgress?.(++done, examples.length);
    }
  };
  await Promise.all(Array.from({ length: ahead }, work));
  if (broken) throw broken.error;
  const finished = results.filter((result) => result !== undefined);
  return {
    records: finished.filter((result) => 'top' in result),
    failures: finished.filter((result) => 'reason' in result),
    cancelled: signal?.aborted === true,
    milliseconds: performance.now() - begin,
  };
}

/**
 * The answers of a result. Where the scores were no numbers, their order says nothing of the picture.
 * @param {Pick<import('../../gossamer.js').ImageClassifierResult, 'finite' | 'classifications'>} result
 */
export function answersOf({ finite, classifications: [{ categories }] }) {
  if (!finite) throw Object.assign(new Error(texts.classify.noScores), { code: 'IMAGE' });
  return categories;
}

/** @param {any} error  ours have a sentence that stands alone */
const sentenceOf = (error) => String(error?.summary ?? error?.message ?? error);

/** @param {unknown} error */
const codeOf = (error) => String(/** @type {{code?: unknown}} */ (error)?.code ?? '');
