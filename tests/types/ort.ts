// What TypeScript says of the drop-in: it passes for onnxruntime-common, whose types apps compile against, and
// its own types serve an app as well. Nothing here runs; tests/app/ortTypes.test.mjs compiles it.

import * as common from 'onnxruntime-common';
import * as ours from '../../dist/ort.js';

// The module, part by part, where onnxruntime-common's is wanted.
export const factory: common.InferenceSessionFactory = ours.InferenceSession;
export const constructor: common.TensorConstructor = ours.Tensor;
export const env: common.Env = ours.env;
export const parts: Pick<typeof common, 'InferenceSession' | 'Tensor' | 'env'> = ours;
export const byDefault: Pick<typeof common, 'InferenceSession' | 'Tensor' | 'env'> = ours.default;

/** An app that was written with onnxruntime-common's types, and gets ours. */
export async function app(ort: Pick<typeof common, 'InferenceSession' | 'Tensor' | 'env'>, image: HTMLImageElement) {
  ort.env.wasm.numThreads = 2;
  ort.env.wasm.wasmPaths = { mjs: 'a.mjs', wasm: new URL('https://example.org/a.wasm') };
  ort.env.logLevel = 'error';
  const options: common.InferenceSession.SessionOptions = {
    executionProviders: ['webgpu', { name: 'wasm' }], graphOptimizationLevel: 'all', freeDimensionOverrides: { batch: 1 },
    externalData: [{ path: 'model.onnx.data', data: new Uint8Array() }], extra: { session: {} },
  };
  const session: common.InferenceSession = await ort.InferenceSession.create('model.onnx', options);
  const tensor: common.Tensor = await ort.Tensor.fromImage(image, { tensorLayout: 'NHWC', norm: { mean: [1, 2, 3] } });
  const outputs = await session.run({ [session.inputNames[0]]: tensor }, { [session.outputNames[0]]: null }, { tag: 'a' });
  const names: string[] = session.inputMetadata.flatMap((one) => (one.isTensor ? one.type : []));
  await session.release();
  return { outputs, names };
}
export const result = app(ours, new Image());

/** The same app with our types alone. */
export async function own(): Promise<readonly number[]> {
  const options: ours.SessionOptions = { executionProviders: ['wasm'], enableProfiling: true };
  const session: ours.InferenceSession = await ours.InferenceSession.create(new ArrayBuffer(8), 0, 8, options);
  const feeds: Record<string, ours.Tensor> = {
    image: new ours.Tensor('float32', [1, 2, 3], [1, 3]), step: new ours.Tensor('int64', [1n]), flags: new ours.Tensor([true]),
  };
  const { logits } = await session.run(feeds, ['logits']);
  const values: Float32Array = new ours.Tensor('float32', [1]).data;
  const longs: BigInt64Array = new ours.Tensor(new BigInt64Array(2), [2]).reshape([1, 2]).data;
  const texts: string[] = await new ours.Tensor('string', ['a']).getData();
  const shape: readonly (number | string)[] = session.inputMetadata[0].shape;
  return [...logits.dims, values.length, longs.length, texts.length, shape.length];
}

// What is wrong is an error.
// @ts-expect-error  elements of int64 are no numbers
export const numbers: Float32Array = new ours.Tensor('int64', [1]).data;
// @ts-expect-error  there is no such type
export const unknown = new ours.Tensor('float', [1]);
// @ts-expect-error  the model comes first
export const nothing = ours.InferenceSession.create();
// @ts-expect-error  feeds are tensors
export const feeds = ours.InferenceSession.create('a').then((session) => session.run({ x: [1, 2] }));
