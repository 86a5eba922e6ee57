// Models that are all structure, of one kind each: whatever the file holds, it is decided within two
// seconds of computing, and within four times its size and 32 MB, which the shell's limits enforce.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../build/native/gossamer', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-bombs-'));
after(() => rmSync(folder, { recursive: true }));

/** @param {number} value @returns {number[]} */
const varint = (value) => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]);
/** A field of bytes. @param {number} number @param {...(Buffer | string)} parts */
function field(number, ...parts) {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(content.length)]), content]);
}
/** A field of a number. @param {number} number @param {number} value */
const number = (number, value) => Buffer.from([...varint(number * 8), ...varint(value)]);
/** @param {number} size @param {Buffer} part */
const filled = (size, part) => Buffer.alloc(size - (size % part.length), part);
const ones = (/** @type {number} */ size) => Buffer.alloc(size, 1);
const node = (/** @type {Buffer[]} */ ...fields) => field(1, field(2, 'y'), field(4, 'Relu'), ...fields);
/** An attribute in graphs in attributes. @param {Buffer} attribute */
function nested(attribute) {
  let graph = node(field(5, attribute));
  for (let depth = 1; depth < 16; ++depth) {
    graph = field(1, field(2, 'y'), field(4, 'If'), field(5, field(1, 'then_branch'), field(6, graph), number(20, 5)));
  }
  return graph;
}

/** By what they consist of: the fields of a model. @type {Record<string, (size: number) => Buffer>} */
const bombs = {
  'empty nodes': (size) => field(7, filled(size, field(1))),
  'nodes': (size) => field(7, filled(size, node(field(1, 'x')))),
  'attributes': (size) => field(7, node(filled(size, field(5)))),
  'names of inputs': (size) => field(7, node(filled(size, field(1)))),
  'numbers in attributes': (size) => field(7, node(field(5, field(8, ones(size))))),
  'numbers on their own': (size) => field(7, node(field(5, filled(size, number(8, 1))))),
  'numbers in nested graphs': (size) => field(7, nested(field(8, ones(size)))),
  'texts in attributes': (size) => field(7, node(field(5, filled(size, field(9))))),
  'one long name': (size) => field(7, node(field(3, ones(size)))),
  'initializers': (size) => field(7, filled(size, field(5, number(2, 2), field(9, 'x')))),
  'short numbers of 8 bytes': (size) => field(7, field(5, number(1, size), number(2, 7), field(7, ones(size)))),
  'inputs': (size) => field(7, filled(size, field(11, field(1, 'i')))),
  'extents': (size) => field(7, field(11, field(2, field(1, field(2, filled(size, field(1))))))),
  'functions': (size) => filled(size, field(25)),
  'inputs of a function': (size) => field(25, filled(size, field(4))),
  'defaults of a function': (size) => field(25, filled(size, field(11))),
  'numbers in a default': (size) => field(25, field(11, field(8, ones(size)))),
  'what nobody knows': (size) => filled(size, number(99, 1)),
};

for (const [what, make] of Object.entries(bombs)) {
  test(`a bomb of ${what} is refused at once`, () => {
    for (const size of [100_000, 300_000, 1_000_000, 10_000_000]) {
      const bytes = Buffer.concat([number(1, 8), make(size)]);
      const file = path.join(folder, 'bomb.onnx');
      writeFileSync(file, bytes);
      const kilobytes = Math.ceil((4 * bytes.length) / 1024) + 32 * 1024;
      const limits = `ulimit -t 2 && ulimit -v ${kilobytes} && exec "$0" info "$1"`;
      const { status, stderr } = spawnSync('sh', ['-c', limits, program, file], { encoding: 'utf8' });
      assert.equal(status, 1, `${size} bytes: ${stderr}`);
      assert.match(stderr, /^gossamer: [A-Z]+ \((decode|graph)\)/);
      assert.doesNotMatch(stderr, /OOM/);
    }
  });
}

test('a text that an output repeats without end is refused', () => {
  const long = field(5, number(1, 1), number(2, 8), field(6, ones(1_000_000)), field(8, 'long'));
  const count = field(5, number(1, 1), number(2, 7), field(7, Buffer.from(varint(100_000))), field(8, 'count'));
  const expand = field(1, field(1, 'long'), field(1, 'count'), field(2, 'y'), field(4, 'Expand'));
  const graph = field(7, expand, long, count, field(12, field(1, 'y')));
  const file = path.join(folder, 'texts.onnx');
  writeFileSync(file, Buffer.concat([number(1, 8), graph, field(8, number(2, 13))]));
  const limits = `ulimit -t 2 && ulimit -v 500000 && exec "$0" run "$1" --output-dir "$2"`;
  const { status, stderr } = spawnSync('sh', ['-c', limits, program, file, folder], { encoding: 'utf8' });
  assert.equal(status, 1, stderr);
  assert.match(stderr, /^gossamer: LIMIT \(api\)/);
});
