// The examples of docs/API.md about extras.js run as they stand, on a page that has the library in gossamer/ and
// what a page has beside it: pictures and files.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { setUp } from './helpers.mjs';
import { encodeModel } from '../support/onnx.mjs';

const site = setUp();
const text = readFileSync(`${root}/docs/API.md`, 'utf8');
const section = text.slice(text.indexOf('\n## Extras\n'), text.indexOf('\n## Errors\n'));
const examples = [...section.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
/** @type {Set<string>} */
const used = new Set();

const heldOut = (/** @type {string} */ name) => readFileSync(`${root}/models/digits/heldout/${name}.png`).toString('base64');

/** Three classes of a picture of 8 x 8 pixels, without names. */
const model = () => encodeModel({
  nodes: [
    { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
    { op: 'Flatten', inputs: ['mean'], outputs: ['logits'] },
  ],
  inputs: [{ name: 'image', shape: [1, 3, 8, 8] }],
  outputs: [{ name: 'logits', shape: [1, 3] }],
});

/** What examples find in their page. */
const surroundings = () => `
  const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const [five, alike] = [${[heldOut('5/0032'), heldOut('5/0033')].map((each) => `'${each}'`)}].map((each) => new File([bytes(each)], 'digit.png'));
  const config = { size: 8, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
  Object.assign(globalThis, {
    photos: [five, alike], files: [five, new File(['no picture'], 'text.png')],
    modelFile: new File([bytes('${model().toString('base64')}')], 'model.onnx'),
    configFile: new File([JSON.stringify(config)], 'preprocessor_config.json'),
    labelsFile: new File(['id,name\\n2,blue\\n0,red\\n1,green'], 'labels.csv'),
  });
`;

/**
 * Runs the example that uses a function, and gives what it prints.
 * @param {string} name
 * @returns {Promise<string[]>}
 */
async function run(name) {
  const code = examples.find((each) => new RegExp(`\\b${name}\\b`).test(each));
  assert.ok(code, `no example of ${name}`);
  used.add(code);
  /** @type {string[]} */
  const printed = [];
  const { page, close } = await site.open('example.html', {}, async (fresh) => {
    await fresh.route('**/gossamer/**', async (route) => {
      route.fulfill({ response: await route.fetch({ url: route.request().url().replace('/gossamer/', '/') }) });
    });
    await fresh.route('**/example.html', (route) => route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><script type="module">${surroundings()}</script><script type="module">${code}\ndocument.title = 'done';</script>`,
    }));
    fresh.on('console', (said) => { printed.push(said.text()); });
  });
  await page.waitForFunction(() => document.title === 'done');
  await close();
  return printed;
}

test('embed and cosineSimilarity', async () => {
  const [cosine, ...more] = await run('cosineSimilarity');
  assert.ok(Number(cosine) > 0.5 && Number(cosine) < 1, cosine);
  assert.deepEqual(more, []);
});

test('estimate', async () => {
  const [unsupported, numbers] = await run('estimate');
  assert.equal(unsupported, '[]');
  assert.match(numbers, /^\d{4,} \d{5,} \d{5,} undefined$/);
});

test('classifyBatch', async () => {
  assert.deepEqual(await run('classifyBatch'), ['1 of 2', '2 of 2', '5', 'IMAGE']);
});

test('recipeFor, readConfig and labelsFrom', async () => {
  assert.deepEqual(await run('labelsFrom'), [
    'fit=shorter;resize=342;scale=0.00392156862745098;mean=0.485,0.456,0.406;std=0.229,0.224,0.225', '[cat, dog]',
  ]);
});

after(() => assert.equal(used.size, examples.length, 'an example is run by no test'));
