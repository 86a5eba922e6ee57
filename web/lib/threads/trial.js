// How many threads suit a session, found out as it runs: on a phone with slow cores beside fast ones, on a
// busy machine or for a small network, fewer can be faster. Results do not depend on it, so the first runs
// are the measurement: some with all threads, some with half of them, in turns; then the faster number stays,
// and where that is the half, it is compared with its own half.

/** Runs with all threads that are not counted: code is still being compiled. */
const FIRST = 3;
/** Runs with each of the two numbers. */
const TURNS = 5;
/** As many times the time of fewer threads is enough to stay with more: two numbers may be alike. */
const MARGIN = 1.05;

export class ThreadTrial {
  /** How many threads the next run should use. */
  threads;
  /** True once fewer than all were found to be faster. */
  fewer = false;
  #more;
  /** @type {number[][]} Milliseconds, with more and with fewer threads. */
  #times = [[], []];
  #uncounted = FIRST;

  /** @param {number} threads  that there are */
  constructor(threads) {
    this.threads = threads;
    this.#more = threads;
  }

  /** @param {number} milliseconds  that a run took with `threads` */
  note(milliseconds) {
    if (this.#more === 1) return;
    if (this.#uncounted > 0) {
      this.#uncounted -= 1;
      return;
    }
    const half = Math.ceil(this.#more / 2);
    const [more, fewer] = this.#times;
    (this.threads === half ? fewer : more).push(milliseconds);
    this.threads = more.length > fewer.length ? half : this.#more;
    if (fewer.length < TURNS) return;
    const slower = Math.min(...more) > MARGIN * Math.min(...fewer);
    this.fewer ||= slower;
    this.threads = slower ? half : this.#more;
    this.#more = slower ? half : 1;  // 1: settled
    this.#times = [[], []];
  }
}
