// npm start: sets the machine up if needed, builds what is missing, serves dist/ and prints the URL.
// Options: --port N (or the variable PORT), --no-isolation.
import { buildAll, exitWith } from './build.mjs';
import { serve, serveOptions } from './serve.mjs';

try {
  const options = serveOptions(process.argv.slice(2));
  await buildAll({ native: false });
  const { url } = await serve(options);
  console.log(`Gossamer is at ${url} (Ctrl+C stops it)`);
} catch (error) {
  exitWith(error);
}
