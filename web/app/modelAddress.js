// Which model the page's address names, both ways: `?model=NAME` chooses one when the page opens, and a choice
// goes into the address, so that a reload, a copied address and the browser's back and forward mean the model
// that was seen. The name of a file of one's own stays out of it, as a reload sends the address to the server. It
// is in the entry of the browser's history; the bytes are not kept, so that it says only which file to open again.

import { GossamerError } from '../gossamer.js';
import { texts } from './texts.js';

/** @typedef {import('./models.js').Models} Models */
/** @typedef {import('./models.js').Choice} Choice */

const OWN = 'file:';

/** The name that a file has among the models. @param {File} file */
export const ownName = ({ name }) => `${OWN}${name}`;

/** The file that a name of a model stands for; undefined where it is none of one's own. @param {string | null} name */
export const ownFile = (name) => (name?.startsWith(OWN) ? name.slice(OWN.length) : undefined);

/** What the address asks for. @param {string} parameter */
const asked = (parameter) => new URLSearchParams(location.search).get(parameter);

/** The model that the address names by now, or this entry of the history. @returns {string | null} */
export const wantedModel = () => asked('model') ?? history.state?.own ?? null;

/** A model that is not in the list. @param {string} name @returns {Promise<Choice | undefined>} */
export async function findElsewhere(name) {
  return name.startsWith(OWN) ? undefined : fromAddress(name) ?? fromZoo(name);
}

/** Keeps the address and the model in use in step. @param {Models} models */
export function followAddress(models) {
  let before = wantedModel();
  let shown = false;
  const write = (/** @type {'pushState' | 'replaceState'} */ how) => {
    const { current, entries } = models;
    // The first model of the list needs no name.
    const isFirst = current === entries[0] && current?.path !== undefined;
    if (!current || (wantedModel() ?? (isFirst ? current.name : '')) === current.name) return;
    const url = new URL(location.href);
    const own = current.name.startsWith(OWN);
    if (own) url.searchParams.delete('model');
    else url.searchParams.set('model', current.name);
    if (how === 'pushState') history.replaceState({ ...history.state }, '');
    history[how](own ? { own: current.name } : {}, '', url);
    before = current.name;
  };
  models.addEventListener('change', () => {
    // What the page opens with takes the place of what it was asked for in vain.
    write(shown ? 'pushState' : 'replaceState');
    shown = true;
  });
  window.addEventListener('popstate', async () => {
    // A link to another view makes an entry without a state.
    if (!history.state && !asked('model') && before?.startsWith(OWN)) history.replaceState({ own: before }, '');
    const name = wantedModel();
    // Another view of the same model.
    if (name === before) return;
    before = name;
    await models.select(name);
    if (name === wantedModel() && !models.loading) write('replaceState');
  });
}

/**
 * What is to be said of an address whose parameters mean nothing; undefined where they do.
 * @param {string | null} model  that there is none of
 * @param {string[]} models  that there are
 */
export function unknownInAddress(model, models) {
  const level = asked('level');
  const levels = Object.keys(texts.model.levels);
  const unknown = [
    ...(model ? [{ name: 'model', got: model, known: models }] : []),
    ...(level && !levels.includes(level) ? [{ name: 'level', got: level, known: levels }] : []),
  ];
  if (unknown.length === 0) return undefined;
  const list = (/** @type {(one: typeof unknown[0]) => string} */ text) => unknown.map(text).join('; ');
  return new GossamerError({
    code: 'ARGUMENT', stage: 'api', message: list(({ name }) => texts.model.unknown[name]),
    attribute: list(({ name }) => name), got: list(({ got }) => got), expected: list(({ known }) => known.join(', ')),
  });
}

/** A public model that lies beside the page. @param {string} name */
async function fromZoo(name) {
  try {
    const { localChoice } = await import('./zoo/choices.js');
    return await localChoice(name);
  } catch {
    return undefined;  // the first model is better than none
  }
}

/** A model that the page's address gives the address of. @param {string} text */
function fromAddress(text) {
  if (!/\/|\.onnx$/i.test(text)) return undefined;
  try {
    const url = new URL(text, document.baseURI);
    // The address that a hub's page of a file has; the file itself lies beside it.
    if (url.host === 'huggingface.co') url.pathname = url.pathname.replace(/^(\/[^/]+\/[^/]+)\/blob\//, '$1/resolve/');
    return { name: text, title: url.pathname.split('/').pop() || url.hostname, url: url.href };
  } catch {
    return undefined;
  }
}
