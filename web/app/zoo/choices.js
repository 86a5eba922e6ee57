// Public classifiers in the form in which models.js takes models into use: those that are kept on this
// device, with their bytes, and those that lie beside the page, with their address.

import { statusOf } from '../outage.js';
import { labelsOf, readZoo } from './catalogue.js';
import { Kept } from './kept.js';

/** @typedef {import('../models.js').Choice} Choice */
/** @typedef {import('./catalogue.js').ZooEntry} ZooEntry */

/** Where the catalogue lies. */
const ZOO = 'models/zoo.json';

/**
 * @param {import('./kept.js').Entry} entry
 * @param {Blob} [file]  its bytes, where they are kept; otherwise they are downloaded each time
 * @returns {Choice}
 */
export function choiceOf(entry, file) {
  const { name, title, url, sha256, bytes, license, input, finder, recipe, labels, accuracy } = entry;
  return {
    name, title, url, file, sha256, bytes, license, input, finder, classes: labels?.length,
    ...(accuracy !== undefined && { accuracy: `${accuracy} %` }),
    options: { recipe, ...(labels && { labels }) },
  };
}

/** The models that are kept. @returns {Promise<Choice[]>} */
export async function keptChoices(kept = new Kept()) {
  const cards = await kept.list();
  const choices = await Promise.all(cards.map(async (card) => {
    const file = await kept.get(card.sha256);
    return file && choiceOf(card, file);
  }));
  return choices.filter((choice) => choice !== undefined);
}

/** The whole catalogue. @returns {Promise<ZooEntry[]>} */
export async function loadZoo() {
  const address = new URL(ZOO, document.baseURI).href;
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${statusOf(response)}: ${address}`);
  return readZoo(await response.json(), address);
}

/** A model of the catalogue that lies beside the page. @param {string} name @returns {Promise<Choice | undefined>} */
export async function localChoice(name) {
  const entry = (await loadZoo()).find((each) => each.name === name && each.local);
  return entry && choiceOf({ ...entry, labels: await labelsOf(entry) });
}
