// Recipes by name and out of files, and class names out of all that they are kept in, as an app asks for them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { parseLabels } from '../../web/extras/labels.js';
import { readConfig, recipeFor } from '../../web/extras/named.js';
import { labelsFrom } from '../../web/extras/sources.js';

const UNIT = 'scale=0.00392156862745098';
const IMAGENET = `${UNIT};mean=0.485,0.456,0.406;std=0.229,0.224,0.225`;

test('recipes by name state all that they mean, the scale among it', () => {
  /** @type {[string, string][]} */
  const named = [
    ['imagenet', `fit=shorter;resize=256;${IMAGENET}`],
    ['torchvision', `fit=shorter;resize=256;${IMAGENET}`],
    [' ImageNet ', `fit=shorter;resize=256;${IMAGENET}`],
    ['caffe', 'channels=bgr;scale=1;mean=103.939,116.779,123.68'],
    ['keras', 'channels=bgr;scale=1;mean=103.939,116.779,123.68'],
    ['mobilenet-tf', `fit=shorter;resize=256;${UNIT};mean=0.5;std=0.5`],
    ['ultralytics', `fit=shorter;resize=224;${UNIT}`],
    ['unit', UNIT], ['signed', `${UNIT};mean=0.5;std=0.5`], ['bytes', 'scale=1'],
  ];
  for (const [name, recipe] of named) assert.equal(recipeFor(name), recipe, name);
  assert.equal(Number(UNIT.slice(6)), 1 / 255);
  assert.equal(recipeFor('imagenet', { size: 299 }), `fit=shorter;resize=342;${IMAGENET}`);
  assert.equal(recipeFor('ultralytics', { size: 640 }), `fit=shorter;resize=640;${UNIT}`);
  for (const name of ['image-net', 'constructor', '__proto__', '']) {
    assert.throws(() => recipeFor(name), { code: 'ARGUMENT', attribute: 'recipe', expected: /imagenet.*bytes/ }, name);
  }
  assert.throws(() => recipeFor('imagenet', { size: 0.5 }), { code: 'ARGUMENT', attribute: 'size' });
});

const preprocessor = {
  do_resize: true, size: { shortest_edge: 256 }, resample: 3, do_center_crop: true, crop_size: { height: 224, width: 224 },
  image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5],
};
const timm = { architecture: 'x', label_names: ['cat', 'dog'], pretrained_cfg: { input_size: [3, 288, 288], crop_pct: 0.95, mean: [0, 0, 0], std: [1, 1, 1], interpolation: 'bicubic' } };
const ultralytics = { names: "{0: 'cat', 1: 'dog'}", imgsz: '[320, 320]', task: 'classify', stride: '1' };

test('recipes out of the files beside models, as objects and as text', () => {
  const vit = `fit=shorter;filter=bicubic;resize=256;${UNIT};mean=0.5;std=0.5`;
  for (const config of [preprocessor, JSON.stringify(preprocessor), `\n ${JSON.stringify(preprocessor)}`]) assert.equal(recipeFor(config), vit);
  assert.equal(recipeFor(preprocessor, { size: 384 }), vit.replace('256', '384'), 'a crop cannot be larger than the picture');
  assert.equal(recipeFor(timm), `fit=shorter;filter=bicubic;resize=303;${UNIT}`);
  assert.equal(recipeFor(ultralytics), `fit=shorter;resize=320;${UNIT}`);
  assert.equal(recipeFor({ labels: ['a'], tmVersion: '2' }), `fit=shorter;${UNIT};mean=0.5;std=0.5`);
  assert.equal(recipeFor({ 'gossamer.recipe': 'mean=0.1', ...ultralytics }), 'mean=0.1');
  assert.deepEqual(readConfig(timm), {
    recipe: `fit=shorter;filter=bicubic;resize=303;${UNIT}`, labels: ['cat', 'dog'], source: "timm's pretrained_cfg", notes: [],
  });
  const lanczos = readConfig({ ...preprocessor, resample: 1 });
  assert.deepEqual([lanczos.source, lanczos.notes.length], ['preprocessor_config.json', 1]);
  assert.match(lanczos.notes[0], /lanczos/);
  const names = readConfig({ id2label: { 0: 'cat', 1: 'dog' } });
  assert.deepEqual([names.recipe, names.labels], [null, ['cat', 'dog']]);
  assert.deepEqual(readConfig({ hidden_size: 3 }), { recipe: null, labels: null, source: 'nothing that is known', notes: [] });
});

test('what states no recipe, or a wrong one, is refused', () => {
  const refused = { code: 'ARGUMENT' };
  assert.throws(() => recipeFor({ id2label: { 0: 'cat' } }), { ...refused, attribute: 'recipe', got: 'config.json' });
  assert.throws(() => recipeFor({ ...preprocessor, image_mean: ['0.5'] }), { ...refused, message: /preprocessor_config.json is left out: its image_mean cannot be Array/ });
  assert.throws(() => recipeFor('{"size":'), { ...refused, message: /not valid JSON/ });
  for (const nothing of [null, undefined, 7, [1]]) assert.throws(() => recipeFor(/** @type {any} */ (nothing)), refused, String(nothing));
});

test('a file, its bytes, an answer and a promise are not taken for what they hold', () => {
  const file = new File([JSON.stringify(preprocessor)], 'preprocessor_config.json');
  for (const other of [file, new Response('{}'), file.text(), new Map([['size', 224]]), new Uint8Array(4), new URL('https://a'), ['a'], 7, '[1]', 'null', '"a"']) {
    const expected = { name: 'GossamerError', code: 'ARGUMENT', attribute: 'config', expected: /await file\.text\(\)/ };
    assert.throws(() => readConfig(/** @type {any} */ (other)), expected, String(other));
    if (typeof other !== 'string') assert.throws(() => recipeFor(/** @type {any} */ (other)), expected, String(other));
  }
  for (const text of [JSON.stringify(preprocessor), Object.assign(Object.create(null), preprocessor)]) {
    assert.equal(recipeFor(text), recipeFor(preprocessor));
    assert.equal(recipeFor(`\ufeff${JSON.stringify(preprocessor)}`), recipeFor(preprocessor), 'a mark of the encoding');
  }
});

test('options with a slip in them, or of another kind, are refused; null is none', () => {
  for (const call of [recipeFor, readConfig]) {
    const subject = call === recipeFor ? 'imagenet' : preprocessor;
    assert.deepEqual(call(subject, null), call(subject));
    assert.throws(() => call(subject, /** @type {any} */ ({ sise: 299 })), { code: 'ARGUMENT', attribute: 'sise', expected: 'size' });
    assert.throws(() => call(subject, /** @type {any} */ (299)), { code: 'ARGUMENT', attribute: 'options' });
    for (const size of [0.5, -1, 0, 9000, '224']) assert.throws(() => call(subject, /** @type {any} */ ({ size })), { code: 'ARGUMENT', attribute: 'size' }, String(size));
  }
});

test('no file ends in another error', () => {
  for (const key of ['labels', 'id2label', 'names']) {
    const text = `${`{"${key}":`.repeat(50_000)}1${'}'.repeat(50_000)}`;
    assert.equal(readConfig(text).recipe, null, key);
  }
  const { labels, notes } = readConfig({ names: "{0:'a'}", stride: '1', imgsz: `[${'1,'.repeat(300_000)}1]` });
  assert.deepEqual([labels, notes.length], [['a'], 1]);
  assert.equal(readConfig({ labels: [{ id: 1 }], tmVersion: '2' }).labels, null, 'objects are no names');
  /** @type {any} */
  let deep = [];
  for (let i = 0; i < 50_000; i += 1) deep = [deep];
  for (const config of [
    { size: deep }, { image_mean: deep }, { resample: deep, size: 3 }, { image_processor_type: deep }, { names: "{0:'a'}", imgsz: deep }, { names: "{0:'a'}", task: deep },
    { pretrained_cfg: { input_size: [3, 2, 2], mean: [0], interpolation: deep } }, { id2label: { 0: deep } }, { labels: deep, tmVersion: 1 },
    { label_names: [['n01440764', deep]] }, { label_names: [[deep, 'a']] }, { label_names: [{ id: deep, name: 'a' }] },
  ]) readConfig(config);
});

test('labels out of tables', () => {
  /** @type {[string, string[], string?][]} */
  const tables = [
    ['id,name\n0,cat\n1,dog', ['cat', 'dog']],
    ['name,id\r\ndog,1\r\ncat,0\r\n', ['cat', 'dog']],
    ['class_index;class_name\n1;dog\n0;cat', ['cat', 'dog']],
    ['index\tlabel\n0\tcat\n1\tdog', ['cat', 'dog']],
    ['label,name,colour\n1,dog,7\n0,cat,8', ['cat', 'dog']],
    ['ClassId,SignName\n0,"Speed limit, 20 km/h"\n1,"the ""other"" one"', ['Speed limit, 20 km/h', 'the "other" one'], 'signs.csv'],
    [',name\n1,dog\n0,cat', ['cat', 'dog']],
    ['filename,label\na.png,cat\nb.png,dog', ['cat', 'dog'], 'a.csv'],
    ['cat\ndog', ['cat', 'dog'], 'a.csv'],
    ['cat,0\ndog,1', ['cat', 'dog'], 'a.csv'],
    ['1,dog\n0,cat', ['cat', 'dog'], 'a.csv'],
    ['name\ncat\ndog', ['cat', 'dog'], 'a.csv'],
    ['id,name\n0,"two\nlines"\n1, padded ', ['two\nlines', 'padded'], 'a.CSV'],
    ['id,name\n0,5" disk\n1,dog', ['5" disk', 'dog']],
    ['0\tcat\n1\tdog', ['cat', 'dog'], 'a.tsv'],
    // No tables, though there are commas.
    ['tench, Tinca tinca\ngoldfish, Carassius auratus', ['tench, Tinca tinca', 'goldfish, Carassius auratus']],
    ['name tag\nid card', ['name tag', 'id card']],
  ];
  for (const [text, names, file] of tables) assert.deepEqual(parseLabels(text, file), names, text);
  /** @type {[string, RegExp][]} */
  const wrong = [
    ['a,b\nc,d', /no column of names can be told from others/],
    ['id,name\n1,cat\n2,dog', /not counted from 0/],
    ['id,name\n0,cat\n0,dog', /not counted from 0/],
    ['id,name\n0,cat\n1,', /has no name/],
    ['id,size\n0,1\n1,2', /no column of names/],
  ];
  for (const [text, reason] of wrong) assert.throws(() => parseLabels(text, 'a.csv'), { code: 'ARGUMENT', message: reason }, text);
});

test('labels out of texts, files, answers and objects', async () => {
  const expected = ['cat', 'dog'];
  const sources = [
    'cat\ndog', '["cat","dog"]', 'id,name\n1,dog\n0,cat', new Blob(['0: cat\n1: dog']), new File(['cat,0\ndog,1'], 'labels.csv'),
    new Response('{"id2label":{"0":"cat","1":"dog"}}'), expected, { 1: 'dog', 0: 'cat' }, { id2label: { 0: 'cat', 1: 'dog' } },
  ];
  for (const source of sources) assert.deepEqual(await labelsFrom(source), expected);
  for (const nothing of [null, 7, '', {}, [], { 1: 'dog' }, new Blob([])]) {
    await assert.rejects(labelsFrom(/** @type {any} */ (nothing)), { code: 'ARGUMENT', attribute: 'labels' }, JSON.stringify(nothing));
  }
});
