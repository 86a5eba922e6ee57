// Pictures and models from outside: chosen, dropped or pasted. What enters are the browser's events;
// what leaves is one call with a File. A file named .onnx is a model, whatever its content, and the
// files that come together with it are taken for its weights; all else is taken for a picture, and the
// library says so if it is not.

/**
 * @param {object} handlers
 * @param {(file: File) => void} handlers.onImage
 * @param {(file: File, others: File[]) => void} handlers.onModel
 */
export function watchFiles({ onImage, onModel }) {
  const openModel = (/** @type {File[]} */ files) => {
    const model = files.find(({ name }) => /\.onnx$/i.test(name)) ?? files[0];
    onModel(model, files.filter((file) => file !== model));
  };
  const route = (/** @type {File[]} */ files) => {
    if (files.some(({ name }) => /\.onnx$/i.test(name))) openModel(files);
    else onImage(files[0]);
  };
  watchInput('choose-image', 'image-file', route);
  watchInput('open-model', 'model-file', openModel);
  watchDrop(route);
  window.addEventListener('paste', (event) => hand(event.clipboardData?.files, route));
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
