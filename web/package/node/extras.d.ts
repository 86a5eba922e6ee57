// What apps need around a classifier, under Node: the same as in a page, but that pictures are files, their bytes,
// or pixels.
import * as page from '../../extras.js';
import type { PixelSource } from './gossamer.js';

export * from '../../extras.js';
export { embed } from './tools.js';

export type PixelSources = Iterable<PixelSource | PromiseLike<PixelSource>> | AsyncIterable<PixelSource>;

export const classifyBatch: typeof page.classifyBatch extends (subject: infer S, sources: any, ...rest: infer R) => infer T
  ? (subject: S, sources: PixelSources, ...rest: R) => T : never;
