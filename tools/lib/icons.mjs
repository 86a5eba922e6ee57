// The page's icons as PNG, drawn from web/icon.svg, for browsers that install the page: its strokes on
// the page's paper, with the margin that launchers cut into. An anti-aliased line is the distance to it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 as nodeCrc32, deflateSync } from 'node:zlib';

/** @typedef {[number, number]} Point */

const PAPER = [248, 248, 245];

/** @type {{name: string, side: number, share: number}[]}  share: how much of the side the drawing takes */
const icons = [
  { name: 'icon-192.png', side: 192, share: 0.84 },
  { name: 'icon-512.png', side: 512, share: 0.84 },
  { name: 'icon-maskable-512.png', side: 512, share: 0.6 },
  { name: 'apple-touch-icon.png', side: 180, share: 0.7 },
];

/** @param {string} svgFile @param {string} folder */
export function drawIcons(svgFile, folder) {
  const svg = readFileSync(svgFile, 'utf8');
  const ink = (/stroke="#([\da-f]{6})"/.exec(svg)?.[1].match(/../g) ?? []).map((hex) => parseInt(hex, 16));
  const width = Number(/stroke-width="([\d.]+)"/.exec(svg)?.[1]);
  const lines = [...svg.matchAll(/ d="([^"]+)"/g)].flatMap(([, d]) => flatten(d));
  mkdirSync(folder, { recursive: true });
  for (const { name, side, share } of icons) {
    const pixels = draw(lines, { side, scale: (side * share) / 32, width, ink });
    writeFileSync(path.join(folder, name), encodePng(pixels, side));
  }
}

/** The path as straight lines; it has M, L, Q and Z, in absolute places. @param {string} d */
function flatten(d) {
  /** @type {[Point, Point][]} */
  const lines = [];
  /** @type {Point} */
  let at = [0, 0];
  /** @type {Point} */
  let begin = [0, 0];
  const to = (/** @type {Point} */ next) => {
    lines.push([at, next]);
    at = next;
  };
  for (const [, command, rest] of d.matchAll(/([MLQZ])([^MLQZ]*)/g)) {
    const n = (rest.match(/-?[\d.]+/g) ?? []).map(Number);
    if (command === 'M') at = begin = [n[0], n[1]];
    else if (command === 'L') to([n[0], n[1]]);
    else if (command === 'Z') to(begin);
    else {
      const [x, y] = at;
      for (let i = 1; i <= 12; i += 1) {
        const t = i / 12;
        const weigh = (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ c) =>
          (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t * t * c;
        to([weigh(x, n[0], n[2]), weigh(y, n[1], n[3])]);
      }
    }
  }
  return lines;
}

/**
 * @param {[Point, Point][]} lines  in a square of 32
 * @param {{side: number, scale: number, width: number, ink: number[]}} how
 */
function draw(lines, { side, scale, width, ink }) {
  const offset = (side - 32 * scale) / 2;
  const radius = (width * scale) / 2;
  const cover = new Float32Array(side * side);
  for (const [from, to] of lines) {
    const [ax, ay, bx, by] = [...from, ...to].map((value) => value * scale + offset);
    const range = (/** @type {number} */ a, /** @type {number} */ b) =>
      [Math.max(0, Math.floor(Math.min(a, b) - radius - 1)), Math.min(side - 1, Math.ceil(Math.max(a, b) + radius + 1))];
    const [left, right] = range(ax, bx);
    const [top, bottom] = range(ay, by);
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    for (let y = top; y <= bottom; y += 1) {
      for (let x = left; x <= right; x += 1) {
        const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
        const t = length === 0 ? 0 : Math.min(1, Math.max(0, (px * (bx - ax) + py * (by - ay)) / length));
        const distance = Math.hypot(px - t * (bx - ax), py - t * (by - ay));
        const at = y * side + x;
        cover[at] = Math.max(cover[at], Math.min(1, Math.max(0, radius + 0.5 - distance)));
      }
    }
  }
  const pixels = Buffer.alloc(side * side * 3);
  cover.forEach((part, at) => PAPER.forEach((paper, c) => {
    pixels[3 * at + c] = Math.round(paper + part * (ink[c] - paper));
  }));
  return pixels;
}

/** An RGB picture of 8 bits. @param {Buffer} pixels @param {number} side */
function encodePng(pixels, side) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Array.from({ length: side }, (_, y) =>
    Buffer.concat([Buffer.from([0]), pixels.subarray(3 * side * y, 3 * side * (y + 1))]));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })), chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** Node has it from 20.15 on. @param {Buffer} bytes */
function crc32(bytes) {
  if (nodeCrc32) return nodeCrc32(bytes);
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}
