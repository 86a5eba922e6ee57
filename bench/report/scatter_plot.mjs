// Points on two logarithmic axes, with a legend. A roof may stand over them: the lower of what the
// memory can bring and what the processor can compute.
import { axisTitles, element, escape, line, logTicks, plot, seriesClass, text, tick } from '../../web/app/chart/svg.js';

/**
 * @typedef {{x: number, y: number, label: string}} Point
 * @typedef {{id: string, label: string, points: Point[]}} Series
 * @typedef {{title: string, x: string, y: string, roof?: {gflops: number, gigabytes?: number}}} Axes
 */

const [width, height] = [360, 300];
const area = { left: 44, right: 12, top: 10, bottom: 40 };
const marks = ['circle', 'square', 'diamond', 'triangle'];

/** @param {number[]} values  positive @returns {[number, number]} */
function range(values) {
  return [Math.min(...values) / 1.4, Math.max(...values) * 1.4];
}

/** @param {number} x @param {number} y @param {number} shape @param {string} kind @param {string} about */
function mark(x, y, shape, kind, about) {
  const title = element('title', {}, escape(about));
  const size = 4;
  if (marks[shape % marks.length] === 'circle') return element('circle', { cx: x, cy: y, r: size, class: kind }, title);
  const corners = {
    square: [[-1, -1], [1, -1], [1, 1], [-1, 1]], diamond: [[0, -1.4], [1.4, 0], [0, 1.4], [-1.4, 0]],
    triangle: [[0, -1.3], [1.2, 1], [-1.2, 1]],
  }[marks[shape % marks.length]] ?? [];
  const points = corners.map(([dx, dy]) => `${(x + dx * size).toFixed(1)},${(y + dy * size).toFixed(1)}`);
  return element('polygon', { points: points.join(' '), class: kind }, title);
}

/** @param {Series[]} series */
function legend(series) {
  const entries = series.map(({ id, label }, index) => element('li', {},
    element('svg', { viewBox: '0 0 12 12', 'aria-hidden': 'true' }, mark(6, 6, index, seriesClass(id), label))
    + escape(label)));
  return element('ul', { class: 'legend' }, entries.join(''));
}

/**
 * @param {Axes} axes
 * @param {Series[]} series  without empty ones
 */
export function scatterPlot({ title, x, y, roof }, series) {
  const points = series.flatMap((one) => one.points);
  const [x0, x1] = range(points.map((point) => point.x));
  const [y0, y1] = range([...points.map((point) => point.y), ...(roof ? [roof.gflops] : [])]);
  const along = (/** @type {number} */ value) =>
    area.left + (Math.log(value / x0) / Math.log(x1 / x0)) * (width - area.left - area.right);
  const up = (/** @type {number} */ value) =>
    height - area.bottom - (Math.log(value / y0) / Math.log(y1 / y0)) * (height - area.top - area.bottom);
  const floor = height - area.bottom;
  const grid = [
    ...logTicks(x0, x1).flatMap((value) => [
      line(along(value), area.top, along(value), floor, 'grid'),
      text(along(value), floor + 14, tick(value), { class: 'tick', 'text-anchor': 'middle' }),
    ]),
    ...logTicks(y0, y1).flatMap((value) => [
      line(area.left, up(value), width - area.right, up(value), 'grid'),
      text(area.left - 5, up(value) + 4, tick(value), { class: 'tick', 'text-anchor': 'end' }),
    ]),
    ...axisTitles({ width, height, ...area }, x, y),
  ];
  const roofs = roof ? [roofLine(roof, { x0, x1, y0, along, up })] : [];
  const drawn = series.flatMap(({ id, label, points: own }, index) => own.map((point) =>
    mark(along(point.x), up(point.y), index, seriesClass(id), `${label}, ${point.label}: ${tick(point.y)}`)));
  return plot({ width, height, title }, [...grid, ...roofs, ...drawn]) + legend(series);
}

/**
 * @param {{gflops: number, gigabytes?: number}} roof
 * @param {{x0: number, x1: number, y0: number, along: (x: number) => number, up: (y: number) => number}} frame
 */
function roofLine({ gflops, gigabytes }, { x0, x1, y0, along, up }) {
  if (!gigabytes) return line(along(x0), up(gflops), along(x1), up(gflops), 'roof');
  const ridge = Math.min(x1, Math.max(x0, gflops / gigabytes));
  const start = Math.max(x0, y0 / gigabytes);
  const corners = [[start, Math.min(gflops, start * gigabytes)], [ridge, Math.min(gflops, ridge * gigabytes)], [x1, Math.min(gflops, x1 * gigabytes)]];
  return element('polyline', { class: 'roof', points: corners.map(([x, y]) => `${along(x).toFixed(1)},${up(y).toFixed(1)}`).join(' ') });
}
