// Recipes of preprocessor_config.json against what transformers.js makes of a picture by the same file. The picture
// rises evenly from left to right and from top to bottom, so that each value of an input says from where it was taken;
// filters do not matter, the place and the numbers do. Classes that transformers.js lacks go by the source of
// transformers in Python, which the table states.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as transformers from '@huggingface/transformers';
import { fromPreprocessor } from '../../web/extras/processors.js';
import { formatRecipe } from '../../web/extras/recipe.js';

const [width, height] = [400, 200];
const picture = new transformers.RawImage(Uint8ClampedArray.from({ length: width * height * 3 }, (_, i) => {
  const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
  return [(x / width) * 255, (y / height) * 255, 128][i % 3];
}), width, height, 3);

/** @typedef {import('../../web/extras/recipe.js').Recipe} Recipe */

/**
 * What a recipe makes of the picture at a place of the input.
 * @param {Recipe} recipe
 * @param {number} side  of the input
 * @param {number} channel @param {number} x @param {number} y
 */
function valueAt({ fit, channels, resize, scale = 1 / 255, mean = [0], std = [1] }, side, channel, x, y) {
  const shorter = Math.min(width, height);
  const across = (/** @type {number} */ place, /** @type {number} */ extent) => {
    if (fit === 'stretch') return (place + 0.5) / side;
    const resized = (extent * (resize ?? side)) / shorter;
    return (place + 0.5 + (resized - side) / 2) / resized;
  };
  const colours = [across(x, width) * 255, across(y, height) * 255, 128];
  const pixel = (channels === 'bgr' ? colours.reverse() : colours)[channel];
  return (pixel * scale - (mean[channel] ?? mean[0])) / (std[channel] ?? std[0]);
}

const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];
const standard = { do_normalize: true, do_resize: true, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], resample: 2 };
const imagenet = { do_normalize: true, do_resize: true, image_mean: MEAN, image_std: STD, resample: 2 };
const square = (/** @type {number} */ side) => ({ height: side, width: side });
const edge = (/** @type {number} */ side) => ({ shortest_edge: side });
const half = 'mean=0.5;std=0.5';
const usual = 'mean=0.485,0.456,0.406;std=0.229,0.224,0.225';

/** As models on hubs have them. @type {[config: Record<string, any>, recipe: string, note?: RegExp][]} */
const FILES = [
  [{ image_processor_type: 'ViTImageProcessor', ...standard, do_rescale: true, rescale_factor: 1 / 255, size: square(224) }, half],
  [{ image_processor_type: 'ConvNextImageProcessor', ...imagenet, crop_pct: 0.875, size: edge(224) }, `fit=shorter;resize=256;${usual}`],
  [{ feature_extractor_type: 'ConvNextFeatureExtractor', ...imagenet, crop_pct: 0.95, size: edge(288) }, `fit=shorter;resize=303;${usual}`],
  [{ feature_extractor_type: 'ConvNextFeatureExtractor', ...imagenet, crop_pct: 1, size: edge(224) }, `fit=shorter;resize=224;${usual}`],
  [{ image_processor_type: 'ConvNextImageProcessor', ...imagenet, crop_pct: null, size: edge(224) }, `fit=shorter;resize=256;${usual}`],
  [{ image_processor_type: 'ConvNextImageProcessor', ...imagenet, size: edge(224) }, `fit=shorter;resize=256;${usual}`],
  [{ image_processor_type: 'ConvNextImageProcessor', ...imagenet, crop_pct: 0.875, size: edge(384) }, usual],
  [{
    image_processor_type: 'EfficientNetImageProcessor', ...imagenet, image_std: [0.47853944, 0.4732864, 0.47434163], include_top: true,
    crop_size: square(289), do_center_crop: false, rescale_offset: false, size: square(224),
  }, 'mean=0.485,0.456,0.406;std=0.2290,0.2240,0.2250'],
  [{ image_processor_type: 'EfficientNetImageProcessor', ...imagenet, size: square(224) }, 'mean=0.485,0.456,0.406;std=0.052441,0.050176,0.050625'],
  [{ image_processor_type: 'EfficientNetImageProcessor', ...imagenet, size: square(224), include_top: false }, usual],
  [{ image_processor_type: 'CLIPImageProcessor', ...imagenet, do_center_crop: true, size: edge(224), crop_size: square(224) }, `fit=shorter;resize=224;${usual}`],
  [{ image_processor_type: 'BitImageProcessor', ...imagenet, do_center_crop: true, size: edge(256), crop_size: 224 }, `fit=shorter;resize=256;${usual}`],
  [{ image_processor_type: 'MobileNetV2ImageProcessor', ...standard, do_center_crop: true, size: edge(256), crop_size: square(224) }, `fit=shorter;resize=256;${half}`],
  [{ feature_extractor_type: 'MobileViTFeatureExtractor', do_flip_channel_order: true, do_center_crop: true, resample: 2, size: edge(288), crop_size: square(256) }, 'channels=bgr;fit=shorter;resize=288'],
  [{ image_processor_type: 'PvtImageProcessor', ...imagenet, size: square(224), do_center_crop: true, crop_size: square(224) }, usual],
  [{ image_processor_type: 'ViTImageProcessor', ...standard, do_rescale: false, size: square(224) }, `scale=1;${half}`],
];

/** Of Python alone, or of fields that transformers.js does not heed: with what the source computes. @type {typeof FILES} */
const PYTHON = [
  [{ feature_extractor_type: 'ConvNextFeatureExtractor', ...imagenet, crop_pct: 0.875, size: 224 }, `fit=shorter;resize=256;${usual}`],
  [{ feature_extractor_type: 'ConvNextFeatureExtractor', ...imagenet, crop_pct: 0.875, size: 384 }, usual],
  [{ ...imagenet, crop_pct: 0.875, size: 224 }, `fit=shorter;resize=256;${usual}`, /processor is not known/],
  [{ image_processor_type: 'ConvNextImageProcessorFast', ...imagenet, size: square(224) }, usual, /states no size/],
  // shortest_edge becomes int(256 / 224 * edge).
  [{ feature_extractor_type: 'LevitFeatureExtractor', ...imagenet, do_center_crop: true, size: 224 }, `fit=shorter;resize=256;${usual}`],
  [{ image_processor_type: 'LevitImageProcessor', ...imagenet, do_center_crop: true, size: edge(192), crop_size: square(192) }, `fit=shorter;resize=219;${usual}`],
  [{ image_processor_type: 'LevitImageProcessor', ...imagenet, do_center_crop: true, size: square(224), crop_size: square(224) }, usual],
  // int(edge / crop_pct), whatever the edge.
  [{ feature_extractor_type: 'PoolFormerFeatureExtractor', ...imagenet, crop_pct: 0.9, size: 224 }, `fit=shorter;resize=248;${usual}`],
  [{ image_processor_type: 'PoolFormerImageProcessor', ...imagenet, crop_pct: 0.95, size: square(384), crop_size: square(384) }, `fit=shorter;resize=404;${usual}`],
  // size / crop_size of the shorter side is cut out, and becomes size.
  [{ feature_extractor_type: 'PerceiverFeatureExtractor', ...imagenet, do_center_crop: true, crop_size: 256, size: 224 }, `fit=shorter;resize=256;${usual}`],
  [{ feature_extractor_type: 'DeiTFeatureExtractor', ...imagenet, do_center_crop: true, crop_size: 224, size: 256 }, `fit=shorter;resize=256;${usual}`, /a crop after stretching/],
  [{ feature_extractor_type: 'DeiTFeatureExtractor', ...imagenet, do_center_crop: true, crop_size: 224, size: 224 }, usual],
  [{ ...imagenet, do_center_crop: true, size: [224, 224], crop_size: [224, 224] }, usual],
  [{ feature_extractor_type: 'BeitFeatureExtractor', ...standard, do_center_crop: false, crop_size: 224, size: 224 }, half],
  [{ feature_extractor_type: 'MobileNetV1FeatureExtractor', ...standard, do_center_crop: true, size: 256, crop_size: 224 }, `fit=shorter;resize=256;${half}`],
  // What is not stated of the numbers is the default of the class.
  [{ image_processor_type: 'ViTImageProcessor', do_resize: true, do_normalize: true, size: 224 }, half],
  [{ image_processor_type: 'ViTImageProcessorFast', size: square(224), image_mean: null }, half],
  [{ image_processor_type: 'SiglipImageProcessor', size: square(224) }, `filter=bicubic;${half}`],
  [{ image_processor_type: 'PvtImageProcessor', size: square(224) }, usual],
  [{ image_processor_type: 'CLIPImageProcessor', size: 224, crop_size: 224 }, 'fit=shorter;filter=bicubic;resize=224;mean=0.4814547,0.4578275,0.4082107;std=0.2686295,0.2613026,0.2757771'],
  [{ image_processor_type: 'MobileNetV2ImageProcessor', size: edge(256), image_std: null, do_center_crop: true, crop_size: square(224) }, `fit=shorter;resize=256;${half}`],
  [{ feature_extractor_type: 'MobileViTFeatureExtractor', size: 288, do_center_crop: true, crop_size: 256 }, 'channels=bgr;fit=shorter;resize=288'],
  [{ image_processor_type: 'EfficientNetImageProcessor', size: square(346), resample: 0 }, 'filter=nearest;mean=0.5;std=0.25'],
  [{ image_processor_type: 'EfficientNetImageProcessor', ...standard, size: square(224), do_normalize: false }, 'std=0.5'],
  [{ image_processor_type: 'ViTImageProcessor', size: square(224), do_normalize: null }, ''],
  [{ image_processor_type: 'ViTImageProcessor' }, half, /states no size/],
  [{ ...standard, size: square(224), resample: 'bicubic' }, `filter=bicubic;${half}`],
  // What a recipe cannot say.
  [{ ...standard, size: square(224), resample: 1 }, `filter=bicubic;${half}`, /the filter lanczos, which a recipe cannot say/],
  [{ ...standard, size: square(224), resample: 4 }, half, /the filter box/],
  [{ ...standard, size: square(224), resample: 5 }, half, /the filter hamming/],
  [{ ...standard, size: square(224), resample: 9 }, half, /the filter 9/],
  [{ ...standard, size: square(224), do_pad: true }, half, /do_pad/],
  [{ ...standard, size: { height: 224, width: 192 }, do_center_crop: true, crop_size: square(192) }, half, /a crop after stretching/],
  [{ ...standard, size: edge(224), do_center_crop: true, crop_size: square(256) }, `fit=shorter;resize=256;${half}`, /a border/],
  [{ ...standard, size: edge(224), do_center_crop: false }, `fit=shorter;resize=224;${half}`, /no crop/],
  [{ ...standard, size: { shortest_edge: 224, longest_edge: 300 }, do_center_crop: true, crop_size: 224 }, `fit=shorter;resize=224;${half}`, /longest_edge/],
  [{ ...standard, size: 256, do_center_crop: true, crop_size: 224 }, `fit=shorter;resize=256;${half}`, /its processor is not known here/],
  [{ ...standard, size: { longest_edge: 224 } }, half, /states no size/],
  [{ ...standard, do_resize: false }, half, /no resizing/],
  [{ image_processor_type: 'OtherImageProcessor', ...standard, size: square(224) }, half, /its processor is not known here/],
  [{ do_normalize: true, size: square(224) }, '', /no mean or no deviation/],
  [{ image_mean: 0.5, size: square(224) }, 'mean=0.5', /no mean or no deviation/],
];

/** @param {Record<string, any>} config @returns {Recipe} */
function checked(config, text = '', note = /^$/) {
  const found = fromPreprocessor(config);
  assert.ok(found?.recipe, JSON.stringify(config));
  const said = formatRecipe(found.recipe).replaceAll(/(\d\.\d{3})\d+/g, '$1');
  assert.equal(said, text.replaceAll(/(\d\.\d{3})\d+/g, '$1'), JSON.stringify(config));
  assert.equal(found.notes.length, note.source === '^$' ? 0 : 1, `${JSON.stringify(config)}: ${found.notes}`);
  assert.match(found.notes.join(), note);
  return found.recipe;
}

test('recipes take the values from where transformers.js takes them', async () => {
  for (const [config, text] of FILES) {
    const recipe = checked(config, text);
    const Processor = /** @type {any} */ (transformers)[config.image_processor_type ?? config.feature_extractor_type];
    assert.ok(Processor, JSON.stringify(config));
    const { pixel_values: { dims, data } } = await new Processor(config)([picture]);
    const side = dims[2];
    for (const channel of [0, 1, 2]) {
      for (const [x, y] of [[1, 1], [side - 2, 1], [1, side - 2], [side - 2, side - 2], [side >> 1, side >> 1]]) {
        const theirs = data[(channel * side + y) * side + x];
        const step = (recipe.scale ?? 1 / 255) / (recipe.std?.[channel] ?? recipe.std?.[0] ?? 1);
        const apart = Math.abs(theirs - valueAt(recipe, side, channel, x, y)) / step;
        assert.ok(apart < 3, `${apart} of 255 apart at ${channel}, ${x}, ${y}: ${JSON.stringify(config)}`);
      }
    }
  }
});

test('recipes of classes that Python alone has, of defaults, and of what a recipe cannot say', () => {
  for (const [config, text, note] of PYTHON) checked(config, text, note);
});

test('a file with a number that no picture can have gives no recipe, and says which', () => {
  /** @type {[object, string][]} */
  const wrong = [
    [{ size: edge(-5) }, 'size'], [{ size: edge(0) }, 'size'], [{ size: edge(224.5) }, 'size'], [{ size: edge(1e308) }, 'size'],
    [{ size: 9000 }, 'size'], [{ size: [224, -1] }, 'size'], [{ size: true }, 'size'], [{ size: { height: [224], width: [224] } }, 'size'],
    [{ crop_size: '224' }, 'crop_size'], [{ image_std: [0] }, 'image_std'], [{ image_std: [-0.5, 0.5, 0.5] }, 'image_std'],
    [{ image_mean: [0.5, 0.5] }, 'image_mean'], [{ image_mean: [Infinity] }, 'image_mean'], [{ rescale_factor: 0 }, 'rescale_factor'],
    [{ crop_pct: 0 }, 'crop_pct'], [{ crop_pct: 2 }, 'crop_pct'], [{ do_normalize: 'false' }, 'do_normalize'], [{ do_resize: 0 }, 'do_resize'],
  ];
  for (const [change, field] of wrong) {
    const found = fromPreprocessor({ ...standard, size: 224, ...change });
    assert.equal(found?.recipe, undefined, JSON.stringify(change));
    assert.match(String(found?.notes), new RegExp(`^preprocessor_config.json is left out: its ${field} cannot be `), JSON.stringify(change));
  }
});
