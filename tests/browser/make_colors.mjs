// Writes tests/image/colors.txt: small pictures whose files state other colours than those of sRGB, with the
// pixels that Chromium shows. Run it with Node; the tests only read the result. One picture a line:
// name width height channels, the file in hex, its pixels in hex.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { chromiumFlags, findChromium } from '../../tools/lib/chromium.mjs';
import { pngChunk } from './pictures.mjs';

/** @typedef {[string, Buffer]} Chunk  name and data */

const target = fileURLToPath(new URL('../image/colors.txt', import.meta.url));

/** @param {number[]} values @param {number} bytes */
function bigEndian(values, bytes) {
  const out = Buffer.alloc(values.length * bytes);
  values.forEach((value, i) => out.writeUIntBE(value, i * bytes, bytes));
  return out;
}
/** As ICC profiles write numbers. @param {number[]} values */
const fixed = (values) => bigEndian(values.map((value) => Math.round(value * 65536) >>> 0), 4);

/** @param {number[]} values  none: the identity; one: a power times 256; or a table */
const curve = (values) => Buffer.concat([Buffer.from('curv\0\0\0\0'), bigEndian([values.length], 4), bigEndian(values, 2)]);
/** @param {number} form @param {number[]} parameters */
const formula = (form, parameters) =>
  Buffer.concat([Buffer.from('para\0\0\0\0'), bigEndian([form, 0], 2), fixed(parameters)]);

/** An ICC profile of these tags. @param {[string, Buffer][]} tags @param {string} space */
function profile(tags, space = 'RGB ') {
  const header = Buffer.alloc(128);
  header.write('mntr', 12);
  header.write(space, 16);
  header.write('XYZ ', 20);
  header.write('acsp', 36);
  header.writeUInt32BE(0x04300000, 8);
  fixed([0.9642, 1, 0.8249]).copy(header, 68);
  let offset = 132 + 12 * tags.length;
  const list = tags.map(([name, data]) => {
    const entry = Buffer.concat([Buffer.from(name), bigEndian([offset, data.length], 4)]);
    offset += data.length;
    return entry;
  });
  header.writeUInt32BE(offset, 0);
  return Buffer.concat([header, bigEndian([tags.length], 4), ...list, ...tags.map(([, data]) => data)]);
}

/** @param {number[][]} primaries  XYZ of red, green and blue @param {Buffer} trc */
function matrixProfile(primaries, trc) {
  const padded = Buffer.concat([trc, Buffer.alloc((4 - (trc.length % 4)) % 4)]);
  return profile(['r', 'g', 'b'].flatMap((color, i) => [
    /** @type {[string, Buffer]} */ ([`${color}XYZ`, Buffer.concat([Buffer.from('XYZ \0\0\0\0'), fixed(primaries[i])])]),
    /** @type {[string, Buffer]} */ ([`${color}TRC`, padded]),
  ]));
}

const srgb = [[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.7141]];
const displayP3 = [[0.51512, 0.2412, -0.00105], [0.29198, 0.69225, 0.04189], [0.1571, 0.06657, 0.78407]];
const adobe = [[0.60974, 0.31111, 0.01947], [0.20528, 0.62567, 0.06087], [0.14919, 0.06322, 0.74457]];
const prophoto = [[0.79767, 0.28804, 0], [0.13519, 0.71188, 0], [0.03134, 0.00009, 0.8249]];
const srgbCurve = formula(3, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]);
const grayCurve = profile([['kTRC', Buffer.concat([curve([461]), Buffer.alloc(2)])]], 'GRAY');

/** @param {Buffer} icc @returns {Chunk} */
const iccp = (icc) => ['iCCP', Buffer.concat([Buffer.from('x\0\0'), deflateSync(icc)])];
/** @param {number} gamma @returns {Chunk} */
const gama = (gamma) => ['gAMA', bigEndian([gamma], 4)];
/** @param {number[]} xy @returns {Chunk} */
const chrm = (xy) => ['cHRM', bigEndian(xy, 4)];

// Every mixture of five levels, and every third gray.
const levels = [0, 40, 120, 200, 255];
const mixtures = levels.flatMap((r) => levels.flatMap((g) => levels.map((b) => [r, g, b])));
const grays = Array.from({ length: 86 }, (_, i) => [3 * i]);

/**
 * One row of pixels.
 * @param {number[][]} pixels @param {Chunk[]} chunks @param {number} [depth]  bits
 */
function png(pixels, chunks, depth = 8) {
  const colorType = [0, 0, 4, 2, 6][pixels[0].length];
  const row = bigEndian(pixels.flat().map((value) => (depth === 16 ? value * 257 : value)), depth / 8);
  const header = Buffer.concat([bigEndian([pixels.length, 1], 4), Buffer.from([depth, colorType, 0, 0, 0])]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), pngChunk('IHDR', header),
    ...chunks.map(([name, data]) => pngChunk(name, data)),
    pngChunk('IDAT', deflateSync(Buffer.concat([Buffer.from([0]), row]))), pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A JPEG with the profile in pieces of so many bytes. @param {Buffer} file @param {Buffer} icc @param {number} size */
function withProfile(file, icc, size) {
  const count = Math.ceil(icc.length / size);
  const segments = Array.from({ length: count }, (_, i) => {
    const piece = icc.subarray(i * size, (i + 1) * size);
    return Buffer.concat([
      Buffer.from([0xff, 0xe2]), bigEndian([piece.length + 16], 2), Buffer.from('ICC_PROFILE\0'),
      Buffer.from([i + 1, count]), piece,
    ]);
  });
  return Buffer.concat([file.subarray(0, 2), ...segments, file.subarray(2)]);
}

/** @returns {Record<string, Buffer>} */
function pictures() {
  const files = readFileSync(new URL('../image/files.txt', import.meta.url), 'utf8').split('\n');
  const jpeg = (/** @type {string} */ name) =>
    Buffer.from(String(files.find((line) => line.startsWith(`${name} `))).split(' ')[4], 'hex');
  const p3 = matrixProfile(displayP3, srgbCurve);
  const power = Array.from({ length: 16 }, (_, i) => Math.round(65535 * (i / 15) ** 3));
  const adobeXy = [31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000];
  return {
    p3: png(mixtures, [iccp(p3)]),
    p3_16_bits: png(mixtures, [iccp(p3)], 16),
    p3_before_gamma: png(mixtures, [iccp(p3), gama(100000)]),
    adobe: png(mixtures, [iccp(matrixProfile(adobe, curve([563])))]),
    prophoto: png(mixtures, [iccp(matrixProfile(prophoto, formula(0, [1.8])))]),
    linear: png(mixtures, [iccp(matrixProfile(srgb, curve([])))]),
    table: png(mixtures, [iccp(matrixProfile(srgb, curve(power)))]),
    formula_1: png(mixtures, [iccp(matrixProfile(srgb, formula(1, [1.5, 0.9, 0.1])))]),
    formula_4: png(mixtures, [iccp(matrixProfile(displayP3, formula(4, [2, 0.8, 0.1, 0.4, 0.2, 0.05, 0])))]),
    srgb_profile: png(mixtures, [iccp(matrixProfile(srgb, srgbCurve))]),
    falling_formula: png(mixtures, [iccp(matrixProfile(srgb, formula(0, [-1])))]),
    gamma_1: png(mixtures, [gama(100000)]),
    gamma_of_srgb: png(mixtures, [gama(46000)]),
    gamma_0: png(mixtures, [gama(0)]),
    gamma_and_primaries: png(mixtures, [gama(45455), chrm(adobeXy)]),
    primaries_alone: png(mixtures, [chrm(adobeXy)]),
    primaries_of_zero: png(mixtures, [gama(100000), chrm([0, 0, 0, 0, 0, 0, 0, 0])]),
    srgb_before_gamma: png(mixtures, [['sRGB', Buffer.from([0])], gama(100000)]),
    broken_profile: png(mixtures, [['iCCP', Buffer.from('x\0\0junk')]]),
    gray_gamma_1: png(grays, [gama(100000)]),
    gray_profile: png(grays, [iccp(grayCurve)]),
    gray_of_colors: png(grays, [iccp(matrixProfile(displayP3, curve([461])))]),
    gray_alpha: png(grays.map(([gray]) => [gray, 255]), [iccp(grayCurve)]),
    colors_of_gray: png(mixtures, [iccp(grayCurve)]),
    jpeg: withProfile(jpeg('baseline'), p3, 10000),
    jpeg_in_pieces: withProfile(jpeg('baseline'), p3, 100),
    jpeg_gray: withProfile(jpeg('gray_jpeg'), grayCurve, 10000),
  };
}

/** The pixels of a picture file as RGBA. @param {import('playwright-core').Page} page @param {Buffer} file */
export async function shownPixels(page, file) {
  return Buffer.from(await page.evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('no canvas');
    context.drawImage(bitmap, 0, 0);
    return [...context.getImageData(0, 0, bitmap.width, bitmap.height).data];
  }, [...file]));
}

/** @param {Buffer} file */
function describe(file) {
  if (file[0] === 0x89) return { width: file.readUInt32BE(16), height: 1, channels: [1, 0, 3, 0, 4, 0, 4][file[25]] };
  const frame = file.indexOf(Buffer.from([0xff, 0xc0]));
  return { height: file.readUInt16BE(frame + 5), width: file.readUInt16BE(frame + 7), channels: file[frame + 9] };
}

async function main() {
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
  const page = await browser.newPage();
  const lines = [];
  for (const [name, file] of Object.entries(pictures())) {
    const { width, height, channels } = describe(file);
    const rgba = await shownPixels(page, file);
    const pixels = rgba.filter((_, i) => i % 4 < (channels === 1 ? 1 : channels));
    lines.push(`${name} ${width} ${height} ${channels} ${file.toString('hex')} ${Buffer.from(pixels).toString('hex')}\n`);
  }
  await browser.close();
  writeFileSync(target, lines.join(''));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
