// ONNX's own backend tests (Debian's libonnx-testdata) through both builds of the command line. What
// the runtime does not support is skipped by it, and every such folder stands with its reason in
// tests/conformance/skipped.txt: losing support is then a failure, and so is a file that is behind.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { programs, runFolders } from './backend.mjs';
import { build, root } from './run.mjs';

/** @typedef {import('./lint.mjs').Counts} Counts */
/** @typedef {import('./backend.mjs').Verdict} Verdict */
/** @typedef {{rtol: number, atol: number}} Tolerance */

export const groups = ['node', 'pytorch-converted', 'pytorch-operator', 'simple'];
const data = '/usr/share/libonnx-testdata/data';
const skippedFile = path.join(root, 'tests/conformance/skipped.txt');

const otherShape = "the test's own data is wrong: an input has another shape than the model says";
/** Folders that cannot pass, and why. Later releases of ONNX have other data in them. @type {Record<string, string>} */
const wrongData = {
  'node/test_cast_FLOAT_to_BFLOAT16': "the test's own data is wrong: bfloat16 is truncated, not rounded to nearest",
  'node/test_castlike_BFLOAT16_to_FLOAT': otherShape,
  'node/test_castlike_BFLOAT16_to_FLOAT_expanded': otherShape,
  'node/test_castlike_FLOAT_to_BFLOAT16': otherShape,
  'node/test_castlike_FLOAT_to_BFLOAT16_expanded': otherShape,
};

/**
 * The tolerance a folder's data.json names, else the one that onnx's own runner uses.
 * @param {string} folder
 * @returns {Tolerance}
 */
function toleranceOf(folder) {
  const file = path.join(folder, 'data.json');
  const named = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return { rtol: named.rtol ?? 1e-3, atol: named.atol ?? 1e-7 };
}

/** Folders by tolerance, each in order. @param {string} group */
function foldersOf(group) {
  /** @type {Map<string, string[]>} */
  const byTolerance = new Map();
  for (const name of readdirSync(path.join(data, group)).sort()) {
    const folder = path.join(data, group, name);
    if (!existsSync(path.join(folder, 'model.onnx'))) continue;
    const { rtol, atol } = toleranceOf(folder);
    const key = `--rtol ${rtol} --atol ${atol}`;
    byTolerance.set(key, [...(byTolerance.get(key) ?? []), folder]);
  }
  return byTolerance;
}

/**
 * Every folder of every group through every build.
 * @param {import('./backend.mjs').Program[]} builds
 * @returns {Promise<Map<string, Map<string, Verdict>>>}  build -> `group/folder` -> verdict
 */
async function runAll(builds) {
  const results = new Map(builds.map(({ name }) => [name, new Map()]));
  for (const program of builds) {
    for (const group of groups) {
      for (const [tolerance, folders] of foldersOf(group)) {
        const progress = (/** @type {number} */ done) =>
          console.log(`  ${program.name} ${group}: ${done}/${folders.length}`);
        const verdicts = await runFolders(program, folders, { options: tolerance.split(' '), progress });
        verdicts.forEach((verdict, i) => {
          const name = `${group}/${path.basename(folders[i])}`;
          const excused = verdict.outcome === 'failed' && name in wrongData;
          results.get(program.name)?.set(name, excused ? { ...verdict, outcome: 'skipped', reason: wrongData[name] } : verdict);
        });
      }
    }
  }
  return results;
}

/**
 * A program's message in the words of skipped.txt: without what is the same for all.
 * @param {string} message
 */
export function readableReason(message) {
  const operators = /operators that are not supported \(opset (\d+)\)(?:; node '[^']*' \(\w+\))?[;,] got (.*?)\. docs\//.exec(message);
  if (operators) {
    const names = operators[2].split(', ').map((name) => name.replace(/ x\d+$/, ''));
    // Before opset 7 many operators broadcast or trained in another way.
    const opset = Number(operators[1]) < 7 && !names[0].includes('.') ? ` in opset ${operators[1]}` : '';
    return `not supported${opset}: ${names.sort().join(', ')}`;
  }
  const text = message.replace(/^[A-Z_]+ \(\w+\): /, '').replace(/, expected .*$/, '');
  const node = /[;,] node '[^']*' \(([\w.]+)\)/.exec(text);
  const where = node ? `${node[1]}: ` : '';
  return where + text.replace(node?.[0] ?? '', '').replace(/[;,] (?:tensor|attribute) '[^']*'/, '');
}

const header = `# Folders of ONNX's backend tests that are skipped, by reason; all others must pass.
# \`node tools/conformance.mjs --update\` writes this file from what the program says.
`;

/** @param {Map<string, Verdict>} verdicts */
function writeSkipped(verdicts) {
  /** @type {Map<string, string[]>} */
  const byReason = new Map();
  for (const [folder, { outcome, reason }] of verdicts) {
    if (outcome !== 'skipped') continue;
    const text = readableReason(reason);
    byReason.set(text, [...(byReason.get(text) ?? []), folder]);
  }
  const parts = [...byReason].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = parts.map(([reason, folders]) => `\n${reason}\n${folders.map((f) => `  ${f}\n`).join('')}`);
  writeFileSync(skippedFile, header + text.join(''));
}

/** @returns {Set<string>} */
function readSkipped() {
  const lines = existsSync(skippedFile) ? readFileSync(skippedFile, 'utf8').split('\n') : [];
  return new Set(lines.filter((line) => line.startsWith('  ')).map((line) => line.trim()));
}

/** @param {Map<string, Map<string, Verdict>>} results */
function printTable(results) {
  console.log(`  ${'build'.padEnd(8)}${'group'.padEnd(20)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'skipped'.padStart(9)}`);
  for (const [name, verdicts] of results) {
    for (const group of groups) {
      const counts = { passed: 0, failed: 0, skipped: 0 };
      for (const [folder, { outcome }] of verdicts) if (folder.startsWith(`${group}/`)) counts[outcome] += 1;
      const { passed, failed, skipped } = counts;
      console.log(`  ${name.padEnd(8)}${group.padEnd(20)}${String(passed).padStart(8)}${String(failed).padStart(8)}${String(skipped).padStart(9)}`);
    }
  }
}

/**
 * What is not as skipped.txt has it, one line each.
 * @param {string} name  of the build
 * @param {Map<string, Verdict>} verdicts
 * @param {Set<string>} skipped
 */
function differences(name, verdicts, skipped) {
  const lines = [];
  for (const [folder, { outcome, reason }] of verdicts) {
    if (outcome === 'failed') lines.push(`${name} ${folder}: ${reason}`);
    else if (outcome === 'skipped' && !skipped.has(folder)) {
      lines.push(`${name} ${folder} is skipped but not in skipped.txt: ${reason}`);
    } else if (outcome === 'passed' && skipped.has(folder)) {
      lines.push(`${name} ${folder} passes but is in skipped.txt: run node tools/conformance.mjs --update`);
    }
  }
  return lines;
}

/**
 * @param {{update?: boolean, only?: string, built?: boolean}} [settings]  update: write skipped.txt
 *   first, from the first build's messages; only: one build, by name; built: take it as it is
 * @returns {Promise<Counts>}
 */
export async function conformance({ update = false, only, built = false } = {}) {
  const builds = programs.filter(({ name }) => !only || name === only);
  for (const { name } of built ? [] : builds) {
    await build(name === 'native' ? 'native-release' : 'wasm-simd', ['gossamer_cli']);
  }
  const results = await runAll(builds);
  if (update) writeSkipped([...results.values()][0]);
  printTable(results);
  const skipped = readSkipped();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, verdicts] of results) {
    const lines = differences(name, verdicts, skipped);
    for (const line of lines) console.log(`  ${line}`);
    counts.failed += lines.length;
    for (const [folder, { outcome }] of verdicts) {
      if (outcome === 'passed' && !skipped.has(folder)) counts.passed += 1;
      if (outcome === 'skipped' && skipped.has(folder)) counts.skipped += 1;
    }
  }
  for (const [name, verdicts] of results) {
    for (const group of groups) {
      if ([...verdicts.keys()].some((folder) => folder.startsWith(`${group}/`))) continue;
      console.log(`  ${name} ${group}: no tests in ${path.join(data, group)}`);
      counts.failed += 1;
    }
  }
  const known = [...results.values()][0];
  for (const folder of skipped) {
    if (known.has(folder)) continue;
    console.log(`  ${folder} is in skipped.txt, but there is no such test`);
    counts.failed += 1;
  }
  return counts;
}
