// Makes symbols.onnx from the npm package detypify-service: its network byte for byte, and behind it,
// as metadata, the recipe and the names of the classes. The package states its licence in package.json
// and has no licence file, so the notice is written from there. tools/lib/bundled.mjs calls this.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeMetadata } from '../../tools/lib/onnx.mjs';

export const packages = ['detypify-service'];

/**
 * Strokes come as web/app/strokeRaster.js draws them, white on black, in the size of the input, and are kept
 * as they are. In any other picture the figure is found; thicker lines than the network was trained with want a
 * smaller box than the pad's 204 pixels.
 */
const RECIPE = 'channels=gray;fit=foreground;exact=keep;box=165;scale=0.00392156862745098;scores=softmax';

/**
 * @param {string} target  folder to write into
 * @param {Record<string, string>} folders  of the packages
 */
export async function build(target, folders) {
  const folder = folders['detypify-service'];
  const read = (/** @type {string} */ file) => readFileSync(path.join(folder, file));
  const about = JSON.parse(read('package.json').toString());
  /** @type {{char: string, names: string[]}[]} */
  const symbols = JSON.parse(read('train/infer.json').toString());
  // The sign alone would be ambiguous (epsilon and element of look alike), the name alone hard to read.
  const labels = symbols.map(({ char, names }) => `${char} ${names[0]}`);
  if (labels.some((label) => label.includes('\n'))) throw new Error('a name of a symbol has two lines');
  const metadata = encodeMetadata({
    'gossamer.recipe': RECIPE,
    'gossamer.labels': labels.join('\n'),
    'gossamer.name': 'Mathematical symbols',
    'gossamer.description': `Which of ${labels.length} symbols of mathematics and typography was drawn, by strokes.`,
    'gossamer.license': `${about.license}, ${about.author}; see LICENSE`,
    'gossamer.pad': 'strokes',
  });
  writeFileSync(path.join(target, 'symbols.onnx'), Buffer.concat([read('train/model.onnx'), metadata]));
  writeFileSync(path.join(target, 'LICENSE'), notice(about));
}

/** @param {{name: string, version: string, license: string, author: string, homepage: string}} about */
function notice({ name, version, license, author, homepage }) {
  if (license !== 'MIT') throw new Error(`${name} ${version} is under ${license}, not under MIT as expected`);
  return `symbols.onnx holds the network of the npm package ${name} ${version} (${homepage}),
whose package.json states: licence ${license}, author ${author}.

The MIT License

Copyright (c) ${author}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense,
and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN
NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY,
WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;
}
