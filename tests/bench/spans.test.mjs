// Which time a start spent in what, and memory that instances bring along.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileSpans, covered, heapBytes } from '../../bench/browser/spans.js';

test('time covered by spans that overlap, within a window', () => {
  /** @type {[number, number][]} */
  const spans = [[10, 20], [15, 30], [40, 50], [42, 45]];
  assert.equal(covered(spans), 30);
  assert.equal(covered(spans, [18, 44]), 16);
  assert.equal(covered(spans, [30, 40]), 0);
  assert.equal(covered([]), 0);
});

test('memories are noted, made by the module or by its caller, and compilation is timed', async () => {
  // A module that exports one page of memory, and one that imports it.
  const exporting = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 5, 3, 1, 0, 1, 7, 5, 1, 1, 109, 2, 0]);
  const before = heapBytes();
  await WebAssembly.instantiate(exporting);
  assert.equal(heapBytes() - before, 65536);
  const module = await WebAssembly.compile(exporting);
  assert.ok(new WebAssembly.Instance(module) instanceof WebAssembly.Instance);
  assert.equal(heapBytes() - before, 2 * 65536);
  const memory = new WebAssembly.Memory({ initial: 1 });
  assert.ok(memory instanceof WebAssembly.Memory);
  memory.grow(1);
  assert.equal(heapBytes() - before, 4 * 65536, 'memory counts as it has grown');
  assert.ok(compileSpans.length >= 2 && compileSpans.every(([begin, end]) => end >= begin));
});
