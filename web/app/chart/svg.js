// The parts that all plots are made of, as text of static SVG: the page puts it into its views, and the
// benchmark's report opens from disk without scripts. Colours are classes, which the page (charts.css)
// and the report (bench/report/style.mjs) define for light and dark. Sizes are those of a phone, and
// wide pages lay plots out side by side.

/** @param {string | number} text */
export const escape = (text) => String(text)
  .replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char);

/**
 * An element; attributes are escaped, content is not.
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {string} [content]
 */
export function element(name, attributes, content = '') {
  const pairs = Object.entries(attributes).map(([key, value]) =>
    ` ${key}="${escape(typeof value === 'number' ? Math.round(value * 100) / 100 : value)}"`);
  return `<${name}${pairs.join('')}>${content}</${name}>`;
}

/** @param {number} x @param {number} y @param {string} content @param {Record<string, string | number>} [more] */
export const text = (x, y, content, more = {}) => element('text', { x, y, ...more }, escape(content));

/** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {string} kind  its class */
export const line = (x1, y1, x2, y2, kind) => element('line', { x1, y1, x2, y2, class: kind });

/** @param {{width: number, height: number, title: string}} size @param {string[]} parts */
export function plot({ width, height, title }, parts) {
  const box = { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title };
  return element('svg', box, [element('title', {}, escape(title)), ...parts].join(''));
}

/** The class that colours a contender, whatever its number of threads. @param {string} id */
export const seriesClass = (id) => `series s-${id.replace(/-\d+t$/, '')}`;

/** A short text for a number on an axis. @param {number} value */
export function tick(value) {
  if (value >= 1) return String(Number(value.toPrecision(3)));
  return String(Number(value.toPrecision(2)));
}

/**
 * 1, 2 and 5 times powers of ten within a range; only the powers where it is long.
 * @param {number} low @param {number} high
 */
export function logTicks(low, high) {
  const steps = Math.log10(high / low) > 2.2 ? [1] : [1, 2, 5];
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
    ticks.push(...steps.map((step) => step * 10 ** power));
  }
  return ticks.filter((value) => value >= low * 0.999 && value <= high * 1.001);
}

/** Round steps from zero, five at most. @param {number} high */
export function linearTicks(high) {
  const power = 10 ** Math.floor(Math.log10(high / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => high / size <= 5) ?? power;
  return Array.from({ length: Math.floor(high / step) + 1 }, (_, i) => i * step);
}

/**
 * What the axes of a plot are called, below and on the left.
 * @param {{width: number, height: number, left: number, right: number, top: number, bottom: number}} area
 * @param {string} x @param {string} y
 */
export function axisTitles({ width, height, left, right, top, bottom }, x, y) {
  const kind = { class: 'axis', 'text-anchor': 'middle' };
  return [
    text((left + width - right) / 2, height - 6, x, kind),
    element('text', { ...kind, transform: `translate(11 ${(top + height - bottom) / 2}) rotate(-90)` }, escape(y)),
  ];
}
