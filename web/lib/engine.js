// The wasm module behind an object: text, pixels and tensors go in and out of its memory here and
// nowhere else. Runs in the worker (worker.js), or in the page itself when a worker is not wanted. Holds one
// session. The heap may grow in any call, so HEAPU8 is read afresh each time. A trap leaves the
// module in an unknown state: `dead` is set, and the owner throws the whole engine away. What has no #
// here is for the engine of the tools (web/tools/engine.js), which adds to this one.

import { byteSize, typeName } from './elementTypes.js';
import { GossamerError, argumentError } from './error.js';
import { readRgba } from './pixels.js';

/** @typedef {import('./level.js').Runtime} Runtime */
/** @typedef {import('./capture.js').Pixels} Pixels */
/** @typedef {import('./capture.js').Region} Region */
/** @typedef {import('./tensors.js').TensorBytes} TensorBytes */

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
 * @property {(handle: number) => number} _gossamer_run
 * @property {(handle: number, count: number) => number} _gossamer_classify
 *
 * @typedef {{name: string, type: string, shape: number[], map?: boolean}} TensorInfo  map: the scores
 *     of a map from class to score
 * @typedef {object} StepInfo
 * @property {string} node
 * @property {string} op
 * @property {string} kernel
 * @property {string} output_shape
 * @property {number} multiply_adds
 * @property {number} weight_bytes
 * @property {number} milliseconds  mean over the profiled runs; 0 without profiling
 *
 * @typedef {object} ReferenceSteps  those without a fast kernel, whose kernel is "reference"
 * @property {number} steps
 * @property {number} share  of the time of all steps where they were profiled, else of their work
 * @property {boolean} timed
 *
 * @typedef {object} ModelInfo
 * @property {TensorInfo[]} inputs  an extent of -1 is open
 * @property {TensorInfo[]} outputs
 * @property {boolean} flexible  plans are made as runs bring new shapes
 * @property {Record<string, string>} metadata  the model's metadata_props and its opset
 * @property {string[]} [labels]
 * @property {string} [labels_source]  where they come from
 * @property {StepInfo[]} steps  the plan, in the order of execution
 * @property {ReferenceSteps} reference
 * @property {{weight_bytes: number, arena_bytes: number, live_bytes: number}} memory
 * @property {{input: string, form: string} | null} picture  the input that takes pictures, and how
 *     its elements make one up: "28 x 28, gray"
 * @property {{output: string | null, kind: string | null, reason: string}} [scores]  which output
 *     holds class scores, what makes probabilities of them (softmax, sigmoid, none, exp), and why;
 *     null where that cannot be said
 *
 * @typedef {{pixels: Pixels, region?: Region, inputs?: Record<string, TensorBytes>}} Picture  inputs:
 *     all but the picture's
 *
 * @typedef {object} Selection  which categories a caller wants
 * @property {number} maxResults  0 or less: all
 * @property {number} scoreThreshold
 * @property {string[]} [allow]
 * @property {string[]} [deny]
 * @property {string[]} [labels]  in place of the model's own
 * @property {string} [output]  the one with class scores, where it was named
 *
 * @typedef {Pick<Selection, 'labels' | 'output'>} ClassNames
 *
 * @typedef {{index: number, score: number, categoryName: string, displayName: string}} Category
 */

export class Engine {
  /** True after a trap: nothing may be called any more. */
  dead = false;

  /** @type {Wasm | undefined} */
  #wasm;
  /** @type {Map<number, Uint8Array>} What gossamer_source_read (src/bindings/library.js) reads. */
  #sources = new Map();
  #nextSource = 1;
  /** The session's, in the module. */
  handle = 0;
  /** @type {string[]} Names, in the order of the session. */
  #inputs = [];
  /** @type {string[]} */
  #outputs = [];
  /** The session's labels, where they are not the model's own. */
  #labels = '';

  /**
   * Holds a Web Lock for life, whose release tells the page that this worker is gone.
   * @param {string} lock
   * @returns {Promise<boolean>}  false where locks are denied; then a kill goes unnoticed
   */
  hold(lock) {
    return new Promise((/** @type {(held: boolean) => void} */ resolve, reject) => {
      navigator.locks.request(lock, () => {
        resolve(true);
        return new Promise(() => {});
      }).catch(reject);
    }).catch(() => false);
  }

  /**
   * Instantiates the module.
   * @param {Runtime & {factory?: any}} runtime  factory: what the script at glueUrl exports, where it is
   *     at hand
   * @returns {Promise<{version: string}>}
   */
  async start({ glueUrl, module, factory }) {
    try {
      factory ??= (await import(/* @vite-ignore */ /* webpackIgnore: true */ glueUrl)).default;
    } catch (cause) {
      throw new GossamerError({
        code: 'NETWORK', stage: 'download', cause,
        message: `the runtime's script cannot be loaded: ${glueUrl}`,
        got: String(cause), hint: 'Check `wasmPaths`',
      });
    }
    /** @type {Wasm} */
    const wasm = await new Promise((resolve, reject) => {
      const instantiateWasm = (
        /** @type {WebAssembly.Imports} */ imports,
        /** @type {(instance: WebAssembly.Instance, module: WebAssembly.Module) => void} */ receive,
      ) => {
        WebAssembly.instantiate(module, imports).then((made) => receive(made, module)).catch(reject);
        return {};
      };
      factory({
        sources: this.#sources,
        locateFile: (/** @type {string} */ file) => new URL(file, glueUrl).href,
        instantiateWasm,
      }).then(resolve, reject);
    });
    this.#wasm = wasm;
    return { version: this.guard(() => this.text(wasm._gossamer_version())) };
  }

  /**
   * Makes a session, and only then lets go of the one before. Makes none while files are missing.
   * @param {{model: Blob, files?: Map<string, Blob>, options: string, warmup: boolean,
   *     names?: ClassNames}} request  files: with weights, by the names that the model has for them
   * @returns {Promise<{missing?: import('./modelFiles.js').NeededFile[], create: number,
   *     warmup: number}>}  milliseconds
   */
  async create({ model, files = new Map(), options, warmup, names = {} }) {
    const bytes = await readBlob(model);
    const needed = this.guard(() => this.#externalFiles(bytes));
    const missing = needed.filter(({ name }) => !files.has(name));
    if (missing.length) return { missing, create: 0, warmup: 0 };
    const contents = await Promise.all(needed.map(({ name }) => readBlob(files.get(name))));
    return this.guard((wasm) => {
      const begin = performance.now();
      // The sources stay until the session lets go of them, see library.js.
      const lines = needed.map(({ name }, i) =>
        `file=${this.addSource(contents[i])} ${contents[i].length} ${name}`);
      const text = this.copyIn(new TextEncoder().encode(`${[options, ...lines].join('\n')}\0`));
      const handle = wasm._gossamer_create(this.addSource(bytes), bytes.length, text);
      wasm._gossamer_free(text);
      if (!handle) throw this.failure();
      const created = performance.now();
      // What a flexible session computes depends on inputs that nobody has given yet.
      const { flexible, inputs, outputs } = this.#describe(handle);
      try {
        checkLabels(names, outputs);
        if (warmup && !flexible && !wasm._gossamer_run(handle)) throw this.failure();
      } catch (failure) {
        if (failure instanceof GossamerError) wasm._gossamer_destroy(handle);
        throw failure;
      }
      wasm._gossamer_destroy(this.handle);
      this.handle = handle;
      this.#labels = '';
      this.#inputs = inputs.map(({ name }) => name);
      this.#outputs = outputs.map(({ name }) => name);
      return { create: created - begin, warmup: performance.now() - created };
    });
  }

  /**
   * The files beside a model that it keeps weights in.
   * @param {Uint8Array} bytes
   * @returns {import('./modelFiles.js').NeededFile[]}
   */
  #externalFiles(bytes) {
    const source = this.addSource(bytes);
    const pointer = /** @type {Wasm} */ (this.#wasm)._gossamer_external_files(source, bytes.length);
    this.#sources.delete(source);
    if (!pointer) throw this.failure();
    return JSON.parse(this.text(pointer));
  }

  /** @param {Uint8Array} bytes @returns {number}  by which the module knows them */
  addSource(bytes) {
    this.#sources.set(this.#nextSource, bytes);
    return this.#nextSource++;
  }

  /**
   * @param {{scores: boolean}} [request]  scores: find out what they are, which may take two runs
   * @returns {ModelInfo}
   */
  info({ scores } = { scores: false }) {
    return this.guard(() => this.#describe(this.handle, scores));
  }

  /** @param {number} handle @param {boolean} [scores] @returns {ModelInfo} */
  #describe(handle, scores) {
    const pointer = /** @type {Wasm} */ (this.#wasm)._gossamer_info(handle, Number(scores ?? false));
    if (!pointer) throw this.failure();
    return JSON.parse(this.text(pointer));
  }

  /**
   * @param {Picture & {selection: Selection}} request
   * @returns {Promise<{categories: Category[], finite: boolean, preprocess: number,
   *     inference: number, spare?: ArrayBuffer}>}  spare: the snapshot's memory, to be used again
   */
  async classify({ selection, ...picture }) {
    const begin = performance.now();
    await this.feed(picture);
    return this.guard((wasm) => {
      const prepared = performance.now();
      if (!wasm._gossamer_run(this.handle)) throw this.failure();
      const inference = performance.now() - prepared;
      this.#setLabels(selection);
      const { allow, deny, maxResults } = selection;
      const all = 2 ** 31 - 1;
      const count = allow || deny || maxResults <= 0 ? all : Math.min(maxResults, all);
      const pointer = wasm._gossamer_classify(this.handle, count);
      if (!pointer) throw this.failure();
      const { finite, categories } = JSON.parse(this.text(pointer));
      return {
        categories: select(categories, selection), finite,
        preprocess: prepared - begin, inference,
        spare: /** @type {ArrayBuffer | undefined} */ (picture.pixels.rgba?.data.buffer),
      };
    });
  }

  /**
   * Puts a picture, and the tensors beside it, where the next run reads them.
   * @param {Picture} picture
   * @returns {Promise<{input: number, width: number, height: number}>}  of the picture
   */
  async feed({ pixels, region, inputs = {} }) {
    const input = this.guard(() => this.#imageInput(inputs));
    const { address, width, height } = await this.#readPixels(pixels, region, input);
    return this.guard((wasm) => {
      const accepted = wasm._gossamer_set_image(this.handle, input, address, width, height);
      wasm._gossamer_free(address);
      if (!accepted) throw this.failure();
      return { input, width, height };
    });
  }

  /**
   * Feeds the inputs that are given, and gives the one that is left for the picture.
   * @param {Record<string, TensorBytes>} inputs
   */
  #imageInput(inputs) {
    const wasm = /** @type {Wasm} */ (this.#wasm);
    const given = Object.entries(inputs).map(([name, tensor]) => {
      const index = indexOf(this.#inputs, name, 'input');
      this.#feed(index, name, tensor);
      return index;
    });
    const list = this.copyIn(new Uint8Array(new Int32Array(given).buffer));
    const input = wasm._gossamer_image_input(this.handle, list, given.length);
    wasm._gossamer_free(list);
    if (input < 0) throw this.failure();
    return input;
  }

  /** Throws ARGUMENT where the labels are not those of the session. @param {ClassNames} names */
  checkLabels(names) {
    this.guard((wasm) => {
      // As the last run left them: an extent may have been open before.
      const outputs = this.#outputs.map((name, i) => {
        const { type, dims } = this.place(wasm._gossamer_output(this.handle, i));
        return { name, type, shape: [...dims] };
      });
      checkLabels(names, outputs);
    });
  }

  /** How many there are shows which output is meant. @param {ClassNames} names */
  #setLabels({ labels = [], output }) {
    const text = labels.map((label) => label.replace(/[\n\0]/g, ' ')).join('\n');
    if (text === this.#labels) return;
    this.checkLabels({ labels, output });
    const wasm = /** @type {Wasm} */ (this.#wasm);
    const pointer = this.copyIn(new TextEncoder().encode(`${text}\0`));
    wasm._gossamer_set_labels(this.handle, pointer);
    wasm._gossamer_free(pointer);
    this.#labels = text;
  }

  /**
   * Puts the pixels into the module's memory. Failures are of the picture, and no traps.
   * @param {Pixels} pixels @param {Region | undefined} region @param {number} input
   */
  async #readPixels(pixels, region, input) {
    let address = 0;
    try {
      const size = await readRgba(pixels, region, (width, height) => this.guard((wasm) => {
        // A row more than the picture has: copyTo of a frame's part counts its last row whole.
        const bytes = width * (height + 1) * 4;
        address = this.allocate(bytes);
        const area = wasm._gossamer_used_pixels(this.handle, input, width, height);
        if (!area) throw this.failure();
        const { HEAPU8: heap } = wasm;
        const [x, y, usedWidth, usedHeight] = new Int32Array(heap.buffer, area >>> 0, 4);
        return {
          memory: heap.subarray(address, address + bytes),
          used: { x, y, width: usedWidth, height: usedHeight },
        };
      }));
      return { ...size, address };
    } catch (cause) {
      if (!this.dead) this.#wasm?._gossamer_free(address);
      throw cause;
    }
  }

  /**
   * Computes outputs from inputs.
   * @param {{feeds: Record<string, TensorBytes>, fetches?: string[]}} request  fetches: the outputs
   *     that are wanted; all, unless they are named
   * @returns {{outputs: Record<string, TensorBytes>, inference: number}}  milliseconds
   */
  run({ feeds, fetches = this.#outputs }) {
    return this.guard((wasm) => {
      for (const [name, tensor] of Object.entries(feeds)) {
        this.#feed(indexOf(this.#inputs, name, 'input'), name, tensor);
      }
      const missing = this.#inputs.find((name) => !Object.hasOwn(feeds, name));
      if (missing !== undefined) throw argumentError('feeds', `the input '${missing}' is missing`);
      const wanted = fetches.map((name) => indexOf(this.#outputs, name, 'output'));
      const begin = performance.now();
      if (!wasm._gossamer_run(this.handle)) throw this.failure();
      const inference = performance.now() - begin;
      const tensors = wanted.map((index) => {
        const { address, type, dims } = this.place(wasm._gossamer_output(this.handle, index));
        if (type === 'string') {
          const pointer = wasm._gossamer_output_texts(this.handle, index);
          if (!pointer) throw this.failure();
          const texts = JSON.parse(this.text(pointer));
          return [this.#outputs[index], { type, dims, bytes: new Uint8Array(), texts }];
        }
        const bytes = wasm.HEAPU8.slice(address, address + byteSize(type, dims));
        return [this.#outputs[index], { type, dims, bytes }];
      });
      return { outputs: Object.fromEntries(tensors), inference };
    });
  }

  /** @param {number} index @param {string} name @param {TensorBytes} tensor */
  #feed(index, name, { type, dims, bytes }) {
    if (type === 'string') throw argumentError(name, 'inputs of strings are not supported');
    const wasm = /** @type {Wasm} */ (this.#wasm);
    const extents = this.copyIn(new Uint8Array(new Int32Array(dims).buffer));
    const accepted = wasm._gossamer_set_shape(this.handle, index, extents, dims.length);
    wasm._gossamer_free(extents);
    if (!accepted) throw this.failure();
    const place = this.place(wasm._gossamer_input(this.handle, index));
    const size = byteSize(place.type, place.dims);
    if (type !== place.type || bytes.length !== size) {
      throw argumentError(name, 'this tensor does not fit the input', {
        got: `${type}, ${bytes.length} bytes`, expected: `${place.type}, ${size} bytes`,
      });
    }
    wasm.HEAPU8.set(bytes, place.address);
  }

  /** A TensorPlace, see src/bindings/web.cc. @param {number} pointer */
  place(pointer) {
    if (!pointer) throw this.failure();
    const words = new Int32Array(/** @type {Wasm} */ (this.#wasm).HEAPU8.buffer, pointer >>> 0, 11);
    const [address, type, rank, ...dims] = words;
    return { address: address >>> 0, type: typeName(type), dims: dims.slice(0, rank) };
  }

  /**
   * Runs `action` on the module, and notices when it traps.
   * @template T
   * @param {(wasm: Wasm) => T} action
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

  /** @param {number} pointer  to UTF-8 that ends in a zero byte */
  text(pointer) {
    const heap = /** @type {Wasm} */ (this.#wasm).HEAPU8;
    const begin = pointer >>> 0;
    // Copied by slice: a decoder refuses views of shared memory.
    return new TextDecoder().decode(heap.slice(begin, heap.indexOf(0, begin)));
  }

  /** @param {Uint8Array | Uint8ClampedArray} bytes @returns {number} pointer, to be freed */
  copyIn(bytes) {
    const pointer = this.allocate(bytes.length);
    /** @type {Wasm} */ (this.#wasm).HEAPU8.set(bytes, pointer);
    return pointer;
  }

  /** @param {number} bytes @returns {number} pointer, to be freed */
  allocate(bytes) {
    const pointer = /** @type {Wasm} */ (this.#wasm)._gossamer_alloc(Math.max(1, bytes));
    if (!pointer) {
      throw new GossamerError({
        code: 'OOM', stage: 'api', message: 'no memory for the input', got: `${bytes} bytes`,
      });
    }
    return pointer >>> 0;
  }

  /** The last failure, as wasm describes it. @returns {GossamerError} */
  failure() {
    return new GossamerError(JSON.parse(this.text(/** @type {Wasm} */ (this.#wasm)._gossamer_error())));
  }
}

/** @param {Blob | undefined} blob */
async function readBlob(blob) {
  try {
    const { arrayBuffer } = /** @type {Blob} */ (blob);
    return new Uint8Array(arrayBuffer ? await arrayBuffer.call(blob) : /** @type {any} */ (blob));
  } catch (cause) {
    throw new GossamerError({
      code: 'IO', stage: 'decode', message: "the model's bytes cannot be read", cause, got: String(cause),
    });
  }
}

/** @param {string[]} names @param {string} name @param {string} what */
function indexOf(names, name, what) {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw argumentError(name, `the model has no such ${what}`, { expected: names.join(', ') });
}

/**
 * Throws ARGUMENT where no output has as many classes as there are labels. One number has one class, or
 * two: its own and the other.
 * @param {ClassNames} names
 * @param {TensorInfo[]} outputs
 */
function checkLabels({ labels = [], output }, outputs) {
  const meant = outputs.filter(({ name, type }) => name === (output || name) && /float|int8/.test(type));
  const counts = meant.map(({ shape }) => (shape.some((extent) => extent < 0) ? -1
    : shape.reduce((product, extent) => product * extent, 1)));
  const { length } = labels;
  // Below 0: an extent is open.
  const fits = (/** @type {number} */ count) => count < 0 || count === length || (count === 1 && length === 2);
  if (!length || !counts.length || counts.some(fits)) return;
  throw argumentError('labels', 'there are not as many labels as the model has classes', {
    got: `${length} labels`, expected: `${[...new Set(counts)].join(' or ')} classes`,
  });
}

/**
 * @param {{index: number, probability: number | null, label: string}[]} categories
 * @param {Selection} selection
 * @returns {Category[]}
 */
function select(categories, { maxResults, scoreThreshold, allow, deny, labels }) {
  const kept = categories
    .map(({ index, probability, label }) => {
      const categoryName = labels?.[index] ?? label;
      // JSON has no NaN: null stands for it.
      return { index, score: probability ?? NaN, categoryName, displayName: categoryName };
    })
    .filter(({ score, categoryName }) => !(score < scoreThreshold)
      && (!allow || allow.includes(categoryName)) && !deny?.includes(categoryName));
  return maxResults > 0 ? kept.slice(0, maxResults) : kept;
}
