// What a person has settled for a model of their own (recipe, labels, size, title), kept on this device. Models
// are known by their SHA-256. Where the browser computes no digests, as over plain http, nothing is kept: a
// model that was trained again can have the name and the size of the one before. What is kept can be listed
// and removed.

import { safeStorage } from '../storage.js';

const PREFIX = 'gossamer.own.';

/**
 * @typedef {object} Settled
 * @property {string} title
 * @property {string} recipe
 * @property {string[]} [labels]
 * @property {Record<string, number>} [dimensions]  extents that the model leaves open
 * @property {number} bytes
 * @property {string} date
 */

/** By what a model is known; empty where it cannot be. @param {Blob} file */
export async function keyOf(file) {
  if (!globalThis.crypto?.subtle) return '';
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {string} key @param {Storage} [storage] @returns {Settled | undefined} */
export function recall(key, storage = safeStorage()) {
  if (!key) return undefined;
  try {
    const settled = JSON.parse(storage?.getItem(PREFIX + key) ?? 'null');
    return typeof settled?.recipe === 'string' && typeof settled.date === 'string' ? settled : undefined;
  } catch {
    return undefined;  // another program wrote there
  }
}

/** False where nothing can be kept. @param {string} key @param {Settled} settled @param {Storage} [storage] */
export function remember(key, settled, storage = safeStorage()) {
  if (!key || !storage) return false;
  try {
    storage.setItem(PREFIX + key, JSON.stringify(settled));
    return true;
  } catch {
    return false;
  }
}

/** @param {string} key @param {Storage} [storage] */
export function forget(key, storage = safeStorage()) {
  storage?.removeItem(PREFIX + key);
}

/** @param {Storage} [storage] @returns {{key: string, settled: Settled}[]} */
export function remembered(storage = safeStorage()) {
  const keys = Array.from({ length: storage?.length ?? 0 }, (_, i) => storage?.key(i) ?? '')
    .filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  return keys.flatMap((key) => {
    const settled = recall(key, storage);
    return settled ? [{ key, settled }] : [];
  });
}
