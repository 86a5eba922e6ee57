// The examples of docs/API.md run as they stand, on a page without a bundler, as its section of that name says: with the
// library in gossamer/ and the import map. The page has what a page has beside it: pictures, files, a video, and names
// that an app would have. (The examples for Node run in tests/package, the settings of Vite in tests/integration.)

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { setUp } from './helpers.mjs';
import { encodeModel } from '../support/onnx.mjs';

const site = setUp();
const text = readFileSync(`${root}/docs/API.md`, 'utf8');
const [importMap] = /<script type="importmap">\n.*?"gossamer":.*?<\/script>/s.exec(text) ?? assert.fail('no import map');
const examples = text.split(/^(?=## )/m).filter((section) => !section.startsWith('## Under Node'))
  .flatMap((section) => [...section.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code))
  .filter((code) => !code.startsWith('// vite.config.js'));
/** @type {Set<string>} */
const used = new Set();

const heldOut = (/** @type {string} */ name) => readFileSync(`${root}/models/digits/heldout/${name}.png`).toString('base64');

/** Logits of three classes without names: the means of the picture's channels. @param {number} side */
const means = (side) => encodeModel({
  nodes: [
    { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
    { op: 'Flatten', inputs: ['mean'], outputs: ['logits'] },
  ],
  inputs: [{ name: 'image', shape: [1, 3, side, side] }],
  outputs: [{ name: 'logits', shape: [1, 3] }],
});
const model = () => means(8);
const large = () => means(224);

/** Three classes by a convolution, which takes longer than a clock's tick. */
const convolution = () => encodeModel({
  nodes: [
    { op: 'Conv', inputs: ['image', 'weights'], outputs: ['features'] },
    { op: 'GlobalAveragePool', inputs: ['features'], outputs: ['means'] },
    { op: 'Flatten', inputs: ['means'], outputs: ['vector'] },
    { op: 'MatMul', inputs: ['vector', 'matrix'], outputs: ['logits'] },
  ],
  initializers: {
    weights: { dims: [32, 3, 3, 3], values: Array(32 * 27).fill(0.1) }, matrix: { dims: [32, 3], values: Array(96).fill(0.1) },
  },
  inputs: [{ name: 'image', shape: [1, 3, 224, 224] }],
  outputs: [{ name: 'logits', shape: [1, 3] }],
});

/** Tags: one number for each channel, of pictures whose size is open. */
const tags = () => encodeModel({
  nodes: [
    { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
    { op: 'Flatten', inputs: ['mean'], outputs: ['means'] },
    { op: 'Sub', inputs: ['means', 'half'], outputs: ['logits'] },
  ],
  initializers: { half: { dims: [1], values: [0.5] } },
  inputs: [{ name: 'image', shape: [1, 3, 'height', 'width'] }],
  outputs: [{ name: 'logits', shape: [1, 3] }],
});

const split = new URL('../cases/external_data/', import.meta.url);
const weights = readFileSync(new URL('model.onnx.data', split));

const digits = readFileSync(`${root}/models/digits/digits.onnx`);

/** What lies beside the page, by name. @type {Record<string, Buffer>} */
const beside = {
  'model.onnx': digits, 'tags.onnx': tags(), 'weights/model.onnx.data': weights,
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
    photo: five, digest: '${createHash('sha256').update(digits).digest('hex')}', pixels: new Float32Array(3 * 224 * 224).fill(0.5),
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
 * @param {RegExp} [more.until]  the last line that is run, if not all are
 * @param {string} [more.body]  of the page
 * @param {boolean} [more.isolated]  the page, from other sites
 * @param {Record<string, Buffer>} [more.files]  beside the page, in place of those that are there
 * @returns {Promise<string[]>}
 */
async function run(name, { before = '', after: then = '', until, body = '', isolated = false, files = {} } = {}) {
  const code = examples.find((each) => new RegExp(typeof name === 'string' ? `\\b${name}\\b` : name).test(each));
  assert.ok(code, `no example of ${name}`);
  used.add(code);
  const cut = until?.exec(code);
  const part = cut ? code.slice(0, cut.index + cut[0].length) : code;
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
      headers: isolated ? { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' } : {},
      // Not two scripts: the second would not wait for what the first awaits.
      body: `<!doctype html>${importMap}${body}<script type="text" id="example">${part}\n${then}\ndocument.title = 'done';</script>
        <script type="module">${surroundings()}${before}
          const { textContent } = document.getElementById('example');
          document.head.append(Object.assign(document.createElement('script'), { type: 'module', textContent }));</script>`,
    }));
    fresh.on('pageerror', (error) => fresh.evaluate((stack) => { document.title = stack; }, String(error.stack)));
    // The browser itself says what could not be downloaded.
    fresh.on('console', (said) => { if (said.type() === 'log') printed.push(said.text()); });
  });
  await page.waitForFunction(() => document.title);
  assert.equal(await page.title(), 'done');
  await page.unrouteAll({ behavior: 'ignoreErrors' });  // files that nobody waits for any more
  await close();
  return printed;
}

/** A five on a canvas, and a video of it. */
const FIVE = `
  const [{ ImageClassifier }, bitmap] = await Promise.all([import('gossamer'), createImageBitmap(photos[0])]);
  const canvas = document.querySelector('canvas') ?? document.createElement('canvas');
  Object.assign(canvas, { width: bitmap.width, height: bitmap.height }).getContext('2d').drawImage(bitmap, 0, 0);
  globalThis.ImageClassifier = ImageClassifier;
`;

test('a picture in, its classes out', async () => {
  const printed = await run(/maxResults: 3,\n.*onProgress/, { body: '<canvas></canvas>', before: FIVE });
  assert.match(printed.at(-4) ?? '', /^5 0\.\d+$/);
  assert.match(printed.at(-1) ?? '', /^[\d.]+ ms \+ [\d.]+ ms$/);
  assert.equal(printed.at(-5), `${digits.length} ${digits.length}`);
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
      const classifier = await ImageClassifier.createFromModelPath('model.onnx');
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
  const files = { 'model.onnx': large() };
  const [values, result] = await run('Session', { files });
  assert.match(values, /^\[Object\] \[Object\] \{.*producer: gossamer-tests/);
  assert.match(result, /^\[1, 3\] 0\.5 [\d.]+$/);
  assert.deepEqual(await run(/import \* as ort/, { files }), ['Float32Array(3)']);
});

test('tools', async () => {
  await run('writeMetadata', { after: "if (!steps.length || !Object.keys(values).length) throw new Error('nothing was computed');" });
  const [share] = await run('editMetadata', {
    before: `file = new File([bytes('${convolution().toString('base64')}')], 'model.onnx');`,
    after: "if ((await classifier.info()).labels.join() !== 'red,green,blue') throw new Error('other labels');",
  });
  assert.match(share, /^\d+\.\d % of the peak$/);
});

test('a report of a model that cannot run', async () => {
  const unknown = encodeModel({
    nodes: [{ op: 'NonMaxSuppression', inputs: ['image', 'image'], outputs: ['y'] }],
    inputs: [{ name: 'image', shape: [1, 3, 8, 8] }], outputs: [{ name: 'y', shape: [1, 3] }],
  });
  const [said] = await run('inspectModel', {
    before: `file = new File([bytes('${unknown.toString('base64')}')], 'model.onnx');`,
    until: /^if \(report.*\n/m,  // what follows wants a model that can run
  });
  assert.match(said, /not supported.* NonMaxSuppression x1$/);
});

test('some of the classes', async () => {
  assert.match((await run('categoryAllowlist'))[0], /^\[5.*\]$/);
});

test('tags, of pictures whose size is open', async () => {
  // The five is light on dark: its colours are the same, and more of it is dark.
  assert.deepEqual(await run('tags.onnx'), ['red false', 'green false', 'blue false']);
});

test('a model that is kept by its digest', async () => {
  const kept = "const cache = await caches.open('gossamer-models'); for (let i = 0; i < 100 && !(await cache.keys()).length; ++i) await new Promise((done) => setTimeout(done, 20)); console.log((await cache.keys()).length);";
  assert.deepEqual(await run('digest', { after: kept }), [String(digits.length), '1']);
});

test('threads, levels and the module by hand', async () => {
  assert.deepEqual(await run('supportedLevels', { isolated: true }), ['2 so many were asked for', 'true']);
});

/** Names that examples take for granted: a classifier. */
const CLASSIFIER = `const { ImageClassifier } = await import('gossamer');
  globalThis.classifier = await ImageClassifier.createFromModelPath('model.onnx');`;

test('a part of a picture, turned', async () => {
  const before = `${FIVE}
    const side = Object.assign(document.createElement('canvas'), { width: 2 * canvas.height, height: canvas.width });
    const lying = side.getContext('2d');
    lying.translate(0, canvas.width);
    lying.rotate(-Math.PI / 2);
    lying.drawImage(canvas, 0, 0);
    globalThis.photo = side;`;
  assert.deepEqual(await run('rotationDegrees', { before }), ['5']);
});

test('options that change', async () => {
  assert.deepEqual(await run('setOptions', { before: CLASSIFIER }), ['NETWORK the old model stays', '1']);
  assert.deepEqual(await run('setOptions', { before: CLASSIFIER, files: { 'other.onnx': digits } }), ['1']);
});

test('what a model is', async () => {
  const [shapes, numbers] = await run(/await classifier\.info\(\);\nconsole\.log\(inputs/, { before: CLASSIFIER });
  assert.match(shapes, /^\[1, 1, 28, 28\] \[1, 10\] 28 x 28, gray \w+$/);
  assert.match(numbers, /^\d{5,} [\d.]+$/);
});

test('a call that is cancelled, and one that is not', async () => {
  const button = (/** @type {string} */ text) => `${CLASSIFIER} globalThis.cancelButton = ${text};`;
  assert.deepEqual(await run('cancelButton', { before: button('{}') }), ['5']);
  const [said] = await run('cancelButton', { before: button('{ set onclick(click) { click(); } }') });
  assert.match(said, /^cancelled: AbortError/);
  const [late] = await run('cancelButton', {
    before: `${button('{}')} AbortSignal.timeout = () => AbortSignal.abort(new DOMException('too long', 'TimeoutError'));`,
  });
  assert.match(late, /^cancelled: TimeoutError/);
});

test('the fields of an error', async () => {
  const [line, json, ...more] = await run(/instanceof GossamerError/);
  assert.match(line, /^NETWORK download .*missing\.onnx$/);
  const { code, stage, message } = JSON.parse(json);
  assert.equal([code, stage, message].join(' '), line);
  assert.deepEqual(more, []);
  // A file that lacks its end: there is something to do about it.
  const [, hint] = await run(/instanceof GossamerError/, { files: { 'missing.onnx': digits.subarray(0, 1000) } });
  assert.match(hint, /incomplete/);
});

test('pictures as tensors, and back', async () => {
  const [line] = await run('toImageData', {
    after: 'const { data } = context.getImageData(0, 0, 1, 1); if (data[3] !== 255) throw new Error(String(data));',
  });
  assert.equal(line, 'float32 [1, 3, 160, 224]');
});

test('recipes as objects', async () => {
  assert.deepEqual(await run('presetOf'), [
    'signed true true', 'fit=shorter;resize=256;mean=0.485,0.456,0.406;std=0.229,0.224,0.225',
  ]);
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

after(() => assert.deepEqual(examples.filter((code) => !used.has(code)), [], 'examples that no test runs'));
