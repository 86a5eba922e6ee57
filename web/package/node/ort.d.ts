// The drop-in for onnxruntime-web under Node: the same as in a page, but that pictures are files, their bytes, or
// pixels.
import * as page from '../../ort.js';
import type { PixelSource } from './gossamer.js';

export * from '../../ort.js';

type PageConstructor = typeof page.Tensor;
type FromImage = PageConstructor['fromImage'];

interface TensorConstructor extends PageConstructor {
  /** The tensor of a picture: (pixel + bias) / mean. */
  fromImage(image: PixelSource, options?: Parameters<FromImage>[1]): ReturnType<FromImage>;
}

export type Tensor = page.Tensor;
export const Tensor: TensorConstructor;

declare const ort: Omit<typeof page.default, 'Tensor'> & { Tensor: TensorConstructor };
export default ort;
