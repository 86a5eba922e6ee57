// What a device is predicted to need, and the networks that its speed is measured with.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { probes, writeProbes } from '../../tools/lib/probes.mjs';
import { Latencies, latencyKey } from '../../web/app/device/latencies.js';
import { LIVE, front, memoryOf, predict, recommend, thisDevice, tooLarge, weightsOf } from '../../web/app/device/predict.js';
import { isSpeedOf, keepSpeed, knownSpeed } from '../../web/app/device/speed.js';
import { forget, recall, remember, remembered } from '../../web/app/own/remembered.js';

const speed = { pointwise: 30e9, spatial: 60e9, memory: 10e9, level: 'simd', version: '0.1.0', threads: 1 };
const near = (/** @type {number | undefined} */ value, /** @type {number} */ expected) =>
  assert.ok(value !== undefined && Math.abs(value / expected - 1) < 0.02, `${value}, expected ${expected}`);

/** A Storage of this process. */
function storage() {
  const items = new Map();
  return /** @type {Storage} */ (/** @type {any} */ ({
    getItem: (/** @type {string} */ key) => items.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => items.set(key, value),
    removeItem: (/** @type {string} */ key) => items.delete(key),
  }));
}

test('the prediction grows with the work and the weights, and with a shared core', () => {
  // 40e9 is the harmonic mean of the two rates.
  near(predict({ multiplyAdds: 2.8e9, weightBytes: 0 }, speed), 100.05);
  near(predict({ multiplyAdds: 0, weightBytes: 100e6 }, speed), 10.05);
  near(predict({ multiplyAdds: 2.8e9, weightBytes: 0 }, speed, { cores: 1 }), 140.05);
  assert.equal(predict({ weightBytes: 1 }, speed), undefined);
});

test('where several threads made the speed, what they do not share takes longer', () => {
  const eight = { ...speed, threads: 8 };
  near(predict({ multiplyAdds: 2.8e9, weightBytes: 0 }, eight), 100.05 + 0.175);
  near(predict({ multiplyAdds: 2.8e5, weightBytes: 0 }, eight), 0.05 + 0.08);
});

test('models that a device has no memory for are known', () => {
  assert.ok(tooLarge({ weightBytes: 553e6 }, { memory: 4 * 2 ** 30 }));
  assert.ok(!tooLarge({ weightBytes: 553e6 }, { memory: 8 * 2 ** 30 }));
  assert.ok(!tooLarge({ weightBytes: 553e6 }, {}));
  assert.ok(tooLarge({ weightBytes: 2e9 }, {}), 'more than a module addresses');
  assert.equal(memoryOf({ weightBytes: 10e6, memory: 15e6 }), 57e6);
  assert.equal(weightsOf({ bytes: 5, precision: 'int8' }), 20);
  assert.deepEqual(thisDevice({ hardwareConcurrency: 8, deviceMemory: 4 }), { cores: 8, memory: 2 ** 32 });
  assert.deepEqual(thisDevice({}), { cores: undefined, memory: undefined });
});

test('the most accurate model that keeps up with the camera is recommended', () => {
  const candidate = (/** @type {string} */ name, /** @type {number} */ accuracy, /** @type {number} */ predicted, large = false) =>
    ({ entry: { name, accuracy }, predicted, large });
  const list = [candidate('small', 60, 20), candidate('middle', 70, LIVE), candidate('big', 80, LIVE + 1), candidate('huge', 90, 50, true)];
  assert.equal(recommend(list)?.name, 'middle');
  assert.equal(recommend([candidate('a', 60, 900), candidate('b', 50, 400)])?.name, 'b');
  assert.equal(recommend([{ entry: { name: 'unknown' }, predicted: 3, large: false }]), undefined);
  assert.equal(recommend([]), undefined);
});

test('shown first is what no other model beats in both accuracy and time', () => {
  const candidate = (/** @type {string} */ name, /** @type {number} */ accuracy, /** @type {number} */ multiplyAdds, /** @type {number} */ predicted) =>
    ({ entry: { name, accuracy, multiplyAdds }, predicted });
  const list = [candidate('a', 60, 1, 30), candidate('b', 70, 2, 20), candidate('c', 80, 3, 90), candidate('d', 80, 3, 91)];
  assert.deepEqual(front(list).map(({ name }) => name), ['b', 'c']);
  const unmeasured = list.map(({ entry }) => ({ entry }));
  assert.deepEqual(front(unmeasured).map(({ name }) => name), ['a', 'b', 'c', 'd']);
  assert.deepEqual(front([{ entry: { accuracy: 90 } }]), []);
});

test('measured times are kept by model, as the median of the last ones', () => {
  const place = storage();
  const list = new Latencies(place);
  for (let i = 0; i < 40; i += 1) list.record('a', i);
  assert.deepEqual(list.of('a'), { median: 32, runs: 15 });
  assert.equal(list.of('b'), undefined);
  for (let i = 0; i < 4; i += 1) list.record('c', 1);
  assert.equal(list.of('c'), undefined, 'the first runs are slow, and say little');
  list.record('c', 1);
  assert.deepEqual(list.of('c'), { median: 1, runs: 5 });
  list.flush();
  assert.deepEqual(new Latencies(place).of('a'), { median: 32, runs: 15 });
  place.setItem('gossamer.latencies', '{"a": ["x"], "b"');
  assert.equal(new Latencies(place).of('a'), undefined);
  const keys = [['base', 1], ['relaxed', 1], ['relaxed', 2]].map(([level, threads]) =>
    latencyKey({ sha256: 's' }, { level: String(level), threads: Number(threads) }));
  assert.equal(new Set(keys).size, 3, keys.join());
  assert.equal(latencyKey({}, { level: 'base', threads: 1 }), undefined, 'names do not tell models apart');
  const none = new Latencies(storage());
  none.record(undefined, 3);
  assert.equal(none.count, 0);
});

test('two tabs add to what is stored, and what one removes the other does not bring back', () => {
  const place = storage();
  const [one, other] = [new Latencies(place), new Latencies(place)];
  for (let i = 0; i < 5; i += 1) one.record('a', 3);
  for (let i = 0; i < 5; i += 1) other.record('b', 4);
  one.flush();
  other.flush();
  assert.deepEqual(['a', 'b'].map((key) => new Latencies(place).of(key)?.median), [3, 4]);
  assert.equal(other.of('a')?.median, 3);
  one.follow();
  assert.equal(one.of('b')?.median, 4);
  other.forgetAll();
  one.flush();
  assert.equal(place.getItem('gossamer.latencies'), null, 'nothing new, nothing written');
  one.record('c', 5);
  one.flush();
  assert.deepEqual(Object.keys(JSON.parse(place.getItem('gossamer.latencies') ?? '')), ['c'], 'what was new alone');
  one.record('d', 5);
  place.removeItem('gossamer.latencies');
  one.follow();
  one.flush();
  assert.equal(place.getItem('gossamer.latencies'), null, 'what was removed with all the rest');
});

test('a speed is remembered whole or not at all', () => {
  const place = storage();
  assert.equal(knownSpeed(place), undefined);
  keepSpeed(speed, place);
  assert.deepEqual(knownSpeed(place), speed);
  place.setItem('gossamer.device', '{"pointwise": 0}');
  assert.equal(knownSpeed(place), undefined);
  keepSpeed(undefined, place);
  assert.equal(place.getItem('gossamer.device'), null);
});

test('a speed is that of one runtime, level and number of threads', () => {
  const { version, level, threads } = speed;
  assert.ok(isSpeedOf(speed, { version, level, threads }));
  for (const other of [{ version: '2' }, { level: 'base' }, { threads: 2 }]) {
    assert.ok(!isSpeedOf(speed, { version, level, threads, ...other }), JSON.stringify(other));
  }
  assert.ok(!isSpeedOf(undefined, { version, level, threads }));
});

test('where storage is denied, nothing is known and nothing fails', (context) => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, get() { throw new Error('denied'); } });
  context.after(() => Object.defineProperty(globalThis, 'localStorage', before ?? { configurable: true, value: undefined }));
  assert.equal(knownSpeed(), undefined);
  keepSpeed(speed);
  assert.equal(recall('key'), undefined);
  assert.equal(remember('key', { title: '', recipe: '', bytes: 1, date: '' }), false);
  forget('key');
  assert.deepEqual(remembered(), []);
  new Latencies().forgetAll();
});

test('the probes are small files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-probes-'));
  writeProbes(folder);
  for (const name of Object.keys(probes)) {
    assert.ok(statSync(path.join(folder, `${name}.onnx`)).size < 1024, name);
    assert.ok(readFileSync(path.join(folder, `${name}.onnx`)).includes(`fill_weights`));
  }
  rmSync(folder, { recursive: true });
});
