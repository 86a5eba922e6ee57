// An app that a bundler makes: every entry of the package once.
import { ImageClassifier } from 'gossamer';
import { InferenceSession, Tensor } from 'gossamer/ort';
import { inspectModel } from 'gossamer/tools';

const answers = {};
const attempt = async (name, action) => {
  answers[name] = await action().catch((error) => `${error.message} (${error.cause ?? ''})`);
};
const picture = new Image();
picture.src = 'picture.png';
await picture.decode();
const classify = async (options) => {
  const classifier = await ImageClassifier.createFromModelPath('model.onnx', { maxResults: 1, ...options });
  const { classifications } = await classifier.classify(picture);
  const { worker, threads } = await classifier.info();
  await classifier.close();
  return { label: classifications[0].categories[0].categoryName, worker, threads };
};
await attempt('usual', () => classify({ threads: 2 }));
await attempt('base', () => classify({ level: 'base' }));
await attempt('inline', () => classify({ worker: false }));
await attempt('ort', async () => {
  const session = await InferenceSession.create('model.onnx');
  const [name] = session.inputNames;
  const outputs = await session.run({ [name]: new Tensor('float32', new Float32Array(784), [1, 1, 28, 28]) });
  return outputs[session.outputNames[0]].dims;
});
await attempt('tools', async () => (await inspectModel(await (await fetch('model.onnx')).blob())).runs);
document.getElementById('answer').textContent = JSON.stringify(answers);
