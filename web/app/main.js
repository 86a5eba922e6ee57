// The page's frame: what all views share is made here, and the router shows the view that the address
// names. Files that are chosen, dropped or pasted go to the view that is shown, if it takes them;
// otherwise a model is opened, and a picture is classified. Of other files it is said what they are.

import { showDetails } from './details.js';
import { ErrorPanel } from './errorPanel.js';
import { firstModel, isPartOfModel, isPicture, modelOf, watchFiles } from './files.js';
import { followAddress } from './modelAddress.js';
import { showModelMenu } from './modelMenu.js';
import { Models } from './models.js';
import { showNotices } from './notices.js';
import { Offline } from './offline.js';
import { part } from './part.js';
import { Reader } from './reader.js';
import { Router } from './router.js';
import { Settings } from './settings.js';
import { texts } from './texts.js';
import { namesOf, refusalOf } from './wrongFile.js';

/** @typedef {import('./views.js').App} App */

const spoken = /** @type {HTMLElement} */ (document.getElementById('spoken'));
const errors = new ErrorPanel({ hide: () => models.restoreStatus(), reload: (anyway) => offline.renew(anyway) });
/** @type {unknown} The latest that a load failed with. */
let failed;
const models = new Models((error, subject, retry) => {
  failed = error;
  errors.show(error, subject, retry);
});
const reader = new Reader(models);
const settings = new Settings();
const offline = new Offline(models);
showModelMenu(models);
followAddress(models);
/** @type {import('./models.js').Choice | undefined} */
let loading;
models.addEventListener('status', () => {
  // What is said of the load before does not stand over the next one; a view that failed still has to be said.
  if (models.loading && models.loading !== loading && errors.shown === failed) errors.hide();
  ({ loading } = models);
});
models.addEventListener('gone', () => errors.tell(texts.model.ownGone(String(models.gone)), texts.model.ownGoneNote, {
  text: texts.model.ownGoneOpen, act: () => document.getElementById('open-model')?.click(),
}));
showNotices(offline);
showDetails(models, settings, offline, errors);

/** @type {App} */
const app = {
  models,
  reader,
  settings,
  offline,
  errors,
  texts,
  navigate: (name, params) => router.navigate(name, params),
  announce: (text) => { spoken.textContent = text; },
};
const router = new Router(app);

/** @param {File[]} files  a model, and what came with it */
async function openModel(files) {
  errors.hide();
  try {
    const { arrive } = await part(() => import('./own/arrival.js'));
    await arrive(app, files);
  } catch (error) {
    errors.show(error, undefined, () => openModel(files));
  }
}

/** Hands files to whom they are for. @param {File[]} files  that were chosen, dropped or pasted, wherever */
async function receive(files) {
  if (!files.some((file) => isPartOfModel(file) || isPicture(file)) && await refuse(files)) return;
  const { taken, leftOut } = firstModel(files);
  await handOn(taken);
  if (leftOut.length > 0 && !errors.shown) sayLeftOut(taken, leftOut);
}

/** To the view that is shown, or else to the one that is for them. @param {File[]} files */
async function handOn(files) {
  if (router.shown?.take?.(files)) return;
  if (files.some(isPartOfModel)) await openModel(files);
  else (await app.navigate('classify'))?.take?.(files);
}

/** @param {File[]} taken  with a model among them @param {File[]} leftOut  models that came with it */
function sayLeftOut(taken, leftOut) {
  const names = leftOut.map(({ name }) => name);
  errors.tell(texts.files.oneModel, texts.files.leftOut(modelOf(taken).file.name, names), {
    text: texts.files.openOther(names[0]), act: () => receive(leftOut),
  });
}

function sayFolder() {
  errors.tell(texts.files.folder, texts.files.folderNote, { text: texts.files.openEvaluate, act: () => router.navigate('evaluate') });
}

/**
 * Files that say of themselves that they are neither pictures nor models. True when nobody else should take them.
 * @param {File[]} files
 */
async function refuse(files) {
  if (router.shown?.takeBeside?.(files)) return true;
  try {
    const refusal = await refusalOf(files);
    if (refusal) errors.show(refusal, namesOf(files));
    return refusal !== undefined;
  } catch (error) {
    errors.show(error, namesOf(files));  // it was moved meanwhile
    return true;
  }
}

watchFiles(receive, sayFolder);
router.start();
models.start();
