// The library as another page uses it: imported on a bare page, without ours around it. The model is
// written here: it tells red, green and blue apart, so results are known without any training.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { colourModel, rareModel, unknownOperatorModel } from '../support/onnx.mjs';

const site = setUp();

/**
 * Runs `body` on a bare page, in which `lib` is the library, `model` the colour model's bytes and
 * `paint(colour, width, height)` gives a canvas.
 * @param {string} body  of an async function
 * @param {Buffer} [model]
 * @returns {Promise<any>}
 */
async function run(body, model = colourModel()) {
  const { page, close } = await site.open('bare.html', {}, (fresh) =>
    fresh.route('**/bare.html', (route) => route.fulfill({
      contentType: 'text/html', body: '<!doctype html><title>Bare</title>',
    })));
  const result = await page.evaluate(async ({ source, base64 }) => {
    const lib = await import(new URL('/gossamer.js', location.href).href);
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const paint = (/** @type {string} */ colour, width = 8, height = 8) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      context.fillStyle = colour;
      context.fillRect(0, 0, width, height);
      return canvas;
    };
    const fails = async (/** @type {() => Promise<unknown>} */ action) => {
      try {
        await action();
      } catch (error) {
        const failure = /** @type {any} */ (error);
        return { ...failure, isGossamerError: error instanceof lib.GossamerError, message: failure.message };
      }
      return 'did not fail';
    };
    const create = (/** @type {object} */ options) => lib.ImageClassifier.createFromModelBuffer(bytes, {
      labels: ['red', 'green', 'blue'], ...options,
    });
    const top = (/** @type {any} */ answer) => answer.classifications[0].categories[0].categoryName;
    const AsyncFunction = /** @type {any} */ (async () => {}).constructor;
    const names = ['lib', 'bytes', 'paint', 'fails', 'create', 'top'];
    return new AsyncFunction(...names, source)(lib, bytes, paint, fails, create, top);
  }, { source: body, base64: model.toString('base64') });
  await close();
  return result;
}

test('classifies every kind of pixel source', async () => {
  const labels = await run(`
    const classifier = await create();
    const canvas = paint('#0000ff', 20, 10);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve));
    const image = new Image();
    image.src = canvas.toDataURL();
    await image.decode();
    const offscreen = new OffscreenCanvas(20, 10);
    offscreen.getContext('2d').drawImage(canvas, 0, 0);
    const sources = {
      canvas, offscreen, image, blob,
      file: new File([blob], 'blue.png'),
      imageData: canvas.getContext('2d').getImageData(0, 0, 20, 10),
      plain: { width: 1, height: 1, data: new Uint8Array([0, 0, 255, 255]) },
      bitmap: await createImageBitmap(canvas),
      frame: new VideoFrame(canvas, { timestamp: 0 }),
    };
    const labels = {};
    for (const [kind, source] of Object.entries(sources)) labels[kind] = top(await classifier.classify(source));
    labels.bitmapAgain = top(await classifier.classify(sources.bitmap));
    return labels;
  `);
  assert.equal(Object.keys(labels).length, 10);
  for (const [kind, label] of Object.entries(labels)) assert.equal(label, 'blue', kind);
});

test('gives categories, scores and times in the documented form', async () => {
  const result = await run(`
    const classifier = await create();
    return classifier.classify(paint('#ff0000'));
  `);
  const [{ categories, headIndex }] = result.classifications;
  assert.equal(headIndex, 0);
  assert.deepEqual(categories[0], { ...categories[0], index: 0, categoryName: 'red', displayName: 'red' });
  const e = Math.E;
  assert.ok(Math.abs(categories[0].score - e / (e + 2)) < 1e-6, String(categories[0].score));
  assert.ok(Math.abs(categories[1].score - 1 / (e + 2)) < 1e-6);
  assert.equal(categories.length, 3);
  assert.equal(result.finite, true);
  const { preprocess, inference, total } = result.timing;
  assert.ok(preprocess >= 0 && inference >= 0 && total >= inference, JSON.stringify(result.timing));
});

test('selects categories by count, threshold and lists, and setOptions changes that', async () => {
  const names = await run(`
    const classifier = await create({ maxResults: 2 });
    const read = async () => (await classifier.classify(paint('#00ff00'))).classifications[0]
      .categories.map(({ categoryName }) => categoryName);
    const all = [await read()];
    for (const options of [
      { maxResults: 1 }, { maxResults: -1, scoreThreshold: 0.5 }, { scoreThreshold: 0, categoryDenylist: ['green'] },
      { categoryDenylist: [], categoryAllowlist: ['blue'] }, { categoryAllowlist: undefined, labels: ['r', 'g', 'b'] },
    ]) {
      await classifier.setOptions(options);
      all.push(await read());
    }
    return all;
  `);
  assert.equal(names[0].length, 2);
  assert.deepEqual(names.slice(1, 3), [['green'], ['green']]);
  assert.deepEqual(new Set(names[3]), new Set(['red', 'blue']));
  assert.deepEqual(names[4], ['blue']);
  assert.equal(names[5][0], 'g');
});

test('another recipe or model makes the session anew; a bad one leaves the old', async () => {
  const { first, inverted, failure, after, other } = await run(`
    const classifier = await create();
    const read = async () => top(await classifier.classify(paint('#ff0000')));
    const first = await read();
    await classifier.setOptions({ recipe: 'channels=bgr' });
    const inverted = await read();
    const failure = await fails(() => classifier.setOptions({ recipe: 'channels=purple' }));
    const after = await read();
    await classifier.setOptions({ recipe: '', baseOptions: { modelAssetBuffer: bytes } });
    return { first, inverted, failure, after, other: await read() };
  `);
  assert.equal(first, 'red');
  assert.equal(inverted, 'blue');
  assert.equal(failure.code, 'ARGUMENT');
  assert.equal(after, 'blue');
  assert.equal(other, 'red');
});

test('setOptions copies a buffer at once, and refuses what is fixed at the start', async () => {
  const { label, fixed, nothing } = await run(`
    const classifier = await create();
    const own = bytes.slice();
    const change = classifier.setOptions({ baseOptions: { modelAssetBuffer: own } });
    own.fill(0);
    await change;
    const label = top(await classifier.classify(paint('#00ff00'), null));
    const fixed = await Promise.all(['level', 'worker', 'wasmPaths'].map(async (name) =>
      (await fails(() => classifier.setOptions({ [name]: name === 'level' ? 'base' : '' }))).attribute));
    return { label, fixed, nothing: await fails(() => classifier.setOptions(null)) };
  `);
  assert.equal(label, 'green');
  assert.deepEqual(fixed, ['level', 'worker', 'wasmPaths']);
  assert.equal(nothing.code, 'ARGUMENT');
});

test('a region of interest cuts the picture', async () => {
  const labels = await run(`
    const classifier = await create();
    const canvas = paint('#ff0000', 40, 20);
    const context = canvas.getContext('2d');
    context.fillStyle = '#00f';
    context.fillRect(30, 0, 10, 20);
    const right = { left: 0.75, top: 0, right: 1, bottom: 1 };
    const data = context.getImageData(0, 0, 40, 20);
    const bad = await fails(() => classifier.classify(canvas, { regionOfInterest: { left: 1, top: 0, right: 0, bottom: 1 } }));
    return [
      top(await classifier.classify(canvas)),
      top(await classifier.classify(canvas, { regionOfInterest: right })),
      top(await classifier.classify(data, { regionOfInterest: right })),
      bad.code,
    ];
  `);
  assert.deepEqual(labels, ['red', 'blue', 'blue', 'ARGUMENT']);
});

test('a region thinner than a pixel still shows the pixel under it', async () => {
  const labels = await run(`
    const data = new Uint8ClampedArray(10 * 10 * 4).fill(255);
    for (let y = 0; y < 10; ++y) for (let x = 0; x < 10; ++x) {
      data.set([0, x === 9 && y < 9 ? 255 : 0, x === 9 && y < 9 ? 0 : 255], (y * 10 + x) * 4);
    }
    const classifier = await create();
    const rgba = { width: 10, height: 10, data };
    const canvas = paint('#0000ff', 10, 10);
    canvas.getContext('2d').putImageData(new ImageData(data, 10, 10), 0, 0);
    const regionOfInterest = { left: 0.96, top: 0, right: 1, bottom: 0.9 };
    return Promise.all([rgba, canvas].map(async (source) => top(await classifier.classify(source, { regionOfInterest }))));
  `);
  assert.deepEqual(labels, ['green', 'green']);
});

test('a frame of video is copied where that shows what drawing shows, and drawn where it fails', async () => {
  const { scores, drawn, copies, afterFailure } = await run(`
    // Red, and blue to the right; colours are stored for two by two pixels.
    const [width, height] = [40, 20];
    const planes = [[81, 41, 1], [90, 240, 2], [240, 110, 2]].map(([red, blue, step]) =>
      Array.from({ length: width * height / step / step }, (_, i) => i % (width / step) * step < 30 ? red : blue));
    const frame = new VideoFrame(new Uint8Array(planes.flat()), {
      format: 'I420', codedWidth: width, codedHeight: height, timestamp: 0,
    });
    const classifier = await create({ worker: false });
    const read = async (source, regionOfInterest) =>
      (await classifier.classify(source, { regionOfInterest })).classifications[0].categories;
    const regions = [undefined, { left: 0.75, top: 0, right: 1, bottom: 1 }, { left: 0.3, top: 0.1, right: 0.9, bottom: 0.35 }];
    const copyTo = VideoFrame.prototype.copyTo;
    let copies = 0;
    VideoFrame.prototype.copyTo = function (...args) {
      copies += 1;
      return copyTo.apply(this, args);
    };
    const scores = [];
    const drawn = [];
    for (const region of regions) {
      scores.push(await read(frame, region));
      drawn.push(await read(await createImageBitmap(frame), region));
    }
    VideoFrame.prototype.copyTo = () => Promise.reject(new Error('not today'));
    const afterFailure = await read(frame, regions[1]);
    return { scores, drawn, copies, afterFailure };
  `);
  assert.equal(copies, 3);
  assert.deepEqual(scores, drawn);
  assert.deepEqual(scores.map((/** @type {any} */ [{ categoryName }]) => categoryName), ['red', 'blue', 'red']);
  assert.deepEqual(afterFailure, drawn[1]);
});

test('memory of one snapshot serves the next, and never two at once', async () => {
  const labels = await run(`
    const classifier = await create();
    const pixels = (colour) => paint(colour).getContext('2d').getImageData(0, 0, 8, 8);
    const [red, green, blue] = ['#ff0000', '#00ff00', '#0000ff'].map(pixels);
    const labels = [];
    for (const source of [red, blue, green]) labels.push(top(await classifier.classify(source)));
    const together = await Promise.all([blue, red, green, blue].map((source) => classifier.classify(source)));
    return [...labels, ...together.map(top)];
  `);
  assert.deepEqual(labels, ['red', 'blue', 'green', 'blue', 'red', 'green', 'blue']);
});

test('an input of bytes takes the pixels as they are', async () => {
  const categories = await run(`
    const classifier = await create();
    const { classifications } = await classifier.classify(paint('#060400'));
    return classifications[0].categories.map(({ categoryName, score }) => [categoryName, score]);
  `, colourModel({ type: 'uint8' }));
  const powers = [6, 4, 0].map(Math.exp);
  const expected = powers.map((power) => power / powers.reduce((sum, value) => sum + value));
  assert.deepEqual(categories.map((/** @type {any} */ [name]) => name), ['red', 'green', 'blue']);
  categories.forEach((/** @type {any} */ [, score], /** @type {number} */ i) => assert.ok(Math.abs(score - expected[i]) < 1e-6, `${score} for ${expected[i]}`));
});

test('concurrent calls queue, in order, each with the pixels of its moment', async () => {
  const labels = await run(`
    const classifier = await create();
    const canvas = paint('#fff');
    const context = canvas.getContext('2d');
    const answers = ['#f00', '#0f0', '#00f', '#0f0', '#f00'].map((colour) => {
      context.fillStyle = colour;
      context.fillRect(0, 0, 8, 8);
      return classifier.classify(canvas);
    });
    return (await Promise.all(answers)).map(top);
  `);
  assert.deepEqual(labels, ['red', 'green', 'blue', 'green', 'red']);
});

test('for video the latest frame wins, and a dropped one resolves to null', async () => {
  const { results, back } = await run(`
    const classifier = await create();
    const colours = ['#f00', '#0f0', '#00f', '#0f0', '#00f'];
    const answers = colours.map((colour, i) => classifier.classifyForVideo(paint(colour), i * 10));
    const results = (await Promise.all(answers)).map((answer) => answer && [top(answer), answer.timestampMs]);
    return { results, back: await fails(() => classifier.classifyForVideo(paint('#000'), 5)) };
  `);
  assert.deepEqual(results.at(-1), ['blue', 40]);
  assert.ok(results.slice(1, -1).some((/** @type {unknown} */ entry) => entry === null), JSON.stringify(results));
  assert.equal(back.code, 'ARGUMENT');
});

test('a bad video frame displaces no good one, and no frame leaves a listener behind', async () => {
  const { label, bad, listeners } = await run(`
    const classifier = await create();
    const { signal } = new AbortController();
    let listeners = 0;
    for (const [method, change] of [['addEventListener', 1], ['removeEventListener', -1]]) {
      const original = signal[method].bind(signal);
      signal[method] = (...args) => { listeners += change; original(...args); };
    }
    const waiting = classifier.classifyForVideo(paint('#f00'), 1, { signal });
    const bad = await fails(() => classifier.classifyForVideo({}, 2, { signal }));
    const answer = await waiting;
    return { label: answer && top(answer), bad, listeners };
  `);
  assert.equal(label, 'red');
  assert.equal(bad.attribute, 'source');
  assert.equal(listeners, 0);
});

test('an exception of onProgress reaches the caller as it is', async () => {
  const message = await run(`
    const url = URL.createObjectURL(new Blob([bytes]));
    const onProgress = () => { throw new RangeError('mine'); };
    return (await fails(() => lib.ImageClassifier.createFromModelPath(url, { onProgress }))).message;
  `);
  assert.equal(message, 'mine');
});

test('loading and classifying can be aborted', async () => {
  const { before, during, queued, next } = await run(`
    const abort = new AbortController();
    const loading = fails(() => create({ signal: abort.signal }));
    setTimeout(() => abort.abort(), 1);
    const during = await loading;
    const before = await fails(() => create({ signal: AbortSignal.abort() }));
    const classifier = await create();
    const stop = new AbortController();
    const first = classifier.classify(paint('#f00'));
    const second = fails(() => classifier.classify(paint('#0f0'), { signal: stop.signal }));
    stop.abort();
    const queued = await second;
    await first;
    return { before, during, queued, next: top(await classifier.classify(paint('#00f'))) };
  `);
  for (const error of [before, during, queued]) {
    assert.equal(error.code, 'ABORTED');
    assert.ok(error.isGossamerError);
  }
  assert.equal(next, 'blue');
});

test('a closed classifier says so, and closing twice is fine', async () => {
  const { pending, after } = await run(`
    const classifier = await create();
    const pending = fails(() => classifier.classify(paint('#f00')));
    await classifier.close();
    await classifier.close();
    return { pending: await pending, after: await fails(() => classifier.classify(paint('#f00'))) };
  `);
  assert.equal(pending.code, 'HANDLE');
  assert.equal(after.code, 'HANDLE');
});

test('a worker that dies rejects what is pending and is replaced on the next call', async () => {
  const { pending, waited, next, workers } = await run(`
    const workers = [];
    const Original = Worker;
    globalThis.Worker = class extends Original {
      constructor(...args) { super(...args); workers.push(this); }
    };
    const classifier = await create();
    workers[0].postMessage = () => workers[0].terminate();
    const begin = performance.now();
    const pending = await fails(() => classifier.classify(paint('#f00')));
    const waited = performance.now() - begin;
    const next = top(await classifier.classify(paint('#00f')));
    return { pending, waited, next, workers: workers.length };
  `);
  assert.equal(pending.code, 'INTERNAL');
  assert.equal(pending.stage, 'worker');
  assert.ok(waited < 2000, `${waited} ms`);
  assert.equal(next, 'blue');
  assert.equal(workers, 2);
});

test('works on the calling thread when no worker is wanted', async () => {
  const { label, worker } = await run(`
    const classifier = await create({ worker: false });
    const label = top(await classifier.classify(paint('#0f0')));
    return { label, worker: (await classifier.info()).worker };
  `);
  assert.equal(label, 'green');
  assert.equal(worker, false);
});

test('info tells about the model and how it runs', async () => {
  const info = await run(`
    const classifier = await create({ warmup: true, level: 'simd' });
    return classifier.info();
  `);
  assert.equal(info.inputs[0].name, 'image');
  assert.deepEqual(info.inputs[0].shape, [1, 3, 8, 8]);
  assert.equal(info.outputs[0].name, 'probability');
  assert.equal(info.level, 'simd');
  assert.equal(info.threads, 1);
  assert.match(info.threadReason, /one thread/);
  assert.ok(info.steps.length >= 1);
  assert.ok(info.memory.arena_bytes > 0);
  assert.equal(info.worker, true);
  assert.match(info.version, /^\d+\.\d+\.\d+$/);
});

test('reports progress, and leaves the caller’s buffer alone', async () => {
  const { seen, kept, label } = await run(`
    const url = URL.createObjectURL(new Blob([bytes]));
    const seen = [];
    const classifier = await lib.ImageClassifier.createFromModelPath(url, {
      onProgress: (received, total) => seen.push([received, total]),
    });
    const own = bytes.slice();
    const second = await lib.ImageClassifier.createFromModelBuffer(own.buffer);
    return { seen, kept: own.byteLength, label: top(await second.classify(paint('#0f0'))) };
  `);
  const { length } = colourModel();
  assert.deepEqual(seen.at(-1), [length, length]);
  assert.equal(kept, length);
  assert.equal(label, '1');
});

test('says NONFINITE instead of failing', async () => {
  const result = await run(`
    const classifier = await create();
    return classifier.classify(paint('#f00'));
  `, colourModel({ bias: [0, NaN, 0] }));
  assert.equal(result.finite, false);
});

test('refuses unusable pictures before anything else', async () => {
  const failures = await run(`
    const classifier = await create();
    const detached = new Uint8ClampedArray(16);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    const sources = {
      nothing: null, text: 'picture.png', number: 7, object: {}, div: document.createElement('div'),
      unloaded: new Image(), emptyCanvas: paint('#fff', 0, 0), video: document.createElement('video'),
      short: { width: 4, height: 4, data: new Uint8Array(3) }, floats: { width: 1, height: 1, data: new Float32Array(4) },
      nan: { width: NaN, height: 1, data: new Uint8Array(4) }, detached: { width: 2, height: 2, data: detached },
      huge: { width: 1e5, height: 1e5, data: new Uint8Array(4) },
    };
    const failures = {};
    for (const [kind, source] of Object.entries(sources)) {
      failures[kind] = (await fails(() => classifier.classify(source))).code;
    }
    failures.noImage = (await fails(() => classifier.classify(new Blob(['no image'])))).code;
    failures.then = top(await classifier.classify(paint('#00f')));
    return failures;
  `);
  const { noImage, then, ...rest } = failures;
  for (const [kind, code] of Object.entries(rest)) assert.equal(code, 'ARGUMENT', kind);
  assert.equal(noImage, 'IMAGE');
  assert.equal(then, 'blue');
});

test('a rarer operator brings the module with all of them, and only then', async () => {
  const body = `
    const modules = () => performance.getEntriesByType('resource')
      .map(({ name }) => name.match(/gossamer-\\w+(-all)?\\.wasm$/)).filter(Boolean)
      .map(([, all]) => all ?? 'common');
    const classifier = await create();
    const label = top(await classifier.classify(paint('#00ff00')));
    const first = modules();
    const bad = await fails(() => classifier.setOptions({ baseOptions: { modelAssetBuffer: wobble } }));
    return { label, first, bad: bad.code, after: modules(), still: top(await classifier.classify(paint('#f00'))) };
  `;
  const plain = await run(`const wobble = Uint8Array.from(atob('${unknownOperatorModel().toString('base64')}'), (c) => c.charCodeAt(0));${body}`);
  assert.deepEqual(plain.first, ['common']);
  assert.equal(plain.label, 'green');
  assert.equal(plain.bad, 'UNSUPPORTED');
  assert.deepEqual(plain.after, ['common', '-all'], 'it was tried');
  assert.equal(plain.still, 'red', 'what worked before still works');
  const rare = await run(`const wobble = bytes;${body}`, rareModel());
  assert.equal(rare.label, 'green');
  assert.deepEqual(rare.first, ['common', '-all']);
});

test('a missing runtime names the address it was looked for at', async () => {
  const failure = await run(`return fails(() => create({ wasmPaths: '/nowhere' }));`);
  assert.equal(failure.code, 'NETWORK');
  assert.match(failure.message, /\/nowhere\/gossamer-\w+\.wasm/);
});
