// What every browser engine has to do, as tests: the page reads drawings, files and the camera; the
// library reads streams; and what once went wrong in one engine is right in all. Two addresses serve
// the site: one with the headers that isolate a page, and one without them, where downloads break off.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { serve } from '../../tools/serve.mjs';
import { DIGITS } from '../../web/app/strokes.js';
import { setUpOtherSite, shared } from '../browser/otherSite.mjs';
import { encodePng, renderDigit } from '../browser/pictures.mjs';
import { colourModel } from '../support/onnx.mjs';
import { wideModel } from '../support/wideModel.mjs';
import { HELPERS } from './inPage.mjs';

const site = { url: '' };
const half = (/** @type {Buffer} */ file) => file.subarray(0, file.length / 2);
const fetchFile = async (/** @type {string} */ name) =>
  Buffer.from(await (await fetch(site.url + name)).arrayBuffer());

/**
 * Sends half a file and breaks off, its length announced or not.
 * @param {import('node:http').ServerResponse} response
 * @param {Buffer} file @param {string} type @param {boolean} counted
 */
function breakOff(response, file, type, counted) {
  response.writeHead(200, {
    ...shared, 'Content-Type': type, ...(counted ? { 'Content-Length': file.length } : {}),
  });
  response.write(half(file));
  setTimeout(() => response.destroy(), 100);
}

const html = (/** @type {string} */ body) => (/** @type {import('node:http').ServerResponse} */ response) =>
  response.writeHead(200, { ...shared, 'Content-Type': 'text/html' }).end(`<!doctype html>${body}`);

/** What does not come the next time it is asked for. @type {Set<string>} */
const missing = new Set();

/** @type {Record<string, (response: import('node:http').ServerResponse) => unknown>} */
const answers = {
  '/app/views/models.js': async (response) => {
    if (missing.delete('/app/views/models.js')) return response.writeHead(503, shared).end();
    return response.writeHead(200, { ...shared, 'Content-Type': 'text/javascript' }).end(await fetchFile('/app/views/models.js'));
  },
  '/bare.html': html('<title>Bare</title>'),
  '/framed.html': html('<script type="module" src="/framed.js"></script>'),
  '/framed.js': (response) => response.writeHead(200, { ...shared, 'Content-Type': 'text/javascript' }).end(`
    ${HELPERS}
    create().then(async (classifier) => top(await classifier.classify(paint('#00f'))))
      .then((answer) => parent.postMessage(answer, '*'), (error) => parent.postMessage(error.message, '*'));`),
};
for (const counted of [true, false]) {
  const folder = counted ? 'counted' : 'uncounted';
  answers[`/${folder}/model.onnx`] = (response) =>
    breakOff(response, colourModel(), 'application/octet-stream', counted);
  answers[`/${folder}/gossamer-base.wasm`] = async (response) =>
    breakOff(response, await fetchFile('/wasm/gossamer-base.wasm'), 'application/wasm', counted);
}

/** @param {() => Promise<import('./browser.mjs').Browser>} launch */
export function defineScenarios(launch) {
  /** @type {import('./browser.mjs').Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let server;
  const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-engines-'));
  before(async () => {
    server = await serve({ port: 0 });
    site.url = server.url;
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true });
  });
  const other = setUpOtherSite(site, answers);

  /** Runs a body with the library's helpers on a bare page. @param {string} body @param {string} [at] */
  const run = async (body, at = other.url) => {
    await browser.open(`${at}/bare.html`);
    return browser.evaluate(`${HELPERS}\n${body}`);
  };
  /** The page, ready. @param {string} at */
  const openPage = async (at) => {
    await browser.open(`${at}/`);
    await until("document.querySelector('[data-testid=status]').dataset.state === 'ready'");
  };
  /** Waits for a condition in the page. @param {string} condition */
  const until = (condition) => browser.evaluate(`
    for (let left = 400; !(${condition}); --left) {
      if (left === 0) throw new Error(${JSON.stringify(`never: ${condition}`)} + document.body.innerText);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }`);
  const readsAs = (/** @type {number} */ digit) => until(`document.getElementById('label').textContent === '${digit}'
    && document.getElementById('reading').getAttribute('aria-busy') === 'false'`);
  const draw = async (/** @type {number} */ digit) => {
    await browser.evaluate("document.getElementById('clear').click()");
    const [left, top, side] = await browser.evaluate(`const { x, y, width } =
      document.getElementById('pad').getBoundingClientRect(); return [x, y, width]`);
    for (const stroke of DIGITS[digit]) {
      await browser.drag(stroke.map(([x, y]) => [left + x * side, top + y * side]));
    }
  };

  test('the page reads what is drawn, and a file', async (context) => {
    context.diagnostic(browser.version);
    await openPage(site.url);
    const facts = await browser.evaluate("return [crossOriginIsolated, typeof SharedArrayBuffer === 'function']");
    if (facts[0] && !facts[1]) context.diagnostic('no SharedArrayBuffer, although the page is isolated');
    for (const digit of [3, 8]) {
      await draw(digit);
      await readsAs(digit);
    }
    const [preprocess] = await browser.evaluate("return [document.getElementById('preprocess').textContent]");
    context.diagnostic(`preprocessing of the pad: ${preprocess}`);
    const file = path.join(folder, '6.png');
    writeFileSync(file, encodePng(renderDigit(6)));
    await browser.upload('[data-testid=file-input]', file);
    await readsAs(6);
  });

  test('a view that did not come is there at the next try, or after the reload that the page then advises', async (context) => {
    await openPage(other.url);
    missing.add('/app/views/models.js');
    const press = (/** @type {string} */ text) => browser.evaluate(`[...document.querySelectorAll('#error button')]
      .find(({ textContent }) => textContent === '${text}').click()`);
    const shown = "document.documentElement.dataset.shown === 'models'";
    await browser.evaluate("document.querySelector('[data-testid=nav-models]').click()");
    await until("document.getElementById('error').innerText.includes('cannot be fetched')");
    assert.ok(!missing.size);
    await press('Try again');
    await until(`${shown} || document.getElementById('error').innerText.includes('only once')`);
    const again = await browser.evaluate(`return ${shown}`);
    context.diagnostic(`asks for a module again: ${again}`);
    if (again) return;
    await browser.evaluate('globalThis.before = true');
    await press('Reload the page');
    await until("!('before' in globalThis) && document.querySelector('[data-testid=status]')?.dataset.state === 'ready'");
    await browser.evaluate("document.querySelector('[data-testid=nav-models]').click()");
    await until(shown);
  });

  test('the library reads a stream of a canvas', async (context) => {
    const attempt = () => run(`
      const canvas = paint('#0f0', 64, 48);
      const context = canvas.getContext('2d');
      const video = await play(canvas.captureStream(30), () => context.fillRect(0, 0, 64, 48));
      const classifier = await create();
      const read = async () => top(await classifier.classify(video));
      const first = await read();
      context.fillStyle = '#00f';
      for (let left = 100; left > 0 && await read() !== 'blue'; --left) {
        context.fillRect(0, 0, 64, 48);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      return [first, await read()];`);
    // WebKit's process for pages ended in one of twelve runs of this.
    const answer = await attempt().catch(async (error) => {
      context.diagnostic(`retries: 1 (${error.message})`);
      await browser.close().catch(() => {});
      browser = await launch();
      return attempt();
    });
    assert.deepEqual(answer, ['green', 'blue']);
  });

  test('several threads compute where memory is shared, to the same bits, and can be stopped', async (context) => {
    await openPage(site.url);
    const { shared, threads, reason, answers, ends } = await browser.evaluate(`${HELPERS}
      const wide = Uint8Array.from(atob('${wideModel().toString('base64')}'), (char) => char.charCodeAt(0));
      const picture = new ImageData(Uint8ClampedArray.from({ length: 96 * 96 * 4 }, (_, i) => i * 37), 96, 96);
      const answers = [];
      let info;
      let classifier;
      for (const threads of [1, 2]) {
        classifier = await lib.ImageClassifier.createFromModelBuffer(wide, { threads });
        while (!(info = await classifier.info()).threadsStarted) await new Promise((resolve) => setTimeout(resolve, 50));
        for (let i = 0; i < 4; ++i) answers.push(JSON.stringify((await classifier.classify(picture)).classifications));
      }
      const abort = new AbortController();
      const stopped = classifier.classify(picture, { signal: abort.signal }).then(() => 'answered', ({ code }) => code);
      abort.abort();
      const ends = [await stopped];
      answers.push(JSON.stringify((await classifier.classify(picture)).classifications));
      const closed = classifier.classify(picture).then(() => 'answered', ({ code }) => code);
      classifier.close();
      ends.push(await closed);
      const shared = crossOriginIsolated && typeof SharedArrayBuffer === 'function';
      return { shared, threads: info.threads, reason: info.threadReason, answers, ends };`);
    context.diagnostic(`threads: ${threads}, ${reason}`);
    assert.equal(threads, shared ? 2 : 1);
    assert.equal(new Set(answers).size, 1);
    assert.deepEqual(ends, ['ABORTED', 'HANDLE']);
  });

  for (const counted of ['counted', 'uncounted']) {
    test(`a download that breaks off is one of the network, its length ${counted}`, async () => {
      const [model, module] = await run(`
        return [
          await fails(() => lib.ImageClassifier.createFromModelPath('/${counted}/model.onnx')),
          await fails(() => create({ level: 'base', wasmPaths: '/${counted}' })),
        ];`);
      assert.equal(model.code, 'NETWORK', JSON.stringify(model));
      assert.equal(module.code, 'NETWORK', JSON.stringify(module));
      assert.match(module.message, /broke off/);
    });
  }

  test('a camera that is not there is named so', async () => {
    await openPage(site.url);
    // As every engine itself says it.
    await browser.evaluate(`
      const { mediaDevices } = navigator;
      const original = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = () => original({ video: { deviceId: { exact: 'gone' } } });
      document.getElementById('camera').click();`);
    await until("/camera/.test(document.getElementById('error').innerText)");
    const text = await browser.evaluate("return document.getElementById('error').innerText");
    assert.match(text, /The camera cannot be used\s[\s\S]*No (such )?camera is connected/);
  });

  test('in a sandboxed frame the library works', async () => {
    const answer = await run(`
      const frame = Object.assign(document.createElement('iframe'), { src: '/framed.html' });
      frame.sandbox = 'allow-scripts';
      const answered = new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data)));
      document.body.append(frame);
      return answered;`);
    assert.equal(answer, 'blue');
  });

  test('a clock of whole milliseconds claims no more than it knows', async (context) => {
    await openPage(other.url);
    await draw(7);
    await readsAs(7);
    const [inference, isolated] = await browser.evaluate(`
      return [document.getElementById('inference').textContent, crossOriginIsolated]`);
    context.diagnostic(`inference without isolation: ${inference}`);
    assert.equal(isolated, false);
    assert.match(inference, /^(under 1 ms|[1-9]\d* ms|\d+\.\d+ ms)$/);
    assert.notEqual(parseFloat(inference), 0);
  });

  test('the camera is read without drawing, 25 times a second', async (context) => {
    const { drawn, preprocess, total } = await run(`
      const video = await play(await navigator.mediaDevices.getUserMedia({ video: true }));
      const counted = countDrawings();
      const classifier = await create({ worker: false });
      const timings = [];
      const begin = performance.now();
      while (timings.length < 60 && performance.now() - begin < 8000) {
        timings.push((await classifier.classify(video)).timing);
        await new Promise((resolve) => setTimeout(resolve));
      }
      // Of the faster half: the slower one tells what else the machine does.
      const quartile = (key) => timings.map((timing) => timing[key]).sort((a, b) => a - b)[timings.length >> 2];
      return { drawn: counted(), preprocess: quartile('preprocess'), total: quartile('total') };`, site.url);
    context.diagnostic(`a frame of the camera: ${total.toFixed(1)} ms, preprocessing ${preprocess.toFixed(1)} ms`);
    assert.equal(drawn, 0);
    assert.ok(total <= 1000 / 25, `${total} ms`);
  });

  test('parts of a frame are copied where their sides are odd, and have its colours', async () => {
    const { drawn, answers: read } = await run(`
      const canvas = paint('#f00', 65, 49);
      const context = canvas.getContext('2d');
      context.fillStyle = '#0f0';
      context.fillRect(33, 0, 32, 49);
      const video = await play(canvas.captureStream(30), () => context.fillRect(33, 0, 32, 49));
      const classifier = await create({ worker: false });
      const counted = countDrawings();
      const answers = [];
      for (const [left, right] of [[0.02, 0.45], [0.55, 0.97]]) {
        const regionOfInterest = { left, top: 0.03, right, bottom: 0.95 };
        answers.push(top(await classifier.classify(video, { regionOfInterest })));
      }
      return { drawn: counted(), answers };`);
    assert.deepEqual(read, ['red', 'green']);
    assert.equal(drawn, 0);
  });
}
