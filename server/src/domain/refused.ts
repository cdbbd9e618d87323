import type { ErrorCode } from '@claviger/core'
import { type Actor, NOWHERE } from './actor.ts'
import { type AuditEntry, appendToChain } from './audit.ts'
import type { Domain, Reads, Writes } from './ports.ts'

/** Something that somebody who is known was not allowed to do, or could not. */
export interface RefusedAttempt {
  /** Noun and verb, as the audit log has it: `key.revoke`. */
  action: string
  code: ErrorCode
  /** Of which organization it was asked, by the id that was sent; null: of none. */
  organizationId: string | null
  /** What it was to be done to, by the id that was sent; null: the deployment. */
  target: { type: string; id: string } | null
}

type Recording = Pick<Domain, 'database' | 'serverKey' | 'randomBytes' | 'clock'>

/** `changes` of an attempt on what exists, but not for whoever asked. */
export const HIDDEN_ATTEMPT = JSON.stringify({ code: 'NOT_FOUND' } satisfies { code: ErrorCode })

/** Whether "there is no such thing" was said of something that exists, only not where or for whom it was asked. */
export async function isHidden(reads: Reads, actor: Actor, attempt: RefusedAttempt): Promise<boolean> {
  const { organizationId, target } = attempt
  // Both are looked for in any case: the answer takes as long either way.
  const organization = organizationId === null ? undefined : await reads.organization(organizationId)
  const found = target === null ? undefined : await findTarget(reads, target)
  const foreign = actor.boundTo !== null && organization !== undefined && organization.id !== actor.boundTo
  return foreign || (found !== undefined && found.organizationId !== (actor.boundTo ?? organizationId))
}

/** What a path can name last, and whose it is. */
async function findTarget(
  reads: Reads,
  { type, id }: { type: string; id: string },
): Promise<{ organizationId: string | null; name: string } | undefined> {
  if (type === 'member') return reads.member(id)
  if (type !== 'invitation') return reads.key(id)
  const invitation = await reads.invitation(id)
  return invitation && { organizationId: invitation.organizationId, name: invitation.email }
}

/** Writes a refused attempt to the log of whoever it was refused, in a transaction of its own. It makes no version. */
export async function recordRefusal(domain: Recording, actor: Actor, attempt: RefusedAttempt): Promise<void> {
  const { action, code, target } = attempt
  await append(domain, actor, action, async (writes) => {
    const organizationId = await ownerOf(writes, actor, attempt.organizationId)
    const named = target && { ...target, name: await nameOf(writes, target, organizationId) }
    return { organizationId, target: named ?? DEPLOYMENT, changes: { code } }
  })
}

/** Writes that attempts to read were refused which are not in the log one by one. */
export async function recordOmissions(
  domain: Recording,
  actor: Actor,
  omitted: { count: number; since: number },
): Promise<void> {
  const { type, id, name } = actor.ref
  await append(domain, actor, 'audit.omit', async () => ({
    organizationId: actor.boundTo,
    target: { type, id: id ?? name, name },
    changes: { omitted: omitted.count, since: omitted.since },
  }))
}

const DEPLOYMENT = { type: 'deployment', id: 'deployment', name: 'deployment' }

async function append(
  domain: Recording,
  actor: Actor,
  action: string,
  describe: (writes: Writes) => Promise<AuditEntry>,
): Promise<void> {
  await domain.database.transact(async (writes) => {
    await writes.lockOrder()
    const entry = await describe(writes)
    await appendToChain(domain, writes, actor, action, { ...entry, outcome: 'refused' }, domain.clock.now())
    return { commit: true, value: null }
  })
}

/** Whose log it belongs in: the caller's, or else that of the organization in question. An id made up has no log. */
async function ownerOf(reads: Reads, { boundTo }: Actor, asked: string | null): Promise<string | null> {
  if (boundTo === NOWHERE) return null
  if (boundTo !== null) return boundTo
  return asked === null ? null : ((await reads.organization(asked))?.id ?? null)
}

/** The name of what belongs to the log's owner; of anything else the id that was sent, which tells nothing. */
async function nameOf(
  reads: Reads,
  { type, id }: { type: string; id: string },
  organizationId: string | null,
): Promise<string> {
  if (type === 'organization') return (id === organizationId && (await reads.organization(id))?.name) || id
  if (type === 'person') return (organizationId === null && (await reads.person(id))?.name) || id
  const found = await findTarget(reads, { type, id })
  return found?.organizationId === organizationId ? found.name : id
}
