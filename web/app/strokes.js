// The ten digits as strokes, so that the pad can be used from the keyboard: a digit key draws a
// sample. A stroke is a list of points [x, y] in a unit square, x to the right and y down.

/** @typedef {[number, number][]} Stroke */

/**
 * Points along an ellipse, angles in degrees, 0 at three o'clock and 90 at six.
 * @param {number} cx @param {number} cy @param {number} rx @param {number} ry
 * @param {number} from @param {number} to
 * @returns {Stroke}
 */
export function arc(cx, cy, rx, ry, from, to) {
  const count = Math.max(2, Math.ceil(Math.abs(to - from) / 12));
  return Array.from({ length: count + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / count) * Math.PI) / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  });
}

/** @type {readonly Stroke[][]} */
export const DIGITS = [
  [arc(0.5, 0.5, 0.2, 0.31, -90, 275)],
  [[[0.4, 0.3], [0.53, 0.18], [0.52, 0.5], [0.51, 0.83]]],
  [[...arc(0.5, 0.36, 0.18, 0.17, -170, 35), [0.5, 0.64], [0.3, 0.81], [0.5, 0.8], [0.72, 0.8]]],
  [[...arc(0.48, 0.34, 0.17, 0.15, -150, 90), ...arc(0.48, 0.66, 0.2, 0.17, -90, 150)]],
  [
    [[0.56, 0.18], [0.44, 0.37], [0.29, 0.6], [0.5, 0.6], [0.74, 0.59]],
    [[0.6, 0.38], [0.59, 0.6], [0.58, 0.84]],
  ],
  [
    [[0.4, 0.2], [0.38, 0.33], [0.36, 0.47], ...arc(0.48, 0.63, 0.2, 0.19, -115, 145)],
    [[0.4, 0.2], [0.54, 0.2], [0.69, 0.19]],
  ],
  [[[0.6, 0.17], [0.46, 0.3], [0.35, 0.48], ...arc(0.5, 0.65, 0.17, 0.17, 180, -180)]],
  [[[0.3, 0.21], [0.5, 0.2], [0.7, 0.2], [0.6, 0.42], [0.5, 0.63], [0.44, 0.84]]],
  [[
    ...arc(0.5, 0.34, 0.15, 0.15, 0, -260), ...arc(0.5, 0.66, 0.19, 0.17, -90, 265),
    ...arc(0.5, 0.34, 0.15, 0.15, 95, 0),
  ]],
  [[...arc(0.5, 0.36, 0.17, 0.17, 0, -350), [0.66, 0.5], [0.63, 0.67], [0.57, 0.84]]],
];
