// Models that are all structure, of one kind each: whatever the file holds, it is decided within two
// seconds of computing, and within four times its size and 32 MB, which the shell's limits enforce.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { encodeModel } from '../../tools/lib/onnx.mjs';

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

const output = (/** @type {string} */ name) => field(12, field(1, name));
/** An If without inputs, whose branch is that graph. @param {Buffer} graph @param {...Buffer} fields */
const branch = (graph, ...fields) =>
  field(1, ...fields, field(2, 'y'), field(4, 'If'), field(5, field(1, 'then_branch'), field(6, graph), number(20, 5)));
/** Different names, each a field. @param {number} size @param {number} of */
const names = (size, of) =>
  Buffer.concat(Array.from({ length: Math.floor(size / 12) }, (_, i) => field(of, `n${i.toString(36).padStart(9, '0')}`)));
const opset = (/** @type {number} */ version) => field(8, number(2, version));
/** A tensor of integers, of which one is stored. @param {string} name @param {number} elements */
const sparse = (name, elements) => field(15,
  field(1, number(1, 1), number(2, 7), number(7, 1), field(8, name)), field(2, number(1, 1), number(2, 7), number(7, 5)),
  number(3, elements));
/** A value with a type and extents. @param {number} of @param {string} name @param {number} type @param {...number} extents */
const value = (of, name, type, ...extents) => field(of, field(1, name), field(2, field(1, number(1, type),
  field(2, ...extents.map((extent) => field(1, number(1, extent)))))));

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
  'names that nested graphs hand on': (size) => {
    let graph = Buffer.concat([field(1, names(size, 1), field(2, 'y'), field(4, 'Concat')), output('y')]);
    for (let depth = 1; depth < 15; ++depth) graph = Buffer.concat([branch(graph), output('y')]);
    return Buffer.concat([opset(16), field(7, graph)]);
  },
  'labels of a model that cannot run': (size) =>
    Buffer.concat([field(7, field(1, field(2, 'y'), field(4, 'Nope')), output('y')),
      field(14, field(1, 'gossamer.labels'), field(2, Buffer.alloc(size, 'a\n')))]),
  'texts of classes': (size) => Buffer.concat([opset(13), field(8, field(1, 'ai.onnx.ml'), number(2, 1)),
    field(7, field(1, field(1, 'x'), field(2, 'y'), field(4, 'LabelEncoder'), field(7, 'ai.onnx.ml'),
      field(5, field(1, 'classes_strings'), names(Math.min(size, 4_500_000), 9), number(20, 8))),
    field(1, field(1, 'y'), field(2, 'z'), field(4, 'Relu')), output('z'), value(11, 'x', 7, 1))]),
  'elements of a sparse tensor that decides': () => Buffer.concat([opset(13), field(7,
    field(1, field(1, 'x'), field(1, 'to'), field(2, 'y'), field(4, 'Reshape')), sparse('to', 33_000_000), output('y'), value(11, 'x', 1, 1))]),
  'rounds of a loop': () => {
    const body = Buffer.concat([...['i', 'c', 'v'].map((name) => field(11, field(1, name))), output('c'), output('v')]);
    const count = field(5, number(1, 1), number(2, 7), field(7, Buffer.from(varint(1e9))), field(8, 'count'));
    const always = field(5, number(1, 1), number(2, 9), field(5, Buffer.from([1])), field(8, 'always'));
    return Buffer.concat([opset(16), field(7, field(1, ...['count', 'always', 'x'].map((name) => field(1, name)), field(2, 'y'), field(4, 'Loop'),
      field(5, field(1, 'body'), field(6, body), number(20, 5))), count, always, output('y'), value(11, 'x', 1, 1))]);
  },
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

/** What is large and yet a model. @type {Record<string, () => Buffer>} */
const large = {
  'operands of one step': () => {
    const size = 1_000_000;
    const parts = names(size, 1);
    const split = field(1, field(1, 'x'), names(size, 2), field(4, 'Split'));
    const step = field(1, parts, field(2, 'm'), field(4, 'Max'));
    return Buffer.concat([opset(12), field(7, split, step, field(1, field(1, 'm'), field(2, 'y'), field(4, 'Neg')),
      value(11, 'x', 1, Math.floor(size / 12)), value(12, 'y', 1, 1))]);
  },
};

for (const [what, make] of Object.entries(large)) {
  test(`a model of many ${what} is decided at once`, () => {
    const file = path.join(folder, 'large.onnx');
    writeFileSync(file, Buffer.concat([number(1, 8), make()]));
    const limits = `ulimit -t 2 && ulimit -v 400000 && exec "$0" info "$1"`;
    const { status, stderr } = spawnSync('sh', ['-c', limits, program, file], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });
}

/** What takes long for its size to compute while loading. @type {Record<string, () => Buffer>} */
const slow = {
  'remainders': () => {
    const tensor = (/** @type {string} */ name, /** @type {number[]} */ dims, /** @type {number} */ from) =>
      ({ [name]: { dims, values: Array.from({ length: 2000 }, (_, i) => from * (1 + i / 4000)) } });
    return encodeModel({
      nodes: [{ op: 'Mod', inputs: ['a', 'b'], outputs: ['c'], attributes: { fmod: { int: 1 } } },
        { op: 'Add', inputs: ['x', 'c'], outputs: ['y'] }],
      initializers: { ...tensor('a', [2000, 1], 2e38), ...tensor('b', [1, 2000], 1.3e-38) },
      inputs: [{ name: 'x', shape: [1] }], outputs: [{ name: 'y', shape: [2000, 2000] }],
    });
  },
  'places of what is not zero': () => {
    const each = Array.from({ length: 1000 }, (_, k) => `z${k}`);
    return encodeModel({
      nodes: [...each.map((name) => ({ op: 'NonZero', inputs: ['c'], outputs: [name] })),
        { op: 'Concat', inputs: each, outputs: ['all'], attributes: { axis: { int: 1 } } }, { op: 'Shape', inputs: ['all'], outputs: ['y'] }],
      initializers: { c: { type: 'uint8', dims: [1_000_000], values: new Array(1_000_000).fill(0) } },
      inputs: [{ name: 'x', shape: [1] }], outputs: [{ name: 'y', type: 'int64', shape: [2] }],
    });
  },
};

for (const [what, make] of Object.entries(slow)) {
  test(`a model that computes ${what} while it loads is decided at once`, () => {
    const file = path.join(folder, 'slow.onnx');
    writeFileSync(file, make());
    const { signal, stderr } = spawnSync('sh', ['-c', 'ulimit -t 2 && exec "$0" info "$1"', program, file], { encoding: 'utf8' });
    assert.equal(signal, null, stderr);
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
