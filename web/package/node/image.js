// Pictures as the drop-in for onnxruntime-web makes them (web/lib/ort/image.js), where there is no canvas: pixels
// in the place of ImageData and ImageBitmap, and scaling.

/** ImageData, as far as it is used. */
export class Pixels {
  width;
  height;
  data;

  /**
   * ImageData(width, height) or ImageData(data, width, height?).
   * @param {number | Uint8ClampedArray | Uint8Array} first
   * @param {number} second
   * @param {number} [third]
   */
  constructor(first, second, third) {
    const given = typeof first !== 'number';
    this.width = given ? second : first;
    this.height = given ? third ?? first.length / 4 / second : second;
    this.data = given ? first : new Uint8ClampedArray(this.width * this.height * 4);
  }

  /** As of ImageBitmap; without effect. */
  close() {}
}

/**
 * createImageBitmap(), as far as it is used: scales pixels, each output the mean of what it covers, weighted by
 * a triangle (bilinear, antialiased where it shrinks). Colours count as much as they are opaque.
 * @param {{width: number, height: number, data: Uint8ClampedArray | Uint8Array}} source
 * @param {{resizeWidth: number, resizeHeight: number}} options
 * @returns {Promise<Pixels>}
 */
export async function scalePixels({ width, height, data }, { resizeWidth, resizeHeight }) {
  const colours = new Float32Array(width * height * 4);
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3];
    for (let c = 0; c < 3; ++c) colours[i + c] = data[i + c] * alpha;
    colours[i + 3] = alpha;
  }
  const narrow = scaleAxis(colours, { size: width, target: resizeWidth, step: 4 }, { count: height, from: width * 4, to: resizeWidth * 4 });
  const row = resizeWidth * 4;
  const scaled = scaleAxis(narrow, { size: height, target: resizeHeight, step: row }, { count: resizeWidth, from: 4, to: 4 });
  const result = new Pixels(resizeWidth, resizeHeight);
  for (let i = 0; i < scaled.length; i += 4) {
    const alpha = scaled[i + 3];
    for (let c = 0; c < 3 && alpha > 0; ++c) result.data[i + c] = scaled[i + c] / alpha;
    result.data[i + 3] = alpha;
  }
  return result;
}

/**
 * Scales along one axis.
 * @param {Float32Array} input  of four numbers a pixel
 * @param {{size: number, target: number, step: number}} axis  step: from one pixel to the next along it
 * @param {{count: number, from: number, to: number}} lines  from, to: from one line to the next, in input and output
 */
function scaleAxis(input, { size, target, step }, { count, from, to }) {
  const output = new Float32Array(target * count * 4);
  const scale = size / target;
  const reach = Math.max(1, scale);
  for (let place = 0; place < target; ++place) {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.ceil(centre - reach - 0.5));
    const end = Math.min(size, Math.floor(centre + reach - 0.5) + 1);
    const weights = Array.from({ length: end - first }, (_, i) => 1 - Math.abs(first + i + 0.5 - centre) / reach);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (let line = 0; line < count; ++line) {
      for (let c = 0; c < 4; ++c) {
        let value = 0;
        weights.forEach((weight, i) => { value += weight * input[line * from + (first + i) * step + c]; });
        output[line * to + place * step + c] = value / sum;
      }
    }
  }
  return output;
}
