// The static server: headers that isolate the page, types that browsers insist on, and nothing
// served from outside its folder.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { get as getSecurely } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { Progress } from '../tools/lib/waitPage.mjs';
import { fileOf, serve, serveOptions } from '../tools/serve.mjs';

const openssl = () => spawnSync('openssl', ['version']).status === 0;

/** @type {string} */
let folder;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gossamer-serve-'));
  const site = path.join(folder, 'site');
  mkdirSync(path.join(site, 'wasm'), { recursive: true });
  writeFileSync(path.join(folder, 'secret.txt'), 'secret');
  writeFileSync(path.join(site, 'index.html'), '<p>page</p>');
  writeFileSync(path.join(site, 'wasm/a.wasm'), Buffer.from([0, 97, 115, 109]));
  writeFileSync(path.join(site, 'm.onnx'), 'model');
  server = await serve({ root: site, port: 0 });
});

after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/**
 * A request whose path is sent as it is: fetch() would tidy away the dots.
 * @param {string} name
 * @param {string} [method]
 * @returns {Promise<{status?: number, headers: import('node:http').IncomingHttpHeaders, body: string}>}
 */
function get(name, method = 'GET') {
  return new Promise((resolve, reject) => {
    const sent = request({ host: 'localhost', port: server.port, path: name, method }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('serves the page, isolated', async () => {
  const { status, headers, body } = await get('/?model=digits');
  assert.equal(status, 200);
  assert.equal(body, '<p>page</p>');
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
  assert.equal(headers['cross-origin-embedder-policy'], 'require-corp');
});

test('names the types of wasm and models', async () => {
  assert.equal((await get('/wasm/a.wasm')).headers['content-type'], 'application/wasm');
  assert.equal((await get('/m.onnx')).headers['content-type'], 'application/octet-stream');
});

test('HEAD sends the length and no body', async () => {
  const { headers, body } = await get('/m.onnx', 'HEAD');
  assert.equal(headers['content-length'], '5');
  assert.equal(body, '');
});

test('refuses what is outside, missing, malformed or not a read', async () => {
  for (const name of ['/../secret.txt', '/%2e%2e/secret.txt', '/wasm/..%2f..%2fsecret.txt']) {
    const { status, body } = await get(name);
    assert.equal(status, 400, name);
    assert.ok(!body.includes('secret'));
  }
  assert.equal((await get('/none.js')).status, 404);
  assert.equal((await get('/wasm')).status, 404);
  assert.equal((await get('/%')).status, 400);
  assert.equal((await get('/', 'POST')).status, 405);
});

test('a folder whose name begins like the root is outside', () => {
  assert.equal(fileOf('/srv/site', '/../site-b/x'), null);
  assert.equal(fileOf('/srv/site', '/x'), '/srv/site/x');
});

test('without isolation the headers stay away', async () => {
  const plain = await serve({ root: path.join(folder, 'site'), port: 0, isolation: false });
  const response = await fetch(plain.url);
  assert.equal(response.headers.get('cross-origin-opener-policy'), null);
  await plain.close();
});

test('a file that is asked for before it is built is waited for', async () => {
  let building = true;
  const site = path.join(folder, 'site');
  const early = await serve({ root: site, port: 0, holds: (name, found) => building && !found && name !== '/other.txt' });
  try {
    const there = await fetch(`${early.url}/m.onnx`);
    assert.equal(await there.text(), 'model');
    const late = fetch(`${early.url}/late.txt`);
    assert.equal((await fetch(`${early.url}/other.txt`)).status, 404);
    const first = await Promise.race([late, new Promise((resolve) => { setTimeout(resolve, 600, 'waits'); })]);
    assert.equal(first, 'waits');
    writeFileSync(path.join(site, 'late.txt'), 'late');
    assert.equal(await (await late).text(), 'late');
    const never = fetch(`${early.url}/never.txt`);
    building = false;
    assert.equal((await never).status, 404);
  } finally {
    await early.close();
    rmSync(path.join(site, 'late.txt'));
  }
});

test('a taken port says so', async () => {
  await assert.rejects(serve({ root: folder, port: server.port }), /port \d+ is taken/);
});

test('serves by https with a certificate, at the address that is asked for', { skip: !openssl() && 'no openssl' }, async () => {
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => path.join(folder, name));
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost']);
  assert.equal(made.status, 0, String(made.stderr));
  const secure = await serve({ root: path.join(folder, 'site'), port: 0, host: '127.0.0.1', cert, key });
  try {
    assert.match(secure.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    const body = await new Promise((resolve, reject) => {
      getSecurely(`${secure.url}/`, { rejectUnauthorized: false }, (response) => {
        let text = '';
        response.on('data', (chunk) => { text += chunk; });
        response.on('end', () => resolve(text));
      }).on('error', reject);
    });
    assert.equal(body, '<p>page</p>');
  } finally {
    await secure.close();
  }
});

test('options', () => {
  assert.deepEqual(serveOptions(['--port', '81', '--no-isolation']), { port: 81, root: undefined, isolation: false });
  assert.deepEqual(serveOptions(['--port=82', '--root=x']), { port: 82, root: 'x', isolation: true });
  assert.deepEqual(serveOptions(['--host', '0.0.0.0', '--cert', 'c', '--key', 'k']),
    { port: 8000, root: undefined, isolation: true, host: '0.0.0.0', cert: 'c', key: 'k' });
  assert.throws(() => serveOptions(['--cert', 'c']), /go together/);
  assert.throws(() => serveOptions(['--port', 'x']), /no port number/);
  assert.throws(() => serveOptions(['--prot', '1']), /--prot/);
});

test('while there is no page, one that says what is coming takes its place', async () => {
  const progress = new Progress();
  let waits = true;
  const early = await serve({ root: path.join(folder, 'site'), port: 0, wait: () => (waits ? progress.html() : undefined) });
  const read = async () => {
    const answer = await fetch(early.url);
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
  };
  const current = (/** @type {string} */ text) => /aria-current="step">\s*<strong>([^<]*)<\/strong>( <span>([^<]*))?/.exec(text) ?? [];
  try {
    const { status, type, text } = await read();
    assert.deepEqual([status, type], [503, 'text/html; charset=utf-8']);
    assert.match(text, /5 to 15 minutes/);
    assert.equal(current(text)[1], 'Setting up');
    progress.step(0, 2);
    for (let done = 1; done <= 6; done += 1) progress.step(done, 220);
    const [, , , soon] = current((await read()).text);
    assert.match(soon, /^step 6 of 220, [1-9]\d* .* left$/, 'the total that was counted first does not hold');
    progress.step(3, 90);
    const [, title, , far] = current((await read()).text);
    assert.equal(title, 'Building the engine');
    assert.match(far, /^step 3 of 90, \d+ .* left$/);
    progress.enter('page');
    assert.equal(current((await read()).text)[1], 'Putting the page together');
    waits = false;
    assert.deepEqual([(await read()).status, (await read()).text], [200, '<p>page</p>']);
  } finally {
    await early.close();
  }
});
