interface Change<State> {
  state: State
  begunAt: number
  /** Infinity until it has returned. */
  returnedAt: number
}

/** In which order changes and questions began and returned; changes come one after the other. */
export class Timeline<State> {
  readonly #changes: Change<State>[]
  #moment = 0

  constructor(first: State) {
    this.#changes = [{ state: first, begunAt: 0, returnedAt: 0 }]
  }

  async change(next: State, act: () => Promise<void>): Promise<void> {
    const change = { state: next, begunAt: ++this.#moment, returnedAt: Number.POSITIVE_INFINITY }
    this.#changes.push(change)
    await act()
    change.returnedAt = ++this.#moment
  }

  /** @returns with the answer the states it may rest on: none that was over when the question began. */
  async ask<Answer>(act: () => Promise<Answer>): Promise<{ answer: Answer; possible: State[] }> {
    const beganAt = ++this.#moment
    const answer = await act()
    const endedAt = ++this.#moment
    const oldest = this.#changes.findLastIndex(({ returnedAt }) => returnedAt < beganAt)
    const newest = this.#changes.findLastIndex(({ begunAt }) => begunAt < endedAt)
    return { answer, possible: this.#changes.slice(oldest, newest + 1).map(({ state }) => state) }
  }
}
