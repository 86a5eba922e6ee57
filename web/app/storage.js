// The browser's storage, for parts of the page that keep something in it and work without it, too. Where
// a browser denies it, the mere look at `localStorage` throws.

/** @returns {Storage | undefined} */
export function safeStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
