// How far a long measurement is: elapsed time, what runs now, and the time left, estimated from how
// long the work done so far has taken. On a terminal one line that is written over, elsewhere lines.

/** @param {number} seconds */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

export class Progress {
  #start;
  #done = 0;
  #total;
  #write;
  #now;
  #terminal;

  /**
   * @param {number} total  of all weights given to `done`
   * @param {object} [options]
   * @param {(text: string) => void} [options.write]
   * @param {() => number} [options.now]  milliseconds
   * @param {boolean} [options.terminal]
   */
  constructor(total, options = {}) {
    const {
      write = (text) => process.stderr.write(text), now = Date.now,
      terminal = process.stderr.isTTY === true,
    } = options;
    this.#total = total;
    this.#write = write;
    this.#now = now;
    this.#terminal = terminal;
    this.#start = now();
  }

  /** Seconds left; undefined before anything is done. */
  get left() {
    const elapsed = (this.#now() - this.#start) / 1000;
    return this.#done > 0 ? (elapsed / this.#done) * Math.max(0, this.#total - this.#done) : undefined;
  }

  /** Says what begins. @param {string} text */
  say(text) {
    const elapsed = `${Math.round((this.#now() - this.#start) / 1000)}s`.padStart(5);
    const left = this.left === undefined ? '' : ` (about ${duration(this.left)} left)`;
    const line = `[${elapsed}] ${text}${left}`;
    this.#write(this.#terminal ? `\r${line.slice(0, 118)}\u001b[K` : `${line}\n`);
  }

  /** @param {number} [weight]  of what has ended */
  done(weight = 1) {
    this.#done += weight;
  }

  /** Ends the line that is written over. */
  end() {
    if (this.#terminal) this.#write('\r\u001b[K');
  }
}
