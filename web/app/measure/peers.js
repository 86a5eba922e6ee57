// The other runtimes that this site carries for comparison: none. A build with `--with-peers` puts them
// beside the page and writes this file anew (tools/lib/peers.mjs), so that nobody downloads them by chance.

/** @typedef {{name: string, version: string, module: string, files: string, bytes: number}} Peer
 *     module and files (a folder): addresses from the site's root; bytes: what comparing downloads */

/** @type {Peer[]} */
export const peers = [];
