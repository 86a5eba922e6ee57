// The package in pages that no bundler has made: by address, by an import map, from another site, from disk, under a
// strict policy, in workers of the app's own, and in a browser extension.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumFlags, findChromium } from '../../tools/lib/chromium.mjs';
import { serve } from '../../tools/serve.mjs';
import { addPictures, setUpBrowser, unpacked } from './support.mjs';

const site = setUpBrowser();

/** Classifies `picture` with `ImageClassifier` and shows what came of it. */
const classify = `
  const say = (answer) => { document.getElementById('answer').textContent = JSON.stringify(answer); };
  const classify = async (picture, options) => {
    const classifier = await ImageClassifier.createFromModelPath('model.onnx', { maxResults: 1, ...options });
    const { classifications } = await classifier.classify(picture);
    const { worker, threads } = await classifier.info();
    return { label: classifications[0].categories[0].categoryName, worker, threads };
  };
  const shown = async () => {
    const picture = document.querySelector('img');
    await picture.decode();
    return picture;
  };`;
const run = 'shown().then(classify).then(say, ({ message }) => say(message));';
const page = (/** @type {string} */ head, /** @type {string} */ image = '<img src="picture.png">') =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>A page</title>${image}<p id="answer"></p>${head}`;

/**
 * A folder with a page, model and picture, and the package in gossamer/; gone after the test.
 * @param {import('node:test').TestContext} t
 * @param {Record<string, string>} files
 * @param {boolean} [whole]  with the package
 */
function folder(t, files, whole = true) {
  const made = mkdtempSync(path.join(os.tmpdir(), 'gossamer-page-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  addPictures(made);
  if (whole) cpSync(unpacked, path.join(made, 'gossamer'), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(made, name)), { recursive: true });
    writeFileSync(path.join(made, name), text);
  }
  return made;
}

const script = (/** @type {string} */ from) => `<script type="module">import { ImageClassifier } from '${from}';${classify}${run}</script>`;
const usual = (/** @type {number} */ threads) => ({ label: '5', worker: true, threads });

test('a module script, with and without isolation', async (t) => {
  const made = folder(t, { 'index.html': page(script('./gossamer/gossamer.js').replace('then(classify)', 'then((picture) => classify(picture, { threads: 2 }))')) });
  assert.deepEqual(await site.answerOf(made), usual(2));
  assert.deepEqual(await site.answerOf(made, { isolation: false }), usual(1));
});

test('the entry for bundlers works without one', async (t) => {
  const made = folder(t, { 'index.html': page(script('./gossamer/bundler/gossamer.js')) });
  assert.equal((await site.answerOf(made)).label, '5');
});

test('an import map', async (t) => {
  const map = JSON.stringify({ imports: { gossamer: './gossamer/gossamer.js' } });
  const made = folder(t, { 'index.html': page(`<script type="importmap">${map}</script>${script('gossamer')}`) });
  assert.equal((await site.answerOf(made)).label, '5');
});

test('a classic script that sets one global', async (t) => {
  const before = '<script>const before = new Set(Object.keys(globalThis));</script>';
  const added = '<script>const added = Object.keys(globalThis).filter((name) => !before.has(name));</script>';
  const use = `<script>const { ImageClassifier } = gossamer;${classify}
    shown().then(classify).then((answer) => say({ ...answer, added }), ({ message }) => say(message));</script>`;
  const made = folder(t, { 'index.html': page(`${before}<script src="gossamer/single/gossamer.global.js"></script>${added}${use}`) });
  assert.deepEqual(await site.answerOf(made), { ...usual(1), added: ['gossamer'] });
});

test('a page from disk', async (t) => {
  // It can read no other file: the model comes as a file that somebody chooses.
  const made = folder(t, {
    'index.html': page(`<script src="gossamer/single/gossamer.global.js"></script><input type="file" multiple><script>
      document.querySelector('input').onchange = async ({ target: { files: [model, picture] } }) => {
        const answer = document.getElementById('answer');
        try {
          const classifier = await gossamer.ImageClassifier.createFromModelBuffer(model, { maxResults: 1 });
          const { classifications } = await classifier.classify(picture);
          answer.textContent = [classifications[0].categories[0].categoryName, (await classifier.info()).worker].join();
        } catch (error) {
          answer.textContent = error.message;
        }
      };</script>`, ''),
  });
  const opened = await site.browser.newPage();
  await opened.goto(pathToFileURL(path.join(made, 'index.html')).href);
  await opened.setInputFiles('input', [path.join(made, 'model.onnx'), path.join(made, 'picture.png')]);
  await opened.waitForFunction(() => document.getElementById('answer')?.textContent);
  assert.equal(await opened.textContent('#answer'), '5,true');
  await opened.close();
});

/**
 * Serves a folder with headers of its own.
 * @param {import('node:test').TestContext} t
 * @param {string} made
 * @param {Record<string, string>} headers
 */
async function withHeaders(t, made, headers) {
  const files = await serve({ port: 0, root: made, isolation: false });
  const server = createServer(async (request, response) => {
    const file = await fetch(new URL(String(request.url), files.url));
    response.writeHead(file.status, { 'Content-Type': file.headers.get('content-type') ?? 'text/plain', ...headers });
    response.end(Buffer.from(await file.arrayBuffer()));
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await files.close();
  });
  return `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/`;
}

const strict = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src 'self' data:";

test('a strict policy: files beside the page need no more than wasm-unsafe-eval', async (t) => {
  const made = folder(t, {
    'index.html': page('<script type="module" src="main.js"></script>'),
    'main.js': `import { ImageClassifier } from './gossamer/gossamer.js';${classify}${run}`,
  });
  assert.equal((await site.answer(await withHeaders(t, made, { 'Content-Security-Policy': `${strict}; worker-src 'self'` }))).label, '5');
});

test('a strict policy: one file computes on the page, or says what it needs', async (t) => {
  const single = `import { ImageClassifier } from './gossamer/single/gossamer.js';${classify}`;
  const made = folder(t, {
    'index.html': page('<script type="module" src="main.js"></script>'),
    'main.js': `${single}shown().then(async (picture) => [await classify(picture, { worker: false }),
      await classify(picture).catch(({ code, message }) => code + message)]).then(say);`,
  });
  /** @type {string[]} */
  const asked = [];
  const [inline, refused] = await site.answer(await withHeaders(t, made, { 'Content-Security-Policy': strict }),
    (page) => page.on('request', (request) => asked.push(request.url())));
  assert.deepEqual(asked.filter((address) => address.startsWith('gossamer:')), []);
  assert.deepEqual(inline, { label: '5', worker: false, threads: 1 });
  assert.match(refused, /^NETWORK.*worker-src blob:.*worker: false/s);
});

test("another site's files, as from a CDN, with and without isolation of the page", async (t) => {
  const made = folder(t, {}, false);
  const cdn = await withHeaders(t, unpacked, { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
  for (const entry of ['gossamer.js', 'bundler/gossamer.js', 'single/gossamer.js']) {
    writeFileSync(path.join(made, 'index.html'), page(script(`${cdn}${entry}`)));
    for (const isolation of [true, false]) {
      const answer = await site.answerOf(made, { isolation });
      assert.equal(answer.label, '5', `${entry} ${isolation}: ${JSON.stringify(answer)}`);
    }
  }
});

test("a module worker of the app's own", async (t) => {
  const made = folder(t, {
    'index.html': page(`<script type="module">const worker = new Worker('own.js', { type: 'module' });
      worker.onmessage = ({ data }) => { document.getElementById('answer').textContent = JSON.stringify(data); };</script>`),
    'own.js': `import { ImageClassifier } from './gossamer/gossamer.js';${classify}
      fetch('picture.png').then((file) => file.blob()).then(classify).then(postMessage, ({ message }) => postMessage(message));`,
  });
  assert.equal((await site.answerOf(made)).label, '5');
});

test("a service worker of the app's own", async (t) => {
  const made = folder(t, {
    'index.html': page(`<script type="module">
      await navigator.serviceWorker.register('own.js', { type: 'module' });
      const { active } = await navigator.serviceWorker.ready;
      navigator.serviceWorker.onmessage = ({ data }) => { document.getElementById('answer').textContent = JSON.stringify(data); };
      navigator.serviceWorker.startMessages();
      active.postMessage('begin');</script>`),
    'own.js': `import { ImageClassifier } from './gossamer/service-worker.js';${classify}
      onmessage = ({ source }) => fetch('picture.png').then((file) => file.blob()).then(classify)
        .then((answer) => source.postMessage(answer), ({ message }) => source.postMessage(message));`,
  });
  assert.deepEqual(await site.answerOf(made), { label: '5', worker: false, threads: 1 });
});

test('a browser extension: its page, its background, and a script in pages', async (t) => {
  const made = folder(t, {
    'manifest.json': JSON.stringify({
      manifest_version: 3, name: 'Gossamer test', version: '1',
      background: { service_worker: 'background.js', type: 'module' },
      content_scripts: [{ matches: ['<all_urls>'], js: ['content.js'] }],
      web_accessible_resources: [{ resources: ['*'], matches: ['<all_urls>'] }],
      content_security_policy: { extension_pages: "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'" },
    }),
    'own.html': page('<script type="module" src="own.js"></script>'),
    'own.js': `import { ImageClassifier } from './gossamer/gossamer.js';${classify}${run}`,
    'background.js': `import { ImageClassifier } from './gossamer/service-worker.js';${classify}
      chrome.runtime.onMessage.addListener((message, sender, answer) => {
        fetch('picture.png').then((file) => file.blob()).then(classify).then(answer, (error) => answer(error.message));
        return true;
      });`,
    // It belongs to the page, which may not start the extension's workers: it asks the background.
    'content.js': `chrome.runtime.sendMessage('classify').then((answer) => {
        document.documentElement.dataset.answer = JSON.stringify(answer);
      });`,
  });
  const profile = mkdtempSync(path.join(os.tmpdir(), 'gossamer-profile-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(), headless: false,
    args: [...chromiumFlags, '--headless=new', `--disable-extensions-except=${made}`, `--load-extension=${made}`, '--disable-features=DisableLoadExtensionCommandLineSwitch'],
  });
  t.after(async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  });
  const [background] = context.serviceWorkers().length ? context.serviceWorkers() : [await context.waitForEvent('serviceworker')];
  const id = new URL(background.url()).host;
  const own = await context.newPage();
  await own.goto(`chrome-extension://${id}/own.html`);
  await own.waitForFunction(() => document.getElementById('answer')?.textContent);
  assert.equal(JSON.parse(String(await own.textContent('#answer'))).label, '5');
  const server = await serve({ port: 0, root: folder(t, { 'index.html': page('') }, false) });
  t.after(() => server.close());
  const visited = await context.newPage();
  await visited.goto(server.url);
  await visited.waitForFunction(() => document.documentElement.dataset.answer);
  assert.equal((await visited.evaluate(() => JSON.parse(String(document.documentElement.dataset.answer)))).label, '5');
});
