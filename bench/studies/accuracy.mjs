// Accuracy on a labelled folder: one subfolder for each class, named as the model names it. Pictures
// go through the library in Chromium (decoded by the browser) and through the command line (decoded by
// stb_image), and the two are compared with each other as well.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root, run } from '../../tools/lib/run.mjs';
import { BrowserContender } from '../lib/browser.mjs';
import { barPlot } from '../report/bar_plot.mjs';

/**
 * @typedef {{file: string, truth: string}} Picture
 * @typedef {{matrix: number[][], right: number, total: number}} Confusion  rows: truth, columns: answer
 */

const defaultFolder = path.join(root, 'models/digits/heldout');
const batch = 50;

/** @param {string} folder @returns {Picture[]} */
export function labelledPictures(folder) {
  if (!existsSync(folder)) throw new Error(`there is no ${folder}`);
  const classes = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const pictures = classes.flatMap(({ name }) => readdirSync(path.join(folder, name))
    .filter((file) => /\.(png|jpe?g)$/i.test(file)).sort()
    .map((file) => ({ file: `${name}/${file}`, truth: name })));
  if (pictures.length === 0) throw new Error(`${folder} holds no pictures in subfolders named after classes`);
  return pictures;
}

/** @param {string[]} names @param {string[]} truths @param {string[]} answers @returns {Confusion} */
export function confusion(names, truths, answers) {
  const matrix = names.map((truth) => names.map((answer) =>
    truths.filter((one, i) => one === truth && answers[i] === answer).length));
  const right = truths.filter((truth, i) => truth === answers[i]).length;
  return { matrix, right, total: truths.length };
}

/** @param {string[]} names @param {Confusion} confused */
function tablesOf(names, { matrix }) {
  const perClass = names.map((name, i) => {
    const total = matrix[i].reduce((sum, count) => sum + count, 0);
    const wrong = matrix[i].map((count, k) => ({ count: k === i ? 0 : count, name: names[k] }))
      .sort((a, b) => b.count - a.count)[0];
    const share = total ? `${(100 * matrix[i][i] / total).toFixed(1)} %` : '–';
    return [name, String(total), String(matrix[i][i]), share, wrong.count > 0 ? `${wrong.name} (${wrong.count})` : ''];
  });
  return [
    { title: 'Accuracy of each class', table: { head: ['class', 'pictures', 'right', 'accuracy', 'most often taken for'], rows: perClass } },
    {
      title: 'Confusion matrix: rows are the true class, columns the answer',
      table: { head: ['', ...names], rows: names.map((name, i) => [name, ...matrix[i].map((count) => (count ? String(count) : '·'))]) },
    },
  ];
}

/** The command line's answers. @param {string} model @param {string[]} files @returns {Promise<string[]>} */
async function nativeAnswers(model, files) {
  const output = await run(path.join(root, 'build/native/gossamer'), ['classify', model, ...files, '--top', '1', '--json']);
  const { images } = JSON.parse(output);
  return images.map((/** @type {any} */ { result }) => result.categories[0].label);
}

/** @type {import('./studies.mjs').Study} */
export const accuracy = {
  title: 'Accuracy on labelled pictures',
  models: [path.join(root, 'models/digits/digits.onnx')],
  mounts: ({ folder = defaultFolder }) => ({ '/folder/': path.resolve(folder) }),
  async run({ lab, models: [model], options, progress: makeProgress }) {
    const folder = path.resolve(options.folder ?? defaultFolder);
    const pictures = labelledPictures(folder);
    const progress = makeProgress(pictures.length);
    const page = new BrowserContender(lab, {
      api: 'classifier', library: '/dist/gossamer.js', wasmPaths: '/dist/wasm/', threads: 1, ownRecipe: true,
    });
    await page.start(model);
    /** @type {{name: string, total: number}[]} */
    const answers = [];
    /** @type {string[]} */
    const native = [];
    for (let at = 0; at < pictures.length; at += batch) {
      const part = pictures.slice(at, at + batch);
      progress.say(`${answers.length} of ${pictures.length} pictures`);
      answers.push(...await page.answers(part.map(({ file }) => `/folder/${file.split('/').map(encodeURIComponent).join('/')}`)));
      native.push(...await nativeAnswers(model.file, part.map(({ file }) => path.join(folder, file))));
      progress.done(part.length);
    }
    await page.close();
    progress.end();
    return conclude(model.name, pictures, { browser: answers.map(({ name }) => name), native });
  },
};

/** @param {string} model @param {Picture[]} pictures @param {{browser: string[], native: string[]}} answers */
function conclude(model, pictures, { browser, native }) {
  const truths = pictures.map(({ truth }) => truth);
  const names = [...new Set([...truths, ...browser])].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const confused = confusion(names, truths, browser);
  const share = (/** @type {number} */ right) => `${right} of ${truths.length} (${(100 * right / truths.length).toFixed(2)} %)`;
  const rightNative = truths.filter((truth, i) => truth === native[i]).length;
  const differing = pictures.filter((_, i) => browser[i] !== native[i]).map(({ file }) => file);
  const bars = names.map((name, i) => {
    const total = Math.max(1, confused.matrix[i].reduce((sum, count) => sum + count, 0));
    const value = 100 * confused.matrix[i][i] / total;
    return { id: 'gossamer-relaxed', label: name, value, low: value, high: value };
  });
  return {
    name: 'accuracy', title: accuracy.title,
    note: `${model}: right in the browser ${share(confused.right)}, natively ${share(rightNative)}; the two differ on ${differing.length} pictures${differing.length ? `: ${differing.slice(0, 8).join(', ')}` : ''}.`,
    tables: tablesOf(names, confused),
    plots: [{ title: 'Accuracy of each class, %', svg: barPlot('accuracy of each class in percent', bars, '%') }],
    figures: { names, ...confused, rightNative, differing },
  };
}
