// Results as a piece of an address, and back. An address comes from anywhere: what does not have exactly
// the right form is no result, and texts are one line each, cut to a length that a table can hold.
import { oneLine } from '../tables.js';

/** @typedef {import('./results.js').Results} Results */
/** @typedef {import('./results.js').Row} Row */

const VERSION = 1;
const MOST_ROWS = 40;
const MOST_TEXT = 120;
/** @type {(keyof Row & string)[]} */
const numbers = ['bytes', 'download', 'compile', 'load', 'first', 'median', 'p95', 'preprocess', 'inference', 'memory', 'rate', 'peer', 'ratio'];
/** Of `numbers`, those that every row has. */
const NEEDED = 11;

/** @param {Results} results @returns {string} */
export function encodeResults({ date, device, engine, runs, starts, rows }) {
  const text = JSON.stringify([VERSION, date, device, engine, runs, starts,
    ...rows.map((row) => [row.title, ...numbers.map((key) => row[key] ?? null)])]);
  const bytes = new TextEncoder().encode(text);
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** @param {string} code @returns {Results | undefined} */
export function decodeResults(code) {
  let all;
  try {
    const binary = atob(code.replaceAll('-', '+').replaceAll('_', '/'));
    all = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, (char) => char.charCodeAt(0))));
  } catch {
    return undefined;
  }
  if (!Array.isArray(all) || all[0] !== VERSION || all.length > MOST_ROWS + 6) return undefined;
  const [, date, device, engine, runs, starts, ...packed] = all;
  const rows = packed.map(readRow);
  const texts = [date, device, engine];
  if (!texts.every((text) => typeof text === 'string') || ![runs, starts].every(isCount)) return undefined;
  if (rows.length === 0 || rows.includes(undefined)) return undefined;
  const [day, ...about] = texts.map(shortText);
  return { date: day, device: about[0], engine: about[1], runs, starts, rows: /** @type {Row[]} */ (rows) };
}

/** @param {string} text */
const shortText = (text) => oneLine(text).slice(0, MOST_TEXT);

/** @param {unknown} value */
const isCount = (value) => Number.isInteger(value) && Number(value) >= 0;

/** @param {unknown} packed @returns {Row | undefined} */
function readRow(packed) {
  if (!Array.isArray(packed) || packed.length !== numbers.length + 1 || typeof packed[0] !== 'string') return undefined;
  const values = packed.slice(1);
  const fits = values.every((value, at) => (Number.isFinite(value) && value >= 0) || (value === null && at >= NEEDED));
  if (!fits) return undefined;
  const pairs = numbers.map((key, at) => [key, values[at] ?? undefined]);
  return /** @type {Row} */ ({ title: shortText(packed[0]), ...Object.fromEntries(pairs) });
}
