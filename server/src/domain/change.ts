import type { Receipt } from '@claviger/core'
import { type Actor, confirmRights, type Need, type Standing } from './actor.ts'
import { type AuditEntry, appendToChain, DEPLOYMENT_CHAIN } from './audit.ts'
import { CommitUnknown, type Domain, type Touched, type Writes } from './ports.ts'
import { answerGivenBefore } from './repeatable.ts'

/** What came of a change. */
export interface Changed<T> {
  value: T
  receipt: Receipt
  /** True: the answer to the same request sent before; nothing was done now, and secrets are not shown again. */
  replayed: boolean
}

/** Of a change that no verdict could rest on: every version says what it touches, and this is nobody's. */
export const TOUCHES_NO_KEY: Touched[] = [{ organizationId: DEPLOYMENT_CHAIN, addsSecret: false }]

export interface Intent extends Need {
  /** Noun and verb, as the audit log has it: `key.revoke`. */
  action: string
}

/** What a change found out and did. `touched` also where nothing was to do: see `applyChange`. */
export type Outcome<T> = { value: T; touched: Touched[] } & (
  | { changed: true; audit: AuditEntry | AuditEntry[] }
  | { changed: false }
)

/** What a change needs, whatever it is about. */
export type ChangeParts = Pick<
  Domain,
  'database' | 'verifiers' | 'clock' | 'randomBytes' | 'serverKey' | 'running' | 'feed'
>

/**
 * The one way to change anything a verdict could depend on. The change, its place in the order of all changes, its
 * audit event and the note of what it touches stand in one transaction; the call returns when every verifier has
 * applied it.
 *
 * A request that its sender may repeat gets the answer it got the first time.
 *
 * A change that finds nothing to do is rolled back, but still answers with a receipt of its own: an earlier writer may
 * have committed the same thing and not yet seen it through.
 *
 * @param work makes the change with queries alone. It must not wait for anything else: it holds the lock.
 * @throws AppError from `work`; nothing is changed then. `CommitUnknown` when it cannot be known whether it is.
 */
export async function applyChange<T>(
  domain: ChangeParts,
  actor: Actor,
  intent: Intent,
  work: (writes: Writes, now: number, standing: Standing) => Promise<Outcome<T>>,
): Promise<Changed<T>> {
  const { repeatable } = actor
  return repeatable
    ? domain.running.during(repeatable, () => applyOnce(domain, actor, intent, work))
    : applyOnce(domain, actor, intent, work)
}

async function applyOnce<T>(
  domain: ChangeParts,
  actor: Actor,
  intent: Intent,
  work: (writes: Writes, now: number, standing: Standing) => Promise<Outcome<T>>,
): Promise<Changed<T>> {
  const { database, verifiers, clock, randomBytes } = domain
  const { repeatable } = actor
  const token = Buffer.from(randomBytes(16)).toString('hex')
  const done = await database
    .transact<Done<T>>(async (writes) => {
      // The lock first: what is read after it, the actor's own rights among it, cannot change under us.
      const version = await writes.nextVersion(token)
      const now = clock.now()
      const standing = await confirmRights(writes, actor, intent, now)
      const before = repeatable && (await answerGivenBefore(writes, repeatable, now))
      if (before !== undefined) {
        return {
          commit: false,
          value: { value: before as T, touched: [], events: [], version: version - 1, replayed: true },
        }
      }
      const outcome = await work(writes, now, standing)
      const { value, touched } = outcome
      if (!outcome.changed)
        return { commit: false, value: { value, touched, events: [], version: version - 1, replayed: false } }
      const events = [outcome.audit].flat()
      for (const entry of events) {
        await appendToChain(domain, writes, actor, entry.action ?? intent.action, entry, now)
      }
      await writes.recordTouched(version, token, touched)
      if (repeatable) await writes.keepAnswer(repeatable, value, now)
      return { commit: true, value: { value, touched, events, version, replayed: false } }
    })
    .catch((error: unknown) => {
      if (error instanceof CommitUnknown) verifiers.forget()
      throw error
    })
  const { value, touched, events, version, replayed } = done
  const receipt = await verifiers.apply({ version, touched })
  domain.feed.publish(intent.action, events)
  return { value, receipt, replayed }
}

interface Done<T> {
  value: T
  touched: Touched[]
  events: AuditEntry[]
  /** Of the database, with this change in it. */
  version: number
  replayed: boolean
}
