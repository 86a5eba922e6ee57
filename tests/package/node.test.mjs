// The package under Node, used as a program would: what it answers, what it takes and refuses.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { encodePng } from '../browser/pictures.mjs';
import { colourModel } from '../support/onnx.mjs';
import { decodeTensor } from '../support/tensors.mjs';
import { digitPicture, digits, installPackage, repository, temporaryFolder } from './nodePackage.mjs';

const installed = await installPackage();
const { GossamerError, ImageClassifier } = await installed.load();
const folder = temporaryFolder();
const five = digitPicture(5);

/** Picture files of the C++ tests, by name, and their pixels. @param {string} list */
const samples = (list) => new Map(readFileSync(path.join(repository, 'tests/image', list), 'utf8').trim().split('\n')
  .map((line) => line.split(' '))
  .map(([name, , , , file, pixels]) => [name, { file: Buffer.from(file, 'hex'), pixels: Buffer.from(pixels, 'hex') }]));

/** @param {string} model @param {string[]} files @returns {{categories: {index: number, probability: number}[]}[]} */
function commandLine(model, files) {
  const program = path.join(repository, 'build/native/gossamer');
  const text = execFileSync(program, ['classify', model, ...files, '--top', '1000', '--json'], { encoding: 'utf8', stdio: 'pipe' });
  return JSON.parse(text).images.map((/** @type {any} */ { result }) => result);
}

/** Scores in the order of the classes. @param {{classifications: {categories: {index: number, score: number}[]}[]}} result */
const scoresOf = ({ classifications: [{ categories }] }) =>
  [...categories].sort((a, b) => a.index - b.index).map(({ score }) => score);

/**
 * Expects a rejection with a code and texts.
 * @param {Promise<unknown>} promise
 * @param {string} code
 * @param {...(string | RegExp)} texts
 */
async function rejects(promise, code, ...texts) {
  const error = await promise.then(() => assert.fail(`no ${code}`), (reason) => reason);
  assert.ok(error instanceof GossamerError, String(error));
  assert.equal(error.code, code, error.message);
  for (const text of texts) {
    assert.ok(typeof text === 'string' ? error.message.includes(text) : text.test(error.message), `${text}: ${error.message}`);
  }
}

test('the same names as in a page', async () => {
  for (const [entry, loaded] of Object.entries({
    gossamer: await installed.load(), ort: await installed.loadOrt(), tools: await installed.loadTools(),
    extras: await installed.loadExtras(), session: await installed.loadSession(),
  })) {
    const page = await import(`../../web/${entry}.js`);
    const names = Object.keys(loaded).filter((name) => !name.startsWith('_'));
    assert.deepEqual(names.sort(), Object.keys(page).sort(), entry);
  }
});

test('a session of tensors, of a model at a path', async () => {
  const { Session } = await installed.loadSession();
  const { activations } = await installed.loadTools();
  const session = await Session.create(digits, { cache: true, sha256: createHash('sha256').update(readFileSync(digits)).digest('hex') });
  const [{ name, shape }] = session.inputs;
  const feeds = { [name]: { data: new Float32Array(shape.reduce((product, extent) => product * extent, 1)), dims: shape } };
  const { outputs } = await session.run(feeds);
  const [[output, { data, dims }]] = Object.entries(outputs);
  assert.deepEqual(dims, [1, 10]);
  const inner = await activations(session, feeds, [output]);
  assert.ok(Array.from(inner[output].data, Number).every((value, i) => Math.abs(value - Number(data[i])) < 1e-4));
  await session.release();
  await rejects(session.run(feeds), 'HANDLE', 'released');
});

test('the same classes as on the command line', async () => {
  const files = Array.from({ length: 10 }, (_, digit) => digitPicture(digit));
  const colours = path.join(folder, 'colours.onnx');
  writeFileSync(colours, colourModel());
  const pictures = [...samples('files.txt'), ...samples('colors.txt')].map(([name, { file: bytes }]) => {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    return file;
  });
  assert.ok(pictures.length > 40);
  for (const [model, chosen] of /** @type {const} */ ([[digits, files], [digits, pictures], [colours, pictures]])) {
    const expected = commandLine(model, [...chosen]);
    const classifier = await ImageClassifier.createFromModelPath(model);
    for (const [i, file] of chosen.entries()) {
      const { classifications: [{ categories }] } = await classifier.classify(file);
      assert.equal(categories.length, expected[i].categories.length);
      for (const { index, probability } of expected[i].categories) {
        const got = categories.find((one) => one.index === index)?.score ?? NaN;
        assert.ok(Math.abs(got - probability) <= 1e-5, `${file}, class ${index}: ${got}, on the command line ${probability}`);
      }
      if (model === digits && chosen === files) assert.equal(categories[0].categoryName, String(i));
    }
    await classifier.close();
  }
});

test('pictures are turned as their EXIF data say', async () => {
  const { file: turned } = /** @type {{file: Buffer}} */ (samples('files.txt').get('turned_jpeg_6'));
  const at = turned.indexOf(Buffer.from([1, 0x12, 0, 3, 0, 0, 0, 1, 0]));
  const little = turned.indexOf(Buffer.from([0x12, 1, 3, 0, 1, 0, 0, 0]));
  const place = at >= 0 ? at + 9 : little + 8;
  assert.equal(turned[place], 6);
  const upright = Buffer.from(turned);
  upright[place] = 1;
  const classifier = await ImageClassifier.createFromModelPath(digits);
  const [a, b] = [await classifier.classify(turned), await classifier.classify(upright)].map(scoresOf);
  await classifier.close();
  assert.notDeepEqual(a, b);
});

test('pictures from wherever they are', async (t) => {
  const bytes = readFileSync(five);
  const server = createServer((_, response) => response.end(bytes)).listen(0, '127.0.0.1');
  t.after(() => { server.close(); server.closeAllConnections(); });
  await new Promise((resolve) => { server.once('listening', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const name = 'five #5 % ü?.png';
  writeFileSync(path.join(folder, name), bytes);
  const before = process.cwd();
  process.chdir(folder);
  t.after(() => process.chdir(before));
  const classifier = await ImageClassifier.createFromModelBuffer(readFileSync(digits));
  const expected = scoresOf(await classifier.classify(five));
  const reused = Buffer.from(bytes);
  const promise = classifier.classify(reused);
  reused.fill(0);  // taken at the call
  const all = [
    await promise, ...await Promise.all([
      name, path.join(folder, name), pathToFileURL(five), pathToFileURL(five).href, `http://127.0.0.1:${port}/`,
      `data:image/png;base64,${bytes.toString('base64')}`, bytes, Uint8Array.from(bytes), Uint8Array.from(bytes).buffer,
      new Blob([bytes]),
    ].map((source) => classifier.classify(source))),
  ];
  for (const result of all) assert.deepEqual(scoresOf(result), expected);
  const pixels = { width: 2, height: 2, data: Buffer.alloc(16, 255) };
  assert.equal(scoresOf(await classifier.classify(pixels)).length, 10);
  const [video] = [await classifier.classifyForVideo(five, 1)];
  assert.deepEqual(scoresOf(/** @type {any} */ (video)), expected);
  await classifier.close();
});

test('what is no picture is refused, and the next picture is read', async () => {
  const classifier = await ImageClassifier.createFromModelPath(digits);
  const expected = scoresOf(await classifier.classify(five));
  const png = readFileSync(five);
  const huge = Buffer.from(png);
  huge.writeUInt32BE(60000, 16);
  huge.writeUInt32BE(60000, 20);
  const long = path.join(folder, 'long.png');
  writeFileSync(long, png);
  truncateSync(long, 2 ** 31);  // without taking that much of the disk
  /** @type {[any, string, ...(string | RegExp)[]][]} */
  const refused = [
    [Buffer.from('RIFF0000WEBPVP8 '), 'IMAGE', 'a WebP', 'save it as PNG or JPEG'],
    [Buffer.from('GIF89a'), 'IMAGE', 'a GIF'],
    [Buffer.alloc(0), 'IMAGE', 'an empty file'],
    [path.join(repository, 'README.md'), 'IMAGE', 'neither JPEG nor PNG'],
    [png.subarray(0, png.length / 2), 'IMAGE', 'PNG'],
    [huge, 'IMAGE', '60000 x 60000', 'at most'],
    [long, 'IMAGE', String(2 ** 31)],
    [path.join(folder, 'none.png'), 'NETWORK', path.join(folder, 'none.png'), 'ENOENT'],
    [folder, 'NETWORK', folder, 'a folder'],
    ['/dev/zero', 'NETWORK', 'a pipe or device'],
    ['a\0b.png', 'NETWORK', 'a\0b.png'],
    [pathToFileURL('/a').href.replace('///', '//host/'), 'NETWORK', 'file://host/a'],
    [5, 'ARGUMENT', 'a path'],
    [null, 'ARGUMENT', 'a path'],
    [{ width: 1, height: 1 }, 'ARGUMENT', 'a path'],
    [{ width: 2, height: 1, data: new Uint8Array(4) }, 'ARGUMENT', '2 x 1'],
    [new Uint8Array(new SharedArrayBuffer(8)), 'ARGUMENT', 'not shared'],
  ];
  for (const [source, code, ...texts] of refused) {
    await rejects(classifier.classify(source), code, ...texts);
    assert.deepEqual(scoresOf(await classifier.classify(five)), expected);
  }
  await classifier.close();
});

test('models at paths of any name', async (t) => {
  const before = process.cwd();
  process.chdir(folder);
  t.after(() => process.chdir(before));
  for (const name of ['a#b.onnx', 'with blanks.onnx', 'per%20cent.onnx', 'what?.onnx', 'Größe 数字.onnx', 'C:\\x.onnx']) {
    cpSync(digits, path.join(folder, name));
    /** @type {number[]} */
    let seen = [];
    const classifier = await ImageClassifier.createFromModelPath(name, { onProgress: (...progress) => { seen = progress; } });
    const { modelBytes } = await classifier.info();
    assert.equal(modelBytes, readFileSync(digits).length);
    assert.deepEqual(seen, [modelBytes, modelBytes], 'its size is known while it is read');
    await classifier.close();
  }
  const url = pathToFileURL(path.join(folder, 'a#b.onnx'));
  await (await ImageClassifier.createFromModelPath(url)).close();
  await (await ImageClassifier.createFromModelPath(url.href)).close();
  await rejects(ImageClassifier.createFromModelPath('none #1.onnx'), 'NETWORK', path.join(folder, 'none #1.onnx'), 'ENOENT');
  await rejects(ImageClassifier.createFromModelPath(path.join(repository, 'README.md')), 'PARSE');
  await rejects(ImageClassifier.createFromModelPath(digits, { wasmPaths: folder }), 'NETWORK', 'gossamer-', folder);
  await (await ImageClassifier.createFromModelPath(digits, { wasmPaths: path.join(installed.target, 'wasm') })).close();
});

test('weights beside a model, and none from elsewhere', async () => {
  const ort = await installed.loadOrt();
  const from = path.join(repository, 'tests/cases/external_data');
  const [input, output] = ['input_0', 'output_0'].map((name) =>
    decodeTensor(readFileSync(path.join(from, `test_data_set_0/${name}.pb`))));
  const place = (/** @type {string} */ name) => path.join(folder, 'split', name);
  for (const name of ['plain', 'alone', 'linked', 'cache', 'blobs', 'up']) mkdirSync(place(name), { recursive: true });
  for (const to of ['plain/', 'blobs/']) for (const name of ['model.onnx', 'model.onnx.data']) cpSync(path.join(from, name), place(to + name));
  cpSync(path.join(from, 'model.onnx'), place('alone/model.onnx'));
  cpSync(path.join(from, 'model.onnx'), place('linked/model.onnx'));
  symlinkSync(place('plain/model.onnx.data'), place('linked/model.onnx.data'));
  // As hubs keep them: model and weights are links into one other folder.
  for (const name of ['model.onnx', 'model.onnx.data']) symlinkSync(place(`blobs/${name}`), place(`cache/${name}`));
  // The same name, as long, in another folder.
  const up = readFileSync(path.join(from, 'model.onnx')).toString('latin1').replaceAll('model.onnx.data', '../odel.onnx.da');
  writeFileSync(place('up/model.onnx'), up, 'latin1');
  cpSync(path.join(from, 'model.onnx.data'), place('odel.onnx.da'));

  const read = async (/** @type {string} */ name, options = {}) => {
    const session = await ort.InferenceSession.create(place(name), options);
    const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', Float32Array.from(input.values), input.dims) };
    const [{ data }] = Object.values(await session.run(feeds));
    await session.release();
    return Array.from(/** @type {Float32Array} */ (data));
  };
  const expected = await read('plain/model.onnx');
  expected.forEach((value, i) => assert.ok(Math.abs(value - Number(output.values[i])) < 1e-4));
  assert.deepEqual(await read('cache/model.onnx'), expected);
  assert.deepEqual(await read('alone/model.onnx', { externalData: [place('plain/model.onnx.data')] }), expected);
  const data = pathToFileURL(place('plain/model.onnx.data'));
  assert.deepEqual(await read('alone/model.onnx', { externalData: [{ path: 'model.onnx.data', data }] }), expected);
  await rejects(read('alone/model.onnx'), 'NETWORK', place('alone/model.onnx.data'), 'ENOENT');
  await rejects(read('plain/model.onnx', { externalData: false }), 'IO', 'model.onnx.data');
  await rejects(read('linked/model.onnx'), 'INITIALIZER', "out of the model's folder");
  await rejects(read('up/model.onnx'), 'IO', '../odel.onnx.da');
});

test('pictures in files are turned, and cut before', async () => {
  const classifier = await ImageClassifier.createFromModelPath(digits);
  const { Tensor } = await installed.loadOrt();
  const pixels = (await Tensor.fromImage(five)).toImageData();
  const regionOfInterest = { left: 0, top: 0, right: 0.8, bottom: 1 };
  for (const rotationDegrees of [90, 180]) {
    const got = scoresOf(await classifier.classify(five, { rotationDegrees, regionOfInterest }));
    assert.deepEqual(got, scoresOf(await classifier.classify(pixels, { rotationDegrees, regionOfInterest })));
    assert.notDeepEqual(got, scoresOf(await classifier.classify(five, { regionOfInterest })));
  }
  const { classifyBatch } = await installed.loadExtras();
  const classes = [];
  for (const { status, value } of await classifyBatch(classifier, [0, 1, 2].map(digitPicture))) {
    classes.push(status, value?.classifications[0].categories[0].categoryName);
  }
  assert.deepEqual(classes, ['fulfilled', '0', 'fulfilled', '1', 'fulfilled', '2']);
  await classifier.close();
});

test('a picture that does not come holds up no other, and ends with its call', { timeout: 60_000 }, async (t) => {
  /** @type {import('node:http').ServerResponse[]} */
  const open = [];
  let ended = 0;
  const server = createServer((request, response) => {
    response.on('close', () => { ended += 1; });
    open.push(response);  // nothing is answered
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => { server.once('listening', resolve); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const classifier = await ImageClassifier.createFromModelPath(digits);
  const reason = new Error('enough');
  const stop = new AbortController();
  const waiting = classifier.classify(`http://127.0.0.1:${port}/picture.png`, { signal: stop.signal });
  setTimeout(() => stop.abort(reason), 100);
  const error = await waiting.then(() => assert.fail('no picture'), (failure) => failure);
  assert.deepEqual([error.code, error.cause], ['ABORTED', reason]);
  const { classifications } = await classifier.classify(five);
  assert.equal(classifications[0].categories[0].categoryName, '5');
  const closed = classifier.classify(`http://127.0.0.1:${port}/picture.png`, { signal: new AbortController().signal });
  while (open.length < 2) await new Promise((resolve) => { setTimeout(resolve, 10); });
  await classifier.close();
  await rejects(closed, 'HANDLE');
  while (ended < 2) await new Promise((resolve) => { setTimeout(resolve, 10); });
});

test('many calls at once, with one signal, are no leak', async () => {
  /** @type {Error[]} */
  const warnings = [];
  const warned = (/** @type {Error} */ warning) => warnings.push(warning);
  process.on('warning', warned);
  const classifier = await ImageClassifier.createFromModelPath(digits);
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 30 }, () => classifier.classify(five, { signal })));
  await classifier.close();
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  process.off('warning', warned);
  assert.deepEqual(warnings, []);
});

test('a picture is decoded and turned in the thread, too', async () => {
  const classifier = await ImageClassifier.createFromModelPath(digits);
  await classifier.classify(five, { rotationDegrees: 90 });
  const file = encodePng({ width: 4000, height: 4000, rgb: new Uint8Array(48_000_000).map((_, i) => (i * 7) % 251) });
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const begin = last;
  await classifier.classify(file, { rotationDegrees: 90 });
  const took = performance.now() - begin;
  clearInterval(timer);
  assert.ok(longest < took / 2, `this thread was busy for ${longest} ms of ${took}`);
  await classifier.close();
});

test('the drop-in makes tensors of picture files, and pictures of tensors', async () => {
  const { Tensor } = await installed.loadOrt();
  const { file, pixels } = /** @type {{file: Buffer, pixels: Buffer}} */ (samples('files.txt').get('color_alpha_png'));
  const tensor = await Tensor.fromImage(file, { tensorFormat: 'RGBA', dataType: 'uint8' });
  assert.deepEqual(tensor.dims, [1, 4, 7, 9]);
  const { width, height, data } = tensor.toImageData();
  assert.deepEqual([width, height], [9, 7]);
  assert.deepEqual(Buffer.from(data), pixels);
  const again = await Tensor.fromImage({ width, height, data: Uint8ClampedArray.from(data) }, { tensorFormat: 'RGBA', dataType: 'uint8' });
  assert.deepEqual(again.data, tensor.data);
  // Halves of one colour each stay so, and the seam is the mean.
  const halves = { width: 8, height: 2, data: Uint8Array.from({ length: 64 }, (_, i) => (i % 4 === 3 ? 255 : i % 32 < 16 ? 40 : 200)) };
  const small = await Tensor.fromImage(halves, { resizedWidth: 3, resizedHeight: 4, dataType: 'uint8' });
  assert.deepEqual(small.dims, [1, 3, 4, 3]);
  const [left, seam, right] = Array.from(/** @type {any} */ (small.data));
  assert.ok(left < 60 && Math.abs(seam - 120) <= 1 && right > 180, `${left} ${seam} ${right}`);
  await rejects(Tensor.fromImage(path.join(folder, 'none.png')), 'NETWORK', 'none.png');
});

test('the tools take paths', async () => {
  const { activations, inspectModel, preview } = await installed.loadTools();
  const report = await inspectModel(digits);
  assert.equal(report.runs, true);
  assert.equal(report.problem, null);
  const classifier = await ImageClassifier.createFromModelPath(digits);
  const seen = await preview(classifier, five);
  assert.deepEqual([seen.image.width, seen.source.width > 0], [28, true]);
  const [{ name }] = report.outputs;
  const values = await activations(classifier, five, [name]);
  assert.equal(values[name].data.length, 10);
  await classifier.close();
});
