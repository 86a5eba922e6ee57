// What Inspect makes of a profile, of activations and of answers to covered pictures.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelSheet, rgbaOf } from '../../web/app/inspect/channels.js';
import { layersOf, totals } from '../../web/app/inspect/layers.js';
import { cover, coverColour, heatPixels, occlusionMap, patches } from '../../web/app/inspect/occlusion.js';
import { traceOf } from '../../web/app/inspect/trace.js';

/** @param {string} op @param {number} milliseconds @param {number} multiplyAdds */
const step = (op, milliseconds, multiplyAdds, parameters = 0) => ({
  op, node: `/${op.toLowerCase()}`, kernel: `f32_${op.toLowerCase()}`, shape: [1, 8, 8, 4], parameters, multiplyAdds, milliseconds,
});

const steps = [step('Conv', 3, 6e6, 1000), step('Relu', 0.5, 0), step('Conv', 1, 1e6, 500), step('Gemm', 0.5, 1e3, 1e6)];
const peak = 4e9;

test('shares of the time, rates and shares of the peak', () => {
  const layers = layersOf(steps, peak);
  assert.deepEqual(layers.map(({ share }) => share), [0.6, 0.1, 0.2, 0.1]);
  assert.deepEqual(layers.map(({ start }) => Number(start.toFixed(6))), [0, 0.6, 0.7, 0.9]);
  assert.equal(layers[0].rate, 2e9);
  assert.equal(layers[0].ofPeak, 0.5);
  assert.equal(layers[1].ofPeak, undefined, 'nothing is computed');
  assert.equal(layersOf(steps)[0].ofPeak, undefined, 'no share without a peak');
  const all = totals(steps, peak);
  assert.deepEqual([all.milliseconds, all.multiplyAdds, all.parameters], [5, 7_001_000, 1_001_500]);
  assert.equal(all.ofPeak, 7_001_000 / 0.005 / 4e9);
});

test("a trace is Chrome's: complete events in microseconds that lie within the run", () => {
  const trace = JSON.parse(JSON.stringify(traceOf('digits', steps, { browser: 'Chrome 156' })));
  assert.equal(trace.displayTimeUnit, 'ms');
  const complete = trace.traceEvents.filter((/** @type {any} */ event) => event.ph === 'X');
  const metadata = trace.traceEvents.filter((/** @type {any} */ event) => event.ph === 'M');
  assert.equal(complete.length + metadata.length, trace.traceEvents.length);
  for (const event of complete) {
    assert.ok(typeof event.name === 'string' && event.ts >= 0 && event.dur >= 0 && Number.isInteger(event.pid) && Number.isInteger(event.tid));
  }
  for (const event of metadata) assert.ok(/^(process|thread)_name$/.test(event.name) && typeof event.args.name === 'string');
  const [run, ...inner] = complete;
  assert.equal(run.dur, 5000);
  assert.deepEqual(inner.map((/** @type {any} */ event) => [event.cat, event.ts, event.dur]),
    [['Conv', 0, 3000], ['Relu', 3000, 500], ['Conv', 3500, 1000], ['Gemm', 4500, 500]]);
  assert.deepEqual(inner[0].args, { kernel: 'f32_conv', shape: '1x8x8x4', parameters: 1000, multiplyAdds: 6e6 });
});

/** @param {number} width @param {number} height @param {(x: number, y: number) => number[]} colour */
function pixels(width, height, colour) {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) data.set([...colour(x, y), 255], 4 * (y * width + x));
  return { width, height, data };
}

test('a drawing is covered with its ground, a photograph with its mean', () => {
  assert.deepEqual(coverColour(pixels(10, 10, (x) => (x === 5 ? [0, 0, 0] : [250, 251, 252]))), [250, 251, 252]);
  assert.deepEqual(coverColour(pixels(11, 1, (x) => [20 * x, 0, 100])), [100, 0, 100]);
  const before = pixels(4, 4, () => [9, 9, 9]);
  const after = cover(before, { left: 1, top: 2, right: 3, bottom: 4 }, [1, 2, 3]);
  const changed = Array.from({ length: 16 }, (_, at) => at).filter((at) => after.data[4 * at] === 1);
  assert.deepEqual(changed, [9, 10, 13, 14]);
  assert.equal(before.data[4 * 9], 9, 'the picture itself stays as it is');
});

test('patches cover every cell as often as any other, and the whole area', () => {
  const all = patches(14, 14, { left: 10, top: 0, right: 234, bottom: 100 });
  const covered = new Array(14 * 14).fill(0);
  for (const { cells } of all) for (const cell of cells) covered[cell] += 1;
  assert.deepEqual(new Set(covered), new Set([4]));
  assert.ok(all.length >= 14 * 14);
  assert.deepEqual([Math.min(...all.map(({ box }) => box.left)), Math.max(...all.map(({ box }) => box.right))], [10, 234]);
  assert.ok(all.every(({ box }) => box.right > box.left && box.bottom > box.top));
});

/** The "model" sees how much of the square between (28, 42) and (42, 56) is dark. @param {{width: number, data: Uint8ClampedArray}} picture */
async function darkSquare({ width, data }) {
  let dark = 0;
  for (let y = 42; y < 56; y += 1) for (let x = 28; x < 42; x += 1) dark += data[4 * (y * width + x)] < 100 ? 1 : 0;
  return dark / (14 * 14);
}
const square = pixels(98, 98, (x, y) => (x >= 28 && x < 42 && y >= 42 && y < 56 ? [0, 0, 0] : [255, 255, 255]));

test('the heat map is warm where the class is, and nowhere else', async () => {
  let last = [0, 0];
  const map = await occlusionMap(square, { score: darkSquare, onProgress: (done, total) => { last = [done, total]; } });
  assert.equal(map.base, 1);
  assert.equal(map.complete, true);
  assert.deepEqual(last, [225, 225]);
  const warm = Array.from(map.values.keys()).filter((cell) => map.values[cell] > 0.4);
  // Cells are 7 pixels: the square is columns 4 and 5, rows 6 and 7.
  assert.deepEqual(warm, [6 * 14 + 4, 6 * 14 + 5, 7 * 14 + 4, 7 * 14 + 5]);
  assert.equal(map.values[0], 0);
  const heat = heatPixels(map, { forColour: [1, 2, 3], againstColour: [4, 5, 6] });
  assert.deepEqual([...heat.data.slice(4 * warm[0], 4 * warm[0] + 4)], [1, 2, 3, 220]);
  assert.equal(heat.data[3], 0);
});

test('a cancelled heat map keeps what it has, and computes no more', async () => {
  const stop = new AbortController();
  let calls = 0;
  const map = await occlusionMap(square, {
    signal: stop.signal,
    score: async (picture) => {
      calls += 1;
      if (calls === 120) stop.abort();
      return darkSquare(picture);
    },
  });
  assert.equal(map.complete, false);
  assert.equal(calls, 120);
  assert.ok(map.values.some((value) => value > 0));
});

test('activations become pictures on one scale, in either layout', () => {
  const planes = { data: [0, 1, 2, 3, 10, 10, 10, 10], dims: [1, 2, 2, 2] };
  const sheet = channelSheet(planes);
  assert.deepEqual([sheet.width, sheet.height, sheet.channels, sheet.low, sheet.high], [2, 2, 2, 0, 10]);
  assert.deepEqual(sheet.pictures.map((picture) => [...picture]), [[255, 230, 204, 178], [0, 0, 0, 0]]);
  const interleaved = { data: [0, 10, 1, 10, 2, 10, 3, 10], dims: [1, 2, 2, 2], layout: /** @type {const} */ ('NHWC') };
  assert.deepEqual(channelSheet(interleaved).pictures, sheet.pictures);
  assert.equal(channelSheet({ data: new Float32Array(4 * 100), dims: [1, 100, 2, 2] }).pictures.length, 64);
  const scores = channelSheet({ data: [0.5, 1], dims: [1, 2] });
  assert.deepEqual([scores.width, scores.height, scores.pictures.length], [2, 1, 1]);
  assert.equal(channelSheet({ data: [7, 7], dims: [2] }).pictures[0][0], 255, 'a constant layer has no contrast');
  assert.deepEqual([...rgbaOf(new Uint8ClampedArray([9]))], [9, 9, 9, 255]);
});
