// Models that are kept on the device, with a cache of this process in place of the browser's; the browser
// tests use the real one.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { Kept } from '../../web/app/zoo/kept.js';

const bytes = Buffer.from('the bytes of a model');
const entry = {
  name: 'model', title: 'A model', url: 'https://zoo.example/model.onnx', bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'), license: 'MIT', precision: 'fp32', data: 'colours',
  input: /** @type {const} */ ('camera'), recipe: 'fit=stretch', labels: ['red', 'green', 'blue'],
};
const realFetch = globalThis.fetch;
/** @type {() => Promise<Response>} */
let answer;
let asked = 0;

beforeEach(() => {
  asked = 0;
  answer = async () => new Response(bytes);
  globalThis.fetch = async () => {
    asked += 1;
    return answer();
  };
});

afterEach(() => { globalThis.fetch = realFetch; });

/** As much of CacheStorage as is used. @param {{full?: boolean}} [faults] */
function storage(faults = {}) {
  /** @type {Map<string, Map<string, Response>>} */
  const caches = new Map();
  const keyOf = (/** @type {any} */ request) => String(request.url ?? request);
  return /** @type {CacheStorage} */ (/** @type {any} */ ({
    async open(/** @type {string} */ name) {
      const items = caches.get(name) ?? new Map();
      caches.set(name, items);
      return {
        async put(/** @type {any} */ request, /** @type {Response} */ response) {
          const body = await response.arrayBuffer();
          if (faults.full) throw new DOMException('over quota', 'QuotaExceededError');
          items.set(keyOf(request), new Response(body, { headers: response.headers }));
        },
        match: async (/** @type {any} */ request) => items.get(keyOf(request))?.clone(),
        delete: async (/** @type {any} */ request) => items.delete(keyOf(request)),
        keys: async () => [...items.keys()].map((url) => ({ url })),
      };
    },
    has: async (/** @type {string} */ name) => caches.has(name),
    delete: async (/** @type {string} */ name) => caches.delete(name),
    size: () => [...caches.values()].reduce((sum, items) => sum + items.size, 0),
  }));
}

const plenty = async () => ({ quota: 1e9, usage: 0 });

/** @param {Promise<unknown>} action @param {string} code @param {RegExp} message */
const fails = (action, code, message) => assert.rejects(action, (/** @type {any} */ error) => {
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  return true;
});

test('a model is downloaded once, listed, given back and removed', async () => {
  const kept = new Kept(storage(), plenty);
  /** @type {number[]} */
  const progress = [];
  const blob = await kept.download(entry, { onProgress: (received, total) => progress.push(received / total) });
  assert.equal(await blob.text(), String(bytes));
  assert.equal(progress.at(-1), 1);
  const [{ date, ...card }] = await kept.list();
  assert.deepEqual(card, entry);
  assert.ok(Date.parse(date) > 0);
  await kept.download(entry);
  assert.equal(asked, 1);
  assert.equal(await (await kept.get(entry.sha256))?.text(), String(bytes));
  await kept.remove(entry.sha256);
  assert.equal(await kept.get(entry.sha256), undefined);
  assert.deepEqual(await kept.list(), []);
  await kept.download(entry);
  await kept.removeAll();
  assert.deepEqual(await kept.list(), []);
});

test('other bytes than those announced are refused, and nothing of them stays', async () => {
  const caches = storage();
  const kept = new Kept(caches, plenty);
  answer = async () => new Response(Buffer.alloc(bytes.length));
  await fails(kept.download(entry), 'NETWORK', /not the model that was announced.*zoo.example[\s\S]*SHA-256/);
  answer = async () => new Response(bytes.subarray(1));
  await fails(kept.download(entry), 'NETWORK', /not as long as the model/);
  assert.deepEqual(await kept.list(), []);
  assert.equal(/** @type {any} */ (caches).size(), 0);
});

test('a missing file, a web page and a server that is away are told apart', async () => {
  const kept = new Kept(storage(), plenty);
  answer = async () => new Response('', { status: 404, statusText: 'Not Found' });
  await fails(kept.download(entry), 'NETWORK', /does not have the model[\s\S]*404/);
  answer = async () => new Response('<html>', { headers: { 'content-type': 'text/html' } });
  await fails(kept.download(entry), 'NETWORK', /web page/);
  answer = async () => { throw new TypeError('Failed to fetch'); };
  await fails(kept.download(entry), 'NETWORK', /cannot be reached/);
});

test('a full disk is said before the download, and when it happens in it', async () => {
  const small = new Kept(storage(), async () => ({ quota: 10, usage: 5 }));
  await fails(small.download(entry), 'IO', /no room on this device for A model/);
  assert.equal(asked, 0);
  const full = new Kept(storage({ full: true }), async () => ({}));
  await fails(full.download(entry), 'IO', /no room/);
  assert.deepEqual(await full.list(), []);
});

test('a download can be cancelled', async () => {
  const kept = new Kept(storage(), plenty);
  const abort = new AbortController();
  answer = async () => new Response(new ReadableStream({
    async pull(controller) {
      controller.enqueue(new Uint8Array(bytes.subarray(0, 5)));
      abort.abort();
      controller.error(abort.signal.reason);
    },
  }));
  await fails(kept.download(entry, { signal: abort.signal }), 'ABORTED', /was cancelled/);
  assert.deepEqual(await kept.list(), []);
});

test('a download that ends in one tab takes nothing from what another tab completed', async () => {
  const caches = storage();
  const [one, other] = [new Kept(caches, plenty), new Kept(caches, plenty)];
  const abort = new AbortController();
  /** @type {(() => void)[]} Goes on with the slow tab's answer. */
  const goOn = [];
  const slow = (/** @type {(controller: ReadableStreamDefaultController) => void} */ end) => async () => new Response(new ReadableStream({
    start: (controller) => { goOn.push(() => end(controller)); },
  }));
  answer = slow((controller) => controller.error(abort.signal.reason));
  const cancelled = one.download(entry, { signal: abort.signal });
  while (!goOn.length) await new Promise((resolve) => { setTimeout(resolve, 1); });
  answer = async () => new Response(bytes);
  await other.download(entry);
  abort.abort();
  goOn[0]();
  await fails(cancelled, 'ABORTED', /was cancelled/);
  assert.equal(await (await other.get(entry.sha256))?.text(), String(bytes));

  await other.remove(entry.sha256);
  answer = slow((controller) => {
    controller.enqueue(new Uint8Array(bytes.length));
    controller.close();
  });
  const wrong = one.download(entry);
  while (goOn.length < 2) await new Promise((resolve) => { setTimeout(resolve, 1); });
  answer = async () => new Response(bytes);
  await other.download(entry);
  goOn[1]();
  await fails(wrong, 'NETWORK', /not the model that was announced/);
  assert.equal(await other.get(entry.sha256), undefined, 'wrong bytes are not given out as checked');
});

test('what broke off before it was checked is not offered', async () => {
  const caches = storage();
  const kept = new Kept(caches, plenty);
  await kept.download(entry);
  const cache = await caches.open('gossamer-models');
  for (const { url } of await cache.keys()) if (url.endsWith('.json')) await cache.delete(url);
  assert.equal(await kept.get(entry.sha256), undefined);
});

test('where the browser keeps nothing, that is known', async () => {
  const kept = new Kept(undefined, plenty);
  assert.equal(kept.available, false);
  assert.deepEqual(await kept.list(), []);
  assert.equal(await kept.get(entry.sha256), undefined);
});

test('a browser that refuses to look keeps nothing, and that is known', async () => {
  const refuses = async () => { throw new DOMException('denied', 'SecurityError'); };
  const kept = new Kept(/** @type {any} */ ({ has: refuses, open: refuses, keys: refuses, delete: refuses }), plenty);
  assert.deepEqual(await kept.list(), []);
  assert.equal(kept.available, false);
  assert.equal(await kept.get(entry.sha256), undefined);
  await kept.removeAll();
});

test('two pages of one origin have models of their own', async () => {
  const caches = storage();
  const kept = new Kept(caches, plenty);
  const at = (/** @type {string} */ baseURI) => Object.assign(globalThis, { document: { baseURI } });
  try {
    at('https://site.example/one/');
    await kept.download(entry);
    at('https://site.example/two/?model=x');
    assert.deepEqual(await kept.list(), []);
    await kept.download(entry);
    await kept.removeAll();
    assert.deepEqual(await kept.list(), []);
    at('https://site.example/one/');
    assert.equal((await kept.list()).length, 1);
    await kept.removeAll();
    assert.equal(await caches.has('gossamer-models'), false, 'nobody has anything in it');
  } finally {
    Reflect.deleteProperty(globalThis, 'document');
  }
});

test('bytes that a closed tab left unchecked are removed, those of a download under way are not', async () => {
  const caches = storage();
  const key = `https://localhost/kept/${entry.sha256}`;
  const put = async (/** @type {number} */ begun) => (await caches.open('gossamer-models')).put(key,
    new Response(bytes, { headers: { 'x-begun': String(begun) } }));
  const isThere = async () => Boolean(await (await caches.open('gossamer-models')).match(key));
  let held = true;
  const locks = /** @type {any} */ ({
    request: async (/** @type {string} */ name, /** @type {object} */ _options, /** @type {(lock: object | null) => unknown} */ act) =>
      act(held && name === key ? null : {}),
  });
  await put(Date.now());
  await new Kept(caches, plenty, locks).list();
  assert.ok(await isThere(), 'another tab downloads it');
  held = false;
  await new Kept(caches, plenty, locks).list();
  assert.ok(!await isThere(), 'nobody downloads it');

  await put(Date.now() - 60_000);
  await new Kept(caches, plenty, undefined).list();
  assert.ok(await isThere(), 'without locks it may still come');
  await put(Date.now() - 7_200_000);
  await new Kept(caches, plenty, undefined).list();
  assert.ok(!await isThere(), 'nothing takes two hours');
});

test('a download holds a lock of its own until its card is written', async () => {
  const caches = storage();
  /** @type {unknown[]} */
  const asked = [];
  const locks = /** @type {any} */ ({
    request: async (/** @type {string} */ name, /** @type {{mode?: string}} */ { mode }, /** @type {() => Promise<unknown>} */ act) => {
      const result = await act();
      asked.push([name, mode, Boolean(await (await caches.open('gossamer-models')).match(`${name}.json`))]);
      return result;
    },
  });
  await new Kept(caches, plenty, locks).download(entry);
  assert.deepEqual(asked, [[`https://localhost/kept/${entry.sha256}`, 'shared', true]]);
});

test('removing all ends a download, and nothing of it is kept', async () => {
  const caches = storage();
  const [kept, other] = [new Kept(caches, plenty), new Kept(caches, plenty)];
  /** @type {ReadableStreamDefaultController | undefined} */
  let answering;
  answer = async () => new Response(new ReadableStream({ start: (controller) => { answering = controller; } }));
  const download = kept.download(entry);
  while (!answering) await new Promise((resolve) => { setTimeout(resolve, 1); });
  await other.removeAll();
  answering.enqueue(new Uint8Array(bytes));
  answering.close();
  await fails(download, 'ABORTED', /was cancelled/);
  assert.deepEqual(await kept.list(), []);
});

test('what another tab removed while the card was written is not said to be kept', async () => {
  const caches = storage();
  const { open } = caches;
  caches.open = async (name) => {
    const cache = await open(name);
    const { put } = cache;
    cache.put = async (request, response) => {
      if (String(request).endsWith('.json')) await cache.delete(String(request).replace('.json', ''));
      await put(request, response);
    };
    return cache;
  };
  const kept = new Kept(caches, plenty);
  await fails(kept.download(entry), 'ABORTED', /was cancelled/);
  assert.deepEqual(await kept.list(), []);
});
