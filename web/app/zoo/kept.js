// Models that were downloaded and stay on this device, in the browser's Cache Storage. A model is kept
// under its SHA-256, so that an update of the catalogue never gives another model's bytes. Its card, a
// small entry beside it, is written last: what has no card was never checked and is not offered. A Web Lock says
// that a download is under way. Bytes without a card and without that lock are left over from a tab that was
// closed; they go when the models are listed.

import { GossamerError } from '../../gossamer.js';
import { sizeText } from '../figures.js';
import { statusOf } from '../outage.js';

const CACHE = 'gossamer-models';
/** When a download began, among the headers of its bytes. */
const BEGUN = 'x-begun';
/** Where browsers have no locks, a download without a card is left alone for so long, in milliseconds. */
const HOUR = 3_600_000;

/** @type {Map<AbortController, string>} Downloads of this page that are under way, with their SHA-256. */
const running = new Map();

/**
 * What is kept beside a model: its entry in the catalogue, with the labels themselves, so that it can be used
 * without the catalogue.
 * @typedef {Omit<import('./catalogue.js').ZooEntry, 'labels' | 'local'> & {labels?: string[]}} Entry
 * @typedef {Entry & {date: string}} Card  date: when it was downloaded
 *
 * @typedef {object} DownloadOptions
 * @property {AbortSignal} [signal]
 * @property {(received: number, total: number) => void} [onProgress]
 */

export class Kept {
  /** @type {CacheStorage | undefined} */
  #caches;
  #estimate;
  #locks;

  /**
   * @param {CacheStorage | undefined} [storage]  undefined where the browser has none, as over plain http
   * @param {() => Promise<StorageEstimate>} [estimate]  how much room there is
   * @param {LockManager | undefined} [locks]
   */
  constructor(storage = globalThis.caches, estimate = async () => (await navigator.storage?.estimate?.()) ?? {},
    locks = globalThis.navigator?.locks) {
    this.#caches = storage;
    this.#estimate = estimate;
    this.#locks = locks;
  }

  /** Whether anything can be kept, and checked: over plain http browsers have neither. */
  get available() {
    return Boolean(this.#caches && globalThis.crypto?.subtle);
  }

  /** The models that are kept. What was broken off is removed. @returns {Promise<Card[]>} */
  async list() {
    if (!await this.#has()) return [];
    const cache = await this.#open();
    const all = await ownKeys(cache);
    const keys = all.filter(({ url }) => url.endsWith('.json'));
    const whole = new Set(keys.map(({ url }) => url));
    const parts = all.filter(({ url }) => !url.endsWith('.json') && !whole.has(`${url}.json`));
    await Promise.all(parts.map(({ url }) => this.#removePart(cache, url).catch(() => {})));
    const cards = await Promise.all(keys.map(async (key) => (await cache.match(key))?.json()));
    return cards.filter(Boolean).sort((a, b) => a.title.localeCompare(b.title));
  }

  /** Removes bytes without a card, unless their download is under way. @param {Cache} cache @param {string} url */
  async #removePart(cache, url) {
    const remove = async () => {
      if (!await cache.match(`${url}.json`)) await cache.delete(url);
    };
    if (this.#locks) {
      await this.#locks.request(url, { ifAvailable: true }, (lock) => (lock ? remove() : undefined));
      return;
    }
    const begun = Number((await cache.match(url))?.headers.get(BEGUN));
    if (!(Date.now() - begun < HOUR)) await remove();
  }

  /** The bytes of a model that is kept. @param {string} sha256 @returns {Promise<Blob | undefined>} */
  async get(sha256) {
    if (!await this.#has()) return undefined;
    const cache = await this.#open();
    if (!await cache.match(cardKey(sha256))) return undefined;
    return (await cache.match(modelKey(sha256)))?.blob();
  }

  /** @param {string} sha256 */
  async remove(sha256) {
    abortRunning((each) => each === sha256);
    const cache = await this.#open();
    await cache.delete(cardKey(sha256));
    await cache.delete(modelKey(sha256));
  }

  /** Removes all models of this page, and what broken downloads have left. */
  async removeAll() {
    abortRunning(() => true);
    if (!await this.#has()) return;
    const cache = await this.#open();
    for (const key of await ownKeys(cache)) await cache.delete(key);
    // Another page of the same origin may have models in it.
    if ((await cache.keys()).length === 0) await this.#caches?.delete(CACHE);
  }

  /** Whether anything was kept. A browser that refuses to look keeps nothing. */
  async #has() {
    if (!this.available) return false;
    try {
      return await this.#caches?.has(CACHE);
    } catch {
      this.#caches = undefined;
      return false;
    }
  }

  /**
   * Downloads a model, checks it and keeps it; gives at once what is kept already. Fails as aborted where the model
   * was removed meanwhile.
   * @param {Entry} entry
   * @param {DownloadOptions} [options]
   * @returns {Promise<Blob>}
   */
  async download(entry, { signal, onProgress } = {}) {
    const before = await this.get(entry.sha256);
    if (before) return before;
    await this.#checkRoom(entry);
    const stop = new AbortController();
    const abort = () => stop.abort(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    running.set(stop, entry.sha256);
    try {
      const response = await request(entry, stop.signal);
      const keep = () => this.#keep(entry, response, { signal: stop.signal, onProgress });
      // Another tab may download the same.
      return await (this.#locks?.request(modelKey(entry.sha256), { mode: 'shared' }, keep) ?? keep());
    } finally {
      running.delete(stop);
      signal?.removeEventListener('abort', abort);
    }
  }

  /** @param {Entry} entry @param {Response} response @param {DownloadOptions} options @returns {Promise<Blob>} */
  async #keep(entry, response, { signal, onProgress }) {
    const cache = await this.#open();
    const key = modelKey(entry.sha256);
    const card = cardKey(entry.sha256);
    try {
      await cache.put(key, counted(response, entry, onProgress));
      const blob = await (await cache.match(key))?.blob();
      // Wrong bytes may have taken the place of those that another tab had completed.
      await check(entry, blob).catch(async (error) => {
        await cache.delete(card);
        throw error;
      });
      if (signal?.aborted) throw signal.reason;
      const kept = { ...entry, date: new Date().toISOString() };
      await cache.put(card, new Response(JSON.stringify(kept)));
      if (await this.get(entry.sha256)) return /** @type {Blob} */ (blob);
      await cache.delete(card);  // its bytes were removed before it came
      throw aborted(entry);
    } catch (cause) {
      const whole = await cache.match(card).catch(() => undefined);
      if (!whole) await cache.delete(key).catch(() => {});
      throw failure(entry, cause, signal);
    }
  }

  #open() {
    return /** @type {CacheStorage} */ (this.#caches).open(CACHE);
  }

  /** Refuses what cannot fit, before anything is downloaded. @param {Entry} entry */
  async #checkRoom(entry) {
    const { quota, usage = 0 } = await this.#estimate();
    if (quota === undefined || quota - usage >= entry.bytes) return;
    throw noRoom(entry, `${sizeText(Math.max(0, quota - usage))} free for this page`);
  }
}

/** @param {string} sha256 */
const modelKey = (sha256) => `${prefix()}${sha256}`;
/** @param {string} sha256 */
const cardKey = (sha256) => `${prefix()}${sha256}.json`;
// Nothing is ever fetched from there: a cache wants addresses for keys. Each page of an origin has its own.
const prefix = () => new URL('kept/', globalThis.document?.baseURI ?? 'https://localhost/').href;

/** @param {(sha256: string) => boolean} which */
function abortRunning(which) {
  for (const [stop, sha256] of running) if (which(sha256)) stop.abort();
}

/** @param {Cache} cache */
const ownKeys = async (cache) => (await cache.keys()).filter(({ url }) => url.startsWith(prefix()));

/** @param {Entry} entry @param {AbortSignal} [signal] */
async function request(entry, signal) {
  let response;
  try {
    response = await fetch(entry.url, { signal, credentials: 'omit', cache: 'no-store' });
  } catch (cause) {
    if (signal?.aborted) throw failure(entry, cause, signal);
    throw network(entry, 'the server cannot be reached', {
      cause, hint: 'Check the connection. Without internet, models/fetch.mjs puts models beside the page',
    });
  }
  if (response.status !== 200 || !response.body) {
    throw network(entry, 'the server does not have the model', {
      got: statusOf(response), expected: 'status 200',
    });
  }
  if (/^text\/html\b/i.test(response.headers.get('content-type') ?? '')) {
    throw network(entry, 'the server sent a web page in place of the model', { got: 'text/html' });
  }
  return response;
}

/**
 * The answer with its bytes counted as they pass, on their way into the cache.
 * @param {Response} response
 * @param {Entry} entry
 * @param {DownloadOptions['onProgress']} onProgress
 */
function counted(response, entry, onProgress) {
  let received = 0;
  const counter = new TransformStream({
    transform(chunk, controller) {
      received += chunk.byteLength;
      onProgress?.(received, entry.bytes);
      controller.enqueue(chunk);
    },
  });
  const body = /** @type {ReadableStream<Uint8Array>} */ (response.body).pipeThrough(counter);
  return new Response(body, { headers: { 'content-type': 'application/octet-stream', [BEGUN]: String(Date.now()) } });
}

/** Throws unless these are the announced bytes. @param {Entry} entry @param {Blob} [blob] */
async function check(entry, blob) {
  if (blob?.size !== entry.bytes) {
    throw network(entry, 'the download is not as long as the model', {
      got: `${blob?.size ?? 0} bytes`, expected: `${entry.bytes} bytes`,
    });
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
  const got = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (got === entry.sha256) return;
  throw network(entry, 'what was downloaded is not the model that was announced', {
    got: `SHA-256 ${got}`, expected: `SHA-256 ${entry.sha256}`, hint: 'Nothing of it was kept',
  });
}

/** @param {Entry} entry */
const aborted = (entry) => new GossamerError({
  code: 'ABORTED', stage: 'download', message: `the download of ${entry.title} was cancelled`,
});

/** @param {Entry} entry @param {unknown} cause @param {AbortSignal} [signal] */
function failure(entry, cause, signal) {
  if (signal?.aborted) return aborted(entry);
  if (cause instanceof GossamerError) return cause;
  if (cause instanceof Error && cause.name === 'QuotaExceededError') return noRoom(entry, cause.message, cause);
  return network(entry, 'the download broke off', { cause, got: String(cause) });
}

/** @param {Entry} entry @param {string} got @param {unknown} [cause] */
function noRoom(entry, got, cause) {
  return new GossamerError({
    code: 'IO', stage: 'download', message: `there is no room on this device for ${entry.title}`, cause,
    got, expected: sizeText(entry.bytes), hint: 'Remove models that you do not need, and try again',
  });
}

/**
 * @param {Entry} entry
 * @param {string} message
 * @param {{cause?: unknown, got?: string, expected?: string, hint?: string}} more
 */
function network(entry, message, more) {
  return new GossamerError({
    code: 'NETWORK', stage: 'download', message: `${message}: ${entry.url}`, ...more,
  });
}
