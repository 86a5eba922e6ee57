// Models of one's own for tests of the page, and how they are opened there.
import { encodeModel } from '../../tools/lib/onnx.mjs';
import { ready } from './helpers.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Of pictures of 224 pixels: their mean colours, weighted. @param {number} [classes] @param {(number | string)[]} [shape]  of the scores */
export const largeModel = (classes = 3, shape = [1, classes]) => encodeModel({
  nodes: [
    { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
    { op: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
    { op: 'MatMul', inputs: ['flat', 'weights'], outputs: ['logits'] },
  ],
  initializers: { weights: { dims: [3, classes], values: Array.from({ length: 3 * classes }, (_, i) => i % 7) } },
  inputs: [{ name: 'image', shape: [1, 3, 224, 224] }],
  outputs: [{ name: 'logits', shape }],
});

/** A model of three classes whose input is as large as the picture. @param {(number | string)[]} [shape] */
export const openModel = (shape = ['batch', 3, 'height', 'width']) => encodeModel({
  nodes: [
    { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
    { op: 'Flatten', inputs: ['mean'], outputs: ['scores'] },
  ],
  inputs: [{ name: 'image', shape }],
  outputs: [{ name: 'scores', shape: ['batch', 3] }],
});

/** @param {Page} page @param {...[string, Buffer | string]} files */
export async function give(page, ...files) {
  await page.getByTestId('model-input').setInputFiles(files.map(([name, content]) =>
    ({ name, mimeType: '', buffer: Buffer.from(content) })));
}

/**
 * What opens the page, with what tests look at.
 * @param {ReturnType<typeof import('./helpers.mjs').setUp>} site
 */
export function opener(site) {
  /** @param {import('playwright-core').BrowserContextOptions} [options] @param {(page: Page) => Promise<unknown>} [prepare] */
  return async (options, prepare) => {
    const opened = await site.open('', options, prepare);
    await ready(opened.page);
    return { ...opened, report: opened.page.getByTestId('report'), text: opened.page.getByTestId('recipe-text') };
  };
}
