// The two networks of @vladmandic/face-api, as its sources describe them: FaceExpressionNet over
// FaceFeatureExtractor (src/faceExpressionNet, src/faceFeatureExtractor) and TinyFaceDetector over
// TinyYolov2Base (src/tinyFaceDetector, src/tinyYolov2). Weights enter, models leave.
import { encodeModel } from '../../tools/lib/onnx.mjs';
import { Layers } from './layers.mjs';

/** @typedef {import('./weights.mjs').Weight} Weight */

/** In the order of the network's outputs. */
export const EXPRESSIONS = ['neutral', 'happy', 'sad', 'angry', 'fearful', 'disgusted', 'surprised'];

/** What each network takes from the pixels, red, green and blue, before it divides them by 255. */
const EXPRESSION_MEAN = [122.782, 117.001, 104.298];
const DETECTOR_MEAN = [117.001, 114.697, 97.404];

/** The regions are not square; the rest of the square is black, as in the package. */
const EXPRESSION_RECIPE = [
  'channels=rgb', 'fit=letterbox', 'fill=0', 'scale=0.00392156862745098',
  `mean=${EXPRESSION_MEAN.map((mean) => (mean / 255).toPrecision(9)).join()}`, 'scores=none',
].join(';');

/**
 * A face as a picture of 112 x 112 pixels enters, probabilities of the seven expressions leave.
 * @param {Map<string, Weight>} weights
 * @param {Record<string, string>} metadata
 */
export function expressionModel(weights, metadata) {
  const layers = new Layers(weights);
  let value = 'image';
  for (let block = 0; block < 4; block += 1) value = denseBlock(layers, `dense${block}`, value);
  value = layers.add('AveragePool', 'features', [value], {
    kernel_shape: { ints: [7, 7] }, strides: { ints: [2, 2] },
  });
  value = layers.dense('fc', layers.add('Flatten', 'flat', [value]));
  layers.add('Softmax', 'probabilities', [value], { axis: { int: 1 } });
  layers.assertAllUsed();
  return encodeModel({
    nodes: layers.nodes,
    initializers: layers.initializers,
    inputs: [{ name: 'image', shape: [1, 3, 112, 112] }],
    outputs: [{ name: 'probabilities', shape: [1, EXPRESSIONS.length] }],
    name: 'face_expression',
    producer: 'gossamer',
    metadata: { 'gossamer.recipe': EXPRESSION_RECIPE, 'gossamer.labels': EXPRESSIONS.join('\n'), ...metadata },
  });
}

/**
 * Four convolutions, each of which adds to the sum of those before it. The first halves the picture.
 * @param {Layers} layers @param {string} name @param {string} input
 */
function denseBlock(layers, name, input) {
  const first = input === 'image'
    ? layers.conv(`${name}/conv0`, input, { stride: 2, pad: 'same' })
    : layers.separable(`${name}/conv0`, input, { stride: 2 });
  let sum = layers.add('Relu', `${name}/relu0`, [first]);
  let value = sum;
  for (let index = 1; index < 4; index += 1) {
    const next = layers.separable(`${name}/conv${index}`, value);
    sum = layers.add('Add', `${name}/sum${index}`, [sum, next]);
    value = layers.add('Relu', `${name}/relu${index}`, [sum]);
  }
  return value;
}

/**
 * Pixels from 0 to 255 enter, in planes of red, green and blue, as a square whose side is a multiple of
 * 32. What leaves is, for every cell of 32 x 32 pixels and every one of five anchors, x, y, width, height
 * and the score, as web/app/faces.js reads them.
 * @param {Map<string, Weight>} weights
 * @param {Record<string, string>} metadata
 */
export function detectorModel(weights, metadata) {
  const layers = new Layers(weights);
  const leaky = (/** @type {string} */ input) =>
    layers.add('LeakyRelu', `${input}/leaky`, [input], { alpha: { float: 0.1 } });
  // The package takes the maximum after LeakyRelu. Before it, it is the same, as LeakyRelu keeps the order of
  // numbers, and a quarter of the numbers remain for LeakyRelu.
  let value = layers.conv('conv0', 'image', { pixels: DETECTOR_MEAN });
  for (let index = 1; index < 6; index += 1) {
    value = leaky(layers.maxPool(`pool${index}`, value, 2));
    value = layers.separable(`conv${index}`, value);
  }
  layers.conv('conv8', leaky(layers.maxPool('pool6', value, 1)));
  layers.assertAllUsed();
  return encodeModel({
    nodes: layers.nodes,
    initializers: layers.initializers,
    inputs: [{ name: 'image', shape: [1, 3, 'side', 'side'] }],
    outputs: [{ name: 'conv8', shape: [1, 25, 'cells', 'cells'] }],
    name: 'tiny_face_detector',
    producer: 'gossamer',
    metadata,
  });
}
