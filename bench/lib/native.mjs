// The contenders outside the browser: native onnxruntime, in a Node process of its own, and the
// command line of this repository. They take turns like those in pages.
import { fork, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run } from '../../tools/lib/run.mjs';
import { encodeTensor } from '../../tests/support/onnx.mjs';
import { decodeTensor } from '../../tests/support/tensors.mjs';

/** @typedef {import('./models.mjs').Model} Model */

const program = path.join(root, 'build/native/gossamer');
const packages = path.join(root, 'node_modules');

/** @param {string} name @returns {string} */
export const packageVersion = (name) =>
  JSON.parse(readFileSync(path.join(packages, name, 'package.json'), 'utf8')).version;

export class NativeOrt {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
  #pending = new Map();
  #calls = 0;
  #threads;
  /** @type {string[]} */
  files = [];

  /** @param {number} threads */
  constructor(threads) {
    this.#threads = threads;
  }

  /** @param {string} method @param {unknown} [args] @returns {Promise<any>} */
  #call(method, args) {
    return new Promise((resolve, reject) => {
      const id = (this.#calls += 1);
      this.#pending.set(id, { resolve, reject });
      this.#child?.send({ id, method, args });
    });
  }

  /** @param {Model} model */
  async start(model) {
    await this.close();
    const child = fork(path.join(root, 'bench/native/ort_process.mjs'));
    this.#child = child;
    child.on('message', (/** @type {{id: number, value?: unknown, error?: string}} */ { id, value, error }) => {
      const call = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) call?.resolve(value);
      else call?.reject(new Error(error));
    });
    child.on('exit', (status) => {
      for (const { reject } of this.#pending.values()) reject(new Error(`onnxruntime's process ended with ${status}`));
      this.#pending.clear();
    });
    const figures = await this.#call('start', { file: model.file, threads: this.#threads, shape: model.input.shape });
    return { ...figures, version: packageVersion('onnxruntime-node') };
  }

  /** @param {string[]} inputs */
  outputs(inputs) {
    return this.#call('outputs', inputs);
  }

  /** @param {string} input */
  feed(input) {
    return this.#call('feed', input);
  }

  /** @param {number} runs @returns {Promise<number[]>} */
  turn(runs) {
    return this.#call('turn', runs);
  }

  async memory() {
    return { process: /** @type {number} */ (await this.#call('memory')) };
  }

  async close() {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await ended;
  }
}

/** `gossamer bench --turns`. Its timed input is its own, of pseudo-random numbers. */
export class NativeGossamer {
  /** @type {import('node:child_process').ChildProcessWithoutNullStreams | undefined} */
  #child;
  /** @type {AsyncIterator<string> | undefined} */
  #lines;
  /** @type {Pick<Model, 'file' | 'input'> | undefined} */
  #model;
  #errors = '';
  #first = NaN;
  #environment;
  #threads;
  /** @type {string[]} */
  files = [];

  /** @param {Record<string, string>} [environment]  variables that the process sees besides ours @param {number} [threads] */
  constructor(environment = {}, threads = 1) {
    this.#environment = environment;
    this.#threads = threads;
  }

  /** @param {Pick<Model, 'file' | 'input'>} model */
  async start(model) {
    await this.close();
    this.#model = model;
    const begin = performance.now();
    const child = spawn(program, ['bench', model.file, '--turns', '--threads', String(this.#threads)], { env: { ...process.env, ...this.#environment } });
    this.#child = child;
    this.#errors = '';
    child.stderr.on('data', (text) => {
      this.#errors += text;
    });
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const { load, first } = JSON.parse(await this.#line());
    this.#first = first;
    const version = (await run(program, ['--version'])).trim();
    return { load, ready: performance.now() - begin, version };
  }

  async #line() {
    const next = await this.#lines?.next();
    if (!next || next.done) throw new Error(this.#errors.trim() || 'gossamer bench ended early');
    return next.value;
  }

  /** Through `gossamer run`, which takes and writes TensorProto files. @param {string[]} inputs */
  async outputs(inputs) {
    const { input, file } = /** @type {Pick<Model, 'file' | 'input'>} */ (this.#model);
    const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-bench-'));
    try {
      const outputs = [];
      for (const name of inputs) {
        const bytes = readFileSync(name);
        const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
        const fed = path.join(folder, 'input.pb');
        writeFileSync(fed, encodeTensor(input.name, { dims: input.shape, values }));
        const printed = await run(program, ['run', file, '--input', `${input.name}=${fed}`, '--output-dir', folder]);
        const [first] = printed.split('  ', 1);
        outputs.push(Array.from(decodeTensor(readFileSync(first)).values));
      }
      return outputs;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  async feed() {}

  /** @param {number} runs @returns {Promise<number[]>} */
  async turn(runs) {
    // The program has made its first run when it says that it is ready.
    if (!Number.isNaN(this.#first)) {
      const first = this.#first;
      this.#first = NaN;
      return runs > 1 ? [first, ...(await this.turn(runs - 1))] : [first];
    }
    this.#child?.stdin.write(`${runs}\n`);
    return JSON.parse(await this.#line());
  }

  async memory() {
    const status = readFileSync(`/proc/${this.#child?.pid}/status`, 'utf8');
    return { process: Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024 };
  }

  /** Milliseconds of a processor that the process took so far; what it waited for others is left out. */
  processorTime() {
    const afterName = readFileSync(`/proc/${this.#child?.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return 10 * (Number(afterName[11]) + Number(afterName[12])); // utime and stime, in hundredths
  }

  async close() {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin.end();
    await ended;
  }
}
