// One model through all contenders: compared first, then started afresh several times, then timed in
// turns, and last what cannot be had without disturbing the rest: memory, pictures, the live page.
import { compareOutputs, referenceOutputs } from './agreement.mjs';
import { BrowserContender } from './browser.mjs';
import { inputsOf } from './models.mjs';
import { isSteady, mean, median, quietRounds, summarise } from './statistics.mjs';
import { measureSteady } from './steady.mjs';

/**
 * @typedef {import('./contenders.mjs').Contender} Contender
 * @typedef {import('./models.mjs').Model} Model
 * @typedef {import('./statistics.mjs').Summary} Summary
 * @typedef {'download' | 'compile' | 'load' | 'modelDownload' | 'ready' | 'first' | 'nextFive'} Phase
 *
 * @typedef {object} Entry  what is known of one contender on one model
 * @property {string} id
 * @property {string} label
 * @property {string} kind
 * @property {string} place
 * @property {string} variant
 * @property {number} threads
 * @property {string} version
 * @property {'measured' | 'skipped' | 'refused' | 'failed'} status  refused: its outputs are wrong
 * @property {string} reason
 * @property {number} probability  largest difference from the reference
 * @property {Partial<Record<Phase, number[]>>} phases  milliseconds, one for each fresh start
 * @property {{rounds: number[], runs: number[], summary: Summary, all: number[], warm: boolean}} [steady]  of the
 *     quiet rounds; `all` has every round; warm: its times had stopped falling before
 * @property {{heap?: number, process?: number}} memory  bytes at peak
 * @property {string[]} files  downloaded before it could run, the model apart
 * @property {import('./downloads.mjs').Download} [download]  their sizes
 * @property {{preprocess: Summary, postprocess: Summary}} [pictures]
 * @property {(import('../browser/live.js').LiveFigures & {mode: string})[]} live
 *
 * @typedef {object} ModelResult
 * @property {string} name
 * @property {number} bytes
 * @property {number[]} shape
 * @property {Entry[]} contenders
 * @property {number[][]} spins  milliseconds of a fixed loop, per round
 * @property {number[]} quiet  the rounds that count
 *
 * @typedef {object} Settings
 * @property {number} starts  fresh ones per contender
 * @property {import('./steady.mjs').Effort} effort
 * @property {number} live  seconds per contender; 0: none
 * @property {number} [images]  different inputs that rounds go through; default: always the same
 * @property {boolean} [pictures]  false leaves preprocessing and postprocessing out
 * @property {import('./progress.mjs').Progress} progress  of a total that `workOf` tells
 * @property {import('./browser.mjs').Lab} lab
 */

// Size of a webcam's usual frame.
const frame = { width: 640, height: 480 };

/** @param {Contender} contender @returns {Entry} */
function newEntry({ id, label, kind, place, variant, threads }) {
  return {
    id, label, kind, place, variant, threads, version: '', status: 'measured', reason: '', probability: 0,
    phases: {}, memory: {}, files: [], live: [],
  };
}

/** The first line of what a contender said, without the driver's own words. @param {unknown} error */
const textOf = (error) => (error instanceof Error ? error.message : String(error))
  .replace(/^page\.evaluate: (Error: )?/, '').split('\n', 1)[0];

/**
 * One that fails late (memory, say) is reported and the others go on; true where it did not.
 * @param {Entry} entry
 * @param {() => Promise<void>} action
 */
async function attempt(entry, action) {
  try {
    await action();
    return true;
  } catch (error) {
    Object.assign(entry, { status: 'failed', reason: textOf(error) });
    return false;
  }
}

/** How long a model takes, roughly, in seconds. @param {Contender[]} contenders @param {{starts: number, live: number}} settings */
export function workOf(contenders, { starts, live }) {
  const lives = contenders.reduce((sum, contender) => sum + contender.live.length, 0);
  return contenders.length * (2 + starts) + 30 + lives * live;
}

/**
 * Leaves out of all that follows whoever cannot run the model, or gets it wrong.
 * @param {Model} model
 * @param {Map<Contender, Entry>} entries
 * @param {{inputs: string[], expected: number[][], progress: import('./progress.mjs').Progress}} options
 */
async function check(model, entries, { inputs, expected, progress }) {
  for (const [contender, entry] of entries) {
    progress.say(`${model.name}: comparing ${entry.label}`);
    try {
      await contender.runner.start(model);
      const verdict = compareOutputs(await contender.runner.outputs(inputs), expected);
      entry.probability = verdict.probability;
      if (!verdict.agrees) Object.assign(entry, { status: 'refused', reason: verdict.reason });
    } catch (error) {
      const reason = textOf(error);
      Object.assign(entry, { status: /cannot be stated/.test(reason) ? 'skipped' : 'failed', reason });
    } finally {
      await contender.runner.close();
      progress.done();
    }
  }
}

/**
 * The times of a fresh start and of the first six inferences; leaves the contender running.
 * @param {Model} model @param {Contender} contender @param {Entry} entry @param {string} input
 */
async function startOnce(model, { runner }, entry, input) {
  const { version = '', ...figures } = await runner.start(model);
  entry.version = version;
  await runner.feed(input);
  const [first] = await runner.turn(1);
  const nextFive = mean(await runner.turn(5));
  for (const [phase, time] of Object.entries({ ...figures, first, nextFive })) {
    (entry.phases[/** @type {Phase} */ (phase)] ??= []).push(time);
  }
  entry.files = runner.files;
}

/** @param {Map<Contender, Entry>} running @param {Settings} settings @param {string[]} inputs  of the rounds */
async function timeSteady(running, settings, inputs) {
  /** @type {Map<import('./contenders.mjs').Runner, Entry>} */
  const runners = new Map([...running].map(([{ runner }, entry]) => [runner, entry]));
  const { samples, warm, spins } = await measureSteady([...runners.keys()], {
    effort: settings.effort, spin: settings.lab.spin,
    ...(inputs.length > 1 ? { prepare: (runner, round) => runner.feed(inputs[round % inputs.length]) } : {}),
  });
  const quiet = quietRounds(spins);
  for (const [runner, { rounds, runs, perTurn }] of samples) {
    const kept = quiet.flatMap((round) => runs.slice(round * perTurn, (round + 1) * perTurn));
    const entry = /** @type {Entry} */ (runners.get(runner));
    const counted = quiet.map((round) => rounds[round]);
    // The median that tables show is the one that ratios compare: of turns, which no clock blurs.
    entry.steady = { rounds: counted, runs: kept, summary: { ...summarise(kept), median: median(counted) }, all: rounds, warm: isSteady(warm.get(runner) ?? []) };
  }
  return { spins, quiet };
}

/** What pictures cost beside inference. @param {Model} model @param {Contender} contender @param {Entry} entry @param {Settings} settings */
async function timePictures(model, contender, entry, { lab }) {
  const setup = contender.pictures ?? contender.setup;
  if (!setup || Object.keys(model.recipe).length === 0) return;
  const page = new BrowserContender(lab, setup);
  try {
    await page.start(model);
    await page.pictures({ ...frame, runs: 5 });
    const times = await page.pictures({ ...frame, runs: 15 });
    entry.pictures = {
      preprocess: summarise(times.map(({ preprocess }) => preprocess)),
      postprocess: summarise(times.map(({ postprocess }) => postprocess)),
    };
  } finally {
    await page.close();
  }
}

/** @param {Model} model @param {Contender} contender @param {Entry} entry @param {Settings} settings */
async function timeLive(model, contender, entry, { lab, live }) {
  for (const { mode, setup } of live > 0 ? contender.live : []) {
    const page = new BrowserContender(lab, setup);
    try {
      entry.live.push({ mode, ...await page.live(model, live) });
    } finally {
      await page.close();
    }
  }
}

/**
 * @param {Model} model
 * @param {Contender[]} contenders
 * @param {Settings} settings
 * @returns {Promise<ModelResult>}
 */
export async function measureModel(model, contenders, settings) {
  const { progress, starts, live, images = 1, pictures = true } = settings;
  const inputs = inputsOf(model, 3);
  const files = inputs.map(({ file }) => file);
  const expected = await referenceOutputs(model, inputs.map(({ values }) => values));
  const entries = new Map(contenders.map((contender) => [contender, newEntry(contender)]));
  await check(model, entries, { inputs: files, expected, progress });
  const sound = new Map([...entries].filter(([, entry]) => entry.status === 'measured'));
  try {
    for (let start = 0; start < starts; start += 1) {
      progress.say(`${model.name}: fresh start ${start + 1} of ${starts}`);
      for (const [contender, entry] of sound) {
        const ended = await attempt(entry, () => startOnce(model, contender, entry, files[0]));
        if (!ended) sound.delete(contender);
        if (!ended || start < starts - 1) await contender.runner.close();
        progress.done();
      }
    }
    progress.say(`${model.name}: steady state of ${sound.size} contenders`);
    const noise = sound.size > 0 ? await timeSteady(sound, settings, inputsOf(model, images).map(({ file }) => file)) : { spins: [], quiet: [] };
    progress.done(30);
    for (const [{ runner }, entry] of sound) {
      entry.memory = await runner.memory();
      await runner.close();
    }
    for (const [contender, entry] of sound) {
      progress.say(`${model.name}: pictures and live page, ${entry.label}`);
      await attempt(entry, async () => {
        if (pictures) await timePictures(model, contender, entry, settings);
        await timeLive(model, contender, entry, settings);
      });
      progress.done(1 + live * contender.live.length);
    }
    const { name, bytes, input: { shape } } = model;
    return { name, bytes, shape, contenders: [...entries.values()], ...noise };
  } finally {
    for (const { runner } of contenders) await runner.close();
  }
}

/**
 * What went wrong, a line each: outputs that are wrong, contenders that failed. One that cannot state
 * a model is no fault.
 * @param {ModelResult[]} models
 */
export function faultsOf(models) {
  return models.flatMap(({ name, contenders }) => contenders
    .filter(({ status }) => status === 'refused' || status === 'failed')
    .map(({ label, status, reason }) => `${name}: ${label}: ${status}: ${reason}`));
}
