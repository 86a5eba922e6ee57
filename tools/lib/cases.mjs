// Small models of real users that once failed (tests/cases) through both builds of the command line:
// each folder must pass. Those that must not be run, with the reason, stand in refused.txt; a folder
// that passes though it stands there is a failure too, so that the list stays true.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { programs, runFolders } from './backend.mjs';
import { build, root } from './run.mjs';

/** @typedef {import('./lint.mjs').Counts} Counts */

const folder = path.join(root, 'tests/cases');

/** The folders that hold a model and data for it, relative to tests/cases. */
function caseFolders() {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => path.basename(name) === 'model.onnx')
    .map((name) => path.dirname(name))
    .sort();
}

/** What refused.txt names, a folder a line; a line without indentation is a comment. */
function refused() {
  const lines = readFileSync(path.join(folder, 'refused.txt'), 'utf8').split('\n');
  return new Set(lines.filter((line) => line.startsWith('  ')).map((line) => line.trim()));
}

/** @returns {Promise<Counts>} */
export async function cases() {
  await build('native-release', ['gossamer_cli']);
  await build('wasm-simd', ['gossamer_cli']);
  const names = caseFolders();
  const expected = refused();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const program of programs) {
    const verdicts = await runFolders(program, names.map((name) => path.join(folder, name)));
    verdicts.forEach(({ outcome, reason }, i) => {
      const passed = outcome === 'passed';
      if (passed !== expected.has(names[i])) counts[passed ? 'passed' : 'skipped'] += 1;
      else {
        counts.failed += 1;
        console.log(`  ${program.name} ${names[i]}: ${passed ? 'passes, but is in refused.txt' : reason}`);
      }
    });
  }
  for (const name of expected) {
    if (names.includes(name)) continue;
    counts.failed += 1;
    console.log(`  ${name} is in refused.txt, but there is no such case`);
  }
  return counts;
}
