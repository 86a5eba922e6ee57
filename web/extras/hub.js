// Recipes and labels out of the files that lie beside models on hubs, and out of the metadata that
// exporters write into models. What enters are parsed files; what leaves is a recipe with the reason,
// and what could not be said in it. Nothing here depends on a model's name.

import { labelsFromJson } from './labels.js';
import { plainRecipe } from './recipe.js';

/** @typedef {import('./recipe.js').Recipe} Recipe */
/** @typedef {{recipe?: Recipe, labels?: string[], reason: string, notes: string[]}} Finding */

/** What PIL numbers its filters. @type {Recipe['filter'][]} */
const FILTER_NUMBERS = ['nearest', 'bicubic', 'bilinear', 'bicubic'];

/** One number, or several for the channels. @param {any} value */
const isList = (value) => Number.isFinite(value) || (Array.isArray(value) && value.length > 0 && value.every(Number.isFinite));
/** One number, or several by name. @param {any} value */
const isSize = (value) => (typeof value === 'object' ? Object.values(value) : [value]).every(Number.isFinite);

/**
 * A finding without a recipe, where fields that should be made of numbers are made of something else.
 * @param {string} reason
 * @param {any} config
 * @param {Record<string, (value: any) => boolean>} fields
 * @returns {Finding | undefined}
 */
function refusal(reason, config, fields) {
  const bad = Object.keys(fields).filter((name) => (config[name] ?? undefined) !== undefined && !fields[name](config[name]));
  return bad.length ? { reason, notes: [`${bad.join(', ')} in ${reason} should be numbers; its recipe is not taken`] } : undefined;
}

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
 * `preprocessor_config.json` of Hugging Face's image processors.
 * @param {any} config
 * @returns {Finding | undefined}
 */
export function fromPreprocessor(config) {
  const keys = ['image_mean', 'do_resize', 'do_normalize', 'do_rescale', 'size', 'crop_size'];
  if (typeof config !== 'object' || !config || !keys.some((key) => key in config)) return undefined;
  const refused = refusal('preprocessor_config.json', config, {
    image_mean: isList, image_std: isList, size: isSize, crop_size: isSize,
    rescale_factor: Number.isFinite, crop_pct: Number.isFinite,
  });
  if (refused) return refused;
  /** @type {string[]} */
  const notes = [];
  const recipe = plainRecipe();
  if (Number.isInteger(config.resample)) recipe.filter = FILTER_NUMBERS[config.resample] ?? 'bilinear';
  if (config.resample === 1) notes.push('it asks for the Lanczos filter; bicubic is the nearest there is');
  if (config.do_flip_channel_order) recipe.channels = 'bgr';
  fitOf(config, recipe, notes);
  scaleOf(config, recipe);
  return { recipe, reason: 'preprocessor_config.json', notes };
}

/** @param {any} config @param {Recipe} recipe @param {string[]} notes */
function fitOf(config, recipe, notes) {
  if (config.do_resize === false) {
    notes.push('it does not resize pictures; here they are stretched to the input');
    return;
  }
  const { size, crop_size: crop, crop_pct: part } = config;
  const shortest = size?.shortest_edge ?? (typeof size === 'number' && config.do_center_crop ? size : undefined);
  const cropped = sideOf(crop) ?? shortest;
  if (shortest && part && part < 1 && shortest < 384) {
    Object.assign(recipe, { fit: 'shorter', resize: Math.floor(shortest / part) });
  } else if (shortest && (part || (config.do_center_crop === false && !crop))) {
    recipe.fit = part ? 'stretch' : 'shorter';
    if (!part) recipe.resize = shortest;
  } else if (shortest) {
    Object.assign(recipe, { fit: 'shorter', resize: Math.max(shortest, cropped ?? 0) });
  } else if (config.do_center_crop && sideOf(size) && cropped) {
    Object.assign(recipe, { fit: 'shorter', resize: Math.max(/** @type {number} */ (sideOf(size)), cropped) });
    notes.push('it stretches the picture before the crop; here its proportions are kept');
  }
}

/** value = (pixel * factor - offset - mean) / std. @param {any} config @param {Recipe} recipe */
function scaleOf(config, recipe) {
  recipe.scale = config.do_rescale === false ? 1 : config.rescale_factor ?? 1 / 255;
  const offset = config.rescale_offset && config.do_rescale !== false ? 1 : 0;
  const { do_normalize: wanted, image_mean: mean, image_std: std } = config;
  const normal = wanted !== false && (mean ?? undefined) !== undefined;
  recipe.mean = (normal ? [mean].flat() : [0]).map((/** @type {number} */ value) => value + offset);
  recipe.std = normal ? [std ?? 1].flat() : [1];
}

/** One number, or that of an object whose sides are equal. @param {any} size @returns {number | undefined} */
function sideOf(size) {
  if (typeof size === 'number') return size;
  return size?.height && size.height === size.width ? size.height : undefined;
}

/**
 * `config.json`: names of the classes, and the recipe where timm wrote it.
 * @param {any} config
 * @returns {Finding | undefined}
 */
export function fromConfig(config) {
  if (typeof config !== 'object' || !config) return undefined;
  const labels = config.id2label ?? config.label2id ? labelsFromJson({ ...config, labels: undefined })
    : labelsFromJson(config.label_names ?? config.pretrained_cfg?.label_names ?? null);
  const timm = fromTimm(config.pretrained_cfg ?? config);
  if (!labels && !timm) return undefined;
  return { recipe: timm?.recipe, labels, reason: timm?.reason ?? 'config.json', notes: timm?.notes ?? [] };
}

/**
 * timm's description of how a network was evaluated.
 * @param {any} config  `pretrained_cfg`
 * @returns {Finding | undefined}
 */
export function fromTimm(config) {
  const { input_size: size, crop_pct: part, crop_mode: mode = 'center', interpolation = 'bicubic', mean, std } = config ?? {};
  if (!Array.isArray(size) || size.length !== 3 || !Array.isArray(mean)) return undefined;
  const refused = refusal("timm's pretrained_cfg", config, { input_size: isList, mean: isList, std: isList, crop_pct: Number.isFinite });
  if (refused) return refused;
  const side = Math.max(size[1], size[2]);
  const recipe = plainRecipe();
  if (size[0] === 1) recipe.channels = 'gray';
  recipe.filter = ['bilinear', 'nearest'].includes(interpolation) ? interpolation : 'bicubic';
  if (mode === 'center' || mode === 'corner') {
    Object.assign(recipe, { fit: 'shorter', resize: Math.floor(side / (part || 0.875)) });
  } else if (mode === 'border') {
    recipe.fit = 'letterbox';
  }
  Object.assign(recipe, { scale: 1 / 255, mean, std: [std ?? 1].flat() });
  return { recipe, reason: "timm's pretrained_cfg", notes: [] };
}

/**
 * What exporters write into the model itself: Ultralytics `names`, `imgsz` and `task`; a
 * `pretrained_cfg` in JSON.
 * @param {Record<string, any>} metadata  texts, unless it is something else
 * @returns {Finding | undefined}
 */
export function fromMetadata(metadata) {
  const { names, imgsz = '', pretrained_cfg: described } = metadata;
  const config = typeof described === 'string' ? jsonOf(described) : undefined;
  const timm = fromTimm(config);
  if (timm) return { ...timm, labels: labelsFromJson(config.label_names ?? null) };
  if (typeof names !== 'string' || !names || !(imgsz || metadata.stride || metadata.task)) return undefined;
  const labels = labelsFromJson(pythonValue(names) ?? null);
  const notes = metadata.task && metadata.task !== 'classify'
    ? [`the model was made to ${metadata.task}, not to classify`] : [];
  const sizes = pythonValue(String(imgsz));
  const side = Math.max(...(Array.isArray(sizes) ? sizes : [sizes]).map(Number));
  const recipe = plainRecipe();
  recipe.fit = metadata.task === 'classify' || !metadata.task ? 'shorter' : 'letterbox';
  if (recipe.fit === 'shorter' && side > 0) recipe.resize = side;
  if (recipe.fit === 'letterbox') recipe.fill = [114];
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
  return { recipe, labels: config.labels.map(String), reason: "Teachable Machine's metadata.json", notes: [] };
}

/** @param {string | undefined} text */
function jsonOf(text) {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/**
 * A value as Python prints it, made of dicts, lists, tuples, numbers and strings.
 * @param {string} text
 * @returns {any}  undefined where it is none
 */
export function pythonValue(text) {
  // Strings first, so that nothing within them is taken for syntax; then keys that are numbers.
  const { bare, kept } = withoutStrings(text);
  const json = bare.replace(/\(/g, '[').replace(/\)/g, ']').replace(/,\s*([\]}])/g, '$1')
    .replace(/([{,]\s*)(\d+)\s*:/g, '$1"$2":')
    .replace(/\bTrue\b/g, 'true').replace(/\bFalse\b/g, 'false').replace(/\bNone\b/g, 'null')
    .replace(/@(\d+)@/g, (_, index) => JSON.stringify(kept[index]));
  return jsonOf(json);
}

/**
 * Takes the strings out, and leaves their numbers between two signs. By hand: an expression that looks for the end of
 * every quotation mark takes minutes for a text of them.
 * @param {string} text
 */
function withoutStrings(text) {
  /** @type {string[]} */
  const kept = [];
  let bare = '';
  for (let at = 0; at < text.length; at += 1) {
    const quote = text[at];
    if (quote !== '"' && quote !== "'") {
      bare += quote;
      continue;
    }
    let end = at + 1;
    while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1;
    if (end >= text.length) return { bare: bare + text.slice(at), kept };
    bare += `@${kept.length}@`;
    kept.push(text.slice(at + 1, end).replace(/\\(['"\\])/g, '$1'));
    at = end;
  }
  return { bare, kept };
}
