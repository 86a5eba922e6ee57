// The bars of the report: the median of each contender on one model, with the spread of its runs.
import { barPlot } from './bar_plot.mjs';
import { quantile } from '../../web/app/statistics.js';

/** @param {import('./figures.mjs').ModelResult} model */
export function modelBars(model) {
  const bars = model.contenders.flatMap(({ id, label, steady }) => (steady ? [{
    id, label, value: steady.summary.median, low: quantile(steady.runs, 0.05), high: quantile(steady.runs, 0.95),
  }] : []));
  return bars.length > 0 ? barPlot(`${model.name}: milliseconds per inference`, bars, 'ms') : '';
}
