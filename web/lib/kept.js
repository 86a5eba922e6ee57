// Models that stay on the device, in the Cache Storage of the page's site, so that they are downloaded once and are
// there without a network. A file is kept under its digest: whatever its address is, the bytes are known to be the
// right ones, and those of another version never come in their place. Nothing here fails a load: where there is no
// storage, or no room in it, the file is downloaded each time.

/** @typedef {import('./download.js').Body} Body */
/**
 * @typedef {object} Opened  a file that is about to be read
 * @property {(reader: (response: Response) => Promise<Body>) => Promise<Body>} read  reader: reads to the end, and
 *     rejects unless the bytes have the digest
 */

/** The cache that `cache: true` means. */
const CACHE = 'gossamer-models';

/**
 * A file that was kept, or else a download of it, which is kept once it was read. Rejects as the download does.
 * @param {boolean | string} name  of the cache
 * @param {string} sha256  hexadecimal
 * @param {() => Promise<Response>} download
 * @returns {Promise<Opened>}
 */
export async function openKept(name, sha256, download) {
  const cache = await openCache(name);
  const key = keyOf(sha256);
  const store = (/** @type {Body} */ body) => {
    const { bytes } = body;
    try {
      // The bytes are copied at once, and written while the model starts.
      cache?.put(key, new Response(bytes, { headers: { 'content-length': String(bytes.length) } })).catch(() => {});
    } catch {
      // There is no memory for a copy.
    }
    return body;
  };
  const kept = await cache?.match(key).catch(() => undefined);
  if (!kept) {
    const response = await download();
    return { read: async (reader) => store(await reader(response)) };
  }
  return {
    read: async (reader) => {
      try {
        return await reader(sized(kept));
      } catch (error) {
        // Damaged, too long, or taken away by the browser while it was read. Whatever else is wrong, a download would
        // not mend.
        if (!['NETWORK', 'BUDGET'].includes(String(/** @type {{code?: string}} */ (error).code))) throw error;
        await cache?.delete(key).catch(() => {});
        return store(await reader(await download()));
      }
    },
  };
}

/** @param {boolean | string} name */
async function openCache(name) {
  try {
    return await globalThis.caches?.open(name === true ? CACHE : String(name));
  } catch {
    return undefined;  // denied, as in a sandboxed frame
  }
}

/** An address of the page's own site, which nobody asks for otherwise. @param {string} sha256 */
const keyOf = (sha256) => `/gossamer-models/${sha256.toLowerCase()}`;

/** What was kept, as readBody looks at answers of the page's own site. @param {Response} kept */
function sized({ body, headers }) {
  return /** @type {Response} */ (/** @type {unknown} */ ({ body, headers, type: 'basic', status: 200 }));
}
