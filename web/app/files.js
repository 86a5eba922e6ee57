// Pictures and models from outside: chosen, dropped or pasted. What enters are the browser's events;
// what leaves is one call with the files. A file named .onnx is a model, whatever its content, and the
// files that come together with it are taken for its weights, as are those that are named so.

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

/** @param {(files: File[]) => void} onFiles  of any kind */
export function watchFiles(onFiles) {
  watchInput('choose-image', 'image-file', onFiles);
  watchInput('open-model', 'model-file', onFiles);
  watchDrop(onFiles);
  window.addEventListener('paste', (event) => hand(event.clipboardData?.files, onFiles));
}

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

/** @param {(files: File[]) => void} route */
function watchDrop(route) {
  const frame = /** @type {HTMLElement} */ (document.getElementById('frame'));
  const mark = (/** @type {boolean} */ on) => frame.toggleAttribute('data-dropping', on);
  window.addEventListener('dragover', (event) => {
    event.preventDefault();
    mark(true);
  });
  window.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) mark(false);  // it left the window, not just an element
  });
  window.addEventListener('drop', (event) => {
    event.preventDefault();
    mark(false);
    hand(event.dataTransfer?.files, route);
  });
}
