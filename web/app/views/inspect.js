// The Inspect view: what a model does with one picture. The layers with their time and what this device
// could do at best, what a chosen layer puts out, and which part of the picture speaks for the class.
// The picture is the one on the Classify view's stage, or one of the user's; what is computed lies in
// app/inspect and in the library's tools.
import { html, nothing, render } from '../../vendor/lit-html.js';
import { activations, measurePeak, preview, profile } from '../../tools.js';
import { className, classNames } from '../classNames.js';
import { decodePicture } from '../decode.js';
import { isPartOfModel, isPicture } from '../files.js';
import { keepFocus } from '../focus.js';
import { channelSheet } from '../inspect/channels.js';
import { layersOf } from '../inspect/layers.js';
import { occlusionMap } from '../inspect/occlusion.js';
import { readPicture, samplePicture } from '../inspect/picture.js';
import { traceOf } from '../inspect/trace.js';
import { describeDevice } from '../measure/device.js';
import { Pace, timeLeft } from '../pace.js';
import { fileName, saveFile } from '../save.js';
import { linkStyles } from '../styles.js';
import { texts } from '../texts.js';
import { canvasOf, drawHeat, drawPicture, drawSheet } from './inspectDrawing.js';
import { heatView, layersView, sheetView } from './inspectParts.js';
import { noModelTitle, noModelNote, whileNoModel } from './noModel.js';

/** @typedef {import('../views.js').App} App */
/** @typedef {import('../inspect/layers.js').Layer} Layer */

const words = texts.inspect;
/** Runs of a profile; fewer of a model that takes long. */
const RUNS = 20;
/** Classes that a heat map is offered for. */
const CLASSES = 5;

/** @type {import('../views.js').View} */
export const view = {
  name: 'inspect',
  title: 'Inspect',
  mount: async (host, app) => {
    await linkStyles(import.meta.url, '../chart/chart.css', 'panel.css', 'inspect.css');
    return new Inspect(host, app);
  },
};

class Inspect {
  #host;
  #app;
  #reader;
  #visible = false;
  /** @type {ImageData | undefined} */
  #pixels;
  /** @type {import('../../gossamer.js').Region | undefined} What the model reads of it: a face. */
  #region;
  /** A face was looked for in vain, so there is nothing that the model would say. */
  #faceless = false;
  /** The user chose the picture here. */
  #own = false;
  /** Nothing was chosen or drawn: the picture is one to begin with. */
  #standIn = false;
  /** @type {File | undefined} The latest that was chosen. */
  #file;
  /** Counts models and pictures: what was asked for before the latest of them is thrown away. */
  #turn = 0;
  /** @type {unknown} The classifier that the profile is of. */
  #subject;
  /** @type {import('../inspect/layers.js').Step[]} */
  #steps = [];
  /** @type {number | undefined} Multiply-adds a second that this device does at most. */
  #peak;
  /** @type {Layer[]} */
  #layers = [];
  /** @type {number | undefined} */
  #chosen;
  /** @type {import('../inspect/channels.js').Sheet | 'none' | undefined} */
  #sheet;
  /** @type {import('../../gossamer.js').Category[]} */
  #answer = [];
  /** @type {number | undefined} Class of the heat map. */
  #heatClass;
  /** @type {import('../inspect/occlusion.js').HeatMap | undefined} */
  #heat;
  /** @type {{text: string, stop: AbortController} | undefined} */
  #busy;
  /** @type {{done: number, total: number, left: string, stop: AbortController} | undefined} */
  #heating;

  /** @param {HTMLElement} host @param {App} app */
  constructor(host, app) {
    this.#host = host;
    this.#app = app;
    this.#reader = app.reader;
    host.classList.add('panel', 'inspect');
    app.models.addEventListener('change', () => { if (this.#visible) this.#adopt(); });
    whileNoModel(app.models, () => { if (this.#visible) this.#render(); });
  }

  async show() {
    this.#visible = true;
    await this.#adopt();
  }

  hide() {
    this.#visible = false;
    this.#turn++;
    this.#stop();
  }

  /** @param {File[]} files */
  take(files) {
    const file = files.find(isPicture) ?? files[0];
    if (files.some(isPartOfModel)) return false;
    this.#choose(file);
    return true;
  }

  #stop() {
    this.#busy?.stop.abort();
    this.#heating?.stop.abort();
  }

  /** Takes the model in use and the picture on stage, and measures what was not measured yet. */
  async #adopt() {
    const turn = ++this.#turn;
    const { classifier, current } = this.#app.models;
    this.#heating?.stop.abort();
    if (this.#subject !== classifier) {
      this.#stop();
      this.#subject = undefined;
      this.#steps = [];
      this.#layers = [];
      this.#chosen = undefined;
    }
    this.#sheet = undefined;
    this.#heat = undefined;
    this.#answer = [];
    if (!classifier || !current) {
      this.#render();
      return;
    }
    if (!this.#own) {
      const picture = this.#app.picture?.();
      const [sample] = current.samples ?? [];
      const pixels = picture ? readPicture(picture)
        : await samplePicture(current, sample && this.#app.models.addressOf(sample));
      if (turn !== this.#turn) return;
      this.#pixels = pixels;
      this.#standIn = !picture;
    }
    await this.#classify(turn);
    if (turn !== this.#turn) return;
    if (this.#subject !== classifier) await this.#profile();
    else if (this.#chosen !== undefined) await this.#pick(this.#chosen);
  }

  /** @param {File} file */
  async #choose(file) {
    this.#app.errors.hide();
    this.#file = file;
    try {
      const picture = await decodePicture(file);
      URL.revokeObjectURL(picture.src);
      if (this.#file !== file) return;
      this.#pixels = readPicture(picture);
      this.#own = true;
      this.#standIn = false;
    } catch (error) {
      if (this.#file === file) this.#app.errors.show(error, file.name);
      return;
    }
    if (this.#visible) await this.#adopt();
  }

  /** The picture on the Classify view's stage is inspected again. */
  async #leaveOwn() {
    this.#own = false;
    this.#file = undefined;
    this.#render();
    await this.#adopt();
  }

  /** @param {number} turn  that asks for it */
  async #classify(turn) {
    const { classifier } = this.#app.models;
    this.#region = undefined;
    this.#faceless = false;
    try {
      if (!classifier || !this.#pixels) return;
      const found = this.#reader.wantsFace ? await this.#reader.read(canvasOf(this.#pixels)) : undefined;
      if (turn !== this.#turn) return;
      if (found?.faceless) {
        this.#faceless = true;
        this.#render();
        return;
      }
      const region = found?.region;
      const { classifications } = await classifier.classify(this.#pixels, { regionOfInterest: region });
      if (turn !== this.#turn) return;
      this.#region = region;
      this.#answer = classifications[0].categories.slice(0, CLASSES);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#app.errors.show(error);
    }
    this.#heatClass = this.#answer[0]?.index;
    this.#render();
  }

  async #profile() {
    const { classifier } = this.#app.models;
    const pixels = this.#pixels;
    if (!classifier || !pixels) return;
    const stop = new AbortController();
    const busy = { text: words.measuring, stop };
    this.#busy?.stop.abort();
    this.#busy = busy;
    this.#render();
    try {
      const { steps } = await profile(classifier, pixels, {
        runs: RUNS, signal: stop.signal, regionOfInterest: this.#region,
        onProgress: (done, total) => {
          busy.text = words.measuringRun(done, total);
          this.#render();
        },
      });
      stop.signal.throwIfAborted();
      this.#subject = classifier;
      this.#steps = steps.map((step) => ({ ...step, node: step.nodes[0] ?? '' }));
      this.#layers = layersOf(this.#steps, this.#peak);
      busy.text = words.measuringDevice;
      this.#render();
      this.#peak ??= await measurePeak({ level: this.#app.models.level, signal: stop.signal });
      this.#layers = layersOf(this.#steps, this.#peak);
    } catch (error) {
      if (!stop.signal.aborted) this.#app.errors.show(error);
    } finally {
      if (this.#busy === busy) this.#busy = undefined;
      this.#render();
    }
  }

  /** Shows what a layer puts out. @param {number} index */
  async #pick(index) {
    const turn = this.#turn;
    const current = () => turn === this.#turn && index === this.#chosen;
    const { classifier } = this.#app.models;
    this.#chosen = index;
    this.#sheet = undefined;
    const [name] = this.#steps[index]?.outputs ?? [];
    if (!name) this.#sheet = 'none';
    this.#render();
    if (!name || !classifier || !this.#pixels) return;
    try {
      const found = await activations(classifier, this.#pixels, [name], { regionOfInterest: this.#region });
      if (!current()) return;
      const { data, dims } = found[name];
      const numbers = Float32Array.from(/** @type {ArrayLike<number>} */ (data), Number);
      this.#sheet = channelSheet({ data: numbers, dims });
    } catch (error) {
      if (!current()) return;
      this.#sheet = 'none';
      this.#app.errors.show(error);
    }
    this.#render();
  }

  async #computeHeat() {
    const turn = this.#turn;
    const { classifier } = this.#app.models;
    const pixels = this.#pixels;
    const asked = this.#heatClass;
    if (!classifier || !pixels || asked === undefined) return;
    const stop = new AbortController();
    const heating = { done: 0, total: 0, left: '', stop };
    this.#heating = heating;
    this.#heat = undefined;
    this.#render();
    let drawn = 0;
    try {
      const { region } = await preview(classifier, pixels, { signal: stop.signal, regionOfInterest: this.#region });
      /** @type {Pace | undefined} */
      let pace;
      const heat = await occlusionMap(pixels, {
        signal: stop.signal,
        area: {
          left: Math.round(region.left * pixels.width), right: Math.round(region.right * pixels.width),
          top: Math.round(region.top * pixels.height), bottom: Math.round(region.bottom * pixels.height),
        },
        score: async (picture) => {
          this.#app.models.countRun();
          const { classifications } = await classifier.classify(picture, { signal: stop.signal, regionOfInterest: this.#region });
          return classifications[0].categories.find(({ index }) => index === asked)?.score ?? 0;
        },
        onProgress: (done, total, map) => {
          pace ??= new Pace(total);
          Object.assign(heating, { done, total, left: timeLeft(pace.mark(done)) });
          const now = performance.now();
          if (now - drawn < 120 || turn !== this.#turn) return;
          drawn = now;
          this.#heat = map;
          this.#render();
        },
      });
      if (turn !== this.#turn) return;
      this.#heat = heat;
      this.#app.announce(words.heat);
    } catch (error) {
      if (!stop.signal.aborted) this.#app.errors.show(error);
    } finally {
      if (this.#heating === heating) this.#heating = undefined;
      this.#render();
    }
  }

  #saveTrace() {
    const { current, info } = this.#app.models;
    if (!current || !info) return;
    const trace = traceOf(current.title, this.#steps, { device: describeDevice(navigator), runtime: `Gossamer ${info.version}, ${info.level}` });
    saveFile(`${fileName(current.title)}-trace.json`, `${JSON.stringify(trace, null, 1)}\n`, 'application/json');
  }

  #render() {
    const { current, info } = this.#app.models;
    const names = info ? classNames(info) : [];
    const draw = () => render(html`
      <h2>${current ? words.title(current.title) : noModelTitle(this.#app.models)}</h2>
      ${noModelNote(this.#app.models)}
      ${this.#pixels ? this.#subjectView(names) : nothing}
      ${this.#busy ? html`<div class="progress"><progress aria-label=${this.#busy.text}></progress>
        <p data-testid="inspect-progress">${this.#busy.text}</p>
        <button type="button" @click=${() => this.#busy?.stop.abort()}>${words.cancel}</button></div>` : nothing}
      ${this.#layers.length > 0 ? layersView({
        layers: this.#layers, steps: this.#steps, peak: this.#peak, chosen: this.#chosen,
        width: Math.min(720, Math.max(320, this.#host.clientWidth)), pick: (index) => this.#pick(index),
      }) : nothing}
      ${this.#chosen === undefined ? nothing : sheetView(this.#layers[this.#chosen], this.#sheet)}
      ${this.#answer.length > 0 ? heatView({
        answer: this.#answer, names, chosen: this.#heatClass, heat: this.#heat, heating: this.#heating,
        choose: (index) => {
          this.#heatClass = index;
          this.#heat = undefined;
          this.#render();
        },
        compute: () => this.#computeHeat(),
      }) : nothing}
    `, this.#host);
    // One button for beginning and another for calling it off take each other's place.
    keepFocus(draw, () => this.#host.querySelector(this.#heating ? '[data-testid=heat-cancel]' : '[data-testid=heat-begin]'));
    drawPicture(this.#host.querySelector('canvas.subject'), this.#pixels);
    drawSheet(this.#host.querySelector('.sheet'), typeof this.#sheet === 'object' ? this.#sheet : undefined);
    drawHeat(this.#host.querySelector('canvas.heat'), this.#pixels, this.#heat);
  }

  /** @param {string[]} names */
  #subjectView(names) {
    const [first] = this.#answer;
    return html`
      <div class="subject-row">
        <canvas class="subject" role="img" aria-label=${words.picture}></canvas>
        <div>
          ${first ? html`<p class="answer"><span>${className(names, first.index)}</span> <span class="soft">${(100 * first.score).toFixed(1)}%</span></p>` : nothing}
          ${this.#faceless ? html`<p class="answer">${texts.classify.noFace}</p>` : nothing}
          ${this.#standIn ? html`<p class="note" data-testid="stand-in">${words.standIn}</p>` : nothing}
          <div class="actions">
            <button type="button" @click=${() => document.getElementById('inspect-file')?.click()}>${words.choose}</button>
            ${this.#own ? html`<button type="button" data-testid="inspect-stage" @click=${() => this.#leaveOwn()}>${words.fromStage}</button>` : nothing}
            <button type="button" data-testid="inspect-again" aria-disabled=${String(Boolean(this.#busy))} @click=${() => { if (!this.#busy) this.#profile(); }}>${words.again}</button>
            <button type="button" data-testid="save-trace" ?disabled=${this.#steps.length === 0} title=${words.traceNote} @click=${() => this.#saveTrace()}>${words.trace}</button>
            <input type="file" id="inspect-file" data-testid="inspect-input" class="unseen" tabindex="-1" accept="image/*" aria-label=${words.choose}
              @change=${(/** @type {Event} */ event) => {
                const input = /** @type {HTMLInputElement} */ (event.target);
                if (input.files?.[0]) this.#choose(input.files[0]);
                input.value = '';
              }}>
          </div>
        </div>
      </div>`;
  }
}
