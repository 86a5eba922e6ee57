// Cross-origin isolation where the host cannot send its headers (threads need it): registers the
// service worker isolation-worker.js and reloads the page, once.
//
//   import { isolate } from './gossamer/isolation.js';
//   await isolate('isolation-worker.js');   // copied beside the page
//
// A page that calls this after its first paint flickers once in its life; later visits begin isolated.

/** Set in this tab before the reload, so that there is never a second one. */
const RELOADED = 'gossamer isolation: reloaded';

/**
 * @typedef {'isolated' | 'reloading' | 'registered' | 'unavailable' | 'refused'} Isolation  registered: the
 *     next visit is isolated; unavailable: no service workers here (plain http, a private window),
 *     no such file, or one that lies below the page; refused: the page was reloaded and is not isolated, as in a frame of one that is not
 *
 * @param {string | URL} worker  address of isolation-worker.js, in the page's folder or above
 * @param {{reload?: boolean}} [options]  reload: false leaves that to the next visit
 * @returns {Promise<Isolation>}  reloading: the page goes away
 */
export async function isolate(worker, { reload = true } = {}) {
  if (globalThis.crossOriginIsolated) {
    forget();
    return 'isolated';
  }
  if (!globalThis.navigator?.serviceWorker) return 'unavailable';
  try {
    const { scope } = await navigator.serviceWorker.register(worker);
    // One that lies beside the library, below the page, has no say over the page.
    if (!location.href.startsWith(scope)) return 'unavailable';
    await navigator.serviceWorker.ready;
  } catch {
    return 'unavailable';
  }
  if (!reload) return 'registered';
  if (!remember()) return 'refused';
  location.reload();
  return 'reloading';
}

/** False when the page was reloaded before, or when the browser stores nothing. */
function remember() {
  try {
    if (sessionStorage.getItem(RELOADED)) return false;
    sessionStorage.setItem(RELOADED, 'yes');
    return true;
  } catch {
    return false;
  }
}

function forget() {
  try {
    sessionStorage.removeItem(RELOADED);
  } catch {
    // A browser that stores nothing has nothing to forget.
  }
}
