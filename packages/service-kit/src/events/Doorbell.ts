/** A wait that can be cut short; a ring while nobody waits is remembered once. */
export class Doorbell {
  #rung = false;
  #wake: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  ring(): void {
    if (this.#wake) {
      this.#wake();
    } else {
      this.#rung = true;
    }
  }

  /** @returns whether it rang, rather than the time running out */
  async wait(timeoutMs: number): Promise<boolean> {
    if (this.#rung) {
      this.#rung = false;
      return true;
    }
    if (timeoutMs <= 0) {
      return false;
    }
    return new Promise(resolve => {
      const finish = (rang: boolean) => {
        clearTimeout(this.#timer);
        this.#wake = undefined;
        resolve(rang);
      };
      this.#timer = setTimeout(() => finish(false), timeoutMs);
      this.#wake = () => finish(true);
    });
  }
}
