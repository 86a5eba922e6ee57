// Checks of the drop-in: pictures to tensors and back, as far as onnxruntime-web itself does what it documents.
// Where it does not, ortDifferences.mjs shows both.

import { check, refuses, seen } from './check.mjs';

/** 3 x 2 pixels, all bytes different, opaque. */
export const sample = () => new ImageData(Uint8ClampedArray.from({ length: 24 },
  (_, i) => (i % 4 === 3 ? 255 : i * 10 + 1)), 3, 2);

/** @param {ImageData} pixels */
export function canvasOf(pixels) {
  const canvas = Object.assign(document.createElement('canvas'), { width: pixels.width, height: pixels.height });
  canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  return canvas;
}

/** @param {string} address */
export async function imageAt(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

const norms = {
  'no norm': undefined, numbers: { mean: 2, bias: 1 }, 'three each': { mean: [1, 2, 4], bias: [-1, 0.5, 3] },
  'four each': { mean: [1, 2, 4, 8], bias: [1, 2, 3, 4] }, 'mean and bias of 0': { mean: 255, bias: 0 },
};
const formats = ['RGB', 'BGR', 'RBG', 'RGBA', undefined];

const ofImageData = formats.flatMap((tensorFormat) => Object.entries(norms).map(([name, norm]) =>
  check(`ImageData as ${tensorFormat ?? 'no format'}, ${name}`, async ({ Tensor }) =>
    seen(await Tensor.fromImage(sample(), { tensorFormat, norm })))));

const ofOthers = formats.flatMap((tensorFormat) => [
  check(`ImageBitmap as ${tensorFormat ?? 'no format'}`, async ({ Tensor }) =>
    seen(await Tensor.fromImage(await createImageBitmap(sample()), { tensorFormat, norm: { mean: [1, 2, 3], bias: [3, 2, 1] } }))),
  check(`an address as ${tensorFormat ?? 'no format'}`, async ({ Tensor }, { folder }) =>
    seen(await Tensor.fromImage(`${folder}picture.png`, { tensorFormat, norm: { mean: 128, bias: -128 } }))),
]);

const others = [
  check('ImageData without options', async ({ Tensor }) => seen(await Tensor.fromImage(sample()))),
  check('ImageData, NCHW by name', async ({ Tensor }) => seen(await Tensor.fromImage(sample(), { tensorLayout: 'NCHW' }))),
  check('ImageData, float32 by name', async ({ Tensor }) => seen(await Tensor.fromImage(sample(), { dataType: 'float32' }))),
  check('ImageData in the size that it has', async ({ Tensor }) =>
    seen(await Tensor.fromImage(sample(), { resizedWidth: 3, resizedHeight: 2 }))),
  check('ImageBitmap with empty options', async ({ Tensor }) => seen(await Tensor.fromImage(await createImageBitmap(sample()), {}))),
  check('an address without options', async ({ Tensor }, { folder }) => seen(await Tensor.fromImage(`${folder}picture.png`))),
  check('a data URL', async ({ Tensor }) => seen(await Tensor.fromImage(canvasOf(sample()).toDataURL()))),
  check('an <img>', async ({ Tensor }) => {
    const tensor = await Tensor.fromImage(await imageAt(canvasOf(sample()).toDataURL()));
    // Three channels here, four there: the first three are the same.
    return [tensor.type, tensor.dims[0], tensor.dims[2], tensor.dims[3], Array.from(tensor.data.slice(0, 18))];
  }),
  check('one pixel', async ({ Tensor }) => seen(await Tensor.fromImage(new ImageData(1, 1)))),
  refuses('no picture', ({ Tensor }) => Tensor.fromImage(7), /./),
  refuses('an object that is no picture', ({ Tensor }) => Tensor.fromImage({}), /./),
  refuses('null for a picture', ({ Tensor }) => Tensor.fromImage(null), /./),
];

const back = [
  check('toImageData of RGB', async ({ Tensor }) => {
    const image = (await Tensor.fromImage(sample())).toImageData();
    return [image instanceof ImageData, image.width, image.height, Array.from(image.data)];
  }),
  check('toImageData, RGB by name', async ({ Tensor }) =>
    Array.from((await Tensor.fromImage(sample())).toImageData({ format: 'RGB' }).data)),
  check('toImageData of RGBA', async ({ Tensor }) =>
    Array.from((await Tensor.fromImage(sample(), { tensorFormat: 'RGBA' })).toImageData({ format: 'RGBA' }).data)),
  check('toImageData of RGBA without options', async ({ Tensor }) =>
    Array.from((await Tensor.fromImage(sample(), { tensorFormat: 'RGBA' })).toImageData().data)),
  check('toImageData with means', async ({ Tensor }) =>
    Array.from(new Tensor('float32', [0, 0.5, 1, 2, 1, 0], [1, 3, 1, 2])
      .toImageData({ format: 'RGB', norm: { mean: [10, 20, 30] } }).data)),
  check('toImageData with one mean and no bias', async ({ Tensor }) =>
    Array.from(new Tensor('float32', [1, 2, 3], [1, 3, 1, 1]).toImageData({ format: 'RGB', norm: { mean: 50, bias: 0 } }).data)),
  check('toImageData clamps', ({ Tensor }) =>
    Array.from(new Tensor('float32', [2, -1, NaN], [1, 3, 1, 1]).toImageData().data)),
  check('toImageData of the first picture of several', ({ Tensor }) =>
    Array.from(new Tensor('float32', [1, 0, 1, 0, 1, 0], [2, 3, 1, 1]).toImageData().data)),
  refuses('toImageData as RGBA of three channels', async ({ Tensor }) =>
    (await Tensor.fromImage(sample())).toImageData({ format: 'RGBA' }), /Tensor format doesn't match input tensor dims/),
  refuses('toImageData as RGB of four channels', async ({ Tensor }) =>
    (await Tensor.fromImage(sample(), { tensorFormat: 'RGBA' })).toImageData({ format: 'RGB' }),
  /Tensor format doesn't match input tensor dims/),
  check('toDataURL is a PNG of the picture', async ({ Tensor }) => {
    const url = (await Tensor.fromImage(sample())).toDataURL();
    const image = await imageAt(url);
    const canvas = canvasOf(new ImageData(3, 2));
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.drawImage(image, 0, 0);
    return [url.slice(0, 22), image.width, image.height, Array.from(context.getImageData(0, 0, 3, 2).data)];
  }),
  refuses('toImageData of a disposed tensor', async ({ Tensor }) => {
    const tensor = await Tensor.fromImage(sample());
    tensor.dispose();
    tensor.toImageData();
  }, /The tensor is disposed/),
];

export const imageChecks = [...ofImageData, ...ofOthers, ...others, ...back];
