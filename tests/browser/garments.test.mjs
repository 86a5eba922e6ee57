// Garments in the page: pictures of the data set's test part as files, and drawings by hand on the pad.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { reading, ready, setUp } from './helpers.mjs';
import { root } from '../../tools/lib/run.mjs';

const site = setUp();
const folder = path.join(root, 'models/garments');

/** @param {import('playwright-core').Page} page @param {string} label */
const expectLabel = (page, label) => page.waitForFunction((wanted) =>
  document.querySelector('[data-testid=result-label]')?.textContent === wanted, label, { timeout: 10_000 });

test('garments of the test set are named', async () => {
  const { page, close } = await site.open('?model=garments');
  await ready(page);
  const samples = readdirSync(folder).filter((name) => name.startsWith('sample-'));
  assert.equal(samples.length, 5);
  for (const name of samples) {
    await page.getByTestId('clear-pad').click();
    await page.getByTestId('file-input').setInputFiles(path.join(folder, name));
    const words = name.replace('sample-', '').replace('.png', '').replace('-', ' ');
    await expectLabel(page, words[0].toUpperCase() + words.slice(1));
    const { scores } = await reading(page);
    assert.equal(scores.length, 10);
    assert.ok(Math.abs(scores.reduce((sum, score) => sum + score, 0) - 1) < 1e-3);
  }
  await close();
});

/** Outlines in parts of the pad, drawn in one go. @type {Record<string, [number, number][]>} */
const outlines = {
  Trouser: [[0.34, 0.1], [0.66, 0.1], [0.7, 0.9], [0.56, 0.9], [0.5, 0.36], [0.44, 0.9], [0.3, 0.9], [0.34, 0.1]],
  'T-shirt': [[0.4, 0.15], [0.5, 0.2], [0.6, 0.15], [0.88, 0.3], [0.8, 0.46], [0.69, 0.4], [0.69, 0.88], [0.31, 0.88],
    [0.31, 0.4], [0.2, 0.46], [0.12, 0.3], [0.4, 0.15]],
  'Ankle boot': [[0.48, 0.15], [0.82, 0.15], [0.84, 0.6], [0.86, 0.85], [0.12, 0.85], [0.14, 0.74], [0.3, 0.68], [0.46, 0.58],
    [0.48, 0.15]],
};

test('outlines drawn by hand are named', async () => {
  const { page, close } = await site.open('?model=garments');
  await ready(page);
  for (const [label, outline] of Object.entries(outlines)) {
    await page.getByTestId('clear-pad').click();
    const box = await page.getByTestId('draw-pad').boundingBox();
    assert.ok(box);
    const [first, ...rest] = outline.map(([x, y]) => /** @type {const} */ ([box.x + x * box.width, box.y + y * box.height]));
    await page.mouse.move(...first);
    await page.mouse.down();
    for (const point of rest) await page.mouse.move(...point, { steps: 6 });
    await page.mouse.up();
    assert.equal((await reading(page)).label, label);
  }
  await close();
});
