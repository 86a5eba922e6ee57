// A flame bar: the steps of a run side by side, each as wide as its share of the time, coloured by kind.
// Steps that would be too thin to see or hit are drawn at their place all the same; the list beside the
// bar is where they are read. The view finds the step of a click by `data-step`.
import { element, escape, plot, text } from './svg.js';

/** @typedef {{start: number, share: number, label: string, kind: string, about: string}} Segment  parts of 1 */

const [height, top] = [64, 6];
/** Kinds that have colours of their own; the rest share one. */
export const COLOURS = 5;

/**
 * Kinds in the order of their share, for colours and legend.
 * @param {Segment[]} segments @returns {{kind: string, share: number}[]}
 */
export function kindsOf(segments) {
  /** @type {Map<string, number>} */
  const shares = new Map();
  for (const { kind, share } of segments) shares.set(kind, (shares.get(kind) ?? 0) + share);
  return [...shares].map(([kind, share]) => ({ kind, share })).sort((a, b) => b.share - a.share);
}

/** @param {number} place  among the kinds */
const kindClass = (place) => `kind kind-${Math.min(place, COLOURS)}`;

/**
 * @param {string} title
 * @param {Segment[]} segments
 * @param {{chosen?: number, width?: number}} [options]  width: about that of the place it is for
 */
export function flameBar(title, segments, { chosen, width = 720 } = {}) {
  const places = new Map(kindsOf(segments).map(({ kind }, place) => [kind, place]));
  const drawn = segments.map(({ start, share, label, kind, about }, step) => {
    const [x, wide] = [start * width, share * width];
    // About 6.4 units a letter; a text that does not fit is left out.
    const fits = label.length * 6.4 + 8 < wide;
    return element('g', { 'data-step': step, class: step === chosen ? 'segment chosen' : 'segment' }, [
      element('title', {}, escape(about)),
      element('rect', { class: kindClass(places.get(kind) ?? COLOURS), x, y: top, width: Math.max(wide - 0.6, 0.4), height: height - 2 * top, rx: Math.min(2, wide / 4) }),
      ...(fits ? [text(x + 5, height / 2 + 4, label, { class: 'segment-label' })] : []),
    ].join(''));
  });
  return plot({ width, height, title }, drawn);
}
