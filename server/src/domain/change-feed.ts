/** That something was changed: enough to know what to read again, and nothing that needs a right to be read. */
export interface ChangeNews {
  action: string
  target: { type: string; id: string }
}

/** What of an event of the audit log is needed to tell whose it is and what it is about. */
interface Changed {
  /** Where that is not the action of the whole change. */
  action?: string
  organizationId: string | null
  target: { type: string; id: string }
}

type Listener = (news: ChangeNews) => void

/** Tells whoever looks at an organization right now that something in it has changed, once that is in force. */
export class ChangeFeed {
  readonly #listeners = new Map<string, Set<Listener>>()

  publish(action: string, changed: readonly Changed[]): void {
    for (const { organizationId, target, action: own = action } of changed) {
      const { type, id } = target
      for (const listen of this.#listeners.get(organizationId ?? '') ?? [])
        listen({ action: own, target: { type, id } })
    }
  }

  /** @returns ends it. */
  follow(organizationId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(organizationId) ?? new Set()
    this.#listeners.set(organizationId, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(organizationId) === listeners) {
        this.#listeners.delete(organizationId)
      }
    }
  }
}
