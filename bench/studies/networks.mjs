// Two studies of small networks: what depth and width of fully connected networks cost in loading,
// warming up and inference, and how many predictions a second networks of CIFAR's size allow.
import { barPlot } from '../report/bar_plot.mjs';
import { milliseconds } from '../../web/app/figures.js';
import { mean, median } from '../../web/app/statistics.js';

/** @typedef {import('../lib/measure.mjs').ModelResult} ModelResult */

const depths = [1, 2, 4, 8];
const widths = [64, 128, 256];

/** @param {number[] | undefined} times */
const middle = (times) => (times?.length ? median(times) : NaN);

/** @type {import('./studies.mjs').Study} */
export const depthWidth = {
  title: 'Depth and width of fully connected networks',
  models: depths.flatMap((depth) => widths.map((width) => `mnist_dense_${depth}x${width}`)),
  variants: ['relaxed'],
  settings: { starts: 3, live: 0, pictures: false, effort: { seconds: 4 } },
  conclude(models) {
    const figures = models.flatMap((model) => model.contenders.filter(({ steady }) => steady).map(({ label, phases, steady }) => {
      const [, depth, width] = /(\d+)x(\d+)$/.exec(model.name) ?? [];
      return {
        depth, width, contender: label, load: middle(phases.load), first: middle(phases.first),
        warmUp: middle(phases.nextFive), inference: steady?.summary.median ?? NaN,
      };
    }));
    const rows = figures.map(({ depth, width, contender, load, first, warmUp, inference }) =>
      [contender, depth ?? '–', width ?? '–', milliseconds(load), milliseconds(first), milliseconds(warmUp), milliseconds(inference)]);
    return {
      name: 'depth-width', title: depthWidth.title,
      note: 'Milliseconds, medians: making the session once its code is there, the first inference, the mean of the next five, and the steady state.',
      tables: [{
        title: 'Depth (hidden layers) and width',
        table: { head: ['contender', 'depth', 'width', 'load', 'first', 'next five', 'inference'], rows },
      }],
      plots: [],
      figures,
    };
  },
};

/** @param {ModelResult} model */
function rates(model) {
  return model.contenders.flatMap(({ id, label, place, steady }) => (steady ? [{
    id, label, place, perSecond: 1000 / mean(steady.rounds), low: 1000 / Math.max(...steady.rounds), high: 1000 / Math.min(...steady.rounds),
  }] : []));
}

/** @type {import('./studies.mjs').Study} */
export const throughput = {
  title: 'Predictions per second',
  models: ['lenet5', 'cifar_resnet20'],
  settings: { starts: 1, live: 0, pictures: false, effort: { seconds: 10 } },
  conclude(models) {
    const figures = models.map((model) => ({ model: model.name, contenders: rates(model) }));
    const rows = figures.flatMap(({ model, contenders }) => contenders.map(({ label, place, perSecond }) => {
      const native = Math.max(0, ...contenders.filter((one) => one.place === 'native').map((one) => one.perSecond));
      return [model, label, place, perSecond.toFixed(perSecond < 100 ? 1 : 0), native ? `${(100 * perSecond / native).toFixed(0)} %` : '–'];
    }));
    return {
      name: 'throughput', title: throughput.title,
      note: 'Predictions per second, one picture after the other, in turns; and the share of the fastest native contender.',
      tables: [{ title: 'Throughput', table: { head: ['model', 'contender', 'runs', 'predictions/s', 'of native'], rows, left: 3 } }],
      plots: figures.filter(({ contenders }) => contenders.length > 0).map(({ model, contenders }) => ({
        title: `${model}, predictions per second`,
        svg: barPlot(`${model}: predictions per second`, contenders.map((one) => ({ ...one, value: one.perSecond })), 'per second'),
      })),
      figures,
    };
  },
};
