// Small models of real users that once failed (tests/cases) through both builds of the command line:
// each folder must pass.
import { readdirSync } from 'node:fs';
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

/** @returns {Promise<Counts>} */
export async function cases() {
  await build('native-release', ['gossamer_cli']);
  await build('wasm-simd', ['gossamer_cli']);
  const names = caseFolders();
  const counts = { passed: 0, failed: 0 };
  for (const program of programs) {
    const verdicts = await runFolders(program, names.map((name) => path.join(folder, name)));
    verdicts.forEach(({ outcome, reason }, i) => {
      counts[outcome === 'passed' ? 'passed' : 'failed'] += 1;
      if (outcome !== 'passed') console.log(`  ${program.name} ${names[i]}: ${reason}`);
    });
  }
  return counts;
}
