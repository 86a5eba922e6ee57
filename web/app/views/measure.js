// The Measure view: how fast the chosen models are on this device, from a fresh start to warm pictures,
// with a plot that grows meanwhile, a table to copy, and a link that carries it. What is computed lies in
// app/measure; here are choosing, the turn of each model, and showing.
import { html, nothing, render } from '../../vendor/lit-html.js';
import { linePlot } from '../chart/lines.js';
import { megabytes, milliseconds, sizeText } from '../figures.js';
import { isPartOfModel } from '../files.js';
import { keepFocus } from '../focus.js';
import { describeDevice } from '../measure/device.js';
import { compareWithPeer } from '../measure/peer.js';
import { peers } from '../measure/peers.js';
import { measuringPicture } from '../measure/picture.js';
import { describe, rowOf, short, tableOf } from '../measure/results.js';
import { measureModel } from '../measure/session.js';
import { decodeResults, encodeResults } from '../measure/share.js';
import { startSubject } from '../measure/subject.js';
import { copyText } from '../save.js';
import { bringIntoSight } from '../sight.js';
import { median } from '../statistics.js';
import { linkStyles } from '../styles.js';
import { markdownTable } from '../tables.js';
import { texts } from '../texts.js';
import { noModelTitle, noModelNote, whileNoModel } from './noModel.js';

/** @typedef {import('../views.js').App} App */
/** @typedef {import('../models.js').Choice} Choice */
/** @typedef {import('../measure/results.js').Results} Results */

const words = texts.measure;
const RUNS = [30, 100, 300];
const STARTS = [1, 3, 5];
/** What has a line of its own in the plot. */
const COLOURS = 5;

/** @type {import('../views.js').View} */
export const view = {
  name: 'measure',
  title: 'Measure',
  mount: async (host, app) => {
    await linkStyles(import.meta.url, '../chart/chart.css', 'panel.css', 'measure.css');
    return new Measure(host, app);
  },
};

class Measure {
  #host;
  #app;
  /** @type {Set<string>} Names of the models that are chosen. */
  #chosen = new Set();
  #touched = false;
  #runs = RUNS[1];
  #starts = STARTS[1];
  #withPeer = false;
  /** @type {{stop: AbortController, text: string} | undefined} The measurement under way. */
  #busy;
  /** @type {import('../chart/lines.js').Line[]} */
  #lines = [];
  /** @type {Results | undefined} */
  #results;
  #shared = false;
  /** @type {string[]} What is to be said below the table. */
  #remarks = [];
  #said = '';
  #drawn = 0;

  /** @param {HTMLElement} host @param {App} app */
  constructor(host, app) {
    this.#host = host;
    this.#app = app;
    host.classList.add('panel', 'measure');
    for (const event of ['change', 'list']) app.models.addEventListener(event, () => this.#offer());
    whileNoModel(app.models, () => this.#render());
  }

  /** @param {URLSearchParams} params */
  show(params) {
    const code = params.get('results');
    if (code !== null && !this.#busy) {
      const results = decodeResults(code);
      this.#results = results ?? this.#results;
      this.#shared = results !== undefined;
      this.#lines = [];
      this.#remarks = [];
      this.#said = results ? '' : words.badLink;
    }
    this.#offer();
  }

  /** The model in use is chosen as long as nobody has chosen. */
  #offer() {
    const { current } = this.#app.models;
    if (!this.#touched && current) this.#chosen = new Set([current.name]);
    this.#render();
  }

  /** Other views would disturb the times. */
  hide() {
    this.#busy?.stop.abort();
  }

  /** A picture that comes while something is measured does not end that. @param {File[]} files */
  take(files) {
    if (!this.#busy || files.some(isPartOfModel)) return false;
    this.#say(words.goesOn);
    return true;
  }

  get #choices() {
    return this.#app.models.entries;
  }

  async #measure() {
    const choices = this.#choices.filter(({ name }) => this.#chosen.has(name));
    if (choices.length === 0) {
      this.#say(words.none);
      return;
    }
    const stop = new AbortController();
    const busy = { stop, text: '' };
    this.#busy = busy;
    this.#app.errors.hide();
    this.#shared = false;
    this.#said = '';
    this.#remarks = [];
    this.#lines = [];
    this.#results = {
      date: new Date().toISOString().slice(0, 10), device: describeDevice(navigator), engine: '',
      runs: this.#runs, starts: this.#starts, rows: [],
    };
    try {
      for (const choice of choices) await this.#measureOne(choice, this.#results, busy);
      this.#app.announce(words.results);
    } catch (error) {
      if (stop.signal.aborted) this.#say(words.cancelled);
      else this.#app.errors.show(error);
    } finally {
      this.#busy = undefined;
      if (this.#results.rows.length === 0) this.#results = undefined;
      this.#render();
      const table = this.#host.querySelector('.results');
      if (table && !stop.signal.aborted) bringIntoSight(table);
    }
  }

  /** @param {Choice} choice @param {Results} results @param {{stop: AbortController, text: string}} busy */
  async #measureOne(choice, results, busy) {
    const { title } = choice;
    const { signal } = busy.stop;
    const line = { id: `m${Math.min(this.#lines.length, COLOURS)}`, label: title, values: /** @type {number[]} */ ([]) };
    this.#lines.push(line);
    const picture = measuringPicture(choice.input);
    /** @type {number[] | undefined} */
    let finding;
    const times = await measureModel({
      create: async (abort) => {
        const subject = await startSubject(this.#app.models, choice, picture, abort);
        finding = subject.finding;
        return subject;
      },
      picture, effort: { runs: results.runs, starts: results.starts }, signal,
      onProgress: (phase, { total }, done) => {
        if (phase === 'run') line.values.push(total);
        busy.text = words.phases[phase](title, done, phase === 'run' ? results.runs : results.starts);
        this.#renderSoon();
      },
    });
    const row = rowOf(title, times);
    results.engine = `Gossamer ${times.version}, ${texts.model.levels[/** @type {import('../../gossamer.js').Level} */ (times.level)]}, ${texts.model.threads(times.threads)}`;
    results.rows.push(row);
    if (!times.steady) this.#remarks.push(words.noisy(title));
    if (finding) this.#remarks.push(words.finding(title, milliseconds(median(finding.slice(-times.runs.length)))));
    if (this.#withPeer) await this.#compare(choice, row, busy);
    this.#render();
  }

  /** @param {Choice} choice @param {import('../measure/results.js').Row} row @param {{stop: AbortController, text: string}} busy */
  async #compare(choice, row, busy) {
    const [peer] = peers;
    const { baseOptions, level } = this.#app.models.optionsFor(choice);
    busy.text = words.comparing(choice.title, peer.name);
    this.#render();
    const refused = (/** @type {string} */ reason) => this.#remarks.push(words.disagrees(choice.title, peer.name, reason));
    try {
      const model = baseOptions?.modelAssetBuffer ?? String(baseOptions?.modelAssetPath);
      const compared = await compareWithPeer(peer, {
        model: /** @type {Blob | string} */ (model), level, signal: busy.stop.signal,
        onRound: (round) => {
          busy.text = words.comparingRound(choice.title, peer.name, round);
          this.#renderSoon();
        },
      });
      if (compared.agrees) Object.assign(row, { peer: short(compared.theirs), ratio: short(compared.ratio) });
      else refused(compared.reason);
    } catch (error) {
      if (busy.stop.signal.aborted) throw error;
      refused(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {string} text */
  #say(text) {
    this.#said = text;
    this.#app.announce(text);
    this.#render();
  }

  /** @param {string} text */
  async #copy(text) {
    this.#say(await copyText(text) ? words.copied : words.notCopied);
  }

  /** The page's address with the results in it. @param {Results} results */
  #link(results) {
    const url = new URL(location.href);
    url.hash = `measure?results=${encodeResults(results)}`;
    return url.href;
  }

  /** Drawing takes time that is being measured. */
  #renderSoon() {
    const now = performance.now();
    if (now - this.#drawn < 150) return;
    this.#render();
  }

  #render() {
    this.#drawn = performance.now();
    keepFocus(() => render(html`
      <h2>${this.#shared ? words.shared : words.title}</h2>
      ${this.#busy ? this.#progress(this.#busy) : this.#choices.length > 0 ? this.#form() : this.#nothing()}
      ${this.#plot()}
      ${this.#results && this.#results.rows.length > 0 ? this.#table(this.#results) : nothing}
      <p class="note said">${this.#said}</p>
    `, this.#host));
  }

  /** There is no list of models, or not yet. */
  #nothing() {
    const { models } = this.#app;
    return html`<p class="note">${noModelTitle(models)}</p>${noModelNote(models)}`;
  }

  #form() {
    const pick = (/** @type {string} */ name, /** @type {boolean} */ on) => {
      this.#touched = true;
      if (on) this.#chosen.add(name);
      else this.#chosen.delete(name);
      this.#render();
    };
    const numbers = (/** @type {string} */ id, /** @type {string} */ label, /** @type {number[]} */ all, /** @type {number} */ value, /** @type {(value: number) => void} */ set) => html`
      <label class="field">${label}
        <select data-testid="measure-${id}" @change=${(/** @type {Event} */ event) => set(Number(/** @type {HTMLSelectElement} */ (event.target).value))}>
          ${all.map((one) => html`<option value=${one} ?selected=${one === value}>${one}</option>`)}
        </select></label>`;
    return html`
      <fieldset class="choices"><legend>${words.models}</legend>
        ${this.#choices.map(({ name, title, bytes }) => html`<label>
          <input type="checkbox" data-testid="measure-model-${name}" .checked=${this.#chosen.has(name)}
            @change=${(/** @type {Event} */ event) => pick(name, /** @type {HTMLInputElement} */ (event.target).checked)}>
          ${title} ${bytes ? html`<span class="soft">${sizeText(bytes)}</span>` : nothing}</label>`)}
      </fieldset>
      ${peers.map(({ name, version, bytes }) => html`<label class="peer">
        <input type="checkbox" data-testid="measure-peer" .checked=${this.#withPeer}
          @change=${(/** @type {Event} */ event) => { this.#withPeer = /** @type {HTMLInputElement} */ (event.target).checked; }}>
        ${words.peer(`${name} ${version}`, megabytes(bytes))}</label>`)}
      <div class="actions">
        ${numbers('runs', words.runs, RUNS, this.#runs, (value) => { this.#runs = value; })}
        ${numbers('starts', words.starts, STARTS, this.#starts, (value) => { this.#starts = value; })}
        <button type="button" class="begin" data-testid="measure-begin" ?disabled=${this.#chosen.size === 0} @click=${() => this.#measure()}>
          ${this.#shared ? words.own : words.begin}</button>
      </div>`;
  }

  /** @param {{stop: AbortController, text: string}} busy */
  #progress({ stop, text }) {
    return html`<div class="progress">
      <p data-testid="measure-progress">${text}</p>
      <button type="button" data-testid="measure-cancel" @click=${() => stop.abort()}>${words.cancel}</button>
    </div>`;
  }

  #plot() {
    const drawn = this.#lines.filter(({ values }) => values.length > 0);
    if (drawn.length === 0) return nothing;
    const svg = linePlot(words.plot, drawn, { x: words.plotX, y: words.plotY, count: this.#results?.runs ?? this.#runs, width: Math.min(720, Math.max(320, this.#host.clientWidth)) });
    return html`<figure class="plot" data-testid="measure-plot">
      <h3>${words.plot}</h3>
      <div .innerHTML=${svg}></div>
      <ul class="legend">${drawn.map(({ id, label }) => html`<li class="s-${id}"><i></i><span>${label}</span></li>`)}</ul>
    </figure>`;
  }

  /** @param {Results} results */
  #table(results) {
    const table = tableOf(results);
    const compared = results.rows.some(({ peer }) => peer !== undefined);
    return html`
      <section class="results">
        <h3>${words.results}</h3>
        <p class="note" data-testid="measure-about">${describe(results)}</p>
        <div class="scroll" tabindex="0" role="region" aria-label=${words.results}>
          <table data-testid="measure-table">
            <thead><tr>${table.head.map((cell, at) => html`<th scope="col" class=${at === 0 ? 'text' : ''}>${cell}</th>`)}</tr></thead>
            <tbody>${table.rows.map(([title, ...cells]) => html`<tr><th scope="row" class="text">${title}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
          </table>
        </div>
        <p class="note">${words.note} ${compared ? words.peerNote(peers[0]?.name ?? 'onnxruntime-web') : ''} ${this.#remarks.join(' ')}</p>
        ${this.#busy ? nothing : html`<div class="actions">
          <button type="button" data-testid="copy-markdown" @click=${() => this.#copy(`${describe(results)}\n\n${markdownTable(table)}\n`)}>${words.markdown}</button>
          <button type="button" data-testid="copy-json" @click=${() => this.#copy(`${JSON.stringify(results, null, 1)}\n`)}>${words.json}</button>
          <button type="button" data-testid="copy-link" @click=${() => this.#copy(this.#link(results))}>${words.link}</button>
        </div>
        <p class="note">${words.linkNote}</p>`}
      </section>`;
  }
}
