// What a model of one's own brings along: labels in their forms, recipes as hubs and exporters write them,
// and the guess where there is none.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openExtents, openSides } from '../../web/app/own/extents.js';
import { guessRecipe as guess, pictureInput } from '../../web/extras/guess.js';
import { fromConfig, fromMetadata, fromTimm } from '../../web/extras/hub.js';
import { classCount, labelsFit, parseLabels } from '../../web/extras/labels.js';
import { fromPreprocessor } from '../../web/extras/processors.js';
import { pythonValue } from '../../web/extras/json.js';
import {
  PRESETS, formatRecipe, numbers, parseRecipe, plainRecipe, presetOf,
} from '../../web/extras/recipe.js';
import { forget, keyOf, recall, remember, remembered } from '../../web/app/own/remembered.js';

/** As text, which is easier to read. @param {import('../../web/extras/finding.js').Finding | undefined} finding */
const text = (finding) => (finding?.recipe ? formatRecipe(finding.recipe) : undefined);

test('labels are read in every form that people have them in', () => {
  /** @type {[string, string[]][]} */
  const forms = [
    ['cat\ndog\n', ['cat', 'dog']],
    ['\uFEFFcat\r\ndog', ['cat', 'dog']],
    ['0: cat\n1: dog', ['cat', 'dog']],
    ['0 cat\n1 hot dog', ['cat', 'hot dog']],
    ['0,cat\n1,dog', ['cat', 'dog']],
    ["0:'cat'\n1:'dog'", ['cat', 'dog']],
    ['7\n3', ['7', '3']],
    ['101 dalmatians\n1 cat', ['101 dalmatians', '1 cat']],
    ['n01440764 tench, Tinca tinca\nn01443537 goldfish', ['tench, Tinca tinca', 'goldfish']],
    ['["cat", "dog"]', ['cat', 'dog']],
    ['[["n01440764", "tench"], ["n01443537", "goldfish"]]', ['tench', 'goldfish']],
    ['{"0": "cat", "1": "dog"}', ['cat', 'dog']],
    ['{"1": "dog", "0": "cat"}', ['cat', 'dog']],
    ['{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}', ['tench', 'goldfish']],
    ['{"cat": 0, "dog": 1}', ['cat', 'dog']],
    ['{"id2label": {"0": "cat", "1": "dog"}}', ['cat', 'dog']],
    ['{"labels": ["cat", "dog"]}', ['cat', 'dog']],
    ['[{"name": "cat"}, {"name": "dog"}]', ['cat', 'dog']],
  ];
  for (const [file, names] of forms) assert.deepEqual(parseLabels(file), names, file);
});

test('what holds no labels says so', () => {
  assert.throws(() => parseLabels(' \n'), /is empty/);
  assert.throws(() => parseLabels('{"0": "cat"'), /not valid JSON/);
  assert.deepEqual(parseLabels('one\rtwo\rthree'), ['one', 'two', 'three'], 'old ends of line');
  const begin = performance.now();
  const spaces = `1${' '.repeat(20_000)}a\u2028b`;
  assert.deepEqual(parseLabels(`0 zero\n${spaces}`), ['zero', 'a\u2028b']);
  pythonValue(`"${'\\"'.repeat(200_000)}`);
  assert.ok(performance.now() - begin < 2000, 'no text takes long');
  assert.throws(() => parseLabels('{"0": "cat", "2": "dog"}'), /holds no labels/);
  assert.throws(() => parseLabels('{"0": {"a": 1}}'), /holds no labels/);
  assert.throws(() => parseLabels('[]'), /holds no labels/);
});

test('names fit as many classes; one number has one name or two', () => {
  assert.deepEqual([[1, 10], ['batch', 10], [-1, 10], [1], [], undefined, ['batch', 'classes'], [1, 10, -1]]
    .map((shape) => classCount(shape)), [10, 10, 10, 1, 1, 1, 0, 0]);
  const taken = (/** @type {number} */ classes) => [1, 2, 3, 10].filter((names) => labelsFit(names, classes));
  assert.deepEqual([taken(1), taken(2), taken(3), taken(0)], [[1, 2], [2], [3], [1, 2, 3, 10]]);
});

test('recipes survive being read and written', () => {
  for (const recipe of [
    '', 'channels=bgr', 'fit=shorter;resize=256;mean=0.485,0.456,0.406;std=0.229,0.224,0.225',
    'channels=gray;fit=foreground;box=20;mean=0.13;std=0.31', 'fit=letterbox;fill=114', 'scale=1;mean=127;std=128',
    'filter=bicubic;scores=sigmoid', 'channels=gray;fit=foreground;box=28;exact=keep;mean=0.29;std=0.35',
  ]) assert.equal(formatRecipe(parseRecipe(recipe)), recipe);
  assert.equal(formatRecipe(parseRecipe('scale=0.00392156862745098;mean=0.5,0.5,0.5\nstd = 0.5')), 'mean=0.5;std=0.5');
  assert.equal(formatRecipe(parseRecipe('scale=1;mean=128'), { bytes: true }), 'mean=128');
  assert.equal(formatRecipe({ ...plainRecipe(), resize: 256, box: 3 }), '', 'they belong to other ways to fit');
  assert.throws(() => parseRecipe('blur=3'), /no 'blur'/);
  assert.throws(() => parseRecipe('mean=a'), /mean is no number/);
  assert.throws(() => parseRecipe('stretch'), /no '='/);
  assert.equal(numbers('1,,2'), undefined);
  assert.deepEqual(numbers('1, 2.5'), [1, 2.5]);
});

test('every preset is known again', () => {
  for (const [name, preset] of Object.entries(PRESETS)) {
    const recipe = parseRecipe(formatRecipe({ ...plainRecipe(), ...preset }));
    assert.equal(presetOf(recipe), name);
  }
  assert.equal(presetOf(parseRecipe('mean=0.1')), undefined);
  assert.equal(presetOf(parseRecipe('scale=1;mean=103.939,116.779,123.68')), undefined, 'blue first is part of it');
  assert.equal(presetOf(plainRecipe(), { bytes: true }), 'bytes');
});

const rgb = { type: 'float32', width: 224, height: 224, channels: 3, layout: /** @type {const} */ ('NCHW') };
const normal = { do_normalize: true, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };

test("the preprocessor_config.json of image processors", () => {
  /** @type {[object, string][]} */
  const cases = [
    // ViT: stretched.
    [{ ...normal, do_resize: true, resample: 2, size: { height: 224, width: 224 }, rescale_factor: 1 / 255 }, 'mean=0.5;std=0.5'],
    [{ ...normal, do_resize: true, resample: 2, size: 224 }, 'mean=0.5;std=0.5'],
    // ConvNeXT and ResNet: the shorter side to 224 / 0.875, cut; from 384 on stretched.
    [{ ...normal, size: { shortest_edge: 224 }, crop_pct: 0.875, resample: 3 }, 'fit=shorter;filter=bicubic;resize=256;mean=0.5;std=0.5'],
    [{ ...normal, size: { shortest_edge: 384 }, crop_pct: 0.875, resample: 3 }, 'filter=bicubic;mean=0.5;std=0.5'],
    // MobileNet and CLIP.
    [{ ...normal, size: { shortest_edge: 256 }, do_center_crop: true, crop_size: { height: 224, width: 224 } }, 'fit=shorter;resize=256;mean=0.5;std=0.5'],
    [{ ...normal, size: 224, do_center_crop: true, crop_size: 224, resample: 3 }, 'fit=shorter;filter=bicubic;resize=224;mean=0.5;std=0.5'],
    // EfficientNet: an offset of 1 before the normalisation.
    [{ size: { height: 346, width: 346 }, resample: 0, rescale_offset: true, do_normalize: false, image_mean: [0.4, 0.4, 0.4] }, 'filter=nearest;mean=1'],
    [{ do_normalize: false, do_rescale: false, size: { height: 9, width: 9 } }, 'scale=1'],
    // MobileViT: blue first.
    [{ do_flip_channel_order: true, do_resize: true, size: { shortest_edge: 288 }, do_center_crop: true, crop_size: { height: 256, width: 256 } }, 'channels=bgr;fit=shorter;resize=288'],
  ];
  for (const [config, recipe] of cases) assert.equal(text(fromPreprocessor(config)), recipe, JSON.stringify(config));
  const deit = fromPreprocessor({ ...normal, size: { height: 256, width: 256 }, do_center_crop: true, crop_size: 224 });
  assert.equal(text(deit), 'fit=shorter;resize=256;mean=0.5;std=0.5');
  assert.match(String(deit?.notes), /a crop after stretching/);
  assert.match(String(fromPreprocessor({ ...normal, resample: 1 })?.notes), /lanczos/);
  assert.equal(fromPreprocessor({ id2label: {} }), undefined);
});

test('fields that should be numbers and are not are named, and the guess takes their place', () => {
  const json = (/** @type {object} */ config, name = 'preprocessor_config.json') => [{ name, text: JSON.stringify(config) }];
  const usual = formatRecipe(guess({ metadata: {}, input: rgb, classes: 10 }).recipe);
  for (const config of [
    { image_mean: ['0.5', '0.5', '0.5'] }, { image_mean: [0.5], image_std: [null] }, { image_mean: [] }, { image_mean: { r: 1 } },
    { do_rescale: true, rescale_factor: [1] }, { size: { shortest_edge: '224' } }, { size: 224, crop_size: 'x' }, { size: 9, crop_pct: '1' },
  ]) {
    const found = guess({ metadata: {}, input: rgb, classes: 10, files: json(config) });
    assert.deepEqual([found.certain, formatRecipe(found.recipe)], [false, usual], JSON.stringify(config));
    assert.match(found.notes.join(), /^preprocessor_config.json is left out: its (image_mean|image_std|rescale_factor|size|crop_size|crop_pct) cannot be/);
  }
  const timm = { input_size: [3, 224, 224], mean: ['a'], std: [1] };
  assert.match(guess({ metadata: { pretrained_cfg: JSON.stringify(timm) }, input: rgb, classes: 10 }).notes.join(), /timm's pretrained_cfg is left out: its mean cannot be Array/);
  for (const resample of ['constructor', '__proto__', {}, 9]) {
    assert.equal(fromPreprocessor({ do_resize: true, resample })?.recipe?.filter, 'bilinear');
  }
  assert.equal(fromTimm({ ...timm, mean: [0], interpolation: 'constructor' })?.recipe?.filter, 'bilinear');
  assert.equal(text(fromPreprocessor({ image_mean: 0.5, image_std: 0.5 })), 'mean=0.5;std=0.5', 'one number for all channels');
});

test("timm's pretrained_cfg, and names of config.json", () => {
  const config = { input_size: [3, 224, 224], interpolation: 'bicubic', crop_pct: 0.95, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
  assert.equal(text(fromTimm(config)), 'fit=shorter;filter=bicubic;resize=235;mean=0.485,0.456,0.406;std=0.229,0.224,0.225');
  const plain = { ...config, mean: [0, 0, 0], std: [1, 1, 1] };
  /** @type {[object, string, RegExp?][]} */
  const ways = [
    [{ ...plain, crop_mode: 'squash', interpolation: 'bilinear', crop_pct: 1 }, ''],
    [{ ...plain, crop_mode: 'squash', interpolation: 'bilinear' }, '', /a crop after stretching/],
    [{ ...plain, crop_mode: 'border', crop_pct: 1 }, 'fit=letterbox;filter=bicubic'],
    [{ ...config, mean: [0.3, 0.5, 0.1], crop_mode: 'border', crop_pct: 1 }, 'fit=letterbox;filter=bicubic;fill=77,128,26;mean=0.3,0.5,0.1;std=0.229,0.224,0.225'],
    [{ ...plain, crop_mode: 'border' }, 'fit=letterbox;filter=bicubic', /a crop after stretching/],
    [{ ...plain, interpolation: 'lanczos' }, 'fit=shorter;filter=bicubic;resize=235', /the filter lanczos/],
    [{ ...plain, input_size: [3, 224, 320], crop_pct: 1 }, 'fit=shorter;filter=bicubic;resize=320', /no square/],
    [{ ...plain, std: undefined }, 'fit=shorter;filter=bicubic;resize=235;std=0.229,0.224,0.225'],
    [{ ...plain, crop_pct: null }, 'fit=shorter;filter=bicubic;resize=256'],
  ];
  for (const [cfg, recipe, note = /^$/] of ways) {
    const found = fromTimm(cfg);
    assert.equal(text(found), recipe, JSON.stringify(cfg));
    assert.match(String(found?.notes), note, JSON.stringify(cfg));
  }
  for (const wrong of [{ input_size: [3, -1, 224] }, { input_size: [3, '224', 224] }, { std: [0] }, { mean: [0, 0] }, { crop_pct: -1 }, { crop_pct: 2 }]) {
    const found = fromTimm({ ...config, ...wrong });
    assert.deepEqual([found?.recipe, found?.notes.length], [undefined, 1], JSON.stringify(wrong));
  }
  const both = fromConfig({ architecture: 'x', label_names: ['cat', 'dog'], pretrained_cfg: config });
  assert.deepEqual(both?.labels, ['cat', 'dog']);
  assert.match(String(text(both)), /resize=235/);
  assert.deepEqual(fromConfig({ id2label: { 0: 'cat', 1: 'dog' }, label2id: { cat: 0, dog: 1 } })?.labels, ['cat', 'dog']);
  assert.equal(fromConfig({ hidden_size: 3 }), undefined);
});

test('the metadata of Ultralytics', () => {
  const metadata = { names: "{0: 'tench', 1: \"jack-o'-lantern\", 2: 'a: b, c'}", imgsz: '[224, 224]', task: 'classify', stride: '1' };
  const found = fromMetadata(metadata);
  assert.deepEqual(found?.labels, ['tench', "jack-o'-lantern", 'a: b, c']);
  assert.equal(text(found), 'fit=shorter;resize=224');
  assert.match(String(fromMetadata({ ...metadata, task: 'detect' })?.notes), /made to detect/);
  assert.equal(fromMetadata({ names: 'x' }), undefined);
  // Python's escapes.
  const escaped = "{0: 'x\\ny', 1: '\\xe9\\u00e9\\U0001f600', 2: 'it\\'s', 3: 'a\\\\nb', 4: '\\t\\q'}";
  assert.deepEqual(fromMetadata({ ...metadata, names: escaped })?.labels, ['x\ny', '\u00e9\u00e9\u{1F600}', "it's", 'a\\nb', '\t\\q']);
  assert.deepEqual(fromMetadata({ ...metadata, names: '["a\\/b", "\\ud83d\\ude00"]' })?.labels, ['a/b', '\u{1F600}'], 'JSON has its own');
  // YOLOv5 writes no more than these two, and takes ImageNet's mean off.
  assert.equal(text(fromMetadata({ names: "{0: 'a'}", stride: '1' })), 'fit=shorter;mean=0.485,0.456,0.406;std=0.229,0.224,0.225');
  assert.equal(text(fromMetadata({ ...metadata, imgsz: '[224, 320]' })), '', 'torchvision stretches to two sides');
  assert.equal(text(fromMetadata({ ...metadata, imgsz: '320' })), 'fit=shorter;resize=320');
  assert.deepEqual(fromMetadata({ ...metadata, imgsz: '[224, 224]' })?.notes, []);
  for (const imgsz of [`[${'1,'.repeat(300_000)}1]`, `${'['.repeat(50_000)}${']'.repeat(50_000)}`, '[-5, -5]', '0', '[1.5]', 'x', '[]']) {
    const odd = fromMetadata({ ...metadata, imgsz });
    assert.deepEqual([text(odd), odd?.labels?.length], ['fit=shorter', 3], imgsz.slice(0, 20));
    assert.match(String(odd?.notes), /its imgsz cannot be /, imgsz.slice(0, 20));
  }
  guess({ metadata: { ...metadata, imgsz: `[${'1,'.repeat(300_000)}1]` }, input: rgb, classes: 3 });
  assert.deepEqual(pythonValue("(1, 'a', True, None,)"), [1, 'a', true, null]);
  assert.equal(pythonValue('__import__("os")'), undefined);
});

test('without any word, the input decides, and the guess says so', () => {
  const of = (/** @type {object} */ change, classes = 1000) => {
    const { recipe, certain, reason } = guess({ metadata: {}, input: { ...rgb, ...change }, classes });
    assert.equal(certain, false);
    assert.ok(reason);
    return formatRecipe(recipe, { bytes: /** @type {any} */ (change).type === 'uint8' });
  };
  assert.equal(of({}), 'fit=shorter;resize=256;mean=0.485,0.456,0.406;std=0.229,0.224,0.225');
  assert.equal(of({ width: 299, height: 299 }), 'fit=shorter;resize=342;mean=0.485,0.456,0.406;std=0.229,0.224,0.225');
  assert.equal(of({ layout: 'NHWC' }), 'fit=shorter;resize=256;mean=0.5;std=0.5');
  const keras = guess({ metadata: {}, input: { ...rgb, layout: 'NHWC' }, classes: 1000, rescales: true });
  assert.equal(formatRecipe(keras.recipe), 'fit=shorter;resize=256;scale=1');
  assert.match(keras.reason, /scales pixels itself/);
  assert.equal(of({ type: 'uint8' }), '');
  assert.equal(of({ channels: 1, width: 28, height: 28 }, 10), 'channels=gray;fit=foreground;box=20');
  assert.equal(of({ channels: 1 }, 10), 'channels=gray');
  assert.equal(of({ width: 32, height: 32 }, 10), '');
});

test('what is stated comes before what is guessed, and fits the input', () => {
  const files = [
    { name: 'config.json', text: '{"id2label": {"0": "cat", "1": "dog"}}' },
    { name: 'preprocessor_config.json', text: JSON.stringify({ ...normal, size: { shortest_edge: 200 }, do_center_crop: true, crop_size: 200 }) },
  ];
  const found = guess({ metadata: {}, input: rgb, classes: 2, files });
  assert.equal(found.certain, true);
  assert.equal(found.reason, 'preprocessor_config.json');
  assert.equal(formatRecipe(found.recipe), 'fit=shorter;resize=224;mean=0.5;std=0.5', 'a crop cannot be larger than the picture');
  assert.deepEqual(found.labels, ['cat', 'dog']);
  const own = guess({ metadata: { 'gossamer.recipe': 'scale=1' }, input: rgb, classes: 2, files });
  assert.equal(formatRecipe(own.recipe), 'scale=1');
  assert.deepEqual(own.labels, ['cat', 'dog']);
  const gray = guess({ metadata: {}, input: { ...rgb, channels: 1 }, classes: 2, files });
  assert.equal(formatRecipe(gray.recipe), 'channels=gray;fit=shorter;resize=224;mean=0.5;std=0.5');
  const lines = guess({ metadata: {}, input: rgb, classes: 2, files: [{ name: 'labels.txt', text: 'a\nb' }] });
  assert.deepEqual([lines.labels, lines.labelsReason], [['a', 'b'], 'labels.txt']);
  const unread = [
    ['config.json', '{', /^config\.json is left out: it is not valid JSON/], ['labels.txt', ' ', /^labels\.txt is left out: the file with labels is empty/],
    ['deep.json', `${'{"labels":'.repeat(1e5)}1${'}'.repeat(1e5)}`, /^deep\.json is left out: it holds neither/],
    ['none.json', '{"a": 1}', /^none\.json is left out: it holds neither/],
    ['gaps.json', '{"id2label": {"0": "a", "2": "b"}}', /^gaps\.json is left out/],
  ];
  for (const [name, text, note] of /** @type {[string, string, RegExp][]} */ (unread)) {
    const { notes, labels } = guess({ metadata: {}, input: rgb, classes: 2, files: [{ name, text }, { name: 'labels.txt', text: 'one\ntwo' }] });
    assert.match(notes[0] ?? '', note);
    assert.deepEqual(labels, ['one', 'two'], 'what can be read is');
  }
});

test('the input for pictures is found by its shape', () => {
  const of = (/** @type {number[][]} */ ...shapes) => {
    const input = pictureInput(shapes.map((shape) => ({ type: 'float32', shape })));
    return input && `${input.layout} ${input.channels} ${input.width}x${input.height}`;
  };
  assert.equal(of([1, 3, 224, 320]), 'NCHW 3 320x224');
  assert.equal(of([1, 224, 320, 3]), 'NHWC 3 320x224');
  assert.equal(of([1], [-1, 1, 28, 28]), 'NCHW 1 28x28');
  assert.equal(of([-1, 3, -1, -1]), 'NCHW 3 224x224');
  assert.equal(of([28, 28, 1]), 'NHWC 1 28x28');
  assert.equal(of([1, 512]), undefined);
});

test('open channels are three and a batch is one, whatever they are called', () => {
  const of = (/** @type {(number | string)[]} */ ...shape) => openExtents({ name: 'x', shape }, 224);
  assert.deepEqual(of('batch_size', 'num_channels', 'height', 'width'), { num_channels: 3, height: 224, width: 224 });
  assert.deepEqual(of(-1, -1, -1, -1), { 'x.1': 3, 'x.2': 224, 'x.3': 224 });
  assert.deepEqual(of('batch', 'height', 'width', 'channels'), { height: 224, width: 224, channels: 3 });
  assert.deepEqual(of('batch', 'height', 'width', 3), { height: 224, width: 224 });
  assert.deepEqual(of('N', 'H', 'W', 'C'), { H: 224, W: 224, C: 3 });
  assert.deepEqual(of('batch', 3, 'height', 'width'), { height: 224, width: 224 });
  assert.deepEqual(of(1, 'num_channels', 32, 32), { num_channels: 3 });
  assert.deepEqual(of(1, 'batch', 'height', 'width', 3), { batch: 1, height: 224, width: 224 });
  assert.deepEqual(of(1, 3, 224, 224), {});
  assert.deepEqual(openSides({ name: 'x', shape: ['batch_size', 'num_channels', 'height', 'width'] }), ['height', 'width']);
  assert.deepEqual(openSides({ name: 'x', shape: [1, 'num_channels', 32, 32] }), []);
});

test('what was settled for a model is remembered, listed and forgotten', () => {
  const items = new Map();
  const storage = /** @type {Storage} */ (/** @type {any} */ ({
    get length() { return items.size; },
    key: (/** @type {number} */ i) => [...items.keys()][i],
    getItem: (/** @type {string} */ key) => items.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => {
      if (value.length > 500) throw new Error('QuotaExceededError');
      items.set(key, value);
    },
    removeItem: (/** @type {string} */ key) => items.delete(key),
  }));
  const settled = { title: 'mine.onnx', recipe: 'scale=1', labels: ['a'], bytes: 9, date: '2026-11-27' };
  storage.setItem('other', 'x');
  assert.ok(remember('abc', settled, storage));
  assert.deepEqual(recall('abc', storage), settled);
  assert.deepEqual(remembered(storage), [{ key: 'abc', settled }]);
  assert.equal(remember('big', { ...settled, labels: Array(200).fill('name') }, storage), false);
  forget('abc', storage);
  assert.equal(recall('abc', storage), undefined);
  items.set('gossamer.own.broken', '{');
  items.set('gossamer.own.other', '{"recipe": 3}');
  assert.deepEqual(remembered(storage), []);
});

test('without digests nothing is remembered: a name and a size do not tell models apart', async (context) => {
  const real = globalThis.crypto;
  const put = (/** @type {unknown} */ value) => Object.defineProperty(globalThis, 'crypto', { configurable: true, value });
  assert.notEqual(await keyOf(new Blob(['a'])), await keyOf(new Blob(['b'])));
  put({});
  context.after(() => put(real));
  const key = await keyOf(new Blob(['a']));
  let written = 0;
  const storage = /** @type {Storage} */ (/** @type {any} */ ({
    setItem: () => { written += 1; }, getItem: () => '{"recipe": "scale=1", "date": "2026-11-27"}',
  }));
  assert.equal(remember(key, { title: 'a', recipe: 'scale=1', bytes: 1, date: '2026-11-27' }, storage), false);
  assert.deepEqual([written, recall(key, storage)], [0, undefined]);
});
