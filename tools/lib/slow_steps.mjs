// Which steps of a network that is timed run by a scalar reference and take a share of its time worth
// a kernel. How many steps there are says little: a reference may copy a hundred numbers, or take most of a run.

/** A step of `gossamer bench --profile --json`. @typedef {{node: string, kernel: string, fastest_milliseconds: number}} Step */

export const REFERENCE = 'reference'; // what such a step's kernel is called
export const largestShare = 0.01;

/**
 * Those whose fastest run takes more than `limit` of what the fastest runs of all steps take together.
 * @param {Step[]} steps
 * @param {number} [limit]
 * @returns {{node: string, share: number}[]}  the slowest first
 */
export function slowSteps(steps, limit = largestShare) {
  const total = steps.reduce((sum, step) => sum + step.fastest_milliseconds, 0);
  return steps
    .filter(({ kernel }) => kernel === REFERENCE)
    .map(({ node, fastest_milliseconds: time }) => ({ node, share: total > 0 ? time / total : 0 }))
    .filter(({ share }) => share > limit)
    .sort((a, b) => b.share - a.share);
}
