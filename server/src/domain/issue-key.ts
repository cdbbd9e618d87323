import { AppError, type Metadata, newId, type RateLimit, type Resources, type Secret } from '@claviger/core'
import { type Acting, type Actor, requireReach } from './actor.ts'
import type { AuditEntry } from './audit.ts'
import { blankKey } from './blank-key.ts'
import { applyChange, type Changed } from './change.ts'
import { requireNoSecrets } from './kept-texts.ts'
import {
  balanceOf,
  futureTime,
  grantIn,
  knownEnvironment,
  knownRanges,
  knownResources,
  type RequestedCredits,
  requireRoom,
} from './key-fields.ts'
import { tellOfNewKey } from './key-notices.ts'
import { findReplaced, latestReplacement, replacementOf } from './key-replacement.ts'
import { newSecret, storeSecret, tagOf } from './new-secret.ts'
import type { Domain } from './ports.ts'
import { requireFreshSignIn } from './production.ts'
import type { KeyRecord, OrganizationRecord } from './records.ts'
import { notFound } from './refusals.ts'
import { requireGrantable } from './role-limits.ts'

export interface NewKey {
  name: string
  description?: string | null
  environment?: string | null
  accessLevel?: string
  scopes?: string[]
  resources?: Resources
  allowedIps?: string[]
  rateLimit?: RateLimit | null
  credits?: RequestedCredits | null
  metadata?: Metadata
  tags?: string[]
  externalId?: string | null
  /** Milliseconds since 1970. */
  expiresAt?: number | null
  /** Id of the key that this one takes over from. */
  replaces?: string
}

export interface IssuedKey {
  key: KeyRecord
  /** Null in the answer to a repeated request: it was shown once. */
  secret: Secret | null
}

/**
 * Creates a key with its first secret.
 * @throws AppError `NOT_FOUND`, `VALIDATION_FAILED`, `UNKNOWN_SCOPE`, `SCOPE_EXCEEDS_GRANTOR`, `KEY_LIMIT_REACHED`,
 * `FORBIDDEN` and `FRESH_SIGN_IN_REQUIRED` for members whose role or sign-in is not enough for the environment.
 * @param options.once the key is not made where another replaces the same one already: `KEY_EXISTS`.
 */
export async function issueKey(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  input: NewKey,
  { once = false } = {},
): Promise<Changed<IssuedKey>> {
  requireReach(actor, organizationId)
  const { product } = domain
  const issued = await applyChange<IssuedKey>(
    domain,
    actor,
    { action: 'key.create', scope: 'keys:write' },
    async (writes, now, standing) => {
      const organization = await writes.organization(organizationId)
      if (!organization) throw notFound('organization')
      await requireRoom(product, writes, organization, now, null)
      const replaced = await findReplaced(writes, organizationId, input.replaces)
      if (once && replaced && (await latestReplacement(writes, organizationId, replaced.id))) {
        throw new AppError('KEY_EXISTS', 'This key was replaced already.')
      }
      const fresh = newSecret(domain, tagOf(product, input.environment ?? null))
      const key = draftKey(domain, { actor, standing }, organization, input, fresh.prefix, now)
      await writes.insertKey(key)
      await tellOfNewKey(domain, writes, actor, key, now)
      if (key.credits) await writes.setBalance(key.id, key.credits)
      await storeSecret(domain, writes, key.id, fresh, now)
      const created: AuditEntry = {
        organizationId,
        target: { type: 'key', id: key.id, name: key.name },
        changes: firstState(key),
      }
      return {
        changed: true,
        value: { key, secret: fresh.secret },
        touched: [{ keyId: key.id, addsSecret: true }],
        audit: replaced === null ? created : [created, replacementOf(organizationId, replaced, key)],
      }
    },
  )
  return withoutOldSecret(issued)
}

/** The secret of a replayed answer was never kept, so there is none to show. */
export function withoutOldSecret(issued: Changed<IssuedKey>): Changed<IssuedKey> {
  return issued.replayed ? { ...issued, value: { ...issued.value, secret: null } } : issued
}

/** A new key of what was asked for, every field checked against the product and the organization's plan. */
export function draftKey(
  { product, randomBytes }: Pick<Domain, 'product' | 'randomBytes'>,
  { actor, standing }: Acting,
  organization: OrganizationRecord,
  input: NewKey,
  prefix: string,
  now: number,
): KeyRecord {
  requireNoSecrets(input)
  const environment = knownEnvironment(product, input.environment ?? null)
  const plan = product.plans.find(({ id }) => id === organization.plan)
  const grant = grantIn(product, organization, input)
  requireGrantable(product, standing, { ...grant, environment: environment?.id ?? null })
  requireFreshSignIn(product, standing, environment?.id ?? null, now)
  return blankKey(
    {
      id: newId('key', now, randomBytes),
      catalogue: 'product',
      organizationId: organization.id,
      name: input.name,
      description: input.description ?? null,
      environment: environment?.id ?? null,
      prefix,
      ...grant,
      resources: knownResources(product, input.resources ?? {}),
      allowedIps: knownRanges(input.allowedIps ?? []),
      rateLimit: input.rateLimit === undefined ? (plan?.defaultRateLimit ?? null) : input.rateLimit,
      credits: input.credits ? balanceOf(input.credits, now) : null,
      metadata: input.metadata ?? {},
      tags: input.tags ?? [],
      externalId: input.externalId ?? null,
      expiresAt: futureTime('expiresAt', input.expiresAt ?? null, now),
      pendingSince: environment?.approval === 'admin' && !standing.approves ? now : null,
    },
    actor.ref,
    now,
  )
}

/** What the audit log says of a new key. */
export function firstState(key: KeyRecord): Record<string, unknown> {
  const { prefix, environment, accessLevel, scopes, resources, allowedIps, rateLimit, credits, expiresAt } = key
  const state = { prefix, environment, accessLevel, scopes, resources, allowedIps, rateLimit, credits, expiresAt }
  return Object.fromEntries(Object.entries(state).map(([field, after]) => [field, { after }]))
}
