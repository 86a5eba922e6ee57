// Measures one model on this device as a visitor meets it: fresh starts first, each with a worker, a
// download and a compilation of its own, and with its first picture; then pictures one after another
// until the times stop falling, and only then those that count.
import { isSteady } from '../statistics.js';

/**
 * @typedef {{preprocess: number, inference: number, total: number}} Timing  milliseconds
 * @typedef {{download: number, compile: number, start: number, load: number, first: number, whole: number}} Start
 *     milliseconds; download and compile overlap; first: the first picture; whole: from nothing to its answer
 *
 * @typedef {object} Times  of one model
 * @property {Start[]} starts
 * @property {Timing[]} warming  runs until the times stopped falling
 * @property {boolean} steady  false when they were still falling
 * @property {Timing[]} runs
 * @property {number} seconds  that the runs took, one after another
 * @property {{weights: number, activations: number}} memory  bytes
 * @property {number} bytes  of the model's files
 * @property {string} level
 * @property {number} threads
 * @property {string} version
 *
 * @typedef {object} Subject  what a classifier has to offer
 * @property {(picture: any, options?: {signal?: AbortSignal, regionOfInterest?: import('../../gossamer.js').Region}) => Promise<{timing: Timing}>} classify
 * @property {() => Promise<import('../../gossamer.js').ModelInfo & import('../../gossamer.js').ClassifierFacts>} info
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Effort
 * @property {number} runs  that count
 * @property {number} starts  fresh ones, at least one
 * @property {number} [warm]  most milliseconds for warming up
 */

/** Warming up takes at most so many milliseconds. */
const WARM = 4000;

/**
 * @param {object} options
 * @param {(signal?: AbortSignal) => Promise<Subject>} options.create  starts afresh
 * @param {unknown} options.picture
 * @param {Effort} options.effort
 * @param {AbortSignal} [options.signal]
 * @param {(phase: 'start' | 'warm' | 'run', timing: Timing, done: number) => void} [options.onProgress]
 * @returns {Promise<Times>}
 */
export async function measureModel({ create, picture, effort, signal, onProgress }) {
  /** @type {Start[]} */
  const starts = [];
  /** @type {Subject | undefined} */
  let subject;
  try {
    for (let turn = 0; turn < effort.starts; turn += 1) {
      await subject?.close();
      subject = undefined;
      const begin = performance.now();
      subject = await create(signal);
      const { timing } = await subject.classify(picture, { signal });
      const whole = performance.now() - begin;
      const { loadTiming } = await subject.info();
      const { download, compile, start, create: load } = loadTiming;
      starts.push({ download, compile, start, load, first: timing.total, whole });
      onProgress?.('start', timing, turn + 1);
    }
    if (!subject) throw new RangeError('at least one start');
    const { warming, steady } = await warmUp(subject, { picture, signal, most: effort.warm ?? WARM, onProgress });
    const { runs, seconds } = await timeRuns(subject, { picture, signal, count: effort.runs, onProgress });
    const { memory, modelBytes, level, threads, version } = await subject.info();
    return {
      starts, warming, steady, runs, seconds, bytes: modelBytes, level, threads, version,
      memory: { weights: memory.weight_bytes, activations: memory.arena_bytes },
    };
  } finally {
    await subject?.close();
  }
}

/**
 * @typedef {object} Turn
 * @property {unknown} picture
 * @property {AbortSignal} [signal]
 * @property {(phase: 'start' | 'warm' | 'run', timing: Timing, done: number) => void} [onProgress]
 */

/** @param {Subject} subject @param {Turn & {most: number}} turn */
async function warmUp(subject, { picture, signal, most, onProgress }) {
  /** @type {Timing[]} */
  const warming = [];
  const end = performance.now() + most;
  const times = () => warming.map(({ total }) => total);
  while (!isSteady(times()) && performance.now() < end) {
    const { timing } = await subject.classify(picture, { signal });
    warming.push(timing);
    onProgress?.('warm', timing, warming.length);
  }
  return { warming, steady: isSteady(times()) };
}

/** @param {Subject} subject @param {Turn & {count: number}} turn */
async function timeRuns(subject, { picture, signal, count, onProgress }) {
  /** @type {Timing[]} */
  const runs = [];
  const begin = performance.now();
  while (runs.length < count) {
    const { timing } = await subject.classify(picture, { signal });
    runs.push(timing);
    onProgress?.('run', timing, runs.length);
  }
  return { runs, seconds: (performance.now() - begin) / 1000 };
}
