// The folders of src/ are stages in an order, and an #include points to an earlier stage or its own
// folder, never to a later one. This reads every include and holds the order; the last test shows
// that a wrong one is found. docs/ARCHITECTURE.md says what each folder is for.
import assert from 'node:assert/strict';
import test from 'node:test';
import { read, repositoryFiles } from '../tools/lib/lint.mjs';

const pipeline = ['base', 'kernels', 'onnx', 'graph', 'ops', 'passes', 'plan', 'image', 'session'];

// What each folder may include besides itself and the public headers. The image stage is beside the
// pipeline, not on it, and the two front ends do not know each other.
const allowed = new Map(pipeline.map((folder, i) => [folder, pipeline.slice(0, i)]));
allowed.set('image', ['base']);
allowed.set('bindings', pipeline);
allowed.set('cli', pipeline);

/**
 * @param {string} file path in the repository, under src/ or include/
 * @param {string} source
 * @returns {string[]} what is wrong
 */
function includeFaults(file, source) {
  const faults = [];
  const own = file.startsWith('include/') ? 'include' : file.split('/')[1];
  const lines = source.split('\n');
  for (let i = 0; i < lines.length; i += 1) {
    const match = /^\s*#\s*include\s*(["<])([^">]+)[">]/.exec(lines[i]);
    if (!match) continue;
    const [, quote, name] = match;
    const folder = name.split('/')[0];
    const where = `${file}:${i + 1}: includes ${name}`;
    if (quote === '<') {
      if (folder === 'emscripten' && own !== 'bindings') faults.push(`${where} outside src/bindings`);
      if (allowed.has(folder) || folder === 'gossamer') faults.push(`${where} in angle brackets`);
    } else if (folder === 'gossamer' || folder === own) {
      continue;
    } else if (!allowed.get(own)?.includes(folder)) {
      faults.push(`${where}, which '${own}' must not know`);
    }
  }
  return faults;
}

test('every include points to an earlier stage', async () => {
  const files = await repositoryFiles(/^(src|include)\/.*\.(h|cc)$/);
  assert.ok(files.length > 20, 'the sources were not found');
  for (const file of files) {
    const folder = file.startsWith('src/') ? file.split('/')[1] : 'base';
    assert.ok(allowed.has(folder), `${file}: '${folder}' has no place in the order`);
  }
  assert.deepEqual(files.flatMap((file) => includeFaults(file, read(file))), []);
});

test('every source file opens with a comment that says what it is for', async () => {
  const files = await repositoryFiles(/^(src|include|tests|web|tools)\/.*\.(h|cc|js|mjs)$/);
  assert.deepEqual(files.filter((file) => !/^(#!.*\n)?(\/\/|\/\*)/.test(read(file))), []);
});

test('the checker finds wrong includes', () => {
  /** @param {string} file @param {string} line */
  const faults = (file, line) => includeFaults(file, `// A file.\n#include <vector>\n${line}\n`).length;
  assert.equal(faults('src/graph/graph.h', '#include "onnx/model.h"'), 0);
  assert.equal(faults('src/graph/graph.h', '#include "graph/op.h"'), 0);
  assert.equal(faults('src/graph/graph.h', '#include "plan/plan.h"'), 1);
  assert.equal(faults('src/image/resize.cc', '#include "kernels/kernel.h"'), 1);
  assert.equal(faults('src/session/session.cc', '#include "image/resize.h"'), 0);
  assert.equal(faults('src/cli/main.cc', '#include "bindings/web.h"'), 1);
  assert.equal(faults('src/base/text.cc', '  # include "session/describe.h"'), 1);
  assert.equal(faults('src/base/text.cc', '#include <emscripten/heap.h>'), 1);
  assert.equal(faults('src/bindings/web.cc', '#include <emscripten/heap.h>'), 0);
  assert.equal(faults('include/gossamer/session.h', '#include "plan/plan.h"'), 1);
  assert.equal(faults('src/base/text.cc', '#include "text.h"'), 1);
});
