// What a start may take, and whether it does: in a quarter of onnxruntime-web's time to the first answer for
// the smallest of its models; a second session of any model within 40 ms and twice what reading and packing it
// takes natively; and no model loaded slower than onnxruntime-web loads it. All from one run.
import { median, ratioOfMedians } from './statistics.mjs';

/** @typedef {import('../browser/start.js').Visit} Visit */
/**
 * @typedef {object} Samples  of one model, with as many threads
 * @property {string} model
 * @property {number} threads
 * @property {Visit[]} ours  from an empty cache
 * @property {Visit[]} [theirs]  onnxruntime-web's, as many
 * @property {number[]} native  milliseconds
 *
 * @typedef {{model: string, threads: number, what: string, got: string, aim: string, met: boolean}} Verdict
 */

/** The model whose first answer has an aim. */
const QUICK = 'mobilenet_v3_small';
const QUARTER = 0.25;
const MARGIN = 40;
const NATIVE = 2;

/** @param {Samples} samples @returns {Verdict[]} */
export function judge({ model, threads, ours, theirs, native }) {
  /** @param {string} what @param {number} most @param {(visit: Visit) => number} read @returns {Verdict[]} */
  const against = (what, most, read) => {
    if (!theirs?.length) return [];
    const { ratio, low, high } = ratioOfMedians(ours.map(read), theirs.map(read));
    const got = `${ratio.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}] of onnxruntime-web's`;
    return [{ model, threads, what, got, aim: most.toFixed(2), met: ratio <= most }];
  };
  const most = MARGIN + NATIVE * median(native);
  const took = median(ours.map(({ two }) => two.load));
  return [
    ...(model === QUICK ? against('first answer', QUARTER, ({ answer }) => answer) : []),
    ...against('load', 1, ({ one }) => one.load),
    ...against('load, the runtime being there', 1, ({ two }) => two.load),
    {
      model, threads, what: 'second session', got: `${took.toFixed(1)} ms`,
      aim: `${most.toFixed(1)} ms (natively ${median(native).toFixed(1)})`, met: took <= most,
    },
  ];
}

/** @param {Verdict[]} verdicts @returns {string[]}  lines */
export function verdictLines(verdicts) {
  const missed = verdicts.filter(({ met }) => !met).length;
  return [
    `Aims, from an empty cache: ${verdicts.length - missed} of ${verdicts.length} met`,
    ...verdicts.map(({ model, threads, what, got, aim, met }) =>
      `  ${met ? 'pass' : 'FAIL'}  ${`${model}, ${threads} thread${threads > 1 ? 's' : ''}`.padEnd(30)} ${what.padEnd(30)} ${got}; at most ${aim}`),
  ];
}
