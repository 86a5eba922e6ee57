// A model and the files beside it (web/lib/modelFiles.js) without an engine: which files are found
// where, what is refused before it is loaded, and what callers hear meanwhile.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { checkExternalData, loadModel } from '../web/lib/modelFiles.js';

/** @type {Record<string, Buffer>} */
const files = {
  '/nets/model.onnx': Buffer.from('the model'),
  '/nets/model.onnx.data': Buffer.alloc(1000, 1),
  '/nets/%23%20100%25.bin': Buffer.alloc(10, 2),
  '/other/model.onnx.data': Buffer.alloc(20, 3),
  '/nets/long.onnx': Buffer.from(Array.from({ length: 300_001 }, (_, i) => i * i % 251)),
};
/** @type {string[]} */
let requests = [];
let site = '';
const server = createServer((request, response) => {
  const path = String(request.url);
  requests.push(path);
  if (path === '/nets/slow.bin') {
    response.writeHead(200, { 'Content-Length': 100 }).write('slow');
    return;
  }
  if (path === '/nets/long.onnx?announced') {
    const file = files['/nets/long.onnx'];
    response.writeHead(200, { 'Content-Length': file.length }).end(file);
    return;
  }
  response.writeHead(files[path] ? 200 : 404).end(files[path]);
});
before(() => new Promise((resolve) => {
  server.listen(0, '127.0.0.1', () => {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    site = `http://127.0.0.1:${port}`;
    resolve(undefined);
  });
}));
after(() => {
  server.closeAllConnections();
  server.close();
});

const sha256 = (/** @type {string} */ path) => createHash('sha256').update(files[path]).digest('hex');
const data = { name: 'model.onnx.data', bytes: 900 };

/** @param {import('../web/lib/modelFiles.js').LoadOptions} [options] */
const load = (options = {}) => loadModel(`${site}/nets/model.onnx`, options);
/** @param {Promise<unknown>} promise @returns {Promise<any>} */
const failure = (promise) => promise.then(() => 'did not fail', (error) => error);

test('files beside a model are found by their plain names, in its own folder', async () => {
  const model = await load();
  await model.bring([data, { name: '# 100%.bin', bytes: 10 }]);
  assert.deepEqual([...model.files].map(([name, { size }]) => [name, size]),
    [['model.onnx.data', 1000], ['# 100%.bin', 10]]);
  assert.equal(model.size, 9 + 1000 + 10);
  requests = [];
  for (const name of ['../other/model.onnx.data', '/other/model.onnx.data', 'a/b', 'a\\b', '..', '.', '', 'a\nmax_memory=1', 'a\0b',
    'http://127.0.0.1/x', `${site}/other/model.onnx.data`]) {
    const error = await failure(model.bring([{ name, bytes: 1 }]));
    assert.deepEqual([error.code, error.got], ['IO', name]);
  }
  assert.deepEqual(requests, []);
});

test('a model arrives whole, its length announced or not, and where a browser cannot read into a given place', async (t) => {
  const whole = files['/nets/long.onnx'];
  const same = async (/** @type {string} */ url, counted = false) => {
    const { model } = await loadModel(url, {});
    assert.equal(model.size, whole.length);
    assert.equal(model.counted, counted);
    assert.ok(whole.equals(Buffer.from(await (await model.blob()).arrayBuffer())), url);
  };
  const { fetch: real } = globalThis;
  t.after(() => { globalThis.fetch = real; });
  // Node's own answers are of type 'default'.
  globalThis.fetch = async (...request) => Object.defineProperty(await real(...request), 'type', { value: 'basic' });
  await same(`${site}/nets/long.onnx`);
  await same(`${site}/nets/long.onnx?announced`, true);
  globalThis.fetch = async () => new Response(new ReadableStream({
    start(controller) {
      for (let at = 0; at < whole.length; at += 70_000) controller.enqueue(new Uint8Array(whole.subarray(at, at + 70_000)));
      controller.close();
    },
  }));
  await same(`${site}/nets/long.onnx`);
});

test('what the caller gave goes before what lies beside the model, under any name', async () => {
  const bytes = new Uint8Array(30);
  const model = await load({
    externalData: [
      { path: './model.onnx.data', data: bytes }, { path: '../far.bin', data: new Blob(['far']) },
      `${site}/other/model.onnx.data?v=1`, { path: 'named', data: new URL(`${site}/nets/model.onnx`) },
    ],
  });
  bytes.fill(9);  // copied at the call
  files['/other/model.onnx.data?v=1'] = Buffer.alloc(20, 3);
  await model.bring([{ name: '../far.bin', bytes: 3 }, { name: 'named', bytes: 9 }, data]);
  const texts = await Promise.all(['../far.bin', 'named'].map((name) => model.files.get(name)?.text()));
  assert.deepEqual(texts, ['far', 'the model']);
  assert.equal(model.files.get('model.onnx.data')?.size, 20, 'the last of one name');
});

test('turned off, or without an address, missing files are one error with their names', async () => {
  requests = [];
  const needed = [data, { name: 'b.bin', bytes: 5 }];
  for (const model of [
    await load({ externalData: false }), await loadModel(new Blob(['x']), {}),
    await loadModel(new Blob(['x']), { externalData: [{ path: 'c.bin', data: new Uint8Array(1) }] }),
  ]) {
    const error = await failure(model.bring(needed));
    assert.deepEqual([error.code, error.got], ['IO', 'model.onnx.data, b.bin']);
    assert.match(error.message, /externalData/);
  }
  assert.deepEqual(requests, ['/nets/model.onnx']);
});

test('files that the server lacks are one error, before any other is read', async () => {
  const model = await load();
  const one = await failure(model.bring([data, { name: 'gone.bin', bytes: 1 }]));
  assert.equal(one.code, 'NETWORK');
  assert.match(one.message, /gone\.bin.*status 404/);
  const two = await failure(model.bring([data, { name: 'gone.bin', bytes: 1 }, { name: 'lost.bin', bytes: 1 }]));
  assert.equal(two.code, 'NETWORK');
  assert.match(two.message, /gone\.bin, lost\.bin/);
  assert.equal(model.files.size, 0);
});

test('progress counts all files', async () => {
  /** @type {number[][]} */
  const seen = [];
  const model = await load({ onProgress: (...counts) => seen.push(counts) });
  assert.equal(seen.at(-1)?.[0], 9);
  await model.bring([data, { name: '# 100%.bin', bytes: 10 }]);
  assert.deepEqual(seen.at(-1), [1019, 1019]);
  assert.ok(seen.every(([received], i) => i === 0 || received >= seen[i - 1][0]), String(seen));
});

test('an exception of onProgress reaches the caller as it is', async () => {
  const model = await load({ onProgress: (received) => { if (received > 9) throw new RangeError('mine'); } });
  assert.equal((await failure(model.bring([data]))).message, 'mine');
});

test('digests are verified file by file, and none may be missing', async () => {
  const digests = { 'model.onnx': sha256('/nets/model.onnx'), 'model.onnx.data': sha256('/nets/model.onnx.data') };
  await (await load({ sha256: digests })).bring([data]);
  const wrong = { ...digests, 'model.onnx.data': '0'.repeat(64) };
  assert.match((await failure((await load({ sha256: wrong })).bring([data]))).message, /not the one that was announced/);
  assert.equal((await failure(load({ sha256: {} }))).attribute, 'sha256');
  const partial = await load({ sha256: { 'model.onnx': digests['model.onnx'] } });
  assert.equal((await failure(partial.bring([data]))).expected, 'model.onnx.data');
  const alone = await load({ sha256: digests['model.onnx'] });
  assert.equal((await failure(alone.bring([data]))).attribute, 'sha256', 'the weights would go unchecked');
});

test('more than maxMemoryBytes is refused, before the download or in the middle of it', async () => {
  requests = [];
  const model = await load({ maxMemoryBytes: 950 });
  assert.equal((await failure(model.bring([{ ...data, bytes: 951 }]))).code, 'BUDGET');
  assert.deepEqual(requests, ['/nets/model.onnx']);
  const error = await failure(model.bring([data]));
  assert.deepEqual([error.code, error.attribute], ['BUDGET', 'maxMemoryBytes']);
});

test('a signal ends all downloads', async () => {
  const stop = new AbortController();
  const model = await load({ signal: stop.signal });
  const bringing = failure(model.bring([data, { name: 'slow.bin', bytes: 100 }]));
  setTimeout(() => stop.abort(), 50);
  assert.equal((await bringing).code, 'ABORTED');
  assert.equal((await failure(model.bring([data]))).code, 'ABORTED');
});

test('what cannot be files is refused', () => {
  for (const wrong of ['x', {}, null, [null], [{}], [{ path: 'a' }], [{ path: '', data: 'x' }], [{ path: 1, data: 'x' }],
    [{ path: 'a', data: 7 }], [{ path: 'a', data: new Uint8Array(new SharedArrayBuffer(4)) }], [new Blob()]]) {
    assert.throws(() => checkExternalData(wrong), /ARGUMENT.*externalData/, JSON.stringify(wrong));
  }
  for (const right of [undefined, false, [], ['x'], [{ path: 'a', data: new ArrayBuffer(1) }]]) checkExternalData(right);
});

test("the model's own folder may stand before a name", async () => {
  for (const path of ['weights.bin', './weights.bin']) {
    const data = new Uint8Array([1, 2, 3]);
    const model = await loadModel(new Blob(['the model']), { externalData: [{ path, data }] });
    await model.bring([{ name: './weights.bin', bytes: 3 }, { name: 'weights.bin', bytes: 3 }]);
    assert.equal(model.size, 'the model'.length + 6);
  }
  const beside = await loadModel(`${site}/nets/model.onnx`, {});
  await beside.bring([{ name: './model.onnx.data', bytes: 1000 }]);
  assert.equal(beside.files.get('./model.onnx.data')?.size, 1000);
});
