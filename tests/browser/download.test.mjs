// How models and modules arrive: progress, and servers that answer with something else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { setUp } from './helpers.mjs';
import { bareRunner } from './library.mjs';
import { elsewhereFlag, setUpOtherSite, shared } from './otherSite.mjs';
import { colourModel, rareModel } from '../support/onnx.mjs';

const site = setUp({ flags: [elsewhereFlag] });
const run = bareRunner(site);
const packed = gzipSync(colourModel());
let wasmRequests = 0;
const other = setUpOtherSite(site, {
  '/packed.onnx': (response) => {
    response.writeHead(200, { ...shared, 'Content-Encoding': 'gzip', 'Content-Length': packed.length });
    response.end(packed);
  },
  '/204.onnx': (response) => response.writeHead(204, shared).end(),
  '/empty.onnx': (response) => response.writeHead(200, { ...shared, 'Content-Length': 0 }).end(),
  '/short.onnx': (response) => {
    response.writeHead(200, { ...shared, 'Content-Length': 1000 });
    response.write('half a model');
    setTimeout(() => response.destroy(), 50);
  },
  // The first request breaks off, in the middle of a file that says what it is.
  '/broken/gossamer-base.wasm': async (response) => {
    const file = Buffer.from(await (await fetch(`${site.url}/wasm/gossamer-base.wasm`)).arrayBuffer());
    const type = { ...shared, 'Content-Type': 'application/wasm' };
    wasmRequests += 1;
    if (wasmRequests > 1) return response.writeHead(200, type).end(file);
    response.writeHead(200, { ...type, 'Content-Length': file.length });
    response.write(file.subarray(0, file.length / 2));
    return setTimeout(() => response.destroy(), 50);
  },
  '/broken/gossamer-base.js': async (response) => {
    const file = await (await fetch(`${site.url}/wasm/gossamer-base.js`)).text();
    response.writeHead(200, { ...shared, 'Content-Type': 'text/javascript' }).end(file);
  },
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

test('an exception of onProgress reaches the caller as it is', async () => {
  const message = await run(`
    const url = URL.createObjectURL(new Blob([bytes]));
    const onProgress = () => { throw new RangeError('mine'); };
    return (await fails(() => lib.ImageClassifier.createFromModelPath(url, { onProgress }))).message;
  `);
  assert.equal(message, 'mine');
});

test('another site’s compressed model is as long as it is, whatever its header says', async () => {
  const { seen, label } = await run(`
    const seen = [];
    const classifier = await lib.ImageClassifier.createFromModelPath('${other.url}/packed.onnx', {
      onProgress: (received, total) => seen.push([received, total]),
    });
    return { seen, label: top(await classifier.classify(paint('#0f0'))) };
  `);
  assert.notEqual(packed.length, colourModel().length);
  assert.deepEqual(seen.at(-1), [colourModel().length, 0]);
  assert.equal(label, '1');
});

test('answers without a model in them are told apart', async () => {
  const failures = await run(`
    const failures = {};
    for (const name of ['204', 'empty', 'short']) {
      failures[name] = await fails(() => lib.ImageClassifier.createFromModelPath('${other.url}/' + name + '.onnx'));
    }
    globalThis.fetch = async () => new Response(null);  // as a service worker may answer
    failures.none = await fails(() => lib.ImageClassifier.createFromModelPath('/none.onnx'));
    return failures;
  `);
  assert.deepEqual([failures[204].code, failures[204].got], ['NETWORK', 'status 204 No Content']);
  assert.match(failures[204].message, /204\.onnx/);
  assert.equal(failures.empty.code, 'PARSE');
  assert.match(failures.empty.message, /empty/);
  assert.equal(failures.short.code, 'NETWORK');
  assert.match(failures.short.message, /broke off.*short\.onnx/);
  assert.equal(failures.none.code, 'NETWORK');
});

test('a module that breaks off is a failed download, and is fetched anew', async () => {
  const { first, label } = await run(`
    const options = { level: 'base', wasmPaths: '${other.url}/broken' };
    const first = await fails(() => create(options));
    return { first, label: top(await (await create(options)).classify(paint('#0f0'))) };
  `);
  assert.equal(first.code, 'NETWORK');
  assert.match(first.message, /gossamer-base\.wasm/);
  assert.equal(label, 'green');
});

test('a module that the browser gives up on is a failed download, too', async () => {
  const failure = await run(`
    WebAssembly.compileStreaming = async () => { throw new DOMException('gone', 'AbortError'); };
    return fails(() => create());
  `);
  assert.equal(failure.code, 'NETWORK');
  assert.match(failure.message, /broke off.*gossamer-\w+\.wasm/);
});

test('a missing runtime names the address it was looked for at', async () => {
  const failure = await run(`return fails(() => create({ wasmPaths: '/nowhere' }));`);
  assert.equal(failure.code, 'NETWORK');
  assert.match(failure.message, /\/nowhere\/gossamer-\w+\.wasm/);
});

for (const part of ['wasm', 'js']) {
  test(`a module with every operator whose .${part} does not come is a failed download, and is fetched anew`, async () => {
    let asked = 0;
    const { first, label } = await run(`
      const first = await fails(() => create());
      return { first, label: top(await (await create()).classify(paint('#0f0'))) };
    `, rareModel(), (fresh) => fresh.route(new RegExp(`gossamer-\\w+-all\\.${part}$`), (route) =>
      (++asked > 1 ? route.continue() : route.fulfill({ status: 404 }))));
    assert.equal(first.code, 'NETWORK');
    assert.equal(first.operators, undefined, 'they may be in what did not come');
    assert.match(first.message, /every operator, for [\s\S]+-all\.(wasm|js)/);
    assert.equal(label, 'green');
  });
}

test('a file that changed after it was chosen is named as the reason', async () => {
  const failure = await run(`
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle('model.onnx', { create: true });
    const write = async (data) => {
      const stream = await handle.createWritable();
      await stream.write(data);
      await stream.close();
    };
    await write(bytes);
    const file = await handle.getFile();
    await write(new Uint8Array(3));
    return fails(() => lib.ImageClassifier.createFromModelBuffer(file));
  `);
  assert.equal(failure.code, 'IO');
});
