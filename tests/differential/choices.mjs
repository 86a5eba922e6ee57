// The choices a generator makes, recorded as a list of whole numbers, so that a graph can be made
// again from its list and a smaller graph from a list with smaller numbers: zero is always the
// simplest choice (extent 1, the attribute's default, no further node).

/** @param {number} seed @returns {() => number}  uniform below 2^32 (splitmix32) */
export function randomSource(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let t = state ^ (state >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  };
}

export class Choices {
  /** @param {{seed: number} | {replay: number[]}} from  past the end of a replay all is zero */
  constructor(from) {
    /** @type {number[]} */
    this.made = [];
    this.replay = 'replay' in from ? from.replay : null;
    this.random = randomSource('seed' in from ? from.seed : 0);
  }

  /** @param {number} count @returns {number} below count */
  below(count) {
    const drawn = this.replay ? (this.replay[this.made.length] ?? 0) : this.random();
    const choice = this.replay ? Math.min(drawn, count - 1) : drawn % count;
    this.made.push(choice);
    return choice;
  }
}
