// A Blob as the wasm module reads it: piece by piece where that can be done at once (workers have
// FileReaderSync), so that the structure of a file of a gigabyte is read without the file. Elsewhere,
// and where the file is small, it is read as a whole.

/**
 * Of workers, which the library's types do not tell apart from pages.
 * @typedef {new () => {readAsArrayBuffer: (blob: Blob) => ArrayBuffer}} SyncReader
 * @type {SyncReader | undefined}
 */
const SyncReader = /** @type {any} */ (globalThis).FileReaderSync;

/** Below this size, in bytes, reading all is quicker than many pieces. */
const MAX_WHOLE = 2 ** 24;

/**
 * @typedef {{length: number, subarray: (begin: number, end: number) => Uint8Array, failure?: unknown}}
 *     Source  a Uint8Array, as far as src/bindings/library.js can tell. failure: why reading ended
 */

/** @param {Blob} blob @returns {Promise<Source>} */
export async function openBlob(blob) {
  if (blob.size > MAX_WHOLE && SyncReader) return new BlobSource(blob, new SyncReader());
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (failure) {
    return new BrokenSource(failure);
  }
}

class BlobSource {
  /** @type {unknown} */
  failure;
  #blob;
  #reader;

  /** @param {Blob} blob @param {InstanceType<SyncReader>} reader */
  constructor(blob, reader) {
    this.#blob = blob;
    this.#reader = reader;
    this.length = blob.size;
  }

  /** @param {number} begin @param {number} end */
  subarray(begin, end) {
    try {
      return new Uint8Array(this.#reader.readAsArrayBuffer(this.#blob.slice(begin, end)));
    } catch (failure) {
      this.failure = failure;
      throw failure;
    }
  }
}

/** A file that is not there any more. */
class BrokenSource {
  length = 0;

  /** @param {unknown} failure */
  constructor(failure) {
    this.failure = failure;
  }

  subarray() {
    return new Uint8Array();
  }
}
