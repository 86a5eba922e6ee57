// Compare, then time: what native onnxruntime makes of the same inputs, and whether a contender's
// outputs agree with it well enough that its time means anything.
import ort from 'onnxruntime-node';
import { sameClass, softmax } from '../../tools/lib/pictures.mjs';

/** @typedef {{agrees: boolean, probability: number, output: number, reason: string}} Verdict */

/** Of a probability, between two runtimes that order their float additions differently. */
export const probabilityLimit = 1e-3;
/** Of an output, as a part of the largest: softmax says little of classes that are unlikely, or all alike. */
export const outputLimit = 5e-3;

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

/**
 * Compares what a contender put out with the reference, as it is and as probabilities.
 * @param {number[][]} got
 * @param {number[][]} expected
 * @param {string} [whose]  the reference, for messages
 * @returns {Verdict}
 */
export function compareOutputs(got, expected, whose = 'onnxruntime') {
  let [probability, output] = [0, 0];
  for (const [index, reference] of expected.entries()) {
    const values = got[index] ?? [];
    const refuse = (/** @type {string} */ reason) => ({
      agrees: false, probability, output, reason: `input ${index + 1} of ${expected.length}: ${reason}`,
    });
    if (values.length !== reference.length) return refuse(`${values.length} outputs in place of ${reference.length}`);
    if (!values.every(Number.isFinite)) return refuse('outputs that are no numbers');
    const largest = Math.max(...reference.map(Math.abs));
    const off = Math.max(...values.map((value, i) => Math.abs(value - reference[i]))) / (largest || 1);
    output = Math.max(output, off);
    const [ours, theirs] = [softmax(values), softmax(reference)];
    const apart = Math.max(...ours.map((value, i) => Math.abs(value - theirs[i])));
    probability = Math.max(probability, apart);
    if (!sameClass(ours, theirs)) return refuse(`another class than ${whose} names`);
    if (apart > probabilityLimit) return refuse(`probabilities differ by ${apart.toExponential(1)}, over ${probabilityLimit}`);
    if (off > outputLimit) return refuse(`outputs differ by ${off.toExponential(1)} of the largest, over ${outputLimit}`);
  }
  return { agrees: true, probability, output, reason: '' };
}
