// npm run test:integration: the package in apps whose frameworks take minutes to install (Next.js, SvelteKit), and under
// Deno and Bun, after those that npm test drives as well. It installs all of them from npm, in build/integration, once.
import { parseArgs } from 'node:util';
import { exitWith } from './build.mjs';
import { integration, nodeTests } from './lib/suites.mjs';

const usage = `npm run test:integration [-- options]: the package in bundlers, pages, an extension, Next.js, SvelteKit, Deno and Bun

  --frameworks  only in Next.js and SvelteKit, and under Deno and Bun
  --built       what is built is up to date
  --help`;

try {
  const { values } = parseArgs({
    options: { frameworks: { type: 'boolean' }, built: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(usage);
  } else {
    /** @type {import('./lib/lint.mjs').Counts[]} */
    const all = [];
    if (values.frameworks) await (await import('./lib/package/write.mjs')).writePackage();
    else all.push(await integration());
    all.push(await nodeTests('tests/frameworks'));
    const sum = (/** @type {'passed' | 'failed'} */ key) => all.reduce((total, counts) => total + counts[key], 0);
    console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
    process.exit(sum('failed') > 0 ? 1 : 0);
  }
} catch (error) {
  exitWith(error);
}
