// The activations of a layer as small gray pictures, one for each channel: what is strong is dark, on one
// scale for the whole layer, so that channels can be compared. What has no picture (the scores at the
// end) becomes a row of cells.

/**
 * @typedef {{data: ArrayLike<number>, dims: number[], layout?: 'NCHW' | 'NHWC'}} Activation
 * @typedef {{width: number, height: number, pictures: Uint8ClampedArray[], channels: number, low: number, high: number}} Sheet
 *     pictures: gray values, row by row; channels: how many there are in all
 */

/** @param {Activation} activation */
function extents({ data, dims, layout = 'NCHW' }) {
  if (dims.length < 3) return { channels: 1, height: 1, width: data.length, pixel: 1, channel: data.length };
  const [first, second, third] = dims.slice(-3);
  return layout === 'NHWC' ? { height: first, width: second, channels: third, pixel: third, channel: 1 }
    : { channels: first, height: second, width: third, pixel: 1, channel: second * third };
}

/** @param {ArrayLike<number>} data */
function range(data) {
  let [low, high] = [Infinity, -Infinity];
  for (let at = 0; at < data.length; at += 1) {
    if (data[at] < low) low = data[at];
    if (data[at] > high) high = data[at];
  }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}

/**
 * @param {Activation} activation
 * @param {number} [most]  channels that are shown
 * @returns {Sheet}
 */
export function channelSheet(activation, most = 64) {
  const { channels, height, width, pixel, channel } = extents(activation);
  const { low, high } = range(activation.data);
  const scale = high > low ? 255 / (high - low) : 0;
  const pictures = Array.from({ length: Math.min(channels, most) }, (_, index) => {
    const gray = new Uint8ClampedArray(width * height);
    for (let at = 0; at < gray.length; at += 1) gray[at] = 255 - (activation.data[index * channel + at * pixel] - low) * scale;
    return gray;
  });
  return { width, height, pictures, channels, low, high };
}

/** RGBA of a gray picture. @param {Uint8ClampedArray} gray */
export function rgbaOf(gray) {
  const data = new Uint8ClampedArray(4 * gray.length);
  gray.forEach((value, at) => data.set([value, value, value, 255], 4 * at));
  return data;
}
