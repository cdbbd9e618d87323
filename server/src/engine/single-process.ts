import type { Receipt } from '@claviger/core'
import type { Clock, CommittedChange, Verifiers } from '../domain/ports.ts'
import type { Memory } from './memory.ts'

/** The only verifier of a deployment is in this very process: a change is in force as soon as memory has let go of it. */
export class SingleProcess implements Verifiers {
  readonly #memory: Memory
  readonly #clock: Clock

  constructor(memory: Memory, clock: Clock) {
    this.#memory = memory
    this.#clock = clock
  }

  async apply(change: CommittedChange): Promise<Receipt> {
    this.#memory.apply(change)
    return { effectiveAt: new Date(this.#clock.now()).toISOString(), verifiers: 1 }
  }

  forget(): void {
    this.#memory.forget()
  }
}
