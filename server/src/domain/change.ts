import type { Receipt } from '@claviger/core'
import { type Actor, confirmRights } from './actor.ts'
import { type AuditEntry, appendToChain } from './audit.ts'
import { CommitUnknown, type Domain, type Touched, type Writes } from './ports.ts'
import type { ServiceScope } from './service-catalogue.ts'

export interface Intent {
  /** Noun and verb, as the audit log has it: `key.revoke`. */
  action: string
  /** What a service key needs for it. */
  scope: ServiceScope
}

/** What a change found out and did. `touched` also where nothing was to do: see `applyChange`. */
export type Outcome<T> = { value: T; touched: Touched[] } & ({ changed: true; audit: AuditEntry } | { changed: false })

/**
 * The one way to change anything a verdict could depend on. The change, its place in the order of all changes, its
 * audit event and the note of what it touches stand in one transaction; the call returns when every verifier has
 * applied it.
 *
 * A change that finds nothing to do is rolled back, but still answers with a receipt of its own: an earlier writer may
 * have committed the same thing and not yet seen it through.
 *
 * @param work makes the change with queries alone. It must not wait for anything else: it holds the lock.
 * @throws AppError from `work`; nothing is changed then. `CommitUnknown` when it cannot be known whether it is.
 */
export async function applyChange<T>(
  domain: Domain,
  actor: Actor,
  intent: Intent,
  work: (writes: Writes, now: number) => Promise<Outcome<T>>,
): Promise<{ value: T; receipt: Receipt }> {
  const { database, verifiers, clock, randomBytes } = domain
  const token = Buffer.from(randomBytes(16)).toString('hex')
  const done = await database
    .transact(async (writes) => {
      // The lock first: what is read after it, the actor's own rights among it, cannot change under us.
      const version = await writes.nextVersion(token)
      const now = clock.now()
      await confirmRights(writes, actor, intent.scope, now)
      const outcome = await work(writes, now)
      if (outcome.changed) {
        await appendToChain(domain, writes, actor, intent.action, outcome.audit, now)
        await writes.recordTouched(version, token, outcome.touched)
      }
      return { commit: outcome.changed, value: { outcome, version: outcome.changed ? version : version - 1 } }
    })
    .catch((error: unknown) => {
      if (error instanceof CommitUnknown) verifiers.forget()
      throw error
    })
  const { outcome, version } = done
  const receipt = await verifiers.apply({ version, touched: outcome.touched })
  return { value: outcome.value, receipt }
}
