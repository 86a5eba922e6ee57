// The page without a network: registers the service worker (../page-worker.js) once a model is ready,
// so that nothing slows the first visit down, tells it what else to keep, and offers a new version.
// Events: 'change' when `state` or `update` has changed.

import { texts } from './texts.js';

/** @typedef {'none' | 'keeping' | 'kept' | 'failed'} State */

/** The worker waits so long after the first model, in milliseconds. */
const DELAY = 1500;

export class Offline extends EventTarget {
  /** @type {State} none: this browser, or this address, has no service workers */
  state = 'none';
  /** True when a new version is ready to be taken. */
  update = false;

  #models;
  /** @type {ServiceWorkerRegistration | undefined} */
  #registration;
  /** The worker that the page came from. */
  #source = navigator.serviceWorker?.controller;
  /** True once the person wants nothing kept: not in this visit any more. */
  #removed = false;

  /** @param {import('./models.js').Models} models */
  constructor(models) {
    super();
    this.#models = models;
    if (!navigator.serviceWorker) return;
    models.addEventListener('change', () => this.#keepModel());
    models.addEventListener('change', () => setTimeout(() => this.#register(), DELAY), { once: true });
    // One that was there before the page may bring a new version although no model ever comes.
    if (navigator.serviceWorker.controller) this.#find().catch(() => {});
  }

  /** Bytes of the page and its parts that are kept on this device. */
  async size() {
    let bytes = 0;
    for (const name of await this.#caches()) {
      const cache = await caches.open(name);
      for (const response of await cache.matchAll()) bytes += (await response.blob()).size;
    }
    return bytes;
  }

  /** Removes the page from this device; the next visit with a network keeps it again. */
  async remove() {
    this.#removed = true;
    const registration = this.#registration ?? await navigator.serviceWorker?.getRegistration();
    await registration?.unregister();
    this.#registration = undefined;
    for (const name of await this.#caches()) await caches.delete(name);
    this.#set('none', false);
  }

  /**
   * Takes the new version, which reloads the page.
   * @returns {Promise<number>} how many other tabs have to be closed first
   */
  async take() {
    const waiting = this.#registration?.waiting;
    if (!waiting) return 0;
    waiting.addEventListener('statechange', () => {
      if (waiting.state === 'activated') location.reload();
    });
    const { taken, others } = await ask(waiting, { take: true });
    return taken ? 0 : others;
  }

  /**
   * Reloads the page, in the version that the site has by now.
   * @param {boolean} anyway  also where that is the one that is open
   * @returns {Promise<string>}  why not; empty while the page goes away
   */
  async renew(anyway) {
    const answer = await fetch(document.baseURI.split('#')[0], { method: 'HEAD', cache: 'no-store' }).catch(() => undefined);
    if (!answer?.ok) return texts.frame.unreachable;
    const registration = await this.#find().catch(() => undefined);
    await registration?.update().catch(() => {});
    if (registration?.installing) await settled(registration.installing);
    if (!registration?.waiting) {
      // It would come from the same worker, as it is now.
      // One that was removed goes on until the page is left, and no longer.
      if (!anyway && registration && this.#source && this.#source === navigator.serviceWorker.controller) return texts.frame.sameVersion;
      location.reload();
      return '';
    }
    const others = await this.take();
    return others > 0 ? texts.frame.update(others) : '';
  }

  /** The registration of an earlier visit, watched from then on. */
  async #find() {
    const registration = this.#registration ?? await navigator.serviceWorker?.getRegistration();
    if (registration && !this.#registration) {
      this.#registration = registration;
      this.#watch(registration);
    }
    return registration;
  }

  async #register() {
    // A site that is still being built changes; what were kept now would come again at the next visit.
    if (this.#removed || document.querySelector('meta[name="unfinished"]')) return;
    try {
      this.#set('keeping', this.update);
      const registration = await navigator.serviceWorker.register(
        new URL('page-worker.js', document.baseURI), { updateViaCache: 'none' });
      if (this.#registration !== registration) this.#watch(registration);
      this.#registration = registration;
      registration.installing?.addEventListener('statechange', () => {
        // A file that is not the listed one: it is tried again at the next visit.
        if (!registration.installing && !registration.active && !registration.waiting) this.#set('failed', false);
      });
      await navigator.serviceWorker.ready;
      await this.#keepModel();
    } catch {
      // A window that stores nothing, a full disk: the page is as it is without.
      this.#set('failed', this.update);
    }
  }

  /** @param {ServiceWorkerRegistration} registration */
  #watch(registration) {
    const offer = () => {
      if (registration.waiting && registration.active) this.#set(this.state, true);
    };
    const follow = () => registration.installing?.addEventListener('statechange', offer);
    offer();
    follow();  // one that was found before the page looked
    registration.addEventListener('updatefound', follow);
  }

  /** Keeps what the model in use needs: its file, and the modules of this browser's level. The kept page is isolated. */
  async #keepModel() {
    const active = this.#registration?.active;
    const { info, current } = this.#models;
    if (!active || !info) return;
    const kinds = ['', '-all', ...(info.level === 'base' ? [] : ['-mt', '-mt-all'])];
    const modules = kinds.flatMap((kind) => [`wasm/gossamer-${info.level}${kind}.js`, `wasm/gossamer-${info.level}${kind}.wasm`]);
    const paths = [current?.path, current?.finder, ...(current?.samples ?? [])].filter(Boolean);
    const { kept } = await ask(active, { keep: [...modules, ...paths.map((path) => `models/${path}`)] });
    const state = kept ? 'kept' : 'failed';
    if (state === this.state) this.dispatchEvent(new Event('change'));  // there is more of it
    else this.#set(state, this.update);
  }

  async #caches() {
    const own = `gossamer-page ${new URL('./', document.baseURI).href} `;
    // A browser that refuses to look keeps nothing.
    const names = await globalThis.caches?.keys().catch(() => []) ?? [];
    return names.filter((name) => name.startsWith(own));
  }

  /** @param {State} state @param {boolean} update */
  #set(state, update) {
    if (this.state === state && this.update === update) return;
    this.state = state;
    this.update = update;
    this.dispatchEvent(new Event('change'));
  }
}

/** Until a worker is installed, or has failed. @param {ServiceWorker} worker @returns {Promise<void>} */
function settled(worker) {
  return new Promise((resolve) => {
    worker.addEventListener('statechange', () => {
      if (worker.state !== 'installing') resolve();
    });
  });
}

/**
 * Asks a service worker and waits for its answer.
 * @param {ServiceWorker} worker
 * @param {object} message
 * @returns {Promise<any>}
 */
function ask(worker, message) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage(message, [port2]);
  });
}
