// Models that the page's address names: a public one that lies beside the page, as models/fetch.mjs leaves it,
// and one on a hub. Stand-ins answer for the catalogue and for the hub.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { colourModel } from '../support/onnx.mjs';
import { errorText, expectClassifies, ready, setUp } from './helpers.mjs';
import { encodePng } from './pictures.mjs';

const site = setUp();
const white = { name: 'white.png', mimeType: 'image/png', buffer: encodePng({ width: 8, height: 8, gray: new Uint8Array(64).fill(255) }) };

const caseFile = (/** @type {string} */ name) => readFileSync(new URL(`../cases/external_data/${name}`, import.meta.url));

const model = colourModel();
const listed = {
  title: 'Colours', bytes: model.length, sha256: createHash('sha256').update(model).digest('hex'),
  license: 'MIT', labels: 'colours', recipe: 'turned', input: 'picture',
};
const zoo = {
  base: 'https://huggingface.co/some/',
  // Of white, green alone is left.
  recipes: { turned: 'fit=stretch;mean=1,0,1' },
  labels: { colours: ['rouge', 'vert', 'bleu'] },
  models: [{ ...listed, name: 'beside', file: 'zoo/colours.onnx' }, { ...listed, name: 'away', path: 'colours.onnx' }],
};

/**
 * The page at an address, and what it asked the hub for.
 * @param {string} path
 * @param {Record<string, Buffer>} [hub]  by path
 * @param {(page: import('playwright-core').Page) => Promise<unknown>} [prepare]
 */
async function open(path, hub = {}, prepare = async () => {}) {
  /** @type {string[]} */
  const asked = [];
  const opened = await site.open(path, {}, async (page) => {
    await page.route('**/models/zoo.json', (route) => route.fulfill({ json: zoo }));
    await page.route('**/models/zoo/colours.onnx', (route) => route.fulfill({ body: model, contentType: 'application/octet-stream' }));
    await page.route('https://huggingface.co/**', (route) => {
      const { pathname } = new URL(route.request().url());
      asked.push(pathname);
      const headers = { 'Access-Control-Allow-Origin': '*' };
      if (!hub[pathname]) return route.fulfill({ status: 404, headers, body: 'Entry not found' });
      return route.fulfill({ headers, body: hub[pathname], contentType: 'application/octet-stream' });
    });
    await prepare(page);
  });
  return { ...opened, asked };
}

/** The name of a white picture's class. @param {import('playwright-core').Page} page */
async function labelOfWhite(page) {
  await page.getByTestId('file-input').setInputFiles(white);
  await page.locator('#label:not([data-empty])').waitFor();
  return page.getByTestId('result-label').innerText();
}

test('a public model beside the page is used with the recipe and the labels of the catalogue', async () => {
  const { page, close, asked } = await open('?model=beside');
  await ready(page);
  assert.equal(await page.getByTestId('model-menu').inputValue(), 'beside');
  assert.equal(await labelOfWhite(page), 'vert');
  assert.deepEqual(asked, []);
  await close();
});

test('one that would have to be downloaded is not, without being asked for', async () => {
  const { page, close, asked } = await open('?model=away');
  assert.match(await errorText(page), /no model of the name[\s\S]*away/);
  await ready(page);
  await expectClassifies(page, 2);
  assert.deepEqual(asked, []);
  await close();
});

test('a catalogue that is broken, or whose reader does not come, costs nothing but its models', async () => {
  for (const [pattern, answer] of /** @type {const} */ ([
    ['**/models/zoo.json', { body: '{"models": [{"name": "beside"}]}', contentType: 'application/json' }],
    ['**/app/zoo/choices.js', { status: 503, body: '' }],
  ])) {
    const { page, close } = await open('?model=beside', {}, (fresh) => fresh.route(pattern, (route) => route.fulfill(answer)));
    assert.match(await errorText(page), /no model of the name[\s\S]*beside/, pattern);
    await ready(page);
    await expectClassifies(page, 3);
    await close();
  }
});

test('a model of a hub is read from the address of its file, or of its page', async () => {
  for (const way of ['resolve', 'blob']) {
    const { page, close, asked } = await open(`?model=https://huggingface.co/some/colours/${way}/main/onnx/model.onnx`,
      { '/some/colours/resolve/main/onnx/model.onnx': colourModel({ bias: [0, 0, 5] }) });
    await ready(page);
    const title = await page.getByTestId('model-menu').evaluate((/** @type {HTMLSelectElement} */ menu) => menu.selectedOptions[0].text);
    assert.equal(title, 'model.onnx');
    assert.deepEqual(asked, ['/some/colours/resolve/main/onnx/model.onnx'], way);
    await labelOfWhite(page);
    assert.equal(await page.locator('[data-testid=result-bars] li').nth(2).getAttribute('data-score').then((score) => Number(score) > 0.9), true);
    await close();
  }
});

test('weights in a file beside it come from the same folder of the hub', async () => {
  const folder = '/some/colours/resolve/main/';
  const { page, close, asked } = await open(`?model=https://huggingface.co${folder}model.onnx`,
    Object.fromEntries(['model.onnx', 'model.onnx.data'].map((name) => [folder + name, caseFile(name)])));
  await ready(page);
  assert.deepEqual(asked, [`${folder}model.onnx`, `${folder}model.onnx.data`]);
  await close();
});

test('a model that the hub does not have is said to be missing there', async () => {
  const { page, close } = await open('?model=https://huggingface.co/some/colours/resolve/main/none.onnx');
  assert.match(await errorText(page), /does not have the model[\s\S]*some\/colours\/resolve\/main\/none\.onnx[\s\S]*404/);
  assert.ok(await page.getByTestId('error').getByRole('button', { name: 'Try again' }).isVisible());
  await close();
});
