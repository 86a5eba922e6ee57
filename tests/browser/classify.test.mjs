// The library classifies: every kind of picture, regions of it, and the categories that come back.
// The model tells red, green and blue apart, so results are known without any training.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner } from './library.mjs';
import { elsewhereFlag, setUpOtherSite } from './otherSite.mjs';
import { encodePng } from './pictures.mjs';
import { colourModel, encodeModel } from '../support/onnx.mjs';

const site = setUp({ flags: [elsewhereFlag] });
const run = bareRunner(site);
const other = setUpOtherSite(site, {
  '/picture.png': (response) => {
    // It may be shown everywhere, but read nowhere else.
    response.writeHead(200, { 'Content-Type': 'image/png', 'Cross-Origin-Resource-Policy': 'cross-origin' });
    response.end(encodePng({ width: 2, height: 2, gray: new Uint8Array(4) }));
  },
});

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

test('an SVG that states no size is what the browser draws', async () => {
  const svg = readFileSync(new URL('../cases/svg_no_size/x_nosize.svg', import.meta.url), 'utf8');
  const { scores, drawn } = await run(`
    const image = new Image();
    image.src = 'data:image/svg+xml,' + encodeURIComponent(${JSON.stringify(svg)});
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    canvas.getContext('2d').drawImage(image, 0, 0);
    const classifier = await create();
    const read = async (source) => (await classifier.classify(source)).classifications[0].categories;
    return { scores: await read(image), drawn: await read(canvas) };
  `);
  assert.equal(scores[0].categoryName, 'red');
  assert.deepEqual(scores, drawn);
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
    const cropping = await create({ worker: false, recipe: 'fit=shorter;resize=8' });
    const read = async (source, regionOfInterest, by = classifier) =>
      (await by.classify(source, { regionOfInterest })).classifications[0].categories;
    const regions = [undefined, { left: 0.75, top: 0, right: 1, bottom: 1 }, { left: 0.3, top: 0.1, right: 0.9, bottom: 0.35 }];
    const copyTo = VideoFrame.prototype.copyTo;
    let copies = 0;
    VideoFrame.prototype.copyTo = function (...args) {
      const copied = copyTo.apply(this, args);
      copied.then(() => { copies += 1; }, () => {});
      return copied;
    };
    const scores = [];
    const drawn = [];
    for (const region of regions) {
      scores.push(await read(frame, region));
      drawn.push(await read(await createImageBitmap(frame), region));
    }
    // Wider than high, so that the crop leaves out both sides.
    scores.push(await read(frame, undefined, cropping));
    drawn.push(await read(await createImageBitmap(frame), undefined, cropping));
    VideoFrame.prototype.copyTo = () => Promise.reject(new Error('not today'));
    const afterFailure = await read(frame, regions[1]);
    return { scores, drawn, copies, afterFailure };
  `);
  assert.equal(copies, 4);
  assert.deepEqual(scores, drawn);
  assert.deepEqual(scores.map((/** @type {any} */ [{ categoryName }]) => categoryName), ['red', 'blue', 'red', 'red']);
  assert.deepEqual(afterFailure, drawn[1]);
});

test('a turned frame of video, painted or of planes as cameras give it, is taken as it is shown', async () => {
  const answers = await run(`
    // Red, and blue in the quarter to the right.
    const [width, height] = [40, 20];
    const canvas = paint('#ff0000', width, height);
    const context = canvas.getContext('2d');
    context.fillStyle = '#0000ff';
    context.fillRect(30, 0, 10, 20);
    const planes = [[81, 41, 1], [90, 240, 2], [240, 110, 2]].map(([red, blue, step]) =>
      Array.from({ length: width * height / step / step }, (_, i) => i % (width / step) * step < 30 ? red : blue));
    const frames = {
      painted: new VideoFrame(canvas, { timestamp: 0 }),
      I420: new VideoFrame(new Uint8Array(planes.flat()), { format: 'I420', codedWidth: width, codedHeight: height, timestamp: 0 }),
    };
    const sides = {
      right: { left: 0.8, top: 0, right: 1, bottom: 1 }, bottom: { left: 0, top: 0.8, right: 1, bottom: 1 },
      left: { left: 0, top: 0, right: 0.2, bottom: 1 }, top: { left: 0, top: 0, right: 1, bottom: 0.2 },
    };
    const classifier = await create({ worker: false, recipe: 'fit=stretch' });
    const read = async (source, side) =>
      (await classifier.classify(source, { regionOfInterest: sides[side] })).classifications[0].categories;
    const answers = [];
    for (const [kind, frame] of Object.entries(frames)) {
      for (const [rotation, flip, blue] of [[0, false, 'right'], [90, false, 'bottom'], [180, false, 'left'], [270, false, 'top'], [0, true, 'left'], [90, true, 'bottom']]) {
        const turned = new VideoFrame(frame, { timestamp: 0, rotation, flip });
        const drawing = new OffscreenCanvas(turned.displayWidth, turned.displayHeight);
        drawing.getContext('2d').drawImage(turned, 0, 0);
        const found = {};
        for (const side of Object.keys(sides)) found[side] = [await read(turned, side), await read(drawing, side)];
        answers.push({ what: [kind, rotation, flip].join(), blue, found, known: turned.rotation === rotation && turned.flip === flip });
      }
    }
    return answers;
  `);
  for (const { what, blue, found, known } of answers) {
    assert.ok(known, what);
    for (const [side, [taken, shown]] of Object.entries(found)) {
      assert.deepEqual(taken, shown, `${what}, ${side}`);
      assert.equal(taken[0].categoryName, side === blue ? 'blue' : 'red', `${what}, ${side}`);
    }
  }
});

test('what a crop leaves out is not fetched, and every kind of picture gives the same', async () => {
  const { answers, drawn } = await run(`
    // Red, green and blue beside each other, the middle one with a pattern; the crop takes the middle.
    const canvas = paint('#ff0000', 301, 100);
    const context = canvas.getContext('2d');
    context.fillStyle = '#0000ff';
    context.fillRect(201, 0, 100, 100);
    for (let y = 0; y < 100; ++y) for (let x = 100; x < 201; ++x) {
      context.fillStyle = 'rgb(' + x + ',' + (200 + y % 50) + ',' + y + ')';
      context.fillRect(x, y, 1, 1);
    }
    const data = context.getImageData(0, 0, 301, 100);
    const widths = [];
    const read = OffscreenCanvasRenderingContext2D.prototype.getImageData;
    OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...args) {
      widths.push(args[2]);
      return read.apply(this, args);
    };
    const classifier = await create({ worker: false, recipe: 'fit=shorter;resize=9' });
    const answers = {};
    const sources = { data, canvas, bitmap: await createImageBitmap(canvas), blob: await new Promise((done) => canvas.toBlob(done)) };
    for (const [kind, source] of Object.entries(sources)) {
      answers[kind] = (await classifier.classify(source)).classifications[0].categories;
    }
    // A larger picture with the same part in it.
    const larger = paint('#ffffff', 303, 102);
    larger.getContext('2d').drawImage(canvas, 1, 1);
    const regionOfInterest = { left: 1 / 303, top: 1 / 102, right: 302 / 303, bottom: 101 / 102 };
    answers.region = (await classifier.classify(larger, { regionOfInterest })).classifications[0].categories;
    return { answers, drawn: widths };
  `);
  assert.equal(answers.data[0].categoryName, 'green');
  for (const [kind, categories] of Object.entries(answers)) assert.deepEqual(categories, answers.data, kind);
  assert.equal(drawn.length, 4);
  for (const width of drawn) assert.ok(width < 200, `${width} columns read back`);
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

test('a small memory takes kernels that keep no larger weights', async () => {
  const wide = encodeModel({
    nodes: [
      { op: 'Conv', inputs: ['image', 'first'], outputs: ['a'], attributes: { pads: { ints: [1, 1, 1, 1] } } },
      { op: 'Conv', inputs: ['a', 'second'], outputs: ['b'], attributes: { pads: { ints: [1, 1, 1, 1] } } },
      { op: 'GlobalAveragePool', inputs: ['b'], outputs: ['mean'] },
      { op: 'Flatten', inputs: ['mean'], outputs: ['scores'] },
    ],
    initializers: {
      first: { dims: [32, 3, 3, 3], values: Array.from({ length: 864 }, (_, i) => Math.sin(i)) },
      second: { dims: [32, 32, 3, 3], values: Array.from({ length: 9216 }, (_, i) => Math.sin(i) / 20) },
    },
    inputs: [{ name: 'image', shape: [1, 3, 28, 28] }],
    outputs: [{ name: 'scores', shape: [1, 32] }],
  });
  const [fast, small] = await run(`
    const results = [];
    for (const memory of ['fast', 'small']) {
      const classifier = await create({ memory, labels: undefined });
      const { steps, memory: { weight_bytes } } = await classifier.info();
      const kernel = steps.filter(({ op }) => op === 'Conv')[1].kernel;
      results.push({ kernel, weight_bytes, label: top(await classifier.classify(paint('#c40'))) });
    }
    return results;
  `, wide);
  assert.match(fast.kernel, /winograd/);
  assert.match(small.kernel, /f32_conv/);
  assert.ok(small.weight_bytes < fast.weight_bytes / 2, `${small.weight_bytes} of ${fast.weight_bytes}`);
  assert.equal(small.label, fast.label);
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

test('a picture of another site is refused, and spoils none that follows', async () => {
  for (const worker of [true, false]) {
    const { failure, label } = await run(`
      const image = new Image();
      image.src = '${other.url}/picture.png';
      await image.decode();
      const classifier = await create({ worker: ${worker} });
      const failure = await fails(() => classifier.classify(image));
      return { failure, label: top(await classifier.classify(paint('#0f0', 2, 2))) };
    `);
    assert.equal(failure.code, 'IMAGE');
    assert.match(failure.message, /crossorigin/);
    assert.equal(label, 'green', worker ? 'in a worker' : 'on the calling thread');
  }
});
