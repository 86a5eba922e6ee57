// The weights of TensorFlow.js models as npm packages carry them: a manifest of names, shapes and
// types, and one file of bytes. Most tensors are quantised to bytes: value = byte * scale + min. They
// leave as bytes with their zero point, so that the .onnx stays as small as what it is made from.
import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Weight
 * @property {number[]} shape
 * @property {Float32Array | Uint8Array} values  as stored
 * @property {number} scale  value = (stored - zero) * scale; 1 for floats
 * @property {number} zero  0 for floats
 *
 * @typedef {{name: string, shape: number[], dtype: string,
 *     quantization?: {dtype: string, scale: number, min: number}}} Entry  of the manifest
 */

/**
 * @param {string} folder
 * @param {string} model  its file name without ending
 * @returns {Map<string, Weight>}
 */
export function readWeights(folder, model) {
  const text = readFileSync(path.join(folder, `${model}-weights_manifest.json`), 'utf8');
  /** @type {Map<string, Weight>} */
  const weights = new Map();
  for (const { paths, weights: entries } of JSON.parse(text)) {
    const bytes = Buffer.concat(paths.map((/** @type {string} */ name) => readFileSync(path.join(folder, name))));
    let at = 0;
    for (const entry of /** @type {Entry[]} */ (entries)) {
      const weight = readWeight(entry, bytes.subarray(at));
      weights.set(entry.name, weight);
      at += weight.values.byteLength;
    }
    if (at !== bytes.length) throw new Error(`${model}: ${bytes.length} bytes of weights, the manifest names ${at}`);
  }
  return weights;
}

/** @param {Entry} entry @param {Buffer} bytes @returns {Weight} */
function readWeight({ name, shape, dtype, quantization }, bytes) {
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (dtype !== 'float32' || (quantization && quantization.dtype !== 'uint8')) {
    throw new Error(`${name} is of type ${quantization?.dtype ?? dtype}; float32 and uint8 can be read`);
  }
  const size = quantization ? count : count * 4;
  if (size > bytes.length) throw new Error(`${name} ends after the file of weights`);
  const stored = Uint8Array.from(bytes.subarray(0, size));
  if (!quantization) return { shape, values: new Float32Array(stored.buffer), scale: 1, zero: 0 };
  const { scale, min } = quantization;
  const zero = Math.round(-min / scale);
  // The quantiser moves `min` so that zero is a byte of its own.
  if (Math.abs(zero * scale + min) > 1e-6 * scale || zero < 0 || zero > 255) {
    throw new Error(`${name} has no byte that stands for zero (scale ${scale}, min ${min})`);
  }
  return { shape, values: stored, scale, zero };
}

/** The numbers that a weight stands for. @param {Weight} weight @returns {Float32Array} */
export function plain({ values, scale, zero }) {
  return Float32Array.from(values, (value) => (value - zero) * scale);
}

/**
 * With other axes' order, as tf.transpose.
 * @param {Weight} weight
 * @param {number[]} axes  of the old order, in the new one
 * @returns {Weight}
 */
export function transposed({ shape, values, ...rest }, axes) {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  const extents = axes.map((axis) => shape[axis]);
  const result = values.slice();
  const place = extents.map(() => 0);
  for (let i = 0; i < result.length; i += 1) {
    result[i] = values[place.reduce((sum, index, axis) => sum + index * strides[axes[axis]], 0)];
    for (let axis = place.length - 1; axis >= 0; axis -= 1) {
      place[axis] += 1;
      if (place[axis] < extents[axis]) break;
      place[axis] = 0;
    }
  }
  return { ...rest, shape: extents, values: result };
}
