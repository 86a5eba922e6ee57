// What transformers consist of since opset 23.

/** @typedef {import('../builder.mjs').Builder} Builder */

/** @param {Builder} b */
function attention(b) {
  b.opset(23, 24);
  const shared = b.pick([1, 1, 2, 3]); // heads of the query that a head of the keys serves
  const [keyHeads, size, valueSize] = [b.int(1, 3), b.pick([1, 2, 4, 8]), b.pick([1, 2, 4, 8])];
  const heads = keyHeads * shared;
  const [batch, queries, keys] = [b.int(1, 2), b.int(1, 7), b.int(1, 9)];
  const apart = b.chance(50);
  const tensor = (/** @type {number} */ h, /** @type {number} */ length, /** @type {number} */ width) =>
    b.tensor(apart ? [batch, h, length, width] : [batch, length, h * width]);
  const inputs = [tensor(heads, queries, size), tensor(keyHeads, keys, size), tensor(keyHeads, keys, valueSize)];
  if (b.chance(40)) {
    const dims = [...b.pick([[], [1], [batch, heads], [1, heads]]), queries, keys];
    const boolean = b.chance(40);
    inputs.push(b.tensor(dims, boolean ? { type: 'bool', low: 0, high: 1 } : {}));
  }
  b.output(b.node('Attention', inputs, {
    q_num_heads: apart ? undefined : heads, kv_num_heads: apart ? undefined : keyHeads,
    is_causal: b.chance(30) ? 1 : undefined, scale: b.chance(30) ? { float: 0.5 } : undefined,
    softcap: b.chance(20) ? { float: 2 } : undefined,
  }));
}

/** @param {Builder} b */
function rotaryEmbedding(b) {
  b.opset(23, 24);
  const [batch, heads, length, pairs] = [b.int(1, 2), b.int(1, 4), b.int(1, 6), b.pick([1, 2, 4])];
  const size = 2 * pairs;
  const apart = b.chance(50);
  const inputs = [b.tensor(apart ? [batch, heads, length, size] : [batch, length, heads * size])];
  const looked = b.chance(50);
  const table = looked ? [9, pairs] : [batch, length, pairs];
  inputs.push(b.tensor(table, { low: -1, high: 1 }), b.tensor(table, { low: -1, high: 1 }));
  if (looked) inputs.push(b.tensor([batch, length], { type: 'int64', low: 0, high: 8 }));
  b.output(b.node('RotaryEmbedding', inputs, {
    num_heads: apart ? undefined : heads, interleaved: b.chance(50) ? 1 : undefined,
  }));
}

/** @param {Builder} b */
function rmsNormalization(b) {
  b.opset(23, 24);
  const dims = b.shape(b.int(1, 4));
  const axis = b.int(0, dims.length - 1);
  b.output(b.node('RMSNormalization', [b.tensor(dims), b.weight(dims.slice(axis))], { axis, epsilon: { float: 0.0625 } }));
}

/** @param {Builder} b */
function swish(b) {
  b.opset(24, 24);
  b.output(b.node('Swish', [b.tensor(b.shape(b.int(1, 4)))], { alpha: b.chance(50) ? { float: 1.5 } : undefined }));
}

/** @type {Record<string, (b: Builder) => void>} */
export const attentions = {
  Attention: attention, RotaryEmbedding: rotaryEmbedding, RMSNormalization: rmsNormalization, Swish: swish,
};
