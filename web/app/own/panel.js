// A model of one's own, before it is used: a report of what it is and whether it runs here, a recipe that
// can be edited while a picture shows what the model gets, and names for its classes. What enters are the
// files that were dropped or chosen; what leaves is the model in use, or its file with recipe and labels
// inside. panelView.js has the template.

import {
  PRESETS, classCount, formatRecipe, guessRecipe, labelsFit, parseRecipe, pictureInput,
} from '../../extras.js';
import { GossamerError, editMetadata, inspectModel, preview } from '../../tools.js';
import { decodePicture } from '../decode.js';
import { isModel, isPicture, isWeights } from '../files.js';
import { fileName, saveFile } from '../save.js';
import { texts } from '../texts.js';
import { labelsOf } from '../zoo/catalogue.js';
import { CHANNELS, openChannels, openExtents, openSides } from './extents.js';
import { panelTemplate } from './panelView.js';
import { forget, keyOf, recall, remember } from './remembered.js';
import { testCard } from './testCard.js';

/** @typedef {import('../../tools.js').ModelReport} ModelReport */
/** @typedef {import('../../extras.js').Recipe} Recipe */

const words = texts.own;
/** Names of classes, or a configuration. @param {File} file */
const isText = ({ name }) => /\.(txt|json|csv|tsv)$/i.test(name);
/** Of an input whose sides are open. */
const OPEN_SIDE = 224;

export class OwnPanel {
  /** @type {File | undefined} */
  file;
  /** @type {ModelReport | undefined} */
  report;
  /** @type {import('../../extras.js').PictureInput | undefined} The input that takes the picture. */
  input;
  /** @type {Recipe | undefined} */
  recipe;
  /** What is wrong with the recipe's text, as it is being written. */
  recipeProblem = '';
  /** Why this recipe, and what could not be said in it. */
  reason = '';
  /** @type {string[]} */
  notes = [];
  labelsText = '';
  labelsReason = '';
  classes = 0;
  /** Of inputs whose sides are open. */
  side = OPEN_SIDE;
  /** @type {import('../../tools.js').Preview | undefined} */
  seen;
  previewProblem = '';
  /** What was said last, such as that a file is saved. */
  said = '';
  known = false;
  /** @type {import('../device/predict.js').Speed | undefined} */
  speed;
  /** Shows the picture, and what the model gets of it. */
  canvases = { picture: document.createElement('canvas'), seen: document.createElement('canvas') };

  #app;
  #onChange;
  #onClose;
  #key = '';
  /** @type {File[]} Data files. */
  #others = [];
  /** @type {File[]} Labels and configurations. */
  #words = [];
  /** @type {ImageBitmap | undefined} What the preview shows, in place of the test card. */
  #picture;
  /** @type {File | undefined} The picture that was chosen last. */
  #latest;
  /** @type {AbortController | undefined} Of what is computed for the panel. */
  #work;

  /**
   * @param {import('../views.js').App} app
   * @param {() => void} onChange  to be shown
   * @param {() => void} onClose
   */
  constructor(app, onChange, onClose) {
    this.#app = app;
    this.#onChange = onChange;
    this.#onClose = onClose;
    this.canvases.seen.dataset.testid = 'own-preview';
  }

  template() {
    return panelTemplate(this);
  }

  /**
   * A model with what came along; or more for the model that is here: labels, configurations, a picture.
   * @param {File[]} files
   */
  async open(files) {
    const model = files.find(isModel);
    if (!model && files.every(isPicture)) return this.showPicture(files[0]);
    if (model) {
      Object.assign(this, { file: model, report: undefined, said: '', side: OPEN_SIDE });
      this.#unsettle();
      this.#others = [];
      this.#words = [];
    }
    this.#words.push(...files.filter(isText));
    this.#others.push(...files.filter((file) => file !== model && !isText(file) && !isPicture(file)));
    return this.#read();
  }

  /** Whether the model that is here can do with a file. @param {File} file */
  wants(file) {
    const isMissing = (/** @type {string} */ path) => path.split('/').at(-1) === file.name;
    return isText(file) || isWeights(file) || isPicture(file) || Boolean(this.report?.missing.some(isMissing));
  }

  /** Nothing of what was set, or wrong, stays. */
  #unsettle() {
    Object.assign(this, { recipe: undefined, recipeProblem: '', labelsText: '', previewProblem: '', seen: undefined });
  }

  close() {
    this.#work?.abort();
    this.#onClose();
  }

  /** The report, then recipe and labels to begin with, then the picture. */
  async #read() {
    this.#work?.abort();
    const work = new AbortController();
    this.#work = work;
    const { signal } = work;
    const file = /** @type {File} */ (this.file);
    this.#onChange();
    try {
      const key = await keyOf(file);
      if (signal.aborted) return;
      const settled = this.recipe ? undefined : recall(key);
      const report = await this.#inspect(file, signal, settled);
      const files = await Promise.all(this.#words.map(async (each) => ({ name: each.name, text: await each.text() })));
      if (signal.aborted) return;
      this.report = report;
      this.#key = key;
      this.#begin(files, settled);
      this.#onChange();
    } catch (error) {
      if (signal.aborted) return;
      this.#app.errors.show(error, file.name);
      if (!this.report) this.close();
      return;
    }
    if (this.report?.runs) await this.#preview();
  }

  /** @param {File} file @param {AbortSignal} signal @param {import('./remembered.js').Settled} [settled] */
  async #inspect(file, signal, settled) {
    const inspect = (/** @type {Record<string, number>} */ dimensions) =>
      inspectModel(file, { externalData: this.#others, dimensions, signal });
    const known = this.dimensions;
    const report = await inspect(known);
    const input = subject(report);
    if (input && settled?.dimensions) this.side = settled.dimensions[openSides(input)[0]] ?? this.side;
    const open = this.#openExtents(report);
    // With a size for the extents that it leaves open, the report says whether it runs and what it costs.
    return Object.keys(known).length || !Object.keys(open).length || !report.runs ? report : inspect(open);
  }

  /** @param {{name: string, text: string}[]} files @param {import('./remembered.js').Settled} [settled] */
  #begin(files, settled) {
    const { inputs, outputs, picture, scores, metadata, recipe, labels, labelsSource } = /** @type {ModelReport} */ (this.report);
    const numbered = inputs.filter(({ name }) => !picture || name === picture.input)
      .map(({ type, shape }) => ({
        type, shape: shape.map((extent, axis) =>
          (Number(extent) > 0 ? Number(extent) : axis === openChannels(shape) ? CHANNELS : -1)),
      }));
    this.input = pictureInput(numbered);
    const output = outputs.find(({ name }) => name === scores?.output) ?? outputs[0];
    this.classes = classCount(output?.shape);
    const stated = recipe === null ? metadata : { ...metadata, 'gossamer.recipe': recipe };
    const found = guessRecipe({ metadata: stated, input: this.input, classes: this.classes, rescales: this.report?.rescales, files });
    const before = this.recipe;
    // Read again, for its weights or another size, a model keeps the recipe that it has by now.
    if (settled || files.length || !before) {
      this.known = settled !== undefined;
      this.recipe = settled ? parseRecipe(settled.recipe) : found.recipe;
      this.reason = settled ? words.remembered(settled.date.slice(0, 10))
        : found.certain ? words.stated(found.reason) : words.guessed(found.reason);
      this.notes = found.notes.map(words.notes);
    }
    const names = settled?.labels ?? found.labels ?? labels;
    if (names && (!this.labelsText || files.length)) {
      this.labelsText = names.join('\n');
      this.labelsReason = settled?.labels ? '' : words.labelsFrom(found.labels ? String(found.labelsReason) : labelsSource);
    }
  }

  /** What open extents are set to. @returns {Record<string, number>} */
  get dimensions() {
    return this.report ? this.#openExtents(this.report) : {};
  }

  /** Whether the size of the input can be set. */
  get resizable() {
    const input = this.report && subject(this.report);
    return Boolean(input && openSides(input).length);
  }

  /** @param {ModelReport} report @returns {Record<string, number>} */
  #openExtents(report) {
    const input = subject(report);
    return input ? openExtents(input, this.side) : {};
  }

  get recipeText() {
    return this.recipe ? formatRecipe(this.recipe, { bytes: this.takesBytes }) : '';
  }

  get takesBytes() {
    return /^u?int8$/.test(this.input?.type ?? '');
  }

  /** Names as they are written; none while there are not as many as classes. */
  get labels() {
    const names = this.labelsText.split('\n').map((line) => line.trim());
    while (names.length && names[names.length - 1] === '') names.pop();
    return names;
  }

  get usableLabels() {
    const { labels, classes } = this;
    return labels.length > 0 && labelsFit(labels.length, classes) ? labels : undefined;
  }

  /** @param {Partial<Recipe>} change */
  change(change) {
    this.recipe = { .../** @type {Recipe} */ (this.recipe), ...change };
    this.recipeProblem = '';
    this.#onChange();
    return this.#preview();
  }

  /** @param {string} name */
  choosePreset(name) {
    return Object.hasOwn(PRESETS, name) ? this.change(PRESETS[name]) : undefined;
  }

  /** @param {string} text */
  writeRecipe(text) {
    try {
      // The whole recipe: what the text leaves out is the default, as it is where the text is used.
      this.recipe = parseRecipe(text);
      return this.change({});
    } catch (error) {
      this.recipeProblem = words.badText(error instanceof GossamerError ? error.summary : String(error));
      this.#onChange();
      return undefined;
    }
  }

  /** @param {number} side */
  setSide(side) {
    this.side = side;
    return this.#read();
  }

  /** @param {string} text */
  writeLabels(text) {
    this.labelsText = text;
    this.labelsReason = '';
    this.#onChange();
  }

  async takeImagenetLabels() {
    const names = await labelsOf({ labels: new URL('models/imagenet/labels.txt', document.baseURI).href });
    this.said = names ? '' : words.imagenetMissing;
    // TensorFlow's models have a class for the background before the others.
    if (names) this.writeLabels([...(this.classes === names.length + 1 ? ['background'] : []), ...names].join('\n'));
    this.#onChange();
  }

  /** @param {File} file */
  async showPicture(file) {
    this.#latest = file;
    try {
      const image = await decodePicture(file);
      const picture = await createImageBitmap(image);
      URL.revokeObjectURL(image.src);
      // A small one that was chosen later may be there already.
      if (this.#latest !== file) return;
      this.#picture?.close();
      this.#picture = picture;
    } catch (error) {
      if (this.#latest === file) this.#app.errors.show(error, file.name);
      return;
    }
    await this.#preview();
  }

  /** Shows what the recipe makes of the picture. */
  async #preview() {
    const { input, recipe } = this;
    if (!input || !recipe) return;
    const picture = this.#picture ?? testCard({ figure: recipe.fit === 'foreground' });
    draw(this.canvases.picture, picture);
    const { channels, width, height, layout, type } = input;
    const [wide, tall] = this.resizable ? [this.side, this.side] : [width, height];
    const shape = layout === 'NCHW' ? [1, channels, tall, wide] : [1, tall, wide, channels];
    const asked = this.recipeText;
    try {
      const seen = await preview({ input: { type, shape }, recipe: asked }, this.canvases.picture);
      if (asked !== this.recipeText) return;
      this.seen = seen;
      this.previewProblem = '';
      const { canvas, context } = sized(this.canvases.seen, seen.image.width, seen.image.height);
      context.putImageData(new ImageData(seen.image.data, canvas.width, canvas.height), 0, 0);
    } catch (error) {
      if (asked !== this.recipeText) return;
      this.previewProblem = error instanceof GossamerError ? error.summary : String(error);
    }
    this.#onChange();
  }

  async use() {
    const file = /** @type {File} */ (this.file);
    const place = location.hash;
    // Another model may come before this one is ready.
    const key = this.#key;
    const settled = this.#settled(file);
    const { recipe, labels, dimensions } = settled;
    const { models } = this.#app;
    await models.open(file, this.#others, { recipe, labels, dimensions });
    if (models.current?.file !== file) return;  // it failed, and the page said why, or another one came
    this.#keep(key, settled);
    if (this.file !== file) return;
    this.close();
    // Who went elsewhere meanwhile stays there.
    if (location.hash === place) await this.#app.navigate('classify');
  }

  /** What is set now. @param {File} file @returns {import('./remembered.js').Settled} */
  #settled({ name, size }) {
    const { recipeText, usableLabels, dimensions } = this;
    return { title: name, recipe: recipeText, labels: usableLabels, dimensions, bytes: size, date: new Date().toISOString() };
  }

  /** On this device. @param {string} key  of the file that it is for @param {import('./remembered.js').Settled} settled */
  #keep(key, settled) {
    if (!remember(key, settled)) this.#app.errors.tell(words.notKeptTitle, words.notKept);
  }

  forget() {
    forget(this.#key);
    this.known = false;
    this.#unsettle();
    return this.#read();
  }

  async save() {
    const file = /** @type {File} */ (this.file);
    // Another model may come before the file is made.
    const settled = this.#settled(file);
    this.#keep(this.#key, settled);
    try {
      const blob = await editMetadata(file, {
        'gossamer.recipe': settled.recipe, ...(settled.labels && { 'gossamer.labels': settled.labels }),
      });
      // A file has no place for the size of what it leaves open.
      if (Object.keys(settled.dimensions ?? {}).length) this.#keep(await keyOf(blob), settled);
      const name = `${fileName(file.name.replace(/\.onnx$/i, ''))}.onnx`;
      saveFile(name, blob, 'application/octet-stream');
      if (this.file === file) this.said = words.saved(name, settled.labels?.length ?? 0);
    } catch (error) {
      this.#app.errors.show(error, file.name);
    }
    this.#onChange();
  }
}

/** The input that takes the picture, as far as the report can tell. @param {ModelReport} report */
const subject = ({ inputs, picture }) => inputs.find(({ name }) => name === picture?.input) ?? inputs[0];

/** @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
function sized(canvas, width, height) {
  Object.assign(canvas, { width, height });
  return { canvas, context: /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')) };
}

/** @param {HTMLCanvasElement} canvas @param {CanvasImageSource} picture */
function draw(canvas, picture) {
  const { width, height } = /** @type {ImageBitmap} */ (picture);
  sized(canvas, width, height).context.drawImage(picture, 0, 0);
}
