// Recipes and labels out of the files that lie beside models on hubs, and out of the metadata that
// exporters write into models. What enters are parsed files; what leaves is a recipe with the reason,
// and what could not be said in it. Nothing here depends on a model's name.

import { show } from '../lib/error.js';
import { CROP_AFTER, areSides, isDeviation, isMean, isShare, refusal, setFilter, sidesIn, unsaid } from './finding.js';
import { labelsFromJson } from './labels.js';
import { fromPreprocessor } from './processors.js';
import { pythonValue } from './json.js';
import { PRESETS, plainRecipe } from './recipe.js';

/** @typedef {import('./recipe.js').Recipe} Recipe */
/** @typedef {import('./finding.js').Finding} Finding */

/**
 * What the content of a file says, whichever file it is; or the properties inside a model.
 * @param {any} value
 * @returns {Finding[]}
 */
export function findingsOf(value) {
  return [fromPreprocessor(value), fromTeachableMachine(value) ?? fromConfig(value), fromMetadata(value)]
    .filter((finding) => finding !== undefined);
}

/**
 * `config.json`: names of the classes, and the recipe where timm wrote it.
 * @param {any} config
 * @returns {Finding | undefined}
 */
export function fromConfig(config) {
  if (typeof config !== 'object' || !config) return undefined;
  const timm = fromTimm(config.pretrained_cfg ?? config);
  const notes = timm?.notes ?? [];
  const labels = labelsOf(config.id2label ?? config.label2id ? { ...config, labels: undefined }
    : config.label_names ?? config.pretrained_cfg?.label_names ?? null, notes);
  return timm || labels || notes.length ? { reason: 'config.json', ...timm, labels, notes } : undefined;
}

/**
 * Labels whose order cannot be told do not take the recipe with them.
 * @param {any} value
 * @param {string[]} notes
 */
function labelsOf(value, notes) {
  try {
    return labelsFromJson(value);
  } catch (error) {
    notes.push(/** @type {import('../lib/error.js').GossamerError} */ (error).summary);
    return undefined;
  }
}

/**
 * timm's description of how a network was evaluated.
 * @param {any} config  `pretrained_cfg`
 * @returns {Finding | undefined}
 */
export function fromTimm(config) {
  const { input_size: size, crop_mode: mode, interpolation = 'bicubic', mean } = config ?? {};
  if (!Array.isArray(size) || size.length !== 3 || !Array.isArray(mean)) return undefined;
  const reason = "timm's pretrained_cfg";
  const refused = refusal(reason, config, [['input_size', areSides], ['mean', isMean], ['std', isDeviation], ['crop_pct', isShare]]);
  if (refused) return refused;
  const std = [config.std ?? PRESETS.imagenet.std].flat();
  const [channels, height, width] = size;
  const part = config.crop_pct ?? 0.875;
  const recipe = { ...plainRecipe(), scale: 1 / 255, mean, std };
  /** @type {string[]} */
  const notes = [];
  if (channels === 1) recipe.channels = 'gray';
  setFilter(recipe, interpolation, notes);
  if (mode === 'squash' || mode === 'border') {
    Object.assign(recipe, mode === 'border' ? { fit: 'letterbox', fill: mean.map((value) => Math.round(255 * value)) } : {});
    if (part < 1) notes.push(CROP_AFTER);
  } else {
    Object.assign(recipe, { fit: 'shorter', resize: Math.floor(Math.max(height, width) / part) });
    if (height !== width) notes.push(unsaid('a crop that is no square'));
  }
  return { recipe, reason, notes };
}

/**
 * What exporters write into the model itself: Ultralytics `names`, `imgsz` and `task`; a
 * `pretrained_cfg` in JSON.
 * @param {Record<string, any>} metadata  texts, unless it is something else
 * @returns {Finding | undefined}
 */
export function fromMetadata(metadata) {
  const { names, imgsz, stride, task, pretrained_cfg: described } = metadata;
  const config = typeof described === 'string' ? pythonValue(described) : undefined;
  const timm = fromTimm(config);
  if (timm) return { ...timm, labels: labelsOf(config.label_names ?? null, timm.notes) };
  if (typeof names !== 'string' || !names || !(imgsz || stride || task)) return undefined;
  /** @type {string[]} */
  const notes = [];
  const labels = labelsOf(pythonValue(names) ?? null, notes);
  const recipe = plainRecipe();
  const sizes = typeof imgsz === 'string' ? pythonValue(imgsz) : imgsz;
  const usable = areSides(sizes) && [1, 2].includes(sidesIn(sizes).length);
  const [height, width = height] = usable ? sidesIn(sizes) : [];
  if (imgsz && !usable) notes.push(`its imgsz cannot be ${show(imgsz)}`);
  if (task && task !== 'classify') {
    notes.push(`the model was made to ${show(task)}, not to classify`);
    Object.assign(recipe, { fit: 'letterbox', fill: [114] });
  } else if (height === width) {
    Object.assign(recipe, { fit: 'shorter', resize: height });
  }
  // YOLOv5 states neither task nor size, and alone takes ImageNet's mean off.
  if (!task && !imgsz) Object.assign(recipe, PRESETS.imagenet);
  return { recipe, labels, reason: 'the metadata that Ultralytics wrote', notes };
}

/**
 * `metadata.json` of Teachable Machine.
 * @param {any} config
 * @returns {Finding | undefined}
 */
export function fromTeachableMachine(config) {
  if (!Array.isArray(config?.labels) || !(config.tmVersion || config.tfjsVersion || config.imageSize)) return undefined;
  const recipe = plainRecipe();
  Object.assign(recipe, { fit: 'shorter', scale: 1 / 255, mean: [0.5], std: [0.5] });
  if (config.grayscale) recipe.channels = 'gray';
  /** @type {string[]} */
  const notes = [];
  return { recipe, labels: labelsOf(config.labels, notes), reason: "Teachable Machine's metadata.json", notes };
}
