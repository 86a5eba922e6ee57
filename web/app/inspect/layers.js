// What a profile says of each layer: its share of the time, how fast it computes, and what part of this
// device's peak that is, the most multiply-adds that one thread was seen to do in a second.

/**
 * @typedef {object} Step  of a plan, measured
 * @property {string} op
 * @property {string} node
 * @property {string} kernel
 * @property {number[]} shape  of the output
 * @property {number} parameters
 * @property {number} multiplyAdds
 * @property {number} milliseconds
 * @property {string[]} [outputs]  names of the values that leave it
 *
 * @typedef {object} Layer
 * @property {Step} step
 * @property {number} index  of its step
 * @property {number} share  of the time of all
 * @property {number} start  share of the time before it
 * @property {number | undefined} rate  multiply-adds a second
 * @property {number | undefined} ofPeak  share of the peak; more than 1 where a kernel needs fewer multiplications
 *     than the layer states (Winograd's)
 */

/** The last extents of a shape say more than its batch. @param {number[]} shape */
export const shapeText = (shape) => shape.join(' × ') || 'scalar';

/**
 * @param {Step[]} steps  in the order of the plan
 * @param {number} [peak]  multiply-adds a second
 * @returns {Layer[]}
 */
export function layersOf(steps, peak) {
  const total = steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  let before = 0;
  return steps.map((step, index) => {
    const share = total > 0 ? step.milliseconds / total : 0;
    const start = before;
    before += share;
    const rate = rateOf(step);
    return { step, index, share, start, rate, ofPeak: rate && peak ? rate / peak : undefined };
  });
}

/** Multiply-adds a second. @param {{multiplyAdds: number, milliseconds: number}} step */
const rateOf = ({ multiplyAdds, milliseconds }) =>
  (milliseconds > 0 && multiplyAdds > 0 ? (1000 * multiplyAdds) / milliseconds : undefined);

/**
 * The whole network.
 * @param {Step[]} steps @param {number} [peak]  multiply-adds a second
 */
export function totals(steps, peak) {
  const sum = (/** @type {'milliseconds' | 'multiplyAdds' | 'parameters'} */ key) =>
    steps.reduce((all, step) => all + step[key], 0);
  const all = { milliseconds: sum('milliseconds'), multiplyAdds: sum('multiplyAdds'), parameters: sum('parameters') };
  const rate = rateOf(all);
  return { ...all, ofPeak: rate && peak ? rate / peak : undefined };
}
