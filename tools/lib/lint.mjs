// The checks of `npm test` that read sources and run nothing of ours. Each resolves to its counts,
// in files, and prints what a tool found.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build, CommandError, jobs, modified, root, run } from './run.mjs';

/** @typedef {{passed: number, failed: number, skipped?: number, note?: string}} Counts */

/**
 * Files of the repository, committed or about to be, whose path matches.
 * @param {RegExp} pattern
 */
export async function repositoryFiles(pattern) {
  const listed = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z']);
  const deleted = await run('git', ['ls-files', '--deleted', '-z']);
  const gone = new Set(deleted.split('\0'));
  return listed.split('\0').filter((file) => file && !gone.has(file) && pattern.test(file));
}

/**
 * Runs one command per batch of files, as many at a time as there are cores.
 * @param {string[]} files
 * @param {number} batch
 * @param {(batch: string[]) => [string, string[]]} command
 * @returns {Promise<Counts>}
 */
async function overFiles(files, batch, command) {
  const counts = { passed: 0, failed: 0 };
  const waiting = [...files];
  const worker = async () => {
    while (waiting.length > 0) {
      const taken = waiting.splice(0, batch);
      try {
        await run(...command(taken));
        counts.passed += taken.length;
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        console.log(error.output.trimEnd());
        const named = taken.filter((file) => error.output.includes(file)).length;
        counts.failed += named || taken.length;
        counts.passed += named ? taken.length - named : 0;
      }
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return counts;
}

/** Layout of the C++ code, as .clang-format has it. */
export async function checkFormat() {
  const files = await repositoryFiles(/^(src|include|tests|bench)\/.*\.(h|cc)$/);
  return overFiles(files, 20, (batch) => ['clang-format-19', ['--dry-run', '--Werror', ...batch]]);
}

/** clang-tidy over the library and the command line, with the sanitizer build's flags. */
export async function checkTidy() {
  // Of what is built only the headers that the library precompiles are read.
  const [plugin] = await Promise.all([tidyPlugin(), build('native-asan', ['CMakeFiles/gossamer.dir/cmake_pch.hxx.pch'])]);
  const files = await repositoryFiles(/^src\/(?!bindings\/).*\.cc$/);
  return overFiles(files, 1, (batch) => ['clang-tidy-19', ['-p', 'build/asan', '--quiet', '--load', plugin, ...batch]]);
}

/** Builds what keeps clang-tidy from looking through system headers. Resolves to its path. */
async function tidyPlugin() {
  const [source, plugin] = ['tools/tidy/own_code.cc', 'build/tidy/own_code.so'].map((file) => path.join(root, file));
  if (modified(plugin) > modified(source)) return plugin;
  mkdirSync(path.dirname(plugin), { recursive: true });
  await run('clang++-19', ['-std=c++20', '-fno-rtti', '-fPIC', '-shared', '-isystem', '/usr/lib/llvm-19/include', source, '-o', plugin]);
  return plugin;
}

/** JSDoc types of the page and library, then of the tools and tests. */
export async function checkTypes() {
  /** @type {Counts} */
  const counts = { passed: 0, failed: 0 };
  for (const project of ['tsconfig.json', 'tsconfig.node.json']) {
    try {
      await run('npx', ['--no-install', 'tsc', '-p', project]);
      counts.passed += 1;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      console.log(error.output.trimEnd());
      counts.failed += 1;
    }
  }
  return counts;
}

export async function checkEslint() {
  const files = await repositoryFiles(/\.(js|mjs)$/);
  return overFiles(files, files.length, (batch) => [
    'npx',
    ['--no-install', 'eslint', '--max-warnings=0', ...batch],
  ]);
}

/** @param {string} file */
export const read = (file) => readFileSync(`${root}/${file}`, 'utf8');
