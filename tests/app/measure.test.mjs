// Measuring with a classifier whose times are known, and results on their way through an address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milliseconds } from '../../web/app/figures.js';
import { compareRuntimes, feedOf } from '../../web/app/measure/compare.js';
import { describeDevice } from '../../web/app/measure/device.js';
import { findingFirst } from '../../web/app/measure/finding.js';
import { measuringPicture } from '../../web/app/measure/picture.js';
import { describe, rowOf, tableOf } from '../../web/app/measure/results.js';
import { measureModel } from '../../web/app/measure/session.js';
import { decodeResults, encodeResults } from '../../web/app/measure/share.js';
import { markdownTable } from '../../web/app/tables.js';

/** A classifier that takes 30 ms for its first picture, and 10 ms, 11, 12, 10, ... for the others. */
class Known {
  static open = 0;
  #pictures = 0;

  constructor() {
    Known.open += 1;
  }

  async classify() {
    const inference = this.#pictures++ === 0 ? 30 : 9 + (this.#pictures % 3);
    return { timing: { preprocess: 1, inference, total: inference + 2 } };
  }

  async info() {
    return /** @type {any} */ ({
      loadTiming: { download: 5, compile: 7, start: 1, create: 3, warmup: 0 }, memory: { weight_bytes: 2e6, arena_bytes: 1e6, live_bytes: 0 },
      modelBytes: 4e6, level: 'relaxed', threads: 1, version: '1.0',
    });
  }

  async close() {
    Known.open -= 1;
  }
}

test('times have three digits, none at all is plain', () => {
  assert.deepEqual([123.4, 12.34, 1.234, 0.1234, 0, undefined].map(milliseconds), ['123', '12.3', '1.23', '0.123', '0', '–']);
});

test('fresh starts, warming up and runs that count', async () => {
  /** @type {Record<string, number>} */
  const seen = {};
  const times = await measureModel({
    create: async () => new Known(), picture: {}, effort: { runs: 30, starts: 3 },
    onProgress: (phase, _timing, done) => { seen[phase] = done; },
  });
  assert.equal(times.starts.length, 3);
  assert.deepEqual(times.starts.map(({ first, download, load }) => [first, download, load]), Array(3).fill([32, 5, 3]));
  assert.equal(times.runs.length, 30);
  assert.equal(times.steady, true);
  assert.ok(times.warming.length >= 10 && times.warming.every(({ inference }) => inference < 20), 'the first picture is none of them');
  assert.deepEqual(seen, { start: 3, warm: times.warming.length, run: 30 });
  assert.equal(Known.open, 0, 'all are closed again');
  const row = rowOf('Known', times);
  assert.deepEqual([row.first, row.median, row.p95, row.preprocess, row.inference, row.memory, row.bytes], [32, 12, 13, 1, 10, 3e6, 4e6]);
});

test('an abort ends it, and nothing stays open', async () => {
  const stop = new AbortController();
  const create = async () => Object.assign(new Known(), {
    classify: async () => {
      stop.signal.throwIfAborted();
      return { timing: { preprocess: 1, inference: 5, total: 6 } };
    },
  });
  await assert.rejects(measureModel({
    create, picture: {}, effort: { runs: 1000, starts: 1 }, signal: stop.signal,
    onProgress: (phase, _timing, done) => { if (phase === 'run' && done === 3) stop.abort(); },
  }), { name: 'AbortError' });
  assert.equal(Known.open, 0);
});

test('of a model of faces, finding the face is measured with it', async () => {
  /** @type {unknown[]} */
  const asked = [];
  let closed = 0;
  const finder = {
    find: async (/** @type {unknown} */ canvas, /** @type {{side: number}} */ { side }) => {
      asked.push(canvas, side);
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    },
    close: async () => { closed += 1; },
  };
  const known = new Known();
  /** @type {unknown} */
  let region;
  const classify = (/** @type {unknown} */ _picture, /** @type {any} */ options) => {
    region = options.regionOfInterest;
    return known.classify();
  };
  const subject = findingFirst({ classify, info: () => known.info(), close: () => known.close() }, finder, 'canvas');
  const { timing } = await subject.classify('pixels', {});
  assert.deepEqual(asked, ['canvas', 320]);
  assert.ok(region, 'a part of the picture is classified');
  assert.equal(subject.finding.length, 1);
  assert.ok(subject.finding[0] >= 15, `${subject.finding}`);
  assert.deepEqual(timing, { preprocess: 1 + subject.finding[0], inference: 30, total: 32 + subject.finding[0] });
  const stop = new AbortController();
  const stopped = subject.classify('pixels', { signal: stop.signal });
  stop.abort();
  await assert.rejects(stopped, { name: 'AbortError' });
  assert.equal(subject.finding.length, 1);
  await subject.close();
  assert.deepEqual([closed, Known.open], [1, 0]);
});

/** @type {import('../../web/app/measure/results.js').Results} */
const results = {
  date: '2026-01-02', device: 'Chrome 156 on Linux, 2 cores', engine: 'Gossamer 0.1.0, relaxed, 1 thread', runs: 50, starts: 3,
  rows: [
    { title: 'Digits · 12 → ∞', bytes: 123456, download: 4.2, compile: 12.5, load: 3, first: 9.877, median: 1.5, p95: 2, preprocess: 0.5, inference: 0.9, memory: 1e6, rate: 600 },
    { title: 'Other', bytes: 5e6, download: 0, compile: 0, load: 30, first: 40, median: 20, p95: 22, preprocess: 2, inference: 17, memory: 2e7, rate: 48.2, peer: 51, ratio: 3.001 },
  ],
};

test('results survive an address', () => {
  const code = encodeResults(results);
  assert.match(code, /^[\w-]+$/);
  assert.ok(code.length < 700, `${code.length} characters`);
  const back = decodeResults(code);
  assert.deepEqual(back?.rows[1], results.rows[1]);
  assert.equal(back?.rows[0].first, 9.877);
  assert.equal(back?.rows[0].peer, undefined);
  assert.equal(back && describe(back), describe(results));
  assert.deepEqual(back && tableOf(back), tableOf(results));
});

test('what is no result, or a hostile one, is none', () => {
  const pack = (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const row = ['x', ...new Array(11).fill(1), null, null];
  assert.ok(decodeResults(pack([1, 'd', 'e', 'f', 1, 1, row])));
  for (const bad of [
    [2, 'd', 'e', 'f', 1, 1, row], [1, 'd', 'e', 'f', 1, 1], [1, 'd', {}, 'f', 1, 1, row], [1, 'd', 'e', 'f', -1, 1, row], {}, 'text', null,
    [1, 'd', 'e', 'f', 1, 1, row.slice(1)], [1, 'd', 'e', 'f', 1, 1, ['x', ...new Array(11).fill('<b>'), null, null]],
    [1, 'd', 'e', 'f', 1, 1, ['x', -1, ...new Array(10).fill(1), null, null]], [1, 'd', 'e', 'f', 1, 1, ...new Array(50).fill(row)],
    [1, 'd', 'e', 'f', 1, 1, ['x', null, ...new Array(10).fill(1), null, null]],
  ]) assert.equal(decodeResults(pack(bad)), undefined, JSON.stringify(bad).slice(0, 80));
  for (const bad of ['', '%%%', 'AAAA', '_w']) assert.equal(decodeResults(bad), undefined);
  const long = decodeResults(pack([1, 'd', 'e'.repeat(5000), 'f', 1, 1, row]));
  assert.equal(long?.device.length, 120);
});

test('a table with and without a peer, and as Markdown', () => {
  const { head, rows } = tableOf(results);
  assert.deepEqual(head.slice(-2), ['onnxruntime-web', 'Ratio']);
  assert.deepEqual(rows.map((row) => row.slice(-2)), [['–', '–'], ['51.0', '3.00']]);
  assert.equal(tableOf({ ...results, rows: results.rows.slice(0, 1) }).head.length, 12);
  assert.match(markdownTable(tableOf(results)), /^\| Model \| Median \|.*\n\| --- \| ---: \|.*\n\| Digits · 12 → ∞ \| [\d.]+ \|.*\| 0\.123 \|/);
});

test('a device in a few words', () => {
  const linux = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
  assert.equal(describeDevice({ userAgent: linux, hardwareConcurrency: 2 }), 'Chrome 156 on Linux, 2 cores');
  const brands = [{ brand: 'Not)A;Brand', version: '8' }, { brand: 'Chromium', version: '156' }, { brand: 'Microsoft Edge', version: '156' }];
  assert.equal(describeDevice({ userAgent: linux, userAgentData: { brands, platform: 'Windows' }, deviceMemory: 8, hardwareConcurrency: 1 }),
    'Microsoft Edge 156 on Windows, 1 core, 8 GiB or more');
  assert.equal(describeDevice({ userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' }), 'Firefox 140 on Linux');
  assert.equal(describeDevice({ userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1' }),
    'Safari 18 on iOS');
  assert.equal(describeDevice({ userAgent: '' }), 'Unknown browser on unknown system');
});

/** A runtime that puts out the sum of its input twice, and needs so many milliseconds. @param {number} milliseconds @param {number} [shift] */
const runtime = (milliseconds, shift = 0) => async (/** @type {import('../../web/app/measure/compare.js').Feed} */ { data }) => {
  const sum = Array.from(data).reduce((/** @type {number} */ all, /** @type {number} */ value) => all + value, 0);
  return { values: [sum / data.length + shift, 0.3], milliseconds };
};

test('two runtimes: compared, then timed in turns', async () => {
  const feed = { type: 'float32', dims: [1, 3, 8, 8] };
  /** @type {number[]} */
  const rounds = [];
  const same = await compareRuntimes({ ours: runtime(2), theirs: runtime(5, 1e-7) }, feed,
    { warm: 50, turns: 0, onRound: (round) => rounds.push(round) });
  assert.deepEqual([same.agrees, same.ours, same.theirs, same.ratio, same.rounds], [true, 2, 5, 2.5, 8]);
  assert.deepEqual(rounds, [1, 2, 3, 4, 5, 6, 7, 8]);
  const other = await compareRuntimes({ ours: runtime(2), theirs: runtime(5, 0.1) }, feed, { warm: 50, turns: 0 });
  assert.equal(other.agrees, false);
  assert.match(other.reason, /probabilities differ/);
  assert.equal(other.rounds, 0, 'what differs is not timed');
});

test('what a model is fed with', () => {
  assert.deepEqual(feedOf([{ name: 'x', type: 'float32', shape: ['x.0', 3, 224, 224] }]), { type: 'float32', dims: [1, 3, 224, 224] });
  assert.equal(feedOf([{ name: 'x', type: 'float32', shape: [1, 3, 'h', 'w'] }]), 'open extents of its input');
  assert.equal(feedOf([{ name: 'x', type: 'int64', shape: [1] }]), 'an input of int64');
  assert.equal(feedOf([]), '0 inputs');
});

test('the picture to measure with: a figure on white for a pad, a frame otherwise', () => {
  const pad = measuringPicture('pad');
  const dark = pad.data.filter((value, at) => at % 4 === 0 && value < 100).length / (pad.width * pad.height);
  assert.ok(dark > 0.05 && dark < 0.2, `${dark}`);
  const frame = measuringPicture('camera');
  assert.deepEqual([frame.width, frame.height, frame.data.length], [640, 480, 4 * 640 * 480]);
  assert.ok(new Set(frame.data).size > 100);
});
