// The foot of the page, the same under every view: the menu of models, opening one of your own, how far
// loading is. It shows what models.js says and does nothing by itself.

/** @typedef {import('./models.js').Models} Models */

/**
 * @param {Models} models
 */
export function showModelMenu(models) {
  const menu = /** @type {HTMLSelectElement} */ (document.getElementById('model'));
  const cancel = /** @type {HTMLButtonElement} */ (document.getElementById('cancel-load'));
  const status = /** @type {HTMLElement} */ (document.getElementById('status'));

  const fill = () => {
    menu.replaceChildren(...models.entries.map(({ title, name }) => new Option(title, name)));
    menu.selectedIndex = 0;
    choose();
  };
  // What is being loaded, or else what is in use. A model of one's own joins the list once it is ready.
  const choose = () => {
    const index = models.entries.findIndex((entry) => entry === (models.loading ?? models.current));
    if (index >= 0 && index !== menu.selectedIndex) menu.selectedIndex = index;
  };
  const showStatus = () => {
    const { state, text, title = '' } = models.status;
    status.dataset.state = state;
    status.textContent = text;
    status.title = title;
    cancel.hidden = !models.loading;
    choose();
  };
  menu.addEventListener('change', () => models.select(menu.value));
  cancel.addEventListener('click', () => models.cancel());
  models.addEventListener('list', fill);
  models.addEventListener('status', showStatus);
}
