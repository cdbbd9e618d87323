import { type IpRange, inRanges, parseIp } from './ip.ts'
import type { StatusFacts } from './lifecycle.ts'
import { covers } from './scopes.ts'

/** In the order they are decided: of several causes the first is told. */
export const DENY_CODES = [
  'MALFORMED',
  'UNKNOWN',
  'REVOKED',
  'ROTATED',
  'ORGANIZATION_SUSPENDED',
  'PENDING',
  'DISABLED',
  'EXPIRED',
  'ORGANIZATION_MISMATCH',
  'IP_DENIED',
  'INSUFFICIENT_SCOPE',
  'RESOURCE_DENIED',
  'CREDITS_EXHAUSTED',
  'RATE_LIMITED',
] as const
export type DenyCode = (typeof DENY_CODES)[number]
export type VerdictCode = 'VALID' | DenyCode

export interface Denial {
  /** One sentence for admins and services. Never for the holder, who could probe other keys with it. */
  readonly message: string
  /** The HTTP status toward an end caller. */
  readonly outward: 401 | 403 | 429
}

export const DENIALS: Readonly<Record<DenyCode, Denial>> = {
  MALFORMED: { message: 'The credential does not have the form of a key of this deployment.', outward: 401 },
  UNKNOWN: { message: 'No key with this secret exists, or it has been deleted.', outward: 401 },
  REVOKED: { message: 'The key has been revoked.', outward: 401 },
  ROTATED: { message: 'The secret is an old one: the key has been rotated since.', outward: 401 },
  ORGANIZATION_SUSPENDED: { message: 'The organization of the key is suspended.', outward: 401 },
  PENDING: { message: 'The key has not been approved yet.', outward: 401 },
  DISABLED: { message: 'The key is disabled and can be enabled again.', outward: 401 },
  EXPIRED: { message: 'The key is past its expiry.', outward: 401 },
  ORGANIZATION_MISMATCH: { message: 'The key belongs to another organization than the one named.', outward: 401 },
  IP_DENIED: { message: 'The key is not allowed from this address, or no address was given.', outward: 403 },
  INSUFFICIENT_SCOPE: { message: 'The key does not hold every scope asked for.', outward: 403 },
  RESOURCE_DENIED: {
    message: 'The key is limited to other resources, or a resource it is limited by was not named.',
    outward: 403,
  },
  CREDITS_EXHAUSTED: { message: 'The key has too few credits left.', outward: 429 },
  RATE_LIMITED: { message: 'The rate limit of the key is reached.', outward: 429 },
}

/** What is known of a key and of the one of its secrets that was presented. All times in milliseconds since 1970. */
export interface KeyFacts extends StatusFacts {
  readonly id: string
  readonly name: string
  readonly organizationId: string | null
  readonly environment: string | null
  /** Scopes and wildcards. */
  readonly scopes: readonly string[]
  /** Instances the key may touch, by kind; a kind that is absent is not constrained. */
  readonly resources: Readonly<Record<string, string[]>>
  /** Empty: from everywhere. */
  readonly allowedIps: readonly IpRange[]
  readonly metadata: Readonly<Record<string, string | number | boolean | null>>
  readonly organizationSuspendedAt: number | null
  readonly secretState: 'current' | 'previous' | 'retired'
  /** When a previous secret's overlap ends. */
  readonly secretEndsAt: number | null
}

export interface Question {
  /** All of them must be held. */
  readonly scopes: readonly string[]
  /** The instance of each kind that the request is about. */
  readonly resources: Readonly<Record<string, string>>
  /** Null: any organization. */
  readonly organizationId: string | null
  readonly ip: string | null
  /** Kinds of resources that the catalogue names for a scope. */
  readonly kindsOf: (scope: string) => readonly string[]
}

/**
 * Whether a known key may do what is asked at `now`. The codes before `REVOKED` are decided before there are
 * facts; credits and rate limit are spent afterwards, and only on `VALID`, because a refusal consumes nothing.
 */
export function decide(facts: KeyFacts, question: Question, now: number): VerdictCode {
  if (facts.revokedAt !== null) return 'REVOKED'
  if (!isSecretLive(facts, now)) return 'ROTATED'
  if (facts.organizationSuspendedAt !== null) return 'ORGANIZATION_SUSPENDED'
  if (facts.pendingSince !== null) return 'PENDING'
  if (facts.disabledAt !== null) return 'DISABLED'
  if (facts.expiresAt !== null && now >= facts.expiresAt) return 'EXPIRED'
  if (question.organizationId !== null && question.organizationId !== facts.organizationId) {
    return 'ORGANIZATION_MISMATCH'
  }
  if (facts.allowedIps.length > 0 && !isFromAllowedIp(facts, question)) return 'IP_DENIED'
  if (!holdsScopes(facts, question)) return 'INSUFFICIENT_SCOPE'
  if (!reachesResources(facts, question)) return 'RESOURCE_DENIED'
  return 'VALID'
}

// A previous secret whose end is unknown is dead: a gap in the facts never grants.
function isSecretLive(facts: KeyFacts, now: number): boolean {
  if (facts.secretState === 'current') return true
  return facts.secretState === 'previous' && facts.secretEndsAt !== null && now < facts.secretEndsAt
}

function isFromAllowedIp(facts: KeyFacts, question: Question): boolean {
  const ip = question.ip === null ? null : parseIp(question.ip)
  return ip !== null && inRanges(ip, facts.allowedIps)
}

function holdsScopes(facts: KeyFacts, question: Question): boolean {
  for (const scope of question.scopes) {
    if (!covers(facts.scopes, scope)) return false
  }
  return true
}

function reachesResources(facts: KeyFacts, question: Question): boolean {
  // Not Object.entries: most keys constrain nothing, and this allocates nothing for them.
  for (const kind in facts.resources) {
    if (Object.hasOwn(question.resources, kind)) {
      const instance = question.resources[kind]
      if (instance === undefined || !facts.resources[kind]?.includes(instance)) return false
    } else if (asksForKind(question, kind)) {
      return false
    }
  }
  return true
}

function asksForKind(question: Question, kind: string): boolean {
  for (const scope of question.scopes) {
    if (question.kindsOf(scope).includes(kind)) return true
  }
  return false
}
