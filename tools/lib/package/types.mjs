// What changed in the types that the package promises since the last version that was tagged.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from '../run.mjs';

/** Declarations of the library in a folder as one text, file by file. @param {string} folder */
function declarations(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /^(?!bundler|node|single).*\.d\.ts$/.test(name)).sort()
    .map((name) => `// ${name}\n${readFileSync(path.join(folder, name), 'utf8')}`).join('\n');
}

/** @param {string} folder  the package @returns {Promise<{base: string | undefined, text: string}>} */
export async function differenceOfTypes(folder) {
  const base = (await run('git', ['describe', '--tags', '--abbrev=0', '--match', 'v*']).catch(() => '')).trim() || undefined;
  if (!base) return { base, text: '' };
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'gossamer-types-'));
  try {
    const before = path.join(scratch, 'before');
    await run('git', ['worktree', 'add', '--detach', before, base]);
    const out = path.join(scratch, 'types');
    const config = existsSync(path.join(before, 'tsconfig.types.json')) ? 'tsconfig.types.json' : 'tsconfig.json';
    await run('npx', ['--no-install', 'tsc', '-p', path.join(before, config), '--outDir', out]);
    const [old, now] = [path.join(scratch, 'old.d.ts'), path.join(scratch, 'new.d.ts')];
    writeFileSync(old, declarations(out));
    writeFileSync(now, declarations(folder));
    const text = await run('git', ['diff', '--no-index', '--no-color', old, now]).catch(({ output }) => String(output));
    return { base, text };
  } finally {
    await run('git', ['worktree', 'prune']).catch(() => '');
    rmSync(scratch, { recursive: true, force: true });
    await run('git', ['worktree', 'prune']).catch(() => '');
  }
}
