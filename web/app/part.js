// Parts of the page that are loaded late: views, the table of several pictures, the panel for a model of one's own.
// The site may have changed since the page was opened, and a part of another version among those that are
// here could do anything. The service worker serves one version only (../page-worker.js). A page that does not
// come from it, as on the first visit, compares the version that it states with the site's, after the part has
// come and before it is used.

import { GossamerError } from '../gossamer.js';
import { texts } from './texts.js';

/** The worker that the page came from serves only files of its version. */
const checked = Boolean(globalThis.navigator?.serviceWorker?.controller);

/**
 * Imports a part of the page.
 * @template T
 * @param {() => Promise<T>} load
 * @returns {Promise<T>}
 */
export async function part(load) {
  if (checked) return load();
  let loaded;
  try {
    loaded = await load();
  } catch (cause) {
    // Modules of two versions may lack each other's names.
    throw cause instanceof SyntaxError && await isChanged() ? otherVersion(cause) : cause;
  }
  if (await isChanged()) throw otherVersion();
  return loaded;
}

/** Whether the site's code is another than the page's. A site that cannot be asked sent the part from a cache. */
async function isChanged() {
  const stated = document.querySelector('meta[name="version"]')?.getAttribute('content');
  if (!stated) return false;
  const response = await fetch(new URL('page-version.txt', document.baseURI), { cache: 'no-store' }).catch(() => undefined);
  return response?.ok === true && (await response.text()).trim() !== stated;
}

/** @param {unknown} [cause] */
const otherVersion = (cause) => new GossamerError({
  code: 'NETWORK', stage: 'download', message: texts.frame.partFailed, got: texts.frame.otherVersion, hint: texts.frame.outdated, cause,
});
