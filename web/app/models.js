// Which model is in use, without any element of the page. Reads the manifest, loads what is chosen and
// says how far it is. The model in use stays until the new one is ready, so that a failed load costs
// nothing. Events: 'change' when another model is in use, 'list' when there are others to choose from,
// 'status' when `status` has changed, 'gone' when a file of one's own is asked for that is not kept.

import { GossamerError, ImageClassifier } from '../gossamer.js';
import { sizeText } from './figures.js';
import { findElsewhere, ownFile, ownName, unknownInAddress, wantedModel } from './modelAddress.js';
import { addressOf, isOffline, notKept, statusOf } from './outage.js';
import { policyAllows, policyHosts } from './policy.js';
import { texts } from './texts.js';
import { Times } from './times.js';

/**
 * A model of the manifest. The build adds `bytes`, `sha256` and `multiplyAdds`.
 * @typedef {object} Entry
 * @property {string} name
 * @property {string} title
 * @property {string} path  beside the manifest
 * @property {'bundled'} [group]
 * @property {'pad' | 'camera' | 'face' | 'picture'} [input]  what it is meant for
 * @property {string} [finder]  path of the model that finds the face
 * @property {'strokes'} [pad]  it reads drawings as strokes (strokeRaster.js)
 * @property {string[]} [samples]  paths of pictures to try it with
 * @property {string} [summary]
 * @property {string} [card]
 * @property {string} [license]
 * @property {string} [source]
 * @property {number} [classes]
 * @property {string | number} [accuracy]
 * @property {string} [agreement]  with another program, where no accuracy was measured
 * @property {number} [bytes]
 * @property {string} [sha256]
 * @property {number} [multiplyAdds]  of one run
 *
 * A model that can be loaded: of the manifest, from an address, or from files or bytes.
 * @typedef {Partial<Entry> & {name: string, title: string, url?: string, file?: Blob, others?: File[],
 *     options?: import('../gossamer.js').ImageClassifierOptions}} Choice  options: such as recipe and
 *     labels, in place of the model's own
 */

const MANIFEST = 'models/manifest.json';
/** After so many runs of a model it is asked on how many threads it computes: its first runs find that out. */
const ASKED = [16, 40, 160];

export class Models extends EventTarget {
  /** @type {ImageClassifier | undefined} The one to classify with. */
  classifier;
  /** @type {Awaited<ReturnType<ImageClassifier['info']>> | undefined} What it says of itself. */
  info;
  /** @type {Choice | undefined} The model in use. */
  current;
  /** @type {Choice[]} All there are to choose from: those of the manifest and those that were opened. */
  entries = [];
  /** @type {{state: 'loading' | 'ready' | 'error', text: string, title?: string}} */
  status = { state: 'loading', text: '' };
  /** How long the model in use took. */
  times = new Times();
  /** How many threads compute now and why: a model may turn out to be faster on fewer than it began with. */
  threads = { threads: 1, threadReason: '' };
  /** @type {string | undefined} The name of a file that was in use here before, and is not there any more. */
  gone;
  /** @type {(() => Promise<void>) | undefined} Does again what failed, or was cancelled, last. */
  retry;

  /** @type {Choice | undefined} The model in use, where it was removed meanwhile. */
  #withdrawn;
  /** @type {{choice: Choice, abort: AbortController} | undefined} The load under way. */
  #loading;
  #onError;
  /** @type {Promise<void> | undefined} The start under way. */
  #starting;
  /** Runs of the model in use. */
  #runs = 0;
  /** What the status says while nothing is being loaded. */
  #ready = { text: '', title: '' };

  /** @param {(error: unknown, subject?: string, retry?: () => unknown) => void} onError */
  constructor(onError) {
    super();
    this.#onError = onError;
  }

  /** The model that is being loaded. */
  get loading() {
    return this.#loading?.choice;
  }

  /** Whether a model is in use or about to be. */
  get #chosen() {
    return Boolean(this.current ?? this.#loading);
  }

  /** The instruction level that the page's address asks for. */
  get level() {
    const asked = new URLSearchParams(location.search).get('level') ?? '';
    return Object.hasOwn(texts.model.levels, asked) ? /** @type {import('../gossamer.js').Level} */ (asked) : undefined;
  }

  /** The address of a file beside the manifest. @param {string} path */
  addressOf(path) {
    return new URL(path, new URL(MANIFEST, document.baseURI)).href;
  }

  /** Loads the manifest and the model that the address names, or the first; once, however often it is asked for. */
  start() {
    this.#starting ??= this.#begin().finally(() => { this.#starting = undefined; });
    return this.#starting;
  }

  async #begin() {
    this.retry = undefined;
    if (!this.#chosen) this.#setStatus('loading', texts.model.starting);
    try {
      const response = await fetch(MANIFEST);
      if (!response.ok) throw new Error(statusOf(response));
      const listed = /** @type {Entry[]} */ (await response.json());
      this.entries = [...listed, ...this.entries];  // a model may have been opened meanwhile
    } catch (cause) {
      this.retry = () => this.start();
      if (!this.#chosen) this.#setStatus('error', texts.model.noList);
      this.#onError(new GossamerError({
        code: 'NETWORK', stage: 'download', cause, got: String(cause),
        message: `the list of models cannot be read: ${new URL(MANIFEST, document.baseURI).href}`,
        hint: texts.model.noListHint,
      }), undefined, this.retry);
      return;
    }
    await this.#addKept();
    this.#tell('list');
    const wanted = wantedModel();
    const found = await this.#find(wanted);
    const first = found ?? this.entries[0];
    if (first && !this.#chosen) await this.use(first);
    else if (!first) this.#setStatus('error', texts.model.none);
    this.#sayUnknown(found ? null : wanted);
  }

  /** Says which of the address's parameters mean nothing. @param {string | null} [model]  that there is none of */
  #sayUnknown(model = null) {
    this.gone = ownFile(model);
    if (this.gone !== undefined) return this.#tell('gone');
    const error = unknownInAddress(model, this.entries.map(({ name }) => name));
    return error && this.#onError(error);
  }

  /** Models that were downloaded before. Nothing is loaded for visitors who have none. */
  async #addKept() {
    try {
      if (!await globalThis.caches?.has('gossamer-models')) return;
      const { keptChoices } = await import('./zoo/choices.js');
      this.entries = [...this.entries, ...await keptChoices()];
    } catch {
      // Storage is denied: then there are none.
    }
  }

  /** Adds a model to those to choose from, in place of one of its name. @param {Choice} choice */
  offer(choice) {
    this.entries = [...this.entries.filter(({ name }) => name !== choice.name), choice];
    this.#tell('list');
  }

  /** Takes a model out of the list; one that is in use, once another takes its place. @param {string} name */
  withdraw(name) {
    if (this.current?.name === name) this.#withdrawn = this.current;
    this.entries = this.entries.filter((entry) => entry.name !== name || entry === this.current);
    this.#tell('list');
  }

  /** The model of a name or an address; without one, the first. @param {string | null} name */
  async #find(name) {
    return name ? this.entries.find((entry) => entry.name === name) ?? await findElsewhere(name) : this.entries[0];
  }

  /** Takes a model into use, unless it is. @param {string | null} name  null: the first */
  async select(name) {
    const choice = await this.#find(name);
    if (!choice) this.#sayUnknown(name);
    else if (choice === this.current) this.cancel();
    else if (choice !== this.loading) await this.use(choice);
  }

  /**
   * @param {File} file
   * @param {File[]} [others]  its weights
   * @param {import('../gossamer.js').ImageClassifierOptions} [options]  such as recipe and labels
   */
  async open(file, others, options) {
    await this.use({ name: ownName(file), title: file.name, file, others, options });
  }

  /** Ends the load under way. */
  cancel() {
    this.#loading?.abort.abort();
  }

  /** Puts away what the status says about a load that failed. */
  restoreStatus() {
    if (this.classifier && !this.#loading) this.#setStatus('ready', this.#ready.text, this.#ready.title);
  }

  /** Loads a model and takes it into use. @param {Choice} choice */
  async use(choice) {
    this.cancel();
    const loading = { choice, abort: new AbortController() };
    const { signal } = loading.abort;
    this.#loading = loading;
    this.retry = undefined;
    this.#setStatus('loading', texts.model.loading(choice.title));
    try {
      if (choice.url) checkPolicy(choice.url);
      const classifier = await ImageClassifier.createFromOptions(this.#options(choice, signal));
      const info = await classifier.info();
      if (signal.aborted) {
        classifier.close();
        throw signal.reason;
      }
      const before = this.classifier;
      this.classifier = classifier;
      this.info = { ...info, labels: choice.options?.labels ?? info.labels };
      this.times.clear();
      this.#runs = 0;
      this.threads = threadsOf(info);
      this.#adopt(choice);
      this.#loading = undefined;
      this.#setReady();
      before?.close();
      this.#tell('change');
    } catch (error) {
      if (this.#loading !== loading) return;  // overtaken by another load
      this.#loading = undefined;
      this.retry = () => this.use(choice);
      this.#tell('list');
      const cancelled = signal.aborted;
      const kept = this.current?.title;
      this.#setStatus(this.classifier ? 'ready' : 'error',
        cancelled ? texts.model.cancelled(kept) : texts.model.failed(choice.title, kept));
      if (!cancelled) this.#onError(explained(error, choice), choice.title, this.retry);
    }
  }

  /** Keeps an opened file in the menu, the latest under each name. @param {Choice} choice */
  #adopt(choice) {
    if (!this.entries.includes(choice)) {
      this.entries = [...this.entries.filter(({ name }) => name !== choice.name), choice];
    }
    if (this.#withdrawn !== choice) this.entries = this.entries.filter((entry) => entry !== this.#withdrawn);
    this.#withdrawn = undefined;
    this.current = choice;
    this.#tell('list');
  }

  /**
   * What makes a classifier of a choice; a view that wants one of its own adds to it.
   * @param {Choice} choice
   * @returns {import('../gossamer.js').ImageClassifierOptions}
   */
  optionsFor(choice) {
    const address = choice.url ?? this.addressOf(String(choice.path));
    return {
      level: this.level,
      warmup: true,
      ...choice.options,
      baseOptions: choice.file ? { modelAssetBuffer: choice.file, externalData: choice.others }
        : { modelAssetPath: address },
      sha256: choice.sha256,
    };
  }

  /**
   * @param {Choice} choice
   * @param {AbortSignal} signal
   * @returns {import('../gossamer.js').ImageClassifierOptions}
   */
  #options(choice, signal) {
    return {
      ...this.optionsFor(choice),
      signal,
      onProgress: (/** @type {number} */ received, /** @type {number} */ total) => {
        if (this.#loading?.abort.signal !== signal) return;
        const all = total || choice.bytes;
        const far = all ? `${Math.floor((100 * received) / all)} %` : sizeText(received);
        this.#setStatus('loading', all && received >= all ? texts.model.preparing(choice.title)
          : texts.model.downloading(choice.title, far));
      },
    };
  }

  /** The model in use has run once more. */
  countRun() {
    this.#runs += 1;
    if (ASKED.includes(this.#runs)) this.askThreads();
  }

  /** Asks on how many threads the model in use computes by now. */
  async askThreads() {
    const { classifier } = this;
    const info = await classifier?.info().catch(() => undefined);  // it may be closed meanwhile
    if (!info || classifier !== this.classifier) return;
    const seen = this.status.text === this.#ready.text;
    this.threads = threadsOf(info);
    this.#setReady(seen);
  }

  /** @param {boolean} [seen]  whether the status says it at once */
  #setReady(seen = true) {
    const { threads, threadReason } = this.threads;
    const level = /** @type {NonNullable<Models['info']>} */ (this.info).level;
    const count = texts.model.threads(threads);
    this.#ready = {
      text: texts.model.ready(texts.model.levels[level], count),
      title: `${count}: ${threadReason}`,
    };
    if (seen) this.#setStatus('ready', this.#ready.text, this.#ready.title);
    else this.#tell('status');
  }

  /** @param {'loading' | 'ready' | 'error'} state @param {string} text @param {string} [title] */
  #setStatus(state, text, title) {
    this.status = { state, text, title };
    this.#tell('status');
  }

  /** @param {'change' | 'list' | 'status' | 'gone'} what */
  #tell(what) {
    this.dispatchEvent(new Event(what));
  }
}

/** @param {NonNullable<Models['info']>} info */
const threadsOf = ({ threads, threadReason }) => ({ threads, threadReason });

/**
 * A model that was never opened, without a network: no fault of the site.
 * @param {unknown} error @param {Choice} choice
 */
function explained(error, { path, url }) {
  const isModel = error instanceof GossamerError && error.code === 'NETWORK' && error.summary.includes(String(url ?? path));
  return isModel && isOffline(error) ? notKept(error, String(addressOf(error)), texts.model.notKept) : error;
}

/**
 * Throws, with a hint, when the page's policy does not let it connect to an address. Browsers would only
 * say that something failed.
 * @param {string} address
 */
function checkPolicy(address) {
  const url = new URL(address);
  if (policyAllows(url)) return;
  throw new GossamerError({
    code: 'NETWORK', stage: 'download', message: texts.model.notAllowed, got: url.origin,
    expected: policyHosts().join(', '), hint: texts.model.notAllowedHint,
  });
}
