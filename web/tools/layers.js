// Which nodes of a model a step of its plan computes. A step is called after one node; others were
// fused into it (an activation, a normalisation, a sum) or turned into nothing (a reshape). Enters:
// the graph as the file has it; leaves: for each step its nodes, the values that leave it, and the
// stored numbers that they use.

/** @typedef {import('./engine.js').GraphNode} GraphNode */
/** @typedef {{nodes: string[], outputs: string[], parameters: number}} Layer */

/**
 * @param {GraphNode[]} nodes  in an order of execution
 * @param {string[]} steps  the node that each step is called after
 * @returns {Layer[]}
 */
export function layersOf(nodes, steps) {
  const owners = findOwners(nodes, steps);
  /** @type {Map<string, Set<number>>} The steps that read a value. */
  const readers = new Map();
  nodes.forEach(({ inputs }, i) => {
    for (const name of inputs) {
      readers.set(name, (readers.get(name) ?? new Set()).add(owners[i]));
    }
  });
  // What leaves a step: read elsewhere, or by nobody, which makes it an output of the model.
  const leaves = (/** @type {string} */ name, /** @type {number} */ step) => {
    const by = readers.get(name);
    return !by || by.size > 1 || !by.has(step);
  };
  /** @type {Layer[]} */
  const layers = steps.map(() => ({ nodes: [], outputs: [], parameters: 0 }));
  nodes.forEach(({ label, outputs, parameters }, i) => {
    const layer = layers[owners[i]];
    if (!layer) return;
    layer.nodes.push(label);
    layer.outputs.push(...outputs.filter((name) => leaves(name, owners[i])));
    layer.parameters += parameters;
  });
  return layers;
}

/**
 * For each node the step that computes it; -1 where none can be named.
 * @param {GraphNode[]} nodes
 * @param {string[]} steps
 */
function findOwners(nodes, steps) {
  /** @type {Map<string, number>} */
  const stepOf = new Map();
  steps.forEach((label, step) => {
    if (!stepOf.has(label)) stepOf.set(label, step);
  });
  const owners = nodes.map(({ label }) => stepOf.get(label) ?? -1);
  /** @type {Map<string, number>} */
  const producers = new Map();
  nodes.forEach(({ outputs }, i) => outputs.forEach((name) => producers.set(name, i)));
  const behind = nodes.map(({ inputs }) => inputs.map((name) => producers.get(name) ?? -1));
  // What depends on stored numbers alone was computed while loading, for whoever reads it.
  /** @type {boolean[]} */
  const constant = [];
  behind.forEach((list) => constant.push(list.every((i) => i >= 0 && constant[i])));
  // A fused node belongs to the last of the steps that it reads from; padding, to the step that reads it.
  nodes.forEach(({ op }, i) => {
    if (owners[i] >= 0 || constant[i] || op === 'Pad') return;
    owners[i] = Math.max(-1, ...behind[i].map((from) => (from >= 0 ? owners[from] : -1)));
  });
  for (let i = nodes.length - 1; i >= 0; i -= 1) {
    for (const from of behind[i]) {
      if (from >= 0 && owners[from] < 0) owners[from] = owners[i];
    }
  }
  return owners;
}
