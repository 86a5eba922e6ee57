// Strokes as the picture that a model of drawn symbols expects: white lines on black, brought to size
// and to the middle. It draws as `drawStrokes` of the npm package detypify-service does, by which the
// network for symbols was trained, to the pixel. A manifest entry with `pad: "strokes"` asks for it.

/** The package's picture: its side, the margin on both sides together, the width of a line. */
const SIDE = 224;
const MARGIN = 20;
const LINE = 8;

/**
 * The strokes as a picture of `size` x `size` pixels. They may be in any unit; a place is [x, y] with x
 * to the right and y down. What is one single point leaves nothing, as in the package.
 * @param {readonly (readonly (readonly [number, number])[])[]} strokes
 * @param {number} [size]
 * @returns {HTMLCanvasElement}
 */
export function drawStrokes(strokes, size = SIDE) {
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
  context.fillStyle = 'black';
  context.fillRect(0, 0, size, size);
  context.strokeStyle = 'white';
  context.lineWidth = (LINE * size) / SIDE;
  const { middle, extent } = extentOf(strokes);
  const target = size - (MARGIN * size) / SIDE;
  const scale = extent > 1e-6 ? target / extent : 1;
  for (const stroke of strokes) {
    context.beginPath();
    for (const place of stroke) {
      const [x, y] = place.map((value, axis) => Math.round((value - middle[axis]) * scale + size / 2));
      context.lineTo(x, y);
    }
    context.stroke();
  }
  return canvas;
}

/**
 * The middle of the box around all strokes, and its longer side.
 * @param {readonly (readonly (readonly [number, number])[])[]} strokes
 */
function extentOf(strokes) {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (const place of strokes.flat()) {
    for (const axis of [0, 1]) {
      low[axis] = Math.min(low[axis], place[axis]);
      high[axis] = Math.max(high[axis], place[axis]);
    }
  }
  return {
    middle: [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2],
    extent: Math.max(high[0] - low[0], high[1] - low[1]),
  };
}
