// Networks as .tflite files: the numbers of TensorFlow Lite's schema (schema.fbs), of the operators that
// convolutional classifiers consist of, and the tables that a file is made of. Images are channels last.
import { encodeFlatBuffer, floatWord } from './flatbuffer.mjs';

/**
 * @typedef {import('./flatbuffer.mjs').Table} Table
 * @typedef {import('./flatbuffer.mjs').Part} Part
 *
 * @typedef {object} Tensor
 * @property {string} name
 * @property {number[]} shape  images: [batch, height, width, channels]
 * @property {Float32Array | Int32Array} [data]  of constants
 * @property {boolean} [nonNegative]  none of its elements is below zero
 *
 * @typedef {object} Options  of operators, each has some of them
 * @property {number} [activation]  one of `activations`
 * @property {number} [padding]  one of `paddings`
 * @property {number[]} [strides]  down, across; so are the next two
 * @property {number[]} [dilations]
 * @property {number[]} [window]
 * @property {number} [multiplier]  filters for each channel
 * @property {number} [axis]
 * @property {boolean} [keep]  whether axes that a mean is taken over stay, with extent 1
 *
 * @typedef {{kind: keyof typeof operators, inputs: Tensor[], output: Tensor, options: Options}} Operator
 * @typedef {{operators: Operator[], input: Tensor, output: Tensor}} Network
 */

export const activations = { none: 0, relu: 1, reluN1To1: 2, relu6: 3 };
export const paddings = { same: 0, valid: 1 };

/** @param {Options} options */
const activationOnly = ({ activation = 0 }) => [activation];
/** @param {Options} options */
const pool = ({ padding, strides: [down, across] = [], window: [high, wide] = [], activation = 0 }) =>
  [padding, across, down, wide, high, activation];
const none = () => [];

/**
 * The number of an operator, the number of its table of options in their union, and that table's fields.
 * @type {Record<string, {code: number, union?: number, fields?: (options: Options) => (number | undefined)[]}>}
 */
const table = {
  ADD: { code: 0, union: 11, fields: activationOnly },
  AVERAGE_POOL_2D: { code: 1, union: 5, fields: pool },
  CONCATENATION: { code: 2, union: 10, fields: ({ axis, activation = 0 }) => [axis, activation] },
  CONV_2D: {
    code: 3, union: 1,
    fields: ({ padding, strides: [down, across] = [], dilations: [high, wide] = [], activation = 0 }) =>
      [padding, across, down, activation, wide, high],
  },
  DEPTHWISE_CONV_2D: {
    code: 4, union: 2,
    fields: ({ padding, strides: [down, across] = [], dilations: [high, wide] = [], multiplier, activation = 0 }) =>
      [padding, across, down, multiplier, activation, wide, high],
  },
  FULLY_CONNECTED: { code: 9, union: 8, fields: activationOnly },
  LOGISTIC: { code: 14 },
  MAX_POOL_2D: { code: 17, union: 5, fields: pool },
  MUL: { code: 18, union: 21, fields: activationOnly },
  RELU: { code: 19 },
  RELU_N1_TO_1: { code: 20 },
  RELU6: { code: 21 },
  RESHAPE: { code: 22 },
  SOFTMAX: { code: 25, union: 9, fields: () => [floatWord(1)] },
  TANH: { code: 28 },
  PAD: { code: 34, union: 22, fields: none },
  TRANSPOSE: { code: 39, union: 26, fields: none },
  MEAN: { code: 40, union: 27, fields: ({ keep }) => [Number(keep)] },
  SUB: { code: 41, union: 28, fields: activationOnly },
  DIV: { code: 42, union: 29, fields: activationOnly },
  MAXIMUM: { code: 55, union: 39, fields: none },
  MINIMUM: { code: 57, union: 39, fields: none },
  PADV2: { code: 60, union: 45, fields: none },
  HARD_SWISH: { code: 117, union: 94, fields: none },
};
export const operators = table;

// Numbers of TensorType.
const [float32, int32] = [0, 2];

/** @param {Tensor} tensor @param {number} buffer @returns {Table} */
function tensorTable({ name, shape, data }, buffer) {
  const fields = [{ ints: shape }, data instanceof Int32Array ? int32 : float32, buffer, { text: name }];
  return { fields: [...fields, undefined, undefined, undefined, undefined, 1] };  // the last: it has a rank
}

/** @param {Float32Array | Int32Array} data @returns {Table} */
const bufferTable = ({ buffer, byteOffset, byteLength }) =>
  ({ fields: [{ bytes: new Uint8Array(buffer, byteOffset, byteLength), align: 16 }] });

/** The name by which a caller knows an input or output. @param {string} name @param {number} tensor @returns {Part} */
const signature = (name, tensor) => ({ parts: [{ fields: [{ text: name }, tensor] }] });

/**
 * @param {Network} network
 * @returns {Uint8Array}
 */
export function encodeTflite({ operators: steps, input, output }) {
  const tensors = [...new Set([input, ...steps.flatMap((step) => [...step.inputs, step.output])])];
  const numbers = new Map(tensors.map((tensor, i) => [tensor, i]));
  const numberOf = (/** @type {Tensor} */ tensor) => /** @type {number} */ (numbers.get(tensor));
  const kinds = [...new Set(steps.map(({ kind }) => kind))];
  /** @type {Table[]} */
  const buffers = [{ fields: [] }];  // the first is that of tensors without data
  const tensorTables = tensors.map((tensor) =>
    tensorTable(tensor, tensor.data ? buffers.push(bufferTable(tensor.data)) - 1 : 0));
  const operatorTables = steps.map(({ kind, inputs, output: result, options }) => {
    const { union, fields } = table[kind];
    const [from, to] = [{ ints: inputs.map(numberOf) }, { ints: [numberOf(result)] }];
    return { fields: [kinds.indexOf(kind), from, to, union, fields && { fields: fields(options) }] };
  });
  const [first, last] = [numberOf(input), numberOf(output)];
  /** @type {Table} */
  const graph = {
    fields: [{ parts: tensorTables }, { ints: [first] }, { ints: [last] }, { parts: operatorTables }, { text: 'main' }],
  };
  // An operator's number stands twice: older readers know the first, of a byte, alone.
  const codes = kinds.map((kind) => ({ fields: [table[kind].code, undefined, 1, table[kind].code] }));
  const signatures = [{ fields: [signature('input', first), signature('output', last), { text: 'serving_default' }] }];
  return encodeFlatBuffer({
    fields: [3, { parts: codes }, { parts: [graph] }, { text: 'stated from ONNX' }, { parts: buffers }, undefined, undefined, { parts: signatures }],
  }, 'TFL3');
}
