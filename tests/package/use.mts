// How a program under Node uses the package, for the compiler alone (nodeProcess.test.mjs).
import { readFileSync } from 'node:fs';
import { GossamerError, ImageClassifier, type ImageClassifierResult, type PixelSource } from 'gossamer';
import ort, { Tensor } from 'gossamer/ort';
import { classifyBatch, embed } from 'gossamer/extras';
import { Session, type OutputTensor } from 'gossamer/session';
import { activations, inspectModel, preview } from 'gossamer/tools';

const classifier: ImageClassifier = await ImageClassifier.createFromModelPath('a.onnx', { threads: 2 });
const results: ImageClassifierResult[] = [
  await classifier.classify('cat.jpg'),
  await classifier.classify(new URL('file:///cat.jpg')),
  await classifier.classify(readFileSync('cat.jpg')),
  await classifier.classify({ width: 1, height: 1, data: new Uint8Array(4) }, { regionOfInterest: { left: 0, top: 0, right: 1, bottom: 1 } }),
];
const score: number = results[0].classifications[0].categories[0].score;
const source: PixelSource = Buffer.from([1]);
const tensor: Tensor = await Tensor.fromImage('cat.jpg', { resizedWidth: 3 });
const made = new Tensor('float32', [1, 2], [2]);
const first: number = made.data[0];
const other = await ort.Tensor.fromImage(source);
const seen = await preview(classifier, 'cat.jpg', { recipe: '' });
await embed(classifier, 'cat.jpg');
classifyBatch(classifier, ['cat.jpg', source]);
const report = await inspectModel('a.onnx');
const session = await Session.create('a.onnx', { cache: true, sha256: '0' });
const { outputs } = await session.run({ x: { data: new Float32Array(2), dims: [1, 2] } }, { outputs: ['y'] });
const y: OutputTensor = outputs.y;
await activations(session, { x: { data: new Float32Array(2) } }, ['inner']);
if (classifier instanceof ImageClassifier) console.log(first, score, tensor.dims, other.dims, seen.image.width, report.runs, GossamerError);

// @ts-expect-error
await classifier.classify(5);
// @ts-expect-error
await classifier.classify({ width: 1, height: 1 });
// @ts-expect-error
await Tensor.fromImage(5);
// @ts-expect-error
classifyBatch(classifier, [5]);
// @ts-expect-error
await session.run({ x: 5 });
// @ts-expect-error
await Session.create('a.onnx', { labels: [y.type] });
// @ts-expect-error
await preview(classifier, 5);
// @ts-expect-error
new ImageClassifier();
