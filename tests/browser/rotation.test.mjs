// Pictures that are turned before they are classified: the same, pixel by pixel, as pictures that were turned
// before, of every kind, as a whole and in part.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner, openBare } from './library.mjs';
import { encodeModel } from '../support/onnx.mjs';

const site = setUp();
const runBare = bareRunner(site);

/** Shows its input, and has scores that depend on every pixel. @param {number} width @param {number} height */
const model = (width, height) => encodeModel({
  nodes: [
    { op: 'Relu', inputs: ['image'], outputs: ['seen'] },
    { op: 'Flatten', inputs: ['seen'], outputs: ['flat'] },
    { op: 'MatMul', inputs: ['flat', 'weights'], outputs: ['scores'] },
  ],
  initializers: {
    weights: { dims: [3 * width * height, 2], values: Array.from({ length: 6 * width * height }, (_, i) => ((i * 13) % 17) / 17) },
  },
  inputs: [{ name: 'image', shape: [1, 3, height, width] }],
  outputs: [{ name: 'scores', shape: [1, 2] }],
});

/** In the page: a picture of pixels that all differ, one turned by hand, and what a model makes of one. */
const HELPERS = `
  const tools = await import('/tools.js');
  const blank = (width, height) => ({ width, height, data: new Uint8ClampedArray(width * height * 4) });
  const make = (width, height) => {
    const picture = blank(width, height);
    picture.data.forEach((_, i) => { picture.data[i] = i % 4 === 3 ? 255 : (i * 37 + (i >> 5)) % 256; });
    return picture;
  };
  const crop = (picture, x, y, width, height) => {
    const part = blank(width, height);
    for (let row = 0; row < height; row += 1) {
      const from = ((y + row) * picture.width + x) * 4;
      part.data.set(picture.data.subarray(from, from + width * 4), row * width * 4);
    }
    return part;
  };
  // A quarter to the right, so often.
  const turn = (picture, quarters) => {
    if (quarters === 0) return picture;
    const turned = blank(picture.height, picture.width);
    for (let y = 0; y < picture.height; y += 1) {
      for (let x = 0; x < picture.width; x += 1) {
        const from = (y * picture.width + x) * 4;
        const to = (x * turned.width + (turned.width - 1 - y)) * 4;
        for (let c = 0; c < 4; c += 1) turned.data[to + c] = picture.data[from + c];
      }
    }
    return turn(turned, quarters - 1);
  };
  const classifier = await lib.ImageClassifier.createFromModelBuffer(bytes, { scores: 'none', recipe: 'scale=1' });
  const scores = async (picture, options) => (await classifier.classify(picture, options)).classifications[0].categories
    .sort((a, b) => a.index - b.index).map(({ score }) => score);
  const pixels = async (picture, options) => [...(await tools.activations(classifier, picture, ['seen'], options)).seen.data];
  const same = async (picture, options, expected) => ({
    pixels: String(await pixels(picture, options)) === String(await pixels(expected)),
    scores: String(await scores(picture, options)) === String(await scores(expected)),
    plain: String(await scores(picture)) === String(await scores(expected)),
  });
`;

const right = { pixels: true, scores: true, plain: false };

test('a turned picture is the picture that was turned, pixel by pixel', async () => {
  for (const [quarters, degrees] of [[1, 90], [2, 180], [3, 270], [3, -90], [1, 450], [2, -540]]) {
    const found = await runBare(`${HELPERS}
      const picture = make(7, 4);
      return same(picture, { rotationDegrees: ${degrees} }, turn(picture, ${quarters}));
    `, quarters % 2 ? model(4, 7) : model(7, 4));
    assert.deepEqual(found, right, `${degrees} degrees`);
  }
  const whole = await runBare(`${HELPERS}
    const picture = make(7, 4);
    return [await same(picture, { rotationDegrees: 360 }, picture), await same(picture, { rotationDegrees: -0 }, picture)];
  `, model(7, 4));
  assert.deepEqual(whole, [0, 1].map(() => ({ ...right, plain: true })));
});

test('pictures of every kind are turned, and closed by nobody but their owner', async () => {
  const { found, owned } = await runBare(`${HELPERS}
    const picture = make(6, 4);
    const data = new ImageData(picture.data, 6, 4);
    const canvas = Object.assign(document.createElement('canvas'), { width: 6, height: 4 });
    canvas.getContext('2d').putImageData(data, 0, 0);
    const file = await new Promise((resolve) => { canvas.toBlob(resolve); });
    const image = Object.assign(new Image(), { src: URL.createObjectURL(file) });
    await image.decode();
    const bitmap = await createImageBitmap(canvas);
    const frame = new VideoFrame(picture.data, { format: 'RGBX', codedWidth: 6, codedHeight: 4, timestamp: 0 });
    const kinds = { data, canvas, file, image, bitmap, frame };
    const found = {};
    for (const [kind, source] of Object.entries(kinds)) found[kind] = await same(source, { rotationDegrees: 90 }, turn(picture, 1));
    return { found, owned: [bitmap.width, frame.codedWidth] };
  `, model(4, 6));
  for (const [kind, result] of Object.entries(found)) assert.deepEqual(result, right, kind);
  assert.equal(Object.keys(found).length, 6);
  assert.deepEqual(owned, [6, 6]);
});

test('the region is a part of the picture as it is given, cut out before it is turned', async () => {
  const found = await runBare(`${HELPERS}
    const picture = make(12, 10);
    const regionOfInterest = { left: 3 / 12, top: 1 / 10, right: 8 / 12, bottom: 5 / 10 };
    const canvas = Object.assign(document.createElement('canvas'), { width: 12, height: 10 });
    canvas.getContext('2d').putImageData(new ImageData(picture.data, 12, 10), 0, 0);
    const expected = turn(crop(picture, 3, 1, 5, 4), 3);
    return [
      await same(picture, { regionOfInterest, rotationDegrees: 270 }, expected),
      await same(canvas, { regionOfInterest, rotationDegrees: 270 }, expected),
    ];
  `, model(4, 5));
  assert.deepEqual(found, [right, right]);
});

test('in video, in embeddings, for a canvas that changes, and wrong angles', async () => {
  const { video, embedded, taken, failures } = await runBare(`${HELPERS}
    const extras = await import('/extras.js');
    const picture = make(7, 4);
    const expected = turn(picture, 1);
    const result = await classifier.classifyForVideo(picture, 1, { rotationDegrees: 90 });
    const video = result.classifications[0].categories.sort((a, b) => a.index - b.index).map(({ score }) => score);
    const canvas = Object.assign(document.createElement('canvas'), { width: 7, height: 4 });
    canvas.getContext('2d').putImageData(new ImageData(picture.data, 7, 4), 0, 0);
    const pending = scores(canvas, { rotationDegrees: 90 });
    canvas.getContext('2d').clearRect(0, 0, 7, 4);
    const failures = [];
    for (const rotationDegrees of [45, NaN, 'x', Infinity, 90.5]) {
      failures.push(await fails(() => classifier.classify(picture, { rotationDegrees })));
    }
    return { video: [video, await scores(expected)], taken: [await pending, await scores(expected)], failures,
      embedded: [[...await extras.embed(classifier, picture, { rotationDegrees: 90 })], [...await extras.embed(classifier, expected)]] };
  `, model(4, 7));
  assert.deepEqual(video[0], video[1]);
  assert.deepEqual(taken[0], taken[1]);
  assert.equal(embedded[0].length, 84);
  assert.deepEqual(embedded[0], embedded[1]);
  for (const { code, attribute, expected } of failures) {
    assert.deepEqual([code, attribute, expected], ['ARGUMENT', 'rotationDegrees', 'a multiple of 90']);
  }
});

test('in a service worker, which loads nothing later', async () => {
  const { page, close } = await openBare(site, async (fresh) => {
    await fresh.context().route('**/turning-worker.js', (route) => route.fulfill({ contentType: 'text/javascript', body: `
      import { ImageClassifier } from '/service-worker.js';
      self.onmessage = async ({ data, ports: [port] }) => {
        try {
          const classifier = await ImageClassifier.createFromModelBuffer(data, { scores: 'none' });
          const picture = { width: 3, height: 1, data: new Uint8ClampedArray(12).map((_, i) => i * 20) };
          const turned = { width: 1, height: 3, data: picture.data };
          const scores = async (...args) => (await classifier.classify(...args)).classifications[0].categories.map(({ score }) => score);
          port.postMessage([await scores(picture, { rotationDegrees: 90 }), await scores(turned)]);
        } catch (error) {
          port.postMessage(String(error));
        }
      };` }));
  });
  const answer = await page.evaluate(async (base64) => {
    await navigator.serviceWorker.register('/turning-worker.js', { type: 'module', scope: '/turning/' });
    const registration = /** @type {ServiceWorkerRegistration} */ (await navigator.serviceWorker.getRegistration('/turning/'));
    const worker = /** @type {ServiceWorker} */ (registration.installing ?? registration.waiting ?? registration.active);
    const { port1, port2 } = new MessageChannel();
    const answered = new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
    worker.postMessage(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)), [port2]);
    return answered;
  }, model(1, 3).toString('base64'));
  await close();
  assert.ok(Array.isArray(answer), String(answer));
  assert.deepEqual(answer[0], answer[1]);
});
