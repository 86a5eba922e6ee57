// What test bodies find in scope: the library, and a few helpers, as text of a script, because it runs
// in pages that different drivers open.

import { colourModel } from '../support/onnx.mjs';

export const HELPERS = `
const lib = await import(new URL('/gossamer.js', location.href).href);
const bytes = Uint8Array.from(atob('${colourModel().toString('base64')}'), (char) => char.charCodeAt(0));
const create = (options) => lib.ImageClassifier.createFromModelBuffer(bytes, {
  labels: ['red', 'green', 'blue'], ...options,
});
const top = (answer) => answer.classifications[0].categories[0].categoryName;
const paint = (colour, width = 8, height = 8) => {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d');
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
  return canvas;
};
const fails = async (action) => {
  try {
    await action();
  } catch (error) {
    return { ...error, message: error.message };
  }
  return 'did not fail';
};
// A video of a stream that has a frame. Canvases give frames when they are drawn on.
const play = async (srcObject, drawOn) => {
  const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true, srcObject });
  document.body.append(video);
  const timer = setInterval(() => drawOn?.(), 30);
  await video.play();
  while (video.readyState < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  clearInterval(timer);
  return video;
};
// How often pixels are read back from a canvas from here on, in this thread.
const countDrawings = () => {
  let count = 0;
  const { prototype } = OffscreenCanvasRenderingContext2D;
  const { getImageData } = prototype;
  prototype.getImageData = function (...area) {
    ++count;
    return getImageData.apply(this, area);
  };
  return () => count;
};
`;
