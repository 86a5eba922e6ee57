// npm run bench:kernels: builds and runs the kernel benchmark natively, under Node or in Chromium,
// over the layers of the models named. Options: see `usage`.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { exitWith } from '../../tools/build.mjs';
import { build, root, run, setUp, showProgress } from '../../tools/lib/run.mjs';
import { runInChromium } from './browser.mjs';
import { startKernelBench } from './start.js';

const usage = `npm run bench:kernels [-- options]: times every kernel on the layers of the reference models

  --in WHERE      native (default), node or chromium
  --level L       base, simd or relaxed (default), for node and chromium
  --models A,B    the files of bench/shapes (default: all)
  --filter TEXT   only layers or kernels with this in their line, say "depthwise" or "3x3"
  --seconds S     for each kernel on each layer (default: 0.5)
  --json          one JSON document instead of a table
  --help`;

const shapesFolder = path.join(root, 'bench/shapes');

/** The paths of files in bench/shapes. @param {string} models  names with commas; none: all */
function shapeFiles(models) {
  const present = readdirSync(shapesFolder).filter((file) => file.endsWith('.txt')).sort();
  const names = models.split(',').filter(Boolean).map((name) => `${name}.txt`);
  const unknown = names.find((name) => !present.includes(name));
  if (unknown) throw new Error(`there is no bench/shapes/${unknown}; there are ${present.join(' ')}`);
  return (names.length > 0 ? names : present).map((name) => path.join(shapesFolder, name));
}

/** @param {string} preset */
async function buildBenchmark(preset) {
  await setUp('test');
  console.error(`Building gossamer_kernel_bench (${preset})`);
  await build(preset, ['gossamer_kernel_bench'], { watch: preset === 'native-release' ? undefined : showProgress() });
}

/**
 * @param {string} where
 * @param {string} level
 * @param {string[]} files
 * @param {string[]} args
 * @returns {Promise<number>} exit status
 */
async function runBenchmark(where, level, files, args) {
  if (where === 'native') {
    await buildBenchmark('native-release');
    await run('build/native/bench/kernels/gossamer_kernel_bench', [...args, ...files], { show: true });
    return 0;
  }
  await buildBenchmark(`wasm-${level}`);
  const folder = path.join(root, `build/wasm-${level}/bench/kernels`);
  const shapes = Object.fromEntries(files.map((file) => [path.basename(file), readFileSync(file, 'utf8')]));
  if (where === 'chromium') return runInChromium(folder, shapes, args);
  return startKernelBench(path.join(folder, 'gossamer-kernel-bench.mjs'), shapes, args, console.log);
}

try {
  const { values } = parseArgs({
    options: {
      in: { type: 'string', default: 'native' },
      level: { type: 'string', default: 'relaxed' },
      models: { type: 'string', default: '' },
      filter: { type: 'string' },
      seconds: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const { in: where, level } = values;
  if (values.help) {
    console.log(usage);
  } else if (!['native', 'node', 'chromium'].includes(where) || !['base', 'simd', 'relaxed'].includes(level)) {
    throw new Error(usage);
  } else if (where === 'node' && level === 'relaxed' && !process.execArgv.some((flag) => flag.includes('relaxed'))) {
    // Node 20 has relaxed SIMD behind a flag, which only a new process can be given.
    const args = ['--experimental-wasm-relaxed-simd', ...process.argv.slice(1)];
    await run(process.execPath, args, { show: true });
  } else {
    const given = /** @type {const} */ (['filter', 'seconds']).flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [`--${name}`, value];
    });
    const args = values.json ? [...given, '--json'] : given;
    process.exitCode = await runBenchmark(where, level, shapeFiles(values.models), args);
  }
} catch (error) {
  exitWith(error);
}
