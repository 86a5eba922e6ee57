// The Classify view's options: how many classes are shown and from which probability on, and whether
// the page shows what the model sees. They are kept on this device (settings.js).

import { texts } from '../texts.js';

const COUNTS = [0, 1, 3, 5, 10, 20];

/** @param {import('../settings.js').Settings} settings */
export function showOptions(settings) {
  const input = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (document.getElementById(id));
  const count = /** @type {HTMLSelectElement} */ (document.getElementById('count'));
  count.replaceChildren(...COUNTS.map((number) => new Option(texts.classify.count(number), String(number))));
  const show = () => {
    count.value = String(settings.count);
    const percent = Math.round(100 * settings.threshold);
    input('threshold').value = String(percent);
    input('threshold-value').value = `${percent} %`;
    input('see').checked = settings.seen;
  };
  count.addEventListener('change', () => settings.set({ count: Number(count.value) }));
  input('threshold').addEventListener('input', (event) => settings.set({
    threshold: Number(/** @type {HTMLInputElement} */ (event.target).value) / 100,
  }));
  input('see').addEventListener('change', () => settings.set({ seen: input('see').checked }));
  settings.addEventListener('change', show);
  show();
}
