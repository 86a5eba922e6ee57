// npm run build: everything a user runs. dist/ becomes the deployable static site, build/native/
// gets the command line, build/wasm/ the same program for Node. Builds only what is missing or
// changed. Options: see `usage`.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build, CommandError, root, setUp, showProgress } from './lib/run.mjs';
import { assembleSite } from './lib/site.mjs';

const usage = `npm run build [-- options]: builds dist/, build/native/gossamer and build/wasm/gossamer-cli.mjs

  --wasm-only   without the native command line
  --with-peers  the page can compare Gossamer with onnxruntime-web; adds 14 MB to dist/, which only those download who ask for it
  --help`;

/** @type {[string, string, string[]][]} */
const steps = [
  ['native-release', 'command line: build/native/gossamer', ['gossamer_cli']],
  ['wasm-simd', 'web module, command line and decoder for Node, SIMD', ['gossamer_web', 'gossamer_cli', 'gossamer_pictures']],
  ['wasm-relaxed', 'web module, relaxed SIMD', ['gossamer_web']],
  ['wasm-base', 'web module, no SIMD', ['gossamer_web']],
];

/** Comes first where a page waits: it is what most browsers take. */
const first = 'wasm-relaxed';

/**
 * @param {object} options
 * @param {boolean} options.native
 * @param {boolean} [options.peers]
 * @param {() => void} [options.onPage]  called once dist/ is a page that most browsers can use, where the
 *     rest takes minutes more
 * @param {() => void} [options.onAssembly]  called before dist/ is assembled anew
 * @param {(done: number, total: number) => void} [options.onStep]  how far the module is that is being built
 */
export async function buildAll({ native, peers = false, onPage, onAssembly, onStep }) {
  const start = Date.now();
  await setUp('build');
  const wanted = steps.filter(([preset]) => native || !preset.startsWith('native'));
  const early = onPage !== undefined && !isBuilt();
  if (early) wanted.sort(([a], [b]) => Number(b === first) - Number(a === first));
  for (const [index, [preset, what, targets]] of wanted.entries()) {
    const seconds = Math.round((Date.now() - start) / 1000);
    console.log(`[${String(seconds).padStart(3)}s] Building ${index + 1} of ${wanted.length}: ${what}`);
    await build(preset, targets, { watch: showProgress(onStep) });
    if (!early || preset !== first) continue;
    onAssembly?.();
    await assembleSite({ peers, unfinished: true });
    onPage?.();
  }
  onAssembly?.();
  await assembleSite({ peers });
  console.log(`Built dist/ in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

/** Whether every module has been built before, so that what is left to do is little. */
function isBuilt() {
  return steps.every(([preset]) => preset.startsWith('native')
    || ['', '-all'].every((kind) => existsSync(path.join(root, `dist/wasm/${preset.replace('wasm', 'gossamer')}${kind}.wasm`))));
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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const { values } = parseArgs({
      options: { 'wasm-only': { type: 'boolean' }, 'with-peers': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) console.log(usage);
    else await buildAll({ native: !values['wasm-only'], peers: values['with-peers'] });
  } catch (error) {
    exitWith(error);
  }
}
