// ONNX's backend tests, as the stage `conformance` of npm test runs them.
//   node tools/conformance.mjs             both builds against tests/conformance/skipped.txt
//   node tools/conformance.mjs --update    writes that file first
//   --only native|wasm    one build
//   --built               takes the builds as they are
import { parseArgs } from 'node:util';
import { conformance } from './lib/conformance.mjs';
import { CommandError } from './lib/run.mjs';

try {
  const { values } = parseArgs({
    options: { update: { type: 'boolean' }, only: { type: 'string' }, built: { type: 'boolean' } },
  });
  const { passed, failed, skipped } = await conformance(values);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof CommandError ? `${error.report}\n${error.message}` : String(error));
  process.exitCode = 1;
}
