// The extents that a model's input leaves open, and what each is set to: the sides of the picture to a size
// that a person can change, its channels to three, and a batch to one picture. Exporters name them in many
// ways, or not at all.

/** @typedef {{name: string, shape: (number | string)[]}} Input */

/** Channels of an input that does not say how many it has. */
export const CHANNELS = 3;

/** @param {number | string} extent */
const isOpen = (extent) => !(Number(extent) > 0);

/** @param {number | string} extent */
const isBatch = (extent) => /batch/i.test(String(extent));

/** What the option `dimensions` calls an extent: those with a name are known by it. @param {Input} input @param {number} axis */
const extentName = ({ name, shape }, axis) =>
  (typeof shape[axis] === 'string' ? String(shape[axis]) : `${name}.${axis}`);

/** The axis of the channels, where it is open; -1 where it is not. @param {Input['shape']} shape */
export function openChannels(shape) {
  const named = shape.findIndex((extent, axis) => axis > 0 && isOpen(extent) && /channel|^c$/i.test(String(extent)));
  if (named > 0) return named;
  const stated = shape.some((extent, axis) => axis > 0 && (extent === 1 || extent === 3));
  const second = shape[1];
  return shape.length === 4 && !stated && isOpen(second) && !/height|width|^[hw]$/i.test(String(second)) ? 1 : -1;
}

/** Names of the open extents that are sides of the picture. @param {Input} input */
export function openSides(input) {
  const channels = openChannels(input.shape);
  return input.shape.flatMap((extent, axis) =>
    (axis > 0 && axis !== channels && isOpen(extent) && !isBatch(extent) ? [extentName(input, axis)] : []));
}

/**
 * The option `dimensions`. An open first extent is the batch without being told.
 * @param {Input} input @param {number} side
 * @returns {Record<string, number>}
 */
export function openExtents(input, side) {
  const channels = openChannels(input.shape);
  return Object.fromEntries(input.shape.flatMap((extent, axis) => (axis > 0 && isOpen(extent)
    ? [[extentName(input, axis), axis === channels ? CHANNELS : isBatch(extent) ? 1 : side]] : [])));
}
