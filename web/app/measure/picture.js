// The picture that is measured with: the same on every device. A pad's is a figure on white, because its
// preparation looks for one; a camera's has the size of a frame and no two pixels alike.

/** @typedef {{width: number, height: number, data: Uint8ClampedArray<ArrayBuffer>}} Picture */

/** @param {'pad' | 'camera' | 'face' | 'picture' | undefined} input  what the model is meant for */
export const measuringPicture = (input) => (input === 'pad' ? figure(448) : scene(640, 480));

/** A ring with an opening, drawn with a broad pen. @param {number} side @returns {Picture} */
function figure(side) {
  const data = new Uint8ClampedArray(4 * side * side).fill(255);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const [dx, dy] = [x / side - 0.5, y / side - 0.5];
      const onRing = Math.abs(Math.hypot(dx, dy) - 0.27) < 0.035 && !(dx > 0 && Math.abs(dy) < 0.1);
      if (onRing) data.set([20, 20, 20], 4 * (y * side + x));
    }
  }
  return { width: side, height: side, data };
}

/** @param {number} width @param {number} height @returns {Picture} */
function scene(width, height) {
  const data = new Uint8ClampedArray(4 * width * height);
  let noise = 1;
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
      const light = 90 + 60 * Math.sin(x / 61) * Math.cos(y / 47) + noise / 2 ** 32 * 40;
      const warm = Math.hypot(x - 0.6 * width, y - 0.45 * height) < 0.28 * height ? 70 : 0;
      data.set([light + warm, light, light + 30 - warm / 2, 255], at);
    }
  }
  return { width, height, data };
}
