// Where the keyboard goes when what had the focus goes away: a button that was pressed and is no longer
// offered, a panel that was closed. Browsers would begin again at the top of the page.

/** @param {Element} element */
const isThere = (element) => element.isConnected && element.checkVisibility({ visibilityProperty: true });

/**
 * Changes the page. The focused element keeps the focus, also where it was moved. If it is gone, the opener
 * gets the focus, or the nearest heading that is left.
 * @param {() => void} change
 * @param {Element | null | (() => Element | null)} [opener]  what opened that which goes away, or what comes in its place
 */
export function keepFocus(change, opener) {
  const before = document.activeElement;
  /** @type {Element[]} From the inside out. */
  const around = [];
  for (let place = before; place; place = place.parentElement) around.push(place);
  change();
  if (!before || before === document.body || (before === document.activeElement && isThere(before))) return;
  const headings = around.filter(isThere).map((place) => [...place.querySelectorAll('h1, h2, h3, h4')].find(isThere));
  const instead = typeof opener === 'function' ? opener() : opener;
  const next = [before, instead, ...headings].find((place) => place && place !== document.body && isThere(place));
  if (!(next instanceof HTMLElement)) return;
  if (/^H\d$/.test(next.tagName)) next.tabIndex = -1;
  next.focus({ preventScroll: true });
}
