// @ts-nocheck: the types are those of Node, which this project's own settings do not ask for.
// Classifies a picture in a worker and without one, on one thread and on two, and reads a session's inputs.
import { ImageClassifier } from 'gossamer';
import { Session } from 'gossamer/session';

const labels = [];
for (const options of [{}, { worker: false }, { threads: 2 }]) {
  const classifier = await ImageClassifier.createFromModelPath('model.onnx', { maxResults: 1, ...options });
  const { classifications: [{ categories: [{ categoryName }] }] } = await classifier.classify('picture.png');
  labels.push(categoryName);
  await classifier.close();
}
const session = await Session.create('model.onnx');
console.log(JSON.stringify({ labels, inputs: session.inputs }));
await session.release();
