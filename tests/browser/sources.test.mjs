// What a model may come as: besides addresses and bytes, answers of fetch(), streams and handles of files, read as
// downloads are.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner, ortRunner } from './library.mjs';
import { colourModel } from '../support/onnx.mjs';

const site = setUp();
const runBare = bareRunner(site);
const runOrt = ortRunner(site);

const external = (/** @type {string} */ file) =>
  readFileSync(new URL(`../cases/external_data/${file}`, import.meta.url));
const digest = createHash('sha256').update(colourModel()).digest('hex');

/** As of bareRunner, with addresses of the model, and `make` that makes a classifier of any source. @type {typeof runBare} */
const run = (body, model = colourModel(), prepare = async () => {}) => runBare(`
  const make = (source, options) => lib.ImageClassifier.createFromModelBuffer(source, { labels: ['red', 'green', 'blue'], ...options });
  const works = async (source, options) => {
    const classifier = await make(source, options);
    const best = top(await classifier.classify(paint('#00ff00')));
    await classifier.close();
    return best;
  };
  const streamOf = (...chunks) => new ReadableStream({ start(controller) { chunks.forEach((chunk) => controller.enqueue(chunk)); controller.close(); } });
  const handleOf = async (name, content) => {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle(name, { create: true });
    const writable = await handle.createWritable();
    await writable.write(content);
    await writable.close();
    return handle;
  };
  ${body}`, model, async (page) => {
  await page.route('**/colour.onnx', (route) => route.fulfill({ body: model, contentType: 'application/octet-stream' }));
  await page.route('**/lost.onnx', (route) => route.fulfill({ status: 404, body: 'no' }));
  await page.route('**/page.onnx', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.route('**/external/model.onnx', (route) => route.fulfill({ body: external('model.onnx') }));
  await page.route('**/external/model.onnx.data', (route) => route.fulfill({ body: external('model.onnx.data') }));
  await prepare(page);
});

test('bytes of any view, a part of its buffer, too', async () => {
  const found = await run(`
    // Behind others, and a whole number of elements long: a field that nobody knows fills it up.
    const padded = new Uint8Array(8 + Math.ceil((bytes.length + 3) / 8) * 8);
    const filling = padded.length - 8 - bytes.length - 3;
    padded.set([...bytes, 0xc2, 0x0c, filling], 8);
    const within = (View, size) => new View(padded.buffer, 8, (padded.length - 8) / size);
    const found = {};
    for (const [View, size] of [[Int8Array, 1], [Uint8ClampedArray, 1], [DataView, 1], [Uint16Array, 2], [Float32Array, 4], [BigInt64Array, 8]]) {
      found[View.name] = await works(within(View, size));
    }
    return found;
  `);
  assert.deepEqual(Object.values(found), Array(6).fill('green'), JSON.stringify(found));
});

test('an answer of fetch, a stream and a handle are read as a download is', async () => {
  const { kinds, size } = await run(`
    const kinds = {};
    const sources = {
      fetched: () => fetch('/colour.onnx'),
      made: () => new Response(bytes),
      stream: () => streamOf(bytes.slice(0, 100), new DataView(bytes.slice(100, 150).buffer), bytes.slice(150).buffer),
      handle: () => handleOf('colour.onnx', bytes),
    };
    for (const [kind, open] of Object.entries(sources)) {
      const seen = [];
      const best = await works(await open(), { onProgress: (...counts) => seen.push(counts), sha256: '${digest}' });
      const wrong = await fails(async () => make(await open(), { sha256: '0'.repeat(64) }));
      kinds[kind] = { best, last: seen.at(-1), several: seen.length > 1, wrong: [wrong.code, /not the one that was announced/.test(wrong.message)] };
    }
    return { kinds, size: bytes.length };
  `);
  const wrong = ['NETWORK', true];
  assert.deepEqual(kinds.fetched, { best: 'green', last: [size, size], several: false, wrong });
  assert.deepEqual(kinds.made, { best: 'green', last: [size, 0], several: false, wrong });
  assert.deepEqual(kinds.stream, { best: 'green', last: [size, 0], several: true, wrong });
  assert.deepEqual(kinds.handle, { best: 'green', last: [size, size], several: false, wrong });
});

test('what an answer has beside it is brought, and digests are found by name', async () => {
  const { labels, handle, alone, named, unnamed } = await run(`
    const classifier = await lib.ImageClassifier.createFromModelBuffer(await fetch('/external/model.onnx'));
    const { outputs } = await classifier.info();
    const data = await (await fetch('/external/model.onnx.data')).blob();
    const held = await handleOf('model.onnx', await (await fetch('/external/model.onnx')).blob());
    const other = await lib.ImageClassifier.createFromModelBuffer(held, { externalData: [{ path: 'model.onnx.data', data }] });
    const alone = await fails(() => lib.ImageClassifier.createFromModelBuffer(held));
    const named = await works(await handleOf('mine.onnx', bytes), { sha256: { 'mine.onnx': '${digest}' } });
    const unnamed = await fails(() => make(streamOf(bytes), { sha256: { 'mine.onnx': '${digest}' } }));
    return { labels: outputs, handle: (await other.info()).outputs, alone, named, unnamed };
  `);
  assert.deepEqual(handle, labels);
  assert.equal(alone.code, 'IO');
  assert.match(alone.message, /files that are not here; got model\.onnx\.data/);
  assert.equal(named, 'green');
  assert.deepEqual([unnamed.code, unnamed.attribute], ['ARGUMENT', 'sha256']);
});

test('what cannot be read is refused, each for its reason', async () => {
  const failures = await run(`
    const read = await fetch('/colour.onnx');
    await read.arrayBuffer();
    const locked = streamOf(bytes);
    locked.getReader();
    const broken = new ReadableStream({ pull(controller) { controller.error(new Error('pulled the plug')); } });
    const gone = await handleOf('gone.onnx', bytes);
    await (await navigator.storage.getDirectory()).removeEntry('gone.onnx');
    const sources = {
      read, locked, broken, gone, lost: await fetch('/lost.onnx'), page: await fetch('/page.onnx'), html: new Response('<!doctype html>'),
      half: streamOf(bytes.slice(0, 150)), text: streamOf('abc'), empty: new Response(null), nothing: streamOf(), number: 7, object: {},
    };
    const failures = {};
    for (const [name, source] of Object.entries(sources)) {
      const { code, attribute, message } = await fails(() => make(source));
      failures[name] = { code, attribute, message };
    }
    return failures;
  `);
  const codes = Object.fromEntries(Object.entries(failures).map(([name, { code }]) => [name, code]));
  assert.deepEqual(codes, {
    read: 'ARGUMENT', locked: 'ARGUMENT', broken: 'NETWORK', gone: 'IO', lost: 'NETWORK', page: 'NETWORK', html: 'NETWORK',
    half: 'NETWORK', text: 'ARGUMENT', empty: 'NETWORK', nothing: 'PARSE', number: 'ARGUMENT', object: 'ARGUMENT',
  });
  assert.equal(failures.read.attribute, 'modelAssetBuffer');
  assert.match(failures.read.message, /cannot be read; .*one that is being read, or was/);
  assert.match(failures.lost.message, /does not have the model: http.*lost\.onnx; got status 404/);
  assert.match(failures.html.message, /web page in place of the model: a Response/);
  assert.match(failures.half.message, /a ReadableStream|incomplete/);
  assert.match(failures.gone.message, /cannot be opened: gone\.onnx/);
});

test('a signal, or closing, ends the reading and the source', async () => {
  const { failure, cancelled, kept } = await run(`
    let cancelled = 0;
    const endless = () => new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => { setTimeout(resolve, 20); });
        controller.enqueue(new Uint8Array(8));
      },
      cancel() { cancelled += 1; },
    });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const failure = await fails(() => make(endless(), { signal: stop.signal }));
    const classifier = await make(bytes);
    const change = classifier.setOptions({ baseOptions: { modelAssetBuffer: endless() }, signal: AbortSignal.timeout(100) });
    const changed = await fails(() => change);
    const kept = [changed.code, top(await classifier.classify(paint('#0000ff')))];
    const last = classifier.setOptions({ baseOptions: { modelAssetBuffer: endless() } }).catch(() => {});
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    await classifier.close();
    await last;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    return { failure, cancelled, kept };
  `);
  assert.equal(failure.code, 'ABORTED');
  assert.deepEqual(kept, ['ABORTED', 'blue']);
  assert.equal(cancelled, 3);
});

test('reports and sessions take them, too', async () => {
  const { parameters, again } = await run(`
    const tools = await import('/tools.js');
    const list = [await fetch('/colour.onnx'), new Response(bytes), streamOf(bytes), await handleOf('a.onnx', bytes), new DataView(bytes.slice().buffer)];
    const reports = [];
    for (const source of list) reports.push(await tools.inspectModel(source, { plan: false }));
    return { parameters: reports.map((report) => report.parameters), again: reports.map((report) => report.modelBytes === bytes.length) };
  `);
  assert.deepEqual(parameters, [3, 3, 3, 3, 3]);
  assert.deepEqual(again, Array(5).fill(true));
  const names = await runOrt(colourModel(), async (ort, bytes) => {
    const session = await ort.InferenceSession.create(new Response(bytes));
    const other = await ort.InferenceSession.create(new Blob([bytes]));
    return [...session.outputNames, ...other.inputNames];
  });
  assert.deepEqual(names, ['probability', 'image']);
});
