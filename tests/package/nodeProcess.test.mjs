// The package under Node as a part of a process: its threads, when they end, what becomes of one that is killed,
// memory, and programs of different kinds.
import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import threads from 'node:worker_threads';
import { run } from '../../tools/lib/run.mjs';
import { digitPicture, digits, installPackage, repository } from './nodePackage.mjs';

/** Threads of the library in this process. @type {import('node:worker_threads').Worker[]} */
const started = [];
threads.Worker = class extends threads.Worker {
  /** @param {ConstructorParameters<typeof threads.Worker>} args */
  constructor(...args) {
    super(...args);
    started.push(this);
    this.once('exit', () => started.splice(started.indexOf(this), 1));
  }
};
syncBuiltinESMExports();

const installed = await installPackage();
const { ImageClassifier } = await installed.load();
const five = digitPicture(5);
const scoresOf = (/** @type {any} */ { classifications: [{ categories }] }) =>
  categories.map((/** @type {any} */ { index, score }) => [index, score]);
const [model, picture] = [digits, five].map((file) => JSON.stringify(file));
/** The likeliest class, and what else a program prints. @param {string} text @param {string[]} [flags] */
async function output(text, flags) {
  const { output: printed, errors, status } = await installed.run(text, flags);
  assert.equal(errors, '');
  assert.equal(status, 0, printed);
  return printed.trim();
}
const classify = `const classifier = await ImageClassifier.createFromModelPath(${model});
const { classifications: [{ categories: [best] }] } = await classifier.classify(${picture});
console.log(best.categoryName);`;

/** Closing ends threads, which takes them some time. */
async function noneLeft() {
  for (let i = 0; i < 500 && started.length > 0; ++i) await new Promise((resolve) => { setTimeout(resolve, 10); });
  assert.equal(started.length, 0, 'threads are left');
}

test('as many threads as suit the machine, and the same bits with any number', async () => {
  const cores = availableParallelism();
  /** @type {any[]} */
  const scores = [];
  for (const options of [{}, { threads: 1 }, { threads: 2 }, { threads: 3 }, { worker: false }, { level: 'base' }]) {
    const classifier = await ImageClassifier.createFromModelPath(digits, /** @type {any} */ (options));
    const result = scoresOf(await classifier.classify(five));
    if (!('level' in options)) scores.push(result);
    for (let i = 0; i < 500 && !(await classifier.info()).threadsStarted; ++i) await new Promise((done) => { setTimeout(done, 10); });
    const { worker, threads: count, threadReason } = await classifier.info();
    const inline = 'worker' in options;
    const expected = 'threads' in options ? options.threads : inline || 'level' in options ? 1 : Math.min(cores, 8) - Number(cores >= 4);
    assert.deepEqual([worker, count], [!inline, expected], JSON.stringify(options));
    assert.ok(!/page|isolat|browser|http/.test(threadReason), threadReason);
    // The engine's own thread, and one for each other that computes.
    assert.equal(started.length, inline ? 0 : 1, 'threads of this thread');
    await classifier.close();
    await noneLeft();
  }
  assert.equal(scores.length, 5);
  for (const one of scores) assert.deepEqual(one, scores[0]);
});

test('a process ends by itself', async () => {
  const importing = "import { ImageClassifier } from 'gossamer';\n";
  assert.equal(await output(importing + classify), '5');
  assert.equal(await output(`${importing}${classify}\nawait classifier.close();`), '5');
  // What is pending is waited for.
  assert.equal(await output(`${importing}${classify}\nclassifier.classify(${picture}).then(() => console.log('answered'));`), '5\nanswered');
  assert.equal(await output(`import { inspectModel } from 'gossamer/tools';\nconsole.log((await inspectModel(${model})).runs);`), 'true');
  assert.equal(await output("import 'gossamer'; import 'gossamer/ort'; import 'gossamer/tools';"), '');
  // A thread that was never called.
  const thread = JSON.stringify(new URL('../../web/package/node/thread.js', import.meta.url));
  assert.equal(await output(`import { NodeWorker } from ${thread};\nnew NodeWorker('data:text/javascript,setInterval(() => {}, 1000)');`), '');
});

test('an error that nobody catches is read at a glance', async () => {
  const { errors, status } = await installed.run("import { ImageClassifier } from 'gossamer';\nawait ImageClassifier.createFromModelPath('nosuch.onnx');");
  assert.equal(status, 1);
  assert.match(errors, /GossamerError: NETWORK.*nosuch\.onnx/);
  assert.ok(errors.split('\n').every((line) => line.length < 300), errors);
});

test('programs of every kind', async () => {
  const importing = "import { ImageClassifier } from 'gossamer';\n";
  assert.equal(await output(importing + classify, ['--input-type=module']), '5');
  const required = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const { ImageClassifier } = require('gossamer');
require('gossamer/ort');
require('gossamer/tools');\n`;
  assert.equal(await output(required + classify, ['--no-warnings']), '5');
  // With a DOM for its tests.
  const dom = `Object.assign(globalThis, { self: {}, origin: 'http://page', location: new URL('http://page/'), isSecureContext: false, crossOriginIsolated: false });
globalThis.document = { baseURI: 'http://page/' };
const { ImageClassifier } = await import('gossamer');\n`;
  assert.equal(await output(`${dom}${classify.replace(model, `${model}, { threads: 2 }`)}
const { threads, worker } = await classifier.info();
console.log(threads, worker);`), '5\n2 true');
});

test('a thread that is killed rejects what is pending; the next call starts another', async (t) => {
  const classifier = await ImageClassifier.createFromModelPath(digits, { threads: 2 });
  t.after(() => classifier.close());
  const expected = scoresOf(await classifier.classify(five));
  const pixels = { width: 28, height: 28, data: new Uint8Array(28 * 28 * 4).fill(255) };
  /** @type {PromiseRejectedResult[]} */
  let rejected = [];
  // A thread may have answered before it ends.
  for (let tries = 0; tries < 30 && rejected.length === 0; ++tries) {
    const died = Promise.allSettled(Array.from({ length: 5 }, () => classifier.classify(pixels)));
    await new Promise((resolve) => { setImmediate(resolve); });
    await started[0]?.terminate();
    rejected = (await died).filter((outcome) => outcome.status === 'rejected');
  }
  assert.ok(rejected.length > 0, 'nothing was under way in any of them');
  for (const { reason } of rejected) assert.equal(reason.code, 'INTERNAL', reason.message);
  assert.deepEqual(scoresOf(await classifier.classify(five)), expected);
  // While nothing is pending, too.
  await started[0].terminate();
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  assert.deepEqual(scoresOf(await classifier.classify(five)), expected);
});

test('closing gives everything back', async () => {
  for (const options of [{ threads: 2 }, { worker: false }]) {
    const growth = Number(await output(`import { ImageClassifier } from 'gossamer';
async function cycles(count) {
  for (let i = 0; i < count; ++i) {
    const classifier = await ImageClassifier.createFromModelPath(${model}, ${JSON.stringify(options)});
    await classifier.classify(${picture});
    await classifier.close();
  }
}
/** The least within some seconds: threads take time to end. */
async function memory() {
  let least = Infinity;
  for (let i = 0; i < 15; ++i) {
    await new Promise((resolve) => { setTimeout(resolve, 200); });
    globalThis.gc();
    least = Math.min(least, process.memoryUsage().rss / 2 ** 20);
  }
  return least;
}
await cycles(50);
const before = await memory();
await cycles(50);
console.log(await memory() - before);`, ['--expose-gc']));
    assert.ok(growth < 24, `${growth.toFixed(1)} MB more after 50 classifiers with ${JSON.stringify(options)}`);
  }
  const classifier = await ImageClassifier.createFromModelPath(digits, { threads: 2 });
  await classifier.close();
  await noneLeft();
});

test('the declarations say what the library takes', async () => {
  const compiles = async (/** @type {object} */ options, lines = '') => {
    writeFileSync(path.join(installed.folder, 'use.mts'), readFileSync(path.join(repository, 'tests/package/use.mts'), 'utf8') + lines);
    writeFileSync(path.join(installed.folder, 'tsconfig.json'), JSON.stringify({
      compilerOptions: {
        target: 'es2022', module: 'nodenext', strict: true, noEmit: true,
        types: ['node'], typeRoots: [path.join(repository, 'node_modules/@types')], ...options,
      },
      files: ['use.mts'],
    }));
    return run('npx', ['--no-install', 'tsc', '-p', installed.folder]).then(() => '', ({ output: complaints }) => complaints);
  };
  assert.equal(await compiles({ skipLibCheck: false }), '');
  // A program without the types of pages.
  assert.equal(await compiles({ skipLibCheck: true, lib: ['es2022'] }), '');
  assert.match(await compiles({ skipLibCheck: true }, 'classifier.classify(true);'), /TS2345/);
});

test('the example in the documentation runs', async () => {
  const text = readFileSync(path.join(repository, 'docs/API.md'), 'utf8');
  const section = text.split(/^(?=## )/m).find((each) => each.startsWith('## Under Node')) ?? '';
  const [example, ...others] = [...section.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
  assert.deepEqual(others, [], 'examples that no test runs');
  symlinkSync(path.join(repository, 'models'), path.join(installed.folder, 'models'));
  const lines = (await output(example)).split('\n');
  assert.equal(lines.length, 3);
  assert.match(lines[0], /^5 0\.\d+$/);
});
