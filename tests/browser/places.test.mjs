// Where apps run the library: in workers of their own, in service workers and extensions, on pages with
// policies. It works there, or says what is missing.

import assert from 'node:assert/strict';
import { mkdtempSync, cpSync, writeFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { chromium } from 'playwright-core';
import { chromiumFlags, findChromium } from '../../tools/lib/chromium.mjs';
import { root } from '../../tools/lib/run.mjs';
import { setUp } from './helpers.mjs';
import { openBare } from './library.mjs';
import { colourModel, rareModel } from '../support/onnx.mjs';

/** Files of an app, served under /app/: to shared workers as well, of which playwright knows nothing. */
const app = mkdtempSync(path.join(os.tmpdir(), 'gossamer-app-'));
after(() => rmSync(app, { recursive: true, force: true }));
const models = { 'model.onnx': colourModel(), 'rare.onnx': rareModel() };
/** @param {string} folder @param {Record<string, string | Buffer>} files */
const write = (folder, files) => Object.entries(files).forEach(([name, content]) =>
  writeFileSync(path.join(folder, name), content));
write(app, models);

const site = setUp({ mounts: { '/app/': app } });
const green = "{ width: 1, height: 1, data: new Uint8Array([0, 255, 0, 255]) }";

/** What a worker of an app does: both surfaces, with a model at a relative address. */
const inWorker = `
  import { ImageClassifier } from '/gossamer.js';
  import * as ort from '/ort.js';
  try {
    const classifier = await ImageClassifier.createFromModelPath('model.onnx');
    const { classifications } = await classifier.classify(${green});
    const session = await ort.InferenceSession.create('../app/model.onnx');
    const { probability } = await session.run({ image: new ort.Tensor(new Float32Array(192), [1, 3, 8, 8]) });
    send([classifications[0].categories[0].index, (await classifier.info()).worker, probability.dims]);
  } catch (error) {
    send(String(error));
  }`;

test('in a worker, shared or not, a relative address counts from the worker', async () => {
  write(app, {
    'own.js': `const send = (answer) => postMessage(answer);${inWorker}`,
    'shared.js': `const port = new Promise((resolve) => { onconnect = ({ ports }) => resolve(ports[0]); });
      const send = async (answer) => (await port).postMessage(answer);${inWorker}`,
  });
  const { page, close } = await openBare(site);
  const got = await page.evaluate(() => Promise.all([
    new Promise((resolve) => {
      const worker = new Worker('/app/own.js', { type: 'module' });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => resolve(message);
    }),
    new Promise((resolve) => {
      const worker = new SharedWorker('/app/shared.js', { type: 'module' });
      worker.port.onmessage = ({ data }) => resolve(data);
      worker.onerror = () => resolve('error');
    }),
  ]));
  assert.deepEqual(got, [[1, true, [1, 3]], [1, false, [1, 3]]]);
  await close();
});

/** A service worker that answers each message with what `body` gives. @param {string} imports @param {string} body */
const serviceWorker = (imports, body) => `${imports}
  self.addEventListener('install', () => self.skipWaiting());
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
  self.addEventListener('message', async ({ source }) => {
    try {
      source.postMessage(await (async () => { ${body} })());
    } catch (error) {
      source.postMessage(String(error));
    }
  });`;

const classifies = `
  const answers = [];
  for (const name of ['model.onnx', 'rare.onnx']) {
    const classifier = await ImageClassifier.createFromModelPath(name, { worker: false });
    answers.push((await classifier.classify(${green})).classifications[0].categories[0].index);
  }
  return answers;`;

/** Asks a service worker of this text. @param {string} text */
async function askServiceWorker(text) {
  write(app, { 'sw.js': text });
  const { page, close } = await openBare(site);
  const got = await page.evaluate(async () => {
    const { serviceWorker: workers } = navigator;
    await workers.register('/app/sw.js', { type: 'module', scope: '/app/' });
    const { active, installing, waiting } = /** @type {any} */ (await workers.getRegistration('/app/'));
    return new Promise((resolve) => {
      workers.onmessage = ({ data }) => resolve(data);
      (active ?? waiting ?? installing).postMessage('go');
    });
  });
  await close();
  return got;
}

test('in a service worker, by the entry that imports all at once', async () => {
  const imports = "import { ImageClassifier } from '/service-worker.js'; import * as ort from '/ort.js';";
  assert.deepEqual(await askServiceWorker(serviceWorker(imports, classifies)), [1, 1]);
  assert.deepEqual(await askServiceWorker(serviceWorker(imports, `
    const session = await ort.InferenceSession.create('model.onnx');
    const { probability } = await session.run({ image: new ort.Tensor(new Float32Array(192), [1, 3, 8, 8]) });
    return probability.dims;`)), [1, 3]);
});

test('in a service worker, the other entry says which is right', async () => {
  const imports = "import { ImageClassifier } from '/gossamer.js';";
  assert.match(String(await askServiceWorker(serviceWorker(imports, classifies))), /service-worker\.js/);
});

test('in the background of an extension', async (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gossamer-extension-'));
  const profile = mkdtempSync(path.join(os.tmpdir(), 'gossamer-profile-'));
  cpSync(path.join(root, 'dist'), path.join(folder, 'dist'), { recursive: true });
  write(folder, {
    ...models,
    'manifest.json': JSON.stringify({
      manifest_version: 3, name: 'test', version: '1', background: { service_worker: 'bg.js', type: 'module' },
      content_security_policy: { extension_pages: "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'" },
    }),
    'bg.js': `import { ImageClassifier } from './dist/service-worker.js';
      self.go = async () => { ${classifies} };`,
  });
  const context = await chromium.launchPersistentContext(profile, {
    // The shell has no extensions.
    executablePath: findChromium(),
    args: [...chromiumFlags, '--headless=new', `--disable-extensions-except=${folder}`, `--load-extension=${folder}`],
    ignoreDefaultArgs: ['--disable-extensions'],
  });
  t.after(async () => {
    await context.close();
    for (const made of [folder, profile]) rmSync(made, { recursive: true, force: true });
  });
  const [worker] = context.serviceWorkers();
  const background = worker ?? await context.waitForEvent('serviceworker');
  assert.deepEqual(await background.evaluate('self.go()'), [1, 1]);
});

test('a worker script without the header that the page demands is told so', async () => {
  const demanding = { 'Cross-Origin-Embedder-Policy': 'require-corp' };
  const { page, close } = await openBare(site, (fresh) => fresh.route('**/worker.js', async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers() };
    delete headers['cross-origin-embedder-policy'];
    await route.fulfill({ response, headers });
  }), demanding);
  const message = await page.evaluate(`import('/gossamer.js').then(({ ImageClassifier }) =>
    ImageClassifier.createFromModelBuffer(new Uint8Array(1))).catch(({ message }) => message)`);
  assert.match(String(message), /NETWORK.*Cross-Origin-Embedder-Policy.*worker\.js/);
  await close();
});

test('where Trusted Types are required, a default policy that allows worker.js is enough', async () => {
  const policy = { 'Content-Security-Policy': "require-trusted-types-for 'script'" };
  const body = `(async (prepared) => {
    if (prepared) {
      trustedTypes.createPolicy('default', {
        createScriptURL: (url) => (new URL(url).pathname === '/worker.js' ? url : null),
      });
    }
    const { ImageClassifier } = await import('/gossamer.js');
    const model = new Uint8Array(await (await fetch('/app/model.onnx')).arrayBuffer());
    const classify = async (options) => {
      const classifier = await ImageClassifier.createFromModelBuffer(model, options);
      return (await classifier.classify(${green})).classifications[0].categories[0].index;
    };
    return [await classify().catch(({ message }) => message), await classify({ worker: false })];
  })`;
  for (const prepared of [true, false]) {
    const { page, close } = await openBare(site, undefined, policy);
    const [inWorkers, here] = /** @type {any[]} */ (await page.evaluate(`${body}(${prepared})`));
    assert.equal(here, 1);
    if (prepared) assert.equal(inWorkers, 1);
    else assert.match(inWorkers, /NETWORK.*TrustedScriptURL/);
    await close();
  }
});
