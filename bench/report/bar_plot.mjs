// Bars with spread: a median each, and a whisker from the 5th to the 95th percentile of its runs. The
// longest bar decides the scale, so that one plot compares its own bars.
import { milliseconds } from '../../web/app/figures.js';
import { element, escape, line, linearTicks, plot, seriesClass, text, tick } from '../../web/app/chart/svg.js';

/** @typedef {{id: string, label: string, value: number, low: number, high: number}} Bar */

const width = 360;
const [left, right, row, top] = [8, 60, 34, 8];

/**
 * @param {string} title
 * @param {Bar[]} bars
 * @param {string} unit
 */
export function barPlot(title, bars, unit) {
  const longest = Math.max(...bars.map(({ value, high }) => Math.max(value, high)));
  const scale = (/** @type {number} */ value) => left + (value / longest) * (width - left - right);
  const bottom = top + row * bars.length;
  const grid = linearTicks(longest).flatMap((value) => [
    line(scale(value), top, scale(value), bottom, 'grid'),
    text(scale(value), bottom + 14, tick(value), { class: 'tick', 'text-anchor': 'middle' }),
  ]);
  const drawn = bars.map(({ id, label, value, low, high }, index) => {
    const y = top + row * index;
    const middle = y + 23;
    const about = `${label}: ${milliseconds(value)} ${unit}, 5 % to 95 %: ${milliseconds(low)} to ${milliseconds(high)}`;
    return element('g', {}, [
      element('title', {}, escape(about)),
      text(left, y + 13, label, { class: 'name' }),
      element('rect', { class: seriesClass(id), x: left, y: y + 17, width: Math.max(1, scale(value) - left), height: 12 }),
      line(scale(low), middle, scale(high), middle, 'whisker'),
      line(scale(low), middle - 4, scale(low), middle + 4, 'whisker'),
      line(scale(high), middle - 4, scale(high), middle + 4, 'whisker'),
      text(Math.max(scale(high), scale(value)) + 5, y + 27, milliseconds(value), { class: 'value' }),
    ].join(''));
  });
  return plot({ width, height: bottom + 20, title }, [...grid, ...drawn]);
}
