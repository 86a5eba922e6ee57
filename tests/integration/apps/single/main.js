// An app whose bundler knows no files but scripts: all is inside.
import { ImageClassifier } from 'gossamer/single';
import * as ort from 'gossamer/single/ort';

const answers = {};
const attempt = async (name, action) => {
  answers[name] = await action().catch((error) => `${error.message} (${error.cause ?? ''})`);
};
const picture = new Image();
picture.src = 'picture.png';
const model = async () => new Uint8Array(await (await fetch('model.onnx')).arrayBuffer());
const classify = async (options) => {
  await picture.decode();
  const classifier = await ImageClassifier.createFromModelBuffer(await model(), { maxResults: 1, ...options });
  const { classifications } = await classifier.classify(picture);
  const { worker, threads } = await classifier.info();
  await classifier.close();
  return { label: classifications[0].categories[0].categoryName, worker, threads };
};
const all = async () => {
  await attempt('usual', () => classify());
  await attempt('inline', () => classify({ worker: false }));
  await attempt('ort', async () => {
    const session = await ort.InferenceSession.create(await model());
    const [name] = session.inputNames;
    const outputs = await session.run({ [name]: new ort.Tensor('float32', new Float32Array(784), [1, 1, 28, 28]) });
    return outputs[session.outputNames[0]].dims;
  });
  document.getElementById('answer').textContent = JSON.stringify(answers);
};
all();
