// Values one after another, a line for each series: how long each run took. The scale begins at zero, and
// ends at what nearly all values stay under, so that one slow run does not flatten the others; what is
// above is drawn at the edge.
import { quantile } from '../statistics.js';
import { axisTitles, element, escape, line, linearTicks, plot, seriesClass, text, tick } from './svg.js';

/** @typedef {{id: string, label: string, values: number[]}} Line */

const height = 220;
const area = { left: 44, right: 12, top: 10, bottom: 34 };

/**
 * @param {string} title
 * @param {Line[]} lines
 * @param {{x: string, y: string, count: number, width?: number}} axes  count: values that a series will have at
 *     its end; width: about that of the place it is for, so that its text stays readable
 */
export function linePlot(title, lines, { x: xTitle, y: yTitle, count, width = 720 }) {
  const values = lines.flatMap((one) => one.values);
  if (values.length === 0) return '';
  const highest = Math.min(Math.max(...values), 1.6 * quantile(values, 0.95)) || 1;
  const along = (/** @type {number} */ at) => area.left + (at / Math.max(1, count - 1)) * (width - area.left - area.right);
  const up = (/** @type {number} */ value) =>
    height - area.bottom - (Math.min(value, highest) / highest) * (height - area.top - area.bottom);
  const grid = linearTicks(highest).flatMap((value) => [
    line(area.left, up(value), width - area.right, up(value), 'grid'),
    text(area.left - 5, up(value) + 4, tick(value), { class: 'tick', 'text-anchor': 'end' }),
  ]);
  const drawn = lines.filter((one) => one.values.length > 0).map(({ id, label, values: own }) => {
    const points = own.map((value, at) => `${along(at).toFixed(1)},${up(value).toFixed(1)}`);
    return element('g', { class: seriesClass(id) }, element('title', {}, escape(label))
      + element('polyline', { class: 'trend', points: points.join(' ') }));
  });
  return plot({ width, height, title }, [
    ...grid, ...drawn,
    ...axisTitles({ width, height, ...area }, xTitle, yTitle),
  ]);
}
