// The steady state of several contenders on one model: each is warmed up until it stops getting
// faster, then they take turns, and between turns a fixed loop tells what the machine itself does.
import { alternate, runsPerTurn, warmUp } from './alternate.mjs';
import { median } from './statistics.mjs';

/**
 * @typedef {import('./alternate.mjs').Runner} Runner
 * @typedef {{rounds?: number, seconds?: number}} Effort  rounds: exactly as many; otherwise as many as
 *     fit into the seconds, but 8 at least and 60 at most
 */

/**
 * @template {Runner} T
 * @param {T[]} contenders  started and fed
 * @param {object} options
 * @param {Effort} options.effort
 * @param {() => Promise<number>} options.spin
 * @returns {Promise<{samples: Map<T, import('./alternate.mjs').Samples>, warm: Map<T, number[]>, spins: number[][]}>}  spins: per round
 */
export async function measureSteady(contenders, { effort, spin }) {
  /** @type {Map<T, number[]>} */
  const warm = new Map();
  for (const contender of contenders) warm.set(contender, await warmUp(contender));
  /** @type {number[][]} */
  const spins = [];
  const begin = Date.now();
  const { rounds, seconds = 20 } = effort;
  const samples = await alternate(contenders, {
    more: (round) => {
      spins.push([]);
      if (rounds !== undefined) return round < rounds;
      return round < 8 || (round < 60 && Date.now() - begin < 1000 * seconds);
    },
    perTurn: (contender) => runsPerTurn(median(/** @type {number[]} */ (warm.get(contender)).slice(-5))),
    between: async () => {
      spins[spins.length - 1].push(await spin());
    },
  });
  return { samples, warm, spins: spins.filter((round) => round.length > 0) };
}
