// Checks of the drop-in: what sessions refuse, and in which words; and the settings in `env`. Of what is said of
// models, and of pictures, the part is compared that apps match on.

import { check, refuses } from './check.mjs';
import { open, pair } from './ortSessions.mjs';

/** @typedef {import('./check.mjs').Ort} Ort */
/** @typedef {import('./check.mjs').Means} Means */

/** @param {(session: any, ort: Ort) => unknown} action @param {string} [model] */
const inSession = (action, model) => async (/** @type {Ort} */ ort, /** @type {Means} */ means) =>
  action(await open(ort, means, model), ort);

/** Of the model "open". @param {Ort} ort */
const offset = ({ Tensor }) => new Tensor('int64', [0n], [1]);

const create = [
  refuses('a number for a model', ({ InferenceSession }) => InferenceSession.create(7)),
  refuses('nothing for a model', ({ InferenceSession }) => InferenceSession.create()),
  refuses('null for a model', ({ InferenceSession }) => InferenceSession.create(null)),
  refuses('another typed array', ({ InferenceSession }) => InferenceSession.create(new Float32Array(4))),
  refuses('null for options', ({ InferenceSession }, { models }) => InferenceSession.create(models.pair(), null)),
  refuses('a text for options', ({ InferenceSession }, { folder }) => InferenceSession.create(`${folder}pair.onnx`, 'wasm')),
  refuses('an offset into a Uint8Array', ({ InferenceSession }, { models }) => InferenceSession.create(models.pair(), 0)),
  refuses('an offset into an address', ({ InferenceSession }, { folder }) => InferenceSession.create(`${folder}pair.onnx`, 0)),
  refuses('a broken offset', ({ InferenceSession }, { models }) => InferenceSession.create(models.pair().buffer, 0.5)),
  refuses('an offset below 0', ({ InferenceSession }) => InferenceSession.create(new ArrayBuffer(8), -1)),
  refuses('an offset at the end', ({ InferenceSession }) => InferenceSession.create(new ArrayBuffer(8), 8)),
  refuses('a length of 0', ({ InferenceSession }) => InferenceSession.create(new ArrayBuffer(8), 0, 0)),
  refuses('a length beyond the end', ({ InferenceSession }) => InferenceSession.create(new ArrayBuffer(8), 2, 7)),
  refuses('a broken length', ({ InferenceSession }) => InferenceSession.create(new ArrayBuffer(8), 2, 1.5)),
  refuses('a text for a length', ({ InferenceSession }) => InferenceSession.create(new ArrayBuffer(8), 2, '5')),
  refuses('null options after a length', ({ InferenceSession }, { models }) =>
    InferenceSession.create(models.pair().buffer, 0, models.pair().length, null)),
  refuses('a provider that is not here', ({ InferenceSession }, { models }) =>
    InferenceSession.create(models.pair(), { executionProviders: ['teapot'] })),
  refuses('two providers that are not here', ({ InferenceSession }, { models }) =>
    InferenceSession.create(models.pair(), { executionProviders: ['teapot', { name: 'kettle' }] })),
  refuses('an unknown optimization level', ({ InferenceSession }, { models }) =>
    InferenceSession.create(models.pair(), { graphOptimizationLevel: 'most' })),
  refuses('an unknown execution mode', ({ InferenceSession }, { models }) =>
    InferenceSession.create(models.pair(), { executionMode: 'fast' })),
  refuses('a log severity beyond 4', ({ InferenceSession }, { models }) =>
    InferenceSession.create(models.pair(), { logSeverityLevel: 5 })),
  refuses('a broken log verbosity', ({ InferenceSession }, { models }) =>
    InferenceSession.create(models.pair(), { logVerbosityLevel: 0.5 })),
  refuses('a negative extent for a dimension', ({ InferenceSession }, { models }) =>
    InferenceSession.create(models.open(), { freeDimensionOverrides: { n: -1 } })),
  refuses('a text for a dimension', ({ InferenceSession }, { models }) =>
    InferenceSession.create(models.open(), { freeDimensionOverrides: { n: '2' } })),
  refuses('an address with nothing', ({ InferenceSession }, { folder }) => InferenceSession.create(`${folder}nothing.onnx`),
    /nothing\.onnx/),
  refuses('no model', ({ InferenceSession }) => InferenceSession.create(new Uint8Array([1, 2, 3, 4])), /^Can't create a session\. /),
  refuses('a broken model', ({ InferenceSession }, { models }) =>
    InferenceSession.create(models.pair().subarray(0, 60)), /^Can't create a session\. /),
  refuses('an operator that nobody has', ({ InferenceSession }, { models }) =>
    InferenceSession.create(models.unknown()), /^Can't create a session\. .*Wobble/),
];

const runs = [
  ...Object.entries({ null: null, undefined: undefined, text: 'a', number: 5 }).map(([name, feeds]) =>
    refuses(`feeds: ${name}`, inSession((session) => session.run(feeds)))),
  refuses('feeds: a list', inSession((session, ort) => session.run([pair(ort).a]))),
  refuses('feeds: a tensor', inSession((session, ort) => session.run(pair(ort).a))),
  refuses('no input', inSession((session) => session.run({}))),
  refuses('an input is missing', inSession((session, ort) => session.run({ a: pair(ort).a }))),
  refuses('an input is undefined', inSession((session, ort) => session.run({ ...pair(ort), b: undefined }))),
  refuses('an input too many', inSession((session, ort) => session.run({ ...pair(ort), c: pair(ort).a }))),
  refuses('one missing, one too many', inSession((session, ort) => session.run({ a: pair(ort).a, c: pair(ort).a }))),
  refuses('an input that every object has', inSession((session, ort) => session.run({ ...pair(ort), toString: pair(ort).a }))),
  refuses('an input is null', inSession((session, ort) => session.run({ ...pair(ort), b: null })), /./),
  refuses('an input is a list', inSession((session, ort) => session.run({ ...pair(ort), b: [1, 2] })), /./),
  refuses('fetches: null', inSession((session, ort) => session.run(pair(ort), null))),
  refuses('fetches: a text', inSession((session, ort) => session.run(pair(ort), 'sum'))),
  refuses('fetches: a number', inSession((session, ort) => session.run(pair(ort), 1))),
  refuses('fetches: a function', inSession((session, ort) => session.run(pair(ort), () => {}))),
  refuses('fetches: a tensor', inSession((session, ort) => session.run(pair(ort), pair(ort).a))),
  refuses('fetches: an empty list', inSession((session, ort) => session.run(pair(ort), []))),
  refuses('fetches: a list of numbers', inSession((session, ort) => session.run(pair(ort), [0]))),
  refuses('fetches: an unknown output', inSession((session, ort) => session.run(pair(ort), ['sum', 'total']))),
  refuses('options: null', inSession((session, ort) => session.run(pair(ort), ['sum'], null))),
  refuses('options: a text', inSession((session, ort) => session.run(pair(ort), { sum: null }, 'x'))),
  refuses('feeds are looked at first', inSession((session) => session.run(null, null, null))),
  refuses('fetches are looked at before inputs', inSession((session) => session.run({}, ['total']))),
  refuses('a log severity of a run', inSession((session, ort) => session.run(pair(ort), { logSeverityLevel: 5 }))),
  refuses('a log verbosity of a run', inSession((session, ort) => session.run(pair(ort), { logVerbosityLevel: 'x' }))),
  refuses('a run to be terminated', inSession((session, ort) => session.run(pair(ort), { terminate: true }))),
  refuses('a disposed feed', inSession((session, ort) => {
    const feeds = pair(ort);
    feeds.b.dispose();
    return session.run(feeds);
  })),
  refuses('a disposed target', inSession((session, ort) => {
    const sum = new ort.Tensor('float32', new Float32Array(6), [2, 3]);
    sum.dispose();
    return session.run(pair(ort), { sum });
  })),
  refuses('a feed of another type', inSession((session, ort) => session.run({ ...pair(ort), b: new ort.Tensor('int32', [1, 2, 3, 4, 5, 6], [2, 3]) }))),
  refuses('a feed of float64', inSession((session, ort) => session.run({ ...pair(ort), a: new ort.Tensor('float64', [1, 2, 3, 4, 5, 6], [2, 3]) }))),
  refuses('a feed of texts', inSession((session, ort) => session.run({ ...pair(ort), a: new ort.Tensor('string', ['1', '2', '3', '4', '5', '6'], [2, 3]) }))),
  refuses('a feed of too few axes', inSession((session, ort) => session.run({ ...pair(ort), b: new ort.Tensor('float32', [1, 2, 3], [3]) }))),
  refuses('a feed of too many axes', inSession((session, ort) => session.run({ ...pair(ort), b: new ort.Tensor(new Float32Array(6), [1, 2, 3]) }))),
  refuses('a feed of another extent', inSession((session, ort) => session.run({ ...pair(ort), a: new ort.Tensor(new Float32Array(8), [2, 4]) }))),
  refuses('a feed of two other extents', inSession((session, ort) => session.run({ ...pair(ort), a: new ort.Tensor(new Float32Array(20), [5, 4]) }))),
  refuses('another extent beside an open one', inSession((session, ort) =>
    session.run({ x: new ort.Tensor(new Float32Array(4), [1, 4]), offset: offset(ort) }), 'open')),
  refuses('a target of other extents', inSession((session, ort) =>
    session.run(pair(ort), { sum: new ort.Tensor(new Float32Array(4), [2, 2]), product: null }))),
  refuses('a target of other axes', inSession((session, ort) => session.run(pair(ort), { sum: new ort.Tensor(new Float32Array(6), [6]) }))),
  refuses('a target of another type', inSession((session, ort) => session.run(pair(ort), { sum: new ort.Tensor(new Int32Array(6), [2, 3]) }))),
  refuses('a target of other extents than the feeds bring', inSession((session, ort) => session.run({
    x: new ort.Tensor(new Float32Array(3), [1, 3]), offset: offset(ort) }, { y: new ort.Tensor(new Float32Array(4), [2, 2]) }), 'open'), /./),
  refuses('a released session', inSession(async (session, ort) => {
    await session.release();
    return session.run(pair(ort));
  }), /cannot run inference\. invalid session id: /),
  refuses('a released session, and an input missing', inSession(async (session) => {
    await session.release();
    return session.run({});
  })),
  refuses('inputs of any shape: another type', inSession((session, ort) => session.run({
    a: new ort.Tensor('int64', [1], [1]), b: new ort.Tensor('float32', [1], [1]) }), 'shapeless')),
  refuses('inputs of any shape: that do not fit together', inSession((session, ort) => session.run({
    a: new ort.Tensor(new Float32Array(3)), b: new ort.Tensor(new Float32Array(2)) }), 'shapeless'), /./),
  refuses('inputs of any shape: released', inSession(async (session, ort) => {
    const feeds = { a: new ort.Tensor('float32', [1], [1]), b: new ort.Tensor('float32', [1], [1]) };
    await session.run(feeds);
    await session.release();
    return session.run(feeds);
  }, 'shapeless'), /cannot run inference\. invalid session id: /),
  check('the session goes on after refusals', inSession(async (session, ort) => {
    const failed = [];
    for (const feeds of [{}, { a: pair(ort).a, b: new ort.Tensor('float32', [1], [1]) }]) {
      failed.push(await session.run(feeds).then(() => 'did not fail', () => 'failed'));
    }
    return [failed, Array.from((await session.run(pair(ort))).sum.data)];
  })),
  check('a session that fails to be made leaves others alone', inSession(async (session, ort) => {
    const failed = await ort.InferenceSession.create(new Uint8Array(5)).then(() => 'did not fail', () => 'failed');
    return [failed, Array.from((await session.run(pair(ort))).sum.data)];
  })),
];

const settings = [
  check('version', ({ env }) => env.versions.common),
  check('groups of settings', ({ env }) => ['wasm', 'webgl', 'webgpu', 'versions'].map((name) => typeof env[name])),
  check('log level by default, and set', ({ env }) => {
    const levels = [];
    for (const level of [undefined, 'verbose', 'fatal', 'warning']) {
      env.logLevel = level;
      levels.push(env.logLevel);
    }
    return levels;
  }),
  refuses('an unknown log level', ({ env }) => { env.logLevel = 'loud'; }),
  refuses('a log level that is no text', ({ env }) => { env.logLevel = 3; }),
  check('settings are listed', ({ env }) => ['wasm', 'webgl', 'webgpu', 'versions', 'logLevel'].filter((name) =>
    Object.keys(env).includes(name))),
  check('settings of an app’s own are kept', ({ env }) => {
    env.ours = 1;
    env.debug = true;
    return [env.ours, env.debug];
  }),
  check('the default export is the same', (ort) =>
    ['InferenceSession', 'Tensor', 'env'].map((name) => ort.default[name] === ort[name])),
  check('instanceof a session', async (ort, means) => await open(ort, means) instanceof ort.InferenceSession),
  check('one environment', (ort) => ort.default.env === ort.env),
];

export const refusalChecks = [...create, ...runs, ...settings];
