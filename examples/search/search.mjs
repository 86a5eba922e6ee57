// The pictures of a folder that look most like one of them, by what the last layer of a classifier reads:
// node search.mjs MODEL PICTURE FOLDER
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ImageClassifier } from 'gossamer';
import { cosineSimilarity, embed } from 'gossamer/extras';

const [model, wanted, folder] = process.argv.slice(2);
const classifier = await ImageClassifier.createFromModelPath(model);
const values = await embed(classifier, wanted);
const found = [];
for (const name of readdirSync(folder).filter((file) => /\.(png|jpe?g)$/i.test(file))) {
  const picture = path.join(folder, name);
  found.push({ picture, likeness: cosineSimilarity(values, await embed(classifier, picture)) });
}
found.sort((a, b) => b.likeness - a.likeness);
for (const { picture, likeness } of found.slice(0, 5)) console.log(likeness.toFixed(3), picture);
await classifier.close();
