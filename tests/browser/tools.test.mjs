// The tools as another page uses them: reports, previews, activations, profiles and properties, of
// models that these tests write byte by byte, and of digits.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { bareRunner } from './library.mjs';
import { encodeModel, message, rareModel, unknownOperatorModel } from '../support/onnx.mjs';

const site = setUp();
const runBare = bareRunner(site);

/** As of bareRunner, with `tools` in scope. @type {typeof runBare} */
const run = (body, model, prepare) => runBare(`const tools = await import('/tools.js');\n${body}`, model, prepare);

/** A convolution of 1 x 1 on a picture of 5 x 4 pixels, whose values can be computed by hand, and two classes. */
function layeredModel() {
  return encodeModel({
    nodes: [
      { op: 'Conv', name: 'mix', inputs: ['image', 'weights', 'bias'], outputs: ['mixed'] },
      { op: 'Relu', name: 'bend', inputs: ['mixed'], outputs: ['bent'] },
      { op: 'GlobalAveragePool', name: 'pool', inputs: ['bent'], outputs: ['pooled'] },
      { op: 'Flatten', name: 'flat', inputs: ['pooled'], outputs: ['logits'] },
      { op: 'Softmax', name: 'end', inputs: ['logits'], outputs: ['probability'] },
    ],
    initializers: {
      weights: { dims: [2, 3, 1, 1], values: [1, 1, 1, -1, 2, 0] }, bias: { dims: [2], values: [0.5, -0.25] },
    },
    inputs: [{ name: 'image', shape: [1, 3, 4, 5] }],
    outputs: [{ name: 'probability', shape: [1, 2] }],
  });
}

test('a report on a model that runs', async () => {
  const report = await run('return tools.inspectModel(bytes);', layeredModel());
  assert.deepEqual(report.inputs, [{ name: 'image', type: 'float32', kind: 'tensor', shape: [1, 3, 4, 5] }]);
  assert.deepEqual(report.operators.map((/** @type {any} */ { name, count, supported }) => [name, count, supported]),
    [['Conv', 1, true], ['Flatten', 1, true], ['GlobalAveragePool', 1, true], ['Relu', 1, true], ['Softmax', 1, true]]);
  assert.equal(report.nodes, 5);
  assert.equal(report.parameters, 8);
  assert.equal(report.weightBytes, 32);
  assert.equal(report.modelBytes, layeredModel().length);
  assert.equal(report.runs, true);
  assert.equal(report.problem, null);
  assert.equal(report.multiplyAdds, 2 * 3 * 4 * 5);
  assert.ok(report.memory.arenaBytes > 0 && report.memory.weightBytes >= 32);
  assert.deepEqual(report.picture, { input: 'image', form: '5 x 4, colour' });
  assert.equal(report.scores.kind, 'none');
  assert.equal(report.recipe, null);
  assert.equal(report.labels, null);
  assert.equal(report.rescales, false);
});

test('a report without a plan says whether a model runs only where that is known', async () => {
  const reports = await run(`
    const known = await tools.inspectModel(bytes, { plan: false });
    const unknown = await tools.inspectModel('/unknown.onnx', { plan: false });
    return [known, unknown].map(({ runs, problem, memory }) => [runs, problem?.code ?? null, problem?.operators ?? '', memory]);
  `, layeredModel(), (page) => page.route('**/unknown.onnx', (route) => route.fulfill({ body: unknownOperatorModel() })));
  assert.deepEqual(reports[0], [null, null, '', null]);
  assert.deepEqual([reports[1][0], reports[1][1], reports[1][3]], [false, 'UNSUPPORTED', null]);
  assert.match(reports[1][2], /\w x1/);
});

test('a report says that a network scales pixels itself, as Keras applications do', async () => {
  const model = (/** @type {Record<string, string>} */ metadata) => encodeModel({
    nodes: [
      { op: 'Mul', inputs: ['image', '255th'], outputs: ['scaled'] },
      { op: 'GlobalAveragePool', inputs: ['scaled'], outputs: ['mean'] },
      { op: 'Flatten', inputs: ['mean'], outputs: ['scores'] },
    ],
    initializers: { '255th': { dims: [], values: [1 / 255] } },
    inputs: [{ name: 'image', shape: [1, 3, 4, 5] }],
    outputs: [{ name: 'scores', shape: [1, 3] }],
    metadata,
  });
  const rescales = async (/** @type {Record<string, string>} */ metadata) => (await run('return tools.inspectModel(bytes);', model(metadata))).rescales;
  assert.equal(await rescales({}), true);
  assert.equal(await rescales({ 'gossamer.recipe': 'scale=1' }), false);
});

test('a report on the digits, from their address, is that of a classifier', async () => {
  const { report, info, mine } = await run(`
    const report = await tools.inspectModel('/models/digits/digits.onnx');
    const classifier = await lib.ImageClassifier.createFromModelPath('/models/digits/digits.onnx');
    return { report, info: await classifier.info(), mine: await tools.inspectModel(classifier) };
  `);
  assert.deepEqual(mine, report);
  assert.equal(report.recipe, info.metadata['gossamer.recipe']);
  assert.deepEqual(report.labels, info.labels);
  assert.deepEqual(report.scores, info.scores);
  assert.deepEqual(report.memory,
    { weightBytes: info.memory.weight_bytes, arenaBytes: info.memory.arena_bytes });
  assert.equal(report.multiplyAdds,
    info.steps.reduce((/** @type {number} */ sum, /** @type {any} */ step) => sum + step.multiply_adds, 0));
});

test('a report names what is in the way, and rejects what is no model', async () => {
  const { wobble, rare, html, gone } = await run(`
    return {
      wobble: await tools.inspectModel(bytes),
      rare: await tools.inspectModel(Uint8Array.from(atob('${rareModel().toString('base64')}'), (c) => c.charCodeAt(0))),
      html: await fails(() => tools.inspectModel(new Blob(['<!doctype html><title>Lost</title>']))),
      gone: await fails(() => tools.inspectModel('/absent.onnx')),
    };
  `, unknownOperatorModel());
  assert.equal(wobble.runs, false);
  assert.equal(wobble.problem.code, 'UNSUPPORTED');
  assert.equal(wobble.problem.operators, 'Wobble x1');
  assert.deepEqual(wobble.operators, [{ domain: '', name: 'Wobble', count: 1, supported: false }]);
  assert.equal(wobble.multiplyAdds, null);
  assert.equal(rare.runs, true);
  assert.equal(html.code, 'PARSE');
  assert.match(html.message, /web page/);
  assert.equal(gone.code, 'NETWORK');
});

const external = (/** @type {string} */ file) =>
  readFileSync(new URL(`../cases/external_data/${file}`, import.meta.url));

test('a report needs no weights, and says which files are missing', async () => {
  const data = external('model.onnx.data').toString('base64');
  const { without, structure, withFile } = await run(`
    const data = Uint8Array.from(atob('${data}'), (c) => c.charCodeAt(0));
    return {
      without: await tools.inspectModel(bytes),
      structure: await tools.inspectModel(bytes, { plan: false }),
      withFile: await tools.inspectModel(bytes, { externalData: [{ path: 'model.onnx.data', data }] }),
    };
  `, external('model.onnx'));
  for (const report of [without, structure]) {
    assert.deepEqual(report.missing, ['model.onnx.data']);
    assert.ok(report.parameters > 0);
    assert.equal(report.runs, false);
  }
  assert.equal(without.problem.code, 'IO');
  assert.equal(structure.problem.code, 'IO');
  assert.deepEqual(withFile.missing, []);
  assert.equal(withFile.runs, true);
  assert.equal(withFile.parameters, without.parameters);
});

test('a large file is read in pieces, and edited without a copy', async () => {
  const { report, size, tail } = await run(`
    // A field that nobody knows, of 40 MB, behind the rest.
    const large = new Blob([bytes, new Uint8Array([0xc2, 0x0c, 0x80, 0x80, 0x80, 0x14]), new Uint8Array(40 * 2 ** 20)]);
    const report = await tools.inspectModel(large, { plan: false });
    const edited = await tools.editMetadata(large, { a: '1' });
    return { report, size: edited.size - large.size, tail: [...new Uint8Array(await edited.slice(large.size).arrayBuffer())] };
  `, layeredModel());
  assert.equal(report.parameters, 8);
  const added = message([14, message([1, 'a'], [2, '1'])]);
  assert.equal(size, added.length);
  assert.deepEqual(tail, [...added]);
});

test('a preview shows what the recipe makes of a picture', async () => {
  const { plain, bgr, crop, gray, bytesInput } = await run(`
    const canvas = paint('#ff8000', 40, 20);
    canvas.getContext('2d').fillStyle = '#0000ff';
    canvas.getContext('2d').fillRect(30, 0, 10, 20);
    const input = { type: 'float32', shape: ['batch', 3, 8, 8] };
    const see = async (recipe, subject = { input, recipe }) => {
      const { image, ...rest } = await tools.preview(subject, canvas);
      return { ...rest, isImageData: image instanceof ImageData, width: image.width, first: [...image.data.slice(0, 4)],
        last: [...image.data.slice(-4)] };
    };
    return {
      plain: await see('mean=0.485,0.456,0.406;std=0.229,0.224,0.225'),
      bgr: await see('channels=bgr;mean=0.5;std=0.25'),
      crop: await see('fit=shorter;resize=10;scale=1'),
      gray: await see('', { input: { type: 'float16', shape: [1, 8, 8, 1] } }),
      bytesInput: await see(null, { input: { type: 'uint8', shape: [1, 8, 8, 3] }, recipe: 'scale=2' }),
    };
  `);
  for (const seen of [plain, bgr]) {
    assert.deepEqual(seen.first, [255, 128, 0, 255]);
    assert.deepEqual(seen.last, [0, 0, 255, 255]);
    assert.deepEqual(seen.region, { left: 0, top: 0, right: 1, bottom: 1 });
    assert.equal(seen.width, 8);
    assert.equal(seen.isImageData, true);
  }
  assert.ok(Math.abs(plain.range.maximum - (1 - 0.406) / 0.225) < 1e-5);
  assert.ok(Math.abs(plain.range.minimum + 0.485 / 0.229) < 1e-5);
  // 20 x 10 after resizing, of which 8 x 8 in the middle: all orange but for the last columns.
  for (const [side, part] of Object.entries({ left: 0.3, top: 0.1, right: 0.7, bottom: 0.9 })) {
    assert.ok(Math.abs(crop.region[side] - part) < 1e-9, `${side}: ${crop.region[side]}`);
  }
  assert.deepEqual(crop.first, [255, 128, 0, 255]);
  assert.deepEqual(crop.source, { width: 40, height: 20 });
  assert.equal(gray.first[0], gray.first[2]);
  assert.ok(Math.abs(gray.first[0] - 151) <= 1, String(gray.first));
  // What is clamped is seen: 2 x 128 does not fit a byte.
  assert.deepEqual(bytesInput.first, [128, 128, 0, 255]);
});

test('a preview of a classifier follows its recipe and the region', async () => {
  const { first, part, region, code } = await run(`
    const canvas = paint('#ff0000', 16, 16);
    canvas.getContext('2d').fillStyle = '#00ff00';
    canvas.getContext('2d').fillRect(8, 0, 8, 16);
    const classifier = await create({ recipe: 'channels=bgr;mean=0.1' });
    const whole = await tools.preview(classifier, canvas);
    const regionOfInterest = { left: 0.5, top: 0, right: 1, bottom: 0.5 };
    const cut = await tools.preview(classifier, canvas, { regionOfInterest });
    const { code } = await fails(() => tools.preview(classifier, canvas, { recipe: 'channels=purple' }));
    return { first: [...whole.image.data.slice(0, 3)], part: [...cut.image.data.slice(0, 3)], region: cut.region, code };
  `);
  assert.deepEqual(first, [255, 0, 0]);
  assert.deepEqual(part, [0, 255, 0]);
  assert.deepEqual(region, { left: 0.5, top: 0, right: 1, bottom: 0.5 });
  assert.equal(code, 'ARGUMENT');
});

test('activations are the values of the file’s own nodes, in its own layout', async () => {
  const { values, failure, top: best } = await run(`
    const classifier = await lib.ImageClassifier.createFromModelBuffer(bytes, { labels: ['a', 'b'] });
    const picture = { width: 5, height: 4, data: new Uint8ClampedArray(80) };
    for (let i = 0; i < 80; i += 1) picture.data[i] = i % 4 === 3 ? 255 : (i * 37) % 256;
    const values = await tools.activations(classifier, picture, ['mixed', 'bent', 'pooled', 'probability']);
    const failure = await fails(() => tools.activations(classifier, picture, ['nothing']));
    const plain = ({ type, dims, data }) => ({ type, dims, data: [...data] });
    return { values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plain(value)])), failure,
      top: (await classifier.classify(picture)).classifications[0].categories };
  `, layeredModel());
  const pixel = (/** @type {number} */ at, /** @type {number} */ c) => ((((at * 4 + c) * 37) % 256) / 255);
  const expected = [[1, 1, 1, 0.5], [-1, 2, 0, -0.25]].flatMap(([r, g, b, bias]) =>
    Array.from({ length: 20 }, (_, at) => r * pixel(at, 0) + g * pixel(at, 1) + b * pixel(at, 2) + bias));
  assert.deepEqual(values.mixed.dims, [1, 2, 4, 5]);
  assert.equal(values.mixed.type, 'float32');
  expected.forEach((value, i) => {
    assert.ok(Math.abs(values.mixed.data[i] - value) < 1e-5, `${i}: ${values.mixed.data[i]}, not ${value}`);
    assert.ok(Math.abs(values.bent.data[i] - Math.max(value, 0)) < 1e-5);
  });
  assert.deepEqual(values.pooled.dims, [1, 2, 1, 1]);
  for (const { index, score } of best) assert.ok(Math.abs(values.probability.data[index] - score) < 1e-6);
  assert.equal(failure.code, 'ARGUMENT');
  assert.equal(failure.tensor, 'nothing');
});

test('a profile names the layers of each step, their work and their time', async () => {
  const { result, progress, digits } = await run(`
    const progress = [];
    const classifier = await lib.ImageClassifier.createFromModelBuffer(bytes);
    const result = await tools.profile(classifier, paint('#123456'), { runs: 3, warmups: 1,
      onProgress: (done, total) => progress.push([done, total]) });
    const other = await lib.ImageClassifier.createFromModelPath('/models/digits/digits.onnx');
    const digits = await tools.profile(other, paint('#ffffff', 28, 28), { runs: 10 });
    const names = digits.steps.flatMap((step) => step.outputs);
    const values = await tools.activations(other, paint('#ffffff', 28, 28), names);
    return { result, progress, digits: { ...digits, shapes: names.map((name) => values[name].dims) } };
  `, layeredModel());
  assert.deepEqual(progress, [[1, 4], [2, 4], [3, 4], [4, 4]]);
  assert.equal(result.runs, 3);
  const nodes = result.steps.flatMap((/** @type {any} */ step) => step.nodes);
  assert.deepEqual([...nodes].sort(), ['bend', 'end', 'flat', 'mix', 'pool']);
  const conv = result.steps.find((/** @type {any} */ { op }) => op === 'Conv');
  assert.deepEqual(conv.nodes, ['mix', 'bend']);
  assert.deepEqual(conv.outputs, ['bent']);
  assert.equal(conv.parameters, 8);
  assert.equal(conv.multiplyAdds, 120);
  assert.equal(result.parameters, 8);
  // The parts of a whole that was timed.
  const sum = digits.steps.reduce((/** @type {number} */ all, /** @type {any} */ step) => all + step.milliseconds, 0);
  assert.ok(sum > 0 && sum < 2 * digits.milliseconds + 0.5, `${sum} of ${digits.milliseconds}`);
  assert.ok(digits.fastest <= digits.milliseconds);
  assert.ok(digits.steps.some((/** @type {any} */ step) => step.outputs.length > 0));
  assert.ok(digits.shapes.every((/** @type {number[]} */ dims) => dims[0] === 1));
});

test('properties are written, read by a classifier, and taken out again', async () => {
  const { recipe, labels, written, back, same, failures } = await run(`
    const changes = { 'gossamer.recipe': 'channels=bgr', 'gossamer.labels': ['rot', 'grün', 'blau'], author: 'me' };
    const made = await tools.writeMetadata(bytes, changes);
    const classifier = await lib.ImageClassifier.createFromModelBuffer(made);
    const { metadata } = await classifier.info();
    const label = top(await classifier.classify(paint('#ff0000')));
    const undone = await tools.editMetadata(classifier, Object.fromEntries(Object.keys(changes).map((key) => [key, null])));
    const back = new Uint8Array(await undone.arrayBuffer());
    const failures = [];
    for (const bad of [{ '': 'x' }, { 'gossamer.recipe': 'fit=never' }, { 'gossamer.labels': ['a', ''] },
      { a: 'zero\\0' }, { 'gossamer.labels': ['a\\nb'] }, { a: 7 }, null]) {
      failures.push((await fails(() => tools.writeMetadata(bytes, bad))).code);
    }
    return { recipe: metadata['gossamer.recipe'], labels: [metadata['gossamer.labels'], label], written: made instanceof Uint8Array,
      back: back.length, same: back.every((byte, i) => byte === bytes[i]), failures };
  `, meanModel());
  assert.equal(recipe, 'channels=bgr');
  assert.deepEqual(labels, ['rot\ngrün\nblau', 'blau']);
  assert.equal(written, true);
  assert.equal(back, meanModel().length);
  assert.equal(same, true);
  assert.deepEqual(failures, Array(7).fill('ARGUMENT'));
});

/** Three classes: how much red, green and blue there is. */
function meanModel() {
  return encodeModel({
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
      { op: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
      { op: 'Softmax', inputs: ['flat'], outputs: ['probability'] },
    ],
    inputs: [{ name: 'image', shape: [1, 3, 8, 8] }],
    outputs: [{ name: 'probability', shape: [1, 3] }],
  });
}

test('what is cancelled ends at once, and the next call works', async () => {
  const { first, second, early, steps, closed } = await run(`
    const classifier = await create();
    const stop = new AbortController();
    const pending = fails(() => tools.profile(classifier, paint('#fff'), { runs: 10000, signal: stop.signal,
      onProgress: (done) => { if (done === 3) stop.abort(); } }));
    const first = await pending;
    const early = await fails(() => tools.inspectModel(bytes, { signal: AbortSignal.abort() }));
    const { steps } = await tools.profile(classifier, paint('#fff'), { runs: 2 });
    tools.releaseTools(classifier);
    const again = await tools.activations(classifier, paint('#fff'), ['probability']);
    const late = tools.profile(classifier, paint('#fff'), { runs: 10000 }).catch((error) => error.code);
    await classifier.close();
    return { first: first.code, early: early.code, steps: steps.length, second: again.probability.dims, closed: await late };
  `);
  assert.equal(first, 'ABORTED');
  assert.equal(early, 'ABORTED');
  assert.ok(steps > 0);
  assert.deepEqual(second, [1, 3]);
  assert.equal(closed, 'HANDLE');
});

test('without a worker, and where the peak is asked for', async () => {
  const { report, peak } = await run(`
    return { report: await tools.inspectModel(bytes, { worker: false }), peak: await tools.measurePeak({ level: 'simd' }) };
  `);
  assert.equal(report.runs, true);
  assert.ok(peak > 1e7 && peak < 1e12, String(peak));
});

test('a page that classifies loads nothing of the tools', async () => {
  /** @type {string[]} */
  const loaded = [];
  await runBare(`await (await create()).classify(paint('#f00'));`, undefined, async (page) => {
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  });
  assert.ok(loaded.includes('/gossamer.js'));
  assert.deepEqual(loaded.filter((file) => /tools|-all/.test(file)), []);
});
