// The Classify view. One picture is on stage at a time (the pad, an image or the camera); every
// change of it, and every change of the model, asks for a classification. Answers that come after
// the stage has changed are thrown away. Its elements are in index.html: a first visitor sees the pad
// before any script has come. Its parts are in ../classify.

import { Camera } from '../camera.js';
import { classNames } from '../classNames.js';
import { CameraTools } from '../classify/cameraTools.js';
import { Lens } from '../classify/lens.js';
import { meaningOf } from '../classify/meaning.js';
import { showOptions } from '../classify/options.js';
import { onStage, putFrame, sizeOf } from '../classify/overlay.js';
import { Samples, drawingsFor } from '../classify/samples.js';
import { Spark } from '../classify/spark.js';
import { decodePicture } from '../decode.js';
import { latencies, latencyKey } from '../device/latencies.js';
import { isPartOfModel } from '../files.js';
import { Pad } from '../pad.js';
import { part } from '../part.js';
import { ResultView, shownCount } from '../result.js';
import { bringIntoSight } from '../sight.js';
import { drawStrokes } from '../strokeRaster.js';
import { DIGITS } from '../strokes.js';
import { texts } from '../texts.js';

/** @typedef {import('../views.js').App} App */

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {import('../views.js').View} */
export const view = { name: 'classify', title: 'Classify', mount: (_host, app) => new Classify(app) };

class Classify {
  #app;
  #frame = element('frame');
  #picture = /** @type {HTMLImageElement} */ (element('picture'));
  #video = /** @type {HTMLVideoElement} */ (element('video'));
  #cameraButton = element('camera');
  #reader;
  #result;
  #pad;
  #camera;
  #cameraTools;
  #samples;
  /** @type {import('../models.js').Choice | undefined} The model whose sample picture is on stage. */
  #sampleOf;
  #spark;
  #lens;
  /** @type {import('../classify/batch.js').Batch | undefined} */
  #batch;
  /** @type {File[] | undefined} Pictures that came before there was a model to read them with. */
  #early;
  /** @type {string[]} Names of the classes, in order. */
  #names = [];
  /** @type {HTMLImageElement | HTMLCanvasElement | undefined} The image on stage, decoded. */
  #image;
  /** Counts what was put on stage. */
  #scene = 0;
  /** Counts what the person did to the stage, so that nothing that comes late undoes it. */
  #acts = 0;
  /** Classifications that are asked for and not answered yet. */
  #pending = 0;
  #visible = false;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    const { models, settings, errors } = app;
    this.#reader = app.reader;
    this.#result = new ResultView(app.announce);
    this.#spark = new Spark(models.times, texts.classify.spark);
    this.#lens = new Lens(settings);
    this.#pad = new Pad(/** @type {HTMLCanvasElement} */ (element('pad')), (done) => this.#drawn(done),
      (digit) => this.#samples.show(digit));
    this.#camera = new Camera(this.#video, async () => {
      if (this.#mode === 'camera') await this.#classifyStage();
    }, () => this.#leaveCamera());
    this.#cameraTools = new CameraTools(this.#camera, (wanted) => this.#startCamera(wanted));
    this.#samples = new Samples({
      onDrawing: (index) => {
        if (this.#mode !== 'draw') this.#setStage('draw');
        this.#pad.sample(index);
        this.#samples.setShown(true, true);
      },
      onAsk: () => {
        const asked = this.#acts;
        return () => asked === this.#acts;
      },
      onPicture: async (picture, name) => {
        if (!await this.#showImage(picture, name)) return;
        this.#samples.setShown(true, true);
        this.#sampleOf = models.current;
      },
      onError: (error) => errors.show(error),
    });
    showOptions(settings);
    settings.addEventListener('change', () => { if (this.#visible) this.#layOut(); });
    models.addEventListener('change', () => {
      if (this.#visible) this.#adoptModel();
      if (this.#early) this.#runBatch(this.#early);
    });
    this.#cameraButton.addEventListener('click', () => {
      if (this.#mode === 'camera') this.#stopCamera();
      else if (!this.#camera.active) this.#startCamera();
    });
    element('clear').addEventListener('click', () => this.#clearStage());
    app.picture = () => this.#source();
  }

  show() {
    this.#visible = true;
    this.#batch?.resume();
    if (this.#app.models.classifier) this.#adoptModel();
  }

  hide() {
    this.#visible = false;
    this.#acts++;
    const frozen = this.#frozenFrame();
    this.#camera.stop();  // one that is about to start as well
    this.#batch?.pause();
    if (frozen) this.#keepFrame(frozen);
    else if (this.#mode === 'camera') this.#setStage('draw');
    this.#app.models.classifier?.setOptions({ maxResults: -1 }).catch(() => {});  // closed meanwhile
  }

  /** @param {File[]} files */
  take(files) {
    if (files.some(isPartOfModel)) return false;
    if (files.length > 1) this.#runBatch(files);
    else this.#showImage(files[0], files[0].name);
    return true;
  }

  get #mode() {
    return this.#frame.dataset.mode;
  }

  /** Makes the view one for the model in use, and reads what is on stage with it. */
  async #adoptModel() {
    const { models } = this.#app;
    const { info, current } = models;
    if (!info || !current) return;
    this.#names = classNames(info);
    const digits = this.#names.length === 10 && this.#names.every((name) => /^[0-9]$/.test(name));
    element('invitation-text').textContent = digits ? texts.classify.drawDigit
      : current.pad === 'strokes' ? texts.classify.drawSymbol
        : current.finder ? texts.classify.showFace : texts.classify.draw;
    element('note').hidden = !current.finder;
    element('note').textContent = current.finder ? texts.classify.faceNote : '';
    element('meaning-text').textContent = meaningOf(info, current, this.#names.length);
    // A sample means nothing to another model.
    if (this.#sampleOf && this.#sampleOf !== current) this.#setStage('draw');
    const drawings = drawingsFor(current, digits);
    this.#pad.samples = drawings.length > 0 ? drawings : DIGITS;
    this.#samples.setSamples((current.samples ?? []).map((path) => models.addressOf(path)), drawings);
    this.#samples.setShown(this.#mode === 'draw' && this.#pad.empty);
    this.#lens.reset();
    this.#app.announce(texts.model.isReady(current.title));
    await this.#layOut();
  }

  /** Lays the result out as the settings say, and reads what is on stage again. */
  async #layOut() {
    const { models, settings, errors } = this.#app;
    this.#result.setClasses(this.#names, settings);
    this.#result.setLive(this.#mode === 'camera');
    if (!settings.seen) this.#lens.clear();
    // Of thousands of classes only those that are shown are worth sending.
    const count = shownCount(this.#names.length, settings.count);
    models.classifier?.setOptions({ maxResults: count < this.#names.length ? count : -1 })
      .catch((error) => errors.show(error));
    await this.#classifyStage();
  }

  /** @param {boolean} done  the stroke has ended */
  #drawn(done) {
    this.#acts++;
    element('invitation').hidden = !this.#pad.empty;
    this.#samples.setShown(this.#pad.empty);
    // Not before the stroke has ended: without an error above it the pad moves up.
    if (done || this.#pad.empty) this.#app.errors.hide();
    if (this.#pad.empty) {
      this.#scene++;
      this.#showNothing();
    } else {
      this.#classifyStage();
    }
  }

  /** @param {'draw' | 'image' | 'camera'} mode */
  #setStage(mode) {
    this.#scene++;
    this.#acts++;
    this.#sampleOf = undefined;
    if (mode !== 'camera') this.#camera.stop();
    if (mode !== 'image') this.#image = undefined;
    if (this.#picture.src) URL.revokeObjectURL(this.#picture.src);
    this.#picture.removeAttribute('src');
    this.#frame.dataset.mode = mode;
    this.#picture.hidden = mode !== 'image';
    this.#video.hidden = mode !== 'camera';
    element('invitation').hidden = mode !== 'draw' || !this.#pad.empty;
    this.#samples.setShown(mode === 'draw' && this.#pad.empty);
    this.#cameraTools.hide();
    this.#cameraButton.textContent = mode === 'camera' ? texts.classify.stopCamera
      : texts.classify.startCamera;
    this.#showNothing();
    this.#result.setLive(mode === 'camera');
    this.#spark.setShown(mode === 'camera');
    if (mode === 'camera') this.#app.models.times.clear();
  }

  #showNothing() {
    this.#result.clear();
    this.#lens.clear();
    element('face').hidden = true;
    element('stage-note').hidden = true;
  }

  /** What was shown or drawn waits for the first model. */
  #sayWaiting() {
    element('stage-note').textContent = texts.classify.waiting(this.#early?.length ?? 1);
    element('stage-note').hidden = false;
  }

  /** What is on stage, as the model is to read it. @returns {import('../faces.js').Picture | undefined} */
  #source() {
    if (this.#mode === 'image') return this.#image;
    if (this.#mode === 'camera') return this.#video;
    if (this.#pad.empty) return undefined;
    return this.#app.models.current?.pad === 'strokes' ? drawStrokes(this.#pad.strokes) : this.#pad.picture;
  }

  /** Classifies what is on stage, if there is something and a model for it. */
  async #classifyStage() {
    const { models } = this.#app;
    const { classifier } = models;
    const asked = this.#scene;
    const mode = this.#mode;
    const source = this.#source();
    if (!classifier && source) this.#sayWaiting();
    if (!classifier || !source) return;
    const current = () => asked === this.#scene && classifier === models.classifier;
    this.#count(1);
    try {
      const region = mode === 'camera' ? this.#camera.region() : undefined;
      const pixels = source === this.#pad.picture ? () => this.#pad.pixels() : undefined;
      const reading = await this.#reader.read(source, { live: mode !== 'image', region, pixels });
      if (current()) this.#show(classifier, source, reading);
    } catch (error) {
      if (!current()) return;
      if (mode === 'camera') await this.#leaveCamera();
      this.#app.errors.show(error, undefined, () => (mode === 'camera' ? this.#startCamera() : this.#classifyStage()));
    } finally {
      this.#count(-1);
    }
  }

  /**
   * @param {import('../../gossamer.js').ImageClassifier} classifier
   * @param {import('../faces.js').Picture} source
   * @param {import('../reader.js').Reading} reading
   */
  #show(classifier, source, { result, face, faceless, region }) {
    if (!result && !faceless) return;  // a later one is under way
    const live = this.#mode === 'camera';
    const shown = { cover: live, mirrored: live && this.#camera.mirrored };
    element('face').hidden = !face;
    element('stage-note').hidden = !faceless;
    if (faceless) {
      element('stage-note').textContent = texts.classify.noFace;
      this.#result.showNothing();
      this.#lens.clear();
    }
    if (face) putFrame(element('face'), onStage(face.box, sizeOf(source), shown));
    if (!result) return;
    const { models } = this.#app;
    models.times.add(result.timing.inference);
    models.countRun();
    if (models.current) latencies().record(latencyKey(models.current, models.info), result.timing.inference);
    this.#result.show(result);
    if (live) this.#spark.draw();
    const framed = this.#mode === 'draw' || face ? undefined : shown;
    this.#lens.look(classifier, source, { region, framed });
  }

  /** Says in the page whether what it shows is still about to change. @param {1 | -1} change */
  #count(change) {
    this.#pending += change;
    element('reading').setAttribute('aria-busy', String(this.#pending > 0 && this.#mode !== 'camera'));
  }

  /** What was drawn before is on stage again. */
  async #leaveCamera() {
    this.#setStage('draw');
    await this.#classifyStage();
  }

  /** False when it is not shown. @param {Blob} file @param {string} name */
  async #showImage(file, name) {
    this.#early = undefined;
    this.#app.errors.hide();
    const asked = ++this.#scene;
    const act = ++this.#acts;
    let next;
    try {
      next = await decodePicture(file);
    } catch (error) {
      if (asked === this.#scene) this.#app.errors.show(error, name);
      return false;
    }
    if (asked !== this.#scene || act !== this.#acts) {
      URL.revokeObjectURL(next.src);
      return false;
    }
    this.#setStage('image');
    this.#image = next;
    this.#picture.src = next.src;
    this.#classifyStage();
    return true;
  }

  /** What a frozen camera shows, as far as the model reads it. */
  #frozenFrame() {
    if (this.#mode !== 'camera' || !this.#camera.frozen) return undefined;
    return this.#camera.frame(this.#reader.wantsFace ? undefined : this.#camera.region());
  }

  /** The frame stays on stage as an image. @param {HTMLCanvasElement} frame */
  #keepFrame(frame) {
    this.#setStage('image');
    this.#image = frame;
    frame.toBlob((file) => {
      if (file && this.#image === frame) this.#picture.src = URL.createObjectURL(file);
    });
  }

  /** @param {File[]} files */
  async #runBatch(files) {
    this.#acts++;
    this.#early = this.#app.models.classifier ? undefined : files;
    if (this.#early) {
      this.#sayWaiting();
      return;
    }
    element('stage-note').hidden = true;
    this.#app.errors.hide();
    try {
      const { Batch } = await part(() => import('../classify/batch.js'));
      this.#batch ??= new Batch(this.#app.models, this.#reader, (file) => {
        this.#showImage(file, file.name);
        bringIntoSight(this.#frame);
      });
      if (!this.#visible) this.#batch.pause();
      await this.#batch.run(files);
    } catch (error) {
      this.#app.errors.show(error, undefined, () => this.#runBatch(files));
    }
  }

  /**
   * What is on stage stays there until the camera has started.
   * @param {Parameters<Camera['start']>[0]} [wanted]
   */
  async #startCamera(wanted) {
    this.#acts++;
    this.#early = undefined;
    this.#app.errors.hide();
    const asked = this.#scene;
    try {
      if (!await this.#camera.start(wanted)) return;
      if (asked !== this.#scene) {
        this.#camera.stop();
        return;
      }
      if (this.#mode !== 'camera') this.#setStage('camera');
      await this.#cameraTools.show();
    } catch (error) {
      if (asked !== this.#scene) return;
      if (this.#mode === 'camera') await this.#leaveCamera();
      this.#app.errors.showCamera(error);
    }
  }

  #stopCamera() {
    this.#early = undefined;
    return this.#leaveCamera();
  }

  #clearStage() {
    this.#early = undefined;
    if (this.#mode !== 'draw') this.#setStage('draw');
    this.#pad.clear();
  }
}
