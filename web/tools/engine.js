// The engine of the tools: that of the library, and what only the wasm module with every operator can
// do (src/bindings/tools). Lives in web/tools/worker.js, or in the page where no worker is wanted.

import { Engine } from '../lib/engine.js';
import { GossamerError } from '../lib/error.js';
import { readRgba } from '../lib/pixels.js';
import { openBlob } from './blobSource.js';
import { SESSION } from './session.js';

/** @typedef {import('../lib/messages.js').Calls} Calls */
/** @typedef {import('../lib/messages.js').Picture} Picture */
/** @typedef {import('../lib/tensors.js').TensorBytes} TensorBytes */

/**
 * @typedef {object} ToolWasm  what the module has besides, see src/bindings/tools
 * @property {(source: number, size: number) => number} _gossamer_report
 * @property {(source: number, size: number, changes: number, length: number) => number} _gossamer_edit
 * @property {(source: number, size: number, names: number, length: number) => number} _gossamer_show
 * @property {() => number} _gossamer_patch_bytes
 * @property {(recipe: number, type: number, dims: number, rank: number, rgba: number, width: number,
 *     height: number) => number} _gossamer_prepare
 * @property {(handle: number) => number} _gossamer_step_times
 * @property {() => number} _gossamer_peak
 *
 * @typedef {import('../lib/engine/module.js').Wasm & ToolWasm} FullWasm
 *
 * @typedef {{label: string, op: string, inputs: string[], outputs: string[], parameters: number}} GraphNode
 *
 * @typedef {object} Report  as src/session/report.h writes it
 * @property {number} ir_version
 * @property {string} producer
 * @property {Record<string, number>} opsets
 * @property {Record<string, string>} metadata
 * @property {{name: string, type: string, kind: string, shape: (number | string)[]}[]} inputs
 * @property {{name: string, type: string, kind: string, shape: (number | string)[]}[]} outputs
 * @property {{domain: string, name: string, count: number, supported: boolean}[]} operators
 * @property {number} node_count
 * @property {number} parameters
 * @property {number} weight_bytes
 * @property {GraphNode[]} nodes
 *
 * @typedef {{bytes: Uint8Array<ArrayBuffer>, channels: number, height: number, width: number,
 *     channelsFirst: boolean, source: {width: number, height: number},
 *     seen: import('../lib/capture.js').Region}} PreparedPicture  seen: of the source; may reach beyond it
 *
 * @typedef {Picture | {feeds: Record<string, TensorBytes>}} Given  what a session computes on
 *
 * @typedef {object} OwnCalls  what it answers to beside what every engine does
 * @property {{request: {model: Blob}, answer: {report: Report, files: import('../lib/modelFiles.js').NeededFile[]}}} report
 * @property {{request: {model: Blob, changes: [string, string | null][]}, answer: Blob}} edit
 * @property {{request: {model: Blob, files: Map<string, Blob>, options: string, names: string[]},
 *     answer: Calls['create']['answer']}} show
 * @property {{request: Omit<Picture, 'inputs'> & {recipe: string, type: number, dims: number[]}, answer: PreparedPicture}} prepare
 * @property {{request: Given, answer: void}} feed
 * @property {{request: Given & {names: string[]}, answer: Record<string, TensorBytes>}} compute
 * @property {{request: void, answer: {inference: number, steps: number[]}}} time
 * @property {{request: void, answer: number}} peak
 *
 * @typedef {Calls & OwnCalls} ToolCalls
 */

/** @extends {Engine<FullWasm>} */
export class ToolEngine extends Engine {
  /**
   * What a model is, and the files beside it; reads no weights.
   * @param {OwnCalls['report']['request']} request
   * @returns {Promise<OwnCalls['report']['answer']>}
   */
  async report({ model }) {
    const files = await this.#ask(model, (wasm, id, size) => wasm._gossamer_external_files(id, size));
    return { report: await this.#ask(model, (wasm, id, size) => wasm._gossamer_report(id, size)), files };
  }

  /**
   * A model with other properties.
   * @param {OwnCalls['edit']['request']} request  null takes a property out
   * @returns {Promise<Blob>}
   */
  edit({ model, changes }) {
    const text = changes.map(([key, value]) => (value === null ? `-${key}\0` : `=${key}\0${value}\0`));
    return this.#patch(model, text.join(''), '_gossamer_edit');
  }

  /**
   * Makes the session of a model that has inner values among its outputs.
   * @param {OwnCalls['show']['request']} request
   */
  async show({ model, files, options, names }) {
    const text = names.map((name) => `${name}\0`).join('');
    const shown = await this.#patch(model, text, '_gossamer_show');
    return this.create({ session: SESSION, model: shown, files, options, warmup: false });
  }

  /**
   * What a recipe makes of a picture, for an input of this type and shape. Needs no session.
   * @param {OwnCalls['prepare']['request']} request
   * @returns {Promise<PreparedPicture>}
   */
  async prepare({ pixels, region, recipe, type, dims }) {
    let rgba = 0;
    const { width, height } = await readRgba(pixels, region, (w, h) => this.module.guard((wasm) => {
      const bytes = w * (h + 1) * 4;  // as in ModelSession.feed
      rgba = this.module.allocate(bytes);
      const memory = wasm.HEAPU8.subarray(rgba, rgba + bytes);
      return { memory, used: { x: 0, y: 0, width: w, height: h } };
    }));
    return this.module.guard((wasm) => {
      const text = this.module.copyText(recipe);
      const extents = this.module.copyWords(dims);
      const pointer = wasm._gossamer_prepare(text, type, extents, dims.length, rgba, width, height);
      for (const each of [text, extents, rgba]) wasm._gossamer_free(each);
      if (!pointer) throw this.module.failure();
      const [left, top, right, bottom] = new Float64Array(wasm.HEAPU8.buffer, pointer >>> 0, 4);
      const [address, length, channels, tall, wide, first] =
        new Int32Array(wasm.HEAPU8.buffer, (pointer >>> 0) + 32, 6);
      const bytes = wasm.HEAPU8.slice(address >>> 0, (address >>> 0) + length);
      return {
        bytes, channels, height: tall, width: wide, channelsFirst: first === 1, source: { width, height },
        seen: { left, top, right, bottom },
      };
    });
  }

  /** Puts a picture, or tensors, where the next run reads them. @param {Given} given */
  async feed(given) {
    const session = this.session(SESSION);
    if ('feeds' in given) session.give(given.feeds);
    else await session.feed(given);
  }

  /**
   * Runs the session on a picture, or on tensors, and copies outputs.
   * @param {OwnCalls['compute']['request']} request
   * @returns {Promise<Record<string, TensorBytes>>}
   */
  async compute({ names, ...given }) {
    const session = this.session(SESSION);
    await this.feed(given);
    session.compute();
    return session.read(names.map((name) => session.outputOf(name)));
  }

  /** Runs the session as it is fed. @returns {OwnCalls['time']['answer']}  milliseconds */
  time() {
    const session = this.session(SESSION);
    const inference = session.compute();
    const { length } = session.info({}).steps;
    return this.module.guard((wasm) => {
      const pointer = wasm._gossamer_step_times(session.handle);
      if (!pointer) throw this.module.failure();
      return { inference, steps: [...new Float64Array(wasm.HEAPU8.buffer, pointer >>> 0, length)] };
    });
  }

  /** Multiply-adds per second that this device does at most, on one thread. @returns {number} */
  peak() {
    return this.module.guard((wasm) => wasm._gossamer_peak());
  }

  /**
   * Asks the module about a model's file, of which it reads what it wants.
   * @param {Blob} model
   * @param {(wasm: FullWasm, id: number, size: number) => number} question  a pointer to JSON
   */
  async #ask(model, question) {
    const source = await openBlob(model);
    try {
      return this.module.guard((wasm) => {
        // It has the two members that library.js uses.
        const id = this.module.addSource(/** @type {Uint8Array} */ (source));
        const pointer = question(wasm, id, source.length);
        return this.module.json(pointer);
      });
    } catch (error) {
      if (!('failure' in source) || !source.failure) throw error;
      throw new GossamerError({
        code: 'IO', stage: 'decode', message: "the model's bytes cannot be read",
        cause: source.failure, got: String(source.failure),
      });
    }
  }

  /**
   * @param {Blob} model
   * @param {string} request
   * @param {'_gossamer_edit' | '_gossamer_show'} edit
   */
  async #patch(model, request, edit) {
    const bytes = new TextEncoder().encode(request);
    /** @type {number[][]} */
    const pieces = await this.#ask(model, (wasm, id, size) => {
      const text = this.module.copyIn(bytes);
      const pointer = wasm[edit](id, size, text, bytes.length);
      wasm._gossamer_free(text);
      return pointer;
    });
    return this.module.guard((wasm) => {
      let address = wasm._gossamer_patch_bytes() >>> 0;
      // The old file's parts are slices of it: nothing is copied.
      return new Blob(pieces.map(([begin, end]) => {
        if (end !== undefined) return model.slice(begin, end);
        address += begin;  // the length of new bytes
        return wasm.HEAPU8.slice(address - begin, address);
      }));
    });
  }
}
