// The library as another page uses it, without ours around it: ImageClassifier on a bare page, for
// which tests hand over the text of a function body that finds the helpers below in scope; and the
// drop-in for onnxruntime-web.

import { colourModel } from '../support/onnx.mjs';

/** @typedef {Awaited<ReturnType<typeof import('./helpers.mjs')['setUp']>>} Site */

const HELPERS = ['lib', 'bytes', 'paint', 'fails', 'create', 'top'];

/**
 * For a site, the function that runs `body` on a fresh bare page, where
 * - `lib` is the library and `bytes` are the model's: the colour model, unless another is given;
 * - `paint(colour, width, height)` gives a canvas;
 * - `fails(action)` resolves to the fields of the error that the action ends in;
 * - `create(options)` makes a classifier of the model, and `top(result)` is its likeliest category.
 * @param {Site} site
 */
export function bareRunner(site) {
  /**
   * @param {string} body  of an async function
   * @param {Buffer} [model]
   * @param {(page: import('playwright-core').Page) => Promise<unknown>} [prepare]
   * @returns {Promise<any>}
   */
  return async (body, model = colourModel(), prepare = async () => {}) => {
    const { page, close } = await openBare(site, prepare);
    const result = await page.evaluate(evaluateBody, {
      body, names: HELPERS, base64: model.toString('base64'),
    });
    await close();
    return result;
  };
}

/**
 * For a site, the function that runs `body` on a fresh bare page, which is cross-origin isolated, with
 * the drop-in for onnxruntime-web, the model's bytes and the page's globals.
 * @param {Site} site
 */
export function ortRunner(site) {
  /**
   * @template T
   * @param {Buffer} model
   * @param {(ort: typeof import('../../web/ort.js'), bytes: Uint8Array<ArrayBuffer>, globals: any)
   *     => Promise<T>} body
   * @param {(page: import('playwright-core').Page) => Promise<unknown>} [prepare]
   * @returns {Promise<T>}
   */
  return async (model, body, prepare = async () => {}) => {
    const { page, close } = await openBare(site, async (fresh) => {
      await fresh.route('**/model.onnx', (route) => route.fulfill({ body: model }));
      await prepare(fresh);
    }, { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' });
    const result = await page.evaluate(`(async () => {
      const ort = await import('/ort.js');
      const bytes = new Uint8Array(await (await fetch('/model.onnx')).arrayBuffer());
      return (${body})(ort, bytes, globalThis);
    })()`);
    await close();
    return /** @type {T} */ (result);
  };
}

/**
 * A page of the site with nothing on it.
 * @param {Site} site
 * @param {(page: import('playwright-core').Page) => Promise<unknown>} [prepare]
 * @param {Record<string, string>} [headers]
 */
export function openBare(site, prepare = async () => {}, headers = {}) {
  return site.open('bare.html', { serviceWorkers: 'allow' }, async (fresh) => {
    await fresh.route('**/bare.html', (route) => route.fulfill({
      contentType: 'text/html', body: '<!doctype html><title>Bare</title>', headers,
    }));
    await prepare(fresh);
  });
}

/** In the page. @param {{body: string, names: string[], base64: string}} request */
async function evaluateBody({ body, names, base64 }) {
  const lib = await import(new URL('/gossamer.js', location.href).href);
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const paint = (/** @type {string} */ colour, width = 8, height = 8) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.fillStyle = colour;
    context.fillRect(0, 0, width, height);
    return canvas;
  };
  const fails = async (/** @type {() => Promise<unknown>} */ action) => {
    try {
      await action();
    } catch (error) {
      const failure = /** @type {any} */ (error);
      return { ...failure, isGossamerError: error instanceof lib.GossamerError, message: failure.message };
    }
    return 'did not fail';
  };
  const create = (/** @type {object} */ options) => lib.ImageClassifier.createFromModelBuffer(bytes, {
    labels: ['red', 'green', 'blue'], ...options,
  });
  const top = (/** @type {any} */ answer) => answer.classifications[0].categories[0].categoryName;
  const AsyncFunction = /** @type {any} */ (async () => {}).constructor;
  return new AsyncFunction(...names, body)(lib, bytes, paint, fails, create, top);
}
