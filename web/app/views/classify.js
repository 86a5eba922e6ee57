// The Classify view. One picture is on stage at a time (the pad, an image or the camera); every
// change of it, and every change of the model, asks for a classification. Answers that come after
// the stage has changed are thrown away. Its elements are in index.html: a first visitor sees the pad
// before any script has come.

import { GossamerError } from '../../gossamer.js';
import { Camera } from '../camera.js';
import { isModel } from '../files.js';
import { Pad } from '../pad.js';
import { ALL, ResultView, SOME } from '../result.js';
import { texts } from '../texts.js';

/** @typedef {import('../views.js').App} App */

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {import('../views.js').View} */
export const view = { name: 'classify', title: 'Classify', mount: (_host, app) => new Classify(app) };

class Classify {
  #app;
  #frame = element('frame');
  #padCanvas = /** @type {HTMLCanvasElement} */ (element('pad'));
  #picture = /** @type {HTMLImageElement} */ (element('picture'));
  #video = /** @type {HTMLVideoElement} */ (element('video'));
  #cameraButton = element('camera');
  #deviceMenu = /** @type {HTMLSelectElement} */ (element('device'));
  #result;
  #pad;
  #camera;
  /** @type {HTMLImageElement | undefined} The image on stage, decoded. */
  #image;
  /** Counts what was put on stage. */
  #scene = 0;
  /** Classifications that are asked for and not answered yet. */
  #pending = 0;
  #visible = false;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#result = new ResultView(app.announce);
    this.#pad = new Pad(this.#padCanvas, (done) => this.#drawn(done));
    this.#camera = new Camera(this.#video, async () => {
      if (this.#mode === 'camera') await this.#classifyStage();
    }, () => this.#leaveCamera());
    app.models.addEventListener('change', () => { if (this.#visible) this.#adoptModel(); });
    this.#cameraButton.addEventListener('click', () => {
      if (this.#mode === 'camera') this.#clearStage();
      else if (!this.#camera.active) this.#startCamera();
    });
    this.#deviceMenu.addEventListener('change', () => this.#startCamera(this.#deviceMenu.value));
    element('clear').addEventListener('click', () => this.#clearStage());
  }

  show() {
    this.#visible = true;
    if (this.#app.models.classifier) this.#adoptModel();
  }

  hide() {
    this.#visible = false;
    if (this.#mode === 'camera') this.#setStage('draw');
    this.#app.models.classifier?.setOptions({ maxResults: -1 }).catch(() => {});  // closed meanwhile
  }

  /** @param {File[]} files */
  take(files) {
    if (files.some(isModel)) return false;
    this.#showImage(files[0]);
    return true;
  }

  get #mode() {
    return this.#frame.dataset.mode;
  }

  /** Lays the result out for the model in use, and reads what is on stage with it. */
  async #adoptModel() {
    const { models } = this.#app;
    const { classifier, info, current } = models;
    if (!classifier || !info || !current) return;
    const extents = info.outputs[0]?.shape ?? [0];
    const classes = Math.max(0, extents.reduce((product, extent) => product * extent, 1));
    const names = info.labels?.length ? info.labels
      : Array.from({ length: classes }, (_, index) => String(index));
    const digits = names.length === 10 && names.every((name) => /^[0-9]$/.test(name));
    element('invitation-text').textContent = digits ? texts.classify.drawDigit : texts.classify.draw;
    this.#result.setClasses(names);
    this.#result.setLive(this.#camera.active);
    this.#result.announce(texts.model.isReady(current.title));
    if (names.length > ALL) {
      classifier.setOptions({ maxResults: SOME }).catch((error) => this.#app.errors.show(error));
    }
    await this.#classifyStage();
  }

  /** @param {boolean} done  the stroke has ended */
  #drawn(done) {
    element('invitation').hidden = !this.#pad.empty;
    if (!done || this.#pad.empty) this.#app.errors.hide();
    if (this.#pad.empty) {
      this.#scene++;
      this.#result.clear();
    } else {
      this.#classifyStage();
    }
  }

  /** @param {'draw' | 'image' | 'camera'} mode */
  #setStage(mode) {
    this.#scene++;
    if (mode !== 'camera') this.#camera.stop();
    if (mode !== 'image') this.#image = undefined;
    this.#frame.dataset.mode = mode;
    this.#picture.hidden = mode !== 'image';
    this.#video.hidden = mode !== 'camera';
    element('crop').hidden = mode !== 'camera';
    element('device-field').hidden = true;
    element('invitation').hidden = mode !== 'draw' || !this.#pad.empty;
    this.#cameraButton.setAttribute('aria-pressed', String(mode === 'camera'));
    this.#cameraButton.textContent = mode === 'camera' ? texts.classify.stopCamera
      : texts.classify.startCamera;
    this.#result.clear();
    this.#result.setLive(mode === 'camera');
  }

  /** Classifies what is on stage, if there is something and a model for it. */
  async #classifyStage() {
    const { classifier } = this.#app.models;
    const asked = this.#scene;
    const mode = this.#mode;
    if (!classifier || (mode === 'draw' && this.#pad.empty)) return;
    this.#count(1);
    try {
      const now = performance.now();
      const answer = mode === 'image' ? await classifier.classify(/** @type {HTMLImageElement} */ (this.#image))
        : mode === 'camera'
          ? await classifier.classifyForVideo(this.#video, now, { regionOfInterest: this.#camera.region() })
          : await classifier.classifyForVideo(this.#padCanvas, now);
      if (answer && asked === this.#scene && classifier === this.#app.models.classifier) this.#result.show(answer);
    } catch (error) {
      if (asked !== this.#scene || classifier !== this.#app.models.classifier) return;
      if (mode === 'camera') await this.#leaveCamera();
      this.#app.errors.show(error);
    } finally {
      this.#count(-1);
    }
  }

  /** Says in the page whether what it shows is still about to change. @param {1 | -1} change */
  #count(change) {
    this.#pending += change;
    element('reading').setAttribute('aria-busy', String(this.#pending > 0 && !this.#camera.active));
  }

  /** What was drawn before is on stage again. */
  async #leaveCamera() {
    this.#setStage('draw');
    await this.#classifyStage();
  }

  /** @param {File} file */
  async #showImage(file) {
    this.#app.errors.hide();
    const asked = ++this.#scene;
    const url = URL.createObjectURL(file);
    const next = new Image();
    next.src = url;
    try {
      await next.decode();
    } catch (cause) {
      URL.revokeObjectURL(url);
      if (asked === this.#scene) {
        this.#app.errors.show(new GossamerError({
          code: 'IMAGE', stage: 'image', message: texts.classify.noPicture, cause,
          got: `${file.type || 'unknown type'}, ${file.size} bytes`,
          expected: texts.classify.pictureWanted,
        }), file.name);
      }
      return;
    }
    if (asked !== this.#scene) return;
    this.#setStage('image');
    this.#image = next;
    if (this.#picture.src) URL.revokeObjectURL(this.#picture.src);
    this.#picture.src = url;
    await this.#classifyStage();
  }

  /**
   * What is on stage stays there until the camera has started.
   * @param {string} [deviceId]
   */
  async #startCamera(deviceId) {
    this.#app.errors.hide();
    const asked = this.#scene;
    try {
      await this.#camera.start(deviceId);
      if (asked !== this.#scene) {
        this.#camera.stop();
        return;
      }
      if (this.#mode !== 'camera') this.#setStage('camera');
      const shown = this.#scene;
      const { cameras, current } = await this.#camera.devices();
      if (shown !== this.#scene) return;
      element('device-field').hidden = cameras.length < 2;
      this.#deviceMenu.replaceChildren(...cameras.map(({ label, deviceId: id }, index) =>
        new Option(label || texts.classify.camera(index + 1), id, false, id === current)));
    } catch (error) {
      if (asked !== this.#scene) return;
      if (this.#mode === 'camera') await this.#leaveCamera();
      this.#app.errors.show(error);
    }
  }

  #clearStage() {
    if (this.#mode !== 'draw') this.#setStage('draw');
    this.#pad.clear();
  }
}
