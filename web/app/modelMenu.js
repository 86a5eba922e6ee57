// The foot of the page, the same under every view: the menu of models, opening one of your own, how far
// loading is. It shows what models.js says and does nothing by itself.

import { keepFocus } from './focus.js';

/** @typedef {import('./models.js').Models} Models */

/**
 * @param {Models} models
 */
export function showModelMenu(models) {
  const menu = /** @type {HTMLSelectElement} */ (document.getElementById('model'));
  const cancel = /** @type {HTMLButtonElement} */ (document.getElementById('cancel-load'));
  const again = /** @type {HTMLButtonElement} */ (document.getElementById('retry-load'));
  const status = /** @type {HTMLElement} */ (document.getElementById('status'));

  const fill = () => {
    menu.replaceChildren(...models.entries.map(({ title, name }) => new Option(title, name)));
    choose();
  };
  // What is being loaded, or else what is in use. A model of one's own joins the list once it is ready.
  // While there is neither, nothing is chosen: a menu tells of no choice of what it shows already.
  const choose = () => {
    const [loading, current] = [models.loading, models.current].map((choice) => models.entries.findIndex((entry) => entry === choice));
    const index = loading >= 0 ? loading : current;
    if (index !== menu.selectedIndex) menu.selectedIndex = index;
  };
  const showStatus = () => {
    const { state, text, title = '' } = models.status;
    status.dataset.state = state;
    status.textContent = text;
    status.title = title;
    // Choosing what the menu shows already would do nothing.
    keepFocus(() => {
      cancel.hidden = !models.loading;
      again.hidden = state !== 'error' || !models.retry;
    }, menu);
    choose();
  };
  menu.addEventListener('change', () => models.select(menu.value));
  cancel.addEventListener('click', () => models.cancel());
  again.addEventListener('click', () => models.retry?.());
  models.addEventListener('list', fill);
  models.addEventListener('status', showStatus);
}
