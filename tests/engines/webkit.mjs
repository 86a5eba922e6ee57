// WebKitGTK, whose engine is Safari's, by WebDriver over HTTP (W3C, "WebDriver"), on a display of
// Xvfb's. Debian's driver starts WebKit's own MiniBrowser. Its camera is WebKit's mock.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** By the architecture's folder, where Debian has it. */
const MINI_BROWSER = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
  .map((folder) => `/usr/lib/${folder}/webkit2gtk-4.1/MiniBrowser`);
/** The key by which WebDriver marks elements. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** @param {{camera?: boolean}} [options] @returns {Promise<import('./browser.mjs').Browser>} */
export async function launchWebKit({ camera = true } = {}) {
  const home = mkdtempSync(path.join(tmpdir(), 'gossamer-webkit-'));
  const { display, stop: stopDisplay } = await startDisplay();
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home, DISPLAY: display, LIBGL_ALWAYS_SOFTWARE: '1',
    },
  });
  const stop = () => {
    driver.kill();
    stopDisplay();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const call = client(`http://127.0.0.1:${port}`);
    await retry(() => call('GET', '/status'));
    const { sessionId, capabilities } = await call('POST', '/session', { capabilities: { alwaysMatch: {
      'webkitgtk:browserOptions': {
        binary: MINI_BROWSER.find((file) => existsSync(file)),
        args: ['--automation', ...(camera ? ['--enable-mock-capture-devices=true'] : [])],
      },
      timeouts: { script: 60_000, pageLoad: 60_000 },
    } } });
    return session(call, `/session/${sessionId}`, String(capabilities.browserVersion), stop);
  } catch (error) {
    stop();
    throw error;
  }
}

/**
 * @typedef {(method: string, path: string, body?: object) => Promise<any>} Call
 * @param {Call} call @param {string} at  the session's path @param {string} version @param {() => void} stop
 * @returns {import('./browser.mjs').Browser}
 */
function session(call, at, version, stop) {
  const point = (/** @type {[number, number]} */ [x, y]) => ({
    type: 'pointerMove', duration: 0, x: Math.round(x), y: Math.round(y), origin: 'viewport',
  });
  return {
    version: `WebKitGTK ${version}`,
    open: async (url) => { await call('POST', `${at}/url`, { url }); },
    async evaluate(body, ...args) {
      const script = `const [done, args] = [arguments[arguments.length - 1], arguments[0]];
        (async (...args) => { ${body} })(...args).then((value) => done({ value }),
          (error) => done({ error: error.name + ': ' + error.message }));`;
      const { value, error } = await call('POST', `${at}/execute/async`, { script, args: [args] });
      if (error) throw new Error(error);
      return value;
    },
    async upload(selector, file) {
      const found = await call('POST', `${at}/element`, { using: 'css selector', value: selector });
      await call('POST', `${at}/element/${found[ELEMENT]}/value`, { text: file });
    },
    async drag(points) {
      const actions = [
        point(points[0]), { type: 'pointerDown', button: 0 }, ...points.slice(1).map(point),
        { type: 'pointerUp', button: 0 },
      ];
      const mouse = { type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions };
      await call('POST', `${at}/actions`, { actions: [mouse] });
    },
    async close() {
      await call('DELETE', at).catch(() => {});
      stop();
    },
  };
}

/** @param {string} base @returns {Call} */
function client(base) {
  return async (method, place, body) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(base + place, { method, headers, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${place}: ${value.error}: ${value.message}`);
    return value;
  };
}

/** Xvfb chooses a free display and writes its number. */
async function startDisplay() {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise((resolve, reject) => {
    server.on('error', reject);
    server.on('exit', () => reject(new Error('Xvfb ended at once')));
    server.stdio[3]?.once('data', (data) => resolve(String(data).trim()));
  });
  return { display: `:${number}`, stop: () => { server.kill(); } };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}

/** @param {() => Promise<unknown>} action  that fails until a program has started */
async function retry(action) {
  for (let left = 100; ; --left) {
    try {
      return await action();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(100);
    }
  }
}
