// Which part of a picture speaks for a class: a patch is laid over one place after another, and what the
// class loses without that place is what the place says for it (Zeiler and Fergus, Visualizing and
// Understanding Convolutional Networks, 2014). Patches overlap; a cell gets the mean of all that cover it.

/**
 * @typedef {{width: number, height: number, data: Uint8ClampedArray}} Pixels  RGBA
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box  pixels
 *
 * @typedef {object} HeatMap
 * @property {number} columns
 * @property {number} rows
 * @property {Float32Array} values  what the class loses without a cell, row by row; negative where the cell speaks against it
 * @property {number} base  probability of the class without a patch
 * @property {Box} area  of the picture that the cells lie on
 * @property {boolean} complete  false when it was cancelled
 */

/** Cells that a patch is wide and high. */
const PATCH = 2;

/**
 * The colour to cover with: that of the ground where the border has mostly one, so that a drawing gets no
 * new figure; otherwise the mean, which is as little as possible of a picture by itself.
 * @param {Pixels} pixels @returns {[number, number, number]}
 */
export function coverColour({ width, height, data }) {
  /** @type {Map<number, number>} */
  const border = new Map();
  const sums = [0, 0, 0];
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      for (let c = 0; c < 3; c += 1) sums[c] += data[at + c];
      if (x > 0 && y > 0 && x < width - 1 && y < height - 1) continue;
      const key = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
      border.set(key, (border.get(key) ?? 0) + 1);
    }
  }
  const total = [...border.values()].reduce((sum, count) => sum + count, 0);
  const [key, count] = [...border].reduce((most, entry) => (entry[1] > most[1] ? entry : most), [0, 0]);
  if (count > total / 2) return [key >> 16, (key >> 8) & 255, key & 255];
  const [red, green, blue] = sums.map((sum) => Math.round(sum / (width * height)));
  return [red, green, blue];
}

/** A copy with one part covered. @param {Pixels} pixels @param {Box} box @param {[number, number, number]} colour */
export function cover({ width, height, data }, { left, top, right, bottom }, colour) {
  const copy = new Uint8ClampedArray(data);
  for (let y = top; y < bottom; y += 1) {
    for (let x = left, at = 4 * (y * width + left); x < right; x += 1, at += 4) copy.set([...colour, 255], at);
  }
  return { width, height, data: copy };
}

/**
 * The patches, one for each pair of a row and a column of cells and its neighbours; those at the edges
 * reach beyond it by the same amount, so that every cell is covered as often as any other.
 * @param {number} columns @param {number} rows @param {Box} area  of the picture, pixels
 * @returns {{box: Box, cells: number[]}[]}
 */
export function patches(columns, rows, { left, top, right, bottom }) {
  const edge = (/** @type {number} */ at, /** @type {number} */ count, /** @type {number} */ from, /** @type {number} */ to) =>
    Math.round(from + ((to - from) * Math.min(count, Math.max(0, at))) / count);
  const all = [];
  for (let row = 1 - PATCH; row < rows; row += 1) {
    for (let column = 1 - PATCH; column < columns; column += 1) {
      const cells = [];
      for (let y = Math.max(0, row); y < Math.min(rows, row + PATCH); y += 1) {
        for (let x = Math.max(0, column); x < Math.min(columns, column + PATCH); x += 1) cells.push(y * columns + x);
      }
      all.push({
        cells,
        box: {
          left: edge(column, columns, left, right), right: edge(column + PATCH, columns, left, right),
          top: edge(row, rows, top, bottom), bottom: edge(row + PATCH, rows, top, bottom),
        },
      });
    }
  }
  return all;
}

/** @param {Pixels} pixels @returns {Box} */
const whole = ({ width, height }) => ({ left: 0, top: 0, right: width, bottom: height });

/**
 * @param {Pixels} pixels
 * @param {object} options
 * @param {(pixels: Pixels) => Promise<number>} options.score  probability of the class
 * @param {number} [options.columns]  cells across, no fewer than 14
 * @param {number} [options.rows]
 * @param {Box} [options.area]  what the model sees; default: everything
 * @param {AbortSignal} [options.signal]  keeps what there is
 * @param {(done: number, total: number, map: HeatMap) => void} [options.onProgress]
 * @returns {Promise<HeatMap>}
 */
export async function occlusionMap(pixels, { score, columns = 14, rows = 14, area = whole(pixels), signal, onProgress }) {
  const base = await score(pixels);
  const colour = coverColour(pixels);
  const sums = new Float32Array(columns * rows);
  const counts = new Uint8Array(columns * rows);
  /** @type {HeatMap} */
  const map = { columns, rows, values: new Float32Array(columns * rows), base, area, complete: false };
  const all = patches(columns, rows, area);
  for (const [done, { box, cells }] of all.entries()) {
    if (signal?.aborted) return map;
    const loss = base - await score(cover(pixels, box, colour));
    if (signal?.aborted) return map;
    for (const cell of cells) {
      sums[cell] += loss;
      counts[cell] += 1;
      map.values[cell] = sums[cell] / counts[cell];
    }
    onProgress?.(done + 1, all.length, map);
  }
  map.complete = true;
  return map;
}

/**
 * The map as a picture to lay over the other one: what speaks for the class in one colour, what speaks
 * against it in another, and the strength as opacity.
 * @param {HeatMap} map
 * @param {{forColour: number[], againstColour: number[]}} colours
 */
export function heatPixels({ columns, rows, values }, { forColour, againstColour }) {
  const strongest = Math.max(0.02, ...values.map(Math.abs));
  const data = new Uint8ClampedArray(4 * columns * rows);
  values.forEach((value, cell) => {
    const [red, green, blue] = value >= 0 ? forColour : againstColour;
    data.set([red, green, blue, 220 * (Math.abs(value) / strongest)], 4 * cell);
  });
  return { width: columns, height: rows, data };
}
