// How long something with a known number of equal parts still takes, told by how fast the last parts
// went: the first ones are slower, because code is compiled and files are opened then.

/** Parts that are remembered. */
const WINDOW = 64;

export class Pace {
  /** Parts. It may change: what goes on may find out on the way how much there is. */
  total;
  /** @type {{done: number, time: number}[]} */
  #marks = [];

  /** @param {number} total  parts @param {number} [now]  milliseconds */
  constructor(total, now = performance.now()) {
    this.total = total;
    this.#marks.push({ done: 0, time: now });
  }

  /**
   * @param {number} done  parts so far
   * @param {number} [now]
   * @returns {number | undefined}  milliseconds that are left; nothing is known before the second part
   */
  mark(done, now = performance.now()) {
    this.#marks.push({ done, time: now });
    if (this.#marks.length > WINDOW) this.#marks.shift();
    const [first] = this.#marks;
    if (done < 2 || done === first.done) return undefined;
    return ((now - first.time) / (done - first.done)) * (this.total - done);
  }
}

/** @param {number | undefined} milliseconds */
export function timeLeft(milliseconds) {
  if (milliseconds === undefined || milliseconds < 0) return '';
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}
