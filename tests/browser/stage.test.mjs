// The stage of the Classify view when things come late, or together: a sample that was overtaken, and what was
// dropped.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { draw, ready, setUp } from './helpers.mjs';

const site = setUp();

/** A page on a model with samples; the answer to a sample waits until it is let go. */
async function openSlow() {
  /** @type {(() => unknown)[]} */
  const waiting = [];
  const opened = await site.open('?model=garments', {}, (page) => page.route('**/models/garments/**/*.png', (route) => {
    waiting.push(() => route.continue());
  }));
  await ready(opened.page);
  const mode = () => opened.page.locator('#frame').getAttribute('data-mode');
  /** Lets the answers go, and gives the page time to use them. */
  const answer = async () => {
    assert.ok(waiting.length > 0, 'a sample was asked for');
    for (const goOn of waiting.splice(0)) await goOn();
    await opened.page.waitForTimeout(700);
  };
  const ask = async () => {
    const request = opened.page.waitForRequest(/garments.*png/);
    await opened.page.getByTestId('sample').click();
    await request;
  };
  return { ...opened, mode, answer, ask };
}

test('a sample that comes late replaces nothing that was done since', async () => {
  const { page, close, mode, answer, ask } = await openSlow();
  await ask();
  await answer();
  assert.equal(await mode(), 'image', 'in time it is shown');
  await page.getByTestId('clear-pad').click();

  await ask();
  await draw(page, 1);
  await answer();
  assert.equal(await mode(), 'draw', 'a drawing stays');
  await page.getByTestId('clear-pad').click();

  await ask();
  await page.getByTestId('nav-models').click();
  await page.getByRole('heading', { name: 'Public classifiers' }).waitFor();
  await answer();
  await page.getByTestId('nav-classify').click();
  assert.equal(await mode(), 'draw', 'another view was opened');
  await close();
});
