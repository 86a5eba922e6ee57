// npm run build: everything a user runs. dist/ becomes the deployable static site, build/native/
// gets the command line, build/wasm/ the same program for Node. Builds only what is missing or
// changed; --wasm-only leaves the native command line out (npm start needs none).
import { pathToFileURL } from 'node:url';
import { build, CommandError, setUp } from './lib/run.mjs';
import { assembleSite } from './lib/site.mjs';

/** @type {[string, string, string[]][]} */
const steps = [
  ['native-release', 'command line: build/native/gossamer', ['gossamer_cli']],
  ['wasm-simd', 'web module and command line for Node, SIMD', ['gossamer_web', 'gossamer_cli']],
  ['wasm-relaxed', 'web module, relaxed SIMD', ['gossamer_web']],
  ['wasm-base', 'web module, no SIMD', ['gossamer_web']],
];

/** @param {{native: boolean}} options */
export async function buildAll({ native }) {
  const start = Date.now();
  await setUp('build');
  for (const [preset, what, targets] of steps) {
    if (preset.startsWith('native') && !native) continue;
    const seconds = Math.round((Date.now() - start) / 1000);
    console.log(`[${String(seconds).padStart(3)}s] Building ${what}`);
    await build(preset, targets);
  }
  await assembleSite();
  console.log(`Built dist/ in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

/**
 * Ends the process with what a failed command printed.
 * @param {unknown} error
 * @returns {never}
 */
export function exitWith(error) {
  if (error instanceof CommandError) console.error(error.report);
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildAll({ native: !process.argv.includes('--wasm-only') }).catch(exitWith);
}
