// A reliability diagram: for answers of about the same probability, how many were right. Where the bars
// reach the diagonal the model is as often right as it says.
import { axisTitles, element, escape, line, plot, text } from './svg.js';

/** @typedef {import('../evaluate/calibration.js').Bin} Bin */

const [width, height] = [360, 300];
const area = { left: 44, right: 12, top: 10, bottom: 40 };
const ticks = [0, 0.25, 0.5, 0.75, 1];
const percent = (/** @type {number} */ value) => `${Math.round(100 * value)}%`;

/**
 * @param {string} title
 * @param {Bin[]} bins
 * @param {{x: string, y: string}} axes
 */
export function reliabilityPlot(title, bins, { x: xTitle, y: yTitle }) {
  const along = (/** @type {number} */ value) => area.left + value * (width - area.left - area.right);
  const up = (/** @type {number} */ value) => height - area.bottom - value * (height - area.top - area.bottom);
  const grid = ticks.flatMap((value) => [
    line(area.left, up(value), width - area.right, up(value), 'grid'),
    text(area.left - 5, up(value) + 4, percent(value), { class: 'tick', 'text-anchor': 'end' }),
    text(along(value), up(0) + 14, percent(value), { class: 'tick', 'text-anchor': value === 1 ? 'end' : 'middle' }),
  ]);
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const bars = bins.filter(({ count }) => count > 0).map(({ low, high, count, confidence, accuracy }) => {
    const about = `${percent(low)} to ${percent(high)}: ${count} pictures, ${percent(accuracy)} right, said ${percent(confidence)}`;
    return element('g', {}, element('title', {}, escape(about))
      + element('rect', { class: 'series', x: along(low) + 1, y: up(accuracy), width: along(high) - along(low) - 2, height: Math.max(1, up(0) - up(accuracy)) })
      // The point stands at what was said; its size tells how many pictures say so.
      + element('circle', { class: 'point', cx: along(confidence), cy: up(accuracy), r: 2 + 4 * Math.sqrt(count / most) }));
  });
  return plot({ width, height, title }, [
    ...grid, ...bars, line(along(0), up(0), along(1), up(1), 'roof'),
    ...axisTitles({ width, height, ...area }, xTitle, yTitle),
  ]);
}
