// Mean and standard deviation over ten images for the eight networks of the study that this project
// follows, with the model's size and the ratio to native inference.
import { megabytes, milliseconds } from '../../web/app/figures.js';
import { mean, median, summarise } from '../../web/app/statistics.js';

/** @typedef {import('../lib/measure.mjs').ModelResult} ModelResult */
/** @typedef {import('../lib/measure.mjs').Entry} Entry */

const images = 10;

/**
 * Milliseconds for each image: the median of the quiet rounds that ran it, or of all where none was.
 * @param {Entry} entry @param {number[]} quiet
 */
export function perImage({ steady }, quiet) {
  const all = steady?.all ?? [];
  return Array.from({ length: Math.min(images, all.length) }, (_, image) => {
    const own = all.map((_time, round) => round).filter((round) => round % images === image);
    const calm = own.filter((round) => quiet.includes(round));
    return median((calm.length > 0 ? calm : own).map((round) => all[round]));
  });
}

/** @param {ModelResult} model @param {Entry} entry @param {number} native  mean of native onnxruntime */
function row(model, entry, native) {
  const cells = [model.name, entry.label, megabytes(model.bytes)];
  if (!entry.steady) return [...cells, entry.status, '', ''];
  const { mean: average, deviation } = summarise(perImage(entry, model.quiet));
  return [...cells, `${milliseconds(average)} ± ${milliseconds(deviation)}`, milliseconds(average / native), milliseconds(entry.steady.summary.p95)];
}

/** @type {import('./studies.mjs').Study} */
export const latency = {
  title: 'Latency of ten images',
  models: [
    'mobilenet_v3_small', 'mobilenet_v3_large', 'resnet18', 'resnet34', 'inception_v3', 'efficientnet_v2_s',
    'efficientnet_v2_m', 'efficientnet_v2_l',
  ],
  variants: ['relaxed', 'simd'],
  settings: { starts: 1, live: 0, pictures: false, images, effort: { least: images, most: 6 * images, block: images, seconds: 60 } },
  conclude(models) {
    const rows = models.flatMap((model) => {
      const reference = model.contenders.find(({ id }) => id === 'ort-native');
      const native = reference?.steady ? mean(perImage(reference, model.quiet)) : NaN;
      return model.contenders.map((entry) => row(model, entry, native));
    });
    return {
      name: 'latency', title: latency.title,
      note: `Mean ± standard deviation over ${images} images in milliseconds, each image the median of its undisturbed turns; the ratio is to native onnxruntime with one thread. The native command line always computes on one image.`,
      tables: [{ title: 'Latency', table: { head: ['model', 'contender', 'MB', 'mean ± std ms', 'ratio to native', 'p95 ms'], rows, left: 2 } }],
      plots: [],
      figures: models.map((model) => ({
        model: model.name, contenders: model.contenders.map((entry) => ({ id: entry.id, images: perImage(entry, model.quiet) })),
      })),
    };
  },
};
