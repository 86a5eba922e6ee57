// What the integration tests share: the package as it is published (npm run package), apps that install it, and a
// browser that looks at them. Apps are made in build/integration, where what they install from npm stays.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { chromiumFlags, findHeadlessShell } from '../../tools/lib/chromium.mjs';
import { root, run } from '../../tools/lib/run.mjs';
import { serve } from '../../tools/serve.mjs';

const here = path.join(root, 'tests/integration');

// Under `npm test` this setting of the repository's .npmrc reaches every npm by the environment. Who follows an
// example's README has no such setting, and `npm start` of an example has a script before it.
delete process.env.npm_config_ignore_scripts;

/** The package, installed. @type {string} */
export const unpacked = path.join(root, 'build/package');

/** The archive that npm would publish. */
export function archive() {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const file = path.join(root, `build/gossamer-${version}.tgz`);
  assert.ok(existsSync(file), 'run npm run package first');
  return file;
}

/**
 * Copies an app of apps/, with the digits model and a five in `pictures`, and installs the package there.
 * @param {string} name  of the copy
 * @param {object} [options]
 * @param {string} [options.from]  folder in apps/, or anywhere; default: the name
 * @param {string} [options.pictures]  folder in the app for model and picture
 * @param {string[]} [options.packages]  further ones, from npm
 * @returns {Promise<string>}  the app's folder
 */
export async function installApp(name, { from = name, pictures = '.', packages = [] } = {}) {
  const app = path.join(root, 'build/integration', name);
  mkdirSync(app, { recursive: true });
  for (const file of readdirSync(app)) {
    if (!/^(node_modules|package.*\.json)$/.test(file)) rmSync(path.join(app, file), { recursive: true });
  }
  cpSync(path.resolve(here, 'apps', from), app, { recursive: true });
  const manifest = path.join(app, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "name": "app", "private": true, "type": "module" }\n');
  addPictures(path.join(app, pictures));
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--install-links', '--force', archive(), ...packages], { cwd: app });
  return app;
}

/** Puts the digits model and a five into a folder. @param {string} folder */
export function addPictures(folder) {
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(root, 'models/digits/digits.onnx'), path.join(folder, 'model.onnx'));
  cpSync(path.join(root, 'models/digits/heldout/5/0032.png'), path.join(folder, 'picture.png'));
}

/**
 * An example, installed as examples/README.md says: in a copy of the parts of the repository that it reaches for.
 * @param {string} name
 * @returns {Promise<string>}  the example's folder
 */
export async function installExample(name) {
  const clone = path.join(root, 'build/integration', `example-${name}`);
  rmSync(clone, { recursive: true, force: true });
  for (const part of ['package.json', 'tools', 'models/digits', 'examples/copy.mjs']) {
    cpSync(path.join(root, part), path.join(clone, part), { recursive: true });
  }
  // Nothing that was installed or copied there by hand.
  const example = path.join(root, 'examples', name);
  const own = (/** @type {string} */ file) => !/^(node_modules|pictures|public|dist|model\.onnx|picture\.png)/.test(path.relative(example, file));
  const app = path.join(clone, 'examples', name);
  cpSync(example, app, { recursive: true, filter: own });
  const file = archive();
  cpSync(file, path.join(clone, 'build', path.basename(file)));
  await run('npm', ['install'], { cwd: app, env: { npm_config_prefer_offline: 'true' } });
  return app;
}

/** A port that nobody listens at. @returns {Promise<number>} */
const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    server.close(() => resolve(port));
  });
});

/**
 * Starts an app's own server, and ends it after the test.
 * @param {import('node:test').TestContext} t
 * @param {string} app
 * @param {(port: number) => {command: string, args?: string[], env?: Record<string, string>}} program
 */
export async function start(t, app, program) {
  const port = await freePort();
  const { command, args = [], env = {} } = program(port);
  const server = spawn(command, args, { cwd: app, env: { ...process.env, ...env }, stdio: 'ignore', detached: true });
  t.after(() => { if (server.pid) process.kill(-server.pid); });
  const url = `http://localhost:${port}/`;
  for (let tries = 0; tries < 150; tries += 1) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return { url, html: await answer.text() };
    await new Promise((resolve) => { setTimeout(resolve, 200); });
  }
  return assert.fail(`${command} does not answer at ${url}`);
}

/** Chromium for a test file. @param {{flags?: string[]}} [options] */
export function setUpBrowser({ flags = [] } = {}) {
  const site = {
    browser: /** @type {import('playwright-core').Browser} */ (/** @type {any} */ (undefined)),
    /**
     * What an app says.
     * @param {string} url
     * @param {(page: import('playwright-core').Page) => void} [watch]  before it is opened
     * @returns {Promise<any>}
     */
    async answer(url, watch = () => {}) {
      const page = await site.browser.newPage();
      watch(page);
      /** @type {string[]} */
      const said = [];
      page.on('pageerror', (error) => said.push(String(error.stack)));
      page.on('console', (message) => { if (message.type() === 'error') said.push(message.text()); });
      await page.goto(url);
      await page.waitForFunction(() => document.getElementById('answer')?.textContent, undefined, { timeout: 60_000 })
        .catch(() => assert.fail(`no answer of ${url}: ${said.join('\n')}`));
      const answer = JSON.parse(String(await page.textContent('#answer')));
      await page.close();
      return answer;
    },
    /**
     * What an app says that is served from a folder.
     * @param {string} folder
     * @param {Omit<import('../../tools/serve.mjs').ServeOptions, 'root' | 'port'> & {path?: string}} [options]
     */
    async answerOf(folder, { path: at = '', ...options } = {}) {
      const server = await serve({ port: 0, root: folder, ...options });
      try {
        return await site.answer(new URL(at, server.url).href);
      } finally {
        await server.close();
      }
    },
  };
  before(async () => {
    site.browser = await chromium.launch({ executablePath: findHeadlessShell(), args: [...chromiumFlags, ...flags] });
  });
  after(() => site.browser?.close());
  return site;
}
