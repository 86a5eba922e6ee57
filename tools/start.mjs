// npm start: sets the machine up if needed, builds what is missing, serves dist/ and prints the URL. The
// page is served as soon as most browsers can use it; what is built afterwards takes its place.
import { buildAll, exitWith } from './build.mjs';
import { serve, serveHelp, serveOptions } from './serve.mjs';

/** @type {'nothing' | 'page' | 'assembling' | 'all'} What there is to serve. */
let there = 'nothing';

try {
  const options = serveOptions(process.argv.slice(2));
  if (options) {
    // First: a port that is taken should not cost a build.
    const { url } = await serve({
      ...options,
      ready: () => there !== 'nothing',
      // A file that is asked for too early is waited for, and no page gets parts of two versions.
      holds: (name, found) => there === 'assembling' || (there === 'page' && !found && name.startsWith('/wasm/')),
      policy: true,
    });
    await buildAll({
      native: false,
      onPage: () => {
        there = 'page';
        console.log(`Gossamer is at ${url} (Ctrl+C stops it). The build goes on: browsers without relaxed SIMD, and models with rare operators, wait for it.`);
      },
      onAssembly: () => { if (there === 'page') there = 'assembling'; },
    });
    console.log(there === 'nothing' ? `Gossamer is at ${url} (Ctrl+C stops it)` : 'All is built; a page that is open can be reloaded');
    there = 'all';
  } else {
    console.log(`npm start [-- options]: builds what is missing and serves the page\n\n${serveHelp}`);
  }
} catch (error) {
  exitWith(error);
}
