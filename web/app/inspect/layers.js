// What a profile says of each layer: its share of the time, how fast it computes, and what part of this
// device's measured peak that is. The peak of a layer is its roof: the multiply-adds that the device
// manages in a second or, where a layer mostly moves numbers, those that its memory can feed.

/**
 * @typedef {object} Step  of a plan, measured
 * @property {string} op
 * @property {string} node
 * @property {string} kernel
 * @property {number[]} shape  of the output
 * @property {number} parameters
 * @property {number} multiplyAdds
 * @property {number} milliseconds
 * @property {number} [bytes]  read and written
 *
 * @typedef {{macsPerSecond: number, bytesPerSecond: number}} DeviceSpeed
 *
 * @typedef {object} Layer
 * @property {Step} step
 * @property {number} index  of its step
 * @property {number} share  of the time of all
 * @property {number} start  share of the time before it
 * @property {number | undefined} rate  multiply-adds a second
 * @property {number | undefined} peak  share of what this device can do at best; more than 1 is measured noise or a
 *     kernel that needs fewer multiplications than the layer is stated with (Winograd's)
 */

/** The last extents of a shape say more than its batch. @param {number[]} shape */
export const shapeText = (shape) => shape.join(' × ') || 'scalar';

/** @param {Step} step */
function bytesOf({ bytes, parameters, shape }) {
  return bytes ?? 4 * (parameters + shape.reduce((product, extent) => product * extent, 1));
}

/**
 * The least milliseconds that a step takes on a device.
 * @param {Step} step @param {DeviceSpeed} speed
 */
export function leastTime(step, { macsPerSecond, bytesPerSecond }) {
  return 1000 * Math.max(step.multiplyAdds / macsPerSecond, bytesOf(step) / bytesPerSecond);
}

/**
 * @param {Step[]} steps  in the order of the plan
 * @param {DeviceSpeed} [speed]
 * @returns {Layer[]}
 */
export function layersOf(steps, speed) {
  const total = steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  let before = 0;
  return steps.map((step, index) => {
    const share = total > 0 ? step.milliseconds / total : 0;
    const start = before;
    before += share;
    const timed = step.milliseconds > 0 && step.multiplyAdds > 0;
    return {
      step, index, share, start,
      rate: timed ? (1000 * step.multiplyAdds) / step.milliseconds : undefined,
      peak: timed && speed ? leastTime(step, speed) / step.milliseconds : undefined,
    };
  });
}

/**
 * Sums for the table's last row, and what the whole network reaches of the device.
 * @param {Step[]} steps @param {DeviceSpeed} [speed]
 */
export function totals(steps, speed) {
  const sum = (/** @type {'milliseconds' | 'multiplyAdds' | 'parameters'} */ key) =>
    steps.reduce((all, step) => all + step[key], 0);
  const milliseconds = sum('milliseconds');
  const least = speed ? steps.reduce((all, step) => all + leastTime(step, speed), 0) : undefined;
  return {
    milliseconds, multiplyAdds: sum('multiplyAdds'), parameters: sum('parameters'),
    peak: least !== undefined && milliseconds > 0 ? least / milliseconds : undefined,
  };
}

/**
 * Time by operator, most first.
 * @param {Layer[]} layers
 * @returns {{op: string, share: number, count: number}[]}
 */
export function byOperator(layers) {
  /** @type {Map<string, {op: string, share: number, count: number}>} */
  const groups = new Map();
  for (const { step: { op }, share } of layers) {
    const group = groups.get(op) ?? { op, share: 0, count: 0 };
    groups.set(op, { op, share: group.share + share, count: group.count + 1 });
  }
  return [...groups.values()].sort((a, b) => b.share - a.share);
}
