// Where the drop-in differs from onnxruntime-web on purpose, or because it has to: each with what both do.
// docs/API.md lists them. A difference that is gone, on either side, fails the test.

import { check } from './check.mjs';
import { canvasOf, imageAt, sample } from './ortImages.mjs';
import { open, pair } from './ortSessions.mjs';

/** @typedef {import('./check.mjs').Check} Check */
/** @typedef {{ours: unknown, theirs: unknown}} Both  a value, or what the message matches */

/** @type {(name: string, both: Both, run: Check['run']) => Check & Both} */
const differs = (name, both, run) => ({ ...check(name, run), ...both });

const tensors = [
  differs('memory of a GPU', { theirs: 'gpu-buffer', ours: /fromGpuBuffer is not supported/ }, ({ Tensor }) =>
    Tensor.fromGpuBuffer({}, { dims: [1] }).location),
  differs('a texture', { theirs: 'texture', ours: /fromTexture is not supported/ }, ({ Tensor }) =>
    Tensor.fromTexture({}, { width: 1, height: 1 }).location),
  differs('an MLTensor', { theirs: 'ml-tensor', ours: /fromMLTensor is not supported/ }, ({ Tensor }) =>
    Tensor.fromMLTensor({}, { dims: [1] }).location),
  differs('a place on a GPU', { theirs: 'gpu-buffer', ours: /location 'gpu-buffer' is not supported/ }, ({ Tensor }) =>
    new Tensor({ location: 'gpu-buffer', type: 'float32', gpuBuffer: {}, dims: [1] }).location),
  differs('elements that were transferred away', { theirs: 0, ours: /transferred away/ }, ({ Tensor }) => {
    const data = new Float32Array(2);
    structuredClone(data, { transfer: [data.buffer] });
    return new Tensor(data).size;
  }),
  differs('texts that are none', { theirs: 'string', ours: /must be a string array/ }, ({ Tensor }) =>
    new Tensor('string', [1, 2]).type),
  differs('a class of its own of typed arrays', { theirs: /Unsupported type for tensor data/, ours: 'float32' }, ({ Tensor }) => {
    class Mine extends Float32Array {}
    return new Tensor(new Mine(2)).type;
  }),
];

const run = [
  differs('a tensor for an output is filled', { theirs: [0, 0, 0, 0, 0, 0], ours: [7, 3, 7, 7, 7, 7.5] }, async (ort, means) => {
    const sum = new ort.Tensor('float32', new Float32Array(6), [2, 3]);
    await (await open(ort, means)).run(pair(ort), { sum });
    return Array.from(sum.data);
  }),
  differs('run options stay as they were', { theirs: ['tag', 'logSeverityLevel', 'logVerbosityLevel', 'terminate'], ours: ['tag'] },
    async (ort, means) => {
      const options = { tag: 'x' };
      await (await open(ort, means)).run(pair(ort), options);
      return Object.keys(options);
    }),
  differs('session options stay as they were', { theirs: ['extra'], ours: [] }, async (ort, means) => {
    const options = {};
    await open(ort, means, 'pair', options);
    return Object.keys(options);
  }),
  differs('pinned memory as a feed', { theirs: /invalid data location: cpu-pinned/, ours: 'sum,product' }, async (ort, means) => {
    const a = ort.Tensor.fromPinnedBuffer('float32', new Float32Array(6), [2, 3]);
    return String(Object.keys(await (await open(ort, means)).run({ a, b: a })));
  }),
  differs('texts as a feed', { theirs: ['a', 'b', 'a', 'b'], ours: /string/ }, async (ort, means) => {
    const session = await open(ort, means, 'texts');
    return (await session.run({ x: new ort.Tensor('string', ['a', 'b', 'a', 'b'], [2, 2]) })).y.data;
  }),
  differs('released twice', { theirs: /invalid session id/, ours: 'undefined' }, async (ort, means) => {
    const session = await open(ort, means);
    await session.release();
    return String(await session.release());
  }),
  differs('the end of profiling can be awaited', { theirs: 'undefined', ours: '[object Promise]' }, async (ort, means) => {
    const session = await open(ort, means, 'pair', { enableProfiling: true });
    return String(session.endProfiling());
  }),
  differs('a URL for a model', { theirs: /must be 'path' or 'buffer'/, ours: ['a', 'b'] }, async ({ InferenceSession }, { folder }) =>
    (await InferenceSession.create(new URL(`${folder}pair.onnx`))).inputNames),
  differs('weights beside the model are found', { theirs: /Failed to load external data file/, ours: 1 }, async ({ InferenceSession }, { folder }) =>
    (await InferenceSession.create(`${folder}external.onnx`)).inputNames.length),
];

const described = [
  differs('metadata of open dimensions without a name', { theirs: [4294967295, 3], ours: [-1, 3] }, async (ort, means) =>
    (await open(ort, means, 'unnamed')).inputMetadata[0].shape),
  differs('metadata of outputs that follow open dimensions and state no shape', { theirs: ['batch', 3, 2], ours: [] }, async (ort, means) =>
    (await open(ort, means, 'undeclared')).outputMetadata[0].shape),
];

const messages = [
  differs('what is no model', { theirs: /ERROR_CODE: 7, ERROR_MESSAGE: Failed to load model because protobuf parsing failed/,
    ours: /PARSE \(decode\): the file is not a complete ONNX model/ }, ({ InferenceSession }) =>
    InferenceSession.create(new Uint8Array([1, 2, 3, 4]))),
  differs('an operator that nobody has', { theirs: /ERROR_CODE: 6, ERROR_MESSAGE: No Op registered for Wobble/,
    ours: /UNSUPPORTED \(graph\): .* got Wobble x1/ }, ({ InferenceSession }, { models }) => InferenceSession.create(models.unknown())),
  differs('a model that is not there', { theirs: /^threw failed to load external data file: http.*nothing\.onnx/,
    ours: /NETWORK .*nothing\.onnx; got status 404/ }, ({ InferenceSession }, { folder }) =>
    InferenceSession.create(`${folder}nothing.onnx`)),
];

const names = [
  differs('exports', {
    theirs: ['InferenceSession', 'TRACE', 'TRACE_EVENT_BEGIN', 'TRACE_EVENT_END', 'TRACE_FUNC_BEGIN', 'TRACE_FUNC_END', 'Tensor',
      'default', 'env', 'registerBackend'],
    ours: ['GossamerError', 'InferenceSession', 'Tensor', 'default', 'env'],
  }, (ort) => Object.keys(ort).sort()),
  differs('versions', { theirs: ['common', 'web'], ours: ['common', 'gossamer'] }, ({ env }) => Object.keys(env.versions).sort()),
  differs('settings that are filled in', { theirs: ['initTimeout', 'numThreads', 'proxy', 'trace', 'wasmPaths'], ours: [] },
    async (ort, means) => {
      await open(ort, means);
      return Object.keys(ort.env.wasm).sort();
    }),
];

const images = [
  differs('a size is scaled to', { theirs: 255, ours: 128 }, async ({ Tensor }) => {
    const halves = new ImageData(new Uint8ClampedArray([255, 255, 255, 255, 0, 0, 0, 255]), 2, 1);
    return (await Tensor.fromImage(halves, { resizedWidth: 1, resizedHeight: 1, norm: { mean: 1, bias: 0 } })).data[0];
  }),
  differs('uint8', { theirs: 'float32', ours: 'uint8' }, async ({ Tensor }) =>
    (await Tensor.fromImage(sample(), { dataType: 'uint8' })).type),
  differs('NHWC', { theirs: /NHWC/, ours: [1, 2, 3, 3] }, async ({ Tensor }) =>
    (await Tensor.fromImage(sample(), { tensorLayout: 'NHWC' })).dims),
  differs('a mean without a bias', { theirs: /Cannot read properties of undefined/, ours: [1, 41, 81] }, async ({ Tensor }) => {
    const { data } = await Tensor.fromImage(sample(), { norm: { mean: 1 } });
    return Array.from(data.slice(0, 3));
  }),
  differs('options stay as they were', { theirs: ['format', 'height', 'width'], ours: [] }, async ({ Tensor }) => {
    const options = {};
    await Tensor.fromImage(sample(), options);
    return Object.keys(options);
  }),
  differs('an <img> has three channels', { theirs: [1, 4, 2, 3], ours: [1, 3, 2, 3] }, async ({ Tensor }) =>
    (await Tensor.fromImage(await imageAt(canvasOf(sample()).toDataURL()))).dims),
  differs('an <img> in a format', { theirs: /RGBA/, ours: [1, 3, 2, 3] }, async ({ Tensor }) =>
    (await Tensor.fromImage(await imageAt(canvasOf(sample()).toDataURL()), { tensorFormat: 'BGR' })).dims),
  differs('an ImageBitmap without options', { theirs: /Please provide image config/, ours: [1, 3, 2, 3] }, async ({ Tensor }) =>
    (await Tensor.fromImage(await createImageBitmap(sample()))).dims),
  differs('a canvas', { theirs: /not supported/, ours: [1, 3, 2, 3] }, async ({ Tensor }) =>
    (await Tensor.fromImage(canvasOf(sample()))).dims),
  differs('the way back undoes the bias', { theirs: [0, 1, 11, 255], ours: [1, 11, 21, 255] }, async ({ Tensor }) => {
    const norm = { mean: 2, bias: 10 };
    return Array.from((await Tensor.fromImage(sample(), { norm })).toImageData({ format: 'RGB', norm }).data.slice(0, 4));
  }),
  differs('the way back knows BGR', { theirs: [21, 11, 1, 255], ours: [1, 11, 21, 255] }, async ({ Tensor }) =>
    Array.from((await Tensor.fromImage(sample(), { tensorFormat: 'BGR' })).toImageData({ format: 'BGR' }).data.slice(0, 4))),
  differs('the way back knows RBG', { theirs: /doesn't match/, ours: [1, 11, 21, 255] }, async ({ Tensor }) =>
    Array.from((await Tensor.fromImage(sample(), { tensorFormat: 'RBG' })).toImageData({ format: 'RBG' }).data.slice(0, 4))),
  differs('the way back knows NHWC', { theirs: [255, 0, 255, 255, 0, 0, 0, 255], ours: [255, 0, 0, 255, 0, 255, 0, 255] }, async ({ Tensor }) =>
    Array.from(new Tensor('float32', [1, 0, 0, 0, 1, 0], [1, 1, 2, 3]).toImageData({ format: 'RGB', tensorLayout: 'NHWC' }).data)),
  differs('the way back of uint8', { theirs: [255, 255, 255, 255], ours: [1, 2, 3, 255] }, async ({ Tensor }) =>
    Array.from(new Tensor('uint8', [1, 2, 3], [1, 3, 1, 1]).toImageData().data)),
  differs('the way back with a norm and no format', { theirs: /doesn't match/, ours: [1, 2, 3, 255] }, async ({ Tensor }) =>
    Array.from(new Tensor('float32', [1, 2, 3], [1, 3, 1, 1]).toImageData({ norm: { mean: 1, bias: 0 } }).data)),
  differs('the way back of opacity', { theirs: [255, 255, 255, 255], ours: [255, 255, 255, 51] }, async ({ Tensor }) =>
    Array.from(new Tensor('float32', [1, 1, 1, 0.2], [1, 4, 1, 1]).toImageData().data)),
];

export const checks = [...tensors, ...run, ...described, ...messages, ...names, ...images];
export { outcome } from './check.mjs';
