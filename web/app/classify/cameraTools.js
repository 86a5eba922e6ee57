// What can be done while the camera runs: freeze the picture, mirror it, take another camera. The
// buttons stand under the stage only while there is a camera.

import { texts } from '../texts.js';

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class CameraTools {
  #camera;
  #freeze = element('freeze');
  #mirror = element('mirror');
  #flip = element('flip');
  #field = element('device-field');
  #menu = /** @type {HTMLSelectElement} */ (element('device'));

  /**
   * @param {import('../camera.js').Camera} camera
   * @param {(wanted: {deviceId?: string, facing?: 'user' | 'environment'}) => void} onOther
   */
  constructor(camera, onOther) {
    this.#camera = camera;
    this.#freeze.addEventListener('click', () => {
      camera.frozen = !camera.frozen;
      this.#show();
    });
    this.#mirror.addEventListener('click', () => {
      camera.mirrored = !camera.mirrored;
      this.#show();
    });
    // A camera that was frozen runs when the page is shown again.
    element('video').addEventListener('play', () => this.#show());
    this.#flip.addEventListener('click', () => onOther({
      facing: camera.facing === 'user' ? 'environment' : 'user',
    }));
    this.#menu.addEventListener('change', () => onOther({ deviceId: this.#menu.value }));
  }

  hide() {
    element('camera-tools').hidden = true;
    this.#field.hidden = true;
  }

  /** Shows the tools for the camera that runs. */
  async show() {
    element('camera-tools').hidden = false;
    this.#show();
    const { cameras, current } = await this.#camera.devices();
    if (!this.#camera.active) return;
    const several = cameras.length > 1;
    this.#field.hidden = !several;
    // Where the page is held in a hand, two cameras look two ways.
    this.#flip.hidden = !(several && matchMedia('(pointer: coarse)').matches);
    this.#menu.replaceChildren(...cameras.map(({ label, deviceId }, index) =>
      new Option(label || texts.classify.camera(index + 1), deviceId, false, deviceId === current)));
  }

  #show() {
    const { frozen, mirrored } = this.#camera;
    this.#freeze.textContent = frozen ? texts.classify.goOn : texts.classify.freeze;
    this.#mirror.setAttribute('aria-pressed', String(mirrored));
  }
}
