// A session in the wasm module: pictures and tensors go in, classes and tensors come out. One call must
// have ended before the next begins, whichever session it is of (serve.js sees to that): the memory of
// the module moves when it grows, and pixels are read into it while others might compute.

import { byteSize } from '../elementTypes.js';
import { abortedError, argumentError } from '../error.js';
import { readRgba } from '../pixels.js';

/** @typedef {import('../messages.js').Category} Category */
/** @typedef {import('../messages.js').ClassNames} ClassNames */
/** @typedef {import('../messages.js').ModelInfo} ModelInfo */
/** @typedef {import('../messages.js').Picture} Picture */
/** @typedef {import('../messages.js').Selection} Selection */
/** @typedef {import('../messages.js').TensorInfo} TensorInfo */
/** @typedef {import('../tensors.js').TensorBytes} TensorBytes */

export class ModelSession {
  #module;
  /** The session's, in the module. */
  handle;
  #flexible;
  #threads;
  /** @type {string[]} Names, in the order of the session. */
  #inputs = [];
  /** @type {string[]} */
  #outputs = [];
  /** The session's labels, where they are not the model's own. */
  #labels = '';
  /** The last run that was to be stopped. */
  #stopped = 0;

  /**
   * @param {import('./module.js').WasmModule<any>} module
   * @param {number} handle  which it owns from now on
   */
  constructor(module, handle) {
    this.#module = module;
    this.handle = handle;
    const { flexible, inputs, outputs } = this.info({});
    this.#flexible = flexible;
    this.#threads = module.pool?.forSession(!flexible);
    this.#inputs = inputs.map(({ name }) => name);
    this.#outputs = outputs.map(({ name }) => name);
  }

  /** Frees it. */
  destroy() {
    if (!this.#module.dead) this.#module.guard((wasm) => wasm._gossamer_destroy(this.handle));
  }

  /** @param {{scores?: boolean}} request  scores: find out what they are, which may take two runs @returns {ModelInfo} */
  info({ scores = false }) {
    const info = this.#module.guard((wasm) => this.#module.json(wasm._gossamer_info(this.handle, Number(scores))));
    return { ...info, threadsStarted: true, ...this.#threads?.describe() };
  }

  /** Computes on what the inputs hold. @returns {number}  milliseconds */
  compute() {
    const begin = this.#begin();
    this.#slice(Infinity, true);
    return this.#end(begin);
  }

  /** Computes for so long. @param {number} milliseconds @param {boolean} anew @returns {boolean}  whether all is computed */
  #slice(milliseconds, anew) {
    const state = this.#module.guard((wasm) => wasm._gossamer_run_slice(this.handle, milliseconds, Number(anew)));
    if (!state) throw this.#module.failure();
    return state !== MORE;
  }

  /**
   * The same in slices, between which calls of stop() arrive.
   * @param {number} run
   * @returns {Promise<number>}  milliseconds
   */
  async #computeUnlessStopped(run) {
    const begin = this.#begin();
    for (let anew = true, done = false; !done; anew = false) {
      if (!anew) await nextTask();
      if (this.#stopped >= run) throw abortedError('classify');
      done = this.#slice(SLICE, anew);
    }
    return this.#end(begin);
  }

  /** Begins a run. */
  #begin() {
    this.#threads?.begin();
    return performance.now();
  }

  /** Ends a run. @param {number} begin @returns {number}  milliseconds since then */
  #end(begin) {
    const took = performance.now() - begin;
    this.#threads?.end(took);
    return took;
  }

  /** Ends a run, if it is under way or yet to come. @param {number} run  its number, see classify */
  stop(run) {
    this.#stopped = run;
  }

  /** Does once what the first pictures would find slow: computes, reads pixels and prepares them. */
  async warmUp() {
    // What a flexible session computes depends on inputs that nobody has given yet.
    if (this.#flexible) return;
    this.compute();
    if (typeof OffscreenCanvas !== 'function') return;
    try {
      for (let i = 0; i < WARM_PICTURES; ++i) await this.feed({ pixels: blankPicture() });
    } catch (failure) {
      if (this.#module.dead) throw failure;  // else no input takes a picture alone, or not a blank one
    }
  }

  /**
   * @param {Picture & {selection: Selection, run?: number}} request  run: a number by which it can be stopped,
   *     larger than those before
   * @returns {Promise<import('../messages.js').Classified>}
   */
  async classify({ selection, run, ...picture }) {
    const begin = performance.now();
    await this.feed(picture);
    const preprocess = performance.now() - begin;
    const inference = run ? await this.#computeUnlessStopped(run) : this.compute();
    this.#setLabels(selection);
    const { allow, deny, maxResults } = selection;
    const all = 2 ** 31 - 1;
    const count = allow || deny || maxResults <= 0 ? all : Math.min(maxResults, all);
    const { finite, categories } = this.#module.guard((wasm) =>
      this.#module.json(wasm._gossamer_classify(this.handle, count)));
    const spare = /** @type {ArrayBuffer | undefined} */ (picture.pixels.rgba?.data.buffer);
    return { categories: select(categories, selection), finite, preprocess, inference, spare };
  }

  /**
   * Puts a picture, and the tensors beside it, where the next run reads them.
   * @param {Picture} picture
   * @returns {Promise<{input: number, width: number, height: number}>}  of the picture
   */
  async feed({ pixels, region, inputs = {} }) {
    const input = this.#module.guard(() => this.#imageInput(inputs));
    const { address, width, height } = await this.#readPixels(pixels, region, input);
    return this.#module.guard((wasm) => {
      const accepted = wasm._gossamer_set_image(this.handle, input, address, width, height);
      wasm._gossamer_free(address);
      if (!accepted) throw this.#module.failure();
      return { input, width, height };
    });
  }

  /**
   * Computes outputs from inputs.
   * @param {{feeds: Record<string, TensorBytes>, fetches?: string[], run?: number}} request  fetches: the outputs
   *     that are wanted; all, unless they are named. run: as of classify
   * @returns {Promise<import('../messages.js').Computed>}
   */
  async run({ feeds, fetches = this.#outputs, run }) {
    this.give(feeds);
    const wanted = fetches.map((name) => indexOf(this.#outputs, name, 'output'));
    const inference = run ? await this.#computeUnlessStopped(run) : this.compute();
    return { outputs: this.read(wanted), inference };
  }

  /** Puts tensors where the next run reads them, one for each input. @param {Record<string, TensorBytes>} feeds */
  give(feeds) {
    for (const [name, tensor] of Object.entries(feeds)) {
      this.#feed(indexOf(this.#inputs, name, 'input'), name, tensor);
    }
    const missing = this.#inputs.find((name) => !Object.hasOwn(feeds, name));
    if (missing !== undefined) throw argumentError('feeds', `the input '${missing}' is missing`);
  }

  /** Copies outputs. @param {number[]} [wanted]  by their indices; default: all @returns {Record<string, TensorBytes>} */
  read(wanted = [...this.#outputs.keys()]) {
    return this.#module.guard((wasm) => Object.fromEntries(wanted.map((index) => {
      const { address, type, dims } = this.#module.place(wasm._gossamer_output(this.handle, index));
      const tensor = { type, dims: [...dims], bytes: wasm.HEAPU8.slice(address, address + byteSize(type, dims)) };
      if (type !== 'string') return [this.#outputs[index], tensor];
      const texts = this.#module.json(wasm._gossamer_output_texts(this.handle, index));
      return [this.#outputs[index], { ...tensor, texts }];
    })));
  }

  /** @param {string} name @returns {number}  the output's index */
  outputOf(name) {
    return indexOf(this.#outputs, name, 'output');
  }

  /** Throws ARGUMENT where the labels are not those of the session. @param {ClassNames} names */
  checkLabels(names) {
    checkLabels(names, this.#module.guard((wasm) => this.#outputs.map((name, i) => {
      // As the last run left them: an extent may have been open before.
      const { type, dims } = this.#module.place(wasm._gossamer_output(this.handle, i));
      return { name, type, shape: [...dims] };
    })));
  }

  /** How many there are shows which output is meant. @param {ClassNames} names */
  #setLabels({ labels = [], output }) {
    const text = labels.map((label) => label.replace(/[\n\0]/g, ' ')).join('\n');
    if (text === this.#labels) return;
    this.checkLabels({ labels, output });
    this.#module.guard((wasm) => {
      const pointer = this.#module.copyText(text);
      wasm._gossamer_set_labels(this.handle, pointer);
      wasm._gossamer_free(pointer);
    });
    this.#labels = text;
  }

  /**
   * Feeds the inputs that are given, and gives the one that is left for the picture.
   * @param {Record<string, TensorBytes>} inputs
   * @returns {number}
   */
  #imageInput(inputs) {
    const given = Object.entries(inputs).map(([name, tensor]) => {
      const index = indexOf(this.#inputs, name, 'input');
      this.#feed(index, name, tensor);
      return index;
    });
    return this.#module.guard((wasm) => {
      const list = this.#module.copyWords(given);
      const input = wasm._gossamer_image_input(this.handle, list, given.length);
      wasm._gossamer_free(list);
      if (input < 0) throw this.#module.failure();
      return input;
    });
  }

  /**
   * Puts the pixels into the module's memory. Failures are of the picture, and no traps.
   * @param {Picture['pixels']} pixels @param {Picture['region']} region @param {number} input
   */
  async #readPixels(pixels, region, input) {
    let address = 0;
    try {
      const size = await readRgba(pixels, region, (width, height) => this.#module.guard((wasm) => {
        // A row more than the picture has: copyTo of a frame's part counts its last row whole.
        const bytes = width * (height + 1) * 4;
        address = this.#module.allocate(bytes);
        const area = wasm._gossamer_used_pixels(this.handle, input, width, height);
        if (!area) throw this.#module.failure();
        const { HEAPU8: heap } = wasm;
        const [x, y, usedWidth, usedHeight] = new Int32Array(heap.buffer, area >>> 0, 4);
        return {
          memory: heap.subarray(address, address + bytes),
          used: { x, y, width: usedWidth, height: usedHeight },
        };
      }));
      return { ...size, address };
    } catch (cause) {
      if (!this.#module.dead) this.#module.guard((wasm) => wasm._gossamer_free(address));
      throw cause;
    }
  }

  /** @param {number} index @param {string} name @param {TensorBytes} tensor */
  #feed(index, name, { type, dims, bytes }) {
    if (type === 'string') throw argumentError(name, 'inputs of strings are not supported');
    this.#module.guard((wasm) => {
      const extents = this.#module.copyWords(dims);
      const accepted = wasm._gossamer_set_shape(this.handle, index, extents, dims.length);
      wasm._gossamer_free(extents);
      if (!accepted) throw this.#module.failure();
      const place = this.#module.place(wasm._gossamer_input(this.handle, index));
      const size = byteSize(place.type, place.dims);
      if (type !== place.type || bytes.length !== size) {
        throw argumentError(name, 'this tensor does not fit the input', {
          got: `${type}, ${bytes.length} bytes`, expected: `${place.type}, ${size} bytes`,
        });
      }
      wasm.HEAPU8.set(bytes, place.address);
    });
  }
}

/** Milliseconds of a run that can be stopped, before it looks whether it is to. */
const SLICE = 8;
/** What gossamer_run_slice says of an unfinished run. */
const MORE = 2;

/** Lets messages arrive. @returns {Promise<void>} */
function nextTask() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** As many as it takes until browsers have compiled the code of preprocessing well. */
const WARM_PICTURES = 4;

/** A picture of a webcam's size, as pages send them. */
function blankPicture() {
  const canvas = new OffscreenCanvas(640, 480);
  canvas.getContext('2d');
  return { bitmap: canvas.transferToImageBitmap() };
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
