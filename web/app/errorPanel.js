// The error panel: what went wrong as a GossamerError, or a refusal of the camera, in plain words. The heading says
// what it means for the user; the facts that help to mend it follow; nothing else on the page stops.

import { GossamerError } from '../gossamer.js';
import { keepFocus } from './focus.js';
import { asFailure, isLasting, isOutdated } from './outage.js';
import { texts } from './texts.js';

/** @type {Record<string, string>} */
const HEADINGS = {
  PARSE: 'This file is not a readable ONNX model',
  LIMIT: 'This model is larger or deeper than the decoder accepts',
  UNSUPPORTED: 'This cannot run here yet',
  GRAPH: 'This model’s graph is inconsistent',
  SHAPE: 'Shapes in this model do not fit together',
  INITIALIZER: 'A stored tensor of this model is inconsistent',
  ATTRIBUTE: 'An operator of this model has an unusable attribute',
  INDEX: 'An index in this model lies outside its tensor',
  NUMERIC: 'The model computed something undefined',
  BUDGET: 'This model needs more memory or work than is allowed',
  OOM: 'There is not enough memory',
  IMAGE: 'This picture cannot be read',
  ARGUMENT: 'This cannot be used',
  HANDLE: 'The model was already closed',
  IO: 'The file cannot be read',
  NETWORK: 'Something could not be downloaded',
  ABORTED: 'Cancelled',
  INTERNAL: 'Something broke inside Gossamer',
};

/** Names of DOMExceptions that a file is read with in vain: it was moved, changed or locked since it was chosen. */
const UNREADABLE = ['NotReadableError', 'NotFoundError'];

/** @type {Record<string, string>} Names of DOMExceptions that getUserMedia rejects with. */
const CAMERA = {
  NotAllowedError: 'The browser was told not to share the camera. Its permission is set beside the address.',
  NotFoundError: 'No camera is connected.',
  NotReadableError: 'Another program is using the camera.',
  OverconstrainedError: 'No such camera is connected.',
};

const FACTS = /** @type {const} */ (['node', 'op', 'tensor', 'attribute', 'got', 'expected']);

export class ErrorPanel {
  #panel = /** @type {HTMLElement} */ (document.getElementById('error'));

  /** @type {unknown} The error that is shown. */
  shown;

  #onHide;
  #onReload;
  /** @type {Element | null} What had the focus when the panel came. */
  #opener = null;

  /**
   * @param {object} on
   * @param {() => void} on.hide  a panel that was shown goes
   * @param {(anyway: boolean) => Promise<string>} on.reload  the newest version is wanted; gives the reason why it does not
   *     come. anyway: this version will do
   */
  constructor({ hide, reload }) {
    this.#onHide = hide;
    this.#onReload = reload;
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.hide();
    });
  }

  hide() {
    if (this.#panel.hidden) return;
    this.shown = undefined;
    keepFocus(() => {
      this.#panel.hidden = true;
      this.#onHide();
      this.#panel.replaceChildren();
    }, this.#opener);
  }

  /**
   * @param {unknown} error
   * @param {string} [subject]  what it happened to: a file's name
   * @param {() => unknown} [retry]  does it again; offered where that may help
   */
  show(error, subject, retry) {
    const failure = error instanceof DOMException && UNREADABLE.includes(error.name)
      ? new GossamerError({ code: 'IO', message: error.message, cause: error }) : asFailure(error);
    const what = sentence(failure.summary);
    this.shown = error;
    this.#show(HEADINGS[failure.code] ?? failure.code, subject ? `${subject}: ${what}` : what, failure);
    if (failure.code === 'NETWORK') this.#addRemedies(failure, retry);
  }

  /** @param {unknown} error  that the camera did not start with */
  showCamera(error) {
    const { name = '', message = '' } = /** @type {Partial<Error>} */ (error ?? {});
    this.shown = error;
    this.#show('The camera cannot be used', CAMERA[name] ?? message);
  }

  /**
   * Something that is no fault, and what can be done.
   * @param {string} heading @param {string} what
   * @param {{text: string, act: () => unknown}} [action]
   */
  tell(heading, what, action) {
    this.shown = heading;
    this.#show(heading, what);
    this.#panel.dataset.told = '';
    if (!action) return;
    const actions = make('p', 'actions');
    actions.append(actionButton(action.text, action.act));
    this.#panel.append(actions);
  }

  /** @param {string} heading @param {string} what @param {GossamerError} [failure]  whose facts follow */
  #show(heading, what, failure) {
    const close = make('button', '', 'Close');
    close.addEventListener('click', () => this.hide());
    delete this.#panel.dataset.told;
    if (!this.#panel.contains(document.activeElement)) this.#opener = document.activeElement;
    const header = make('div', 'head');
    header.append(make('h2', '', heading), close);
    keepFocus(() => this.#panel.replaceChildren(header, make('p', 'what', what)));
    if (failure) this.#addDetails(failure);
    this.#panel.hidden = false;
    this.#panel.scrollIntoView({ block: 'nearest' });
  }

  /** @param {GossamerError} failure @param {() => unknown} [retry] */
  #addRemedies(failure, retry) {
    const actions = make('p', 'actions');
    const offer = (/** @type {string} */ text, /** @type {() => unknown} */ act) => actions.append(actionButton(text, act));
    if (retry) offer(texts.frame.retry, () => { this.hide(); retry(); });
    if (isOutdated(failure)) {
      const said = make('span');
      said.setAttribute('role', 'status');
      offer(texts.frame.reload, async () => { said.textContent = await this.#onReload(isLasting(failure)); });
      actions.append(said);
    }
    if (actions.hasChildNodes()) this.#panel.querySelector('dl')?.before(actions);
  }

  /** @param {GossamerError} failure */
  #addDetails(failure) {
    if (failure.hint) this.#panel.append(make('p', 'hint', sentence(failure.hint)));
    const list = make('dl');
    // What somebody gave by mistake is no fault to be reported.
    if (failure.code !== 'ARGUMENT') {
      const code = failure.stage ? `${failure.code}, at ${failure.stage}` : failure.code;
      list.append(make('dt', '', 'code'), make('dd', '', code));
    }
    for (const fact of FACTS) {
      const value = failure[fact];
      if (value) list.append(make('dt', '', fact), make('dd', '', value));
    }
    if (list.hasChildNodes()) this.#panel.append(list);
  }
}

/** @param {string} text @param {() => unknown} act */
function actionButton(text, act) {
  const button = make('button', '', text);
  button.addEventListener('click', act);
  return button;
}

/** @param {string} text */
function sentence(text) {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$|https?:\S+$/.test(first) ? first : `${first}.`;
}

/** @param {string} tag @param {string} [className] @param {string} [text] */
function make(tag, className = '', text = '') {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}
