// Decodes a picture that somebody chose, by way of an <img>: only that takes every kind that the browser
// shows, drawings (SVG) among them, which createImageBitmap refuses.

import { GossamerError } from '../gossamer.js';
import { texts } from './texts.js';
import { refusalOf } from './wrongFile.js';

/**
 * The picture, decoded. Its `src` is an object URL, which the caller revokes.
 * @param {Blob} file
 */
export async function decodePicture(file) {
  const picture = new Image();
  picture.src = URL.createObjectURL(file);
  try {
    await picture.decode();
  } catch (cause) {
    URL.revokeObjectURL(picture.src);
    const refusal = file instanceof File ? await refusalOf([file]) : undefined;
    throw refusal ?? new GossamerError({
      code: 'IMAGE', stage: 'image', message: texts.classify.noPicture, cause,
      got: `${file.type || 'unknown type'}, ${file.size} bytes`,
      expected: texts.classify.pictureWanted,
    });
  }
  if (picture.naturalWidth > 0 && picture.naturalHeight > 0) return picture;
  // Some browsers draw nothing of it.
  URL.revokeObjectURL(picture.src);
  throw new GossamerError({
    code: 'IMAGE', stage: 'image', message: texts.classify.noSize, got: file.type, hint: texts.classify.noSizeHint,
  });
}
