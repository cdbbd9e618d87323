import type { Status } from './lifecycle.ts'
import type { Screen } from './product.ts'
import type { DenyCode, VerdictCode } from './verdict.ts'

/** What travels over HTTP, as JSON. Times are RFC 3339 in UTC. */

export type Timestamp = string

export interface Page<T> {
  items: T[]
  /** Opaque; give it back as `cursor` for the next page. Null: this was the last. */
  nextCursor: string | null
}

export interface ActorRef {
  type: 'user' | 'service-key' | 'key' | 'operator' | 'system'
  id: string | null
  name: string
}

/** A change in force on every verifier since `effectiveAt`, or, where that is not yet known, at the latest at `effectiveBy`. */
export type Receipt = { effectiveAt: Timestamp; verifiers: number } | { effectiveBy: Timestamp }

export interface RateLimit {
  limit: number
  windowSeconds: number
}

export interface Credits {
  remaining: number
  refill: { amount: number; interval: 'day' | 'month' } | null
}

export type Metadata = Record<string, string | number | boolean | null>

/** Instances a key may touch, by kind. A kind that is absent is not constrained. */
export type Resources = Record<string, string[]>

export interface ApiKey {
  id: string
  /** Null only for a service key that is not bound to an organization. */
  organizationId: string | null
  name: string
  description: string | null
  environment: string | null
  /** Tag and public part of the live secret, e.g. `vlk_3kTq8xYv`. */
  prefix: string
  status: Status
  accessLevel: string
  scopes: string[]
  resources: Resources
  allowedIps: string[]
  rateLimit: RateLimit | null
  credits: Credits | null
  metadata: Metadata
  tags: string[]
  externalId: string | null
  createdAt: Timestamp
  createdBy: ActorRef
  /** The person who answers for it; null: the organization itself. */
  owner: ActorRef | null
  updatedAt: Timestamp
  expiresAt: Timestamp | null
  rotatedAt: Timestamp | null
  previousSecret: { prefix: string; endsAt: Timestamp; lastUsedAt: Timestamp | null } | null
  revokedAt: Timestamp | null
  lastUsedAt: Timestamp | null
  lastUsedIp: string | null
  /** Raised by every change of authority, never by use. */
  version: number
}

export interface Organization {
  id: string
  name: string
  externalId: string | null
  plan: string
  features: Record<string, boolean>
  suspendedAt: Timestamp | null
  billingContact: string | null
  createdAt: Timestamp
  version: number
}

export interface CreateKeyRequest {
  name: string
  description?: string | null
  environment?: string | null
  accessLevel?: string
  scopes?: string[]
  resources?: Resources
  allowedIps?: string[]
  rateLimit?: RateLimit | null
  credits?: { remaining: number; refill?: { amount: number; interval: 'day' | 'month' } | null } | null
  metadata?: Metadata
  tags?: string[]
  externalId?: string | null
  expiresAt?: Timestamp | null
  /** Id of the key that this one takes over from, deleted or not: its history says so. */
  replaces?: string
}

export interface KeyChange {
  key: ApiKey
  receipt: Receipt
}

/** Answer of create and rotate: the only ones that ever carry a secret. */
export interface KeyIssued extends KeyChange {
  /** Null only in the replay of an idempotent request. */
  secret: string | null
  sampleRequest: string | null
  replayed?: true
}

export interface KeyList extends Page<ApiKey> {
  /** Keys by status that match every filter but status. */
  counts: Record<Status, number>
}

/** What an organization on a plan may have. */
export interface PlanTerms {
  id: string
  label: string
  /** Keys neither revoked nor past expiry; null: no cap. */
  maxKeys: number | null
  /** All that keys may hold, wildcards included; null: everything. */
  scopes: string[] | null
  /** Of new keys that name none; null: none. */
  defaultRateLimit: RateLimit | null
}

/** Every plan of the product file, in its order. The first is that of a new organization. */
export interface PlanList {
  items: (PlanTerms & {
    /** Whether an owner may change to it. */
    selfService: boolean
    /** How many are on it. */
    organizations: number
  })[]
  /** Those that organizations are on, and the product file no longer has: nothing caps these. */
  gone: { id: string; organizations: number }[]
}

/** What keys of an organization can be made of. */
export interface Catalog {
  scopes: { id: string; description: string; resourceKinds: string[] }[]
  /** Names for parts of the scopes: `dataset` names all that `dataset:*` covers. */
  scopeGroups: { resource: string; label: string; description: string }[]
  accessLevels: { id: string; label: string; description: string; scopes: string[] }[]
  environments: {
    id: string
    label: string
    tag: string | null
    rotationDays: number | null
    approval: 'none' | 'admin'
    /** People confirm who they are before they change keys there. */
    production: boolean
  }[]
  resourceKinds: { id: string; label: string; pluralLabel: string }[]
  plan: PlanTerms
  /** Those that an owner may change to. */
  selfServicePlans: PlanTerms[]
  /** What members of a role may grant; null, and a role that is not here: everything. */
  roles: { id: 'owner' | 'admin' | 'developer'; scopes: string[] | null; environments: string[] | null }[]
  /** `rotationDays`: after how long a key outside any environment is overdue for rotation. */
  lifecycle: { deleteRequiresRevoke: boolean; rotationDays: number | null }
  features: Record<string, boolean>
  /** What the features are called, and whom to ask where one is off. */
  featureTexts: { id: string; label: string; whenOff: string }[]
  words: Record<string, string>
  /** First part of every secret: `acme`, and `acme_live` with the tag of an environment. */
  prefix: string
  /** Where sample requests read the secret from that should not stand in a shell's history. */
  environmentVariable: string
}

/** What anyone may know of the product whose keys these are: how its screens look and speak. */
export interface ProductInfo {
  name: string
  screen: Screen
  /** False: nobody has set the server up yet. */
  setUp: boolean
}

export interface AuditEvent {
  id: string
  at: Timestamp
  actor: ActorRef & { ip: string | null; userAgent: string | null }
  /** Noun and verb, e.g. `key.revoke`; of what was refused, what was asked for. */
  action: string
  target: { type: string; id: string; name: string }
  /** What changed, by field: before and after; of what was refused the `code`. Never a secret. */
  changes: Record<string, unknown>
  outcome: 'success' | 'refused'
  requestId: string
}

export interface ImportedKeys {
  /** In the order asked. */
  items: ({ key: ApiKey } | { error: { code: string; message: string; details: Record<string, unknown> } })[]
  receipt: Receipt
}

export interface OrganizationChange {
  organization: Organization
  receipt: Receipt
}

export interface VerifyRequest {
  key: string
  scopes?: string[]
  /** The instance each kind of resource is about, e.g. `{ "site": "lobby-1" }`. */
  resources?: Record<string, string>
  organizationId?: string
  ip?: string
  /** Taken from credits and rate limit alike; 0–10,000, by default 1. */
  cost?: number
  client?: { name?: string; userAgent?: string }
}

export interface VerifiedKey {
  id: string
  name: string
  organizationId: string | null
  environment: string | null
  scopes: string[]
  resources: Resources
  metadata: Metadata
  expiresAt: Timestamp | null
}

export type VerifyAnswer =
  | {
      valid: true
      code: 'VALID'
      key: VerifiedKey
      rateLimit: { limit: number; remaining: number; resetSeconds: number } | null
      requestId: string
    }
  | { valid: false; code: Exclude<VerdictCode, 'VALID'>; message: string; requestId: string }

/** Verdicts by code; a code that did not occur is absent. */
export type VerdictCounts = Partial<Record<VerdictCode, number>>

/** Of a key, or of all keys of an organization. */
export interface Usage {
  /** Where the first bucket begins. */
  from: Timestamp
  /** Where the last bucket ends. */
  to: Timestamp
  bucket: 'hour' | 'day'
  /** Every bucket, in order, in UTC; one without use has empty counts. */
  items: { start: Timestamp; counts: VerdictCounts }[]
  totals: VerdictCounts
}

/** Of many keys, over the same span. */
export interface UsageByKey extends Pick<Usage, 'from' | 'to' | 'bucket'> {
  /** In the order asked, each once; what is no key of the organization is left out. */
  items: ({ keyId: string } & Pick<Usage, 'items' | 'totals'>)[]
}

/** A system seen using a key. */
export interface KeyCaller {
  ip: string | null
  userAgent: string | null
  /** What it is called where that is declared. */
  client: string | null
  firstSeenAt: Timestamp
  lastSeenAt: Timestamp
  /** Verdicts, whatever they were. */
  count: number
  lastCode: VerdictCode
  /** Which secret of the key it uses; `previous` is any that is not the live one. */
  secret: 'current' | 'previous'
}

export interface KeyCallers {
  /** Newest first, at most 50. */
  items: KeyCaller[]
  /** Verdicts for callers that had to make room. */
  others: number
  /** The last five addresses. */
  recentIps: { ip: string; lastSeenAt: Timestamp }[]
}

/** Counts of the last hour, day and week; the clock hour in which a span begins is in it whole. */
export interface SpanCounts {
  hour: number
  day: number
  week: number
}

export interface RemovalCheck {
  /** `in-use`: accepted within 24 hours. `quiet`: accepted or refused within seven days. `safe`: neither. */
  verdict: 'safe' | 'quiet' | 'in-use'
  lastUsedAt: Timestamp | null
  /** Accepted. */
  requests: SpanCounts
  denied: SpanCounts
  /** Seen within a week, newest first. */
  callers: KeyCaller[]
}

/** A day in UTC, like `2026-01-15`. */
export type Day = string

/** Which of its scopes a key uses. */
export interface KeyScopes {
  /** Each scope that the key holds, as it holds it. */
  items: {
    scope: string
    /** From when on it is known whether the scope is used: it may have been granted later than the key. */
    since: Timestamp
    /** The last day on which it let a request in that named what it needs. */
    lastUsedOn: Day | null
    /** Shown not to be needed: known for `unusedAfterDays`, by requests that name their scopes, and not used. */
    unused: boolean
  }[]
  /** From when on uses of the key's scopes are known. */
  since: Timestamp
  /** The last day on which a request that was let in named its scopes; null: none did, and nothing is known. */
  lastNamedOn: Day | null
  unusedAfterDays: number
}

/** One refused use of a known key, and why. */
export interface DeniedRequest {
  requestId: string
  at: Timestamp
  code: DenyCode
  message: string
  keyId: string
  ip: string | null
}

export interface ErrorEnvelope {
  error: { code: string; message: string; details: Record<string, unknown>; requestId: string }
}
