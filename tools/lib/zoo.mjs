// What the site has of the public classifiers: the catalogue, in which those that models/fetch.mjs put
// beside it are marked, and the names of ImageNet's classes. The names come from a package of npm, whose
// licence goes with them; without it the models show numbers in their place.
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './run.mjs';

const CATALOGUE = path.join(root, 'models/zoo.json');

/** Where downloaded models lie, beside the catalogue. */
export const FETCHED = 'zoo';

/**
 * Writes the catalogue into a folder, with `file` for each model that lies there whole.
 * @param {string} folder  such as dist/models
 * @param {string} [catalogue]
 */
export function writeCatalogue(folder, catalogue = CATALOGUE) {
  const zoo = JSON.parse(readFileSync(catalogue, 'utf8'));
  for (const model of zoo.models) {
    const file = fetchedFile(model);
    const found = statSync(path.join(folder, file), { throwIfNoEntry: false });
    if (found?.size === model.bytes) model.file = file;
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'zoo.json'), `${JSON.stringify(zoo, null, 1)}\n`);
}

/** Where models/fetch.mjs puts a model, below the catalogue's folder. @param {{name: string}} model */
export const fetchedFile = ({ name }) => `${FETCHED}/${name}.onnx`;

/**
 * Writes the names of ImageNet's classes, one a line, and their licence.
 * @param {string} folder  such as dist/models
 * @param {string} [from]  where packages are looked for
 */
export function writeImagenetLabels(folder, from = path.join(root, 'package.json')) {
  let file;
  try {
    file = createRequire(from).resolve('@tensorflow-models/mobilenet/dist/imagenet_classes.js');
  } catch {
    console.log('no names for the classes of ImageNet: the package @tensorflow-models/mobilenet is missing');
    return;
  }
  const { IMAGENET_CLASSES } = createRequire(from)(file);
  const names = shortNames(Object.values(IMAGENET_CLASSES));
  const target = path.join(folder, 'imagenet');
  mkdirSync(target, { recursive: true });
  writeFileSync(path.join(target, 'labels.txt'), `${names.join('\n')}\n`);
  const [, notice = ''] = /\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, 'utf8')) ?? [];
  writeFileSync(path.join(target, 'NOTICE.txt'), `labels.txt holds the first name of each class of imagenet_classes.js, from the npm package
@tensorflow-models/mobilenet, which says:
${notice.replace(/^ \* ?/gm, '').trimEnd()}
`);
  const license = path.join(root, 'LICENSE');
  if (existsSync(license)) copyFileSync(license, path.join(target, 'LICENSE.txt'));
}

/**
 * The first of each class's synonyms; two classes of one name (the bird and the machine are both called
 * crane) keep their numbers with it.
 * @param {string[]} synonyms  separated by commas
 */
export function shortNames(synonyms) {
  const first = synonyms.map((names) => names.split(',')[0].trim());
  return first.map((name, i) => {
    if (first.indexOf(name) === i && first.lastIndexOf(name) === i) return name;
    const whole = synonyms[i].trim();
    return synonyms.indexOf(synonyms[i]) === synonyms.lastIndexOf(synonyms[i]) && whole !== name ? whole
      : `${name} (${i})`;
  });
}
