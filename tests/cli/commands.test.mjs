// The command line as a user meets it, natively and under Node: both give the same classes and
// probabilities for the same pictures, and what is wrong with a model gives one clear message on
// standard error, nothing on standard output, and an exit code that says whose fault it is.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { encodeModel, encodeTensor, unknownOperatorModel } from '../support/onnx.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const model = path.join(root, 'models/digits/digits.onnx');
/** @type {Record<string, string[]>} */
const programs = {
  native: [path.join(root, 'build/native/gossamer')],
  wasm: [process.execPath, path.join(root, 'build/wasm/gossamer-cli.mjs')],
};
const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-cli-'));
after(() => rmSync(folder, { recursive: true }));

/** @param {string} program @param {string[]} args */
function gossamer(program, ...args) {
  const [command, ...first] = programs[program];
  const { status, stdout, stderr } = spawnSync(command, [...first, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('docs/OPERATORS.md is what `gossamer ops` prints', () => {
  const written = readFileSync(path.join(root, 'docs/OPERATORS.md'), 'utf8');
  assert.equal(gossamer('native', 'ops').stdout, written);
});

/** One held-out picture of each digit. */
const pictures = Array.from({ length: 10 }, (_, digit) => {
  const of = path.join(root, 'models/digits/heldout', String(digit));
  return path.join(of, readdirSync(of).sort()[0]);
});

/** @param {string} program */
function classifyAll(program) {
  const { status, stdout, stderr } = gossamer(program, 'classify', model, ...pictures, '--json', '--top', '10');
  assert.equal(status, 0, stderr);
  /** @type {{image: string, result: {categories: {index: number, probability: number}[]}}[]} */
  const images = JSON.parse(stdout).images;
  return images.map(({ result }) => new Map(result.categories.map((c) => [c.index, c.probability])));
}

test('native and wasm agree on every probability to 1e-5', () => {
  const [native, wasm] = [classifyAll('native'), classifyAll('wasm')];
  assert.equal(native.length, pictures.length);
  native.forEach((probabilities, digit) => {
    assert.equal(probabilities.size, 10);
    for (const [index, probability] of probabilities) {
      const other = wasm[digit].get(index) ?? NaN;
      assert.ok(Math.abs(probability - other) <= 1e-5, `${pictures[digit]}: ${probability} and ${other}`);
    }
    const [best] = [...probabilities].sort((a, b) => b[1] - a[1])[0];
    assert.equal(best, digit, pictures[digit]);
  });
});

/** @type {Record<string, {bytes: Buffer, expect: RegExp}>} */
const faults = {
  'truncated.onnx': { bytes: readFileSync(model).subarray(0, 100_000), expect: /PARSE/ },
  'notes.onnx': { bytes: Buffer.from('Dear diary, this is not a model.\n'), expect: /PARSE.*text file/ },
  'empty.onnx': { bytes: Buffer.alloc(0), expect: /PARSE.*empty file/ },
  'wobble.onnx': { bytes: unknownOperatorModel(), expect: /UNSUPPORTED.*Wobble/ },
};

for (const program of Object.keys(programs)) {
  for (const [name, { bytes, expect }] of Object.entries(faults)) {
    test(`${program}: ${name} gives one clear error`, () => {
      const file = path.join(folder, `${program}-${name}`);
      writeFileSync(file, bytes);
      for (const args of [['classify', file, pictures[0]], ['info', file], ['bench', file]]) {
        const { status, stdout, stderr } = gossamer(program, ...args);
        assert.equal(status, 1, stderr);
        assert.equal(stdout, '');
        assert.match(stderr, expect);
        assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
      }
    });
  }

  test(`${program}: a picture that is none fails alone`, () => {
    const file = path.join(folder, `${program}-notes.png`);
    writeFileSync(file, 'no picture');
    const { status, stdout, stderr } = gossamer(program, 'classify', model, file, pictures[4]);
    assert.equal(status, 1);
    assert.match(stderr, /notes\.png: IMAGE/);
    assert.match(stdout, /^ +\d+\.\d+ % +4$/m);
  });

  test(`${program}: a model that does not say how pictures become its input gets a note beside its answer`, () => {
    const bare = path.join(folder, `${program}-bare.onnx`);
    assert.equal(gossamer(program, 'edit', model, bare, '--remove', 'gossamer.recipe').status, 0);
    for (const [file, options, said] of /** @type {[string, string[], boolean][]} */ ([
      [model, [], false], [bare, [], true], [bare, ['--recipe', 'fit=stretch'], false],
    ])) {
      const { status, stdout, stderr } = gossamer(program, 'classify', file, pictures[4], '--json', ...options);
      assert.equal(status, 0, stderr);
      assert.equal(JSON.parse(stdout).images.length, 1);
      assert.equal(/note: the model does not say/.test(stderr), said, `${options} ${stderr}`);
    }
  });

  test(`${program}: a wrong call says what is missing and exits with 2`, () => {
    for (const [args, expect] of /** @type {[string[], RegExp][]} */ ([
      [['classify'], /classify needs MODEL and IMAGE[\s\S]*usage:/],
      [['classify', model], /at least one IMAGE/],
      [['classify', model, pictures[0], '--top', '0'], /--top has an unusable value; got 0/],
      [['info', model, '--bogus'], /unknown option --bogus.*--json/],
      [['frobnicate'], /no command 'frobnicate'/],
    ])) {
      const { status, stdout, stderr } = gossamer(program, ...args);
      assert.equal(status, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, expect);
    }
  });

  test(`${program}: a plan larger than the address space is refused before memory is taken`, () => {
    // A row times a column: 4 k bytes each, and 32 k of scratch. Each part can be addressed, not
    // their sum: just under 2 GiB of scratch in a 32-bit program.
    const k = program === 'wasm' ? 249 * 2 ** 18 : 249 * 2 ** 50;
    const file = path.join(folder, `${program}-large.onnx`);
    writeFileSync(file, encodeModel({
      nodes: [{ op: 'MatMul', inputs: ['row', 'column'], outputs: ['y'] }],
      inputs: [{ name: 'row', shape: [1, k] }, { name: 'column', shape: [k, 1] }],
      outputs: [{ name: 'y' }],
    }));
    const anyMemory = ['--max-memory', String(2n ** 64n - 1n)];
    const { status, stderr } = gossamer(program, 'info', file, '--max-work', '0', ...anyMemory);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /BUDGET \(plan\).*more memory than can be addressed/);
    if (program === 'native') assert.match(gossamer(program, 'info', file, ...anyMemory).stderr, /BUDGET \(plan\).*more work than allowed/);
  });

  test(`${program}: run wants every input once`, () => {
    const file = (/** @type {string} */ name) => path.join(folder, `${program}-${name}`);
    writeFileSync(file('sub.onnx'), encodeModel({
      nodes: [{ op: 'Sub', inputs: ['a', 'b'], outputs: ['y'] }],
      inputs: [{ name: 'a', shape: [2] }, { name: 'b', shape: [2] }],
      outputs: [{ name: 'y' }],
    }));
    writeFileSync(file('t.pb'), encodeTensor('t', { dims: [2], values: [3, 4] }));
    const run = (/** @type {string[]} */ ...names) => gossamer(program, 'run', file('sub.onnx'),
      '--output-dir', folder, ...names.flatMap((name) => ['--input', `${name}=${file('t.pb')}`]));
    assert.equal(run('a', 'b').status, 0);
    assert.match(run('a').stderr, /every input needs one --input; got 1, expected 2/);
    const { status, stderr } = run('a', 'a');
    assert.equal(status, 2);
    assert.match(stderr, /ARGUMENT.*--input names an input twice/);
  });

  test(`${program}: line breaks in options separate parts of a recipe and nothing else`, () => {
    const info = (/** @type {string[]} */ ...args) => gossamer(program, 'info', model, ...args);
    assert.equal(info('--recipe', 'channels=gray\nfit=stretch').status, 0);
    for (const args of [['--recipe', 'fit=stretch\nmax_memory=1'], ['--dim', 'n=1\nprofile=1'],
      ['--max-memory', '1000000000\nprofile=1']]) {
      const { status, stderr } = info(...args);
      assert.equal(status, 2, args[1]);
      assert.match(stderr, /ARGUMENT/);
    }
  });

  test(`${program}: the profile accounts for every step, by itself and by kernel`, () => {
    const { status, stdout, stderr } = gossamer(program, 'bench', model, '--profile', '--json', '--runs', '3');
    assert.equal(status, 0, stderr);
    /** @typedef {{multiply_adds: number, milliseconds: number, fastest_milliseconds: number, share_of_peak: number}} Cost */
    /** @type {{steps: (Cost & {kernel: string})[], kernels: (Cost & {kernel: string, steps: number})[], peak_gflops: number}} */
    const { steps, kernels, peak_gflops: peak } = JSON.parse(stdout);
    assert.ok(peak > 0.1 && peak < 1000, `${peak}`);
    for (const { kernel, steps: count, ...cost } of kernels) {
      const own = steps.filter((step) => step.kernel === kernel);
      assert.equal(own.length, count);
      for (const key of /** @type {const} */ (['multiply_adds', 'milliseconds', 'fastest_milliseconds'])) {
        const sum = own.reduce((total, step) => total + step[key], 0);
        assert.ok(Math.abs(sum - cost[key]) <= 1e-6 * sum, `${kernel}: ${key} ${cost[key]}, not ${sum}`);
      }
    }
    assert.equal(kernels.reduce((total, { steps: count }) => total + count, 0), steps.length);
    for (const step of steps) {
      assert.ok(step.fastest_milliseconds > 0 && step.fastest_milliseconds <= step.milliseconds);
      const gflops = 2e-6 * step.multiply_adds / step.fastest_milliseconds;
      assert.ok(Math.abs(step.share_of_peak - gflops / peak) <= 1e-6 * step.share_of_peak);
    }
    assert.match(gossamer(program, 'bench', model, '--profile', '--runs', '3').stdout, /peak of one thread: .* GFLOPS.*\nspeed counts the direct method's multiply-adds/);
  });

  test(`${program}: every command has its help`, () => {
    for (const command of ['classify', 'info', 'run', 'test', 'bench', 'ops']) {
      const { status, stdout } = gossamer(program, command, '--help');
      assert.equal(status, 0);
      assert.match(stdout, new RegExp(`^usage: gossamer ${command}`));
    }
  });
}

test('threads are what was asked for, where there are any, and change no result', () => {
  const results = ['1', '2', '4'].map((threads) => {
    const { stdout } = gossamer('native', 'classify', model, ...pictures, '--json', '--top', '10', '--threads', threads);
    const { images } = JSON.parse(stdout);
    return images.map((/** @type {{result: object}} */ { result }) => result);  // without its times
  });
  assert.equal(results[0].length, pictures.length);
  assert.equal(results[0][0].categories.length, 10);
  assert.deepEqual(results[1], results[0]);
  assert.deepEqual(results[2], results[0]);
  const said = (/** @type {string} */ program, /** @type {string} */ threads) => {
    const { thread_reason: reason, threads: count } = JSON.parse(gossamer(program, 'info', model, '--json', '--threads', threads).stdout);
    return [count, reason];
  };
  assert.deepEqual(said('native', '3'), [3, 'asked for']);
  for (const threads of ['0', '1']) assert.equal(said('wasm', threads)[0], 1);
  const refused = gossamer('wasm', 'info', model, '--threads', '3');
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /ARGUMENT.*one thread.*--threads 3/s);
  assert.match(gossamer('native', 'info', model, '--threads', '2').stdout, /^threads {2}2: asked for$/m);
  for (const threads of ['65', '-1', 'all']) {
    const { status, stderr } = gossamer('native', 'bench', model, '--threads', threads);
    assert.equal(status, 2, threads);
    assert.match(stderr, /ARGUMENT/);
  }
});

// Where it is used: by benchmarks, natively.
test('native: bench --turns answers each number of runs with as many times', () => {
  const [command, ...first] = programs.native;
  const options = /** @type {const} */ ({ encoding: 'utf8', input: '2\n3\n' });
  const { status, stdout, stderr } = spawnSync(command, [...first, 'bench', model, '--turns'], options);
  assert.equal(status, 0, stderr);
  const [started, ...turns] = stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(started.load > 0 && started.first > 0, stdout);
  assert.deepEqual(turns.map((times) => times.length), [2, 3]);
  assert.ok(turns.flat().every((time) => time > 0), stdout);
});
