import type { ApiKey, KeyIssued, Receipt, Resources, VerifiedKey, VerifyAnswer } from '@claviger/sdk'
import { printable } from './printable.ts'
import { facts, table } from './table.ts'
import { minuteOf } from './times.ts'

/** Keys as people read them. */

export const REVOKE_REASONS = ['compromised', 'superseded', 'unused', 'member-departed', 'other'] as const

export function keyTable(keys: readonly ApiKey[]): string {
  return table(
    ['ID', 'PREFIX', 'STATUS', 'ENVIRONMENT', 'ACCESS', 'LAST USED', 'EXPIRES', 'NAME'],
    keys.map((key) => [
      key.id,
      key.prefix,
      key.status,
      key.environment ?? '-',
      shortAccessOf(key),
      lastUseOf(key),
      expiryOf(key),
      key.name,
    ]),
  )
}

export function keyFacts(key: ApiKey): string {
  return facts(factsOf(key))
}

/** The secret first: it is what must be copied now. */
export function issuedKey({ key, secret, sampleRequest, receipt }: KeyIssued): string {
  const all = facts([
    ['secret', secret ?? 'was shown the first time'],
    ...factsOf(key),
    ['in force', receiptLine(receipt)],
  ])
  if (sampleRequest === null) return all
  return `${all}\n\nTry it:\n${sampleRequest.trimEnd().split('\n').map(printable).join('\n')}`
}

export function verifiedKey({ key, rateLimit }: Extract<VerifyAnswer, { valid: true }>): string {
  return facts([
    ['id', key.id],
    ['name', key.name],
    ['organization', key.organizationId],
    ['environment', key.environment],
    ['scopes', key.scopes.join(', ')],
    ['resources', resourcesOf(key.resources)],
    ['metadata', metadataOf(key.metadata)],
    ['expires', expiryOf(key)],
    ['rate limit', rateLimit && `${rateLimit.remaining} of ${rateLimit.limit} left for ${rateLimit.resetSeconds} s`],
  ])
}

export function receiptLine(receipt: Receipt): string {
  if ('effectiveBy' in receipt) return `by ${receipt.effectiveBy} at the latest`
  return `since ${receipt.effectiveAt}, on ${receipt.verifiers} ${receipt.verifiers === 1 ? 'verifier' : 'verifiers'}`
}

export function lastUseOf({ lastUsedAt }: Pick<ApiKey, 'lastUsedAt'>): string {
  return lastUsedAt === null ? 'never' : minuteOf(lastUsedAt)
}

function factsOf(key: ApiKey): [string, string | null][] {
  const { rateLimit, credits, previousSecret } = key
  return [
    ['id', key.id],
    ['name', key.name],
    ['description', key.description],
    ['organization', key.organizationId],
    ['prefix', key.prefix],
    ['status', key.status],
    ['environment', key.environment],
    ['access level', key.accessLevel],
    ['scopes', key.scopes.join(', ') || 'none'],
    ['resources', resourcesOf(key.resources)],
    ['allowed IPs', key.allowedIps.join(', ')],
    ['rate limit', rateLimit && `${rateLimit.limit} in ${rateLimit.windowSeconds} s`],
    ['credits', credits && String(credits.remaining)],
    ['metadata', metadataOf(key.metadata)],
    ['tags', key.tags.join(', ')],
    ['external id', key.externalId],
    ['created', `${minuteOf(key.createdAt)} by ${key.createdBy.name}`],
    ['expires', expiryOf(key)],
    ['last used', key.lastUsedIp === null ? lastUseOf(key) : `${lastUseOf(key)} from ${key.lastUsedIp}`],
    ['rotated', key.rotatedAt && minuteOf(key.rotatedAt)],
    ['old secret', previousSecret && `${previousSecret.prefix}, valid until ${minuteOf(previousSecret.endsAt)}`],
    ['revoked', key.revokedAt && minuteOf(key.revokedAt)],
  ]
}

function shortAccessOf({ accessLevel, scopes }: ApiKey): string {
  if (accessLevel !== 'restricted') return accessLevel
  if (scopes.length === 0) return 'none'
  return scopes.length > 2 ? `${scopes.slice(0, 2).join(',')},+${scopes.length - 2}` : scopes.join(',')
}

function expiryOf({ expiresAt }: { expiresAt: string | null }): string {
  return expiresAt === null ? 'never' : minuteOf(expiresAt)
}

function resourcesOf(resources: Resources): string {
  return Object.entries(resources)
    .map(([kind, instances]) => `${kind}: ${instances.join(', ')}`)
    .join('; ')
}

function metadataOf(metadata: VerifiedKey['metadata']): string {
  return Object.entries(metadata)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
}
