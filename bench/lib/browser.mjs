// Headless Chromium and the contenders in it. Each contender gets a browser context of its own, hence
// a renderer process of its own: caches start empty, heaps are apart, and all of them stay open at
// once, so that they can take turns.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumFlags, findChromium } from '../../tools/lib/chromium.mjs';
import { root } from '../../tools/lib/run.mjs';
import { serve } from '../../tools/serve.mjs';
import { litertFolder, tfliteOf } from './litert.mjs';
import { inputFolder } from './models.mjs';

/**
 * @typedef {import('./models.mjs').Model} Model
 * @typedef {import('../browser/contender.js').ContenderConfig} ContenderConfig
 * @typedef {Pick<ContenderConfig, 'api' | 'library' | 'wasmPaths' | 'threads' | 'simd' | 'level' | 'proxy' | 'ownRecipe' | 'maxResults'> & {file?: string}} Setup
 *     file: the name of one that it must load, so that a build that it falls back to is not taken for the one that is meant
 *
 * @typedef {object} StartFigures  milliseconds
 * @property {number} download  fetching the runtime's files
 * @property {number} compile  compiling and instantiating its WebAssembly
 * @property {number} load  making the session, without those two
 * @property {number} modelDownload
 * @property {number} ready  all of it
 * @property {string} version
 *
 * @typedef {object} Lab
 * @property {string} url
 * @property {import('playwright-core').Browser} browser
 * @property {string[]} sent  files that the server has sent, most recent last
 * @property {() => Promise<number>} spin  milliseconds of a fixed loop, in a page that does nothing else
 * @property {number} emptyPage  bytes of memory at peak of that page's process
 * @property {() => Promise<void>} close
 */

export const browserFlags = chromiumFlags;

/** Where the lab serves a model. @param {Model} model */
const urlOf = (model) => {
  const folder = path.dirname(model.file);
  return `${folder === litertFolder ? '/litert' : `/models/${model.name}`}/${path.basename(model.file)}`;
};

/**
 * Starts the server and the browser.
 * @param {{models?: Model[], mounts?: Record<string, string>}} [options]  mounts: more folders to serve
 * @returns {Promise<Lab>}
 */
export async function openLab({ models = [], mounts = {} } = {}) {
  /** @type {string[]} */
  const sent = [];
  const served = models.map((model) => [`/models/${model.name}/`, path.dirname(model.file)]);
  const server = await serve({
    port: 0,
    root: path.join(root, 'bench'),
    mounts: {
      '/bench/': path.join(root, 'bench'), '/dist/': path.join(root, 'dist'), '/inputs/': inputFolder, '/litert/': litertFolder,
      '/peers/': path.join(root, 'node_modules'), ...Object.fromEntries(served), ...mounts,
    },
    onRequest: (_, file) => sent.push(file),
  });
  const browser = await chromium.launch({ executablePath: findChromium(), args: browserFlags });
  /** @type {Lab} */
  const lab = {
    url: server.url, browser, sent, emptyPage: 0, spin: () => spinner.spin(),
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
  const spinner = new BrowserContender(lab);
  await spinner.open();
  lab.emptyPage = await spinner.peakMemory();
  return lab;
}

/** Processor time of each renderer, by process number. @param {import('playwright-core').Browser} browser */
async function rendererTimes(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return new Map(processInfo.filter(({ type }) => type === 'renderer').map(({ id, cpuTime }) => [id, cpuTime]));
}

/** The most memory that a process ever had, in bytes; 0 where the system does not tell. @param {number | undefined} id */
function peakMemory(id) {
  try {
    const status = readFileSync(`/proc/${id}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** One contender in a page of its own. */
export class BrowserContender {
  #lab;
  /** @type {import('playwright-core').Page | undefined} */
  #page;
  /** Files that it has downloaded, its model and the benchmark's own apart. @type {string[]} */
  files = [];

  /** @param {Lab} lab @param {Setup} [setup]  none: the page only spins */
  constructor(lab, setup) {
    this.#lab = lab;
    this.setup = setup;
  }

  /** @param {string} method @param {unknown} [args] @returns {Promise<any>} */
  #call(method, args) {
    if (!this.#page) throw new Error('the page is not open');
    return this.#page.evaluate(([name, given]) => /** @type {any} */ (globalThis).bench(name, given),
      /** @type {[string, unknown]} */ ([method, args]));
  }

  /** An empty page, ready to start the contender. */
  async open() {
    const context = await this.#lab.browser.newContext();
    this.#page = await context.newPage();
    await this.#page.goto(`${this.#lab.url}/bench/browser/page.html`);
    await this.#page.waitForFunction(() => 'bench' in globalThis);
  }

  /** The model in the contender's own format. @param {Model} model */
  #own(model) {
    return this.setup?.api === 'litert' ? tfliteOf(model) : model;
  }

  /** @param {Model} model  in the contender's own format @returns {ContenderConfig} */
  #config(model) {
    if (!this.setup) throw new Error('this page has no contender');
    return { ...this.setup, modelUrl: urlOf(model), shape: model.input.shape, recipe: model.recipe };
  }

  /** Opens a fresh page and makes the session. @param {Model} model @returns {Promise<StartFigures>} */
  async start(model) {
    const own = this.#own(model);
    await this.close();
    await this.open();
    const already = this.#lab.sent.length;
    const figures = await this.#call('start', this.#config(own));
    const ours = path.join(root, 'bench') + path.sep;
    this.files = [...new Set(this.#lab.sent.slice(already))]
      .filter((file) => !file.startsWith(ours) && file !== own.file);
    const expected = this.setup?.file;
    if (expected && !this.files.some((file) => path.basename(file) === expected)) throw new Error(`it did without ${expected}`);
    return figures;
  }

  /** @param {string[]} inputs  files in the folder of inputs @returns {Promise<number[][]>} */
  outputs(inputs) {
    return this.#call('outputs', inputs.map(inputUrl));
  }

  /** @param {string} input  a file in the folder of inputs */
  feed(input) {
    return this.#call('feed', inputUrl(input));
  }

  /** @param {number} runs @returns {Promise<number[]>} milliseconds of each */
  turn(runs) {
    return this.#call('turn', runs);
  }

  /** Classes of pictures that the server has. @param {string[]} urls @returns {Promise<{name: string, total: number}[]>} */
  answers(urls) {
    return this.#call('answers', urls);
  }

  /** Milliseconds of a fixed loop; needs no contender. @returns {Promise<number>} */
  spin() {
    return this.#call('spin');
  }

  /** @param {{width: number, height: number, runs: number}} args @returns {Promise<{preprocess: number, postprocess: number}[]>} */
  pictures(args) {
    return this.#call('pictures', args);
  }

  /**
   * Live inference on the main thread of a fresh page.
   * @param {Model} model
   * @param {number} seconds
   * @returns {Promise<import('../browser/live.js').LiveFigures>}
   */
  async live(model, seconds) {
    await this.close();
    await this.open();
    return this.#call('live', { config: this.#config(this.#own(model)), seconds });
  }

  /** Bytes at peak: WebAssembly memory, and by how much the page's process outgrew an empty page's. */
  async memory() {
    return {
      heap: /** @type {number} */ (await this.#call('heap')),
      process: Math.max(0, await this.peakMemory() - this.#lab.emptyPage),
    };
  }

  /** The most memory that the page's process has had. Nothing says which it is: it is the one that computes when asked to. */
  async peakMemory() {
    const before = await rendererTimes(this.#lab.browser);
    for (let i = 0; i < 50; i += 1) await this.spin();
    const spent = [...await rendererTimes(this.#lab.browser)].map(([id, time]) => ({ id, time: time - (before.get(id) ?? 0) }));
    return peakMemory(spent.sort((one, other) => other.time - one.time)[0]?.id);
  }

  async close() {
    await this.#page?.context().close();
    this.#page = undefined;
  }
}

/** @param {string} file */
const inputUrl = (file) => `/inputs/${path.basename(file)}`;
