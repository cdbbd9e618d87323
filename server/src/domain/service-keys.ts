import { AppError, missingScopes, newId } from '@claviger/core'
import { type Actor, requireUnbound } from './actor.ts'
import { blankKey } from './blank-key.ts'
import { applyChange, type Changed } from './change.ts'
import { type RevokeWhy, revokeIn } from './end-key.ts'
import { knownGrants, RESTRICTED } from './grants.ts'
import { type IssuedKey, withoutOldSecret } from './issue-key.ts'
import { newSecret, storeSecret } from './new-secret.ts'
import type { Domain, Reads, Writes } from './ports.ts'
import type { KeyRecord, PageRequest } from './records.ts'
import { notFound } from './refusals.ts'
import { SERVICE_SCOPES, SERVICE_TAG } from './service-catalogue.ts'

export interface NewServiceKey {
  name: string
  /** By default `*`: everything. */
  scopes?: string[]
  /** Binds the key to one organization. */
  organizationId?: string | null
}

/**
 * Creates a key for the operator's own backend: an ordinary key of the built-in catalogue.
 * @throws AppError `SCOPE_EXCEEDS_GRANTOR` where the actor is a service key that holds less.
 */
export async function issueServiceKey(domain: Domain, actor: Actor, input: NewServiceKey): Promise<Changed<IssuedKey>> {
  requireUnbound(actor)
  const scopes = knownGrants(Object.keys(SERVICE_SCOPES), input.scopes ?? ['*'])
  const organizationId = input.organizationId ?? null
  const intent = { action: 'service-key.create', scope: 'service-keys:write' } as const
  const issued = await applyChange<IssuedKey>(domain, actor, intent, async (writes, now) => {
    if (organizationId !== null && !(await writes.organization(organizationId))) throw notFound('organization')
    await requireHeld(writes, actor, scopes)
    const fresh = newSecret(domain, SERVICE_TAG)
    const key = blankKey(
      {
        id: newId('key', now, domain.randomBytes),
        catalogue: 'service',
        organizationId,
        name: input.name,
        prefix: fresh.prefix,
        accessLevel: RESTRICTED,
        scopes,
      },
      actor.ref,
      now,
    )
    await writes.insertKey(key)
    await storeSecret(domain, writes, key.id, fresh, now)
    return {
      changed: true,
      value: { key, secret: fresh.secret },
      touched: [{ keyId: key.id, addsSecret: true }],
      audit: {
        organizationId,
        target: { type: 'service-key', id: key.id, name: key.name },
        changes: { prefix: { after: key.prefix }, scopes: { after: scopes } },
      },
    }
  })
  return withoutOldSecret(issued)
}

/** Nobody mints more than they hold, as they hold it at this very moment. */
export async function requireHeld(writes: Writes, actor: Actor, scopes: readonly string[]): Promise<void> {
  if (actor.ref.type !== 'service-key') return
  const held = (await writes.key(actor.ref.id ?? ''))?.scopes ?? []
  const beyond = missingScopes(held, scopes)
  if (beyond.length > 0) {
    throw new AppError('SCOPE_EXCEEDS_GRANTOR', `Your own service key does not hold ${beyond.join(', ')}.`, {
      scopes: beyond,
    })
  }
}

export async function listServiceKeys(
  { database }: { database: Reads },
  actor: Pick<Actor, 'boundTo'>,
  page: PageRequest,
): Promise<KeyRecord[]> {
  requireUnbound(actor)
  return database.serviceKeys(page)
}

export async function revokeServiceKey(
  domain: Domain,
  actor: Actor,
  keyId: string,
  why: RevokeWhy,
): Promise<Changed<KeyRecord>> {
  requireUnbound(actor)
  const intent = { action: 'service-key.revoke', scope: 'service-keys:write' } as const
  return applyChange(domain, actor, intent, async (writes, now) => {
    const key = await writes.key(keyId)
    if (key?.catalogue !== 'service') throw notFound('service key')
    return revokeIn(domain, writes, actor, key, why, now)
  })
}
