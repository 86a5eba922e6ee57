// A service worker that isolates pages on hosts that cannot send headers: it adds the two that browsers
// want before they share memory among threads. Everything else passes as it is. isolation.js
// registers it; it has to lie in the folder of the pages, or above.
//
// `isolation-worker.js?embedder=credentialless` lets pages embed what other sites send without CORP
// headers, where the browser knows that value (Chromium, Firefox).

const worker = /** @type {any} */ (globalThis);
const embedder = new URL(worker.location.href).searchParams.get('embedder') === 'credentialless'
  ? 'credentialless' : 'require-corp';

worker.addEventListener('install', () => worker.skipWaiting());
worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const { request } = event;
  // Documents and the scripts of workers have policies of their own; nothing else needs one.
  if (request.mode !== 'navigate' && !/worker$/.test(request.destination)) return;
  event.respondWith(isolated(request));
});

/** @param {Request} request */
async function isolated(request) {
  const response = await fetch(request);
  // A redirection is followed by the browser, and comes back here.
  if (response.type === 'opaqueredirect' || response.status === 0) return response;
  const { body, status, statusText } = response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', embedder);
  return new Response([101, 204, 205, 304].includes(status) ? null : body, { status, statusText, headers });
}
