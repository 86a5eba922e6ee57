// npm test: sets the machine up, then runs every check and test, each stage with its time, and ends
// with a table and `N passed, N failed, N skipped`; the exit status is 1 when anything failed.
// `npm test -- --only lint,native` runs the stages or groups named; --list shows them. The whole C++ suite
// runs with sanitizers and in wasm SIMD; without sanitizers and at the other two levels of wasm runs what can
// differ there, or, with --whole, everything.
import { cases } from './lib/cases.mjs';
import { conformance } from './lib/conformance.mjs';
import { checkEslint, checkFormat, checkTidy, checkTypes } from './lib/lint.mjs';
import { CommandError, setUp } from './lib/run.mjs';
import { benchmarks, browser, commandLine, differential, engines, googleTests, integration, mutation, nodePackage, nodeTests, site } from './lib/suites.mjs';

/** @typedef {import('./lib/lint.mjs').Counts} Counts */
/** @typedef {{name: string, group: string, what: string, run: () => Promise<Counts>}} Stage */

const whole = process.argv.includes('--whole');
const levelSuite = whole ? 'gossamer_tests' : 'gossamer_level_tests';

/** @type {Stage[]} */
const stages = [
  { name: 'format', group: 'lint', what: 'clang-format', run: checkFormat },
  { name: 'types', group: 'lint', what: 'tsc', run: checkTypes },
  { name: 'eslint', group: 'lint', what: 'eslint', run: checkEslint },
  { name: 'tidy', group: 'lint', what: 'clang-tidy', run: checkTidy },
  { name: 'rules', group: 'rules', what: 'repository rules and tools', run: () => nodeTests('tests') },
  { name: 'native', group: 'cc', what: 'C++ tests, native', run: () => googleTests('native-release', levelSuite) },
  { name: 'asan', group: 'cc', what: 'all C++ tests, sanitizers', run: () => googleTests('native-asan') },
  { name: 'tsan', group: 'cc', what: 'C++ tests of threads, thread sanitizer', run: () => googleTests('native-tsan', 'gossamer_thread_tests') },
  { name: 'base', group: 'wasm', what: 'C++ tests, wasm', run: () => googleTests('wasm-base', levelSuite) },
  { name: 'simd', group: 'wasm', what: 'all C++ tests, wasm SIMD', run: () => googleTests('wasm-simd') },
  { name: 'relaxed', group: 'wasm', what: 'C++ tests, wasm relaxed SIMD', run: () => googleTests('wasm-relaxed', levelSuite) },
  { name: 'site', group: 'web', what: 'site, and its size in files', run: site },
  { name: 'cli', group: 'web', what: 'command line, native and under Node', run: commandLine },
  { name: 'node', group: 'web', what: 'the package under Node', run: nodePackage },
  { name: 'cases', group: 'onnx', what: "users' models that once failed, native and under Node", run: cases },
  { name: 'conformance', group: 'onnx', what: "ONNX's backend tests, native and under Node", run: () => conformance() },
  { name: 'mutation', group: 'onnx', what: 'damaged models, native and in the web module', run: mutation },
  { name: 'differential', group: 'onnx', what: 'random graphs against onnxruntime', run: differential },
  { name: 'bench', group: 'web', what: 'benchmarks: statistics, comparison, report', run: benchmarks },
  { name: 'app', group: 'web', what: 'what the page computes, without a browser', run: () => nodeTests('tests/app') },
  { name: 'models', group: 'web', what: 'models that the build makes, against what they are made from', run: () => nodeTests('tests/models') },
  { name: 'integration', group: 'web', what: 'the package in bundlers, pages and an extension', run: integration },
  { name: 'browser', group: 'web', what: 'page and library in Chromium', run: browser },
  { name: 'engines', group: 'web', what: 'page and library in Firefox and WebKit', run: engines },
];

/** @param {string[]} args */
function chosenStages(args) {
  let only;
  for (let i = 0; i < args.length; i += 1) {
    if (args[i] === '--only') only = args[(i += 1)] ?? '';
    else if (args[i].startsWith('--only=')) only = args[i].slice('--only='.length);
    else if (args[i] === '--whole') continue;
    else if (args[i] === '--list' || args[i] === '--help') {
      console.log('npm test [-- --only NAMES] [--whole]: all stages, or those named (stages or groups, by commas)');
      console.log('--whole: every C++ test natively without sanitizers, in wasm without SIMD and with relaxed SIMD, too\n');
      for (const stage of stages) console.log(`${stage.name.padEnd(12)} ${stage.group.padEnd(6)} ${stage.what}`);
      process.exit(0);
    } else throw new Error(`unknown option ${args[i]}; known are --only NAMES, --whole, --list`);
  }
  if (only === undefined) return stages;
  const names = only.split(',');
  for (const name of names) {
    if (!stages.some((stage) => stage.name === name || stage.group === name)) {
      throw new Error(`no stage is called '${name}'; see --list`);
    }
  }
  return stages.filter((stage) => names.includes(stage.name) || names.includes(stage.group));
}

/**
 * @param {Stage} stage
 * @returns {Promise<Counts & {seconds: number}>}
 */
async function runStage(stage) {
  console.log(`== ${stage.name}: ${stage.what}`);
  const start = Date.now();
  /** @type {Counts} */
  let counts;
  try {
    counts = await stage.run();
  } catch (error) {
    if (error instanceof CommandError) console.log(error.report);
    console.log(error instanceof CommandError ? error.message : error);
    counts = { passed: 0, failed: 1, note: 'did not run to its end' };
  }
  if (counts.passed + counts.failed === 0) {
    counts = { ...counts, failed: 1, note: `${counts.note ?? ''} nothing was tested`.trim() };
  }
  const seconds = (Date.now() - start) / 1000;
  const skipped = counts.skipped ? `, ${counts.skipped} skipped` : '';
  const note = counts.note ? ` (${counts.note})` : '';
  console.log(`   ${counts.passed} passed, ${counts.failed} failed${skipped}, ${seconds.toFixed(1)} s${note}`);
  return { ...counts, seconds };
}

/** @param {Map<string, Counts & {seconds: number}>} results */
function printSummary(results) {
  console.log(`\n${'stage'.padEnd(13)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'skipped'.padStart(9)}${'time'.padStart(9)}`);
  for (const [name, { passed, failed, skipped = 0, seconds }] of results) {
    const numbers = `${String(passed).padStart(8)}${String(failed).padStart(8)}${String(skipped).padStart(9)}`;
    console.log(`${name.padEnd(13)}${numbers}${`${seconds.toFixed(1)} s`.padStart(9)}${failed ? '  FAILED' : ''}`);
  }
}

async function main() {
  const chosen = chosenStages(process.argv.slice(2));
  const start = Date.now();
  await setUp('test');
  console.log(`set-up: ${((Date.now() - start) / 1000).toFixed(1)} s`);
  const results = new Map();
  for (const stage of chosen) results.set(stage.name, await runStage(stage));
  printSummary(results);
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped = 0 } of results.values()) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  console.log(`total time ${((Date.now() - start) / 1000).toFixed(0)} s`);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exit(total.failed > 0 ? 1 : 0);
}

await main().catch((error) => {
  console.error(error instanceof CommandError ? error.message : error);
  process.exit(1);
});
