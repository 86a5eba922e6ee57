// Recipes out of `preprocessor_config.json`, which Hugging Face's transformers write beside a model. What enters is
// the parsed file; what leaves is the recipe that computes what the processor of that name computes, and notes
// where a recipe cannot.
//
// The file holds the arguments of one of the classes below. What it does not state is that class's default (but for
// sizes, which every file states), and what `size` means is up to the class as well: an image processor of CLIP takes
// 224 for the shorter side, one of ViT for both. So the class comes first here, and one set of rules follows.

import { show } from '../lib/error.js';
import { CROP_AFTER, areSides, isDeviation, isMean, isScale, isShare, refusal, setFilter, unsaid } from './finding.js';
import { PRESETS, plainRecipe } from './recipe.js';

/** @typedef {import('./recipe.js').Recipe} Recipe */
/** @typedef {import('./finding.js').Finding} Finding */
/** @typedef {{edge?: number, height?: number, width?: number}} Sides  edge: the shorter side */

const REASON = 'preprocessor_config.json';

/** Any of these tells such a file. */
const FIELD = /^(image_(mean|processor_type)|do_(resize|normalize|rescale)|(crop_)?size)$/;
/** What a recipe has no word for. */
const UNSAID = /^do_(?!re|norm|center|flip|conv)/;

/** @type {[string, (value: any) => boolean][]} */
const RULES = [
  ['image_mean', isMean], ['image_std', isDeviation], ['rescale_factor', isScale], ['crop_pct', isShare], ['size crop_size', areSides],
];

/** What Pillow numbers its filters. */
const RESAMPLE = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];

const { mean: MEAN = 0, std: STD = 1 } = PRESETS.imagenet;
/**
 * Defaults of the classes, by their names without "ImageProcessor".
 * @type {[names: RegExp, mean: number | number[], std: number | number[]][]}
 */
const NORMALS = [
  [/^(vit|deit|beit|siglip|convnext|efficientnet|mobilenetv[12])$/, 0.5, 0.5],
  [/^(pvt|dinov3vit|segformer|efficientformer|perceiver|levit|poolformer)$/, MEAN, STD],
  [/clip$|^bit$/, [0.4814547, 0.4578275, 0.4082107], [0.2686295, 0.2613026, 0.2757771]],
  [/^mobilevit/, 0, 1],
];
/** Those to which one number is the shorter side; they cut out the centre. */
const BY_EDGE = /clip|bit|convnext|levit|poolformer|mobile/;
/** Those whose filter is bilinear; that of others is bicubic. */
const BILINEAR = /^(vit|pvt|convnext|mobile|dino|segf)/;
/** Those that cut out the centre as well. */
const CUTS = /deit|perceiver/;

/**
 * @param {any} config  what the file holds
 * @returns {Finding | undefined}  undefined where it is another file
 */
export function fromPreprocessor(config) {
  const keys = Object.keys(config ?? {});
  if (!keys.some((key) => FIELD.test(key))) return undefined;
  const choices = keys.filter((key) => key.startsWith('do_')).join(' ');
  const refused = refusal(REASON, config, [...RULES, [choices, (value) => typeof value === 'boolean']]);
  if (refused) return refused;
  const type = show(config.image_processor_type ?? config.feature_extractor_type ?? '');
  const name = type.replace(/(FeatureExtractor|ImageProcessor).*/, '').toLowerCase();
  const [known, mean, std] = NORMALS.find(([names]) => names.test(name)) ?? [];
  const notes = keys.filter((key) => UNSAID.test(key) && config[key]).map(unsaid);
  if (!known && (type || typeof config.size === 'number')) notes.push('its processor is not known here');
  const stated = Object.entries(config).filter(([key, value]) => value !== null || /^(do_(norm|center)|crop_pct)/.test(key));
  /** @type {any} */
  const wanted = {
    image_mean: mean, image_std: std, resample: known && !BILINEAR.test(name) ? 3 : 2, do_center_crop: BY_EDGE.test(name) || CUTS.test(name),
    do_flip_channel_order: name === 'mobilevit', include_top: name === 'efficientnet',
    ...(/^(levit|poolf)/.test(name) && { crop_pct: name === 'levit' ? 0.875 : 0.9 }), ...Object.fromEntries(stated),
  };
  const recipe = plainRecipe();
  if (wanted.do_flip_channel_order) recipe.channels = 'bgr';
  setFilter(recipe, RESAMPLE.find((_, i) => i === wanted.resample) ?? wanted.resample, notes);
  fitOf(wanted, name, Boolean(known), recipe, notes);
  scaleOf(wanted, recipe, notes);
  return { recipe, reason: REASON, notes };
}

/**
 * @param {any} config  with the class's defaults
 * @param {string} name  of the class
 * @param {boolean} known
 * @param {Recipe} recipe
 * @param {string[]} notes
 */
function fitOf(config, name, known, recipe, notes) {
  const { crop_pct: part } = config;
  if (config.do_resize === false) {
    notes.push(unsaid('no resizing'));
    return;
  }
  // ConvNeXT's, and those like it, resize to a share and stretch from 384 on; LeViT's has a fixed share.
  const shares = name === 'convnext' || (!known && 'crop_pct' in config);
  const cuts = shares || config.do_center_crop;
  const asked = sidesOf(config.size, known ? BY_EDGE.test(name) : cuts);
  const { height, width } = asked;
  let { edge } = asked;
  let crop = cuts && !shares ? sidesOf(config.crop_size) : {};
  if (shares && edge && edge >= 384) return;
  if (name === 'poolformer' && part && height === width) edge ??= height;
  if (edge && (shares || /^(levit|poolf)/.test(name))) edge = Math.floor(edge / (part ?? (shares ? 0.875 : 1)));
  // It cuts out a share of the shorter side before it resizes, which is the same part of the picture.
  if (name === 'perceiver' && cuts) [edge, crop] = [crop.height, asked];
  if (!edge) {
    if (!height || !width || shares) notes.push('it states no size');
    if (!crop.height || (crop.height === height && crop.width === width)) return;
    notes.push(CROP_AFTER);
    if (height !== width) return;
    edge = height;
  } else {
    if (!cuts) notes.push(unsaid('no crop'));
    if (config.size.longest_edge) notes.push(unsaid('longest_edge'));
  }
  const resize = Math.max(edge ?? 0, crop.height ?? 0, crop.width ?? 0);
  if (resize !== edge) notes.push(unsaid('a border'));
  Object.assign(recipe, { fit: 'shorter', resize });
}

/**
 * @param {any} size  a number, a list of height and width, or an object of sides
 * @param {boolean} [byEdge]  one number is the shorter side
 * @returns {Sides}
 */
function sidesOf(size, byEdge) {
  if (typeof size === 'number') return byEdge ? { edge: size } : { height: size, width: size };
  if (Array.isArray(size)) return { height: size[0], width: size[1] };
  return { ...size, edge: size?.shortest_edge ?? undefined };
}

/** value = (pixel * factor - offset - mean) / std. @param {any} config @param {Recipe} recipe @param {string[]} notes */
function scaleOf(config, recipe, notes) {
  const { do_normalize: wanted = config.image_mean !== undefined, image_mean: mean = 0, image_std: std = 1, rescale_offset: offset } = config;
  const rescales = config.do_rescale !== false;
  recipe.scale = rescales ? config.rescale_factor ?? 1 / 255 : 1;
  if (wanted && [config.image_mean, config.image_std].includes(undefined)) notes.push('it states no mean or no deviation');
  recipe.mean = [wanted ? mean : 0].flat().map((/** @type {number} */ value) => value + (offset && rescales ? 1 : 0));
  // EfficientNet's divides a second time, before networks with their last layer.
  recipe.std = [std].flat().map((/** @type {number} */ value) => (wanted ? value : 1) * (config.include_top ? value : 1));
}
