import { newId, type Receipt } from '@claviger/core'
import type { Actor } from './actor.ts'
import { blankKey } from './blank-key.ts'
import { applyChange } from './change.ts'
import { knownGrants, RESTRICTED } from './grants.ts'
import type { IssuedKey } from './issue-key.ts'
import { newSecret, storeSecret } from './new-secret.ts'
import type { Domain } from './ports.ts'
import { notFound } from './refusals.ts'
import { SERVICE_SCOPES, SERVICE_TAG } from './service-catalogue.ts'

export interface NewServiceKey {
  name: string
  /** By default `*`: everything. */
  scopes?: string[]
  /** Binds the key to one organization. */
  organizationId?: string | null
}

/** Creates a key for the operator's own backend: an ordinary key of the built-in catalogue. */
export async function issueServiceKey(
  domain: Domain,
  actor: Actor,
  input: NewServiceKey,
): Promise<{ value: IssuedKey; receipt: Receipt }> {
  const scopes = knownGrants(Object.keys(SERVICE_SCOPES), input.scopes ?? ['*'])
  const organizationId = input.organizationId ?? null
  const intent = { action: 'service-key.create', scope: 'service-keys:write' } as const
  return applyChange(domain, actor, intent, async (writes, now) => {
    if (organizationId !== null && !(await writes.organization(organizationId))) throw notFound('organization')
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
}
