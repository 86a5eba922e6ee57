// The Inspect view as a user meets it: the layers of the digits model with their times, what one puts
// out, the heat map of a drawing, and the trace that Perfetto opens.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { draw, errorText, findings, misfits, reading, ready, setUp } from './helpers.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = setUp();

/** @param {{width: number, height: number}} [viewport] */
async function open(viewport = { width: 1280, height: 800 }) {
  const { page, close } = await site.open('?model=digits#inspect', { viewport });
  await ready(page);
  return { page, close };
}

/** Waits until everything that happens by itself has happened. @param {Page} page */
async function measured(page) {
  await page.getByTestId('layers').waitFor({ timeout: 60_000 });
  await page.getByTestId('inspect-progress').waitFor({ state: 'detached', timeout: 60_000 });
}

/** @param {Page} page */
const layers = (page) => page.getByTestId('layers').locator('tbody tr')
  .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent?.trim() ?? '')));

for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
  test(`layers, flame bar, activations and trace at ${viewport.width} x ${viewport.height}`, async () => {
    const { page, close } = await open(viewport);
    await measured(page);
    const rows = await layers(page);
    assert.ok(rows.length >= 5 && rows.some(([layer]) => layer.startsWith('Conv')), `${rows}`);
    const shares = rows.map((row) => parseFloat(row[2]));
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100) < 2, `${shares}`);
    const peaks = rows.map((row) => row[3]).filter((text) => text !== '–').map(parseFloat);
    assert.ok(peaks.length > 0 && peaks.every((peak) => peak > 0), `${rows.map((row) => row[3])}`);
    assert.equal(await page.locator('[data-testid=flame] [data-step]').count(), rows.length);

    // The widest segment is the layer with the largest share.
    const longest = shares.indexOf(Math.max(...shares));
    await page.locator(`[data-testid=flame] [data-step="${longest}"] rect`).click();
    const sheet = page.getByTestId('activations').locator('.sheet canvas');
    await sheet.first().waitFor();
    assert.equal(await page.locator('[data-testid=layers] tr.chosen th').innerText(), await page.getByTestId('layers').locator('tbody th').nth(longest).innerText());
    const [, channels] = /^(?:\d+ of )?(\d+) channels?/.exec(await page.getByTestId('activations').locator('.note').innerText()) ?? [];
    assert.equal(await sheet.count(), Math.min(64, Number(channels)));
    const varied = await sheet.evaluateAll((canvases) => /** @type {HTMLCanvasElement[]} */ (canvases).some((canvas) => {
      const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(0, 0, canvas.width, canvas.height);
      return new Set(data).size > 2;
    }));
    assert.ok(varied, 'there is something to be seen');
    assert.deepEqual([await findings(page), await misfits(page)], [[], []]);
    const other = longest === 0 ? 1 : 0;
    await page.getByTestId('layers').locator('tbody tr').nth(other).locator('td').first().click();
    await page.locator('[data-testid=layers] tbody tr.chosen', { hasText: rows[other][0] }).waitFor();

    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('save-trace').click()]);
    const trace = JSON.parse(readFileSync(await download.path(), 'utf8'));
    const complete = trace.traceEvents.filter((/** @type {any} */ event) => event.ph === 'X');
    assert.equal(complete.length, rows.length + 1);
    const [run, ...steps] = complete;
    assert.ok(Math.abs(steps.reduce((/** @type {number} */ sum, /** @type {any} */ { dur }) => sum + dur, 0) - run.dur) < 1e-6 * run.dur);
    assert.ok(steps.every((/** @type {any} */ { ts, dur, pid, tid }) => ts >= 0 && dur >= 0 && pid === 1 && tid === 1));
    await close();
  });
}

test('of many layers the page ends with its foot, and the keyboard keeps the chosen one in sight', async () => {
  const { page, close } = await site.open('?model=symbols#inspect');
  await ready(page);
  await measured(page);
  const radios = page.getByTestId('layers').locator('input');
  await radios.first().focus();
  await page.keyboard.press('Space');
  const steps = Math.min(25, await radios.count() - 1);
  assert.ok(steps > 15, `${steps} would fit without scrolling`);
  for (let i = 0; i < steps; i++) await page.keyboard.press('ArrowDown');
  const { row, box, below } = await page.evaluate(() => {
    const frame = (/** @type {string} */ where) => /** @type {Element} */ (document.querySelector(where)).getBoundingClientRect().toJSON();
    const { scrollHeight } = document.documentElement;
    return {
      row: frame('[data-testid=layers] tr.chosen'), box: frame('.inspect .layers .scroll'),
      below: scrollHeight - scrollY - frame('footer').bottom,
    };
  });
  assert.ok(row.top >= box.top && row.bottom <= box.bottom, `${row.top} to ${row.bottom} in ${box.top} to ${box.bottom}`);
  assert.ok(below < 60, `${below} pixels below the foot`);
  await close();
});

test('the heat map of a drawing is warm on the drawing', async () => {
  const { page, close } = await site.open('?model=digits');
  await ready(page);
  // A 7 in the left half of the pad; the right half is empty.
  await draw(page, 7, { scale: 0.5, dx: -0.22 });
  const { label } = await reading(page);
  await page.getByTestId('nav-inspect').click();
  await measured(page);
  assert.equal(await page.locator('.inspect .answer span').first().innerText(), label);
  await page.getByTestId('heat-begin').click();
  await page.getByTestId('heat-result').waitFor({ timeout: 60_000 });
  assert.match(await page.getByTestId('heat-result').innerText(), new RegExp(`^${label}: \\d+(\\.\\d)?% without a patch, (?!0)\\d`));
  // How strongly the map colours either half of the picture.
  const [left, right] = await page.locator('canvas.heat').evaluate((/** @type {HTMLCanvasElement} */ canvas) => {
    const { data, width, height } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(0, 0, canvas.width, canvas.height);
    const sums = [0, 0];
    for (let y = 0, at = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1, at += 4) sums[x < width / 2 ? 0 : 1] += Math.abs(data[at] - data[at + 2]);
    }
    return sums;
  });
  assert.ok(left > 5 * right, `${left} ${right}`);
  await close();
});

test('without a picture on stage the model shows what it makes of its first sample', async () => {
  const { page, close } = await site.open('?model=garments#inspect');
  await page.locator('.inspect .answer span').first().filter({ hasText: /\w/ }).waitFor();
  assert.equal(await page.locator('.inspect .answer span').first().innerText(), 'Ankle boot');
  assert.match(await page.getByTestId('stand-in').innerText(), /An example/);
  await page.getByTestId('inspect-input').setInputFiles(drawing('bar.svg', 64));
  await page.getByTestId('stand-in').waitFor({ state: 'detached' });
  await close();
});

test('a heat map can be cancelled, and a picture of one\'s own inspected', async () => {
  const { page, close } = await open();
  await measured(page);
  await page.getByTestId('inspect-input').setInputFiles(path.join(root, 'models/digits/heldout/5/0032.png'));
  await page.locator('.inspect .answer', { hasText: /^5/ }).waitFor();
  const client = await page.context().newCDPSession(page);
  await client.send('Emulation.setCPUThrottlingRate', { rate: 10 });
  await page.getByTestId('heat-begin').click();
  await page.getByText(/^\d+ of 225 places, \d+ s left$/).waitFor({ timeout: 60_000 });
  await page.getByTestId('heat-cancel').click();
  await page.getByText('Cancelled; places that were not covered yet are blank.').waitFor();
  await close();
});

/** An SVG of a size. @param {string} name @param {number} width */
const drawing = (name, width) => ({
  name, mimeType: 'image/svg+xml',
  buffer: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="32"><rect width="9" height="32"/></svg>`),
});

/** @param {Page} page @param {number} width  of the picture that is inspected */
const subject = (page, width) => page.waitForFunction((wanted) =>
  /** @type {HTMLCanvasElement | null} */ (document.querySelector('canvas.subject'))?.width === wanted, width);

test('a broken picture is said to be one; of two that are chosen the later stays', async () => {
  const { page, close } = await open();
  await page.getByTestId('inspect-input').waitFor({ state: 'attached' });
  await page.getByTestId('inspect-input').setInputFiles({ name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('no') });
  assert.match(await errorText(page), /^This picture cannot be read[\s\S]*broken\.png/);
  await page.evaluate(() => {
    const all = /** @type {any} */ (globalThis);
    const { decode } = HTMLImageElement.prototype;
    const first = new Promise((resolve) => { all.release = resolve; });
    HTMLImageElement.prototype.decode = async function slow() {
      HTMLImageElement.prototype.decode = decode;
      await first;
      all.decoded = decode.call(this);
      return all.decoded;
    };
  });
  await page.getByTestId('inspect-input').setInputFiles(drawing('slow.svg', 64));
  await page.getByTestId('inspect-input').setInputFiles(drawing('quick.svg', 48));
  await subject(page, 48);
  await page.evaluate(async () => {
    /** @type {any} */ (globalThis).release();
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    await /** @type {any} */ (globalThis).decoded;
  });
  await measured(page);
  await subject(page, 48);
  assert.ok(await page.getByTestId('error').isHidden());
  await close();
});

test('a model that is exchanged while it reads fails without a word', async () => {
  const { page, close } = await open();
  await measured(page);
  await page.evaluate(async () => {
    const all = /** @type {any} */ (globalThis);
    const { ImageClassifier } = await import(new URL('gossamer.js', document.baseURI).href);
    const { classify } = ImageClassifier.prototype;
    const gate = new Promise((resolve) => { all.release = resolve; });
    all.failed = new Promise((resolve) => {
      ImageClassifier.prototype.classify = async function late(/** @type {unknown[]} */ ...given) {
        ImageClassifier.prototype.classify = classify;
        all.asked = true;
        await gate;
        const reading = classify.apply(this, given);
        reading.catch(resolve);
        return reading;
      };
    });
  });
  await page.getByTestId('inspect-input').setInputFiles(drawing('one.svg', 64));
  await page.waitForFunction(() => /** @type {any} */ (globalThis).asked);
  await page.getByTestId('model-menu').selectOption('garments');
  await page.locator('.inspect h2', { hasText: /garment|clothes|fashion/i }).waitFor();
  const code = await page.evaluate(async () => {
    /** @type {any} */ (globalThis).release();
    return (await /** @type {any} */ (globalThis).failed).code;
  });
  assert.equal(code, 'HANDLE');
  await page.locator('.inspect .answer span').first().filter({ hasText: /[a-z]{3}/i }).waitFor();
  assert.ok(await page.getByTestId('error').isHidden());
  await close();
});

test('a model of faces says nothing of a picture without one', async () => {
  const { page, close } = await site.open('?model=emotions#inspect');
  await ready(page);
  await page.getByTestId('inspect-input').setInputFiles(drawing('bar.svg', 64));
  await subject(page, 64);
  await page.locator('.inspect .answer', { hasText: 'No face found' }).waitFor();
  assert.equal(await page.getByTestId('heat-begin').count(), 0);
  assert.equal(await page.locator('.inspect .answer').count(), 1);
  await close();
});

test('from a picture of one\'s own there is a way back to the one on stage', async () => {
  const { page, close } = await open();
  await page.getByTestId('inspect-input').waitFor({ state: 'attached' });
  const width = await page.locator('canvas.subject').evaluate((/** @type {HTMLCanvasElement} */ canvas) => canvas.width);
  assert.equal(await page.getByTestId('inspect-stage').count(), 0);
  await page.getByTestId('inspect-input').setInputFiles(drawing('bar.svg', 64));
  await subject(page, 64);
  await page.getByTestId('inspect-stage').click();
  await subject(page, width);
  await page.getByTestId('inspect-stage').waitFor({ state: 'detached' });
  await close();
});

/**
 * What had the keyboard at each change of the page, by the test's name, as long as an element was there: such an
 * element may be gone before a test sees it.
 * @param {Page} page
 * @param {string} id  the element's
 * @param {() => Promise<unknown>} action  what brings it and waits for its end
 */
async function focusedDuring(page, id, action) {
  await page.evaluate((name) => {
    const seen = /** @type {(string | null | undefined)[]} */ ([]);
    const watch = () => { if (document.querySelector(`[data-testid=${name}]`)) seen.push(document.activeElement?.getAttribute('data-testid')); };
    new MutationObserver(watch).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    Object.assign(globalThis, { focusSeen: seen });
  }, id);
  await action();
  return [...new Set(await page.evaluate(() => /** @type {any} */ (globalThis).focusSeen))];
}

test('the keyboard stays at the button that was pressed, or at the one that took its place', async () => {
  const { page, close } = await open();
  await measured(page);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
  const time = () => page.getByTestId('layers').innerText();
  await page.getByTestId('inspect-again').focus();
  assert.deepEqual(await focusedDuring(page, 'inspect-progress', async () => {
    const before = await time();
    await page.keyboard.press('Enter');
    while (await time() === before) await new Promise((resolve) => { setTimeout(resolve, 20); });
    await page.getByTestId('inspect-progress').waitFor({ state: 'detached' });
  }), ['inspect-again']);
  assert.equal(await focused(), 'inspect-again');
  await page.getByTestId('heat-begin').focus();
  assert.deepEqual(await focusedDuring(page, 'heat-cancel', async () => {
    await page.keyboard.press('Enter');
    await page.getByTestId('heat-result').waitFor({ timeout: 30_000 });
  }), ['heat-cancel']);
  assert.equal(await focused(), 'heat-begin');
  await close();
});
