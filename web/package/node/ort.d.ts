// The drop-in for onnxruntime-web under Node: the same as in a page, but that pictures are files, their bytes, or
// pixels.
import { GossamerError, InferenceSession, Tensor as PageTensor, env } from '../../ort.js';
import type { PixelSource } from './gossamer.js';

export { GossamerError, InferenceSession, env };
export type { RunOptions, SessionOptions } from '../../ort.js';

type Options = Parameters<typeof PageTensor.fromImage>[1];

export type Tensor = PageTensor;
export const Tensor: typeof PageTensor & {
  /** The tensor of a picture: (pixel + bias) / mean. */
  fromImage(image: PixelSource, options?: Options): Promise<PageTensor>;
};

declare const ort: {
  GossamerError: typeof GossamerError; InferenceSession: typeof InferenceSession; Tensor: typeof Tensor; env: typeof env;
};
export default ort;
