// What no committed file may hold: addresses of the machine it was written on (package registries
// and mirrors, its folders) and large or built files. A clone must work behind any mirror.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { repositoryFiles } from '../tools/lib/lint.mjs';
import { root, run } from '../tools/lib/run.mjs';

/** Host names of the registries that apt and npm of this machine are set to. */
async function registryHosts() {
  const texts = [(await run('npm', ['config', 'get', 'registry'])).trim()];
  const files = ['/etc/apt/sources.list'];
  const parts = '/etc/apt/sources.list.d';
  if (existsSync(parts)) files.push(...readdirSync(parts).map((name) => path.join(parts, name)));
  for (const file of files) {
    if (!existsSync(file) || !statSync(file).isFile()) continue;
    const lines = readFileSync(file, 'utf8').split('\n');
    texts.push(...lines.filter((line) => !line.startsWith('#')));
  }
  const hosts = texts.flatMap((text) =>
    [...text.matchAll(/https?:\/\/(?:[^/@\s]*@)?([^/:\s]+)/g)].map((match) => match[1]),
  );
  // A registry on this very machine has a name that ordinary text may hold.
  return [...new Set(hosts)].filter((host) => host.includes('.') && !/^[\d.]+$/.test(host));
}

/**
 * The first of the needles that the file holds.
 * @param {Buffer} bytes
 * @param {string[]} needles
 */
const held = (bytes, needles) => needles.find((needle) => bytes.includes(needle));

test('no file names a registry or a folder of this machine', async () => {
  const hosts = await registryHosts();
  // A checkout in a folder like /app would be found in ordinary text.
  const needles = root.split('/').length > 2 ? [...hosts, `${root}/`] : hosts;
  const faults = [];
  for (const file of await repositoryFiles(/./)) {
    const needle = held(readFileSync(path.join(root, file)), needles);
    if (needle) faults.push(`${file} holds ${needle}`);
  }
  assert.deepEqual(faults, []);
});

test('a registry would be found', () => {
  const hosts = ['packages.example'];
  const text = Buffer.from('"resolved": "https://packages.example/package.tgz"');
  assert.equal(held(text, hosts), hosts[0]);
  assert.equal(held(Buffer.from('nothing here'), hosts), undefined);
});

test('nothing built, fetched or large is committed', async () => {
  const built = await repositoryFiles(/\.(wasm|o|a|so|deb|zip|gz|xz)$|(^|\/)(node_modules|dist|build)\//);
  assert.deepEqual(built, []);
  const files = await repositoryFiles(/./);
  assert.deepEqual(files.filter((file) => statSync(path.join(root, file)).size > 10e6), []);
});

test('the version is the same wherever it stands', async () => {
  const read = (/** @type {string} */ file) => readFileSync(path.join(root, file), 'utf8');
  const { version } = JSON.parse(read('package.json'));
  const { env } = await import('../web/ort.js');
  assert.equal(env.versions.gossamer, version);
  assert.match(read('CMakeLists.txt'), new RegExp(`project\\(gossamer VERSION ${version} `));
});
