// A model's bytes, which are in one place at a time, because they may be many: here; in an engine, which
// they are lent to while it makes a session; and later in a Blob, which browsers may keep outside the page's
// memory. A session that has to be made again, after a crash, is made of what is here; what went down with
// a worker is fetched again.

import { GossamerError } from './error.js';

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {Pick<import('./host.js').InlineHost, 'call' | 'death'>} Host */

/** Bytes that move to a Blob at a time: copying them takes some milliseconds of an idle page. */
const PIECE = 2 ** 22;
/** Milliseconds before they do: cores are for the first answer. */
const PAUSE = 2000;

let lent = 0;

export class ModelData {
  /** In bytes. */
  size;
  /** Whether it was announced how many they are. */
  counted;
  /** @type {Promise<Blob | Bytes>} */
  #held;
  #again;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Blob | Bytes} data  which is its own from now on
   * @param {{counted?: boolean, again?: () => Promise<Bytes>}} [options]  again: fetches it another time
   */
  constructor(data, { counted = true, again } = {}) {
    this.size = data instanceof Blob ? data.size : data.length;
    this.counted = counted;
    this.#held = Promise.resolve(data);
    this.#again = again;
  }

  /**
   * Gives `use` what an engine makes a session of: the number of the bytes that are lent to it meanwhile, or
   * a Blob.
   * @template T
   * @param {Host} host
   * @param {(model: number | import('./messages.js').BlobLike) => Promise<T>} use
   * @returns {Promise<T>}
   */
  async lend(host, use) {
    const held = await this.#get();
    if (held instanceof Blob) return use(await portable(held));
    if (host.death) throw host.death;
    const model = ++lent;
    let end = () => {};
    const used = new Promise((/** @type {(value?: undefined) => void} */ resolve) => { end = resolve; });
    const back = used.then(() => host.call('giveBack', { model })).then(({ bytes }) => bytes, (cause) => {
      throw new GossamerError({
        code: 'IO', stage: 'worker', message: "the model's bytes went down with the worker", cause,
        hint: 'Load the model again',
      });
    });
    this.#hold(back);
    try {
      // Calls are made in their order.
      const [, made] = await Promise.all([host.call('lend', { model, bytes: held }, [held.buffer]), use(model)]);
      end();
      if (!this.#again) await back;  // else nobody could make it once more
      return made;
    } catch (error) {
      end();
      await back.catch(() => {});  // or they would go down with a host that is given up
      throw error;
    }
  }

  /** @returns {Promise<Blob>} */
  async blob() {
    const held = await this.#get();
    return held instanceof Blob ? held : new Blob([held]);
  }

  /** Lets go of them. */
  release() {
    clearTimeout(this.#timer);
    this.#held = Promise.resolve(new Blob());
  }

  async #get() {
    const held = this.#held;
    try {
      return await held;
    } catch (lost) {
      if (!this.#again) throw lost;
      if (this.#held === held) this.#hold(this.#again());
      return this.#held;
    }
  }

  /** @param {Promise<Bytes>} promise */
  #hold(promise) {
    clearTimeout(this.#timer);
    this.#held = promise;
    promise.then((bytes) => {
      if (this.#held !== promise || !('document' in globalThis) || globalThis.origin === 'null') return;
      this.#timer = setTimeout(() => this.#store(bytes, promise), PAUSE);
    }, () => {});  // a failure is for whoever wants them
  }

  /**
   * Moves bytes to a Blob, while nobody wants them.
   * @param {Bytes} bytes
   * @param {Promise<Bytes>} held
   */
  async #store(bytes, held) {
    const pieces = [];
    for (let at = 0; at < bytes.length; at += PIECE) {
      await idle();
      if (this.#held !== held) return;
      pieces.push(new Blob([bytes.subarray(at, at + PIECE)]));
    }
    this.#held = Promise.resolve(new Blob(pieces));
  }
}

/**
 * A copy of a caller's bytes.
 * @param {ArrayBuffer | ArrayBufferView} data
 * @returns {Bytes}
 */
export function copyBytes(data) {
  const { buffer = data, byteOffset = 0, byteLength } = /** @type {Uint8Array<ArrayBuffer>} */ (data);
  try {
    return new Uint8Array(/** @type {ArrayBuffer} */ (buffer), byteOffset, byteLength).slice();
  } catch (cause) {
    throw new GossamerError({ code: 'OOM', stage: 'api', message: 'no memory for a copy of the model', cause, got: `${byteLength} bytes` });
  }
}

/**
 * In a sandboxed frame WebKit lets no worker read the page's Blobs.
 * @param {Blob} file
 * @returns {Promise<Blob | ArrayBuffer>}
 */
export async function portable(file) {
  return globalThis.origin === 'null' ? file.arrayBuffer() : file;
}

function idle() {
  return new Promise((resolve) => {
    (globalThis.requestIdleCallback ?? setTimeout)(resolve);
  });
}
