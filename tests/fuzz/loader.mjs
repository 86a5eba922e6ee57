// A program that loads models, one after the other, each in the time it is given. What takes it down
// costs only that model: it is started again for the next.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../tools/lib/run.mjs';

/** @typedef {{code: string, milliseconds: number, text: string}} Answer  milliseconds of the processor */

// Of the clock, until a model counts as hanging: much more than the processor's time that is allowed,
// because the machine may be busy.
const patience = 30_000;

export const programs = {
  native: (/** @type {string} */ folder) => [path.join(root, 'build/native/tests/gossamer_load_models'), folder],
  asan: (/** @type {string} */ folder) => [path.join(root, 'build/asan/tests/gossamer_load_models'), folder],
  web: () => [process.execPath, fileURLToPath(new URL('load_models.mjs', import.meta.url))],
};

export class Loader {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  #folder;
  #program;
  #output = '';
  #errors = '';
  /** @type {((answer: Answer | null) => void) | undefined}  null: the program ended */
  #settle;

  /** @param {keyof typeof programs} program */
  constructor(program) {
    this.#program = program;
    this.#folder = mkdtempSync(path.join(tmpdir(), 'gossamer-fuzz-'));
    // Weights that some of the models name.
    copyFileSync(path.join(root, 'tests/cases/external_data/model.onnx.data'), path.join(this.#folder, 'model.onnx.data'));
  }

  #start() {
    const [command, ...args] = programs[this.#program](this.#folder);
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    this.#output = '';
    this.#errors = '';
    child.stdin?.on('error', () => {});  // it ended before it read everything; 'close' tells
    child.stdout?.on('data', (chunk) => {
      this.#output += chunk;
      const end = this.#output.indexOf('\n');
      if (end < 0) return;
      const line = this.#output.slice(0, end);
      this.#output = this.#output.slice(end + 1);
      this.#settle?.(JSON.parse(line));
    });
    child.stderr?.on('data', (chunk) => { this.#errors = (this.#errors + chunk).slice(-20_000); });
    child.on('error', (error) => { this.#errors += String(error); });
    child.on('close', (status, signal) => {
      if (this.#child !== child) return;
      this.#errors += `\nended with ${signal ?? status}`;
      this.#child = undefined;
      this.#settle?.(null);
    });
  }

  /**
   * Loads a model. What is not an error with a code has the code CRASH or HANG.
   * @param {Buffer} bytes @returns {Promise<Answer>}
   */
  async load(bytes) {
    if (!this.#child) this.#start();
    const child = /** @type {import('node:child_process').ChildProcess} */ (this.#child);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, patience);
    const answer = await new Promise((/** @type {(answer: Answer | null) => void} */ resolve) => {
      this.#settle = resolve;
      child.stdin?.write(Buffer.concat([length, bytes]));
    });
    clearTimeout(timer);
    // Its answer came while this process was busy for so long that the time was up: the next model gets
    // a program of its own.
    if (late && this.#child === child) this.#child = undefined;
    if (answer) return answer;
    return { code: late ? 'HANG' : 'CRASH', milliseconds: late ? patience : 0, text: this.#errors.trim().slice(0, 4000) };
  }

  /** Ends the program and removes its folder. */
  close() {
    const child = this.#child;
    this.#child = undefined;
    child?.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
