// The drop-in under hostile use: names that objects have by themselves, buffers that are gone or that grow, sessions released in mid-run, timeouts. Each mistake is a GossamerError, and the session
// goes on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { ortRunner } from './library.mjs';
import { colourModel, encodeModel } from '../support/onnx.mjs';

const site = setUp();
const inPage = ortRunner(site);

/** Doubles two inputs, under names that every object seems to have. */
const namesModel = encodeModel({
  nodes: [
    { op: 'Add', inputs: ['constructor', 'constructor'], outputs: ['__proto__'] },
    { op: 'Add', inputs: ['toString', 'toString'], outputs: ['valueOf'] },
  ],
  inputs: [{ name: 'constructor', shape: ['n'] }, { name: 'toString', shape: [1] }],
  outputs: [{ name: '__proto__', shape: ['n'] }, { name: 'valueOf', shape: [1] }],
});

test('names that every object has are names like others', async () => {
  const got = await inPage(namesModel, async (ort, bytes) => {
    const session = await ort.InferenceSession.create(bytes);
    const one = new ort.Tensor('float32', [1], [1]);
    const pair = new ort.Tensor('float32', [2, 3], [2]);
    const failed = async (/** @type {any} */ feeds) => {
      try {
        await session.run(feeds);
        return 'did not fail';
      } catch (error) {
        return /** @type {Error} */ (error).message;
      }
    };
    const answers = await session.run({ constructor: pair, toString: one });
    const [named] = [await session.run({ constructor: pair, toString: one }, ['__proto__'])];
    // The engine does not count on its callers.
    const base = '/';
    const { Engine } = await import(`${base}lib/engine.js`);
    const { _loadRuntime: loadRuntime } = await import(`${base}gossamer.js`);
    const engine = new Engine();
    await engine.start(await loadRuntime({ wasmPaths: new URL('/wasm/', location.href).href }));
    await engine.create({ session: 1, model: new Blob([bytes]), options: 'flexible=1', warmup: false });
    const run = async (/** @type {any} */ feeds) => (await engine.run({ session: 1, feeds })).outputs;
    return {
      engine: await run({ toString: /** @type {any} */ (one).toBytes() }).catch((error) => error.message),
      keys: Object.keys(answers), proto: Array.from(/** @type {any} */ (answers['__proto__']).data),
      plain: Object.getPrototypeOf(answers) === Object.prototype, named: Object.keys(named),
      missing: [await failed({}), await failed({ toString: one })],
    };
  });
  assert.deepEqual(got.keys, ['__proto__', 'valueOf']);
  assert.deepEqual([got.proto, got.plain, got.named], [[4, 6], true, ['__proto__']]);
  assert.match(got.engine, /'constructor' is missing/);
  for (const message of got.missing) assert.match(message, /input 'constructor' is missing in 'feeds'/);
});

test('tensors that cannot be are refused', async () => {
  const said = await inPage(namesModel, async (ort) => {
    const { Tensor } = ort;
    const detached = new Float32Array(2);
    structuredClone(detached, { transfer: [detached.buffer] });
    const attempts = /** @type {[string, () => unknown][]} */ ([
      ['ARGUMENT type', () => new Tensor(/** @type {any} */ ('constructor'), new Float32Array(1), [1])],
      ['ARGUMENT type', () => new Tensor(/** @type {any} */ ('__proto__'), new Float32Array(1), [1])],
      ['ARGUMENT type', () => new Tensor(/** @type {any} */ (Object.create(null)), [1])],
      ['ARGUMENT data', () => new Tensor('int64', [1.5], [1])],
      ['ARGUMENT data', () => new Tensor('int64', [/** @type {any} */ ('x')], [1])],
      ['ARGUMENT data', () => new Tensor('float32', [/** @type {any} */ (Symbol('x'))], [1])],
      ['ARGUMENT data', () => new Tensor('float32', detached, [0])],
      ['ARGUMENT dims', () => new Tensor('float32', [1], /** @type {any} */ ([NaN]))],
      ['ARGUMENT dims', () => new Tensor('float32', [1], [2 ** 53, 0])],
    ]);
    return attempts.map(([expected, attempt]) => {
      try {
        attempt();
        return [expected, 'did not fail'];
      } catch (error) {
        const { code, attribute, message } = /** @type {any} */ (error);
        return [expected, code ? `${code} ${attribute}` : message];
      }
    });
  });
  for (const [expected, got] of said) assert.equal(got, expected);
});

test('a refusal is of the class that onnxruntime-web throws, and a GossamerError', async () => {
  const got = await inPage(namesModel, async (ort) => {
    const base = '/';
    const { GossamerError } = await import(`${base}gossamer.js`);
    const caught = (/** @type {() => unknown} */ action) => {
      try {
        return action();
      } catch (error) {
        return error;
      }
    };
    class Other extends GossamerError {}
    const untouched = Object.hasOwn(GossamerError, Symbol.hasInstance);
    const errors = [[1.5], [-1], [2]].map((dims) => /** @type {any} */ (caught(() => new ort.Tensor('float32', [1], dims))));
    return {
      untouched,
      kinds: errors.map((error) => [TypeError, RangeError, GossamerError, ort.GossamerError, Other].map((one) => error instanceof one)),
      fields: errors.map(({ code, stage, attribute, summary, name }) => [code, stage, attribute, summary, name]),
      plain: JSON.parse(JSON.stringify(errors[0])),
      from: errors.map((error) => GossamerError.from(error) === error),
      others: [new TypeError('x'), null, 5, { code: 'ARGUMENT' }].map((one) => /** @type {any} */ (one) instanceof GossamerError),
      own: new (/** @type {any} */ (Other))({ code: 'X', message: 'y' }) instanceof GossamerError,
    };
  });
  assert.deepEqual(got.kinds, [
    [true, false, true, true, false], [false, true, true, true, false], [false, false, true, true, false],
  ]);
  const texts = ['dims[0] must be an integer, got: 1.5', 'dims[0] must be a non-negative integer, got: -1',
    "Tensor's size(2) does not match data length(1)."];
  assert.deepEqual(got.fields, texts.map((text, i) => ['ARGUMENT', 'api', 'dims', text, ['TypeError', 'RangeError', 'Error'][i]]));
  assert.deepEqual(got.plain, { code: 'ARGUMENT', stage: 'api', attribute: 'dims', message: texts[0] });
  assert.deepEqual([got.untouched, got.from, got.others, got.own], [false, [true, true, true], [false, false, false, false], true]);
});

test('mistakes in a run are refused before it, and the session goes on', async () => {
  const got = await inPage(namesModel, async (ort, bytes) => {
    const { Tensor, InferenceSession } = ort;
    const session = await InferenceSession.create(bytes);
    const one = new Tensor('float32', [1], [1]);
    const lost = new Tensor(new Float32Array(1), [1]);
    structuredClone(lost.data, { transfer: [/** @type {any} */ (lost.data).buffer] });
    const empty = new Tensor(new Float32Array(0), [0]);
    structuredClone(empty.data, { transfer: [/** @type {any} */ (empty.data).buffer] });
    const disposed = new Tensor('float32', [1], [1]);
    disposed.dispose();
    const feeds = { constructor: one, toString: one };
    const attempts = /** @type {Record<string, () => Promise<unknown>>} */ ({
      list: () => session.run(/** @type {any} */ ([one])),
      lostFeed: () => session.run({ constructor: lost, toString: one }),
      lostTarget: () => session.run(feeds, { valueOf: lost }),
      disposedTarget: () => session.run(feeds, { valueOf: disposed }),
      fetchesText: () => session.run(feeds, /** @type {any} */ ('valueOf')),
      fetchesSymbol: () => session.run(feeds, /** @type {any} */ ([Symbol('a')])),
      long: () => session.run({ constructor: new Tensor(new Float32Array(0), [0]), toString: new Tensor(
        new Float32Array(0), [2 ** 32, 0]) }),
      providers: () => InferenceSession.create(bytes, { executionProviders: /** @type {any} */ ('wasm') }),
      provider: () => InferenceSession.create(bytes, { executionProviders: /** @type {any} */ ([null]) }),
      lostModel: () => InferenceSession.create(/** @type {any} */ (lost.data).buffer),
      options: () => InferenceSession.create(bytes, /** @type {any} */ (Symbol('a'))),
    });
    const said = [];
    for (const [name, attempt] of Object.entries(attempts)) {
      const error = /** @type {any} */ (await attempt().catch((failure) => failure));
      said.push([name, error?.code ?? String(error)]);
    }
    // One that grows is as it was at the call, and is refused once it has other elements than the extents say.
    const Resizable = /** @type {any} */ (ArrayBuffer);  // the second argument is new
    const growing = new Resizable(4, { maxByteLength: 16 });
    const grown = new Tensor(new Float32Array(growing), [1]);
    grown.data[0] = 4;
    const before = session.run({ constructor: one, toString: grown });
    growing.resize(8);
    const after = await session.run({ constructor: one, toString: grown }).catch((failure) => failure.message);
    const inDetached = await session.run({ constructor: empty, toString: one });
    const ignored = await /** @type {any} */ (InferenceSession).create(bytes, {}, 5);
    // Other values than a tensor or null mean run options, as there.
    const all = await session.run(feeds, /** @type {any} */ ({ valueOf: 5 }));
    return {
      said, empty: inDetached['__proto__'].dims, after: Number((await session.run(feeds))['valueOf']?.data[0]),
      ignored: ignored.inputNames.length, all: Object.keys(all),
      grown: [Number((await before)['valueOf']?.data[0]), after],
    };
  });
  for (const [name, code] of got.said) {
    assert.equal(code, name === 'disposedTarget' ? 'HANDLE' : 'ARGUMENT', name);
  }
  assert.deepEqual(got.empty, [0]);
  assert.deepEqual(got.grown, [8, "Tensor's size(1) does not match data length(2)."]);
  assert.deepEqual([got.after, got.ignored, got.all], [2, 2, ['__proto__', 'valueOf']]);
});

test('half-precision tensors hold what the browser has for them', async () => {
  const got = await inPage(namesModel, async (ort) => {
    const half = /** @type {any} */ (globalThis).Float16Array;
    const bits = new Uint16Array([0x3c00, 0xc000]);
    const fromBits = new ort.Tensor('float16', bits, [2]);
    const fromList = half ? new ort.Tensor('float16', [1, -2], [2]) : fromBits;
    const inferred = half ? new ort.Tensor(new half([1, -2]), [2]) : fromBits;
    const words = new ort.Tensor(bits, [2]);
    return {
      values: half ? [fromBits, fromList, inferred].map(({ data }) => Array.from(data, Number)) : 'bits',
      types: [inferred.type, words.type],
    };
  });
  assert.deepEqual(got.types, ['float16', 'uint16']);
  assert.deepEqual(got.values, [[1, -2], [1, -2], [1, -2]]);
});

test('released in mid-run, twice, and in time: what is pending rejects, no worker stays', async () => {
  const got = await inPage(colourModel(), async (ort, bytes) => {
    const alive = new Set();
    let refused = '';
    const Original = Worker;
    globalThis.Worker = /** @type {any} */ (class extends Original {
      constructor(/** @type {[any, any]} */ ...args) {
        super(...args);
        alive.add(this);
      }
      postMessage(/** @type {any} */ message, /** @type {any} */ transfer = undefined) {
        const { id, method } = message;
        if (method !== refused) return super.postMessage(message, transfer);
        const data = { id, error: { code: 'INTERNAL', message: 'refused' } };
        return void setTimeout(() => this.dispatchEvent(new MessageEvent('message', { data })));
      }
      terminate() {
        alive.delete(this);
        super.terminate();
      }
    });
    const code = (/** @type {any} */ error) => error.code ?? String(error);
    const session = await ort.InferenceSession.create(bytes);
    const image = new ort.Tensor(new Float32Array(192), [1, 3, 8, 8]);
    const pending = [session.run({ image }), session.run({ image })].map((run) => run.catch(code));
    const profile = session.endProfiling().catch(code);
    await session.release();
    await session.release();
    const released = [...await Promise.all(pending), await profile];
    const left = [alive.size];

    refused = 'info';
    released.push(await ort.InferenceSession.create(bytes).catch(code));
    refused = '';
    left.push(alive.size);

    ort.env.wasm.initTimeout = 300;
    const begin = performance.now();
    ort.env.wasm.wasmPaths = '/never/';
    const never = await ort.InferenceSession.create(bytes).catch((error) => error);
    const waited = performance.now() - begin;
    ort.env.wasm.wasmPaths = undefined;
    ort.env.wasm.initTimeout = Infinity;
    const patient = await ort.InferenceSession.create(bytes, { graphOptimizationLevel: 'all' });
    left.push(alive.size);
    await patient.release();
    return { released, left, never: [never.code, never.message], waited };
  }, (page) => page.route('**/never/*', () => {}));
  assert.deepEqual(got.released, ['HANDLE', 'HANDLE', 'HANDLE', 'INTERNAL']);
  assert.equal(got.never[0], 'ABORTED');
  assert.match(got.never[1], /longer than 300 ms/);
  assert.ok(got.waited < 10_000, String(got.waited));
  assert.deepEqual(got.left, [0, 0, 1]);
});

test('the runtime is found where env says, in every form', async () => {
  const got = await inPage(colourModel(), async (ort, bytes) => {
    const { wasm } = ort.env;
    const asked = () => performance.getEntriesByType('resource').map(({ name }) => name)
      .filter((name) => name.endsWith('.wasm')).map((name) => new URL(name).pathname);
    const works = async (/** @type {any} */ wasmPaths) => {
      wasm.wasmPaths = wasmPaths;
      performance.clearResourceTimings();
      const session = await ort.InferenceSession.create(bytes);
      await session.release();
      return asked();
    };
    const file = (/** @type {string} */ name) => new URL(`/files/${name}`, location.href);
    const answers = [
      await works(new URL('/folder', location.href)),
      await works({ mjs: file('gossamer-simd.mjs'), wasm: file('gossamer-simd-x1.wasm').href }),
      await works({ mjs: file('ort-wasm.mjs'), wasm: file('ort-wasm.wasm') }),
      await works('/onnxruntime/'),
    ];
    const refused = [];
    for (const wrong of [5, true, () => {}]) {
      refused.push(await works(wrong).catch((error) => error.code));
    }
    return { answers, refused };
  }, async (page) => {
    await page.route(/\/(folder|files)\//, async (route) => {
      const [, name, ending] = /(gossamer-\w+(?:-mt)?).*\.(\w+)$/.exec(route.request().url()) ?? [];
      if (!name) return route.fulfill({ status: 404 });
      const response = await route.fetch({ url: `${site.url}/wasm/${name}.${ending.replace('mjs', 'js')}` });
      return route.fulfill({ response });
    });
  });
  const [folder, files, ...theirs] = got.answers;
  assert.match(folder.join(), /^\/folder\/gossamer-\w+-mt\.wasm$/);
  assert.deepEqual(files, ['/files/gossamer-simd-x1.wasm']);
  // Files of onnxruntime-web are of no use; Gossamer's own are known by now, or asked for second.
  assert.ok(theirs.flat().every((name) => /^\/(wasm|onnxruntime)\/gossamer-/.test(name)), String(theirs));
  assert.deepEqual(got.refused, ['ARGUMENT', 'ARGUMENT', 'ARGUMENT']);
});

test('the time for starting does not count the model on its way', async () => {
  const names = await inPage(colourModel(), async (ort, bytes) => {
    await ort.InferenceSession.create(bytes);  // compiles
    ort.env.wasm.initTimeout = 1500;
    return (await ort.InferenceSession.create('/slow/colour.onnx')).inputNames;
  }, (page) => page.route('**/slow/*', (route) =>
    setTimeout(() => route.fulfill({ body: colourModel() }), 2000)));
  assert.deepEqual(names, ['image']);
});

test('what needs a GPU is refused by name', async () => {
  const said = await inPage(colourModel(), async (ort) => {
    const factories = /** @type {any} */ (ort.Tensor);
    return ['fromGpuBuffer', 'fromTexture', 'fromMLTensor'].map((name) => {
      try {
        return factories[name](new Float32Array(1), {});
      } catch (error) {
        const { code, message } = /** @type {any} */ (error);
        return [code, message.includes(`Tensor.${name}`)];
      }
    });
  });
  assert.deepEqual(said, Array.from({ length: 3 }, () => ['UNSUPPORTED', true]));
});
