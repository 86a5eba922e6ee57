// The models of the drop-in's checks, by the names that the checks have for them. Made in Node.

import { readFileSync } from 'node:fs';
import { colourModel, encodeModel, unknownOperatorModel } from '../support/onnx.mjs';

/** @param {string} name */
const ofCase = (name) => readFileSync(new URL(`../cases/${name}`, import.meta.url));

/** Hands its input on, twice. @param {any} type */
const identity = (type) => encodeModel({
  nodes: ['y', 'z'].map((name) => ({ op: 'Identity', name, inputs: ['x'], outputs: [name] })),
  inputs: [{ name: 'x', type, shape: [2, 2] }],
  outputs: [{ name: 'y', type, shape: [2, 2] }, { name: 'z', type, shape: [2, 2] }],
});

/** @returns {Record<string, Buffer>} */
export function compatModels() {
  return {
    pair: encodeModel({
      nodes: [{ op: 'Add', inputs: ['a', 'b'], outputs: ['sum'] }, { op: 'Mul', inputs: ['a', 'b'], outputs: ['product'] }],
      inputs: [{ name: 'a', shape: [2, 3] }, { name: 'b', shape: [2, 3] }],
      outputs: [{ name: 'sum', shape: [2, 3] }, { name: 'product', shape: [2, 3] }],
    }),
    open: encodeModel({
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }, { op: 'Add', inputs: ['offset', 'one'], outputs: ['next'] },
      ],
      initializers: {
        w: { dims: [3, 2], values: [1, 2, 3, 4, 5, 6] }, one: { type: 'int64', dims: [1], values: [1] },
      },
      inputs: [{ name: 'x', shape: ['n', 3] }, { name: 'offset', type: 'int64', shape: [1] }],
      outputs: [{ name: 'y', shape: ['n', 2] }, { name: 'next', type: 'int64', shape: [1] }],
    }),
    unnamed: encodeModel({
      nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }],
      inputs: [{ name: 'x', shape: ['', 3] }], outputs: [{ name: 'y', shape: ['', 3] }],
    }),
    picture: colourModel(),
    scalar: encodeModel({
      nodes: [{ op: 'ReduceMax', inputs: ['x'], outputs: ['y'], attributes: { keepdims: { int: 0 } } }],
      inputs: [{ name: 'x', shape: [3] }], outputs: [{ name: 'y', shape: [] }],
    }),
    // The output's shape is for the runtime to find.
    undeclared: encodeModel({
      nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }, { op: 'Flatten', inputs: ['x'], outputs: ['flat'] }],
      inputs: [{ name: 'x', shape: ['batch', 3, 2] }], outputs: [{ name: 'y' }, { name: 'flat' }],
    }),
    // Inputs of any shapes.
    shapeless: encodeModel({
      nodes: [{ op: 'Add', inputs: ['a', 'b'], outputs: ['y'] }, { op: 'Shape', inputs: ['a'], outputs: ['extents'] }],
      inputs: [{ name: 'a' }, { name: 'b' }], outputs: [{ name: 'y' }, { name: 'extents', type: 'int64', shape: ['rank'] }],
    }),
    // An input that the model has a value for need not be fed.
    initialised: encodeModel({
      nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
      initializers: { w: { dims: [2], values: [10, 20] } },
      inputs: [{ name: 'x', shape: [2] }, { name: 'w', shape: [2] }], outputs: [{ name: 'y', shape: [2] }],
    }),
    names: encodeModel({
      nodes: [
        { op: 'Add', inputs: ['constructor', 'constructor'], outputs: ['hasOwnProperty'] },
        { op: 'Add', name: 'second', inputs: ['toString', 'toString'], outputs: ['valueOf'] },
      ],
      inputs: [{ name: 'constructor', shape: ['n'] }, { name: 'toString', shape: [1] }],
      outputs: [{ name: 'hasOwnProperty', shape: ['n'] }, { name: 'valueOf', shape: [1] }],
    }),
    long: identity('int64'), half: identity('float16'), double: identity('float64'), bytes: identity('uint8'),
    flags: identity('bool'),
    texts: identity('string'),
    labels: ofCase('sklearn_mlp/skl_mlp_str/model.onnx'),
    external: ofCase('external_data/model.onnx'),
    unknown: unknownOperatorModel(),
  };
}

/** Other files, by name: the weights of "external", under two. @returns {Record<string, Buffer>} */
export function compatFiles() {
  const weights = ofCase('external_data/model.onnx.data');
  return { 'model.onnx.data': weights, 'weights.bin': weights };
}
