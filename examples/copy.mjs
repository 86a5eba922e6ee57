// Puts the digits model and pictures of digits into an example's folder: node ../copy.mjs FOLDER. Files that are
// there already stay, so that a model and a picture of your own can take their place.
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const digits = fileURLToPath(new URL('../models/digits', import.meta.url));
const [folder] = process.argv.slice(2);
const copy = (from, to) => cpSync(path.join(digits, from), path.join(folder, to), { force: false });

mkdirSync(path.join(folder, 'pictures'), { recursive: true });
copy('digits.onnx', 'model.onnx');
copy('heldout/5/0032.png', 'picture.png');
// Two pictures of each digit; the fives are others than picture.png.
for (const digit of readdirSync(path.join(digits, 'heldout'))) {
  const names = readdirSync(path.join(digits, 'heldout', digit)).filter((name) => name !== '0032.png').sort();
  for (const name of names.slice(0, 2)) copy(`heldout/${digit}/${name}`, `pictures/${digit}-${name}`);
}
