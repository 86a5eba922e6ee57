// The Models view: the models of this page, public classifiers to download, models of one's own, and what
// of all this is kept on the device. What is computed lies in app/zoo, app/device and app/own; here are the
// states of downloads and what is shown of them.

import { repeat } from '../../vendor/directives/repeat.js';
import { html, nothing, render } from '../../vendor/lit-html.js';
import { GossamerError } from '../../gossamer.js';
import { sizeText } from '../figures.js';
import { FEW, latencies, latencyKey } from '../device/latencies.js';
import { front, predict, recommend, thisDevice, tooLarge, weightsOf } from '../device/predict.js';
import { isSpeedOf, keepSpeed, knownSpeed, measureSpeed } from '../device/speed.js';
import { isModel } from '../files.js';
import { keepFocus } from '../focus.js';
import { remembered } from '../own/remembered.js';
import { part } from '../part.js';
import { linkStyles } from '../styles.js';
import { texts } from '../texts.js';
import { card } from '../zoo/card.js';
import { labelsOf } from '../zoo/catalogue.js';
import { choiceOf, loadZoo } from '../zoo/choices.js';
import { Kept } from '../zoo/kept.js';
import { KeptList } from './modelsKept.js';

/** @typedef {import('../views.js').App} App */
/** @typedef {import('../models.js').Choice} Choice */
/** @typedef {import('../zoo/catalogue.js').ZooEntry} ZooEntry */
/** @typedef {import('../zoo/kept.js').Card} Card */
/** @typedef {import('../zoo/card.js').CardState} CardState */

const words = texts.models;
/** @type {import('../views.js').View} */
export const view = {
  name: 'models',
  title: 'Models',
  mount: async (host, app) => {
    await linkStyles(import.meta.url, 'panel.css', 'models.css');
    return new ModelsView(host, app);
  },
};

class ModelsView {
  #host;
  #app;
  #kept = new Kept();
  #keptList = new KeptList({
    removeCard: (entry) => this.#remove(entry), removeRest: () => this.#kept.removeAll(), onAsk: () => this.#render(),
    onRemoved: (said) => {
      this.#app.announce(said);
      return this.#count();
    },
  });
  /** @type {ZooEntry[]} */
  #zoo = [];
  #zooFailed = false;
  /** @type {Map<string, Card>} By SHA-256. */
  #cards = new Map();
  /** @type {Map<string, {abort: AbortController, received: number, total: number}>} By name. */
  #downloads = new Map();
  #all = false;
  #speed = knownSpeed();
  /** @type {AbortController | undefined} Of the measurement under way. */
  #measuring;
  #visible = false;
  /** @type {import('../own/panel.js').OwnPanel | undefined} */
  #panel;

  /** @param {HTMLElement} host @param {App} app */
  constructor(host, app) {
    this.#host = host;
    this.#app = app;
    host.classList.add('panel', 'models');
    for (const event of ['change', 'list']) app.models.addEventListener(event, () => this.#changed());
    app.models.addEventListener('status', () => this.#renderSoon());
    app.settings.addEventListener('change', () => {
      this.#speed = knownSpeed();  // it may have been removed with them
      this.#render();
    });
    app.models.addEventListener('change', () => {
      if (this.#visible) app.announce(texts.model.isReady(app.models.current?.title ?? ''));
    });
  }

  show() {
    this.#visible = true;
    this.#render();
    return this.#refresh();
  }

  hide() {
    this.#visible = false;
    this.#measuring?.abort();
    latencies().flush();
  }

  /** A model, with what came along. @param {File[]} files */
  take(files) {
    if (!files.some(isModel) && !this.#panel) return false;
    this.#open(files);
    return true;
  }

  /** Names of classes, or weights, for the model whose panel is open. @param {File[]} files */
  takeBeside(files) {
    const wanted = files.filter((file) => this.#panel?.wants(file));
    if (wanted.length > 0) this.#open(wanted);
    return wanted.length > 0;
  }

  /** @param {File[]} files */
  async #open(files) {
    this.#app.errors.hide();
    try {
      const { OwnPanel } = await part(() => import('../own/panel.js'));
      this.#panel ??= new OwnPanel(this.#app, () => this.#render(), () => {
        this.#panel = undefined;
        this.#render();
      });
    } catch (error) {
      this.#app.errors.show(error, undefined, () => this.#open(files));
      return;
    }
    this.#render();
    await this.#panel.open(files);
  }

  #changed() {
    if (!this.#visible) return;
    this.#render();
    this.#count();  // models may have been removed elsewhere, too
    this.#measure();
  }

  async #refresh() {
    if (!this.#zoo.length) {
      try {
        this.#zoo = await loadZoo();
        this.#zooFailed = false;
      } catch {
        this.#zooFailed = true;
      }
    }
    await this.#count();
    await this.#measure();
  }

  /** Looks at what is kept. */
  async #count() {
    this.#cards = new Map((await this.#kept.list()).map((each) => [each.sha256, each]));
    this.#render();
  }

  /** Measures the device, unless that was done with this runtime; after the first model is there. */
  async #measure(again = false) {
    const { info } = this.#app.models;
    if (!info || this.#measuring || !this.#visible) return;
    if (!again && isSpeedOf(this.#speed, info)) return;
    const measuring = new AbortController();
    this.#measuring = measuring;
    this.#render();
    try {
      const folder = new URL('models/probes/', document.baseURI).href;
      const measured = await measureSpeed({ folder, signal: measuring.signal, options: { level: info.level } });
      this.#speed = { ...measured, threads: info.threads };
      keepSpeed(this.#speed);
    } catch (error) {
      if (!measuring.signal.aborted) this.#app.errors.show(error, words.speedFailed);
    }
    this.#measuring = undefined;
    this.#render();
  }

  /** @param {ZooEntry} entry */
  async #download(entry) {
    const { name, title } = entry;
    const state = { abort: new AbortController(), received: 0, total: entry.bytes };
    this.#downloads.set(name, state);
    this.#app.errors.hide();
    this.#render();
    try {
      const whole = { ...entry, labels: await labelsOf(entry), local: undefined };
      const file = await this.#kept.download(whole, {
        signal: state.abort.signal,
        onProgress: (received) => {
          state.received = received;
          this.#renderSoon();
        },
      });
      this.#app.models.offer(choiceOf(whole, file));
      this.#app.announce(words.downloaded(title));
    } catch (error) {
      // Cancelled here, or removed with all that is kept.
      if (GossamerError.from(error).code !== 'ABORTED') this.#app.errors.show(error, title);
    }
    this.#downloads.delete(name);
    await this.#refresh();
  }

  /** @param {ZooEntry | Card} entry */
  async #use(entry) {
    const file = await this.#kept.get(entry.sha256);
    if (!file && !('local' in entry && entry.local)) {
      // It was removed in another tab. Nothing is downloaded that was not asked for.
      this.#app.models.withdraw(entry.name);
      this.#app.announce(words.notHere(entry.title));
      await this.#count();
      return;
    }
    const labels = typeof entry.labels === 'string' ? await labelsOf({ labels: entry.labels }) : entry.labels;
    await this.#app.models.use(choiceOf({ ...entry, labels }, file));
  }

  /** @param {Card} entry */
  async #remove({ name, title, sha256 }) {
    await this.#kept.remove(sha256);
    this.#app.models.withdraw(name);
    this.#app.announce(words.removed(title));
    await this.#count();
  }

  #pending = false;

  /** Progress comes with every piece of a download. */
  #renderSoon() {
    if (this.#pending) return;
    this.#pending = true;
    setTimeout(() => {
      this.#pending = false;
      this.#render();
    }, 100);
  }

  #render() {
    if (!this.#visible) return;
    // The device may have been measured after the panel was opened.
    if (this.#panel) this.#panel.speed = this.#speed;
    keepFocus(() => render(this.#panel ? this.#panel.template() : this.#template(), this.#host));
  }

  #template() {
    const { entries } = this.#app.models;
    const bundled = entries.filter(({ group }) => group === 'bundled');
    return html`
      <h2>${words.title}</h2>
      <section><h3>${words.here}</h3><ul class="model-list">${cards(bundled.map((entry) => this.#bundledState(entry)))}</ul></section>
      <section><h3>${words.zoo}</h3><p class="note">${words.zooNote}</p>
        ${this.#kept.available ? nothing : html`<p class="note">${globalThis.caches ? words.blocked : words.insecure}</p>`}
        ${this.#zooList()}</section>
      <section><h3>${words.own}</h3><p class="note">${words.ownNote}</p>${this.#ownList()}</section>
      <section data-testid="kept"><h3>${words.kept}</h3>${this.#keptList.template([...this.#cards.values()])}</section>
      ${this.#device()}`;
  }

  #device() {
    if (this.#measuring) return html`<p class="note" role="status">${words.measuring}</p>`;
    if (!this.#speed) return nothing;
    const { pointwise, spatial, memory, threads } = this.#speed;
    const rate = (2 / (1 / pointwise + 1 / spatial)) / 1e9;
    return html`<p class="note" data-testid="device-speed">
      ${words.speed(rate.toFixed(rate < 10 ? 1 : 0), sizeText(memory / 1e3), texts.model.threads(threads))}
      <button type="button" class="link" @click=${() => this.#measure(true)}>${words.measureAgain}</button></p>`;
  }

  /** @param {Choice} entry @returns {CardState} */
  #bundledState(entry) {
    const { name, title, summary, bytes, license, accuracy, agreement, source, sha256, multiplyAdds, card: cardFile } = entry;
    const current = this.#app.models.current === entry;
    const recipe = current ? this.#app.models.info?.metadata['gossamer.recipe'] : undefined;
    const labels = current ? this.#app.models.info?.labels : undefined;
    return {
      name, title, bytes,
      facts: [summary, accuracy, agreement && words.agreement(agreement), bytes && sizeText(bytes), license].filter(Boolean).map(String),
      badges: current ? [words.inUse] : [],
      ...this.#times(entry, { multiplyAdds, weightBytes: bytes ?? 0 }),
      onUse: current ? undefined : () => this.#app.models.select(name),
      ...this.#loadingState(name),
      details: this.#details({ recipe: recipe ?? words.stated, labels, source, sha256, classes: entry.classes, cardFile }),
    };
  }

  #zooList() {
    if (this.#zooFailed && !this.#zoo.length && !this.#cards.size) return html`<p class="note">${words.zooFailed}</p>`;
    const known = new Set(this.#zoo.map(({ sha256 }) => sha256));
    // Without the catalogue, what is kept can still be used.
    const entries = [...this.#zoo, ...[...this.#cards.values()].filter(({ sha256 }) => !known.has(sha256))];
    const candidates = entries.map((entry) => ({ entry, ...this.#times(entry, costOf(entry)) }));
    const best = recommend(candidates.filter(({ entry }) => entry.data === 'imagenet'));
    const rank = (/** @type {ZooEntry | Card} */ entry) => (entry === best ? 0 : this.#isHere(entry) ? 1 : 2);
    const unbeaten = new Set(best && front(candidates.filter(({ entry, large }) => entry.data === best.data && !large)));
    const few = candidates.filter(({ entry }) =>
      unbeaten.has(entry) || rank(entry) < 2 || this.#downloads.has(entry.name));
    const shown = this.#all ? candidates : few;
    const sorted = [...shown].sort((a, b) => rank(a.entry) - rank(b.entry) || a.entry.bytes - b.entry.bytes);
    return html`
      <ul class="model-list">${cards(sorted.map(({ entry }) => this.#zooState(entry, entry === best)))}</ul>
      ${entries.length > few.length ? html`<button type="button" class="link" @click=${() => {
        this.#all = !this.#all;
        this.#render();
      }}>${this.#all ? words.showFew : words.showAll(entries.length)}</button>` : nothing}`;
  }

  /** @param {ZooEntry | Card} entry */
  #isHere(entry) {
    return this.#cards.has(entry.sha256) || ('local' in entry && entry.local);
  }

  /** @param {ZooEntry | Card} entry @param {boolean} best @returns {CardState} */
  #zooState(entry, best) {
    const { name, title, bytes, license, accuracy, data, sha256, url, recipe } = entry;
    const kept = this.#cards.get(sha256);
    const local = 'local' in entry && entry.local;
    const current = this.#app.models.current?.name === name;
    const progress = this.#downloads.get(name);
    const free = kept || local;
    return {
      name, title, bytes, progress,
      facts: [words.data[data] ?? data, accuracy === undefined ? '' : words.accuracy(accuracy), sizeText(bytes), license].filter(Boolean),
      badges: [
        ...(best ? [words.recommended] : []), ...(kept ? [words.onDevice] : local ? [words.onServer] : []),
        ...(current ? [words.inUse] : []),
      ],
      ...this.#times(entry, costOf(entry)),
      onUse: free && !current ? () => this.#use(entry) : undefined,
      onDownload: !free && this.#kept.available ? () => this.#download(/** @type {ZooEntry} */ (entry)) : undefined,
      onCancel: () => progress?.abort.abort(),
      ...this.#loadingState(name),
      onRemove: kept ? () => this.#remove(kept) : undefined,
      details: this.#details({ recipe, labels: kept?.labels ?? entry.labels, source: url, sha256 }),
    };
  }

  /** Of a model that was chosen and is not ready yet. @param {string} name */
  #loadingState(name) {
    const { models } = this.#app;
    return models.loading?.name === name ? { loading: models.status.text, onCancel: () => models.cancel() } : {};
  }

  /** @param {{sha256?: string}} model @param {import('../device/predict.js').Cost} cost */
  #times(model, cost) {
    const device = thisDevice();
    return {
      predicted: this.#speed && predict(cost, this.#speed, device),
      measured: latencies().of(latencyKey(model, this.#app.models.info))?.median,
      large: tooLarge(cost, device),
    };
  }

  /**
   * @param {{recipe?: string, labels?: string[] | string, source?: string, sha256?: string, classes?: number,
   *     cardFile?: string}} facts
   * @returns {[string, unknown][]}
   */
  #details({ recipe, labels, source, sha256, classes, cardFile }) {
    const names = typeof labels === 'string' ? html`<a href=${labels} target="_blank" rel="noopener">1,000</a>`
      : labels?.length ? words.labelsSome(labels.length, labels.slice(0, 8).join(', '))
        : classes ?? words.labelsMissing;
    const address = /^https?:/.test(source ?? '') ? html`<a href=${source} target="_blank" rel="noopener noreferrer">${source}</a>` : source;
    return /** @type {[string, unknown][]} */ ([
      [words.recipe, recipe && html`<code>${recipe}</code>`], [words.labels, names], [words.source, address],
      [words.card, cardFile && html`<a href="models/${cardFile}" target="_blank" rel="noopener">${words.readCard}</a>`], [words.digest, sha256],
    ]).filter(([, value]) => value);
  }

  /** Models that were opened here from files or addresses, as long as the page is open. */
  get #ownChoices() {
    return this.#app.models.entries.filter(({ group, sha256 }) => !group && sha256 === undefined);
  }

  /** @param {Choice} choice @returns {CardState} */
  #ownState(choice) {
    const { name, title, file, others = [], url } = choice;
    const { models } = this.#app;
    const { info, times } = models.current === choice ? models : { info: undefined, times: undefined };
    const cost = info && { multiplyAdds: info.steps.reduce((sum, { multiply_adds: count }) => sum + count, 0), weightBytes: info.memory.weight_bytes };
    return {
      name, title, bytes: file?.size,
      facts: [file ? sizeText(file.size) : String(url)],
      badges: info ? [words.inUse] : [],
      predicted: cost && this.#speed && predict(cost, this.#speed, thisDevice()),
      measured: times && times.count >= FEW ? times.quantile(0.5) : undefined,
      onUse: info ? undefined : () => models.use(choice),
      onReport: file && (() => this.#open([/** @type {File} */ (file), ...others])),
      ...this.#loadingState(name),
      details: info ? this.#details({ recipe: choice.options?.recipe ?? info.metadata['gossamer.recipe'], labels: info.labels, sha256: choice.sha256 }) : [],
    };
  }

  #ownList() {
    const opened = this.#ownChoices;
    const titles = new Set(opened.map(({ title }) => title));
    const list = remembered().filter(({ settled }) => !titles.has(settled.title));
    return html`
      ${opened.length ? html`<ul class="model-list">${cards(opened.map((choice) => this.#ownState(choice)))}</ul>` : nothing}
      <div class="actions"><button type="button" @click=${() => document.getElementById('open-model')?.click()}>${words.choose}</button></div>
      ${list.length ? html`<ul class="kept-list">${list.map(({ settled }) => html`
        <li>${settled.title}, ${sizeText(settled.bytes)}: ${words.settled(settled.date.slice(0, 10))}. ${words.reopen}</li>`)}</ul>` : nothing}`;
  }
}

/** A card stays the same element wherever in the list it goes. @param {CardState[]} states */
const cards = (states) => repeat(states, ({ name }) => name, card);

/** @param {{multiplyAdds?: number, bytes: number, precision?: string}} entry */
const costOf = ({ multiplyAdds, bytes, precision }) => ({ multiplyAdds, weightBytes: weightsOf({ bytes, precision }) });
