// What surrounds the library under Node: its files lie in folders of the package (node/ and wasm/), models may
// be files, and a thread takes the place of a worker. In place of web/beside.js.

import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { GossamerError } from '../../lib/error.js';

export { BUILDS } from '../../lib/usual.js';

/** Where this file is. */
export const HERE = /* @__PURE__ */ new URL(import.meta.url);

/**
 * Where a file of the package is loaded from. The program of a thread is named as a page's own script, because
 * the library would otherwise take it for another site's (web/lib/host.js).
 * @param {string} url
 */
export const placeOf = (url) => (url.endsWith('worker.js') ? `blob:${url}` : url);

/** What may help where the wasm module is not found. */
export const MODULE_HINT = 'A bundler has to leave the package as it is (external): its files lie beside each other';

/** What may help where a thread does not start. */
export const WORKER_HINT = 'The option `worker: false` computes without a thread of its own';

/** Of models whose neighbours are read as well. */
export const FOLLOWED = /^(https?|file):/;

/** The folder of the wasm modules, which browsers load as well. */
export const wasmFolder = () => new URL('../wasm/', HERE);

/** The program of the thread in which inference runs. */
export function makeWorker() {
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
}

/**
 * The address of a file in a model's folder. Links are followed within that folder alone; a model that is
 * itself a link has its files beside the link, or beside what it points to, as on the command line.
 * @param {string} name
 * @param {string} address  of the model
 * @returns {string}
 */
export function besideOf(name, address) {
  const url = new URL(encodeURIComponent(name), address);
  if (url.protocol !== 'file:') return url.href;
  const model = fileURLToPath(address);
  const folders = [realPath(path.dirname(model)), path.dirname(realPath(model))];
  for (const folder of folders) {
    const found = realPath(path.join(folder, name));
    if (!found) continue;
    if (folders.some((one) => found.startsWith(one.endsWith(path.sep) ? one : one + path.sep))) return pathToFileURL(found).href;
    throw new GossamerError({
      code: 'INITIALIZER', stage: 'decode', message: "a file with weights is a link out of the model's folder", got: name,
    });
  }
  return url.href;
}

/** Without links; empty where there is no such file. @param {string} file */
function realPath(file) {
  try {
    return realpathSync(file);
  } catch {
    return '';
  }
}
