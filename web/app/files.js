// Pictures and models from outside: chosen, dropped or pasted. What enters are the browser's events;
// what leaves is one call with the files. A file named .onnx is a model, whatever its content, and the
// files that come together with it are taken for its weights, as are those that are named so.

import { texts } from './texts.js';

/** @param {File} file */
export const isModel = ({ name }) => /\.onnx$/i.test(name);

/** A picture, by what the system or the name says of it. @param {{name: string, type: string}} file */
export const isPicture = ({ name, type }) =>
  type.startsWith('image/') || /\.(png|jpe?g|webp|gif|bmp|avif|heic|heif|tiff?|svg)$/i.test(name);

/** A file beside a model that holds its weights, by the names that exporters give them. @param {File} file */
export const isWeights = ({ name }) => /\.onnx[._-]?data|\.(data|weights)$/i.test(name);

/** @param {File} file */
export const isPartOfModel = (file) => isModel(file) || isWeights(file);

/** The model among files, and what came with it. @param {File[]} files */
export function modelOf(files) {
  const file = files.find(isModel) ?? files[0];
  return { file, others: files.filter((other) => other !== file) };
}

/** Drawings, which only an <img> reads. @param {{name?: string, type: string}} file */
export const isDrawing = ({ name = '', type }) => type === 'image/svg+xml' || /\.svg$/i.test(name);

/** The first model among files with what came along, and the models that are left out. @param {File[]} files */
export function firstModel(files) {
  const [, ...leftOut] = files.filter(isModel);
  return { taken: files.filter((file) => !leftOut.includes(file)), leftOut };
}

/**
 * @param {(files: File[]) => void} onFiles  of any kind
 * @param {() => void} onFolder  a folder was dropped, which no view has taken
 */
export function watchFiles(onFiles, onFolder) {
  watchInput('choose-image', 'image-file', onFiles);
  watchInput('open-model', 'model-file', onFiles);
  watchDrop(onFiles, onFolder);
  window.addEventListener('paste', (event) => {
    // A spreadsheet gives its cells as text and as a picture, too; a text field wants the text.
    const written = event.clipboardData?.types.includes('text/plain') && isTextField(event.target);
    if (!written) hand(event.clipboardData?.files, onFiles);
  });
}

/** @param {EventTarget | null} target */
const isTextField = (target) => target instanceof Element
  && target.closest('textarea, input:not([type=file], [type=checkbox], [type=radio], [type=range]), [contenteditable]') !== null;

/** @param {FileList | null | undefined} files @param {(files: File[]) => void} route */
function hand(files, route) {
  if (files?.length) route([...files]);
}

/**
 * @param {string} buttonId
 * @param {string} inputId
 * @param {(files: File[]) => void} route
 */
function watchInput(buttonId, inputId, route) {
  const input = /** @type {HTMLInputElement} */ (document.getElementById(inputId));
  document.getElementById(buttonId)?.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    hand(input.files, route);
    input.value = '';  // so that the same file can be chosen again
  });
}

/** Text that is dragged is none of the page's business. @param {DragEvent} event */
const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes('Files') === true;

/** @param {(files: File[]) => void} route @param {() => void} onFolder */
function watchDrop(route, onFolder) {
  const root = document.documentElement;
  // Classify says it on its stage; elsewhere it is said at the foot of the window.
  const hint = Object.assign(document.createElement('p'), { className: 'drop-hint', ariaHidden: 'true' });
  document.body.append(hint);
  const mark = (/** @type {boolean} */ on) => {
    if (on) hint.textContent = root.dataset.shown === 'evaluate' ? texts.frame.dropFolder : texts.frame.drop;
    root.toggleAttribute('data-dropping', on);
  };
  window.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(true);
  });
  window.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) mark(false);  // it left the window, not just an element
  });
  // Whoever takes what is dropped before the page does.
  window.addEventListener('drop', () => mark(false), { capture: true });
  window.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    const folder = [...event.dataTransfer?.items ?? []].some((item) => item.webkitGetAsEntry?.()?.isDirectory);
    if (folder) onFolder();
    else hand(event.dataTransfer?.files, route);
  });
}
