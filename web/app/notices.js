// Quiet lines that most visits never show: what the browser withholds from an address that is not
// secure and what to do about it, that the site is still being built, and that a new version is ready.

import { texts } from './texts.js';

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {import('./offline.js').Offline} offline */
export function showNotices(offline) {
  element('insecure').hidden = isSecureContext;
  element('insecure').textContent = isSecureContext ? '' : texts.frame.insecure(location.port || '80');
  const unfinished = document.querySelector('meta[name="unfinished"]') !== null;
  element('unfinished').hidden = !unfinished;
  element('unfinished').textContent = unfinished ? texts.frame.unfinished : '';
  // What the last attempt found stays said, whatever else changes.
  let others = 0;
  const say = () => {
    element('update').hidden = !offline.update;
    element('update-text').textContent = offline.update ? texts.frame.update(others) : '';
  };
  offline.addEventListener('change', say);
  element('take-update').addEventListener('click', async () => {
    others = await offline.take();
    say();
  });
}
