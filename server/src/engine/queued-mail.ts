import type { Database, Writes } from '../domain/ports.ts'

/**
 * The same database, which tells when a change that queued a mail was committed.
 * @param onQueued null: this server sends no mail, and nothing is queued: it would wait for nobody.
 */
export function noticingMails<D extends Database>(database: D, onQueued: (() => void) | null): D {
  return {
    ...database,
    async transact<T>(work: (writes: Writes) => Promise<{ commit: boolean; value: T }>): Promise<T> {
      let queued = false
      const value = await database.transact<T>(async (writes) => {
        const done = await work({
          ...writes,
          async queueMail(mail) {
            if (onQueued === null) return
            await writes.queueMail(mail)
            queued = true
          },
        })
        queued &&= done.commit
        return done
      })
      if (queued) onQueued?.()
      return value
    },
  }
}
