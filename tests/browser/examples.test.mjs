// The examples of docs/API.md run as they stand, on a page that has the library in gossamer/ and what a page has
// beside it: pictures, files, a video, and names that an app would have. (The one for Node runs in tests/package.)

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { setUp } from './helpers.mjs';
import { encodeModel } from '../support/onnx.mjs';

const site = setUp();
const text = readFileSync(`${root}/docs/API.md`, 'utf8');
const examples = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code).filter((code) => !code.includes("from 'gossamer'"));
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

/** Logits of a picture of 224 x 224 pixels: the means of its channels. */
const large = () => encodeModel({
  nodes: [
    { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
    { op: 'Flatten', inputs: ['mean'], outputs: ['logits'] },
  ],
  inputs: [{ name: 'image', shape: [1, 3, 224, 224] }],
  outputs: [{ name: 'logits', shape: [1, 3] }],
});

const split = new URL('../cases/external_data/', import.meta.url);
const weights = readFileSync(new URL('model.onnx.data', split));

/** What lies beside the page, by name. @type {Record<string, Buffer>} */
const beside = {
  'model.onnx': large(), 'weights/model.onnx.data': weights,
  'isolation-worker.js': readFileSync(`${root}/web/isolation-worker.js`),
};

/** What examples find in their page. */
const surroundings = () => `
  const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const [five, alike] = [${[heldOut('5/0032'), heldOut('5/0033')].map((each) => `'${each}'`)}].map((each) => new File([bytes(each)], 'digit.png'));
  const config = { size: 8, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
  Object.assign(globalThis, {
    photos: [five, alike], files: [five, new File(['no picture'], 'text.png')],
    modelFile: new File([bytes('${model().toString('base64')}')], 'model.onnx'),
    configFile: new File([JSON.stringify(config)], 'preprocessor_config.json'),
    dataFile: new File([bytes('${weights.toString('base64')}')], 'model.onnx.data'),
    file: new File([bytes('${model().toString('base64')}')], 'model.onnx'),
    photo: five, pixels: new Float32Array(3 * 224 * 224).fill(0.5),
    context: document.createElement('canvas').getContext('2d'),
    labelsFile: new File(['id,name\\n2,blue\\n0,red\\n1,green'], 'labels.csv'),
  });
`;

/**
 * Runs the example that uses a function, and gives what it prints.
 * @param {string | RegExp} name
 * @param {object} [more]
 * @param {string} [more.before]  code before it
 * @param {string} [more.after]  and after it
 * @param {string} [more.body]  of the page
 * @param {Record<string, Buffer>} [more.files]  beside the page, in place of those that are there
 * @returns {Promise<string[]>}
 */
async function run(name, { before = '', after: then = '', body = '', files = {} } = {}) {
  const code = examples.find((each) => new RegExp(typeof name === 'string' ? `\\b${name}\\b` : name).test(each));
  assert.ok(code, `no example of ${name}`);
  used.add(code);
  /** @type {string[]} */
  const printed = [];
  const { page, close } = await site.open('example.html', {}, async (fresh) => {
    await fresh.route('**/gossamer/**', async (route) => {
      route.fulfill({ response: await route.fetch({ url: route.request().url().replace('/gossamer/', '/') }) });
    });
    for (const [file, content] of Object.entries({ ...beside, ...files })) {
      await fresh.route(`${site.url}/${file}`, (route) => route.fulfill({ body: content, contentType: file.endsWith('.js') ? 'text/javascript' : undefined }));
    }
    await fresh.route('**/example.html', (route) => route.fulfill({
      contentType: 'text/html',
      // Not two scripts: the second would not wait for what the first awaits.
      body: `<!doctype html>${body}<script type="text" id="example">${code}\n${then}\ndocument.title = 'done';</script>
        <script type="module">${surroundings()}${before}
          const { textContent } = document.getElementById('example');
          document.head.append(Object.assign(document.createElement('script'), { type: 'module', textContent }));</script>`,
    }));
    fresh.on('pageerror', (error) => fresh.evaluate((stack) => { document.title = stack; }, String(error.stack)));
    fresh.on('console', (said) => { printed.push(said.text()); });
  });
  await page.waitForFunction(() => document.title);
  assert.equal(await page.title(), 'done');
  await close();
  return printed;
}

/** A five on a canvas, and a video of it. */
const FIVE = `
  const [{ ImageClassifier }, bitmap] = await Promise.all([import('/gossamer/gossamer.js'), createImageBitmap(photos[0])]);
  const canvas = document.querySelector('canvas') ?? document.createElement('canvas');
  Object.assign(canvas, { width: bitmap.width, height: bitmap.height }).getContext('2d').drawImage(bitmap, 0, 0);
  globalThis.ImageClassifier = ImageClassifier;
`;

test('a picture in, its classes out', async () => {
  const printed = await run(/maxResults: 3,\n.*onProgress/, { body: '<canvas></canvas>', before: FIVE });
  assert.match(printed.at(-4) ?? '', /^5 0\.\d+$/);
  assert.match(printed.at(-1) ?? '', /^[\d.]+ ms \+ [\d.]+ ms$/);
  const { length } = readFileSync(`${root}/models/digits/digits.onnx`);
  assert.equal(printed.at(-5), `${length} ${length}`);
});

test('weights in files beside the model', async () => {
  const model = readFileSync(new URL('model.onnx', split));
  await run('bytesOrBlobOrAddress', {
    before: `${FIVE} globalThis.bytesOrBlobOrAddress = dataFile;
      globalThis.modelFile = new File([bytes('${model.toString('base64')}')], 'model.onnx');`,
    files: { 'model.onnx': model },
  });
});

test('frames of a video', async () => {
  const [first, second] = await run('requestVideoFrameCallback', {
    before: `${FIVE}
      const video = document.createElement('video');
      Object.assign(video, { muted: true, srcObject: canvas.captureStream(10) });
      setInterval(() => canvas.getContext('2d').drawImage(bitmap, 0, 0), 50);
      const classifier = await ImageClassifier.createFromModelPath('gossamer/models/digits/digits.onnx');
      const seen = new Promise((resolve) => {
        let frames = 0;
        globalThis.show = ({ classifications }) => {
          console.log(classifications[0].categories[0].categoryName);
          frames += 1;
          if (frames === 2) resolve();
        };
      });
      await video.play();
      Object.assign(globalThis, { classifier, video, seen });`,
    after: 'await seen;',
  });
  assert.deepEqual([first, second], ['5', '5']);
});

test('tensors in, tensors out', async () => {
  const [values, result] = await run('Session');
  assert.match(values, /^\[Object\] \[Object\] \{.*producer: gossamer-tests/);
  assert.match(result, /^\[1, 3\] 0\.5 [\d.]+$/);
  assert.deepEqual(await run('ort'), ['Float32Array(3)']);
});

test('tools', async () => {
  await run('writeMetadata', { after: "if (!steps.length || !Object.keys(values).length) throw new Error('nothing was computed');" });
});

test('a page with Trusted Types, one that isolates itself, and a service worker', async () => {
  await run('trustedTypes', {
    after: "if (String(trustedTypes.defaultPolicy.createScriptURL(location.href))) throw new Error('any script may run');",
  });
  // There are no service workers in this browser, so that it goes on with one thread.
  assert.equal((await run('isolate', { before: "globalThis.start = () => console.log('started');" })).at(-1), 'started');
  await run('service-worker', { after: "if ((await classifier.info()).inputs[0].name !== 'image') throw new Error('another model');" });
});

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
