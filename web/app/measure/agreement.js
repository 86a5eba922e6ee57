// Compare, then time: whether two runtimes put out the same for the same input, so that comparing their
// times means anything. The benchmark and the Measure view use the same bounds.

/** @typedef {{agrees: boolean, probability: number, output: number, reason: string}} Verdict */

/** Of a probability, between two runtimes that order their float additions differently. */
export const probabilityLimit = 1e-3;
/** Of an output, as a part of the largest: softmax says little of classes that are unlikely, or all alike. */
export const outputLimit = 5e-3;

/** @param {ArrayLike<number>} logits */
export function softmax(logits) {
  const largest = Math.max(...Array.from(logits));
  const powers = Array.from(logits, (value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

/** Whether `got` names a class that is the likeliest to within the tolerance. @param {number[]} got @param {number[]} expected */
export function sameClass(got, expected) {
  const first = (/** @type {number[]} */ values) => values.indexOf(Math.max(...values));
  return expected[first(got)] >= Math.max(...expected) - 1e-6;
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
