// The page's service worker: after the first visit the page opens without a network. It serves one
// version wholly or not at all. The build lists every file of the site with its SHA-256
// (page-files.js, which changes whenever a file does, so that browsers see a new worker); what it keeps
// has been compared with that list, and a file that is not the listed one is never served beside others.
// A new version waits until the person takes it, and until no other tab shows the old one.
//
// Only for the page: a library's user wants service-worker.js, which is something else.

const worker = /** @type {any} */ (globalThis);
worker.importScripts('page-files.js');

/** @type {{version: string, files: Record<string, string>, first: string[], policy: string}} */
const { version, files, first, policy } = worker.pageFiles;
const SCOPE = new URL('./', worker.location.href).href;
const PREFIX = `gossamer-page ${SCOPE} `;
const CACHE = PREFIX + version;
/** Beside the files: the list they belong to. */
const LIST = new URL('page-files.json', SCOPE).href;

worker.addEventListener('install', (/** @type {any} */ event) => event.waitUntil(install()));
worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(removeOthers()));

worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const name = event.request.method === 'GET' ? nameOf(event.request.url) : undefined;
  if (name !== undefined) event.respondWith(serve(name));
});

worker.addEventListener('message', (/** @type {any} */ event) => {
  const answer = (/** @type {object} */ message) => event.ports[0]?.postMessage(message);
  const { keep: names, take: taking } = event.data ?? {};
  if (names) event.waitUntil(keepAll(names.filter((/** @type {string} */ name) => name in files)).then(
    () => answer({ kept: true }), (error) => answer({ kept: false, reason: String(error) })));
  if (taking) event.waitUntil(take().catch(() => ({ taken: false, others: 0 })).then(answer));
});

async function install() {
  try {
    await keepVersion();
  } catch (error) {
    await caches.delete(CACHE);  // a part of a version is of no use, and takes the room of the next try
    throw error;
  }
}

async function keepVersion() {
  await removeIncomplete();
  const cache = await caches.open(CACHE);
  const earlier = await earlierVersion();
  // What was kept on the way, modules and models, is there offline; it has to stay so.
  const names = new Set([...first, ...(earlier?.kept ?? []).filter((name) => name in files)]);
  await keepAll([...names], earlier);
  await cache.put(LIST, new Response(JSON.stringify(files)));
}

/** What a try left that was broken off. */
async function removeIncomplete() {
  for (const name of (await caches.keys()).filter((each) => each.startsWith(PREFIX))) {
    if (!await (await caches.open(name)).match(LIST)) await caches.delete(name);
  }
}

/**
 * The newest cache of another version that is complete.
 * @returns {Promise<{cache: Cache, listed: Record<string, string>, kept: string[]} | undefined>}
 */
async function earlierVersion() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  for (const name of names.reverse()) {
    const cache = await caches.open(name);
    const list = await cache.match(LIST);
    if (!list) continue;
    const kept = (await cache.keys()).map(({ url }) => url.slice(SCOPE.length) || 'index.html');
    return { cache, listed: await list.json(), kept };
  }
  return undefined;
}

/**
 * @param {string[]} names
 * @param {Awaited<ReturnType<typeof earlierVersion>>} [earlier]
 */
async function keepAll(names, earlier) {
  if (!await caches.has(CACHE)) throw new Error('what was kept has been removed');
  const cache = await caches.open(CACHE);
  const waiting = [...names];
  const some = Array.from({ length: 6 }, async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      if (await cache.match(addressOf(name))) continue;
      const same = earlier && earlier.listed[name] === files[name];
      const known = same ? await earlier.cache.match(addressOf(name)) : undefined;
      await cache.put(addressOf(name), known ?? await fetchListed(name));
    }
  });
  await Promise.all(some);
}

/** A file of this version, from what is kept or from the network. @param {string} name */
async function serve(name) {
  // Without a cache, which the person may have removed, nothing is kept any more.
  const cache = await caches.has(CACHE).then((there) => (there ? caches.open(CACHE) : undefined)).catch(() => undefined);
  const kept = await cache?.match(addressOf(name)).catch(() => undefined);
  if (kept) return kept;
  try {
    const response = await fetchListed(name);
    await cache?.put(addressOf(name), response.clone()).catch(() => {});  // no room: it is served all the same
    return response;
  } catch (error) {
    // Where the site has changed meanwhile, the page offers the new version. It knows these texts (app/outage.js).
    worker.registration.update().catch(() => {});
    const [status, statusText] = error instanceof TypeError ? [504, 'Not kept on this device'] : [502, 'Not of this version'];
    return new Response(String(error), { status, statusText });
  }
}

/** Fetches a file and compares it with the list. @param {string} name */
async function fetchListed(name) {
  // A copy in the browser's own cache may be older than the list; the second time it is passed by.
  for (const mode of /** @type {const} */ (['no-cache', 'reload'])) {
    const response = await fetch(addressOf(name), { cache: mode, credentials: 'same-origin' });
    if (!response.ok) throw new Error(`${name}: status ${response.status}`);
    const bytes = await response.arrayBuffer();
    if (await digest(bytes) !== files[name]) continue;
    const headers = new Headers(response.headers);
    for (const header of ['content-encoding', 'content-length']) headers.delete(header);
    // A page that comes from here is isolated, whatever its host can send: threads need that.
    headers.set('Cross-Origin-Opener-Policy', 'same-origin');
    headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
    // A worker goes by the policy that its own file comes with, and not by the page's.
    if (/worker\.js$/i.test(name)) headers.set('Content-Security-Policy', policy);
    return new Response(bytes, { headers });
  }
  throw new Error(`${name} is not that of version ${version}`);
}

/** @param {ArrayBuffer} bytes */
async function digest(bytes) {
  const hash = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Takes this version into use, unless another tab shows the old one. */
async function take() {
  const clients = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const ours = clients.filter((/** @type {any} */ { url }) => nameOf(url) === 'index.html');
  if (ours.length > 1) return { taken: false, others: ours.length - 1 };
  await worker.skipWaiting();
  return { taken: true };
}

async function removeOthers() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** Which listed file an address names. @param {string} address */
function nameOf(address) {
  const plain = address.split(/[?#]/, 1)[0];
  if (!plain.startsWith(SCOPE)) return undefined;
  try {
    const name = decodeURI(plain.slice(SCOPE.length)) || 'index.html';
    return Object.hasOwn(files, name) ? name : undefined;
  } catch {
    return undefined;  // no well-formed address
  }
}

/** @param {string} name */
function addressOf(name) {
  return SCOPE + (name === 'index.html' ? '' : encodeURI(name));
}
