// A model that was dropped or opened anywhere on the page. One that states its recipe, or that was here
// before, is used at once; any other shows its report first, with a guess that can be corrected, and so does
// one whose weights are still to come. What cannot run goes the first way, too, which says what is wrong and
// keeps the model in use.

import { classCount, labelsFit } from '../../extras.js';
import { GossamerError, inspectModel } from '../../tools.js';
import { isWeights, modelOf } from '../files.js';
import { texts } from '../texts.js';
import { keyOf, recall } from './remembered.js';

/** @typedef {import('../views.js').App} App */

/** Counts arrivals: only the latest may still do something. */
let turn = 0;

/** @param {App} app @param {File[]} files  a model, and what came with it */
export async function arrive(app, files) {
  turn += 1;
  const mine = turn;
  if (files.every(isWeights)) {
    app.errors.show(weightsAlone(), files.map(({ name }) => name).join(', '));
    return;
  }
  const { file, others } = modelOf(files);
  const options = await knownOptions(file, others);
  if (mine !== turn) return;
  if (options) await app.models.open(file, others, options);
  else (await app.navigate('models'))?.take?.(files);
}

/**
 * Options to use it with at once; undefined where somebody should look at it first.
 * @param {File} file
 * @param {File[]} others
 */
async function knownOptions(file, others) {
  if (others.some(({ name }) => /\.(txt|json|csv|tsv)$/i.test(name))) return undefined;
  let report;
  try {
    report = await inspectModel(file, { externalData: others, plan: false });
  } catch {
    return {};  // opened, it fails again, and the page says why
  }
  const { recipe, operators, missing, outputs } = report;
  if (missing.length > 0) return undefined;
  const settled = recall(await keyOf(file));
  const fits = ({ length } = /** @type {string[]} */ ([])) =>
    length === 0 || outputs.some(({ shape }) => labelsFit(length, classCount(shape)));
  // Names that were kept before it was known that they do not fit can be corrected.
  if (settled && !fits(settled.labels)) return undefined;
  if (settled) return { recipe: settled.recipe, labels: settled.labels, dimensions: settled.dimensions };
  const cannotRun = operators.some(({ supported }) => !supported);
  return recipe !== null || cannotRun ? {} : undefined;
}

/** Somebody chose a file of weights without the model that they belong to. */
function weightsAlone() {
  const { weightsAlone: message, weightsAloneHint: hint } = texts.own;
  return new GossamerError({ code: 'ARGUMENT', stage: 'api', message, hint });
}
