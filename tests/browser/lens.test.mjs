// The small picture of what the model sees, where the part of the page that makes it does not come.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { draw, findings, misfits, reading, ready, setUp } from './helpers.mjs';

const site = setUp();

test('what the model sees is said not to have come, and comes when it is tried again', async () => {
  for (const [part, viewport] of /** @type {const} */ ([['tools.js', { width: 1280, height: 800 }], ['tools/worker.js', { width: 360, height: 740 }]])) {
    const { page, close } = await site.open('', { viewport }, (fresh) => fresh.route(`**/${part}`, (route) => route.abort()));
    await ready(page);
    await draw(page, 6);
    const failed = page.getByTestId('preview-failed');
    await failed.waitFor();
    assert.match(await failed.innerText(), /What the model sees cannot be shown: [\s\S]*Try again/, part);
    assert.deepEqual([await findings(page), await misfits(page)], [[], []]);
    assert.equal((await reading(page)).label, '6');
    assert.ok(await page.getByTestId('error').isHidden(), 'the result does not hang on it');
    await page.unroute(`**/${part}`);
    await failed.getByRole('button').press('Enter');
    await page.getByTestId('recipe-preview').waitFor();
    assert.ok(await failed.isHidden());
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Options');
    await close();
  }
});
