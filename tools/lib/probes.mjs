// The models that a page times for a second to learn how fast a device is: networks of one kind of layer
// each, whose weights are made while loading, by padding a single number, so that their files have less than
// a kilobyte. What they compute means nothing. `web/app/device/speed.js` runs them.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeModel } from './onnx.mjs';

/** @typedef {import('./onnx.mjs').Node} Node */

/**
 * A network of convolutions of one kind on a square, then a mean over it. The first layer, a small one,
 * brings the picture's three channels to as many as there are.
 * @param {{side: number, channels: number, layers: number, kernel: number}} shape
 */
function convolutions({ side, channels, layers, kernel }) {
  const first = filled('first', [channels, 3, 1, 1], 0.3);
  const weights = filled('weights', [channels, channels, kernel, kernel], 1 / (channels * kernel ** 2));
  /** @type {Node[]} */
  const nodes = [
    first.node, weights.node, { op: 'Conv', name: 'conv0', inputs: ['image', 'first'], outputs: ['x0'] },
  ];
  const pad = kernel >> 1;
  for (let i = 1; i <= layers; i += 1) {
    nodes.push({
      op: 'Conv', name: `conv${i}`, inputs: [`x${i - 1}`, 'weights'], outputs: [`y${i}`],
      attributes: { pads: { ints: [pad, pad, pad, pad] } },
    }, { op: 'Relu', name: `relu${i}`, inputs: [`y${i}`], outputs: [`x${i}`] });
  }
  nodes.push({ op: 'GlobalAveragePool', inputs: [`x${layers}`], outputs: ['mean'] },
    { op: 'Flatten', inputs: ['mean'], outputs: ['scores'] });
  return encodeModel({
    nodes,
    initializers: { ...first.initializers, ...weights.initializers },
    inputs: [{ name: 'image', shape: [1, 3, side, side] }],
    outputs: [{ name: 'scores', shape: [1, channels] }],
  });
}

/** One row times a large matrix: every weight is read once, from memory. @param {{rows: number, columns: number}} shape */
function product({ rows, columns }) {
  const first = filled('first', [3, rows], 0.3);
  const weights = filled('weights', [rows, columns], 1 / rows);
  return encodeModel({
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
      { op: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
      first.node, { op: 'MatMul', name: 'widen', inputs: ['flat', 'first'], outputs: ['row'] },
      weights.node, { op: 'MatMul', name: 'product', inputs: ['row', 'weights'], outputs: ['scores'] },
    ],
    initializers: { ...first.initializers, ...weights.initializers },
    inputs: [{ name: 'image', shape: [1, 3, 8, 8] }],
    outputs: [{ name: 'scores', shape: [1, columns] }],
  });
}

/**
 * Weights that are all the same, made while loading. (ConstantOfShape would say it better, but is not in the
 * module that every page has.)
 * @param {string} name
 * @param {number[]} dims
 * @param {number} value
 */
function filled(name, dims, value) {
  /** @type {Node} */
  const node = { op: 'Pad', name: `fill_${name}`, inputs: [`${name}_one`, `${name}_pads`, `${name}_value`], outputs: [name] };
  const pads = [...dims.map(() => 0), ...dims.map((extent) => extent - 1)];
  return {
    node,
    initializers: {
      [`${name}_one`]: { dims: dims.map(() => 1), values: [value] },
      [`${name}_pads`]: { type: /** @type {const} */ ('int64'), dims: [pads.length], values: pads },
      [`${name}_value`]: { dims: [], values: [value] },
    },
  };
}

/** The layers that classifiers consist of, each in a size of their middle. */
export const probes = {
  pointwise: () => convolutions({ side: 28, channels: 192, layers: 4, kernel: 1 }),
  spatial: () => convolutions({ side: 28, channels: 128, layers: 2, kernel: 3 }),
  memory: () => product({ rows: 1024, columns: 3840 }),
};

/** Writes them into a folder. @param {string} folder  such as dist/models/probes */
export function writeProbes(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, make] of Object.entries(probes)) writeFileSync(path.join(folder, `${name}.onnx`), make());
}
