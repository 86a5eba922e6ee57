// The global fetch() as the one-file library sees it: the module that is inside is answered from there, and all
// else by the browser's own.

import { moduleText } from './contents.js';

const MODULE = 'gossamer:/gossamer-simd.wasm';

/** @param {string} url @param {RequestInit} [init] */
export async function fetch(url, init) {
  if (url === MODULE) return new Response(unpacked(), { headers: { 'content-type': 'application/wasm' } });
  if (url.startsWith('gossamer:/')) return new Response('', { status: 404, statusText: 'it is not in this file' });
  return globalThis.fetch(url, init);
}

/** The module's bytes: base64 of what was deflated. */
function unpacked() {
  const packed = Uint8Array.from(atob(moduleText), (letter) => letter.charCodeAt(0));
  return new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
}
