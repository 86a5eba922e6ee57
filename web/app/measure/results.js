// The table of a measurement: a row for each model, in the columns of the latency studies; what people ask for
// comes first, because a phone shows no more of it. Short enough to travel in an address, and the one form in
// which results are shown, copied and shared.
import { megabytes, milliseconds } from '../figures.js';
import { median, quantile } from '../statistics.js';

/**
 * @typedef {object} Row  milliseconds and bytes; medians where there were several
 * @property {string} title
 * @property {number} bytes  of the model
 * @property {number} download
 * @property {number} compile
 * @property {number} load
 * @property {number} first  the first picture
 * @property {number} median  of warm pictures, from call to answer
 * @property {number} p95
 * @property {number} preprocess
 * @property {number} inference
 * @property {number} memory  bytes of weights and activations
 * @property {number} rate  pictures a second
 * @property {number} [peer]  median inference of onnxruntime-web
 * @property {number} [ratio]  how many times as long it takes as Gossamer in the same turns
 *
 * @typedef {object} Results
 * @property {string} date  day
 * @property {string} device
 * @property {string} engine  version, instruction level, threads
 * @property {number} runs
 * @property {number} starts
 * @property {Row[]} rows
 */

/** Four digits, one more than is shown: what is shared is what was shown. @param {number} value */
export const short = (value) => Number(value.toPrecision(4));

/** @param {string} title @param {import('./session.js').Times} times @returns {Row} */
export function rowOf(title, { starts, runs, seconds, memory, bytes }) {
  const start = (/** @type {keyof import('./session.js').Start} */ key) => short(median(starts.map((one) => one[key])));
  const run = (/** @type {keyof import('./session.js').Timing} */ key) => runs.map((one) => one[key]);
  return {
    title, bytes, download: start('download'), compile: start('compile'), load: start('load'), first: start('first'),
    median: short(median(run('total'))), p95: short(quantile(run('total'), 0.95)), preprocess: short(median(run('preprocess'))),
    inference: short(median(run('inference'))), memory: memory.weights + memory.activations, rate: short(runs.length / seconds),
  };
}

const rate = (/** @type {number} */ value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

/** @param {Results} results @returns {import('../tables.js').Table} */
export function tableOf({ rows }) {
  const compared = rows.some(({ peer }) => peer !== undefined);
  return {
    head: ['Model', 'Median', 'p95', 'Inference', 'Preprocess', 'Per second', 'First', 'Load', 'Compile', 'Download', 'MB', 'Memory MB',
      ...(compared ? ['onnxruntime-web', 'Ratio'] : [])],
    rows: rows.map((row) => [
      row.title, ...[row.median, row.p95, row.inference, row.preprocess].map(milliseconds), rate(row.rate),
      ...[row.first, row.load, row.compile, row.download].map(milliseconds), megabytes(row.bytes), megabytes(row.memory),
      ...(compared ? [milliseconds(row.peer), row.ratio === undefined ? '–' : row.ratio.toFixed(2)] : []),
    ]),
  };
}

/** What the table was measured on and how. @param {Results} results */
export function describe({ date, device, engine, runs, starts }) {
  return `${date}; ${device}; ${engine}; ${runs} warm runs, ${starts} ${starts === 1 ? 'start' : 'starts'}`;
}
