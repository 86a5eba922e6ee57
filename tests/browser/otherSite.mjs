// Another site than the page's: the library served as from a CDN, pictures that may not be read, and
// servers that answer strangely.

import { createServer } from 'node:http';
import { after, before } from 'node:test';

/** @typedef {import('node:http').ServerResponse} Response */

/** Pages made up by a test count as public, which may not ask this machine for anything. */
export const elsewhereFlag = '--disable-features=LocalNetworkAccessChecks';

/** What lets pages of other sites use a file. */
export const shared = {
  'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin',
};

/**
 * Serves what `answers` has for a path, and otherwise the files of the site, for anyone to use.
 * @param {{url: string}} site
 * @param {Record<string, (response: Response, request: import('node:http').IncomingMessage) => void>}
 *     [answers]  by path
 */
export function setUpOtherSite(site, answers = {}) {
  const other = { url: '' };
  const server = createServer(async (request, response) => {
    const path = String(request.url);
    if (answers[path]) return answers[path](response, request);
    const file = await fetch(new URL(path, site.url));
    const type = file.headers.get('content-type') ?? 'text/plain';
    response.writeHead(file.status, { ...shared, 'Content-Type': type });
    return response.end(Buffer.from(await file.arrayBuffer()));
  });
  before(() => new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      other.url = `http://127.0.0.1:${port}`;
      resolve(undefined);
    });
  }));
  after(() => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve(undefined));
  }));
  return other;
}
