// The catalogue of public classifiers, the names of ImageNet's classes, and models/fetch.mjs, against a
// server on this machine that has stand-ins: small models with a catalogue of their own.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { main } from '../../models/fetch.mjs';
import { root } from '../../tools/lib/run.mjs';
import { shortNames, writeCatalogue, writeImagenetLabels } from '../../tools/lib/zoo.mjs';
import { labelsOf, readZoo } from '../../web/app/zoo/catalogue.js';
import { parseRecipe } from '../../web/extras/recipe.js';
import { colourModel, scaleModel } from '../support/onnx.mjs';

const models = { red: colourModel({ bias: [3, 0, 0] }), ramp: scaleModel(1000) };
/** @type {string} */
let folder;
/** @type {import('node:http').Server} */
let server;
/** What the server does beside sending files. @type {{breakAfter?: number, wrong?: boolean, page?: boolean}} */
let faults = {};
/** @type {string[]} Ranges that were asked for. */
let ranges = [];

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gossamer-zoo-'));
  server = createServer((request, response) => {
    const name = path.basename(String(request.url), '.onnx');
    const bytes = models[/** @type {keyof typeof models} */ (name)];
    if (!bytes) return response.writeHead(404).end();
    if (faults.page) return response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    const [, start] = /bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
    ranges.push(request.headers.range ?? '');
    const from = Number(start ?? 0);
    const sent = faults.wrong ? Buffer.alloc(bytes.length - from) : bytes.subarray(from);
    response.writeHead(start ? 206 : 200, {
      'content-length': sent.length,
      ...(start && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    if (!faults.breakAfter) return response.end(sent);
    response.write(sent.subarray(0, faults.breakAfter));
    return setTimeout(() => response.destroy(), 200);  // what was sent has arrived by then
  });
  await new Promise((resolve) => { server.listen(0, 'localhost', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  writeFileSync(path.join(folder, 'catalogue.json'), JSON.stringify({
    base: `http://localhost:${port}/`,
    recipes: { unit: 'fit=stretch', small: 'resize=9;fit=shorter' },
    labels: { colours: ['red', 'green', 'blue'], thousand: 'imagenet/labels.txt' },
    models: Object.entries(models).map(([name, bytes]) => ({
      name, path: `some/folder/${name}.onnx`, bytes: bytes.length, license: 'MIT',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      recipe: 'unit', labels: name === 'red' ? 'colours' : 'thousand',
    })),
  }));
});

after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  faults = {};
  ranges = [];
  rmSync(path.join(folder, 'models'), { recursive: true, force: true });
});

/** @param {...string} args */
async function fetchModels(...args) {
  /** @type {string[]} */
  const lines = [];
  const catalogue = path.join(folder, 'catalogue.json');
  const status = await main([...args, '--catalogue', catalogue, '--to', path.join(folder, 'models')],
    (line) => lines.push(line));
  return { status, text: lines.join('\n') };
}

const target = (/** @type {string} */ name) => path.join(folder, 'models/zoo', name);

test('the catalogue of the repository is well formed, and its recipes are read', () => {
  const zoo = JSON.parse(readFileSync(path.join(root, 'models/zoo.json'), 'utf8'));
  const entries = readZoo(zoo, 'https://site.example/models/zoo.json');
  assert.ok(entries.length >= 20);
  assert.equal(new Set(entries.map(({ name }) => name)).size, entries.length);
  for (const entry of entries) {
    assert.ok(entry.url.startsWith('https://'), entry.url);
    assert.ok(zoo.hosts.includes(new URL(entry.url).origin), 'a policy that allows the hosts allows the base');
    assert.ok(parseRecipe(entry.recipe));
    assert.ok(entry.license);
  }
  const resnet = entries.find(({ name }) => name === 'resnet18-v1-7');
  assert.equal(parseRecipe(String(resnet?.recipe)).resize, 256);
  assert.equal(resnet?.labels, 'https://site.example/models/imagenet/labels.txt');
});

test('a catalogue that is not well formed says what is wrong', () => {
  const good = { name: 'a', path: 'a', bytes: 1, sha256: '0'.repeat(64), recipe: 'r', labels: 'l' };
  const read = (/** @type {object} */ change) => () =>
    readZoo({ recipes: { r: '' }, labels: { l: ['x'] }, models: [{ ...good, ...change }] }, 'http://a/');
  read({})();
  assert.throws(read({ name: '../a' }), /a name of letters/);
  assert.throws(read({ bytes: 0 }), /bytes are not stated/);
  assert.throws(read({ sha256: 'abc' }), /64 hexadecimal/);
  assert.throws(read({ recipe: 'other' }), /no recipe called other/);
  assert.throws(read({ labels: 'other' }), /no labels called other/);
  assert.throws(() => readZoo([], 'http://a/'), /no list of models/);
});

test('named models are fetched, and the catalogue beside them says so', async () => {
  const { status, text } = await fetchModels('red');
  assert.equal(status, 0, text);
  assert.deepEqual(readFileSync(target('red.onnx')), models.red);
  const written = path.join(folder, 'models/zoo.json');
  const entries = readZoo(JSON.parse(readFileSync(written, 'utf8')), 'http://site/models/zoo.json');
  assert.deepEqual(entries.map(({ local }) => local), [true, false]);
  assert.equal(entries[0].url, 'http://site/models/zoo/red.onnx');
  const again = await fetchModels('red');
  assert.match(again.text, /there already/);
  assert.equal(ranges.length, 1);
});

test('all are fetched, from another address if asked', async () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const { status, text } = await fetchModels('--all', '--base', `http://localhost:${port}/mirror`);
  assert.equal(status, 0, text);
  assert.match(text, /2 of 2 models/);
  const list = (await fetchModels('--list')).text;
  assert.match(list, /ramp .* there/);
  assert.match(list, /red +\d\.\d KB/, 'of a small one not 0.0 MB');
});

test('a download that broke off goes on where it was', async () => {
  faults = { breakAfter: 5000 };
  const broken = await fetchModels('ramp');
  assert.equal(broken.status, 1);
  assert.match(broken.text, /broke off after \d+ of/);
  assert.ok(existsSync(target('ramp.onnx.part')) && !existsSync(target('ramp.onnx')));
  assert.ok(statSync(target('ramp.onnx.part')).size >= 4000);
  truncateSync(target('ramp.onnx.part'), 4000);
  faults = {};
  const { status, text } = await fetchModels('ramp');
  assert.equal(status, 0, text);
  assert.match(text, /went on after 4000 bytes/);
  assert.equal(ranges.at(-1), 'bytes=4000-');
  assert.deepEqual(readFileSync(target('ramp.onnx')), models.ramp);
});

test('a full disk is said to be one', async () => {
  mkdirSync(path.dirname(target('ramp.onnx')), { recursive: true });
  symlinkSync('/dev/full', target('ramp.onnx.part'));
  const { status, text } = await fetchModels('ramp');
  assert.equal(status, 1);
  assert.match(text, /cannot be written: .*ramp\.onnx\.part: ENOSPC/);
  assert.doesNotMatch(text, /broke off/);
});

test('wrong bytes, web pages and unknown names are refused', async () => {
  faults = { wrong: true };
  const wrong = await fetchModels('red');
  assert.equal(wrong.status, 1);
  assert.match(wrong.text, /not the announced model.*SHA-256/);
  assert.ok(!existsSync(target('red.onnx')) && !existsSync(target('red.onnx.part')));
  faults = { page: true };
  assert.match((await fetchModels('red')).text, /web page in place of the model/);
  await assert.rejects(fetchModels('blue'), /no model called 'blue'/);
  assert.equal((await fetchModels()).status, 1);
});

test('a file that was damaged afterwards is fetched again', async () => {
  await fetchModels('red');
  writeFileSync(target('red.onnx'), Buffer.alloc(models.red.length));
  assert.match((await fetchModels('red')).text, /downloaded/);
  assert.deepEqual(readFileSync(target('red.onnx')), models.red);
});

test('an incomplete file is not offered as local', () => {
  writeFileSync(path.join(folder, 'catalogue2.json'), readFileSync(path.join(folder, 'catalogue.json')));
  const models2 = path.join(folder, 'models');
  writeCatalogue(models2, path.join(folder, 'catalogue2.json'));
  const zoo = JSON.parse(readFileSync(path.join(models2, 'zoo.json'), 'utf8'));
  assert.deepEqual(zoo.models.map((/** @type {any} */ model) => model.file), [undefined, undefined]);
});

test("ImageNet's names are a thousand, each for one class, and their licence is beside them", async () => {
  const into = path.join(folder, 'labels');
  writeImagenetLabels(into);
  const file = path.join(into, 'imagenet/labels.txt');
  const get = /** @type {typeof fetch} */ (async () => new Response(readFileSync(file)));
  const names = /** @type {string[]} */ (await labelsOf({ labels: 'http://a/labels.txt' }, get));
  assert.equal(names.length, 1000);
  assert.equal(new Set(names).size, 1000);
  assert.deepEqual([names[0], names[1], names[281], names[999]], ['tench', 'goldfish', 'tabby', 'toilet tissue']);
  assert.match(readFileSync(path.join(into, 'imagenet/NOTICE.txt'), 'utf8'), /Apache License/);
  assert.match(readFileSync(path.join(into, 'imagenet/LICENSE.txt'), 'utf8'), /Apache License/);
  assert.deepEqual(shortNames(['crane', 'a, b', 'crane', 'x, y', 'x, z']),
    ['crane (0)', 'a', 'crane (2)', 'x, y', 'x, z']);
});

test('without the package there are no names, and the build goes on', async () => {
  writeImagenetLabels(path.join(folder, 'none'), path.join(folder, 'package.json'));
  assert.ok(!existsSync(path.join(folder, 'none')));
  const missing = /** @type {typeof fetch} */ (async () => new Response('', { status: 404 }));
  assert.equal(await labelsOf({ labels: 'http://a/labels.txt' }, missing), undefined);
});
