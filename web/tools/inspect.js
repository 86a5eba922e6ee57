// What is known of a model before it runs: a report for whoever brings one along. The structure is
// read first, without weights; then, unless it is not wanted, the plan is made as a classifier would
// make it, which says what the model takes and whether anything is in its way. Both at the tools'
// desk: no classifier is touched, and nothing of it stays.

import { resolveUrl } from '../lib/download.js';
import { GossamerError, abortedError, check, checkSignal } from '../lib/error.js';
import { isReadable, loadModel } from '../lib/modelFiles.js';
import { checkOptions, sessionText } from '../lib/options.js';
import { Desk } from './desk.js';
import { blobOf } from './metadata.js';
import { SESSION } from './session.js';
import { isClassifier, subjectOf } from './subject.js';

/** @typedef {import('../lib/messages.js').ModelInfo} ModelInfo */
/** @typedef {import('./engine.js').Report} Report */
/** @typedef {import('../lib/modelFiles.js').ModelFiles} ModelFiles */

/**
 * @typedef {object} InspectOptions
 * @property {import('../lib/modelFiles.js').ExternalData} [externalData]  as for a classifier
 * @property {string | Record<string, string>} [sha256]
 * @property {string} [recipe]  in place of the model's own
 * @property {Record<string, number>} [dimensions]  extents of dimensions that the model leaves open
 * @property {number} [maxMemoryBytes]
 * @property {boolean} [plan]  false: the structure alone; default: unless the files are larger than a
 *     gigabyte together
 * @property {boolean} [probe]  false: do not run the model on two synthetic pictures where its graph
 *     does not show what the scores are
 * @property {(received: number, total: number) => void} [onProgress]  bytes of a download
 * @property {AbortSignal} [signal]
 *
 * @typedef {object} TensorFacts
 * @property {string} name
 * @property {string} type
 * @property {string} kind  "tensor"; models may have others ("sequence", "map", ...)
 * @property {(number | string)[]} shape  -1, or a name, where the model leaves an extent open
 *
 * @typedef {object} ModelReport
 * @property {TensorFacts[]} inputs
 * @property {TensorFacts[]} outputs
 * @property {{domain: string, name: string, count: number, supported: boolean}[]} operators  domain "":
 *     ONNX's own. Calls of the model's own functions are counted as what they consist of
 * @property {number} nodes
 * @property {number} parameters  stored numbers, without indices
 * @property {number} weightBytes  that they take in the files
 * @property {number} modelBytes  of all its files, as far as they are here
 * @property {string[]} files  names of the files beside the model that hold weights
 * @property {string[]} missing  those of them that are not here
 * @property {string} producer
 * @property {number} irVersion
 * @property {Record<string, number>} opsets
 * @property {Record<string, string>} metadata  the model's own properties
 * @property {string | null} recipe  the model's own, or what ONNX's properties of images amount to
 * @property {string[] | null} labels  the model's own, or those that its graph names
 * @property {string} labelsSource
 * @property {boolean | null} runs  a classifier can be made of it; null where that was not tried: without a plan
 * @property {import('../lib/error.js').ErrorDetails | null} problem  why not, where it was tried
 * @property {number | null} multiplyAdds  of a run; null without a plan, so for those below
 * @property {{weightBytes: number, arenaBytes: number} | null} memory  that a session takes
 * @property {{steps: number, share: number} | null} reference  steps without a fast kernel, and their
 *     share of the work
 * @property {{input: string, form: string} | null} picture  the input that takes pictures
 * @property {boolean | null} rescales  the network brings pixels of 0 to 255 to a smaller range itself, and
 *     its recipe states no scale
 * @property {{output: string | null, kind: string | null, reason: string} | null} scores  what the
 *     outputs mean
 * @property {boolean} flexible  shapes are open, so that the plan waits for a picture
 */

/** Bytes up to which a plan is made without being asked for. */
const MAX_UNASKED = 2 ** 30;

/**
 * @param {string | URL | import('../lib/options.js').ModelBytes | import('./subject.js').ImageClassifier} source
 * @param {InspectOptions & import('./desk.js').ToolOptions} [options]
 * @returns {Promise<ModelReport>}
 */
export async function inspectModel(source, options = {}) {
  checkOptions(options, ['plan', 'probe']);
  const { signal, plan, probe = true } = options;
  check(plan === undefined || typeof plan === 'boolean', 'plan', plan, 'true or false');
  checkSignal(signal);
  const subject = isClassifier(source) ? subjectOf(source) : undefined;
  const settings = subject ? { ...subject.settings, wasmBinary: undefined } : options;
  const current = await subject?.current('inspectModel', { signal });
  const text = current?.session.options ?? sessionText(options);
  const model = current?.model ?? await open(/** @type {any} */ (source), options);
  const blob = current?.blob ?? await model.model.blob();
  const desk = new Desk(settings);
  try {
    return await desk.use('inspectModel', signal, async (call) => {
      const { report, files } = await call('report', { model: blob });
      const { missing, failure } = await bring(model, files, signal);
      const facts = describe(report, model, files.map(({ name }) => name), missing);
      if (!(plan ?? model.size <= MAX_UNASKED)) return { ...facts, ...inTheWay(facts, failure) };
      try {
        if (failure) throw failure;
        const { files: contents } = model;
        await call('create', { session: SESSION, model: blob, files: contents, options: text, warmup: false });
        return { ...facts, ...describePlan(await call('info', { session: SESSION, scores: probe }), facts, probe) };
      } catch (error) {
        if (signal?.aborted) throw error;
        return { ...facts, runs: false, problem: GossamerError.from(error).toJSON() };
      }
    });
  } finally {
    desk.end(abortedError('inspectModel'));
  }
}

/**
 * @param {string | URL | import('../lib/options.js').ModelBytes} source
 * @param {InspectOptions} options
 * @returns {Promise<ModelFiles>}
 */
async function open(source, { externalData, sha256, onProgress, signal, maxMemoryBytes }) {
  const address = typeof source === 'string' || source instanceof URL;
  const model = address ? resolveUrl('source', String(source)) : isReadable(source) ? source : await blobOf(source);
  return loadModel(model, { externalData, sha256, onProgress, signal, maxMemoryBytes });
}

/**
 * The files beside the model, as far as they can be had.
 * @param {ModelFiles} model
 * @param {import('../lib/modelFiles.js').NeededFile[]} files
 * @param {AbortSignal | undefined} signal
 */
async function bring(model, files, signal) {
  const wanted = files.filter(({ name }) => !model.files.has(name));
  try {
    await model.bring(wanted);
    return { missing: [] };
  } catch (failure) {
    if (signal?.aborted) throw failure;
    return { missing: wanted.map(({ name }) => name), failure };
  }
}

/**
 * @param {Report} report
 * @param {ModelFiles} model
 * @param {string[]} files
 * @param {string[]} missing
 * @returns {ModelReport}
 */
function describe(report, model, files, missing) {
  const { inputs, outputs, operators, metadata } = report;
  const labels = metadata['gossamer.labels']?.trim().split('\n').map((line) => line.trim());
  return {
    inputs, outputs, operators, nodes: report.node_count, parameters: report.parameters,
    weightBytes: report.weight_bytes, modelBytes: model.size, files, missing, producer: report.producer,
    irVersion: report.ir_version, opsets: report.opsets, metadata,
    recipe: metadata['gossamer.recipe'] ?? null, labels: labels ?? null,
    labelsSource: labels ? "the model's property gossamer.labels" : '',
    runs: null, problem: null, multiplyAdds: null, memory: null, reference: null, picture: null, rescales: null,
    scores: null, flexible: false,
  };
}

/** What is in the way, as far as it is known without a plan. @param {ModelReport} facts @param {unknown} [failure]  of files */
function inTheWay({ operators }, failure) {
  const names = operators.filter(({ supported }) => !supported).map(({ name, count }) => `${name} x${count}`).join(', ');
  const problem = names ? new GossamerError({
    code: 'UNSUPPORTED', stage: 'graph', message: 'the model uses operators that are not supported', got: names, operators: names,
  }) : failure ? GossamerError.from(failure) : undefined;
  return problem ? { runs: false, problem: problem.toJSON() } : {};
}

/** @param {ModelInfo} info @param {ModelReport} facts @param {boolean} probe */
function describePlan(info, facts, probe) {
  const { memory, reference, labels = [], flexible } = info;
  const planned = info.steps.length > 0 || !flexible;
  return {
    runs: true, flexible, picture: info.picture,
    // What a session finds out stands where a recipe would.
    rescales: facts.recipe === null && info.metadata['gossamer.recipe'] === 'scale=1',
    scores: probe && planned ? info.scores ?? null : null,
    labels: labels.length ? labels : facts.labels, labelsSource: info.labels_source ?? facts.labelsSource,
    multiplyAdds: planned ? info.steps.reduce((sum, step) => sum + step.multiply_adds, 0) : null,
    memory: planned ? { weightBytes: memory.weight_bytes, arenaBytes: memory.arena_bytes } : null,
    reference: planned ? { steps: reference.steps, share: reference.share } : null,
  };
}
