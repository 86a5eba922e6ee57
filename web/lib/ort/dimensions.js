// The names of a model's open dimensions ("batch"), which the session's metadata gives as onnxruntime-web does.
// The engine knows extents only, so they are read here, from the model's bytes: of protobuf's wire format, just
// what leads to the shapes of inputs and outputs (onnx.proto). Whether the model is well formed is the
// engine's business; where it is not, there are no names.

/** Field numbers of onnx.proto, by message. */
const GRAPH = 7;
const [INPUT, OUTPUT] = [11, 12];
const [VALUE_NAME, VALUE_TYPE] = [1, 2];
const TENSOR_TYPE = 1;
const SHAPE = 2;
const DIM = 1;
const DIM_PARAM = 2;
/** Wire types: a whole number, 8 bytes, bytes with their length, 4 bytes. */
const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];

/**
 * @typedef {Map<string, (string | undefined)[]>} NamesByValue  of each axis, undefined: it has none
 * @typedef {{inputs: NamesByValue, outputs: NamesByValue}} Names
 */

/**
 * Borrows the bytes, as an engine does to make a session, and reads.
 * @param {import('../modelData.js').ModelData} model
 * @returns {Promise<Names>}
 */
export async function dimensionNames(model) {
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
    return readNames(bytes);
  });
}

/** @param {Uint8Array} model */
export function readNames(model) {
  /** @type {Names} */
  const names = { inputs: new Map(), outputs: new Map() };
  for (const graph of messages(model, GRAPH)) {
    for (const value of messages(graph, INPUT)) names.inputs.set(...dimensionsOf(value));
    for (const value of messages(graph, OUTPUT)) names.outputs.set(...dimensionsOf(value));
  }
  return names;
}

/** @param {Uint8Array} value  a ValueInfoProto @returns {[string, (string | undefined)[]]} */
function dimensionsOf(value) {
  const shapes = messages(value, VALUE_TYPE).flatMap((type) => messages(type, TENSOR_TYPE))
    .flatMap((tensor) => messages(tensor, SHAPE));
  const dims = shapes.flatMap((shape) => messages(shape, DIM));
  return [text(value, VALUE_NAME) ?? '', dims.map((dim) => text(dim, DIM_PARAM))];
}

/** The last text of a number, as protobuf has it. @param {Uint8Array} bytes @param {number} number */
function text(bytes, number) {
  const last = messages(bytes, number).pop();
  return last && new TextDecoder().decode(last);
}

/**
 * The fields of a number that have bytes; none after the first byte that makes no sense.
 * @param {Uint8Array} bytes  of a message
 * @param {number} number
 */
function messages(bytes, number) {
  const found = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    return NaN;
  };
  while (at < bytes.length) {
    const key = varint();
    const wire = key % 8;
    if (wire === VARINT) varint();
    else if (wire === FIXED64) at += 8;
    else if (wire === FIXED32) at += 4;
    else if (wire === BYTES) {
      const length = varint();
      if (!(at + length <= bytes.length)) break;
      if ((key - wire) / 8 === number) found.push(bytes.subarray(at, at + length));
      at += length;
    } else break;
  }
  return found;
}
