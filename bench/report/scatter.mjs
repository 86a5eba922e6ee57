// The report's plots of points: latency against size of model, and the roofline of the kernels.
import { scatterPlot } from './scatter_plot.mjs';

/**
 * @typedef {import('./scatter_plot.mjs').Series} Series
 *
 * @typedef {object} KernelFigures
 * @property {{gflops: number, gigabytes?: number}} roof  measured multiply-add peak, and memory bandwidth
 *     in GB per second
 * @property {{name: string, gflops: number, intensity: number, series?: string}[]} kernels  intensity:
 *     operations per byte
 */

/** Latency against size of model, a series for each contender. @param {import('./figures.mjs').ModelResult[]} models */
export function sizePlot(models) {
  /** @type {Map<string, Series>} */
  const series = new Map();
  for (const { name, bytes, contenders } of models) {
    for (const { id, label, steady } of contenders) {
      if (!steady) continue;
      const one = series.get(id) ?? { id, label, points: [] };
      one.points.push({ x: bytes / 1e6, y: steady.summary.median, label: name });
      series.set(id, one);
    }
  }
  if (series.size === 0) return '';
  return scatterPlot({ title: 'Latency against size of model', x: 'model, MB', y: 'median, ms' }, [...series.values()]);
}

/** @param {KernelFigures} figures */
export function rooflinePlot({ roof, kernels }) {
  /** @type {Map<string, Series>} */
  const series = new Map();
  for (const { name, gflops, intensity, series: id = 'kernels' } of kernels) {
    const one = series.get(id) ?? { id: `gossamer-${id}`, label: id, points: [] };
    one.points.push({ x: intensity, y: gflops, label: name });
    series.set(id, one);
  }
  const axes = { title: 'Roofline of the kernels', x: 'operations per byte', y: 'GFLOPS', roof };
  return scatterPlot(axes, [...series.values()]);
}
