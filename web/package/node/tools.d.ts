// The tools under Node: the same as in a page, but that pictures are files, their bytes, or pixels.
import * as page from '../../tools.js';
import type { PixelSource } from './gossamer.js';
import type { TensorLike } from '../../session.js';

export * from '../../tools.js';

type WithPicture<F> = F extends (subject: infer S, source: any, ...rest: infer R) => infer T
  ? (subject: S, source: PixelSource, ...rest: R) => T : never;

type WithInput<F> = F extends (subject: infer S, source: any, ...rest: infer R) => infer T
  ? (subject: S, source: PixelSource | Record<string, TensorLike>, ...rest: R) => T : never;

export const activations: WithInput<typeof page.activations>;
export const embed: WithPicture<typeof page.embed>;
export const preview: WithPicture<typeof page.preview>;
export const profile: WithInput<typeof page.profile>;
