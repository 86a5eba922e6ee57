// The types of dist/ort.js: an app that compiles against onnxruntime-common compiles against it (tests/types).

import assert from 'node:assert/strict';
import test from 'node:test';
import { CommandError, run } from '../../tools/lib/run.mjs';

test('the drop-in passes for onnxruntime-common, and mistakes are errors', async () => {
  const said = await run('npx', ['--no-install', 'tsc', '-p', 'tests/types']).catch((error) => {
    if (error instanceof CommandError) return error.output;
    throw error;
  });
  assert.equal(said.trim(), '');
});
