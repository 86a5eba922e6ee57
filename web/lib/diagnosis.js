// Why a worker did not start, as far as headers tell, and why a module could not be compiled, as far as its bytes do.

/**
 * What to do about the worker; undefined where the headers are not to blame.
 * @param {URL} address  of its script
 * @returns {Promise<string | undefined>}
 */
export async function missingHeader(address) {
  const name = 'Cross-Origin-Embedder-Policy';
  const [page, script] = await Promise.all([location.href, address]
    .map((url) => fetch(url, { method: 'HEAD', signal: AbortSignal.timeout?.(3000) }).catch(() => undefined)));
  return page?.headers.has(name) && script?.ok && !script.headers.has(name)
    ? `The page is sent with ${name}, worker.js is not; it needs the same header` : undefined;
}

/** Whether the last section of a module is longer than what is left of it. @param {ArrayBuffer} bytes */
export function isCut(bytes) {
  const data = new Uint8Array(bytes);
  let at = 8;
  while (at < data.length) {
    let size = 0;
    let shift = 0;
    do size += (data[++at] & 127) * 2 ** (7 * shift++); while (data[at] > 127);
    at += size + 1;
  }
  return at > data.length;
}
