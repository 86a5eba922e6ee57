// What the classes of a model are called, in their order.

import { texts } from './texts.js';

/**
 * Their labels; a class without one goes by its number. Labels of another number than the classes stand for other
 * classes, so they name none; one number is the probability of the second of two.
 * @param {Pick<import('../gossamer.js').ModelInfo, 'labels' | 'outputs' | 'scores'>} info
 * @returns {string[]}
 */
export function classNames({ labels, outputs, scores }) {
  const output = outputs.find(({ name }) => name === scores?.output) ?? outputs[0];
  const stated = labels ?? [];
  // Not above 0 where an extent is open.
  const count = (output?.shape ?? [0]).reduce((product, extent) => product * extent, 1);
  const fit = count <= 0 || stated.length === count || (count === 1 && stated.length === 2);
  const names = fit ? stated : [];
  return Array.from({ length: names.length || Math.max(0, count) }, (_, index) => className(names, index));
}

/** A class as people read it. @param {string[]} names  those that there are @param {number} index */
export const className = (names, index) => names[index] || texts.model.unnamed(index);
