// The Evaluate view: somebody's own labelled pictures through the model in use, and how often it is right.
// What is computed lies in app/evaluate; here are the steps: files, labels, the run, the report.
import dsvFormat from '../../vendor/d3-dsv.js';
import { html, nothing, render } from '../../vendor/lit-html.js';
import { GossamerError } from '../../gossamer.js';
import { classNames } from '../classNames.js';
import { decodePicture } from '../decode.js';
import { fromFolder, fromTable, labelCounts, sortFiles } from '../evaluate/dataset.js';
import { chosenFiles, entriesOf, walk } from '../evaluate/dropped.js';
import { matchLabels } from '../evaluate/labels.js';
import { makeReport, pictureRows, reportJson } from '../evaluate/report.js';
import { answersOf, runEvaluation } from '../evaluate/run.js';
import { isDrawing } from '../files.js';
import { keepFocus } from '../focus.js';
import { Pace, timeLeft } from '../pace.js';
import { fileName, saveFile } from '../save.js';
import { linkStyles } from '../styles.js';
import { csvText } from '../tables.js';
import { texts } from '../texts.js';
import { refusalOf } from '../wrongFile.js';
import { failureText, percent, reportView, some } from './evaluateReport.js';
import { noModelTitle, noModelNote, whileNoModel } from './noModel.js';

/** @typedef {import('../evaluate/dataset.js').Source} Source */
/** @typedef {import('../views.js').App} App */

const words = texts.evaluate;

/** @type {import('../views.js').View} */
export const view = {
  name: 'evaluate',
  title: 'Evaluate',
  mount: async (host, app) => {
    await linkStyles(import.meta.url, '../chart/chart.css', 'panel.css', 'evaluate.css');
    return new Evaluate(host, app);
  },
};

class Evaluate {
  #host;
  #app;
  #reader;
  #visible = false;
  /** @type {(() => void) | undefined} Lets a run go on that waits for the view to come back. */
  #resume;
  /** @type {import('../evaluate/dataset.js').Dataset | undefined} */
  #dataset;
  /** @type {{stop: AbortController, done: number, total: number, left: string} | undefined} The run under way. */
  #run;
  /** @type {import('./evaluateReport.js').Result | undefined} */
  #result;
  #reading = false;
  /** Counts what was opened or begun: a folder that is still being read gives way to what came later. */
  #turn = 0;
  /** What was tried since gave no report. */
  #stale = false;

  /** @param {HTMLElement} host @param {App} app */
  constructor(host, app) {
    this.#host = host;
    this.#app = app;
    this.#reader = app.reader;
    host.classList.add('panel', 'evaluate');
    // Before the page's own listener, which takes single pictures and models.
    window.addEventListener('drop', (event) => this.#dropped(event), { capture: true });
    app.models.addEventListener('change', () => {
      this.#drop();
      if (this.#visible) this.#render();
    });
    whileNoModel(app.models, () => { if (this.#visible) this.#render(); });
  }

  show() {
    this.#visible = true;
    this.#resume?.();
    this.#render();
  }

  hide() {
    this.#visible = false;
  }

  /** @param {File[]} files  from the clipboard, or chosen elsewhere */
  take(files) {
    const { tables, pictures } = sortFiles(chosenFiles(files));
    if (tables.length === 0 || pictures.length === 0) return false;
    this.#open(chosenFiles(files));
    return true;
  }

  /** @param {DragEvent} event */
  async #dropped(event) {
    if (!this.#visible || !event.dataTransfer) return;
    const entries = entriesOf(event.dataTransfer);
    const dataset = entries.some(({ isDirectory }) => isDirectory) || entries.some(({ name }) => /\.(csv|tsv)$/i.test(name));
    if (!dataset) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const turn = ++this.#turn;
    this.#reading = true;
    this.#render();
    try {
      const sources = await walk(entries);
      if (turn === this.#turn) await this.#open(sources);
    } catch (error) {
      if (turn === this.#turn) this.#fail(error);
    }
  }

  /** @param {Source[]} sources */
  async #open(sources) {
    const turn = ++this.#turn;
    this.#reading = false;
    this.#drop();
    this.#app.errors.hide();
    // Of many files that are no pictures it is not said what they are.
    const files = sources.length === 1 ? sources.map(({ file }) => file).filter((file) => file instanceof File) : [];
    try {
      const { tables, pictures } = sortFiles(sources);
      if (pictures.length === 0) throw await refusalOf(files) ?? refusal(words.noPictures, '', '');
      if (tables.length > 1) throw refusal(words.tables, tables.map(({ path }) => path).join(', '), words.tablesHint);
      const [table] = tables;
      const rows = table && await readTable(table);
      if (turn !== this.#turn) return;
      this.#dataset = rows ? fromTable(rows, pictures) : fromFolder(pictures);
      await this.#evaluate();
    } catch (error) {
      if (turn === this.#turn) this.#fail(error, files[0]?.name);
    }
  }

  #again() {
    this.#turn += 1;
    this.#reading = false;
    this.#app.errors.hide();
    this.#evaluate().catch((error) => this.#fail(error));
  }

  /** A report that is there is of the run before. @param {unknown} error @param {string} [subject] */
  #fail(error, subject) {
    this.#reading = false;
    this.#stale = true;
    this.#app.errors.show(error, subject);
    this.#render();
  }

  /** What is labelled, through the model in use. */
  async #evaluate() {
    const { classifier, info, current } = this.#app.models;
    const dataset = this.#dataset;
    if (!classifier || !info || !current || !dataset) return;
    if (dataset.examples.length === 0) {
      const { missing, unlabelled } = dataset;
      throw missing.length > 0 ? refusal(words.noneNamed, some(missing, 3), words.noneNamedHint)
        : refusal(words.noLabels, some(unlabelled, 3), words.noLabelsHint);
    }
    const names = classNames(info);
    const matching = matchLabels(new Set(dataset.examples.map(({ label }) => label)), names);
    const examples = dataset.examples.flatMap((example) => {
      const truth = matching.classes.get(example.label);
      return truth === undefined ? [] : [{ ...example, truth }];
    });
    if (examples.length === 0) {
      throw refusal(words.none, some([...labelCounts(dataset.examples).keys()]), words.noneHint(some(names)));
    }
    this.#forget();
    const stop = new AbortController();
    const pace = new Pace(examples.length);
    this.#run = { stop, done: 0, total: examples.length, left: '' };
    this.#render();
    let drawn = 0;
    try {
      const run = await runEvaluation(examples, {
        signal: stop.signal,
        classify: (file) => {
          this.#app.models.countRun();
          return this.#classify(classifier, file, stop.signal);
        },
        pause: () => this.#whileHidden(),
        onProgress: (done) => {
          if (!this.#run || this.#run.stop !== stop) return;
          Object.assign(this.#run, { done, left: timeLeft(pace.mark(done)) });
          const now = performance.now();
          if (now - drawn < 100 && done < examples.length) return;
          drawn = now;
          this.#render();
        },
      });
      if (this.#run?.stop !== stop) return;
      this.#run = undefined;
      if (run.records.length === 0 && run.failures.length > 0 && !run.cancelled) {
        throw refusal(words.noneRead, some(run.failures.map(failureText), 3), words.noneReadHint);
      }
      if (run.records.length > 0) this.#finish(makeReport({ model: { name: current.name, title: current.title, classes: names }, dataset, matching, run }), run.records);
    } finally {
      if (this.#run?.stop === stop) this.#run = undefined;
      this.#render();
    }
  }

  /**
   * Classes of a picture, the likeliest first. A model of faces reads the face in it.
   * @param {import('../../gossamer.js').ImageClassifier} classifier @param {Blob} file @param {AbortSignal} signal
   */
  async #classify(classifier, file, signal) {
    if (isDrawing(file)) return this.#classifyDrawing(classifier, file, signal);
    if (!this.#reader.wantsFace) return answersOf(await classifier.classify(file, { signal }));
    const picture = await createImageBitmap(file).catch((cause) => { throw pictureError(words.unreadable, cause); });
    try {
      return await this.#readFace(picture, signal);
    } finally {
      picture.close();
    }
  }

  /**
   * As Classify reads it: a bitmap of an SVG is refused by browsers.
   * @param {import('../../gossamer.js').ImageClassifier} classifier @param {Blob} file @param {AbortSignal} signal
   */
  async #classifyDrawing(classifier, file, signal) {
    const picture = await decodePicture(file);
    try {
      return this.#reader.wantsFace ? await this.#readFace(picture, signal) : answersOf(await classifier.classify(picture, { signal }));
    } finally {
      URL.revokeObjectURL(picture.src);
    }
  }

  /** @param {import('../faces.js').Picture} picture @param {AbortSignal} signal */
  async #readFace(picture, signal) {
    const { result } = await this.#reader.read(picture, { signal });
    if (!result) throw pictureError(words.noFace);
    return answersOf(result);
  }

  /** @param {import('../evaluate/report.js').Report} report @param {import('../evaluate/run.js').Record[]} records */
  #finish(report, records) {
    this.#result = { report, records, pictures: new Map() };
    this.#app.announce(words.done(percent(report.metrics.accuracy)));
  }

  /** Ends the run under way, and shows nothing of it. */
  #drop() {
    this.#run?.stop.abort();
    this.#run = undefined;
    this.#resume?.();
  }

  /** Frees the last result and its pictures. */
  #forget() {
    for (const url of this.#result?.pictures.values() ?? []) URL.revokeObjectURL(url);
    this.#result = undefined;
    this.#stale = false;
  }

  /** A view that is not shown computes nothing. */
  #whileHidden() {
    if (this.#visible) return undefined;
    return new Promise((/** @type {(value: void) => void} */ resolve) => {
      const before = this.#resume;
      this.#resume = () => {
        before?.();
        this.#resume = undefined;
        resolve();
      };
    });
  }

  /** @param {Event} event  of an input */
  #chosen(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const sources = chosenFiles(input.files ?? []);
    input.value = '';
    if (sources.length > 0) this.#open(sources);
  }

  #render() {
    const title = this.#app.models.current?.title;
    const [made, name] = [this.#result?.report.model.title, this.#result?.report.data.name];
    const before = this.#result && (this.#stale || made !== title);
    keepFocus(() => render(html`
      <h2>${title ? words.title(title) : noModelTitle(this.#app.models)}</h2>
      ${noModelNote(this.#app.models)}
      ${this.#chooser()}
      ${this.#reading ? html`<p class="note" role="status">${words.reading}</p>` : nothing}
      ${this.#run ? this.#progress(this.#run) : nothing}
      ${before ? html`<h3 class="before" data-testid="report-before">${words.before(name ?? '', made === title ? '' : made ?? '')}</h3>` : nothing}
      ${this.#result ? this.#report(this.#result) : nothing}
    `, this.#host));
  }

  #chooser() {
    const { current, info } = this.#app.models;
    const report = this.#result?.report;
    // Another run of the same model would only say the same again.
    const again = this.#dataset && current && !(report?.complete && report.model.name === current.name);
    const open = (/** @type {string} */ id) => () => document.getElementById(id)?.click();
    return html`
      <div class="chooser" ?hidden=${Boolean(this.#run)}>
        ${this.#result ? nothing : html`<p class="note" data-testid="evaluate-intro">${words.intro} ${info ? words.classesAre(some(classNames(info))) : ''}</p>`}
        <div class="actions">
          <button type="button" @click=${open('evaluate-folder')} ?disabled=${!this.#app.models.classifier}>${words.folder}</button>
          <button type="button" @click=${open('evaluate-files')} ?disabled=${!this.#app.models.classifier}>${words.files}</button>
          ${again ? html`<button type="button" data-testid="evaluate-again" @click=${() => this.#again()}>${words.again(current?.title ?? '')}</button>` : nothing}
          <span class="also">${words.drop}</span>
        </div>
        <input type="file" id="evaluate-folder" data-testid="folder-input" class="unseen" tabindex="-1" aria-label=${words.folder} webkitdirectory multiple @change=${this.#chosen.bind(this)}>
        <input type="file" id="evaluate-files" data-testid="files-input" class="unseen" tabindex="-1" aria-label=${words.files} multiple accept="image/*,.csv,.tsv" @change=${this.#chosen.bind(this)}>
      </div>`;
  }

  /** @param {{stop: AbortController, done: number, total: number, left: string}} run */
  #progress({ stop, done, total, left }) {
    return html`
      <div class="progress">
        <progress .max=${total} .value=${done} aria-label=${words.progress(done, total, '')}></progress>
        <p data-testid="evaluate-progress">${words.progress(done, total, left)}</p>
        <button type="button" data-testid="evaluate-cancel" @click=${() => stop.abort()}>${words.cancel}</button>
      </div>`;
  }

  /** @param {import('./evaluateReport.js').Result} result */
  #report(result) {
    const { report, records } = result;
    const name = fileName(`${report.model.title} ${report.data.name}`);
    return html`
      ${reportView(result)}
      <div class="actions">
        <button type="button" data-testid="save-json" @click=${() => saveFile(`${name}.json`, reportJson(report, records), 'application/json')}>${words.json}</button>
        <button type="button" data-testid="save-csv" @click=${() => saveFile(`${name}.csv`, csvText(pictureRows(report, records)), 'text/csv')}>${words.csv}</button>
      </div>`;
  }
}

/** @param {Source} table @returns {Promise<string[][]>} */
async function readTable({ path, file }) {
  const text = (await file.text()).replace(/^\uFEFF/, '');
  const [head] = text.split('\n', 1);
  const count = (/** @type {string} */ sign) => head.split(sign).length;
  const delimiter = /\.tsv$/i.test(path) ? '\t' : [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
  return dsvFormat(delimiter).parseRows(text);
}

/** @param {string} message @param {unknown} [cause] */
const pictureError = (message, cause) => new GossamerError({ code: 'IMAGE', stage: 'image', message, cause });

/** @param {string} message @param {string} got @param {string} hint */
const refusal = (message, got, hint) => new GossamerError({ code: 'ARGUMENT', stage: 'api', message, got, hint });
