// Which model is in use. Reads the manifest, fills the menu, loads what is chosen and shows how far
// it is. The model in use stays until the new one is ready, so that a failed load costs nothing.

import { GossamerError, ImageClassifier } from '../gossamer.js';

/** @typedef {{name: string, title: string, path: string, bytes?: number, sha256?: string}} Entry */
/** @typedef {Entry | {name: string, title: string, file: File, others: File[]}} Choice */

const MANIFEST = 'models/manifest.json';

/** @type {Record<string, string>} */
const LEVEL_NAMES = { base: 'no SIMD', simd: 'SIMD', relaxed: 'relaxed SIMD' };

export class Models {
  /** @type {ImageClassifier | undefined} The one to classify with. */
  classifier;

  #menu = /** @type {HTMLSelectElement} */ (document.getElementById('model'));
  #cancel = /** @type {HTMLButtonElement} */ (document.getElementById('cancel-load'));
  #status = /** @type {HTMLElement} */ (document.getElementById('status'));
  /** @type {Choice[]} */
  #choices = [];
  /** @type {Choice | undefined} */
  #current;
  /** @type {AbortController | undefined} Of the load under way. */
  #loading;
  #onReady;
  #onError;
  /** What the status says while nothing is being loaded. */
  #readyText = '';
  #parameters = new URLSearchParams(location.search);

  /**
   * @param {object} handlers
   * @param {(classifier: ImageClassifier, title: string) => Promise<void>} handlers.onReady
   * @param {(error: unknown, subject?: string) => void} handlers.onError
   */
  constructor({ onReady, onError }) {
    this.#onReady = onReady;
    this.#onError = onError;
    this.#menu.addEventListener('change', () => {
      const choice = this.#choices[this.#menu.selectedIndex];
      if (choice) this.#load(choice);
    });
    this.#cancel.addEventListener('click', () => this.#loading?.abort());
  }

  /** Loads the manifest and the model that the address names, or the first. */
  async start() {
    try {
      const response = await fetch(MANIFEST);
      if (!response.ok) throw new Error(`status ${response.status}`);
      this.#choices = /** @type {Entry[]} */ (await response.json());
    } catch (cause) {
      this.#setStatus('error', 'No models found; open one of your own');
      this.#onError(new GossamerError({
        code: 'NETWORK', stage: 'download', cause, got: String(cause),
        message: `the list of models cannot be read: ${MANIFEST}`,
        hint: 'You can still open an .onnx file of your own',
      }));
      return;
    }
    this.#fillMenu();
    const wanted = this.#parameters.get('model');
    const first = this.#choices.find(({ name }) => name === wanted) ?? this.#choices[0];
    if (first) await this.#load(first);
    else this.#setStatus('error', 'No models here; open one of your own');
  }

  /** @param {File} file @param {File[]} others  its weights */
  async open(file, others) {
    const choice = { name: `file:${file.name}`, title: file.name, file, others };
    await this.#load(choice);
  }

  /** Puts away what the status says about a load that failed. */
  restoreStatus() {
    if (this.classifier && !this.#loading) this.#setStatus('ready', this.#readyText);
  }

  #fillMenu() {
    this.#menu.replaceChildren(...this.#choices.map(({ title }) => new Option(title)));
    this.#menu.selectedIndex = this.#current ? this.#choices.indexOf(this.#current) : 0;
  }

  /** @param {Choice} choice */
  async #load(choice) {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    this.#cancel.hidden = false;
    this.#setStatus('loading', `Loading ${choice.title}`);
    try {
      const classifier = await ImageClassifier.createFromOptions(this.#options(choice, loading.signal));
      if (loading.signal.aborted) {
        classifier.close();
        return;
      }
      const before = this.classifier;
      this.classifier = classifier;
      before?.close();
      this.#adopt(choice);
      await this.#showReady();
      await this.#onReady(classifier, choice.title);
    } catch (error) {
      if (this.#loading !== loading) return;  // overtaken by another load
      this.#fillMenu();
      const kept = this.#current ? `; still using ${this.#current.title}` : '';
      const cancelled = error instanceof GossamerError && error.code === 'ABORTED';
      this.#setStatus(this.classifier ? 'ready' : 'error',
        cancelled ? `Cancelled${kept}` : `${choice.title} did not load${kept}`);
      if (!cancelled) this.#onError(error, choice.title);
    } finally {
      if (this.#loading === loading) {
        this.#loading = undefined;
        this.#cancel.hidden = true;
      }
    }
  }

  /** Keeps an opened file in the menu, the latest under each name. @param {Choice} choice */
  #adopt(choice) {
    if (!this.#choices.includes(choice)) {
      this.#choices = [...this.#choices.filter(({ name }) => name !== choice.name), choice];
    }
    this.#current = choice;
    this.#fillMenu();
  }

  /** @param {Choice} choice @param {AbortSignal} signal */
  #options(choice, signal) {
    const asked = this.#parameters.get('level') ?? '';
    const level = asked in LEVEL_NAMES ? /** @type {import('../gossamer.js').Level} */ (asked)
      : undefined;
    const remote = 'path' in choice ? choice : undefined;
    return {
      baseOptions: 'file' in choice ? { modelAssetBuffer: choice.file, externalData: choice.others }
        : { modelAssetPath: new URL(choice.path, new URL(MANIFEST, document.baseURI)) },
      level,
      sha256: remote?.sha256,
      warmup: true,
      signal,
      onProgress: (/** @type {number} */ received, /** @type {number} */ total) => {
        const all = total || remote?.bytes;
        const far = all ? `${Math.floor((100 * received) / all)} %` : `${received >> 10} KB`;
        this.#setStatus('loading', all && received >= all ? `Preparing ${choice.title}`
          : `Downloading ${choice.title}, ${far}`);
      },
    };
  }

  async #showReady() {
    const classifier = /** @type {ImageClassifier} */ (this.classifier);
    const { level, threads, threadReason } = await classifier.info();
    const plural = threads === 1 ? '1 thread' : `${threads} threads`;
    this.#readyText = `Ready · ${LEVEL_NAMES[level]} · ${plural}`;
    this.#setStatus('ready', this.#readyText);
    this.#status.title = `${plural}: ${threadReason}`;
  }

  /** @param {'loading' | 'ready' | 'error'} state @param {string} text */
  #setStatus(state, text) {
    this.#status.dataset.state = state;
    this.#status.textContent = text;
  }
}
