// Finds faces in pictures and in frames of video, for models that read a face and not a whole picture.
// A picture enters; the faces leave, the largest first, each with the region to hand to `classify`. The
// network is the Tiny Face Detector of face-api (models/emotions); what comes before it and after it
// is here, as that package has it, so that both find the same faces. It runs in the worker of the page's models.
import { sizeOf } from './classify/overlay.js';

/** @typedef {{left: number, top: number, right: number, bottom: number}} Region  parts of the picture */
/** @typedef {HTMLImageElement | HTMLVideoElement | HTMLCanvasElement | OffscreenCanvas | ImageBitmap} Picture */
/** @typedef {{x: number, y: number, width: number, height: number}} Box  in pixels */
/** @typedef {{score: number, box: Box}} Found */

/**
 * @typedef {object} Face
 * @property {number} score  0 to 1, how surely it is a face
 * @property {Region} box  as found; may reach beyond the picture
 * @property {Region} region  whole pixels inside the picture: the `regionOfInterest` for the model
 *
 * @typedef {object} FindOptions
 * @property {boolean} [live]  be quick, as for a frame of video; default: whether it is a video
 * @property {number} [side]  of the network's input, a multiple of 32, in place of those below
 * @property {number} [minScore]  default 0.5
 */

/**
 * Sides of the network's input. The larger finds smaller faces, misses those that fill the picture, and
 * takes longer. Live, the second is tried when the first finds nothing; otherwise both are, and the
 * surer of two boxes counts.
 */
const SIDES = { live: [320, 224], picture: [416, 224] };

/** Widths and heights of the boxes that it starts from, in cells. */
const ANCHORS = [[1.603231, 2.094468], [6.041143, 7.080126], [2.882459, 3.518061], [4.266906, 5.178857], [9.041765, 10.66308]];

const MIN_SCORE = 0.5;
/** Of two boxes that share more of their union than this, the surer one is kept. */
const MAX_SHARED = 0.4;

export class FaceFinder {
  #ort;
  #session;
  #canvas = document.createElement('canvas');

  /** @private Use `create`. @param {typeof import('../ort.js')} ort @param {import('../ort.js').InferenceSession} session */
  constructor(ort, session) {
    this.#ort = ort;
    this.#session = session;
  }

  /**
   * @param {string | URL | Uint8Array} model  face.onnx, or its address
   * @param {{level?: import('../gossamer.js').Level}} [options]  level: instruction level of the runtime
   */
  static async create(model, { level } = {}) {
    const ort = await import('../ort.js');
    const { wasm } = ort.env;
    const before = wasm.simd;
    // It is read when the session is made, before anything is awaited.
    if (level) wasm.simd = level === 'base' ? false : level === 'simd' ? 'fixed' : 'relaxed';
    const creating = ort.InferenceSession.create(model);
    wasm.simd = before;
    return new FaceFinder(ort, await creating);
  }

  /**
   * The largest face, or undefined when there is none.
   * @param {Picture} picture
   * @param {FindOptions} [options]
   */
  async find(picture, options) {
    return (await this.findAll(picture, options))[0];
  }

  /**
   * All faces, the largest first. The picture must not change until they are there, or, of a video, little.
   * @param {Picture} picture
   * @param {FindOptions} [options]
   * @returns {Promise<Face[]>}
   */
  async findAll(picture, { live = isVideo(picture), side, minScore = MIN_SCORE } = {}) {
    const size = sizeOf(picture);
    if (size.width === 0 || size.height === 0) return [];
    /** @type {Found[]} */
    let found = [];
    for (const each of side ? [side] : live ? SIDES.live : SIDES.picture) {
      if (live && found.length > 0) break;
      const image = new this.#ort.Tensor('float32', this.#planes(picture, size, each), [1, 3, each, each]);
      const { conv8 } = await this.#session.run({ image });
      found = strongest([...found, ...decode(/** @type {Float32Array} */ (conv8.data), size, each, minScore)]);
    }
    return largestFirst(found)
      .map(({ score, box }) => ({ score, box: parts(box, size), region: parts(inside(box, size), size) }));
  }

  /** Ends the worker. */
  async close() {
    await this.#session.release();
  }

  /**
   * The picture in the upper left of a black square, as planes of red, green and blue, 0 to 255.
   * @param {Picture} picture @param {{width: number, height: number}} size @param {number} side
   */
  #planes(picture, { width, height }, side) {
    if (this.#canvas.width !== side) Object.assign(this.#canvas, { width: side, height: side });
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext('2d', { willReadFrequently: true }));
    const scale = side / Math.max(width, height);
    context.clearRect(0, 0, side, side);
    context.drawImage(picture, 0, 0, width * scale, height * scale);
    const { data } = context.getImageData(0, 0, side, side);
    const area = side * side;
    const planes = new Float32Array(3 * area);
    for (let i = 0; i < area; i += 1) {
      planes[i] = data[4 * i];
      planes[area + i] = data[4 * i + 1];
      planes[2 * area + i] = data[4 * i + 2];
    }
    return planes;
  }
}

/** @param {Picture} picture */
const isVideo = (picture) => picture instanceof HTMLVideoElement;

/** @param {number} value */
const sigmoid = (value) => 1 / (1 + Math.exp(-value));

/**
 * The network's output as boxes in pixels of the picture. For every cell and anchor it holds the
 * middle within the cell, the logarithms of the size in anchors, and the score, all but the size before
 * a sigmoid.
 * @param {Float32Array} values  [5 anchors x 5, cells, cells]
 * @param {{width: number, height: number}} size  of the picture
 * @param {number} side @param {number} minScore
 * @returns {Found[]}
 */
export function decode(values, size, side, minScore) {
  const cells = side / 32;
  const area = cells * cells;
  const scale = side / Math.max(size.width, size.height);
  // A cell in pixels of the picture, whose size in the network's input is rounded.
  const cellWidth = (32 * size.width) / Math.round(size.width * scale);
  const cellHeight = (32 * size.height) / Math.round(size.height * scale);
  const found = [];
  for (const [anchor, [anchorWidth, anchorHeight]] of ANCHORS.entries()) {
    for (let cell = 0; cell < area; cell += 1) {
      const value = (/** @type {number} */ index) => values[(5 * anchor + index) * area + cell];
      const score = sigmoid(value(4));
      if (!(score > minScore)) continue;
      const width = Math.exp(value(2)) * anchorWidth * cellWidth;
      const height = Math.exp(value(3)) * anchorHeight * cellHeight;
      const x = ((cell % cells) + sigmoid(value(0))) * cellWidth - width / 2;
      const y = (Math.floor(cell / cells) + sigmoid(value(1))) * cellHeight - height / 2;
      found.push({ score, box: { x, y, width, height } });
    }
  }
  return found;
}

/**
 * Leaves out boxes that overlap a surer one (non-maximum suppression).
 * @param {Found[]} found
 */
export function strongest(found) {
  /** @type {Found[]} */
  const kept = [];
  for (const candidate of [...found].sort((a, b) => b.score - a.score)) {
    if (kept.every(({ box }) => shared(box, candidate.box) <= MAX_SHARED)) kept.push(candidate);
  }
  return kept;
}

/** The part of their union that two boxes share. @param {Box} a @param {Box} b */
function shared(a, b) {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const common = Math.max(0, width) * Math.max(0, height);
  return common / (a.width * a.height + b.width * b.height - common);
}

/** @param {Found[]} found */
function largestFirst(found) {
  return [...found].sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
}

/**
 * What the package cuts out of the picture for a box: whole pixels, at least one.
 * @param {Box} box @param {{width: number, height: number}} size
 * @returns {Box}
 */
function inside(box, size) {
  const [x, y, width, height] = [box.x, box.y, box.width, box.height].map(Math.floor);
  const left = Math.min(Math.max(x, 0), size.width - 1);
  const top = Math.min(Math.max(y, 0), size.height - 1);
  return {
    x: left, y: top,
    width: Math.max(1, Math.min(x + width, size.width) - left),
    height: Math.max(1, Math.min(y + height, size.height) - top),
  };
}

/** @param {Box} box @param {{width: number, height: number}} size @returns {Region} */
function parts({ x, y, width, height }, size) {
  return {
    left: x / size.width, top: y / size.height, right: (x + width) / size.width, bottom: (y + height) / size.height,
  };
}
