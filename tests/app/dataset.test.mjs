// Which picture has which label, and which class of the model a label means.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromFolder, fromTable, labelCounts, sortFiles } from '../../web/app/evaluate/dataset.js';
import { matchLabels } from '../../web/app/evaluate/labels.js';

/** @param {string[]} paths */
const sources = (...paths) => paths.map((path) => ({ path, file: new Blob([]) }));

/** @param {{path: string, label: string}[]} examples */
const pairs = (examples) => examples.map(({ path, label }) => `${path}=${label}`);

test('folders: the class is the one that a picture lies in; what is no picture is left out', () => {
  const { pictures, tables } = sortFiles(sources(
    'set/b/10.png', 'set/b/2.JPG', 'set/a/1.webp', 'set/.DS_Store', 'set/a/._1.webp', '__MACOSX/set/a/1.png', 'set/notes.txt', 'set/labels.csv',
  ));
  assert.deepEqual(tables.map(({ path }) => path), ['set/labels.csv']);
  const dataset = fromFolder(pictures);
  assert.deepEqual(pairs(dataset.examples), ['set/a/1.webp=a', 'set/b/2.JPG=b', 'set/b/10.png=b']);
  assert.equal(dataset.name, 'set');
  assert.deepEqual([...labelCounts(dataset.examples)], [['a', 1], ['b', 2]]);
  assert.deepEqual(fromFolder(sources('loose.png')).unlabelled, ['loose.png']);
});

test('tables: with titles and without, by path or by name', () => {
  const files = sources('set/train/1.png', 'set/test/1.png', 'set/test/2.png', 'set/test/3.png');
  const titled = fromTable([
    ['id', 'label', 'File_Name'], ['0', 'cat', 'train/1.png'], ['1', ' dog ', 'set\\test\\1.png'], ['2', 'cat', './elsewhere/2.png'], ['2', 'cat', './far/set/test/2.png'],
    ['3', 'cat', '1.png'], ['4', 'cat', 'gone.png'], [''],
  ], files);
  assert.deepEqual(pairs(titled.examples), ['set/train/1.png=cat', 'set/test/1.png=dog', 'set/test/2.png=cat']);
  assert.deepEqual(titled.missing, ['./elsewhere/2.png', '1.png', 'gone.png'], 'a name that two files have names neither');
  assert.deepEqual(titled.unlabelled, ['set/test/3.png']);
  const plain = fromTable([['2.png', '7'], ['3.png', '8']], files);
  assert.deepEqual(pairs(plain.examples), ['set/test/2.png=7', 'set/test/3.png=8']);
  assert.deepEqual(fromTable([], files).examples, []);
});

test("rows of another folder's file relabel nothing, and several labels for one picture are none", () => {
  const rows = [['test/0001.jpg', 'cat'], ['train/0001.jpg', 'dog']];
  const { examples, missing } = fromTable(rows, sources('test/0001.jpg'));
  assert.deepEqual(pairs(examples), ['test/0001.jpg=cat']);
  assert.deepEqual(missing, ['train/0001.jpg']);
  const loose = fromTable([...rows, ['2.jpg', 'cat'], ['2.jpg', 'cat']], sources('0001.jpg', '2.jpg'));
  assert.deepEqual(pairs(loose.examples), ['2.jpg=cat'], 'the same twice is no conflict');
  assert.deepEqual([loose.conflicting, loose.missing, loose.unlabelled], [['0001.jpg'], [], []]);
});

test('labels match names whatever their case, and never by guessing', () => {
  const names = ['T-shirt', 'Ankle boot', 'tench, Tinca tinca', 'crane', 'crane', 'Gamma', 'gamma'];
  const { classes, by, unmatched, ambiguous } = matchLabels(
    ['t_shirt', 'ANKLE BOOT', 'tinca tinca', 'crane', 'Gamma', 'gamma', 'GAMMA', 'hat', '3'], names);
  assert.equal(by, 'name');
  assert.deepEqual([...classes], [['t_shirt', 0], ['ANKLE BOOT', 1], ['tinca tinca', 2], ['Gamma', 5], ['gamma', 6]]);
  assert.deepEqual(ambiguous, ['crane', 'GAMMA']);
  assert.deepEqual(unmatched, ['hat', '3']);
});

test('numbers are indices where no label is a name', () => {
  assert.deepEqual(matchLabels(['0', '2', '12', 'x'], ['cat', 'dog', 'cow']), {
    classes: new Map([['0', 0], ['2', 2]]), by: 'number', unmatched: ['12', 'x'], ambiguous: [],
  });
  const digits = Array.from({ length: 10 }, (_, at) => String(9 - at));
  assert.equal(matchLabels(['4'], digits).classes.get('4'), 5, 'a name that looks like a number is a name');
  assert.deepEqual(matchLabels(['x'], ['cat']), { classes: new Map(), by: 'name', unmatched: ['x'], ambiguous: [] });
});
