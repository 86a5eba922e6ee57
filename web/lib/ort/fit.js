// Whether tensors fit a model's inputs and outputs. What is said where they do not is what onnxruntime's engine
// says, code and all, because apps show it or match on it.

import { plainError } from './errors.js';

/** @typedef {{name: string, type: string, shape?: readonly number[]}} Info  without a shape, any will do */
/** @typedef {import('./tensor.js').Tensor} Tensor */

/** As onnxruntime calls element types. */
const NATIVE_NAMES = new Map([['float32', 'float'], ['float64', 'double']]);
/** Its OrtErrorCode for what a caller gets wrong. */
const INVALID_ARGUMENT = 2;

/**
 * What the engine there says of a run.
 * @param {string} attribute @param {number} number  onnxruntime's @param {string} message @param {string} [code]  ours
 */
export function engineError(attribute, number, message, code = 'ARGUMENT') {
  return plainError(attribute, `failed to call OrtRun(). ERROR_CODE: ${number}, ERROR_MESSAGE: ${message}`, { code });
}

/**
 * @param {'input' | 'output'} what
 * @param {Info} info  of the model
 * @param {Tensor} tensor
 */
export function checkFit(what, { name, type, shape }, tensor) {
  const refuse = (/** @type {string} */ message) => engineError(`${what}s`, INVALID_ARGUMENT, message);
  const fix = 'Please fix either the inputs/outputs or the model.';
  if (tensor.type !== type) {
    const [actual, expected] = [tensor.type, type].map((one) => `(tensor(${NATIVE_NAMES.get(one) ?? one}))`);
    throw refuse(`Unexpected ${what} data type. Actual: ${actual} , expected: ${expected}`);
  }
  if (!shape) return;
  const { dims } = tensor;
  if (dims.length !== shape.length) {
    throw refuse(`Invalid rank for ${what}: ${name} Got: ${dims.length} Expected: ${shape.length} ${fix}`);
  }
  const wrong = shape.flatMap((expected, axis) => {
    const extent = dims[axis];
    if (expected < 0 ? extent < 2 ** 31 : extent === expected) return [];
    return [` index: ${axis} Got: ${extent} Expected: ${expected}`];
  });
  if (wrong.length === 0) return;
  throw refuse(`Got invalid dimensions for ${what}: ${name} for the following indices\n${wrong.join('\n')}\n ${fix}`);
}
