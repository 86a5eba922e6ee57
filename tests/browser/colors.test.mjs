// The pictures of tests/image/colors.txt, whose files state other colours than those of sRGB: the
// list holds what this Chromium shows, so that the command line, which is held to the list, shows
// the same.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { chromiumFlags, findHeadlessShell } from '../../tools/lib/chromium.mjs';
import { shownPixels } from './make_colors.mjs';

test('colours are those in the list', async () => {
  const lines = readFileSync(new URL('../image/colors.txt', import.meta.url), 'utf8').trim().split('\n');
  assert.equal(lines.length, 27);
  const browser = await chromium.launch({ executablePath: findHeadlessShell(), args: chromiumFlags });
  const page = await browser.newPage();
  for (const line of lines) {
    const [name, , , channels, file, pixels] = line.split(' ');
    const shown = await shownPixels(page, Buffer.from(file, 'hex'));
    const kept = shown.filter((_, i) => i % 4 < (channels === '1' ? 1 : Number(channels)));
    const wanted = Buffer.from(pixels, 'hex');
    assert.equal(kept.length, wanted.length, name);
    const worst = kept.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i])), 0);
    assert.ok(worst <= 1, `${name}: ${worst} apart`);
  }
  await browser.close();
});
