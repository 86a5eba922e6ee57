// The studies that `npm run bench -- --study NAME` repeats, and the plain benchmark, which is one of
// them without a conclusion. A study names its models and settings and turns results into tables.
import { accuracy } from './accuracy.mjs';
import { latency } from './latency.mjs';
import { depthWidth, throughput } from './networks.mjs';

/**
 * @typedef {import('../lib/measure.mjs').ModelResult} ModelResult
 * @typedef {import('../report/figures.mjs').StudyResult} StudyResult
 *
 * @typedef {object} StudyContext
 * @property {import('../lib/browser.mjs').Lab} lab
 * @property {import('../lib/models.mjs').Model[]} models
 * @property {{folder?: string}} options
 * @property {(total: number) => import('../lib/progress.mjs').Progress} progress
 *
 * @typedef {object} Study
 * @property {string} title
 * @property {string[]} models  by default
 * @property {readonly ('base' | 'simd' | 'relaxed')[]} [variants]  of Gossamer; default: all
 * @property {Partial<import('../lib/measure.mjs').Settings>} [settings]
 * @property {(models: ModelResult[]) => StudyResult} [conclude]
 * @property {(options: {folder?: string}) => Record<string, string>} [mounts]  folders to serve
 * @property {(context: StudyContext) => Promise<StudyResult>} [run]  in place of measuring models
 */

/** @type {Record<string, Study>} */
export const studies = { latency, 'depth-width': depthWidth, throughput, accuracy };

/** @type {Study} */
export const plain = {
  title: 'Gossamer and its peers',
  models: ['mobilenet_v3_small', 'mobilenet_v2', 'squeezenet1_1', 'resnet18'],
};
