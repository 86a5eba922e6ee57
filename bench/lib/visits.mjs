// Visits to the page of the start study (bench/browser/start.js): which contenders there are, and what one of
// them takes for one model, in a browser context of its own, from an empty cache and from a full one. Natively
// the same model is read and packed by the command line, in a process of its own.
import path from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumFlags, findChromium } from '../../tools/lib/chromium.mjs';
import { root } from '../../tools/lib/run.mjs';
import { serve } from '../../tools/serve.mjs';
import { NativeGossamer } from './native.mjs';

/** @typedef {import('../browser/start.js').Visit} Visit */
/** @typedef {import('./models.mjs').Model} Model */
/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {'gossamer' | 'ort'} api
 * @property {string} library  address
 * @property {string} wasmPaths
 *
 * @typedef {{empty: Visit[], full: Visit[]}} Visits  full: none of large models, which caches do not keep
 */

/** Bytes from which a model is visited less often, and without a full cache: Chromium does not keep such files. */
export const LARGE = 60e6;

/** Milliseconds until the processes that a new window starts for itself have come to rest. */
const SETTLING = 700;

/** @param {{peers: string, base?: string}} options @returns {Contender[]} */
export function contendersOf({ peers, base }) {
  const gossamer = (/** @type {string} */ name, /** @type {string} */ folder) =>
    /** @type {const} */ ({ name, api: 'gossamer', library: `${folder}gossamer.js`, wasmPaths: `${folder}wasm/` });
  const ort = '/peers/onnxruntime-web/dist/';
  return [
    gossamer('gossamer', '/dist/'),
    ...(base === undefined ? [] : [gossamer('before', '/base/')]),
    ...(peers === 'none' ? []
      : [/** @type {const} */ ({ name: 'onnxruntime-web', api: 'ort', library: `${ort}ort.wasm.min.mjs`, wasmPaths: ort })]),
  ];
}

/**
 * A browser and the servers that it visits.
 * @param {Model[]} models
 * @param {string} [base]  folder of the contender 'before'
 */
export async function openStreet(models, base) {
  const mounts = {
    '/bench/': path.join(root, 'bench'), '/dist/': path.join(root, 'dist'), '/peers/': path.join(root, 'node_modules'),
    ...(base === undefined ? {} : { '/base/': path.resolve(base) }),
    ...Object.fromEntries(models.map(({ name, file }) => [`/models/${name}/`, path.dirname(file)])),
  };
  const site = (/** @type {boolean} */ isolation) =>
    serve({ port: 0, root: path.join(root, 'bench'), cacheable: true, isolation, mounts });
  // Threads need isolated pages; with one thread most pages are not.
  const [plain, isolated] = await Promise.all([site(false), site(true)]);
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
  return {
    version: browser.version(),
    /** @param {Contender} contender @param {Model} model @param {number} threads @returns {Promise<Visit[]>} */
    async visit(contender, { name, file, bytes, input: { shape } }, threads) {
      const query = encodeURIComponent(JSON.stringify({
        ...contender, shape, threads, model: `/models/${name}/${path.basename(file)}`,
      }));
      const { url } = threads === 1 ? plain : isolated;
      return visitAgain(browser, `${url}/bench/browser/start.html?${query}`, bytes < LARGE ? 2 : 1);
    },
    async close() {
      await browser.close();
      await Promise.all([plain.close(), isolated.close()]);
    },
  };
}

/**
 * Visits of one browser context: the first fills the cache.
 * @param {import('playwright-core').Browser} browser
 * @param {string} address
 * @param {number} count
 * @returns {Promise<Visit[]>}
 */
async function visitAgain(browser, address, count) {
  const context = await browser.newContext();
  const visits = [];
  try {
    const page = await context.newPage();
    await page.waitForTimeout(SETTLING);
    while (visits.length < count) {
      await page.goto(address);
      visits.push(await /** @type {Promise<Visit>} */ (page.evaluate('visited')));
      await page.goto('about:blank');
    }
    return visits;
  } finally {
    await context.close();
  }
}

/** Milliseconds that reading and packing a model takes natively, on one thread. @param {Model} model */
export async function loadNatively(model) {
  const native = new NativeGossamer();
  try {
    return (await native.start(model)).load;
  } finally {
    await native.close();
  }
}
