// Pictures and models from outside: chosen, dropped or pasted. What enters are the browser's events;
// what leaves is one call with a File. A file named .onnx is a model, whatever its content; all else
// is taken for a picture, and the library says so if it is not.

/**
 * @param {object} handlers
 * @param {(file: File) => void} handlers.onImage
 * @param {(file: File) => void} handlers.onModel
 */
export function watchFiles({ onImage, onModel }) {
  const route = (/** @type {File | undefined | null} */ file) => {
    if (!file) return;
    if (/\.onnx$/i.test(file.name)) onModel(file);
    else onImage(file);
  };
  watchInput('choose-image', 'image-file', route);
  watchInput('open-model', 'model-file', (file) => { if (file) onModel(file); });
  watchDrop(route);
  window.addEventListener('paste', (event) => route(event.clipboardData?.files[0]));
}

/**
 * @param {string} buttonId
 * @param {string} inputId
 * @param {(file: File | undefined) => void} route
 */
function watchInput(buttonId, inputId, route) {
  const input = /** @type {HTMLInputElement} */ (document.getElementById(inputId));
  document.getElementById(buttonId)?.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    route(input.files?.[0]);
    input.value = '';  // so that the same file can be chosen again
  });
}

/** @param {(file: File | undefined) => void} route */
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
    route(event.dataTransfer?.files[0]);
  });
}
