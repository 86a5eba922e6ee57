// A static server for dist/: enough to open the page and to test it. It sends the headers that make
// a page cross-origin isolated (threads need it), and lets the browser's cache ask each time; what the
// page's own service worker keeps is another matter. Also a program: npm run serve; see serveHelp.
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { policyOf } from './lib/pageFiles.mjs';
import { root as repository } from './lib/run.mjs';

/** @type {Record<string, string>} */
const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.onnx': 'application/octet-stream',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ts': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
};

const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * @typedef {object} ServeOptions
 * @property {string} [root]
 * @property {number} [port]
 * @property {string} [host]  which address it listens at; default localhost, which other devices do not reach
 * @property {string} [cert]  file of a certificate, for https
 * @property {string} [key]  file of its key
 * @property {boolean} [isolation]
 * @property {boolean} [cacheable]  browsers may keep what they get, as from a site that names its versions
 * @property {() => string | undefined} [wait]  while it gives a page, that takes the site's place
 * @property {(name: string, found: boolean) => boolean} [holds]  while true, a request for a path, whose
 *     file is there or not, waits: the build goes on
 * @property {boolean} [policy]  workers get the policy that index.html states for the page: they do not go
 *     by the page's
 * @property {Record<string, string>} [mounts]  path prefix, between slashes -> folder served there
 * @property {(path: string, file: string) => void} [onRequest]  told of every file that is sent
 */

/**
 * The file a request path names, or null when it is malformed or leaves the root.
 * @param {string} root absolute folder
 * @param {string} url path and query as requested
 */
export function fileOf(root, url) {
  let name;
  try {
    name = decodeURIComponent(url.split(/[?#]/, 1)[0]);
  } catch {
    return null;
  }
  if (!name.startsWith('/') || name.includes('\0')) return null;
  const file = path.join(root, name);
  if (file !== root && !file.startsWith(root + path.sep)) return null;
  return name.endsWith('/') ? path.join(file, 'index.html') : file;
}

/**
 * Serves a folder, by https where there is a certificate. Port 0 takes a free one.
 * @param {ServeOptions} [options]
 * @returns {Promise<{url: string, port: number, close: () => Promise<void>}>}
 */
export function serve(options = {}) {
  const { root = path.join(repository, 'dist'), port = 8000, host = 'localhost', isolation = true, cert, key } = options;
  const base = path.resolve(root);
  const mounts = Object.entries(options.mounts ?? {});
  /** @type {import('node:http').RequestListener} */
  const answer = async (request, response) => {
    const headers = { 'Cache-Control': options.cacheable ? 'max-age=3600' : 'no-cache', ...(isolation ? isolationHeaders : {}) };
    /** @param {number} status @param {string} text */
    const refuse = (status, text) => {
      response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(request.method === 'HEAD' ? undefined : `${status} ${text}\n`);
    };
    const waiting = options.wait?.();
    if (waiting !== undefined) {
      response.writeHead(503, { ...headers, 'Content-Type': types['.html'], 'Retry-After': '5' });
      response.end(request.method === 'HEAD' ? undefined : waiting);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'use GET or HEAD');
    const url = request.url ?? '/';
    const [prefix, folder] = mounts.find(([start]) => url.startsWith(start)) ?? ['/', base];
    const file = fileOf(path.resolve(folder), url.slice(prefix.length - 1));
    if (!file) return refuse(400, 'bad path');
    const find = () => stat(file).catch(() => null);
    let found = await find();
    while (options.holds?.(url.split(/[?#]/, 1)[0], Boolean(found?.isFile())) && !response.destroyed) {
      await sleep(200);
      found = await find();
    }
    if (!found?.isFile()) return refuse(404, 'not found');
    response.writeHead(200, {
      ...headers,
      ...(options.policy && /worker\.js$/i.test(file) ? policyOfPage(base) : {}),
      'Content-Type': types[path.extname(file).toLowerCase()] ?? 'application/octet-stream',
      'Content-Length': found.size,
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    options.onRequest?.(url, file);
    // The headers are out: a file that vanishes now can only end the connection.
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response);
  };
  const server = cert && key ? createSecureServer({ cert: readFileSync(cert), key: readFileSync(key) }, answer)
    : createServer(answer);
  const scheme = cert && key ? 'https' : 'http';
  return new Promise((resolve, reject) => {
    server.on('error', (error) => {
      const taken = 'code' in error && error.code === 'EADDRINUSE';
      reject(taken ? new Error(`port ${port} is taken; choose another with --port`) : error);
    });
    server.listen(port, host, () => {
      const address = /** @type {import('node:net').AddressInfo} */ (server.address());
      resolve({
        url: `${scheme}://${reachableName(host)}:${address.port}`,
        port: address.port,
        close: () => {
          server.closeAllConnections();
          return new Promise((done) => server.close(() => done()));
        },
      });
    });
  });
}

/** @param {string} folder @returns {Record<string, string>} */
function policyOfPage(folder) {
  const page = path.join(folder, 'index.html');
  const policy = existsSync(page) ? policyOf(readFileSync(page, 'utf8')) : '';
  return policy ? { 'Content-Security-Policy': policy } : {};
}

/** What to type for an address that is listened at; for all of them, that of the network. @param {string} host */
function reachableName(host) {
  if (host !== '0.0.0.0' && host !== '::') return host.includes(':') ? `[${host}]` : host;
  const outer = Object.values(networkInterfaces()).flat().find((one) => one && one.family === 'IPv4' && !one.internal);
  return outer?.address ?? 'localhost';
}

export const serveHelp = `  --port N         default: the variable PORT, else 8000; 0 takes a free one
  --root DIR       the folder to serve, default dist/
  --host NAME      which address to listen at, default localhost; 0.0.0.0 lets other devices in
  --cert FILE      with --key FILE: by https, which browsers want for camera and offline use
  --no-isolation   without the headers that make the page cross-origin isolated
  --help`;

/**
 * Reads the command line (and the variable PORT); null when help is asked for.
 * @param {string[]} args
 * @returns {ServeOptions | null}
 */
export function serveOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string' },
      root: { type: 'string' },
      host: { type: 'string' },
      cert: { type: 'string' },
      key: { type: 'string' },
      'no-isolation': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return null;
  const text = values.port ?? process.env.PORT ?? '8000';
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`'${text}' is no port number`);
  }
  if (Boolean(values.cert) !== Boolean(values.key)) throw new Error('--cert and --key go together');
  const { root, host, cert, key } = values;
  return { port, root, isolation: !values['no-isolation'], ...(host && { host }), ...(cert && key && { cert, key }) };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const options = serveOptions(process.argv.slice(2));
    if (options) {
      const folder = options.root ?? path.join(repository, 'dist');
      if (!existsSync(path.join(folder, 'index.html'))) throw new Error(`${folder} has no page; npm start builds one`);
      const { url } = await serve({ ...options, policy: true });
      console.log(`Serving at ${url} (Ctrl+C stops it)`);
    } else {
      console.log(`npm run serve [-- options]: serves a folder, dist/ as it is\n\n${serveHelp}`);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
