// What the Inspect view draws into its canvases: the picture, the channels of a layer, and the heat map
// over the picture.
import { rgbaOf } from '../inspect/channels.js';
import { heatPixels } from '../inspect/occlusion.js';
import { texts } from '../texts.js';

const forColour = [226, 92, 30];
const againstColour = [52, 104, 214];

/** @param {{width: number, height: number, data: Uint8ClampedArray}} pixels  RGBA */
export function canvasOf({ width, height, data }) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
  return canvas;
}

/** @param {HTMLCanvasElement | null} canvas @param {ImageData | undefined} pixels */
export function drawPicture(canvas, pixels) {
  if (!canvas || !pixels) return;
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  canvas.getContext('2d')?.putImageData(pixels, 0, 0);
}

/** What is shown in which element, so that nothing is drawn twice. @type {WeakMap<Element, unknown>} */
const shown = new WeakMap();

/** @param {Element | null} element @param {import('../inspect/channels.js').Sheet | undefined} sheet */
export function drawSheet(element, sheet) {
  if (!element || shown.get(element) === sheet) return;
  shown.set(element, sheet);
  element.replaceChildren(...(sheet?.pictures ?? []).map((gray, channel) => {
    const canvas = canvasOf({ width: sheet?.width ?? 1, height: sheet?.height ?? 1, data: rgbaOf(gray) });
    canvas.title = texts.inspect.channel(channel + 1);
    return canvas;
  }));
}

/** So much around what the model reads is shown, in parts of it. */
const MARGIN = 0.2;

/**
 * The picture in gray with the map over it, from cell to cell without edges: what the model reads, and a
 * little around it.
 * @param {HTMLCanvasElement | null} canvas
 * @param {ImageData | undefined} pixels
 * @param {import('../inspect/occlusion.js').HeatMap | undefined} map
 */
export function drawHeat(canvas, pixels, map) {
  if (!canvas || !pixels || !map) return;
  const { left, top, right, bottom } = map.area;
  const [wide, high] = [right - left, bottom - top];
  const [x, y] = [Math.max(0, left - MARGIN * wide), Math.max(0, top - MARGIN * high)].map(Math.floor);
  canvas.width = Math.ceil(Math.min(pixels.width, right + MARGIN * wide)) - x;
  canvas.height = Math.ceil(Math.min(pixels.height, bottom + MARGIN * high)) - y;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.putImageData(pixels, -x, -y);
  context.globalCompositeOperation = 'saturation';
  context.fillStyle = '#888';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.globalCompositeOperation = 'source-over';
  context.imageSmoothingQuality = 'high';
  context.drawImage(canvasOf(heatPixels(map, { forColour, againstColour })), left - x, top - y, wide, high);
}
