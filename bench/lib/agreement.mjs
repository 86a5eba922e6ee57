// Compare, then time: what native onnxruntime makes of the same inputs, and whether a contender's
// outputs agree with it well enough that its time means anything.
import ort from 'onnxruntime-node';

export { compareOutputs, outputLimit, probabilityLimit } from '../../web/app/measure/agreement.js';

/**
 * Native onnxruntime's first output for each input.
 * @param {import('./models.mjs').Model} model
 * @param {Float32Array[]} inputs
 * @returns {Promise<number[][]>}
 */
export async function referenceOutputs(model, inputs) {
  const session = await ort.InferenceSession.create(model.file, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const outputs = [];
  for (const values of inputs) {
    const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', values, model.input.shape) };
    const results = await session.run(feeds);
    outputs.push(Array.from(/** @type {Float32Array} */ (results[session.outputNames[0]].data)));
  }
  await session.release();
  return outputs;
}
