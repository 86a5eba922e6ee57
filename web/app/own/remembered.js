// What a person has settled for a model of their own (recipe, labels, title), kept on this device. Models
// are known by their SHA-256, or by name and size where the browser computes no digests. What is kept
// can be listed and removed.

const PREFIX = 'gossamer.own.';

/** @typedef {{title: string, recipe: string, labels?: string[], bytes: number, date: string}} Settled */

/**
 * By what a model is known.
 * @param {Blob & {name?: string}} file
 */
export async function keyOf(file) {
  if (!globalThis.crypto?.subtle) return `${file.name ?? 'model'}:${file.size}`;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {string} key @param {Storage} [storage] @returns {Settled | undefined} */
export function recall(key, storage = localStorage) {
  try {
    return JSON.parse(storage.getItem(PREFIX + key) ?? 'null') ?? undefined;
  } catch {
    return undefined;  // storage is denied, or another program wrote there
  }
}

/** False where nothing can be kept. @param {string} key @param {Settled} settled @param {Storage} [storage] */
export function remember(key, settled, storage = localStorage) {
  try {
    storage.setItem(PREFIX + key, JSON.stringify(settled));
    return true;
  } catch {
    return false;
  }
}

/** @param {string} key @param {Storage} [storage] */
export function forget(key, storage = localStorage) {
  storage.removeItem(PREFIX + key);
}

/** @param {Storage} [storage] @returns {{key: string, settled: Settled}[]} */
export function remembered(storage = localStorage) {
  const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '')
    .filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  return keys.flatMap((key) => {
    const settled = recall(key, storage);
    return settled ? [{ key, settled }] : [];
  });
}
