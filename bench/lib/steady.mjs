// The steady state of several contenders on one model: each is warmed up until it stops getting
// faster, then they take turns, and between turns a fixed loop tells what the machine itself does.
import { alternate, runsPerTurn, warmUp } from './alternate.mjs';
import { median } from './statistics.mjs';

/**
 * @typedef {import('./alternate.mjs').Runner} Runner
 * @typedef {object} Effort
 * @property {number} [rounds]  exactly as many; otherwise as many as fit into the seconds
 * @property {number} [seconds]  default 20
 * @property {number} [least]  rounds, default 8
 * @property {number} [most]  rounds, default 60
 * @property {number} [block]  rounds come in multiples of this, default 1
 */

/**
 * @template {Runner} T
 * @param {T[]} contenders  started and fed
 * @param {object} options
 * @param {Effort} options.effort
 * @param {() => Promise<number>} options.spin
 * @param {(contender: T, round: number) => Promise<void>} [options.prepare]  before each turn
 * @returns {Promise<{samples: Map<T, import('./alternate.mjs').Samples>, warm: Map<T, number[]>, spins: number[][]}>}  spins: per round
 */
export async function measureSteady(contenders, { effort, spin, prepare }) {
  /** @type {Map<T, number[]>} */
  const warm = new Map();
  for (const contender of contenders) warm.set(contender, await warmUp(contender));
  /** @type {number[][]} */
  const spins = [];
  const begin = Date.now();
  const { rounds, seconds = 20, least = 8, most = 60, block = 1 } = effort;
  const samples = await alternate(contenders, {
    more: (round) => {
      spins.push([]);
      if (rounds !== undefined) return round < rounds;
      const wanted = round < least || (round < most && Date.now() - begin < 1000 * seconds);
      return wanted || round % block !== 0;
    },
    perTurn: (contender) => runsPerTurn(median(/** @type {number[]} */ (warm.get(contender)).slice(-5))),
    prepare,
    between: async () => {
      spins[spins.length - 1].push(await spin());
    },
  });
  return { samples, warm, spins: spins.filter((round) => round.length > 0) };
}
