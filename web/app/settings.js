// What a person has set on this device: how many classes are shown, from which probability on, and
// whether the page shows what the model sees. Kept in the browser's storage where there is one, which other tabs
// of the page change, too. Events: 'change', also when what was kept was removed or set elsewhere.

const KEY = 'gossamer-settings';

/** @typedef {{count: number, threshold: number, seen: boolean}} Values  count: 0 shows as many as fit */

/** @type {Values} */
const DEFAULTS = { count: 0, threshold: 0, seen: true };

export class Settings extends EventTarget {
  /** @type {Values} */
  #values = { ...DEFAULTS, ...stored() };

  /** How many classes are shown; 0: as many as fit. */
  get count() { return this.#values.count; }

  /** Classes below this probability are left out. */
  get threshold() { return this.#values.threshold; }

  /** Whether the page shows what the model sees. */
  get seen() { return this.#values.seen; }

  /** True where the browser stores nothing: the settings then last as long as the page. */
  #denied = false;

  constructor() {
    super();
    globalThis.addEventListener('storage', (event) => {
      if (event.key === KEY || event.key === null) this.follow();
    });
  }

  /** @param {Partial<Values>} changes */
  set(changes) {
    const known = this.#denied ? this.#values : { ...DEFAULTS, ...stored() };
    this.#values = { ...known, ...changes };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#values));
    } catch {
      this.#denied = true;  // as private windows may
    }
    this.dispatchEvent(new Event('change'));
  }

  /** What is stored was changed or removed by somebody else. */
  follow() {
    if (!this.#denied) this.#values = { ...DEFAULTS, ...stored() };
    this.dispatchEvent(new Event('change'));
  }
}

/** What was stored, as far as it is of use. @returns {Partial<Values>} */
function stored() {
  try {
    const { count, threshold, seen } = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return {
      ...(Number.isInteger(count) && count >= 0 && { count }),
      ...(threshold >= 0 && threshold < 1 && { threshold }),
      ...(typeof seen === 'boolean' && { seen }),
    };
  } catch {
    return {};
  }
}
