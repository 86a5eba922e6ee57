// The models that mutations start from: those of users (tests/cases), the one on the page, ONNX's own
// backend tests where they are installed, and some made here that use what the others use too little:
// functions that call each other, and graphs within graphs.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../tools/lib/run.mjs';
import { encode, message, parse } from './wire.mjs';

/** @typedef {import('./wire.mjs').Field} Field */
/** @typedef {{name: string, bytes: Buffer, fields: Field[] | null}} Seed */

const backend = '/usr/share/libonnx-testdata/data';
const largest = 300_000;
const largestOfBackend = 4096;

/** @param {string} folder @param {number} limit @returns {string[]} */
function modelsIn(folder, limit) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true }).map(String).sort()
    .filter((name) => name.endsWith('.onnx'))
    .map((name) => path.join(folder, name))
    .filter((name) => statSync(name).size <= limit);
}

/** @param {string} op @param {string[]} inputs @param {string[]} outputs @param {Field[]} [more] */
const node = (op, inputs, outputs, more = []) => [
  ...message([
    ...inputs.map((name) => /** @type {[number, string]} */ ([1, name])),
    ...outputs.map((name) => /** @type {[number, string]} */ ([2, name])),
    [4, op],
  ]), ...more,
];
/** @param {string} name @param {number[]} shape */
const value = (name, shape) => {
  const extents = shape.map((extent) => /** @type {[number, Field[]]} */ ([1, message([[1, extent]])]));
  return message([[1, name], [2, message([[1, message([[1, 1], [2, message(extents)]])]])]]);
};
/** @param {string} name @param {Field[]} graph */
const branch = (name, graph) => message([[5, message([[1, name], [6, graph], [20, 5]])]]);

/** A model whose nodes are functions of its own, one in terms of the other, with attributes handed on. */
function functionModel() {
  const own = message([[7, 'own']]);
  const slope = message([[5, message([[1, 'alpha'], [21, 'slope'], [20, 1]])]]);
  /** @param {string} name @param {Field[][]} nodes */
  const body = (name, nodes) => message([
    [1, name], [4, 'x'], [5, 'y'], [6, 'slope'], [10, 'own'], [9, message([[2, 18]])],
    ...nodes.map((each) => /** @type {[number, Field[]]} */ ([7, each])),
    [11, message([[1, 'gain'], [3, 1], [20, 2]])],
  ]);
  const inner = body('Inner', [node('LeakyRelu', ['x'], ['y'], slope)]);
  const given = message([[5, message([[1, 'slope'], [21, 'slope'], [20, 1]])]]);
  const outer = body('Outer', [node('Inner', ['x'], ['h'], [...own, ...given]), node('Sigmoid', ['h'], ['y'])]);
  const half = { number: 2, wire: 5, bytes: Buffer.from([0, 0, 0, 0x3f]) };
  const call = message([[5, [...message([[1, 'slope'], [20, 1]]), half]]]);
  return message([
    [1, 8], [8, message([[2, 18]])], [8, message([[1, 'own'], [2, 1]])], [25, inner], [25, outer],
    [7, message([
      [1, node('Outer', ['image'], ['a'], [...own, ...call])], [1, node('Outer', ['a'], ['b'], [...own, ...call])],
      [11, value('image', [1, 3, 4, 4])], [12, value('b', [1, 3, 4, 4])],
    ])],
  ]);
}

/** If within If, on a condition that is known. */
function branchModel() {
  const yes = message([[1, ''], [2, 9], [8, 'yes'], [9, Buffer.from([1])]]).slice(1);
  /** @param {number} depth @returns {Field[]} */
  const graph = (depth) => {
    const inside = depth === 0
      ? node('Relu', ['image'], ['out'])
      : node('If', ['yes'], ['out'], [...branch('then_branch', graph(depth - 1)), ...branch('else_branch', graph(0))]);
    return message([[1, inside], [2, `g${depth}`], [12, value('out', [1, 3, 4, 4])]]);
  };
  return message([
    [1, 8], [8, message([[2, 18]])],
    [7, [...graph(5), ...message([[5, yes], [11, value('image', [1, 3, 4, 4])]])]],
  ]);
}

/** @returns {{own: Seed[], others: Seed[]}}  own: ours and users'; others: ONNX's */
export function readCorpus() {
  /** @param {string} file @returns {Seed} */
  const read = (file) => {
    const bytes = readFileSync(file);
    return { name: path.relative(root, file), bytes, fields: parse(bytes, 'Model') };
  };
  /** @param {string} name @param {Field[]} fields @returns {Seed} */
  const made = (name, fields) => {
    const bytes = encode(fields);
    return { name, bytes, fields: parse(bytes, 'Model') };
  };
  const files = [...modelsIn(path.join(root, 'tests/cases'), largest), path.join(root, 'models/digits/digits.onnx')];
  return {
    own: [...files.map(read), made('functions', functionModel()), made('branches', branchModel())],
    others: modelsIn(backend, largestOfBackend).map(read),
  };
}
