// Files that the page has no use for. Wherever they are given, the answer is made here: what the file is, by its
// first bytes and its name, and what would do instead. A file named .onnx is not looked at: the library says
// what is wrong with it.

import { GossamerError } from '../gossamer.js';
import { isPartOfModel, isPicture } from './files.js';
import { texts } from './texts.js';

const words = texts.files;

/** @typedef {[what: string, hint: string]} Answer */

/**
 * By the bytes that a file begins with, as Latin-1, from an offset on. What says only how a file is packed comes
 * after the names, below.
 * @type {[offset: number, magic: string, answer: Answer][]}
 */
const BEGINNINGS = [
  [4, 'TFL3', [words.tflite, words.tfliteHint]],
  [4, 'ORTM', [words.ort, words.ortHint]],
  [0, 'GGUF', [words.gguf, words.ggufHint]],
  [0, 'version https://git-lfs', [words.lfs, words.lfsHint]],
  [0, '%PDF', [words.pdf, words.pdfHint]],
];

/** By their names. @type {[RegExp, Answer][]} */
const NAMES = [
  [/\.tflite$/i, [words.tflite, words.tfliteHint]],
  [/\.(pt|pth|ckpt|pkl)$/i, [words.pytorch, words.pytorchHint]],
  [/\.safetensors$/i, [words.safetensors, words.pytorchHint]],
  [/\.(h5|hdf5|keras)$/i, [words.keras, words.kerasHint]],
  [/\.pb$/i, [words.tensorflow, words.kerasHint]],
  [/\.(csv|tsv)$/i, [words.table, words.tableHint]],
  [/\.(mp4|mov|m4v|webm|mkv|avi)$/i, [words.video, words.videoHint]],
  [/\.html?$/i, [words.html, words.htmlHint]],
];

/** How files are packed. @type {typeof BEGINNINGS} */
const PACKAGES = [
  [0, 'PK\x03\x04', [words.zip, words.zipHint]],
  [0, '\x1f\x8b', [words.gzip, words.zipHint]],
  [0, '7z\xbc\xaf', [words.archive, words.zipHint]],
  [0, 'Rar!', [words.archive, words.zipHint]],
  [257, 'ustar', [words.archive, words.zipHint]],
  [0, '\x89HDF', [words.keras, words.kerasHint]],
  [0, '\x80\x02', [words.pytorch, words.pytorchHint]],
];

/** Pictures whose names do not say so. */
const PICTURES = /^(\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0|RIFF.{4}WEBP|.{4}ftyp(avif|heic|mif1)|\s*<svg)/s;
/** Bytes that are looked at. */
const HEAD = 512;

/**
 * What is to be said of files that are of no use to any view; undefined where one of them may be.
 * @param {File[]} files
 */
export async function refusalOf(files) {
  if (files.length === 0 || files.some((file) => isPartOfModel(file) || isPicture(file))) return undefined;
  const heads = await Promise.all(files.map(headOf));
  if (heads.some((head) => PICTURES.test(head))) return undefined;
  const [what, hint] = answerTo(files[0].name, heads[0]);
  return new GossamerError({ code: 'ARGUMENT', stage: 'api', message: words.neither(what), expected: words.wanted, hint });
}

/** What the files are called in what is said of them. @param {File[]} files */
export const namesOf = ([{ name }, ...others]) => words.names(name, others.length);

/** @param {string} name @param {string} head @returns {Answer} */
function answerTo(name, head) {
  if (head === '') return [words.empty, words.emptyHint];
  const begun = (/** @type {typeof BEGINNINGS[0]} */ [offset, magic]) => head.startsWith(magic, offset);
  const [, , begins] = BEGINNINGS.find(begun) ?? [];
  const [, named] = NAMES.find(([pattern]) => pattern.test(name)) ?? [];
  const [, , packed] = PACKAGES.find(begun) ?? [];
  const found = begins ?? named ?? packed;
  if (found) return found;
  if (isOnnx(head)) return [words.unnamed, words.unnamedHint];
  if (/^\s*<(!doctype|html)/i.test(head)) return [words.html, words.htmlHint];
  if (/^[\t\n\r\x20-\x7e\x80-\xff]*$/.test(head)) return [words.text, words.textHint];
  return [words.unknown, words.unknownHint];
}

/**
 * ONNX files begin with the version of the format, a small number, and then the program that wrote them or
 * another field of a model.
 * @param {string} head
 */
function isOnnx(head) {
  const [tag, version, next] = [...head.slice(0, 3)].map((char) => char.charCodeAt(0));
  return tag === 8 && version < 32 && [0x12, 0x1a, 0x22, 0x3a, 0x42].includes(next);
}

/** @param {Blob} file */
async function headOf(file) {
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  return String.fromCharCode(...bytes);
}
