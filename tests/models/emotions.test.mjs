// The face finder and the model of expressions as the build makes them, against the package that they
// are made from, in the same page, on the package's six sample photographs.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { setUp } from '../browser/helpers.mjs';
import { openBare } from '../browser/library.mjs';

const modules = path.join(root, 'node_modules');
const site = setUp({
  mounts: {
    '/face-api/': path.join(modules, '@vladmandic/face-api'),
    '/tfjs-wasm/': path.join(modules, '@tensorflow/tfjs-backend-wasm/dist'),
  },
});

/** Opens a page with ours, theirs and `photograph(number)` in its globals. */
async function openWithBoth() {
  const opened = await openBare(site);
  await opened.page.evaluate(async () => {
    const [{ ImageClassifier }, { FaceFinder }, faceapi] = await Promise.all(
      ['/gossamer.js', '/app/faces.js', '/face-api/dist/face-api.esm.js'].map((address) => import(address)));
    faceapi.tf.setWasmPaths('/tfjs-wasm/');
    await faceapi.tf.setBackend('wasm');
    await faceapi.nets.tinyFaceDetector.loadFromUri('/face-api/model');
    await faceapi.nets.faceExpressionNet.loadFromUri('/face-api/model');
    const classifier = await ImageClassifier.createFromModelPath('/models/emotions/emotions.onnx', { level: 'simd' });
    const finder = await FaceFinder.create('/models/emotions/face.onnx', { level: 'simd' });
    const photograph = async (/** @type {number} */ number) => {
      const image = new Image();
      image.src = `/face-api/demo/sample${number}.jpg`;
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: image.naturalWidth, height: image.naturalHeight });
      canvas.getContext('2d', { willReadFrequently: true })?.drawImage(image, 0, 0);
      return canvas;
    };
    Object.assign(globalThis, { faceapi, classifier, finder, photograph });
  });
  return opened;
}

/**
 * In the page: both finders' faces, and both networks' probabilities for the same 112 x 112 pixels.
 * @param {number} number  of the photograph
 */
async function compare(number) {
  const { faceapi, classifier, finder, photograph } = /** @type {any} */ (globalThis);
  const canvas = await photograph(number);
  const ours = await finder.findAll(canvas, { side: 416 });
  const found = await faceapi.detectAllFaces(canvas, new faceapi.TinyFaceDetectorOptions({ inputSize: 416 })).withFaceExpressions();
  const faces = await faceapi.extractFaces(canvas, found.map((/** @type {any} */ { detection }) => detection));
  const rows = [];
  for (const [index, { detection, expressions }] of found.entries()) {
    const { left, top, right, bottom } = detection.box;
    const [x, y] = [canvas.width, canvas.height];
    const box = { left: left / x, top: top / y, right: right / x, bottom: bottom / y };
    // The package leaves the margins transparent and reads them as black; we put what is transparent on white.
    const square = Object.assign(document.createElement('canvas'), { width: 112, height: 112 });
    const context = /** @type {CanvasRenderingContext2D} */ (square.getContext('2d'));
    context.fillRect(0, 0, 112, 112);
    context.drawImage(faceapi.imageToSquare(faces[index], 112, true), 0, 0);
    const theirs = await faceapi.nets.faceExpressionNet.predictExpressions(square);
    const read = async (/** @type {any} */ source, /** @type {object} */ options) =>
      (await classifier.classify(source, options)).classifications[0].categories;
    // Of our finder the face at the same place, cut out and brought to size by our own recipe.
    const distance = (/** @type {any} */ face) => Object.entries(box).reduce((sum, [side, value]) => sum + Math.abs(face.box[side] - value), 0);
    const [own] = [...ours].sort((a, b) => distance(a) - distance(b));
    const whole = own && await read(canvas, { regionOfInterest: own.region });
    rows.push({
      box, score: detection.score, own: own && { ...own, size: [x * (own.region.right - own.region.left), y * (own.region.bottom - own.region.top)] },
      theirs: { ...theirs },
      same: Object.fromEntries((await read(square, {})).map((/** @type {any} */ { categoryName, score }) => [categoryName, score])),
      names: [expressions.asSortedArray()[0].expression, whole?.[0].categoryName],
      extracted: [faces[index].width, faces[index].height],
    });
  }
  return { count: ours.length, rows };
}

test('the same faces as the package\'s finder, and the same probabilities', async (t) => {
  const { page, close } = await openWithBoth();
  let count = 0;
  let largest = 0;
  for (let number = 1; number <= 6; number += 1) {
    const photograph = await page.evaluate(compare, number);
    assert.equal(photograph.count, photograph.rows.length, `photograph ${number}: faces found`);
    for (const { box, score, own, theirs, same, names, extracted } of photograph.rows) {
      count += 1;
      assert.ok(Math.abs(own.score - score) < 1e-3, `photograph ${number}: score ${own.score}, theirs ${score}`);
      for (const [side, value] of Object.entries(box)) {
        assert.ok(Math.abs(own.box[side] - value) < 1e-3, `photograph ${number}: ${side} ${own.box[side]}, theirs ${value}`);
      }
      assert.deepEqual(own.size.map(Math.round), extracted, `photograph ${number}: pixels cut out`);
      assert.deepEqual(Object.keys(same).sort(), Object.keys(theirs).sort());
      for (const [name, probability] of Object.entries(theirs)) {
        const difference = Math.abs(same[name] - probability);
        assert.ok(difference < 1e-3, `photograph ${number}: ${name} ${same[name]}, theirs ${probability}`);
        largest = Math.max(largest, difference);
      }
      assert.equal(names[1], names[0], `photograph ${number}: the expression by our own way from the photograph`);
    }
  }
  assert.ok(count >= 12, `${count} faces`);
  t.diagnostic(`${count} faces; probabilities differ by at most ${largest.toExponential(1)}`);
  await close();
});

test('the smiling face is found in a photograph and in video, and read as happy', async () => {
  const { page, close } = await openWithBoth();
  const read = await page.evaluate(async () => {
    const { classifier, finder, photograph } = /** @type {any} */ (globalThis);
    const canvas = await photograph(1);
    const video = Object.assign(document.createElement('video'), { muted: true, srcObject: canvas.captureStream(5) });
    const drawing = setInterval(() => canvas.getContext('2d').fillRect(0, 0, 1, 1), 50);
    await video.play();
    const answers = [];
    for (const source of [canvas, video]) {
      const { region: regionOfInterest, score } = await finder.find(source);
      const { classifications } = await classifier.classify(source, { regionOfInterest });
      answers.push({ name: classifications[0].categories[0].categoryName, score });
    }
    clearInterval(drawing);
    return answers;
  });
  assert.deepEqual(read.map(({ name }) => name), ['happy', 'happy']);
  assert.ok(read.every(({ score }) => score > 0.5));
  await close();
});

test('a face is found whether it is a quarter of the picture or most of it', async () => {
  const { page, close } = await openWithBoth();
  const found = await page.evaluate(async () => {
    const { finder, photograph } = /** @type {any} */ (globalThis);
    const canvas = await photograph(1);
    const middle = [1573, 358];  // of her face, which is 275 pixels high
    const sizes = [];
    for (const share of [0.25, 0.4, 0.6, 0.9]) {
      for (const live of [true, false]) {
        const height = Math.min(275 / share, canvas.height);
        const width = Math.min((height * 4) / 3, canvas.width);
        const left = Math.min(Math.max(0, middle[0] - width / 2), canvas.width - width);
        const top = Math.max(0, middle[1] - height / 2);
        const part = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
        part.getContext('2d')?.drawImage(canvas, left, top, width, height, 0, 0, 640, 480);
        const faces = /** @type {import('../../web/app/faces.js').Face[]} */ (await finder.findAll(part, { live }));
        const there = faces.some(({ box }) => Math.abs((box.left + box.right) / 2 - (middle[0] - left) / width) < 0.08
          && Math.abs((box.top + box.bottom) / 2 - (middle[1] - top) / height) < 0.08);
        sizes.push(`${share} ${live ? 'live' : 'still'}: ${there}`);
      }
    }
    return sizes;
  });
  assert.deepEqual(found.filter((line) => !line.endsWith('true')), []);
  await close();
});

test('where there is no face, none is found', async () => {
  const { page, close } = await openWithBoth();
  const found = await page.evaluate(async () => {
    const { finder } = /** @type {any} */ (globalThis);
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    const empty = await finder.find(canvas);
    const gradient = context.createLinearGradient(0, 0, 640, 480);
    gradient.addColorStop(0, '#fc8');
    gradient.addColorStop(1, '#024');
    context.fillStyle = gradient;
    context.fillRect(0, 0, 640, 480);
    const plain = await finder.find(canvas);
    const nothing = await finder.find(Object.assign(document.createElement('canvas'), { width: 0 }));
    await finder.close();
    return [empty, plain, nothing];
  });
  assert.deepEqual(found, [undefined, undefined, undefined]);
  await close();
});
