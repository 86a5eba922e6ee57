// The library as another page uses it: imported on a bare page, without ours around it. Tests hand
// over the text of a function body, which finds the helpers below in scope.

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
 * A page of the site with nothing on it.
 * @param {Site} site
 * @param {(page: import('playwright-core').Page) => Promise<unknown>} [prepare]
 */
export function openBare(site, prepare = async () => {}) {
  return site.open('bare.html', {}, async (fresh) => {
    await fresh.route('**/bare.html', (route) => route.fulfill({
      contentType: 'text/html', body: '<!doctype html><title>Bare</title>',
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
