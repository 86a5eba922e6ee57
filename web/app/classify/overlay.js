// Frames on the stage: a part of the picture, given as a region, drawn where the stage shows it. The
// stage is square; a video fills it, so that its longer sides are cut off, and a picture fits into it.

/** @typedef {import('../../gossamer.js').Region} Region */

/**
 * Where a region of a picture lies on the stage, in parts of the stage.
 * @param {Region} region
 * @param {{width: number, height: number}} size  of the picture
 * @param {{cover: boolean, mirrored: boolean}} shown
 * @returns {Region}
 */
export function onStage(region, { width, height }, { cover, mirrored }) {
  const side = cover ? Math.min(width, height) : Math.max(width, height);
  const place = (/** @type {number} */ part, /** @type {number} */ extent) =>
    (part * extent - (extent - side) / 2) / side;
  const [left, right] = [place(region.left, width), place(region.right, width)];
  return {
    left: mirrored ? 1 - right : left, right: mirrored ? 1 - left : right,
    top: place(region.top, height), bottom: place(region.bottom, height),
  };
}

/** Moves a frame's element there. @param {HTMLElement} element @param {Region} place */
export function putFrame(element, { left, top, right, bottom }) {
  const percent = (/** @type {number} */ part) => `${(100 * part).toFixed(3)}%`;
  element.style.inset = [top, 1 - right, 1 - bottom, left].map(percent).join(' ');
}

/** Whether a region is the whole picture. @param {Region} region */
export const isWhole = ({ left, top, right, bottom }) => left <= 0 && top <= 0 && right >= 1 && bottom >= 1;

/** @param {import('../faces.js').Picture} picture */
export function sizeOf(picture) {
  if (picture instanceof HTMLVideoElement) return { width: picture.videoWidth, height: picture.videoHeight };
  if (picture instanceof HTMLImageElement) return { width: picture.naturalWidth, height: picture.naturalHeight };
  return { width: picture.width, height: picture.height };
}
