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
    const [half, most, nearly, all] = [0.5, 0.95, 0.99, 1].map((share) => this.below(share).toFixed(1))
    return `${this.count} times, half within ${half} ms, 95 of 100 within ${most} ms, 99 within ${nearly} ms, all within ${all} ms`
  }
}
