// The symbols model as the build makes it from its package: the pad's picture against the package's own
// drawing, the classes against native onnxruntime, and what the page's samples are read as.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import ort from 'onnxruntime-node';
import { root } from '../../tools/lib/run.mjs';
import { SYMBOLS } from '../../web/app/symbolStrokes.js';
import { setUp } from '../browser/helpers.mjs';
import { openBare } from '../browser/library.mjs';

const folder = path.join(root, 'node_modules/detypify-service');
const site = setUp({ mounts: { '/detypify/': folder } });

/** An empty page that can import the package: it asks for onnxruntime-web, which its drawing does not need. */
async function openWithPackage() {
  const opened = await openBare(site);
  await opened.page.evaluate(() => {
    const map = { imports: { 'onnxruntime-web/wasm': '/ort.js' } };
    document.head.append(Object.assign(document.createElement('script'), { type: 'importmap', text: JSON.stringify(map) }));
  });
  return opened;
}

/** @typedef {[number, number][][]} Strokes */

/** Each sample as another hand would draw it: turned, squeezed, trembling. @returns {Record<string, Strokes>} */
function otherHands() {
  let state = 7;
  const tremble = () => ((state = (state * 48271) % 2147483647) / 2147483647 - 0.5) * 0.02;
  return Object.fromEntries(Object.entries(SYMBOLS).map(([sign, strokes]) => [sign, strokes.map((stroke) =>
    stroke.map(([x, y]) => [300 * (0.9 * x + 0.06 * y + tremble()), 300 * (y - 0.04 * x + tremble())]))]));
}

test('the pad draws strokes as the package does, to the pixel', async () => {
  const { page, close } = await openWithPackage();
  const drawings = [
    ...Object.values(SYMBOLS), ...Object.values(otherHands()),
    [[[5, 5]]], [[[10, 20], [10, 20]]], [[[0, 0], [300, 0]]], [[[-40, 7], [90, 7000]], []],
  ];
  const different = await page.evaluate(async (list) => {
    const [ours, theirs] = await Promise.all(
      ['/app/strokeRaster.js', '/detypify/dist/index.mjs'].map((address) => import(address)));
    const pixels = (/** @type {HTMLCanvasElement} */ canvas) =>
      canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return list.map((strokes) => {
      const expected = pixels(theirs.drawStrokes(strokes));
      const drawn = pixels(ours.drawStrokes(strokes));
      return expected.length === 224 * 224 * 4 && expected.every((value, i) => value === drawn[i]) ? 0 : 1;
    });
  }, drawings);
  await close();
  assert.deepEqual(different, drawings.map(() => 0));
});

test('classes and scores are those of onnxruntime, and the samples are read as what they are', async () => {
  const { page, close } = await openWithPackage();
  const drawings = [...Object.entries(SYMBOLS), ...Object.entries(otherHands())];
  const answers = await page.evaluate(async (list) => {
    const address = '/detypify/dist/index.mjs';
    const [{ ImageClassifier }, { drawStrokes }] = await Promise.all(['/gossamer.js', address].map((each) => import(each)));
    const classifier = await ImageClassifier.createFromModelPath('/models/symbols/symbols.onnx', { level: 'simd' });
    const read = [];
    for (const [, strokes] of list) {
      const canvas = /** @type {HTMLCanvasElement} */ (drawStrokes(strokes));
      const { classifications } = await classifier.classify(canvas);
      const rgba = canvas.getContext('2d')?.getImageData(0, 0, 224, 224).data ?? [];
      let gray = '';  // as text, which reaches the test faster than numbers
      for (let i = 0; i < rgba.length; i += 4) gray += String.fromCharCode(rgba[i]);
      const [best] = classifications[0].categories;
      read.push({ index: best.index, name: best.categoryName, score: best.score, gray });
    }
    return read;
  }, drawings);
  await close();
  const session = await ort.InferenceSession.create(path.join(folder, 'train/model.onnx'));
  for (const [place, { index, name, score, gray }] of answers.entries()) {
    const feed = new ort.Tensor('float32', Float32Array.from(Buffer.from(gray, 'latin1'), (value) => value / 255), [1, 1, 224, 224]);
    const { data } = (await session.run({ [session.inputNames[0]]: feed }))[session.outputNames[0]];
    const logits = Array.from(/** @type {Float32Array} */ (data));
    const top = Math.max(...logits);
    const probability = 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0);
    assert.equal(index, logits.indexOf(top), `drawing ${place}, read as ${name}`);
    assert.ok(Math.abs(score - probability) < 1e-3, `drawing ${place}: ${score}, onnxruntime ${probability}`);
  }
  const samples = Object.keys(SYMBOLS);
  assert.ok(samples.length >= 20);
  assert.deepEqual(answers.slice(0, samples.length).map(({ name }) => name.split(' ')[0]), samples);
});

/**
 * In the page: ink on paper under uneven light, out of focus and with noise, 640 x 480.
 * @param {{strokes: [number, number][][], seed: number}} subject
 */
async function readPhotograph({ strokes, seed }) {
  let state = seed;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const paper = context.createLinearGradient(0, 0, 640 * random(), 480);
  paper.addColorStop(0, `hsl(50, 20%, ${75 + 15 * random()}%)`);
  paper.addColorStop(1, `hsl(50, 20%, ${55 + 15 * random()}%)`);
  context.fillStyle = paper;
  context.fillRect(0, 0, 640, 480);
  const side = 480 * (0.45 + 0.25 * random());
  context.translate(320 - side / 2 + 60 * (random() - 0.5), 240 - side / 2 + 40 * (random() - 0.5));
  Object.assign(context, { lineCap: 'round', lineJoin: 'round', lineWidth: 5 + 5 * random(), strokeStyle: '#223', filter: 'blur(1px)' });
  context.beginPath();
  for (const stroke of strokes) {
    for (const [i, [x, y]] of stroke.entries()) context[i ? 'lineTo' : 'moveTo'](side * (x + 0.05 * (y - 0.5)), side * y);
  }
  context.stroke();
  const picture = context.getImageData(0, 0, 640, 480);
  for (let i = 0; i < picture.data.length; i += 1) picture.data[i] += 16 * (random() - 0.5);
  const { classifications } = await /** @type {any} */ (globalThis).classifier.classify(picture);
  return classifications[0].categories.slice(0, 3).map((/** @type {any} */ { categoryName }) => categoryName.split(' ')[0]);
}

test('most photographs of symbols on paper are read', async (t) => {
  const { page, close } = await openBare(site);
  await page.evaluate(async () => {
    const address = '/gossamer.js';
    const { ImageClassifier } = await import(address);
    const classifier = await ImageClassifier.createFromModelPath('/models/symbols/symbols.onnx', { level: 'simd' });
    Object.assign(globalThis, { classifier });
  });
  const counts = { first: 0, top3: 0, all: 0 };
  for (const seed of [1000, 2000]) {
    for (const [index, [sign, strokes]] of Object.entries(SYMBOLS).entries()) {
      const read = await page.evaluate(readPhotograph, { strokes, seed: seed + index });
      counts.all += 1;
      counts.first += Number(read[0] === sign);
      counts.top3 += Number(read.includes(sign));
    }
  }
  await close();
  t.diagnostic(`${counts.first} of ${counts.all} photographs are read, ${counts.top3} among the first three`);
  assert.ok(counts.first >= 0.7 * counts.all && counts.top3 >= 0.8 * counts.all, JSON.stringify(counts));
});

test('the network is the package\'s to the byte, and a notice of its licence lies beside it', () => {
  const original = readFileSync(path.join(folder, 'train/model.onnx'));
  const made = readFileSync(path.join(root, 'dist/models/symbols/symbols.onnx'));
  assert.ok(made.subarray(0, original.length).equals(original));
  assert.match(readFileSync(path.join(root, 'dist/models/symbols/LICENSE'), 'utf8'), /detypify-service [\s\S]*MIT[\s\S]*QuarticCat/);
});
