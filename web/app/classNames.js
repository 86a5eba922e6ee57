// What the classes of a model are called, in their order.

import { texts } from './texts.js';

/**
 * Their labels; a class without one goes by its number.
 * @param {Pick<import('../gossamer.js').ModelInfo, 'labels' | 'outputs' | 'scores'>} info
 * @returns {string[]}
 */
export function classNames({ labels, outputs, scores }) {
  const output = outputs.find(({ name }) => name === scores?.output) ?? outputs[0];
  const count = labels?.length || Math.max(0, (output?.shape ?? [0]).reduce((product, extent) => product * extent, 1));
  return Array.from({ length: count }, (_, index) => className(labels ?? [], index));
}

/** A class as people read it. @param {string[]} names  those that there are @param {number} index */
export const className = (names, index) => names[index] || texts.model.unnamed(index);
