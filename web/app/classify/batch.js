// Several pictures at once: each is classified in its turn, and a table says what it was taken for. The
// table can be copied, or saved as CSV; a row's picture can be put on the stage. All its rows are of one
// model: the choice of another ends it, and offers to read the pictures again. While another view is shown it waits. It takes the pictures' files
// and leaves nothing behind when it is closed.

import { html, nothing, render } from '../../vendor/lit-html.js';
import { GossamerError } from '../../gossamer.js';
import { className, classNames } from '../classNames.js';
import { keepFocus } from '../focus.js';
import { copyText, saveFile } from '../save.js';
import { bringIntoSight } from '../sight.js';
import { csvText, tsvText } from '../tables.js';
import { texts } from '../texts.js';

/**
 * @typedef {object} Row
 * @property {File} file
 * @property {string} [thumbnail]  an object URL
 * @property {string} label  the likeliest class, or why there is none
 * @property {number} [score]
 * @property {number} [inference]  milliseconds
 * @property {boolean} failed
 */

const words = texts.classify.batch;
const percent = new Intl.NumberFormat('en', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
/** Milliseconds between two updates of what is said. */
const PACE = 100;
/**
 * And, for each row that is there, between two updates of the table: browsers lay all its rows out again, 2,000 in
 * 75 ms, which must not take the time that pictures are read in.
 */
const PACE_PER_ROW = 0.5;

export class Batch {
  #host = /** @type {HTMLElement} */ (document.getElementById('batch'));
  #models;
  #reader;
  #onPick;
  /** @type {Row[]} */
  #rows = [];
  /** @type {File[]} All that are to be read. */
  #files = [];
  /** @type {AbortController | undefined} Of the run under way. */
  #running;
  /** When rows were appended last. */
  #appended = 0;
  #said = '';
  /** The model whose rows they are. */
  #title = '';
  /** @type {string[]} Of its classes. */
  #names = [];
  /** @type {Promise<void> | undefined} Of a pause. */
  #pause;
  #resume = () => {};

  /**
   * @param {import('../models.js').Models} models
   * @param {import('../reader.js').Reader} reader
   * @param {(file: File) => void} onPick  a row was chosen
   */
  constructor(models, reader, onPick) {
    this.#models = models;
    models.addEventListener('change', () => {
      this.#end(words.otherModel);
      if (this.#files.length > 0) this.#render();
    });
    this.#reader = reader;
    this.#onPick = onPick;
  }

  /** Classifies pictures, one after another. @param {File[]} files */
  async run(files) {
    this.close();
    const running = new AbortController();
    this.#running = running;
    this.#files = files;
    this.#title = this.#models.current?.title ?? '';
    this.#names = this.#models.info ? classNames(this.#models.info) : [];
    this.#host.hidden = false;
    this.#render();
    bringIntoSight(this.#host);
    let drawn = -Infinity;
    for (const file of files) {
      await this.#pause;
      if (running.signal.aborted) break;
      const row = await this.#read(file, running.signal);
      if (running.signal.aborted) {
        if (row.thumbnail) URL.revokeObjectURL(row.thumbnail);
        break;
      }
      this.#rows.push(row);
      const now = performance.now();
      if (now - drawn < PACE) continue;
      drawn = now;
      this.#render();
    }
    if (this.#running !== running) return;
    this.#running = undefined;
    this.#render();
  }

  /** Nothing is computed from here on until the view is shown again. */
  pause() {
    this.#pause ??= new Promise((resolve) => { this.#resume = resolve; });
  }

  resume() {
    this.#pause = undefined;
    this.#resume();
  }

  /** Ends the run and keeps its rows. @param {string} why */
  #end(why) {
    if (!this.#running || this.#running.signal.aborted) return;
    this.#said = why;
    this.#running.abort();
    this.#render();
  }

  /** Ends the run and puts the table away. */
  close() {
    this.#running?.abort();
    this.#running = undefined;
    for (const { thumbnail } of this.#rows) if (thumbnail) URL.revokeObjectURL(thumbnail);
    this.#rows = [];
    this.#files = [];
    this.#said = '';
    keepFocus(() => {
      this.#host.hidden = true;
      render(nothing, this.#host);
    }, document.getElementById('choose-image'));
  }

  /** @param {File} file @param {AbortSignal} signal @returns {Promise<Row>} */
  async #read(file, signal) {
    const thumbnail = URL.createObjectURL(file);
    const picture = new Image();
    picture.src = thumbnail;
    try {
      await picture.decode();
    } catch {
      URL.revokeObjectURL(thumbnail);
      return { file, label: words.noPicture, failed: true };
    }
    try {
      const { result, faceless } = await this.#reader.read(picture, { signal });
      this.#models.countRun();
      if (faceless || !result) return { file, thumbnail, label: texts.classify.noFace, failed: true };
      if (!result.finite) return { file, thumbnail, label: texts.classify.noScores, failed: true };
      const [{ index, score }] = result.classifications[0].categories;
      return { file, thumbnail, label: className(this.#names, index), score, inference: result.timing.inference, failed: false };
    } catch (error) {
      return { file, thumbnail, label: GossamerError.from(error).summary, failed: true };
    }
  }

  /** The table as rows of text. */
  #table() {
    return [[...words.head, words.model], ...this.#rows.map(({ file, label, score, inference }) =>
      [file.name, label, score === undefined ? '' : score.toFixed(4), inference === undefined ? '' : inference.toFixed(2), this.#title])];
  }

  async #copy() {
    this.#said = await copyText(tsvText(this.#table())) ? words.copied : words.notCopied;
    this.#render();
  }

  #render() {
    const running = this.#running?.signal.aborted === false;
    const done = this.#rows.length;
    const total = this.#files.length;
    const current = this.#models.current?.title ?? '';
    const title = words.title(running ? total : done, this.#title);
    const [name, label, score, inference] = words.head;
    render(html`
      <header>
        <h2>${title}</h2>
        <p role="status">${running ? words.progress(done, total) : this.#said}</p>
        <div class="tools">
          ${running ? html`<button type="button" data-testid="batch-cancel" @click=${() => this.#end(words.cancelled(this.#rows.length, total))}>${words.cancel}</button>` : html`
            ${current === this.#title ? nothing : html`<button type="button" data-testid="batch-again" @click=${() => this.run(this.#files)}>${words.again(current)}</button>`}
            <button type="button" data-testid="batch-copy" @click=${() => this.#copy()}>${words.copy}</button>
            <button type="button" data-testid="batch-save" @click=${() => saveFile('results.csv', csvText(this.#table()), 'text/csv')}>${words.save}</button>
            <button type="button" data-testid="batch-close" @click=${() => this.close()}>${words.close}</button>`}
        </div>
      </header>
      <div class="scroll" tabindex="0" role="region" aria-label=${title} .style=${`--rows: ${total}`}>
        <table>
          <thead><tr><th><span class="unseen">${words.picture}</span></th><th>${name}</th><th>${label}</th><th class="number">${score}</th><th class="number">${inference}</th></tr></thead>
          <tbody></tbody>
        </table>
      </div>`, this.#host);
    const body = this.#host.querySelector('tbody');
    const pause = PACE_PER_ROW * (body?.rows.length ?? 0);
    if (body && !(running && performance.now() - this.#appended < pause)) this.#appendRows(body);
  }

  /** Rows do not change once they are there: of thousands, only the new ones cost anything. */
  #appendRows(/** @type {HTMLTableSectionElement} */ body) {
    this.#appended = performance.now();
    for (const row of this.#rows.slice(body.rows.length)) {
      const place = document.createElement('tbody');
      render(this.#rowView(row), place);
      body.append(...place.children);
    }
  }

  /** @param {Row} row */
  #rowView({ file, thumbnail, failed, label, score, inference }) {
    return html`
      <tr>
        <td>${thumbnail ? html`<button type="button" class="thumbnail" aria-label=${words.show(file.name)}
          @click=${() => this.#onPick(file)}><img src=${thumbnail} alt="" width="40" height="40" loading="lazy" decoding="async"></button>` : nothing}</td>
        <td class="file">${file.name}</td>
        <td ?data-failed=${failed}>${label}</td>
        <td class="number">${score === undefined ? '' : percent.format(score)}</td>
        <td class="number">${inference === undefined ? '' : `${inference.toFixed(2)} ms`}</td>
      </tr>`;
  }
}
