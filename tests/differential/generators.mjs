// Every generator by name: an operator, or `chain:` and what the chain resembles. A generator draws
// its graph through a Builder.
import { attentions } from './operators/attention.mjs';
import { Builder } from './builder.mjs';
import { chains } from './operators/chains.mjs';
import { Choices } from './choices.mjs';
import { convolution } from './operators/convolution.mjs';
import { elementwise } from './operators/elementwise.mjs';
import { indexing } from './operators/indexing.mjs';
import { linear } from './operators/linear.mjs';
import { microsoft } from './operators/microsoft.mjs';
import { movement } from './operators/movement.mjs';
import { quantised } from './operators/quantised.mjs';
import { reduction } from './operators/reduction.mjs';
import { sampling } from './operators/sampling.mjs';

/** @type {Record<string, (b: Builder) => void>} */
export const generators = {
  ...convolution, ...linear, ...elementwise, ...movement, ...indexing, ...reduction, ...quantised, ...sampling,
  ...attentions, ...microsoft, ...chains,
};

// How often a generator is drawn; those not named, once. What classifiers spend their time in has
// the most kernels and passes to go wrong.
/** @type {Record<string, number>} */
export const weights = {
  Conv: 12, MaxPool: 4, AveragePool: 4, Gemm: 4, MatMul: 4, BatchNormalization: 3, Softmax: 3, Add: 3,
  Mul: 3, Reshape: 2, Transpose: 3, Concat: 3, Slice: 3, ConvTranspose: 3, Resize: 4, Pad: 3,
  GlobalAveragePool: 2, QLinearConv: 3, 'chain:conv-norm-activation': 10, 'chain:residual': 6,
  'chain:squeeze-excite': 6, 'chain:branches': 6, 'chain:head': 4, 'chain:layouts': 6,
  'chain:arithmetic': 4, 'chain:quantised': 3,
};

/** The operator that a build must have for a generator to be of use. @param {string} name */
export const neededOperator = (name) =>
  (name === 'chain:quantised' ? 'QuantizeLinear' : name.startsWith('chain:') ? 'Conv' : name);

/**
 * @param {string} name
 * @param {{seed: number} | {replay: number[]}} from
 * @returns {{made: import('./builder.mjs').Case, choices: number[]}}
 */
export function generate(name, from) {
  const builder = new Builder(name, new Choices(from));
  generators[name](builder);
  const made = builder.case;
  // Known extents find more in the planner; open ones are for the library's other way to plan.
  if (builder.chance(10)) made.open = true;
  return { made, choices: builder.choices.made };
}
