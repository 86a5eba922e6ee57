// Which view is shown. The address after # names it (`#measure?runs=50`); the navigation is made from
// the list in views.js. A view is imported and mounted when it is first opened, into an element of its
// own in <main>, and stays mounted: going back to it is going back to what it showed.

import { keepFocus } from './focus.js';
import { part } from './part.js';
import { texts } from './texts.js';
import { VIEWS } from './views.js';

/** @typedef {import('./views.js').App} App */
/** @typedef {import('./views.js').Mounted} Mounted */

export class Router {
  #app;
  #main = /** @type {HTMLElement} */ (document.getElementById('main'));
  #nav = /** @type {HTMLElement} */ (document.getElementById('nav'));
  /** @type {Map<string, Promise<{host: HTMLElement, mounted: Mounted}>>} */
  #views = new Map();
  /** @type {{name: string, host: HTMLElement, mounted: Mounted} | undefined} The view that is shown. */
  #shown;
  /** Counts what was opened, so that a view that was overtaken while it loaded is not shown. */
  #turn = 0;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#fillNav();
    window.addEventListener('hashchange', () => this.#open());
  }

  /** Shows the view that the address names. */
  start() {
    return this.#open();
  }

  /** The view that is shown. */
  get shown() {
    return this.#shown?.mounted;
  }

  /**
   * @param {string} name
   * @param {Record<string, string>} [params]
   */
  navigate(name, params = {}) {
    const query = new URLSearchParams(params).toString();
    const hash = `#${name}${query && `?${query}`}`;
    if (location.hash !== hash) history.pushState(history.state, '', hash);
    return this.#open();
  }

  #fillNav() {
    this.#nav.hidden = VIEWS.length < 2;
    this.#nav.replaceChildren(...VIEWS.map(({ name }) => {
      const link = document.createElement('a');
      link.href = `#${name}`;
      link.textContent = titleOf(name);
      link.dataset.testid = `nav-${name}`;
      return link;
    }));
  }

  /** @returns {Promise<Mounted | undefined>} undefined when it failed, or another view overtook it */
  async #open() {
    const { name, params } = readHash(location.hash);
    const turn = ++this.#turn;
    try {
      const { host, mounted } = await this.#mount(name);
      if (turn !== this.#turn) return undefined;
      this.#show({ name, host, mounted }, params);
      return mounted;
    } catch (error) {
      this.#views.delete(name);
      if (turn !== this.#turn) return undefined;
      // The address goes back to what is on the page.
      if (this.#shown) history.replaceState(history.state, '', `#${this.#shown.name}`);
      this.#app.errors.show(error, texts.frame.viewFailed(titleOf(name)), () => this.navigate(name, Object.fromEntries(params)));
      return undefined;
    }
  }

  /** @param {string} name */
  #mount(name) {
    let ready = this.#views.get(name);
    if (!ready) {
      ready = this.#make(name);
      this.#views.set(name, ready);
    }
    return ready;
  }

  /** @param {string} name */
  async #make(name) {
    const { load } = VIEWS.find((view) => view.name === name) ?? VIEWS[0];
    // The first view comes together with the page.
    const { view } = await (this.#shown ? part(load) : load());
    // The first view's elements are in index.html, so that they are painted before any script runs.
    const host = this.#main.querySelector(`[data-view=${name}]`) ?? document.createElement('div');
    if (!(host instanceof HTMLElement)) throw new TypeError(name);
    host.dataset.view = name;
    try {
      if (!host.isConnected) {
        host.hidden = true;
        this.#main.append(host);
      }
      return { host, mounted: await view.mount(host, this.#app) };
    } catch (error) {
      if (name !== VIEWS[0].name) host.remove();
      throw error;
    }
  }

  /** @param {{name: string, host: HTMLElement, mounted: Mounted}} next @param {URLSearchParams} params */
  #show(next, params) {
    const before = this.#shown;
    if (before !== undefined && before.name !== next.name) {
      before.mounted.hide();
      this.#app.errors.hide();
    }
    this.#shown = next;
    document.documentElement.dataset.shown = next.name;
    keepFocus(() => {
      for (const host of this.#main.children) {
        if (host instanceof HTMLElement && host.dataset.view) host.hidden = host !== next.host;
      }
    }, this.#nav.querySelector(`[href="#${next.name}"]`));
    for (const link of this.#nav.children) {
      if (link.getAttribute('href') === `#${next.name}`) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    const title = titleOf(next.name);
    document.title = next.name === VIEWS[0].name ? 'Gossamer' : `${title} · Gossamer`;
    if (before && before.name !== next.name) {
      window.scrollTo(0, 0);
      this.#app.announce(title);
    }
    next.mounted.show(params);
  }
}

/** @param {string} name */
function titleOf(name) {
  return texts.frame.views[/** @type {keyof typeof texts.frame.views} */ (name)] ?? name;
}

/** The view that an address names, the first when it names none of ours. @param {string} hash */
function readHash(hash) {
  const [name, query] = hash.slice(1).split('?');
  const known = VIEWS.some((view) => view.name === name);
  return { name: known ? name : VIEWS[0].name, params: new URLSearchParams(known ? query : '') };
}
