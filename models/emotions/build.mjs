// Makes emotions.onnx and face.onnx from the npm package @vladmandic/face-api, and takes two of its
// photographs to try them with. The package's licence goes beside them. tools/lib/bundled.mjs calls this.
import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { detectorModel, expressionModel } from './networks.mjs';
import { readWeights } from './weights.mjs';

export const packages = ['@vladmandic/face-api'];

/** The package's photographs that the page offers, by the names they get here. */
const SAMPLES = { 'sample-one.jpg': 'sample1.jpg', 'sample-two.jpg': 'sample2.jpg' };

/**
 * @param {string} target  folder to write into
 * @param {Record<string, string>} folders  of the packages
 */
export async function build(target, folders) {
  const folder = folders['@vladmandic/face-api'];
  const models = path.join(folder, 'model');
  const license = 'MIT, Copyright (c) Vladimir Mandic; see LICENSE';
  const expressions = expressionModel(readWeights(models, 'face_expression_model'), {
    'gossamer.name': 'Facial expressions',
    'gossamer.description': 'Which of seven expressions a face shows. The picture is a face alone. '
      + 'It knows expressions, not what a person feels.',
    'gossamer.license': license,
  });
  writeFileSync(path.join(target, 'emotions.onnx'), expressions);
  const detector = detectorModel(readWeights(models, 'tiny_face_detector_model'), {
    'gossamer.name': 'Face finder',
    'gossamer.description': 'Where faces are in a picture: five anchors for every cell of 32 x 32 pixels.',
    'gossamer.license': license,
  });
  writeFileSync(path.join(target, 'face.onnx'), detector);
  for (const [name, photograph] of Object.entries(SAMPLES)) {
    copyFileSync(path.join(folder, 'demo', photograph), path.join(target, name));
  }
  copyFileSync(path.join(folder, 'LICENSE'), path.join(target, 'LICENSE'));
}
