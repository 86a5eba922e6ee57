// The wasm module behind an object: text and bytes go in and out of its memory here and nowhere else. The
// heap may grow in any call, so HEAPU8 is read afresh each time. A trap leaves the module in an unknown
// state: `dead` is set, and the owner throws the whole engine away.

import { typeName } from '../elementTypes.js';
import { GossamerError } from '../error.js';
import { checkSame } from '../version.js';

/** @typedef {import('../level.js').Runtime} Runtime */

/**
 * @typedef {object} Wasm  what the Emscripten module offers (src/bindings)
 * @property {Uint8Array} HEAPU8
 * @property {() => number} _gossamer_version
 * @property {(bytes: number) => number} _gossamer_alloc
 * @property {(pointer: number) => void} _gossamer_free
 * @property {() => number} _gossamer_error
 * @property {(source: number, size: number) => number} _gossamer_external_files
 * @property {(source: number, size: number, options: number) => number} _gossamer_create
 * @property {(handle: number) => void} _gossamer_destroy
 * @property {(handle: number, scores: number) => number} _gossamer_info
 * @property {(handle: number, text: number) => number} _gossamer_set_labels
 * @property {(handle: number, given: number, count: number) => number} _gossamer_image_input
 * @property {(handle: number, index: number) => number} _gossamer_input
 * @property {(handle: number, index: number) => number} _gossamer_output
 * @property {(handle: number, index: number) => number} _gossamer_output_texts
 * @property {(handle: number, index: number, dims: number, rank: number) => number}
 *     _gossamer_set_shape
 * @property {(handle: number, index: number, width: number, height: number) => number}
 *     _gossamer_used_pixels
 * @property {(handle: number, index: number, rgba: number, width: number, height: number) => number}
 *     _gossamer_set_image
 * @property {(handle: number, milliseconds: number, anew: number) => number} _gossamer_run_slice
 * @property {(handle: number, count: number) => number} _gossamer_classify
 */

/** @template {Wasm} [W=Wasm]  with functions that only some modules have */
export class WasmModule {
  /** True after a trap: nothing may be called any more. */
  dead = false;
  /** @type {import('../threads/pool.js').Pool | undefined} In modules with threads. */
  pool;

  /** @type {W | undefined} */
  #wasm;
  /** @type {Map<string, Promise<any>>} What the scripts at these addresses export. */
  #scripts = new Map();
  /** @type {Map<number, Uint8Array>} What gossamer_source_read (src/bindings/library.js) reads. */
  #sources = new Map();
  #nextSource = 1;

  /** Begins to load the module's script. @param {string} glueUrl */
  loadScript(glueUrl) {
    const script = import(/* @vite-ignore */ /* webpackIgnore: true */ glueUrl);
    script.catch(() => {});  // reported by start
    this.#scripts.set(glueUrl, script);
    return script;
  }

  /**
   * Instantiates the module.
   * @param {Runtime & {given?: any}} runtime  given: what the script at glueUrl exports, where it is
   *     at hand
   * @returns {Promise<string>}  its version
   */
  async start({ given, ...runtime }) {
    const { glueUrl, module, memory } = runtime;
    /** @type {any} */
    let script;
    try {
      script = given ?? await (this.#scripts.get(glueUrl) ?? this.loadScript(glueUrl));
    } catch (cause) {
      throw new GossamerError({
        code: 'NETWORK', stage: 'download', cause,
        message: `the runtime's script cannot be loaded: ${glueUrl}`,
        got: String(cause), hint: 'Check `wasmPaths`',
      });
    }
    // Both bear the number that tools/lib/minify.mjs gave them: their functions have other names in every build.
    const [id] = WebAssembly.Module.customSections(module, 'id');
    checkSame(`${glueUrl} and its .wasm`, new Uint32Array(id ?? 0)[0], script.id);
    /** @type {WebAssembly.Exports} */
    let exports = {};
    /** @type {W} */
    const wasm = await new Promise((resolve, reject) => {
      const instantiateWasm = (
        /** @type {WebAssembly.Imports} */ imports,
        /** @type {(instance: WebAssembly.Instance, module: WebAssembly.Module) => void} */ receive,
      ) => {
        WebAssembly.instantiate(module, imports).then((made) => {
          ({ exports } = made);
          receive(made, module);
        }).catch((cause) => reject(cause instanceof RangeError ? noMemory(cause) : cause));
        return {};
      };
      script.default({
        ...(memory && { wasmMemory: memory }),
        sources: this.#sources,
        instantiateWasm,
      }).then(resolve, reject);
    });
    this.#wasm = wasm;
    if (memory) {
      // They start while the model is on its way.
      this.pool = this.guard(() => new script.Pool(runtime, wasm, exports));
    }
    return this.guard(() => this.text(wasm._gossamer_version()));
  }

  /**
   * Runs `action` on the module, and notices when it traps.
   * @template T
   * @param {(wasm: W) => T} action
   * @returns {T}
   */
  guard(action) {
    if (!this.#wasm || this.dead) {
      throw new GossamerError({ code: 'HANDLE', stage: 'api', message: 'the engine is not running' });
    }
    try {
      return action(this.#wasm);
    } catch (error) {
      if (error instanceof GossamerError) throw error;
      this.dead = true;
      throw GossamerError.from(error, 'run');
    }
  }

  /** Bytes of its memory, which never shrinks. */
  get heap() {
    return this.guard((wasm) => wasm.HEAPU8.length);
  }

  /** @param {Uint8Array} bytes @returns {number}  by which the module knows them */
  addSource(bytes) {
    this.#sources.set(this.#nextSource, bytes);
    return this.#nextSource++;
  }

  /** @param {number} source */
  dropSource(source) {
    this.#sources.delete(source);
  }

  /** Whether a session reads them still. @param {Uint8Array} bytes */
  reads(bytes) {
    return [...this.#sources.values()].includes(bytes);
  }

  /** @param {number} pointer  to UTF-8 that ends in a zero byte */
  text(pointer) {
    const heap = this.#memory;
    const begin = pointer >>> 0;
    // Copied by slice: a decoder refuses views of shared memory.
    return new TextDecoder().decode(heap.slice(begin, heap.indexOf(0, begin)));
  }

  /** Of JSON; throws the module's failure for a null pointer. @param {number} pointer @returns {any} */
  json(pointer) {
    if (!pointer) throw this.failure();
    return JSON.parse(this.text(pointer));
  }

  /** A TensorPlace, see src/bindings/web.cc. @param {number} pointer */
  place(pointer) {
    if (!pointer) throw this.failure();
    const [address, type, rank, ...dims] = new Int32Array(this.#memory.buffer, pointer >>> 0, 11);
    return { address: address >>> 0, type: typeName(type), dims: dims.slice(0, rank) };
  }

  /** @param {string} text @returns {number} pointer, to be freed */
  copyText(text) {
    return this.copyIn(new TextEncoder().encode(`${text}\0`));
  }

  /** @param {ArrayLike<number>} numbers  of 32 bits @returns {number} pointer, to be freed */
  copyWords(numbers) {
    return this.copyIn(new Uint8Array(Int32Array.from(numbers).buffer));
  }

  /** @param {Uint8Array | Uint8ClampedArray} bytes @returns {number} pointer, to be freed */
  copyIn(bytes) {
    const pointer = this.allocate(bytes.length);
    this.#memory.set(bytes, pointer);
    return pointer;
  }

  /** @param {number} bytes @returns {number} pointer, to be freed */
  allocate(bytes) {
    const pointer = /** @type {W} */ (this.#wasm)._gossamer_alloc(Math.max(1, bytes));
    if (!pointer) {
      throw new GossamerError({
        code: 'OOM', stage: 'api', message: 'no memory for the input', got: `${bytes} bytes`,
      });
    }
    return pointer >>> 0;
  }

  /** The last failure, as wasm describes it. @returns {GossamerError} */
  failure() {
    return new GossamerError(JSON.parse(this.text(/** @type {W} */ (this.#wasm)._gossamer_error())));
  }

  get #memory() {
    return /** @type {W} */ (this.#wasm).HEAPU8;
  }
}

/** @param {RangeError} cause */
function noMemory(cause) {
  return new GossamerError({
    code: 'OOM', stage: 'start', message: 'the browser refuses memory for the runtime', cause, got: String(cause),
  });
}
