// npm start: sets the machine up if needed, builds what is missing, serves dist/ and prints the URL. The
// page is served as soon as most browsers can use it; what is built afterwards takes its place.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildAll, exitWith } from './build.mjs';
import { root } from './lib/run.mjs';
import { Progress } from './lib/waitPage.mjs';
import { serve, serveHelp, serveOptions } from './serve.mjs';

/** @type {'nothing' | 'page' | 'assembling' | 'all'} What there is to serve. */
let there = ['page-files.js', 'wasm/gossamer-relaxed.wasm', 'wasm/gossamer-relaxed-all.wasm']
  .every((name) => existsSync(path.join(root, 'dist', name))) ? 'page' : 'nothing';

const progress = new Progress();

try {
  const options = serveOptions(process.argv.slice(2));
  if (options) {
    // First: a port that is taken should not cost a build.
    const { url } = await serve({
      ...options,
      wait: () => (there === 'nothing' ? progress.html() : undefined),
      // A file that is asked for too early is waited for, and no page gets parts of two versions.
      holds: (name, found) => there === 'assembling' || (there === 'page' && !found && name.startsWith('/wasm/')),
      policy: true,
    });
    console.log(there === 'page' ? `Gossamer is at ${url} (Ctrl+C stops it), as it was built before`
      : `Gossamer will be at ${url} (Ctrl+C stops it); a page that is opened now waits`);
    await buildAll({
      native: false,
      onPage: () => {
        there = 'page';
        console.log(`The page is at ${url}. The build goes on: browsers without relaxed SIMD wait for it.`);
      },
      onAssembly: () => {
        if (there === 'page') there = 'assembling';
        progress.enter('page');
      },
      onStep: (done, total) => progress.step(done, total),
    });
    there = 'all';
    console.log(`All is built: ${url}`);
  } else {
    console.log(`npm start [-- options]: builds what is missing and serves the page\n\n${serveHelp}`);
  }
} catch (error) {
  exitWith(error);
}
