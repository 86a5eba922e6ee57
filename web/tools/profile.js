// Where the time goes: each step of the plan with the layers of the model that it computes, its kernel,
// its work, and how long it takes here. The plan is made again, at the tools' desk, with clocks in it.
//
// Clocks of browsers tick in tenths of a millisecond on most pages, which is longer than many steps
// take. A median of such readings is zero or a whole tick; a mean is right, as the ticks fall anywhere.
// So the runs are ordered by their whole time, and each step's time is its mean over the faster half:
// what disturbs a machine disturbs a run, and is left out with it.

import { check } from '../lib/error.js';
import { sharedDesk } from './desk.js';
import { layersOf } from './layers.js';
import { SESSION } from './session.js';
import { inputFor, letGo, send, subjectOf } from './subject.js';

/**
 * @typedef {object} ProfileStep  one step of the plan, in the order of execution
 * @property {string} op  the operator, as ONNX names it, or of our own
 * @property {string} kernel  what computes it; "reference": no fast kernel
 * @property {string} node  the model's node that the step is called after; one without a name is "#"
 *     and its number
 * @property {string[]} nodes  all that it computes, fused ones included
 * @property {string[]} outputs  names of the values that leave the step, for activations()
 * @property {number[]} shape  of the first output, as the runtime keeps it (channels last, as a rule)
 * @property {number} parameters  stored numbers that it uses
 * @property {number} multiplyAdds
 * @property {number} weightBytes  as packed for the kernel
 * @property {number} milliseconds  mean over the faster half of the runs
 *
 * @typedef {object} Profile
 * @property {ProfileStep[]} steps
 * @property {number} runs  that were measured
 * @property {number} milliseconds  median of whole runs
 * @property {number} fastest  of whole runs, in milliseconds
 * @property {number} multiplyAdds
 * @property {number} parameters
 *
 * @typedef {object} ProfileOptions
 * @property {number} [runs]  default 30
 * @property {number} [warmups]  runs before, that are not measured; default 5
 * @property {(done: number, total: number) => void} [onProgress]  in runs
 */

/**
 * @param {import('./subject.js').ImageClassifier | import('./subject.js').Session} classifier
 * @param {import('../lib/capture.js').PixelSource | import('./subject.js').Tensors} given  a picture, or for a session
 *     its tensors by name; taken at the call
 * @param {(ProfileOptions & import('./subject.js').PictureOptions) | null} [options]
 * @returns {Promise<Profile>}
 */
export async function profile(classifier, given, options) {
  const { runs = 30, warmups = 5, onProgress } = options ?? {};
  check(Number.isInteger(runs) && runs > 0 && runs <= 10_000, 'runs', runs, 'a whole number from 1 to 10000');
  check(Number.isInteger(warmups) && warmups >= 0 && warmups <= 10_000, 'warmups', warmups,
    'a whole number from 0 to 10000');
  check(!onProgress || typeof onProgress === 'function', 'onProgress', onProgress, 'a function');
  const subject = subjectOf(classifier);
  const input = inputFor(subject, given, options ?? {});
  return measure(subject, input, options ?? {}).finally(() => letGo(input));
}

/**
 * @param {ReturnType<typeof subjectOf>} subject
 * @param {import('./subject.js').Input} input
 * @param {ProfileOptions & import('./subject.js').PictureOptions} options
 * @returns {Promise<Profile>}
 */
async function measure({ current, desk }, input, { runs = 30, warmups = 5, onProgress, signal }) {
  const { model, blob, session } = await current('profile', { signal });
  return desk.use('profile', signal, async (call) => {
    const text = `${session.options}\nprofile=1`;
    await desk.session([model, text], () =>
      call('create', { session: SESSION, model: blob, files: model.files, options: text, warmup: false }));
    await send(call, 'feed', input, {});
    /** @type {{inference: number, steps: number[]}[]} */
    const taken = [];
    for (let run = 0; run < warmups + runs; run += 1) {
      const times = await call('time', undefined);
      if (run >= warmups) taken.push(times);
      if (!signal?.aborted) onProgress?.(run + 1, warmups + runs);
    }
    const { report } = await call('report', { model: blob });
    return summarize(await call('info', { session: SESSION }), report.nodes, taken);
  });
}

/**
 * @param {import('../lib/messages.js').ModelInfo} info
 * @param {import('./engine.js').GraphNode[]} nodes
 * @param {{inference: number, steps: number[]}[]} taken
 * @returns {Profile}
 */
function summarize(info, nodes, taken) {
  const layers = layersOf(nodes, info.steps.map(({ node }) => node));
  const ordered = [...taken].sort((a, b) => a.inference - b.inference);
  const fast = ordered.slice(0, Math.ceil(ordered.length / 2));
  const steps = info.steps.map((step, i) => ({
    op: step.op, kernel: step.kernel, node: step.node, ...layers[i],
    shape: /** @type {number[]} */ (JSON.parse(step.output_shape)),
    multiplyAdds: step.multiply_adds, weightBytes: step.weight_bytes,
    milliseconds: fast.reduce((sum, run) => sum + run.steps[i], 0) / fast.length,
  }));
  const sum = (/** @type {'multiplyAdds' | 'parameters'} */ key) =>
    steps.reduce((total, step) => total + step[key], 0);
  const middle = ordered.length >> 1;
  const median = ordered.length % 2 ? ordered[middle].inference
    : (ordered[middle - 1].inference + ordered[middle].inference) / 2;
  return {
    steps, runs: taken.length, milliseconds: median, fastest: ordered[0].inference,
    multiplyAdds: sum('multiplyAdds'), parameters: sum('parameters'),
  };
}

/**
 * Multiply-adds per second that this device does at most, on one thread: the roof for the speed of a
 * step. Takes up to a second.
 * @param {{signal?: AbortSignal} & import('./desk.js').ToolOptions} [options]
 * @returns {Promise<number>}
 */
export function measurePeak(options = {}) {
  return sharedDesk(options).use('measurePeak', options.signal, (call) => call('peak', undefined));
}
