// How models and modules arrive: progress, and servers that answer with something else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner } from './library.mjs';
import { colourModel } from '../support/onnx.mjs';

const site = setUp();
const run = bareRunner(site);

test('reports progress, and leaves the caller’s buffer alone', async () => {
  const { seen, kept, label } = await run(`
    const url = URL.createObjectURL(new Blob([bytes]));
    const seen = [];
    const classifier = await lib.ImageClassifier.createFromModelPath(url, {
      onProgress: (received, total) => seen.push([received, total]),
    });
    const own = bytes.slice();
    const second = await lib.ImageClassifier.createFromModelBuffer(own.buffer);
    return { seen, kept: own.byteLength, label: top(await second.classify(paint('#0f0'))) };
  `);
  const { length } = colourModel();
  assert.deepEqual(seen.at(-1), [length, length]);
  assert.equal(kept, length);
  assert.equal(label, '1');
});

test('an exception of onProgress reaches the caller as it is', async () => {
  const message = await run(`
    const url = URL.createObjectURL(new Blob([bytes]));
    const onProgress = () => { throw new RangeError('mine'); };
    return (await fails(() => lib.ImageClassifier.createFromModelPath(url, { onProgress }))).message;
  `);
  assert.equal(message, 'mine');
});

test('a missing runtime names the address it was looked for at', async () => {
  const failure = await run(`return fails(() => create({ wasmPaths: '/nowhere' }));`);
  assert.equal(failure.code, 'NETWORK');
  assert.match(failure.message, /\/nowhere\/gossamer-\w+\.wasm/);
});
