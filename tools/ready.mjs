// node tools/ready.mjs SCRIPT [arguments]: sets the machine up, then runs the script. For those that
// import npm packages, which a fresh clone does not have when the script is read.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommandError, setUp } from './lib/run.mjs';

const script = path.resolve(process.argv[2]);
try {
  await setUp('test');
} catch (error) {
  console.error(error instanceof CommandError ? error.message : error);
  process.exit(1);
}
process.argv.splice(1, 2, script);
await import(pathToFileURL(script).href);
