/** How long answers took, in milliseconds. */
export class Latencies {
  readonly #taken: number[] = []

  note(ms: number): void {
    this.#taken.push(ms)
  }

  get count(): number {
    return this.#taken.length
  }

  /** @param share 0.99: below this are 99 of 100. @throws RangeError when nothing was noted. */
  below(share: number): number {
    const sorted = this.#taken.toSorted((a, b) => a - b)
    const taken = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
    if (taken === undefined) throw new RangeError('nothing was measured')
    return taken
  }

  toString(): string {
    const [half, most, all] = [this.below(0.5), this.below(0.99), this.below(1)].map((ms) => ms.toFixed(1))
    return `${this.count} times, half within ${half} ms, 99 of 100 within ${most} ms, all within ${all} ms`
  }
}
