// Running other programs from the npm scripts: inside the set-up's environment, output passed on or
// kept back until something fails. Node only; no packages, because this runs before any are there.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

// Compilers run in parallel; GOSSAMER_JOBS lowers it on a machine that is shared.
export const jobs = Number(process.env.GOSSAMER_JOBS) || cpus().length;

/** A command that ended with another status than 0, with what it printed. */
export class CommandError extends Error {
  /**
   * @param {string} command
   * @param {number | string} status exit status or signal
   * @param {string} output
   */
  constructor(command, status, output) {
    super(`${command} ended with ${status}`);
    this.status = status;
    this.output = output;
  }

  /** What it printed, without the lines in which a build tells its progress. */
  get report() {
    const lines = this.output.trimEnd().split('\n');
    return lines.filter((line) => !/^\[\d+\/\d+\] |^-- /.test(line)).join('\n');
  }
}

/**
 * @typedef {object} RunOptions
 * @property {boolean} [show]  pass output on as it comes
 * @property {(text: string) => void} [watch]  called with each piece of output
 * @property {Record<string, string>} [env]
 * @property {string} [cwd]  default: the repository's root
 */

/**
 * Runs a command. Resolves to its output (both streams in order).
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, { show = false, watch, env = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    /** @type {Buffer[]} */
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        chunks.push(chunk);
        if (show) process.stdout.write(chunk);
        watch?.(String(chunk));
      });
    }
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const output = Buffer.concat(chunks).toString();
      if (status === 0) resolve(output);
      else reject(new CommandError(`${command} ${args[0] ?? ''}`, signal ?? status ?? 1, output));
    });
  });
}

/**
 * As run(), with the environment of the chosen Emscripten.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export function runWithToolchain(command, args, options) {
  return run('bash', ['-c', '. .toolchain/env.sh; exec "$0" "$@"', command, ...args], options);
}

/**
 * Brings in what is missing on this machine; takes some milliseconds when nothing is.
 * @param {'build' | 'test' | 'models'} goal
 */
export function setUp(goal) {
  return run('tools/setup.sh', [goal], { show: true });
}

/** When a file was changed, -1 if there is none. @param {string} file */
export const modified = (file) => (existsSync(file) ? statSync(file).mtimeMs : -1);

/** Preset name -> its build tree, as CMakePresets.json has them. */
export const buildTrees = new Map([
  ['native-release', 'build/native'],
  ['native-asan', 'build/asan'],
  ['native-tsan', 'build/tsan'],
  ['wasm-base', 'build/wasm-base'],
  ['wasm-simd', 'build/wasm-simd'],
  ['wasm-relaxed', 'build/wasm-relaxed'],
]);

/**
 * Configures a preset where its tree is missing or older than the toolchain or the presets.
 * @param {string} preset
 */
export async function configure(preset) {
  const tree = path.join(root, String(buildTrees.get(preset)));
  const configured = modified(path.join(tree, 'build.ninja'));
  const toolchain = modified(path.join(root, '.toolchain/ready'));
  const presets = modified(path.join(root, 'CMakePresets.json'));
  if (configured > toolchain && configured > presets) return;
  // A changed toolchain invalidates what CMake remembers about compilers.
  await runWithToolchain('cmake', ['--preset', preset, '--fresh']);
}

/**
 * Builds targets of a preset.
 * @param {string} preset
 * @param {string[]} targets
 * @param {RunOptions} [options]
 */
export async function build(preset, targets, options) {
  await configure(preset);
  const args = ['--build', String(buildTrees.get(preset)), '-j', String(jobs), '--target', ...targets];
  await runWithToolchain('cmake', args, options);
}

/**
 * For `watch`: how far a build is, on one line of a terminal, elsewhere every ten seconds.
 * @param {(done: number, total: number) => void} [onStep]
 */
export function showProgress(onStep) {
  let shown = Date.now();
  return (/** @type {string} */ text) => {
    const step = text.match(/\[\d+\/\d+\]/g)?.at(-1);
    if (!step) return;
    const [done, total] = step.slice(1, -1).split('/').map(Number);
    onStep?.(done, total);
    if (process.stdout.isTTY) {
      process.stdout.write(`\r       ${step}\r`);
    } else if (Date.now() - shown > 10_000) {
      console.log(`       ${step}`);
      shown = Date.now();
    }
  };
}
