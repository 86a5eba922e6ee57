// The same inputs through a model in every runtime that tools/test_models.mjs compares: native
// onnxruntime, the native command line, and dist/ in Chromium. A run is one list of numbers per output.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ort from 'onnxruntime-node';
import { chromium } from 'playwright-core';
import { NativeGossamer } from '../../bench/lib/native.mjs';
import { encodeTensor } from '../../tests/support/onnx.mjs';
import { decodeTensor } from '../../tests/support/tensors.mjs';
import { serve } from '../serve.mjs';
import { programs, runFolders } from './backend.mjs';
import { chromiumFlags, findChromium } from './chromium.mjs';
import { narrowModel, roundModel } from './narrow_model.mjs';
import { root } from './run.mjs';

/** @typedef {{version: number, file: string, bytes: number, input: {name: string, shape: number[]}, outputs: string[], classes: number}} Model */
/** @typedef {{dims: number[], values: ArrayLike<number>}[]} Outputs */

export const modelFolder = path.join(root, 'build/models');
const leastMilliseconds = 6000; // that turns go on, natively: a machine is seldom quiet

/** @param {Model} model @param {string} name @param {(model: Buffer) => Buffer} convert @returns {Model} */
function converted(model, name, convert) {
  const file = path.join(path.dirname(model.file), `${name}.onnx`);
  const [from, to] = [model.file, file].map((relative) => path.join(modelFolder, relative));
  if (!existsSync(to) || statSync(to).mtimeMs < statSync(from).mtimeMs) {
    writeFileSync(`${to}.partial`, convert(readFileSync(from)));
    renameSync(`${to}.partial`, to);
  }
  return { ...model, file, bytes: statSync(to).size };
}

/**
 * The model in another type, and one in float32 that must give the same numbers; written beside it
 * where they are missing.
 * @param {Model} model
 * @param {import('./narrow_model.mjs').NarrowType} type
 */
export const inOtherType = (model, type) => ({
  narrow: converted(model, type, (bytes) => narrowModel(bytes, type)),
  rounded: converted(model, `${type}_rounded`, (bytes) => roundModel(bytes, type)),
});

/** @param {Model} model @param {Float32Array[]} inputs @returns {Promise<Outputs[]>} */
export async function runOnnxruntime({ file, input, outputs }, inputs) {
  const session = await ort.InferenceSession.create(path.join(modelFolder, file), {
    intraOpNumThreads: 1, logSeverityLevel: 3,
  });
  const runs = [];
  for (const values of inputs) {
    const results = await session.run({ [input.name]: new ort.Tensor('float32', values, input.shape) });
    runs.push(outputs.map((output) => {
      const { data, dims } = results[output];
      return { dims: [...dims], values: Float32Array.from(/** @type {Float32Array} */ (data)) };
    }));
  }
  await session.release();
  return runs;
}

/**
 * Through `gossamer test`: inputs and expectations go and results come as TensorProto files.
 * @param {Model} model
 * @param {Float32Array[]} inputs
 * @param {Outputs[]} expected
 * @returns {Promise<Outputs[]>}
 */
export async function runNative({ file, input, outputs }, inputs, expected) {
  const folder = path.join(root, 'build/test_models');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    symlinkSync(path.join(modelFolder, file), path.join(folder, 'model.onnx'));
    const sets = inputs.map((values, i) => {
      const set = path.join(folder, `test_data_set_${String(i).padStart(3, '0')}`);
      mkdirSync(set);
      writeFileSync(path.join(set, 'input_0.pb'), encodeTensor(input.name, { dims: input.shape, values }));
      expected[i].forEach(({ dims, values: numbers }, o) =>
        writeFileSync(path.join(set, `output_${o}.pb`), encodeTensor(outputs[o], { dims, values: Float32Array.from(numbers) })));
      return set;
    });
    // The program compares too; its tolerance is opened so that it goes through all data sets.
    const options = ['--save', '--atol', '1e30'];
    const [verdict] = await runFolders(programs[0], [folder], { options, seconds: 1800 });
    if (verdict.outcome !== 'passed') throw new Error(verdict.reason);
    return sets.map((set) => outputs.map((_, o) => {
      const { dims, values } = decodeTensor(readFileSync(path.join(set, `result_${o}.pb`)));
      return { dims, values };
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What `gossamer info` says of a model.
 * @param {Model} model
 * @returns {{steps: {op: string, kernel: string}[], memory: {arena_bytes: number, live_bytes: number}}}
 */
export function describePlan({ file }) {
  const [program, ...args] = programs[0].command;
  const json = execFileSync(program, [...args, 'info', path.join(modelFolder, file), '--json'], { encoding: 'utf8' });
  return JSON.parse(json);
}

/**
 * What each step takes natively, on one thread.
 * @param {Model} model
 * @param {number} runs
 * @returns {import('./slow_steps.mjs').Step[]}
 */
export function profileSteps({ file }, runs) {
  const [program, ...args] = programs[0].command;
  const options = ['--profile', '--json', '--runs', String(runs)];
  const json = execFileSync(program, [...args, 'bench', path.join(modelFolder, file), ...options], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return JSON.parse(json).steps;
}

/**
 * What each model takes natively, in turns: processor time, which a busy machine disturbs less than the
 * clock's, and the peak of memory.
 * @param {Model[]} models
 * @param {number} rounds  at least
 * @returns {Promise<{time: number, bytes: number}[]>}  milliseconds of all runs; bytes of the process
 */
export async function timeNative(models, rounds) {
  // Blocks that are returned leave no holes, whose sizes are chance.
  const runners = models.map(() => new NativeGossamer({ MALLOC_MMAP_THRESHOLD_: '65536' }));
  try {
    for (const [i, runner] of runners.entries()) {
      const { input, file } = models[i];
      await runner.start({ file: path.join(modelFolder, file), input });
      await runner.turn(2);
    }
    const before = runners.map((runner) => runner.processorTime());
    const begin = performance.now();
    for (let round = 0; round < rounds || performance.now() - begin < leastMilliseconds; round += 1) {
      for (const runner of runners) await runner.turn(1);
    }
    return await Promise.all(runners.map(async (runner, i) => ({
      time: runner.processorTime() - before[i], bytes: (await runner.memory()).process,
    })));
  } finally {
    await Promise.all(runners.map((runner) => runner.close()));
  }
}

/** Chromium with dist/ort.js in it; to be closed. */
export async function openBrowser() {
  const server = await serve({ port: 0, root });
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
  return {
    /** @param {Model} model @param {Float32Array[]} inputs @returns {Promise<Outputs[]>} */
    async run({ file, input, outputs }, inputs) {
      const page = await browser.newPage();
      await page.route('**/empty.html', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
      try {
        await page.goto(`${server.url}/empty.html`);
        await page.evaluate(async ({ url, script }) => {
          const ort = await import(script);
          Object.assign(globalThis, { ort, session: await ort.InferenceSession.create(url) });
        }, { url: `${server.url}/build/models/${file}`, script: `${server.url}/dist/ort.js` });
        const runs = [];
        for (const values of inputs) {
          const bytes = Buffer.from(values.buffer).toString('base64');
          runs.push(await page.evaluate(runInPage, { bytes, input, outputs }));
        }
        return runs;
      } finally {
        await page.close();
      }
    },
    /**
     * The time of the fastest run of each model, in turns.
     * @param {Model[]} models @param {number} rounds @returns {Promise<{time: number}[]>}
     */
    async times(models, rounds) {
      const page = await browser.newPage();
      await page.route('**/empty.html', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
      try {
        await page.goto(`${server.url}/empty.html`);
        const urls = models.map(({ file }) => `${server.url}/build/models/${file}`);
        const fastest = await page.evaluate(timeInPage, {
          urls, script: `${server.url}/dist/ort.js`, input: models[0].input, rounds,
        });
        return fastest.map((time) => ({ time }));
      } finally {
        await page.close();
      }
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/**
 * In the page, after `ort` and `session` were put there.
 * @param {{bytes: string, input: Model['input'], outputs: string[]}} request
 */
async function runInPage({ bytes, input, outputs }) {
  const { ort, session } = /** @type {any} */ (globalThis);
  const { buffer } = Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
  const results = await session.run({ [input.name]: new ort.Tensor(new Float32Array(buffer), input.shape) });
  return outputs.map((name) => ({ dims: [...results[name].dims], values: Array.from(results[name].data) }));
}

/** @param {{urls: string[], script: string, input: Model['input'], rounds: number}} request */
async function timeInPage({ urls, script, input, rounds }) {
  const ort = await import(script);
  const sessions = [];
  for (const url of urls) sessions.push(await ort.InferenceSession.create(url));
  const count = input.shape.reduce((product, extent) => product * extent, 1);
  const values = Float32Array.from({ length: count }, (_, i) => Math.sin(i));
  const feeds = { [input.name]: new ort.Tensor(values, input.shape) };
  const fastest = urls.map(() => Infinity);
  for (let round = 0; round < rounds; round += 1) {
    for (const [i, session] of sessions.entries()) {
      for (let run = 0; run < 3; run += 1) {
        const begin = performance.now();
        await session.run(feeds);
        fastest[i] = Math.min(fastest[i], performance.now() - begin);
      }
    }
  }
  return fastest;
}
