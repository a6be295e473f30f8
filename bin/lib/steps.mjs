const PLAIN_INTERVAL_MS = 20_000;
const PLAIN_WIDTH = 140;

/** Prints what is done, step by step with elapsed time, on standard error, so that standard output stays the command's own. */
export class Steps {
  #tty = Boolean(process.stderr.isTTY) && !process.env.CI;
  #timer;

  /** Runs one step. `work` may report what it does at the moment. */
  async run(title, work) {
    const startedAt = Date.now();
    const elapsed = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
    let detail = '';
    let lastPlain = Date.now();
    const show = () => {
      const text = detail ? `${title}: ${detail}` : title;
      if (this.#tty) {
        const width = (process.stderr.columns ?? 80) - 12;
        process.stderr.write(`\r\x1b[2K… ${text.slice(0, width)} ${elapsed()}`);
      } else if (Date.now() - lastPlain > PLAIN_INTERVAL_MS) {
        lastPlain = Date.now();
        process.stderr.write(`… ${text.slice(0, PLAIN_WIDTH)} ${elapsed()}\n`);
      }
    };
    if (!this.#tty) {
      process.stderr.write(`… ${title}\n`);
    }
    this.#timer = setInterval(show, 200);
    try {
      const result = await work(text => {
        detail = text;
      });
      this.end();
      process.stderr.write(`✓ ${title} (${elapsed()})\n`);
      return result;
    } catch (error) {
      this.end();
      process.stderr.write(`✗ ${title} (${elapsed()})\n`);
      throw error;
    }
  }

  /** Ends a line that is being rewritten. */
  end() {
    clearInterval(this.#timer);
    if (this.#tty) {
      process.stderr.write('\r\x1b[2K');
    }
  }
}
