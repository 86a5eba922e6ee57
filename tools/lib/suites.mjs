// The test programs of `npm test`: GoogleTest natively and under Node, node:test for the rest, and
// the size of what a page downloads. Each resolves to its counts.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { writePackage } from './package/write.mjs';
import { build, buildTrees, CommandError, jobs, root, run } from './run.mjs';
import { assembleSite } from './site.mjs';

/** @typedef {import('./lint.mjs').Counts} Counts */

/**
 * Runs a test program and counts from what it printed; a program that dies before its summary is
 * one failure more. Output is shown when something failed.
 * @param {string} command
 * @param {string[]} args
 * @param {(output: string) => Counts} count
 * @param {Record<string, string>} [env]
 */
async function runTests(command, args, count, env) {
  try {
    return count(await run(command, args, { env }));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const counts = count(error.output);
    const lines = error.output.trimEnd().split('\n');
    // The lines of tests that passed would bury the one that did not.
    console.log(lines.filter((line) => !/^\[ +(OK|RUN) +\]|^\[-+\]|^✔/.test(line)).join('\n'));
    if (counts.failed === 0) {
      console.log(`${error.message} without a summary; last lines:\n${lines.slice(-5).join('\n')}`);
      counts.failed = 1;
    }
    return counts;
  }
}

/**
 * @param {string} output
 * @returns {Counts}
 */
function countGoogleTest(output) {
  /** @param {RegExp} pattern */
  const number = (pattern) => Number(pattern.exec(output)?.[1] ?? 0);
  if (!/^\[=+\] \d+ tests? from .* ran/m.test(output)) {
    return { passed: (output.match(/^\[ +OK \]/gm) ?? []).length, failed: 0 };
  }
  return {
    passed: number(/^\[ +PASSED +\] (\d+) tests?/m),
    failed: number(/^\[ +FAILED +\] (\d+) tests?/m),
    skipped: number(/^\[ +SKIPPED +\] (\d+) tests?/m),
  };
}

/**
 * @param {string} output
 * @returns {Counts}
 */
function countNodeTest(output) {
  /** @param {string} name */
  const number = (name) => Number(new RegExp(`^# ${name} (\\d+)`, 'm').exec(output)?.[1] ?? 0);
  return {
    passed: number('pass'),
    failed: number('fail') + number('cancelled'),
    skipped: number('skipped') + number('todo'),
  };
}

/** @param {Counts[]} counts @returns {Counts} */
function addUp(counts) {
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ name) => counts.reduce((total, each) => total + (each[name] ?? 0), 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/**
 * Runs a program of GoogleTest in as many processes as there are cores, each with a share of the tests.
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<Counts>}
 */
async function inShards(command, args) {
  const counts = await Promise.all(Array.from({ length: jobs }, (_, index) => runTests(command, args, countGoogleTest, {
    GTEST_TOTAL_SHARDS: String(jobs), GTEST_SHARD_INDEX: String(index), GTEST_COLOR: 'no',
  })));
  return addUp(counts);
}

/**
 * Builds and runs the C++ tests of a preset: all, those that can differ between levels of instructions, or those
 * of threads.
 * @param {string} preset
 * @param {'gossamer_tests' | 'gossamer_level_tests' | 'gossamer_thread_tests'} [suite]
 * @returns {Promise<Counts>}
 */
export async function googleTests(preset, suite = 'gossamer_tests') {
  const wasm = preset.startsWith('wasm');
  await build(preset, [suite, ...(preset === 'native-asan' ? ['gossamer_cli'] : [])]);
  const program = path.join(root, String(buildTrees.get(preset)), 'tests', suite);
  if (!wasm) return inShards(program, []);
  const flags = [];
  if (preset === 'wasm-relaxed') {
    const needed = await relaxedFlags();
    if (!needed) {
      return { passed: 0, failed: 1, note: `Node ${process.version} has no relaxed SIMD; Node 20 and later have` };
    }
    flags.push(...needed);
  }
  return inShards(process.execPath, [...flags, `${program}.mjs`]);
}

// A module whose one function is (local.get 0) x3, f32x4.relaxed_madd.
const relaxedProbe =
  'WebAssembly.validate(new Uint8Array([0,97,115,109,1,0,0,0,1,6,1,96,1,123,1,123,3,2,1,0,' +
  '10,13,1,11,0,32,0,32,0,32,0,253,133,2,11]))';

/** The flags that make this Node run relaxed SIMD; null when none does. */
async function relaxedFlags() {
  for (const flags of [[], ['--experimental-wasm-relaxed-simd']]) {
    const script = `process.exit(${relaxedProbe} ? 0 : 1)`;
    const works = await run(process.execPath, [...flags, '-e', script]).then(
      () => true,
      () => false,
    );
    if (works) return flags;
  }
  return null;
}

/** Paths of a folder's node:test files. @param {string} folder */
function testFiles(folder) {
  const full = path.join(root, folder);
  const names = existsSync(full) ? readdirSync(full) : [];
  return names.filter((name) => name.endsWith('.test.mjs')).map((name) => `${folder}/${name}`);
}

/**
 * Runs node:test files of a folder.
 * @param {string} folder
 * @param {(output: string) => void} [read]  gets the protocol
 * @param {{files?: string[], atOnce?: number}} [how]  files: of the folder, default: all; atOnce: how many files
 * @returns {Promise<Counts>}
 */
export async function nodeTests(folder, read = () => {}, { files = testFiles(folder), atOnce } = {}) {
  if (files.length === 0) return { passed: 0, failed: 0, note: `no tests in ${folder}` };
  const args = ['--test', '--test-reporter=tap', ...(atOnce ? [`--test-concurrency=${atOnce}`] : []), ...files];
  return runTests(process.execPath, args, (output) => {
    read(output);
    return countNodeTest(output);
  });
}

/**
 * Page and library in Chromium: as many files at once as there are cores, but alone those that measure time.
 * @returns {Promise<Counts>}
 */
export async function browser() {
  const files = testFiles('tests/browser');
  const measures = (/** @type {string} */ file) => /\/(abort|speed)\.test/.test(file);
  const counts = [
    await nodeTests('tests/browser', undefined, { files: files.filter((file) => !measures(file)), atOnce: jobs }),
    await nodeTests('tests/browser', undefined, { files: files.filter(measures), atOnce: 1 }),
  ];
  return addUp(counts);
}

/**
 * The package, made of what is built, in apps.
 * @returns {Promise<Counts>}
 */
export async function integration() {
  await writePackage();
  return nodeTests('tests/integration');
}

/**
 * Page and library in Firefox and WebKit; says how often WebKit's streams needed a second attempt.
 * @returns {Promise<Counts>}
 */
export async function engines() {
  let retries = 0;
  const counts = await nodeTests('tests/engines', (output) => {
    retries = (output.match(/^ *# retries: 1/gm) ?? []).length;
    for (const [line] of output.matchAll(/^ *# (?!\w+ [\d.]+$|Subtest).*$/gm)) console.log(`  ${line.trim().slice(2)}`);
  });
  return { ...counts, note: `${retries} retries of streams` };
}

/** @returns {Promise<Counts>} */
export async function commandLine() {
  for (const preset of ['native-release', 'wasm-simd']) await build(preset, ['gossamer_cli']);
  return nodeTests('tests/cli');
}

/** @returns {Promise<Counts>} */
export async function nodePackage() {
  await build('native-release', ['gossamer_cli']);
  await build('wasm-simd', ['gossamer_web', 'gossamer_pictures']);
  return nodeTests('tests/package');
}

/** @returns {Promise<Counts>} */
export async function benchmarks() {
  await build('native-release', ['gossamer_kernel_bench']);
  return nodeTests('tests/bench');
}

const siteTargets = {
  'wasm-base': ['gossamer_web'],
  'wasm-simd': ['gossamer_web', 'gossamer_cli', 'gossamer_pictures'],
  'wasm-relaxed': ['gossamer_web'],
};

/**
 * Builds the whole site and the command lines, as `npm run build` does.
 * @returns {Promise<Counts>}
 */
export async function site() {
  await build('native-release', ['gossamer_cli']);
  for (const [preset, targets] of Object.entries(siteTargets)) {
    await build(preset, targets);
  }
  await assembleSite();
  return sizeBudget();
}

// Compressed, for any variant: what a page downloads before it can classify; and the module with every
// operator, which it downloads once a model needs one of the rarer ones.
const budget = 156 * 1024;
const budgetOfThreads = 160 * 1024;
const budgetOfAll = 240 * 1024;

/** @returns {Counts} */
function sizeBudget() {
  /** @param {string} file */
  const measure = (file) => {
    const bytes = readFileSync(path.join(root, 'dist', file));
    return { raw: bytes.length, brotli: brotliCompressSync(bytes).length };
  };
  const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1024).toFixed(1)} KB`;
  const library = ['gossamer.js', 'worker.js'].map(measure);
  const counts = { passed: 0, failed: 0, note: '' };
  let largest = 0;
  for (const name of readdirSync(path.join(root, 'dist/wasm'))) {
    if (!name.endsWith('.wasm')) continue;
    const wasm = measure(`wasm/${name}`);
    const glue = measure(`wasm/${name.replace(/\.wasm$/, '.js')}`);
    const total = [wasm, glue, ...library].reduce((sum, size) => sum + size.brotli, 0);
    const parts = `wasm ${kilobytes(wasm.brotli)} (raw ${kilobytes(wasm.raw)}), its JS ${kilobytes(glue.brotli)}`;
    console.log(`  ${name}: ${parts}, with the library ${kilobytes(total)} brotli`);
    const [, kind] = /-(mt|all)\.wasm$/.exec(name) ?? [];
    const allowed = { all: budgetOfAll, mt: budgetOfThreads }[String(kind)] ?? budget;
    if (total <= allowed) counts.passed += 1;
    else counts.failed += 1;
    if (!kind) largest = Math.max(largest, total);
  }
  counts.note = `largest download ${kilobytes(largest)} of ${kilobytes(budget)}`;
  return counts;
}

/** Builds the module with every operator, as pages get it. */
export async function webModule() {
  await build('wasm-simd', ['gossamer_web_all']);
}

/**
 * Damaged models, the same at every run, natively and in the module that pages get.
 * @returns {Promise<Counts>}
 */
export async function mutation() {
  const args = ['tools/fuzz_models.mjs', '--seed', '1', '--count', '5000'];
  return runTests(process.execPath, args, countLine);
}

/**
 * From the last line of our own fuzzers.
 * @param {string} output
 * @returns {Counts}
 */
function countLine(output) {
  const [, passed = 0, failed = 0, skipped = 0] = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output) ?? [];
  return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
}

/**
 * Random graphs, the same at every run, and the saved cases, against native onnxruntime.
 * @returns {Promise<Counts>}
 */
export async function differential() {
  await build('native-release', ['gossamer_cli']);
  const args = ['tools/fuzz_ops.mjs', '--seed', '1', '--count', '6000', '--replay'];
  // A process of its own: what takes onnxruntime down must not end the tests.
  return runTests(process.execPath, args, countLine);
}
