// A drop-in for the part of onnxruntime-web that image classifiers use:
//
//   import * as ort from './ort.js';  // or: import ort from './ort.js'
//   const session = await ort.InferenceSession.create('model.onnx');
//   const { logits } = await session.run({ image: new ort.Tensor('float32', pixels, [1, 3, 224, 224]) });
//
// What differs: it computes in a worker unless env.wasm.proxy is false; docs/API.md lists the rest.

import { GossamerError } from './lib/error.js';
import { env } from './lib/ort/env.js';
import { InferenceSession as SessionClass } from './lib/ort/session.js';
import { Tensor as TensorClass } from './lib/ort/tensor.js';

// A class and, in TypeScript, the type of its instances, as in onnxruntime-common.
/** @typedef {import('./lib/ort/types.js').AnyTensor} Tensor */
/** @typedef {import('./lib/ort/types.js').Session} InferenceSession */
/** @typedef {import('./lib/ort/types.js').SessionOptions} SessionOptions */
/** @typedef {import('./lib/ort/types.js').RunOptions} RunOptions */

/** @type {import('./lib/ort/types.js').TensorConstructor} */
const Tensor = /** @type {any} */ (TensorClass);
/** @type {import('./lib/ort/types.js').SessionFactory} */
const InferenceSession = /** @type {any} */ (SessionClass);

export { GossamerError, InferenceSession, Tensor, env };
export default { GossamerError, InferenceSession, Tensor, env };
