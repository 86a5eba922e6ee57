// The likeliest class of each picture: node classify.mjs MODEL PICTURE...
import { ImageClassifier } from 'gossamer';

const [model, ...pictures] = process.argv.slice(2);
const classifier = await ImageClassifier.createFromModelPath(model, { maxResults: 1 });
for (const picture of pictures) {
  try {
    const { classifications: [{ categories: [best] }], timing } = await classifier.classify(picture);
    console.log(`${picture}: ${best.categoryName} ${(100 * best.score).toFixed(1)} %, ${timing.inference.toFixed(2)} ms`);
  } catch (error) {
    console.error(`${picture}: ${error.message}`);
    process.exitCode = 1;
  }
}
await classifier.close();
