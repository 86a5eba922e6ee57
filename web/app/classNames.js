// What the classes of a model are called, in their order.

/**
 * Their labels, or numbers where there are none.
 * @param {Pick<import('../gossamer.js').ModelInfo, 'labels' | 'outputs' | 'scores'>} info
 * @returns {string[]}
 */
export function classNames({ labels, outputs, scores }) {
  if (labels?.length) return labels;
  const output = outputs.find(({ name }) => name === scores?.output) ?? outputs[0];
  const count = Math.max(0, (output?.shape ?? [0]).reduce((product, extent) => product * extent, 1));
  return Array.from({ length: count }, (_, index) => String(index));
}
