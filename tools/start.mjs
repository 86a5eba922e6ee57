// npm start: sets the machine up if needed, builds what is missing, serves dist/ and prints the URL.
import { buildAll, exitWith } from './build.mjs';
import { serve, serveHelp, serveOptions } from './serve.mjs';

try {
  const options = serveOptions(process.argv.slice(2));
  if (options) {
    let ready = false;
    // First: a port that is taken should not cost a build.
    const { url } = await serve({ ...options, ready: () => ready });
    await buildAll({ native: false });
    ready = true;
    console.log(`Gossamer is at ${url} (Ctrl+C stops it)`);
  } else {
    console.log(`npm start [-- options]: builds what is missing and serves the page\n\n${serveHelp}`);
  }
} catch (error) {
  exitWith(error);
}
