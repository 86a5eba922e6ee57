// What a model's file states of its inputs and outputs: names, types and shapes, with the names of open dimensions
// ("batch"), which the session's metadata gives as onnxruntime-web does. The engine knows extents only, and wants
// a shape for every input; where a model states none, the shape that a run brings is written in. Whether the model is
// well formed is the engine's business; where it is not, nothing is found.

import { typeName } from '../elementTypes.js';
import { concatenate, edited, encodeField, numberOf, payloads, textOf } from './wire.js';

/** Field numbers of onnx.proto, by message. */
const GRAPH = 7;
const [INITIALIZER, INPUT, OUTPUT] = [5, 11, 12];
const TENSOR_NAME = 8;
const [VALUE_NAME, VALUE_TYPE] = [1, 2];
const TENSOR_TYPE = 1;
const [ELEMENT_TYPE, SHAPE] = [1, 2];
/** The last type that has a name here. */
const INT4 = 22;
const DIM = 1;
const [DIM_VALUE, DIM_PARAM] = [1, 2];

/**
 * @typedef {object} StatedValue
 * @property {string} name
 * @property {string} type  of elements
 * @property {(number | string)[]} [shape]  an open extent is its name, or -1; absent: there is none
 *
 * @typedef {{inputs: StatedValue[], outputs: StatedValue[]}} Stated  inputs: those without a value of the model's own
 */

/**
 * Borrows the bytes, as an engine does to make a session, and reads.
 * @template T
 * @param {import('../modelData.js').ModelData} model
 * @param {(bytes: Uint8Array<ArrayBuffer>) => T} read
 * @returns {Promise<T>}
 */
export async function readModel(model, read) {
  let bytes = new Uint8Array();
  const reader = {
    death: undefined,
    call: async (/** @type {string} */ _method, /** @type {any} */ request) => {
      bytes = request.bytes ?? bytes;
      return { bytes, keep: false };
    },
  };
  return model.lend(/** @type {any} */ (reader), async (data) => {
    if (typeof data !== 'number') bytes = new Uint8Array(await new Response(data).arrayBuffer());
    return read(bytes);
  });
}

/** @param {Uint8Array} model @returns {Stated} */
export function readStated(model) {
  /** @type {Stated} */
  const stated = { inputs: [], outputs: [] };
  for (const graph of payloads(model, GRAPH)) {
    const valued = new Set(payloads(graph, INITIALIZER).map((tensor) => textOf(tensor, TENSOR_NAME)));
    stated.inputs.push(...payloads(graph, INPUT).map(statedValue).filter(({ name }) => !valued.has(name)));
    stated.outputs.push(...payloads(graph, OUTPUT).map(statedValue));
  }
  return stated;
}

/** @param {Uint8Array} value  a ValueInfoProto @returns {StatedValue} */
function statedValue(value) {
  const tensors = payloads(value, VALUE_TYPE).flatMap((type) => payloads(type, TENSOR_TYPE));
  const shapes = tensors.flatMap((tensor) => payloads(tensor, SHAPE));
  const type = tensors.length > 0 ? numberOf(tensors[0], ELEMENT_TYPE) : 0;
  const known = type > 0 && type <= INT4;
  const extents = shapes.flatMap((shape) => payloads(shape, DIM)).map((dim) => {
    const extent = numberOf(dim, DIM_VALUE);
    // One below 0, which some exporters write for an open one, is a number of 64 bits here.
    return textOf(dim, DIM_PARAM) || (Number.isSafeInteger(extent) ? extent : -1);
  });
  return { name: textOf(value, VALUE_NAME) ?? '', type: typeName(known ? type : 0), shape: shapes.length > 0 ? extents : undefined };
}

/**
 * The same model with open extents for inputs that state no shape.
 * @param {Uint8Array} model
 * @param {ReadonlyMap<string, number>} ranks  how many extents, by the inputs' names
 */
export function withRanks(model, ranks) {
  return edited(model, GRAPH, (graph) => edited(graph, INPUT, (value) => {
    const rank = ranks.get(textOf(value, VALUE_NAME) ?? '');
    if (rank === undefined) return value;
    const shape = concatenate(Array.from({ length: rank }, () => encodeField(DIM, new Uint8Array())));
    return edited(value, VALUE_TYPE, (type) => edited(type, TENSOR_TYPE, (tensor) =>
      concatenate([tensor, encodeField(SHAPE, shape)])));
  }));
}
