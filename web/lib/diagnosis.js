// Why a worker did not start, as far as headers tell. Nearly no page needs this, so it is loaded when it is
// wanted; where it cannot be loaded, that says as much.

import { HERE } from '../beside.js';

/** What to do about it; undefined where the headers are not to blame. @returns {Promise<string | undefined>} */
export async function missingHeader() {
  const name = 'Cross-Origin-Embedder-Policy';
  const [page, script] = await Promise.all([location.href, new URL('worker.js', HERE)]
    .map((url) => fetch(url, { method: 'HEAD', signal: AbortSignal.timeout?.(3000) }).catch(() => undefined)));
  return page?.headers.has(name) && script?.ok && !script.headers.has(name)
    ? `The page is sent with ${name}, worker.js is not; it needs the same header` : undefined;
}
