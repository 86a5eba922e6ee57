// The library under Node: the same as in a page, but that pictures are files, their bytes, or pixels. The
// declarations beside it, of the page's library, say the rest.
import {
  ClassifyOptions, ImageClassifier as PageClassifier, ImageClassifierOptions, ImageClassifierResult,
  PixelSource as PagePixelSource,
} from '../../gossamer.js';
import type { RgbaPixels } from '../../lib/capture.js';

export * from '../../gossamer.js';

/** Nothing where a program knows no DOM, whose types would be any there. */
type OfPages = typeof globalThis extends { document: unknown } ? PagePixelSource : never;

/**
 * A path, an address (`file:`, `http:`, `data:`), the bytes of a PNG or JPEG file (a Buffer is a Uint8Array), or
 * what a page takes, of which pixels and Blobs are there under Node.
 */
export type PixelSource = string | URL | ArrayBuffer | Uint8Array | Blob | RgbaPixels | OfPages;

export interface ImageClassifier extends PageClassifier {
  /** Classifies one picture. */
  classify(source: PixelSource, options?: ClassifyOptions | null): Promise<ImageClassifierResult>;
  /** Classifies a frame of a live source; the latest frame wins. */
  classifyForVideo(
    frame: PixelSource, timestamp: number, options?: ClassifyOptions | null,
  ): Promise<ImageClassifierResult | null>;
}

/** A class; its constructor is not for use. */
export const ImageClassifier: Function & {
  readonly prototype: ImageClassifier;
  /** Loads a model and makes it ready to run. */
  createFromOptions(options: ImageClassifierOptions): Promise<ImageClassifier>;
  /** @param modelAssetPath a path or an address; files beside it are found where the model names them */
  createFromModelPath(modelAssetPath: string | URL, options?: ImageClassifierOptions): Promise<ImageClassifier>;
  /** @param modelAssetBuffer copied, never emptied */
  createFromModelBuffer(
    modelAssetBuffer: ArrayBuffer | Uint8Array | Blob, options?: ImageClassifierOptions,
  ): Promise<ImageClassifier>;
};
