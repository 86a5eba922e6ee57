// The page's conductor. One picture is on stage at a time (the pad, an image or the camera); every
// change of it, and every change of the model, asks for a classification. Answers that come after
// the stage has changed are thrown away.

import { GossamerError } from '../gossamer.js';
import { Camera } from './camera.js';
import { ErrorPanel } from './errorPanel.js';
import { showFacts } from './facts.js';
import { watchFiles } from './files.js';
import { Models } from './models.js';
import { Pad } from './pad.js';
import { ALL, ResultView, SOME } from './result.js';

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const frame = element('frame');
const padCanvas = /** @type {HTMLCanvasElement} */ (element('pad'));
const picture = /** @type {HTMLImageElement} */ (element('picture'));
const video = /** @type {HTMLVideoElement} */ (element('video'));
const cameraButton = element('camera');
const deviceMenu = /** @type {HTMLSelectElement} */ (element('device'));

const errors = new ErrorPanel(() => models.restoreStatus());
const result = new ResultView();
/** @type {HTMLImageElement | undefined} The image on stage, decoded. */
let image;
/** Counts what was put on stage. */
let scene = 0;
/** Classifications that are asked for and not answered yet. */
let pending = 0;

const models = new Models({
  onError: (error, subject) => errors.show(error, subject),
  onReady: async (classifier, title) => {
    const info = await classifier.info();
    const extents = info.outputs[0]?.shape ?? [0];
    const classes = Math.max(0, extents.reduce((product, extent) => product * extent, 1));
    const names = info.labels?.length ? info.labels
      : Array.from({ length: classes }, (_, index) => String(index));
    const digits = names.length === 10 && names.every((name) => /^[0-9]$/.test(name));
    element('invitation-text').textContent = digits ? 'Draw a digit' : 'Draw here';
    if (names.length > ALL) await classifier.setOptions({ maxResults: SOME });
    result.setClasses(names);
    result.setLive(camera.active);
    showFacts(info);
    result.announce(`${title} is ready`);
    await classifyStage();
  },
});

const pad = new Pad(padCanvas, (done) => {
  element('invitation').hidden = !pad.empty;
  if (!done || pad.empty) errors.hide();
  if (pad.empty) {
    scene++;
    result.clear();
  } else {
    classifyStage();
  }
});

const camera = new Camera(video, async () => {
  if (frame.dataset.mode === 'camera') await classifyStage();
}, leaveCamera);

/** @param {'draw' | 'image' | 'camera'} mode */
function setStage(mode) {
  scene++;
  if (mode !== 'camera') camera.stop();
  if (mode !== 'image') image = undefined;
  frame.dataset.mode = mode;
  picture.hidden = mode !== 'image';
  video.hidden = mode !== 'camera';
  element('crop').hidden = mode !== 'camera';
  element('device-field').hidden = true;
  element('invitation').hidden = mode !== 'draw' || !pad.empty;
  cameraButton.setAttribute('aria-pressed', String(mode === 'camera'));
  cameraButton.textContent = mode === 'camera' ? 'Stop camera' : 'Start camera';
  result.clear();
  result.setLive(mode === 'camera');
}

/** Classifies what is on stage, if there is something and a model for it. */
async function classifyStage() {
  const { classifier } = models;
  const asked = scene;
  const mode = frame.dataset.mode;
  if (!classifier || (mode === 'draw' && pad.empty)) return;
  count(1);
  try {
    const now = performance.now();
    const answer = mode === 'image' ? await classifier.classify(/** @type {HTMLImageElement} */ (image))
      : mode === 'camera'
        ? await classifier.classifyForVideo(video, now, { regionOfInterest: camera.region() })
        : await classifier.classifyForVideo(padCanvas, now);
    if (answer && asked === scene && classifier === models.classifier) result.show(answer);
  } catch (error) {
    if (asked !== scene || classifier !== models.classifier) return;
    if (mode === 'camera') await leaveCamera();
    errors.show(error);
  } finally {
    count(-1);
  }
}

/** Says in the page whether what it shows is still about to change. @param {1 | -1} change */
function count(change) {
  pending += change;
  element('reading').setAttribute('aria-busy', String(pending > 0 && !camera.active));
}

/** What was drawn before is on stage again. */
async function leaveCamera() {
  setStage('draw');
  await classifyStage();
}

/** @param {File} file */
async function showImage(file) {
  errors.hide();
  const asked = ++scene;
  const url = URL.createObjectURL(file);
  const next = new Image();
  next.src = url;
  try {
    await next.decode();
  } catch (cause) {
    URL.revokeObjectURL(url);
    if (asked === scene) {
      errors.show(new GossamerError({
        code: 'IMAGE', stage: 'image', message: 'the browser cannot decode it as a picture', cause,
        got: `${file.type || 'unknown type'}, ${file.size} bytes`,
        expected: 'PNG, JPEG, WebP or another image format',
      }), file.name);
    }
    return;
  }
  if (asked !== scene) return;
  setStage('image');
  image = next;
  if (picture.src) URL.revokeObjectURL(picture.src);
  picture.src = url;
  await classifyStage();
}

/**
 * What is on stage stays there until the camera has started.
 * @param {string} [deviceId]
 */
async function startCamera(deviceId) {
  errors.hide();
  const asked = scene;
  try {
    await camera.start(deviceId);
    if (asked !== scene) {
      camera.stop();
      return;
    }
    if (frame.dataset.mode !== 'camera') setStage('camera');
    const shown = scene;
    const { cameras, current } = await camera.devices();
    if (shown !== scene) return;
    element('device-field').hidden = cameras.length < 2;
    deviceMenu.replaceChildren(...cameras.map(({ label, deviceId: id }, index) =>
      new Option(label || `Camera ${index + 1}`, id, false, id === current)));
  } catch (error) {
    if (asked !== scene) return;
    if (frame.dataset.mode === 'camera') await leaveCamera();
    errors.show(error);
  }
}

cameraButton.addEventListener('click', () => {
  if (frame.dataset.mode === 'camera') clearStage();
  else if (!camera.active) startCamera();
});
deviceMenu.addEventListener('change', () => startCamera(deviceMenu.value));
element('clear').addEventListener('click', clearStage);

function clearStage() {
  if (frame.dataset.mode !== 'draw') setStage('draw');
  pad.clear();
}

watchFiles({
  onImage: showImage,
  onModel: (file, others) => {
    errors.hide();
    models.open(file, others);
  },
});
models.start();
