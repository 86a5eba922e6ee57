// Small models that tests classify with. They are written by the same writer as the models of the build.
import { encodeModel } from '../../tools/lib/onnx.mjs';
import { elementTypes } from './tensors.mjs';

export * from '../../tools/lib/onnx.mjs';

/**
 * Tells which of red, green and blue a picture has most of: the mean of each channel, as softmax.
 * @param {{bias?: number[], sparse?: boolean, type?: import('./tensors.mjs').ElementType}} [options]
 *     bias: added to the three means; sparse: that is how it is stored; type: of the input
 */
export function colourModel({ bias = [0, 0, 0], sparse = false, type = 'float32' } = {}) {
  const cast = {
    op: 'Cast', inputs: ['image'], outputs: ['floats'], attributes: { to: { int: elementTypes.float32 } },
  };
  return encodeModel({
    nodes: [
      ...(type === 'float32' ? [] : [cast]),
      { op: 'GlobalAveragePool', inputs: [type === 'float32' ? 'image' : 'floats'], outputs: ['mean'] },
      { op: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
      { op: 'Add', inputs: ['flat', 'bias'], outputs: ['logits'] },
      { op: 'Softmax', inputs: ['logits'], outputs: ['probability'] },
    ],
    [sparse ? 'sparse' : 'initializers']: { bias: { dims: [3], values: bias } },
    inputs: [{ name: 'image', type, shape: [1, 3, 8, 8] }],
    outputs: [{ name: 'probability', shape: [1, 3] }],
  });
}

/**
 * `classes` classes of which the last is the likelier, the more red there is, and the first, the
 * more blue.
 * @param {number} classes
 */
export function scaleModel(classes) {
  const ramp = Array.from({ length: classes }, (_, i) => i / classes);
  const values = [...ramp, ...ramp.map(() => 0), ...ramp.map((value) => -value)];
  return encodeModel({
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
      { op: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
      { op: 'MatMul', inputs: ['flat', 'weights'], outputs: ['logits'] },
      { op: 'Softmax', inputs: ['logits'], outputs: ['probability'] },
    ],
    initializers: { weights: { dims: [3, classes], values } },
    inputs: [{ name: 'image', shape: [1, 3, 8, 8] }],
    outputs: [{ name: 'probability', shape: [1, classes] }],
  });
}

/** Red, green or blue as by colourModel, but through an operator that only the large module has. */
export function rareModel() {
  return encodeModel({
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] },
      { op: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
      { op: 'Erf', inputs: ['flat'], outputs: ['scores'] },
    ],
    inputs: [{ name: 'image', shape: [1, 3, 8, 8] }],
    outputs: [{ name: 'scores', shape: [1, 3] }],
  });
}

/** Well formed, but with an operator nobody has. */
export function unknownOperatorModel() {
  return encodeModel({
    nodes: [{ op: 'Wobble', name: 'wobbler', inputs: ['image'], outputs: ['out'] }],
    inputs: [{ name: 'image', shape: [1, 3, 8, 8] }],
    outputs: [{ name: 'out', shape: [1, 3, 8, 8] }],
  });
}
