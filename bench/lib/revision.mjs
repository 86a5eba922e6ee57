// The site as an earlier commit builds it, in build/bench/<hash>/: made once, in a git worktree under
// build/bench/worktree that keeps its build trees, so that the next commit only compiles what differs.
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { jobs, root, run, runWithToolchain, showProgress } from '../../tools/lib/run.mjs';

const folder = path.join(root, 'build/bench');
const worktree = path.join(folder, 'worktree');

/** @param {string} reference @returns {Promise<string>} the commit's hash */
export async function commitOf(reference) {
  const hash = await run('git', ['rev-parse', '--verify', '--quiet', `${reference}^{commit}`]).catch(() => '');
  if (!hash) throw new Error(`'${reference}' names no commit`);
  return hash.trim();
}

/** @param {string} hash */
async function checkOut(hash) {
  if (existsSync(path.join(worktree, '.git'))) {
    await run('git', ['-C', worktree, 'checkout', '--quiet', '--force', '--detach', hash]);
  } else {
    mkdirSync(folder, { recursive: true });
    await run('git', ['worktree', 'prune']);
    await run('git', ['worktree', 'add', '--quiet', '--detach', worktree, hash]);
  }
  for (const name of ['.toolchain', 'node_modules']) {
    const link = path.join(worktree, name);
    if (!existsSync(link)) symlinkSync(path.join(root, name), link);
  }
}

/**
 * The folder of a commit's site with the web modules of these levels, built where they are missing.
 * @param {string} hash
 * @param {string[]} levels
 * @returns {Promise<string>}
 */
export async function siteOf(hash, levels) {
  const site = path.join(folder, hash.slice(0, 12));
  const missing = levels.filter((level) => !existsSync(path.join(site, 'wasm', `gossamer-${level}.wasm`)));
  if (missing.length === 0) return site;
  await checkOut(hash);
  for (const level of missing) {
    console.log(`Building ${hash.slice(0, 12)}, ${level} (once)`);
    await runWithToolchain('cmake', ['--preset', `wasm-${level}`], { cwd: worktree });
    const args = ['--build', `build/wasm-${level}`, '-j', String(jobs), '--target', 'gossamer_web'];
    await runWithToolchain('cmake', args, { cwd: worktree, watch: showProgress() });
  }
  cpSync(path.join(worktree, 'web'), site, { recursive: true });
  mkdirSync(path.join(site, 'wasm'), { recursive: true });
  for (const name of readdirSync(path.join(worktree, 'dist/wasm'))) {
    // Other levels' modules may be left from another commit.
    const level = /^gossamer-(\w+)/.exec(name)?.[1] ?? '';
    if (missing.includes(level)) cpSync(path.join(worktree, 'dist/wasm', name), path.join(site, 'wasm', name));
  }
  return site;
}
