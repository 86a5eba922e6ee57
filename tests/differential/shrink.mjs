// Makes a graph on which the runtimes disagree small: lowers the choices it was made from, towards
// zero, while they still disagree. All candidates of a round are run together.
import { generate } from './generators.mjs';
import { runCases } from './run.mjs';

/** @typedef {import('./builder.mjs').Case} Case */
/** @typedef {{made: Case, choices: number[]}} Drawn */

/** @param {Case} made  nodes first, then what else there is to read */
const cost = ({ nodes, tensors, outputs, open }) =>
  1000 * nodes.length + 20 * outputs.length + (open ? 5 : 0) +
  nodes.reduce((sum, { attributes = {} }) => sum + 3 * Object.keys(attributes).length, 0) +
  Object.values(tensors).reduce((sum, { dims, values }) => sum + dims.length + values.length / 4, 0);

/** @param {number[]} choices */
function* candidates(choices) {
  for (let i = choices.length - 1; i >= 0; i -= 1) {
    const choice = choices[i];
    // Of percentages and seeds only zero and the threshold matter.
    const lower = choice > 20 ? [0, choice >> 1] : [0, choice >> 1, choice - 1];
    for (const value of new Set(lower)) {
      if (value >= 0 && value < choice) yield choices.map((old, at) => (at === i ? value : old));
    }
    if (choice > 0) {
      yield [...choices.slice(0, i), ...choices.slice(i + 1)];
      yield choices.slice(0, i);
    }
  }
}

/**
 * @param {Drawn} drawn
 * @param {number} [rounds]
 * @returns {Promise<Drawn>}
 */
export async function shrink(drawn, rounds = 25) {
  let best = drawn;
  for (let round = 0; round < rounds; round += 1) {
    const seen = new Set([best.choices.join()]);
    /** @type {Drawn[]} */
    const smaller = [];
    for (const replay of candidates(best.choices)) {
      const candidate = generate(best.made.op, { replay });
      const key = candidate.choices.join();
      const lower = cost(candidate.made) - cost(best.made) || sum(candidate.choices) - sum(best.choices);
      if (seen.has(key) || lower >= 0) continue;
      seen.add(key);
      smaller.push(candidate);
    }
    smaller.sort((a, b) => cost(a.made) - cost(b.made));
    const found = await firstDifferent(smaller);
    if (!found) break;
    best = found;
  }
  return best;
}

/** @param {number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0);

/** @param {Drawn[]} drawn @returns {Promise<Drawn | undefined>} */
async function firstDifferent(drawn) {
  for (let at = 0; at < drawn.length; at += 50) {
    const part = drawn.slice(at, at + 50);
    const results = await runCases(part.map(({ made }) => made));
    const index = results.findIndex(({ outcome }) => outcome === 'different');
    if (index >= 0) return part[index];
  }
  return undefined;
}
