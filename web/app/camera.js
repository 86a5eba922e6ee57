// The webcam: starting and stopping the stream, the menu of devices, and a callback per frame. The
// loop waits for the callback's promise, so a slow model lowers the rate instead of piling up
// frames. While the page is hidden the camera is off, not only unread.

import { texts } from './texts.js';

/** @type {MediaTrackConstraints} Whichever looks away from the user. */
const ANY = { facingMode: 'environment' };
/** The part of the visible square that is classified. */
const CROP = 0.76;

export class Camera {
  #video;
  #onFrame;
  #onEnd;
  /** @type {MediaStream | undefined} */
  #stream;
  #wanted = ANY;
  /** Counts starts and stops: a start that is overtaken leaves the camera to the one that overtook it. */
  #starts = 0;
  /** Counts streams that are asked for or let go: a loop that is overtaken ends itself. */
  #turn = 0;
  #active = false;
  #frozen = false;
  /** @type {boolean | undefined} What the user wants; otherwise the camera's direction decides. */
  #mirrored;

  /**
   * @param {HTMLVideoElement} video
   * @param {() => Promise<void>} onFrame
   * @param {() => void} onEnd  the camera was unplugged, or did not come back
   */
  constructor(video, onFrame, onEnd) {
    this.#video = video;
    this.#onFrame = onFrame;
    this.#onEnd = onEnd;
    document.addEventListener('visibilitychange', () => {
      if (!this.#active) return;
      if (document.hidden) this.#release();
      else this.#open().catch(() => this.#end());
    });
  }

  get active() {
    return this.#active;
  }

  /** The picture stands still, and nothing is classified. */
  get frozen() {
    return this.#frozen;
  }

  set frozen(frozen) {
    this.#frozen = frozen;
    if (frozen) this.#video.pause();
    else this.#video.play().catch(() => {});  // it was released meanwhile
  }

  /** The picture is shown as in a mirror; what is classified is not turned. */
  get mirrored() {
    return this.#video.hasAttribute('data-mirrored');
  }

  set mirrored(mirrored) {
    this.#mirrored = mirrored;
    this.#video.toggleAttribute('data-mirrored', mirrored);
  }

  /** Which way the camera looks, where it says so. */
  get facing() {
    return this.#stream?.getVideoTracks()[0]?.getSettings().facingMode ?? this.#wanted.facingMode;
  }

  /**
   * Whether the camera is the caller's: false when another start or a stop came meanwhile.
   * @param {{deviceId?: string, facing?: 'user' | 'environment'}} [wanted]  none: the last one, or the
   *     one that looks away from the user
   */
  async start({ deviceId, facing } = {}) {
    if (!navigator.mediaDevices?.getUserMedia) {
      throw new DOMException(texts.classify.insecureCamera, 'SecurityError');
    }
    if (deviceId) this.#wanted = { deviceId: { exact: deviceId } };
    else if (facing) this.#wanted = { facingMode: facing };
    if (deviceId || facing) this.#mirrored = undefined;
    const start = ++this.#starts;
    this.#active = true;
    try {
      await this.#open();
    } catch (error) {
      this.stop();
      throw error;
    }
    return start === this.#starts;
  }

  stop() {
    this.#starts++;
    this.#active = false;
    this.#release();
  }

  /** The cameras, once permission is given, and the one in use. */
  async devices() {
    const all = await navigator.mediaDevices.enumerateDevices();
    const current = this.#stream?.getVideoTracks()[0]?.getSettings().deviceId;
    return { current, cameras: all.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId) };
  }

  /** The part of the frame inside the overlay. */
  region() {
    const { videoWidth: width, videoHeight: height } = this.#video;
    const side = CROP * Math.min(width, height);
    const x = side / width / 2;
    const y = side / height / 2;
    return { left: 0.5 - x, top: 0.5 - y, right: 0.5 + x, bottom: 0.5 + y };
  }

  /** What the video shows now, or a part of it; undefined without a picture. @param {ReturnType<Camera['region']>} [region] */
  frame({ left, top, right, bottom } = { left: 0, top: 0, right: 1, bottom: 1 }) {
    const { videoWidth, videoHeight } = this.#video;
    if (!videoWidth) return undefined;
    const width = Math.round((right - left) * videoWidth);
    const height = Math.round((bottom - top) * videoHeight);
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    canvas.getContext('2d')?.drawImage(this.#video, left * videoWidth, top * videoHeight, width, height, 0, 0, width, height);
    return canvas;
  }

  /** Fails only while nothing has overtaken it. */
  async #open() {
    this.#release();
    const turn = this.#turn;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { width: { ideal: 640 }, height: { ideal: 480 }, ...this.#wanted },
      });
      if (turn === this.#turn) await this.#play(stream, turn);
      else for (const track of stream.getTracks()) track.stop();
    } catch (error) {
      if (turn === this.#turn) {
        this.#forgetDevice();
        throw error;
      }
    }
    this.#loop(turn);
  }

  /** @param {MediaStream} stream @param {number} turn */
  async #play(stream, turn) {
    this.#stream = stream;
    const [track] = stream.getVideoTracks();
    track.addEventListener('ended', () => {
      if (turn !== this.#turn) return;
      this.#forgetDevice();
      this.#end();
    });
    const towards = track.getSettings().facingMode === 'user';
    this.#video.toggleAttribute('data-mirrored', this.#mirrored ?? towards);
    this.#frozen = false;
    this.#video.srcObject = stream;
    await this.#video.play();
  }

  /** A device that is gone, or taken, is not asked for again: the next start takes another. */
  #forgetDevice() {
    if (this.#wanted.deviceId) this.#wanted = ANY;
  }

  #end() {
    this.stop();
    this.#onEnd();
  }

  #release() {
    this.#turn++;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.#video.srcObject = null;
  }

  /** @param {number} turn */
  async #loop(turn) {
    while (turn === this.#turn) {
      await this.#nextFrame();
      if (turn === this.#turn && !this.#frozen && this.#video.readyState >= 2) await this.#onFrame();
    }
  }

  /** @returns {Promise<unknown>} */
  #nextFrame() {
    const video = this.#video;
    return new Promise((resolve) => {
      if (video.requestVideoFrameCallback) {
        video.requestVideoFrameCallback(resolve);
        setTimeout(resolve, 500);  // a stalled or ended stream must not hold the loop for ever
      } else {
        requestAnimationFrame(resolve);
      }
    });
  }
}
