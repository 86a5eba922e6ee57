// Class names where order is easily lost, or where something else is taken for names: numbers that contradict the
// order, tables with awkward cells, dicts of Python, bytes, YAML, and answers that are none.
import assert from 'node:assert/strict';
import test from 'node:test';
import { parseLabels } from '../../web/extras/labels.js';
import { readConfig } from '../../web/extras/named.js';
import { labelsFrom } from '../../web/extras/sources.js';

const pair = ['cat', 'dog'];

/** @param {unknown} source @param {RegExp} message @param {string} [code] */
const refuses = (source, message, code = 'ARGUMENT') => assert.rejects(labelsFrom(/** @type {any} */ (source)),
  { name: 'GossamerError', code, message }, typeof source === 'string' ? source : String(message));

test('numbers that count decide, in objects and in lists', async () => {
  const folders = { 0: 0, 1: 1, 10: 2, 11: 3, 2: 4, 3: 5, 4: 6, 5: 7, 6: 8, 7: 9, 8: 10, 9: 11 };
  assert.deepEqual(await labelsFrom(folders), ['0', '1', '10', '11', '2', '3', '4', '5', '6', '7', '8', '9']);
  assert.deepEqual(await labelsFrom(JSON.stringify(folders)), await labelsFrom(folders));
  /** @type {[unknown, string[]][]} */
  const forms = [
    [{ 0: '1', 1: '0' }, ['1', '0']],
    [{ 0: 7, 1: 3 }, ['7', '3']],
    [{ label2id: { dog: 1, cat: 0 } }, pair],
    [{ id2label: { 1: 'dog', 0: 'cat' } }, pair],
    [[{ id: 1, name: 'dog' }, { id: 0, name: 'cat' }], pair],
    [[{ index: '1', label: 'dog' }, { index: '0', label: 'cat' }], pair],
    [[{ label: 1, name: 'dog' }, { label: 0, name: 'cat' }], pair],
    [[{ class_id: 1, class_name: 'dog' }, { class_id: 0, class_name: 'cat' }], pair],
    [{ categories: [{ supercategory: 'animal', id: 1, name: 'cat' }, { supercategory: 'animal', id: 3, name: 'dog' }] }, pair],
    [[{ id: 'n02', name: 'cat' }, { id: 'n01', name: 'dog' }], pair],
    [[{ name: 5 }, { name: 7 }], ['5', '7']],
    [[{ 'class name': 'cat' }, { 'class name': 'dog' }], pair],
    [[{ display_name: 'cat' }, { display_name: 'dog' }], pair],
    [[['n01440764', 'tench'], { label: 'goldfish' }, 3], ['tench', 'goldfish', '3']],
  ];
  for (const [source, names] of forms) assert.deepEqual(await labelsFrom(/** @type {any} */ (source)), names, JSON.stringify(source));
  await refuses([{ id: 2, name: 'dog' }, { id: 1, name: 'cat' }], /not counted from 0.*got 2, 1/);
  await refuses([{ id: 0, name: 'dog' }, { id: 0, name: 'cat' }], /not counted from 0/);
  await refuses([{ id: 0, name: 'dog' }, { id: 1 }], /a class has no name/);
  await refuses([{ a: 1 }], /no column of names/);
  assert.deepEqual(readConfig({ image_processor_type: 'ViTImageProcessor', size: 224, label_names: [{ id: 2, name: 'a' }, { id: 1, name: 'b' }] }).notes,
    ['the classes are not counted from 0'], 'a recipe is not lost for the labels');
});

test('numbered lines', () => {
  assert.deepEqual(parseLabels('1: dog\n0: cat'), pair);
  assert.deepEqual(parseLabels('1, dog\r\n0, cat'), pair);
  assert.deepEqual(parseLabels('10: ten\n1: one'), ['10: ten', '1: one']);
  assert.deepEqual(parseLabels('1 dog\n0 cat'), pair);
  assert.throws(() => parseLabels('cat\n\ndog'), { code: 'ARGUMENT', message: /an empty line among the labels.*after 'cat'/ });
  assert.deepEqual(parseLabels('\n\ncat\ndog\n\n'), pair, 'around them they say nothing');
});

test('tables with awkward cells', () => {
  /** @type {[text: string, names: string[], file?: string][]} */
  const tables = [
    ['id,name,note\n"0","cat",\n"1","dog",\n"2","eel",\n', ['cat', 'dog', 'eel']],
    ['"id","name","wordnet"\r\n"0","cat",\r\n"1","dog",\r\n', pair],
    ['id,name\n\n \n0,cat\n\n"1",dog\n', pair],
    ['index,label\n0,0\n1,1\n2,2', ['0', '1', '2']],
    ['index,label\n1,7\n0,9', ['9', '7']],
    ['0,"cat; domestic"\n1,"dog; wolf"', ['cat; domestic', 'dog; wolf'], 'a.csv'],
    ['0,cat; domestic\n1,dog; wolf', ['cat; domestic', 'dog; wolf'], 'a.csv'],
    ['id,"x;name"\n1,"q;dog"\n0,"p;cat"', ['p;cat', 'q;dog'], 'a.csv'],
    ['0;cat, domestic\n1;dog', ['cat, domestic', 'dog'], 'a.csv'],
    ['id,name\n1.0,dog\n0.0,cat', pair],
    ['id\tname\n0\t"big" cat\n1\tdog', ['"big" cat', 'dog'], 'a.tsv'],
    ['id,name\n0,"a ""b"", c"\n1,"d', ['a "b", c', '"d']],
    ['id,name\n0, "cat" \n1,\t"dog"', pair],
  ];
  for (const [text, names, file] of tables) assert.deepEqual(parseLabels(text, file), names, text);
  for (const text of ['id,name\n-1,cat\n0,dog', 'id,name\n0.5,cat\n1,dog', 'id,name\n1,cat\n2,dog']) {
    assert.throws(() => parseLabels(text), { code: 'ARGUMENT', message: /not counted from 0/ }, text);
  }
  assert.throws(() => parseLabels(`a${',b'.repeat(300)}`, 'a.csv'), { code: 'ARGUMENT', message: /no column of names/ });
  assert.deepEqual(parseLabels(`id,name${',b'.repeat(300)}\n1,dog\n0,cat`, 'a.csv'), pair, 'columns beyond those that are looked at');
});

test('no text takes long, and none ends in another error', async () => {
  const many = 100_000;
  const rows = Array.from({ length: many }, (_, i) => `${i},c${i}`).join('\n');
  assert.equal(parseLabels(`id,name\n${rows}`).length, many);
  for (const text of [
    `id,name${'\n'.repeat(many)}0,x`, `id,name\n${' \n'.repeat(many)}0,x`, `id,name\n${rows}`,
    `id,name\n0,"${'""'.repeat(many)}`, `id,name\n${'"a,'.repeat(many)}`, `name,id\n${'c\n'.repeat(many)}`, `name\nb${',a'.repeat(many)}\n${'b\n'.repeat(many)}`, `name\n"${'a'.repeat(many)}`,
    `names:${' '.repeat(many)}x`, `item${' '.repeat(many)}x`, `names:\n${'\n'.repeat(many)}x`, `[a${' '.repeat(many)}b`, `[${'a '.repeat(many)}]${' '.repeat(many)}x`,
    `${'['.repeat(many)}`, `[${'{'.repeat(many)}`, `{${','.repeat(many)}`, `${'{"labels":'.repeat(many)}1${'}'.repeat(many)}`, `${'{"name":'.repeat(many)}1${'}'.repeat(many)}`,
    `[${'{"name":'.repeat(many)}1${'}'.repeat(many)}]`, `0${' '.repeat(many)}`, `${'['.repeat(many)}${']'.repeat(many)}`,
  ]) {
    for (const file of ['', 'a.csv']) {
      const begin = performance.now();
      try {
        parseLabels(text, file);
      } catch (error) {
        assert.equal(/** @type {Error} */ (error).name, 'GossamerError', `${text.slice(0, 30)} ${file}: ${error}`);
      }
      // In proportion to the text it is a tenth of that, in proportion to its square a hundred times as much.
      assert.ok(performance.now() - begin < 4000, `${text.slice(0, 30)} ${file}: ${performance.now() - begin} ms`);
    }
  }
  /** @type {any} */
  const within = {};
  within.labels = within;
  await refuses(within, /holds no labels/);
});

test('dicts of Python, and names in brackets', () => {
  /** @type {[text: string, names: string[]][]} */
  const texts = [
    ["{0: 'cat',\n 1: 'dog',}", pair],
    ["['cat', \"dog\"]", pair],
    ["{0: 'tench, Tinca tinca', 1: \"it's\", 2: 'd\\xf6g'}", ['tench, Tinca tinca', "it's", 'd\u00f6g']],
    ['[UNK]\ncat\ndog', ['[UNK]', 'cat', 'dog']],
    ['\ufeff["cat", "dog"]', pair],
  ];
  for (const [text, names] of texts) assert.deepEqual(parseLabels(text), names, text);
  for (const text of ['[cat]', '[UNK', '["cat",\n"dog"', '{"0": "cat"\n']) assert.throws(() => parseLabels(text), { code: 'ARGUMENT', message: /not valid JSON/ }, text);
});

test('lines of YAML, of label maps and of web pages are not taken for names', async () => {
  for (const text of [
    'names:\n  0: cat\n  1: dog', 'path: ../coco\nnc: 2\nnames:\n- cat\n- dog', 'nc: 2\nnames: [cat, dog]', "names: {0: 'cat'}",
    'item {\n  id: 1\n  name: "cat"\n}\n', '# made\nitem { id: 1 name: "dog" }', '<!DOCTYPE html><title>x</title>', '<html>\n', '<?xml version="1.0"?>', 'ab\0c',
  ]) await refuses(text, /this holds no labels.*expected one name a line, JSON or a table/s);
  await refuses(new File(['- cat\n- dog'], 'data.yaml'), /this holds no labels.*expected one name/s);
  await refuses(new File(['cat'], 'map.pbtxt'), /this holds no labels.*expected one name/s);
  assert.deepEqual(parseLabels('names: many\nlabels: few\nan item'), ['names: many', 'labels: few', 'an item']);
});

test('bytes are read as the text that they are', async () => {
  const utf16 = new Uint8Array([0xff, 0xfe, ...new Uint8Array(new Uint16Array([...'cat\nd\u00f6g'].map((sign) => sign.charCodeAt(0))).buffer)]);
  const turned = new Uint8Array(utf16.length).map((_, i) => utf16[i ^ 1]);
  const bytes = new TextEncoder().encode('cat\ndog');
  for (const source of [bytes, Buffer.from(bytes), bytes.buffer, new DataView(bytes.buffer), Buffer.from('\ufeffcat\ndog')]) assert.deepEqual(await labelsFrom(source), pair);
  for (const source of [utf16, turned, new Blob([utf16]), new File([turned], 'labels.txt')]) assert.deepEqual(await labelsFrom(source), ['cat', 'd\u00f6g']);
  assert.deepEqual(await labelsFrom(bytes.subarray(4)), ['dog']);
  await refuses(new Uint8Array([99, 0xe9, 10]), /no text in UTF-8/);
  await refuses(new Uint8Array([8, 7, 0, 1]), /this holds no labels.*expected one name/s);
  await refuses(new Uint8Array(0), /is empty/);
});

test('what is none of that is refused by its kind', async () => {
  for (const kind of [new Map([['0', 'cat']]), new Set(pair), Promise.resolve('cat'), new URL('https://a/labels.txt'), new ReadableStream(), () => pair, Symbol('a')]) {
    await refuses(kind, /these are no labels/);
  }
  for (const address of ['labels.txt', './a/labels', '/home/me/my labels.json', 'https://a.example/labels', 'C:\\labels.csv', 'data.yaml', ' synset.txt\n']) {
    await refuses(address, /this is the address of labels; .*expected the text, or the file/s);
  }
  assert.deepEqual(await labelsFrom('cat and/or dog'), ['cat and/or dog']);
  const answer = (/** @type {string | null} */ text, /** @type {ResponseInit} */ init) => new Response(text, init);
  await refuses(answer('not found', { status: 404 }), /does not have the labels.*404/, 'NETWORK');
  await refuses(answer('<p>', { headers: { 'content-type': 'text/html; charset=utf-8' } }), /a web page in place of the labels/, 'NETWORK');
  const used = answer('cat', {});
  await used.text();
  await refuses(used, /broke off/, 'NETWORK');
  const broken = new Response(new ReadableStream({ pull(controller) { controller.error(new Error('gone')); } }));
  await refuses(broken, /broke off/, 'NETWORK');
  const lost = Object.assign(new Blob(['cat']), { arrayBuffer: () => Promise.reject(new Error('NotReadableError')) });
  await refuses(lost, /got NotReadableError|got Error: NotReadableError/, 'NETWORK');
});

test('records of very many keys cost no more than their text', async () => {
  const first = Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`k${i}`, 1]));
  const begin = performance.now();
  await refuses([first, ...Array.from({ length: 10_000 }, () => ({}))], /no column of names/);
  assert.ok(performance.now() - begin < 2000, `${performance.now() - begin} ms`);
});
