/**
 * Counts durations in buckets that grow by 5 %, so that a run of any length needs
 * the same memory and a percentile is wrong by at most that.
 */
export class LatencyHistogram {
  static readonly #GROWTH = Math.log(1.05);
  static readonly #SMALLEST_MS = 0.05;
  readonly #buckets = new Map<number, number>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  record(durationMs: number): void {
    const ratio = Math.max(durationMs / LatencyHistogram.#SMALLEST_MS, 1);
    const bucket = Math.ceil(Math.log(ratio) / LatencyHistogram.#GROWTH);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.#count += 1;
  }

  /** The upper bound, in ms, under which this share (0 to 1) of the durations lies. */
  percentile(share: number): number | undefined {
    const rank = Math.ceil(share * this.#count);
    let passed = 0;
    for (const bucket of [...this.#buckets.keys()].sort((a, b) => a - b)) {
      passed += this.#buckets.get(bucket)!;
      if (passed >= rank) {
        return (
          LatencyHistogram.#SMALLEST_MS *
          Math.exp(bucket * LatencyHistogram.#GROWTH)
        );
      }
    }
    return undefined;
  }
}
