// Pictures to tensors and back in the drop-in: the same values as onnxruntime's own JavaScript where
// that is right, and the right ones where it is not (it crops where it should scale, knows no uint8
// and no NHWC, writes into the caller's options, and its way back forgets the bias).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { setUp } from './helpers.mjs';
import { ortRunner } from './library.mjs';
import { elsewhereFlag, setUpOtherSite } from './otherSite.mjs';
import { encodePng } from './pictures.mjs';
import { colourModel } from '../support/onnx.mjs';

const site = setUp({ flags: [elsewhereFlag] });
const runner = ortRunner(site);
const gray = encodePng({ width: 3, height: 2, gray: new Uint8Array([0, 50, 100, 150, 200, 250]) });
const other = setUpOtherSite(site, {
  '/gray.png': (response) => {
    response.writeHead(200, { 'Content-Type': 'image/png', 'Cross-Origin-Resource-Policy': 'cross-origin' });
    response.end(gray);
  },
});

/**
 * @template T
 * @param {(ort: typeof import('../../web/ort.js'), bytes: Uint8Array, globals: any) => Promise<T>} body
 */
function inPage(body) {
  return runner(colourModel(), body, async (page) => {
    await page.route('**/gray.png', (route) => route.fulfill({ contentType: 'image/png', body: gray }));
    await page.route('**/notes.png', (route) => route.fulfill({ contentType: 'image/png', body: 'no picture' }));
    await page.route('**/common/*', (route) => {
      const name = path.basename(new URL(route.request().url()).pathname);
      const file = path.join(root, 'node_modules/onnxruntime-common/dist/esm', name);
      return route.fulfill({ contentType: 'text/javascript', body: readFileSync(file, 'utf8') });
    });
    await page.addInitScript((url) => Object.assign(globalThis, {
      elsewhere: url,
      // 3 x 2 pixels, all bytes different, opaque.
      sample: () => new ImageData(Uint8ClampedArray.from({ length: 24 },
        (_, i) => (i % 4 === 3 ? 255 : i * 10 + 1)), 3, 2),
    }), other.url);
  });
}

test('values are those of onnxruntime’s own JavaScript, for every order and norm', async () => {
  const results = await inPage(async (ort, bytes, globals) => {
    const address = '/common/index.js';
    const common = await import(address);
    const results = [];
    for (const tensorFormat of ['RGB', 'BGR', 'RBG', 'RGBA', undefined]) {
      for (const norm of [undefined, { mean: 2, bias: 1 }, { mean: [1, 2, 4], bias: [-1, 0.5, 3] },
        { mean: [1, 2, 4, 8], bias: [1, 2, 3, 4] }]) {
        const [got, expected] = await Promise.all([ort, common].map((one) =>
          one.Tensor.fromImage(globals.sample(), { tensorFormat, norm })));
        results.push([got, expected].map(({ type, dims, data }) => ({ type, dims: [...dims], data: [...data] })));
      }
    }
    return results;
  });
  assert.equal(results.length, 20);
  for (const [got, expected] of results) assert.deepEqual(got, expected);
});

test('NHWC, uint8 and half a norm are what they say, and options stay as they were', async () => {
  const got = await inPage(async (ort, bytes, globals) => {
    const plain = async (/** @type {any} */ options) => {
      const norm = Object.freeze(options.norm);
      const tensor = await ort.Tensor.fromImage(globals.sample(), Object.freeze({ ...options, norm }));
      return { type: tensor.type, dims: tensor.dims, data: Array.from(tensor.data, Number) };
    };
    return {
      nhwc: await plain({ tensorLayout: 'NHWC', tensorFormat: 'BGR', norm: { mean: 1 } }),
      bytes: await plain({ dataType: 'uint8' }),
      packed: await plain({ dataType: 'uint8', tensorLayout: 'NHWC', tensorFormat: 'RGBA' }),
      clamped: await plain({ dataType: 'uint8', norm: { bias: -100, mean: 0.6 } }),
      half: await plain({ norm: { bias: 1 } }),
    };
  });
  const bytes = Array.from({ length: 24 }, (_, i) => (i % 4 === 3 ? 255 : i * 10 + 1));
  const colour = (/** @type {number} */ which) => bytes.filter((_, i) => i % 4 === which);
  const pixels = [0, 1, 2, 3, 4, 5];
  assert.deepEqual(got.nhwc, {
    type: 'float32', dims: [1, 2, 3, 3], data: pixels.flatMap((i) => [bytes[4 * i + 2], bytes[4 * i + 1], bytes[4 * i]]),
  });
  assert.deepEqual(got.bytes, { type: 'uint8', dims: [1, 3, 2, 3], data: [0, 1, 2].flatMap(colour) });
  assert.deepEqual(got.packed, { type: 'uint8', dims: [1, 2, 3, 4], data: bytes });
  const clamp = (/** @type {number} */ value) => Math.min(255, Math.max(0, Math.round((value - 100) / 0.6)));
  assert.deepEqual(got.clamped.data, [0, 1, 2].flatMap(colour).map(clamp));
  assert.deepEqual(got.half.data, [0, 1, 2].flatMap(colour).map((value) => Math.fround((value + 1) / 255)));
});

test('every source gives the same tensor, as it is at the call', async () => {
  const got = await inPage(async (ort) => {
    const image = new Image();
    image.src = '/gray.png';
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: 3, height: 2 });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, 3, 2);
    const sources = {
      image, canvas, pixels, bitmap: await createImageBitmap(canvas), plain: { width: 3, height: 2, data: pixels.data },
      frame: new VideoFrame(canvas, { timestamp: 0 }), blob: await (await fetch('/gray.png')).blob(),
      address: 'gray.png', url: new URL('/gray.png', location.href), dataUrl: canvas.toDataURL(),
    };
    const tensors = Object.entries(sources).map(([name, source]) =>
      /** @type {const} */ ([name, ort.Tensor.fromImage(source)]));
    context.clearRect(0, 0, 3, 2);
    pixels.data.fill(0);
    return Promise.all(tensors.map(async ([name, tensor]) => {
      const data = /** @type {Float32Array} */ ((await tensor).data);
      return /** @type {const} */ ([name, Array.from(data, (value) => Math.round(value * 255))]);
    }));
  });
  assert.equal(got.length, 10);
  const channel = [0, 50, 100, 150, 200, 250];
  for (const [name, values] of got) {
    // A video frame passes through YUV.
    const error = Math.max(...values.map((value, i) =>
      Math.abs(value - channel[i % 6])));
    assert.ok(error <= (name === 'frame' ? 2 : 0), `${name}: ${values}`);
  }
});

test('a size that was asked for is scaled to, never cut out', async () => {
  const got = await inPage(async (ort) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 32 });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.fillStyle = '#f00';
    context.fillRect(0, 0, 32, 32);
    context.fillStyle = '#00f';
    context.fillRect(32, 0, 32, 32);
    const board = new ImageData(Uint8ClampedArray.from({ length: 64 * 64 * 4 },
      (_, i) => (i % 4 === 3 || ((i >> 2) + (i >> 8)) % 2 ? 255 : 0)), 64, 64);
    // As cameras give it: luminance, and two planes of colour for two by two pixels each.
    const planes = [[81, 41, 1], [90, 240, 2], [240, 110, 2]].map(([red, blue, step]) =>
      Array.from({ length: 64 * 32 / step / step }, (_, i) => i % (64 / step) * step < 32 ? red : blue));
    const frame = new VideoFrame(new Uint8Array(planes.flat()), {
      format: 'I420', codedWidth: 64, codedHeight: 32, timestamp: 0,
    });
    const sources = [
      context.getImageData(0, 0, 64, 32), canvas, await createImageBitmap(canvas), canvas.toDataURL(), frame,
    ];
    const halves = [];
    for (const source of sources) {
      const { dims, data } = await ort.Tensor.fromImage(source, { resizedWidth: 8, resizedHeight: 4 });
      const row = Array.from(data, Number).map(Math.round);
      halves.push([dims.join(), row.slice(0, 8).join(''), row.slice(64, 72).join('')]);
    }
    const one = await Promise.all([canvas, frame].map(async (source) =>
      (await ort.Tensor.fromImage(source, { resizedHeight: 16 })).dims.join()));
    const larger = await ort.Tensor.fromImage(board, { resizedWidth: 200, resizedHeight: 100 });
    const mean = await ort.Tensor.fromImage(board, { resizedWidth: 5, resizedHeight: 7, dataType: 'uint8' });
    return { halves, one, larger: larger.dims, mean: [...new Set(Array.from(mean.data, Number))] };
  });
  assert.equal(got.halves.length, 5);
  for (const half of got.halves) assert.deepEqual(half, ['1,3,4,8', '11110000', '00001111']);
  assert.deepEqual(got.one, ['1,3,16,64', '1,3,16,64']);
  assert.deepEqual(got.larger, [1, 3, 100, 200]);
  for (const value of got.mean) assert.ok(Math.abs(value - 127.5) < 4, `every pixel counts: ${got.mean}`);
});

test('the way back gives the same picture', async () => {
  const got = await inPage(async (ort, bytes, globals) => {
    const { data: expected } = globals.sample();
    const differences = [];
    for (const format of /** @type {const} */ (['RGB', 'BGR', 'RBG', 'RGBA'])) {
      for (const tensorLayout of /** @type {const} */ (['NCHW', 'NHWC'])) {
        for (const dataType of /** @type {const} */ (['float32', 'uint8'])) {
          const norm = dataType === 'float32' ? { mean: [58, 57, 57], bias: [-124, -117, -104] } : undefined;
          const tensor = await ort.Tensor.fromImage(globals.sample(), {
            tensorFormat: format, tensorLayout, dataType, norm,
          });
          const back = tensor.toImageData({ format, tensorLayout, norm });
          differences.push(back.data.filter((value, i) => value !== expected[i]).length);
          const image = new Image();
          image.src = tensor.toDataURL({ format, tensorLayout, norm });
          await image.decode();
          const again = await ort.Tensor.fromImage(image, { dataType: 'uint8', tensorLayout: 'NHWC', tensorFormat: 'RGBA' });
          differences.push(Array.from(again.data, Number).filter((value, i) => value !== expected[i]).length);
        }
      }
    }
    const plain = (await ort.Tensor.fromImage(globals.sample())).toImageData();
    differences.push(plain.data.filter((value, i) => value !== expected[i]).length);
    return differences;
  });
  assert.equal(got.length, 33);
  assert.deepEqual(new Set(got), new Set([0]));
});

test('what cannot be a picture, or not that way, is refused', async () => {
  const said = await inPage(async (ort, bytes, globals) => {
    const foreign = new Image();
    foreign.src = `${globals.elsewhere}/gray.png`;
    await foreign.decode();
    const from = (/** @type {any} */ image, /** @type {any} */ options = undefined) => () => ort.Tensor.fromImage(image, options);
    const sample = globals.sample();
    const tensor = await ort.Tensor.fromImage(sample);
    const four = new ort.Tensor('uint8', new Uint8Array(24), [1, 3, 2, 4]);
    const flat = new ort.Tensor('float32', [1, 2], [2]);
    const whole = new ort.Tensor('int64', [1n, 2n, 3n], [1, 3, 1, 1]);
    const attempts = /** @type {[string, () => any][]} */ ([
      ['ARGUMENT source', from(7)], ['ARGUMENT source', from(null)], ['ARGUMENT source', from({})],
      ['ARGUMENT image', from('http://')], ['NETWORK', from('/nothing.png')], ['IMAGE', from('/notes.png')],
      ['IMAGE', from(foreign)], ['IMAGE', from(foreign, { resizedWidth: 2 })],
      ['ARGUMENT format', from(sample, { tensorFormat: 'rgb' })],
      ['ARGUMENT tensorLayout', from(sample, { tensorLayout: 'CHW' })],
      ['ARGUMENT dataType', from(sample, { dataType: 'float16' })],
      ['ARGUMENT norm', from(sample, { norm: null })], ['ARGUMENT norm.mean', from(sample, { norm: { mean: 0 } })],
      ['ARGUMENT norm.mean', from(sample, { norm: { mean: [1, 2] } })],
      ['ARGUMENT norm.bias', from(sample, { norm: { bias: [1, 2, NaN] } })],
      ['ARGUMENT norm.bias', from(sample, { norm: { bias: '1' } })],
      ['ARGUMENT resizedWidth', from(sample, { resizedWidth: NaN })],
      ['ARGUMENT resizedHeight', from(sample, { resizedHeight: 0 })],
      ['ARGUMENT source', from(sample, { resizedWidth: 1e5, resizedHeight: 1e5 })],
      ['ARGUMENT tensor', () => flat.toImageData()], ['ARGUMENT tensor', () => whole.toImageData()],
      ['ARGUMENT format', () => tensor.toImageData({ format: 'RGBA' })],
      ['ARGUMENT format', () => four.toDataURL({ format: 'RGB', tensorLayout: 'NHWC' })],
    ]);
    const results = [];
    for (const [expected, attempt] of attempts) {
      try {
        await attempt();
        results.push([expected, 'did not fail']);
      } catch (error) {
        const { code, attribute, message } = /** @type {any} */ (error);
        results.push([expected, code ? [code, ...(code === 'ARGUMENT' ? [attribute] : [])].join(' ') : message]);
      }
    }
    results.push(['still', (await ort.Tensor.fromImage(sample)) && 'still']);
    return results;
  });
  assert.equal(said.length, 24);
  for (const [expected, got] of said) assert.equal(got, expected);
});
