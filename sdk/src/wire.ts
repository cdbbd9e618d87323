import type {
  CreateKeyRequest,
  Credits,
  Metadata,
  Person,
  RateLimit,
  Receipt,
  Role,
  Status,
  Timestamp,
  VerifiedKey,
} from '@claviger/core'
import type { PageRequest } from './pages.ts'

/** Requests and answers that the routes have and core's wire types do not name. */

export interface CreateOrganizationRequest {
  /** 1–100 characters, at least one of them visible. */
  name: string
  /** The operator's own id for it. */
  externalId?: string | null
  /** Of the product file; by default its first. */
  plan?: string
}

export interface OrganizationQuery extends PageRequest {
  /** The operator's own id of the one that is looked for. */
  externalId?: string
}

export interface RotateKeyRequest {
  /** How long the old secret still works, 0 to 604,800; by default 0. */
  graceSeconds?: number
  /** Stands in the audit log. */
  reason?: 'compromised'
}

export interface RevokeKeyRequest {
  reason?: 'compromised' | 'superseded' | 'unused' | 'member-departed' | 'other'
  /** Up to 1,000 characters. */
  note?: string
}

export interface DeleteKeyRequest {
  /** Deletes also a key that was accepted within the last day, where active keys can be deleted at all. */
  confirm?: 'in-use'
}

/** Of a key, or of an organization with all its keys. */
export interface Deleted {
  receipt: Receipt
}

/** What a key's holder may know of it. */
export type SelfAnswer = Omit<VerifiedKey, 'metadata'> & { prefix: string; status: Status }

export interface SelfRevoked {
  key: SelfAnswer
  receipt: Receipt
}

/** Conditions hold together. */
export interface KeyQuery extends PageRequest {
  /** Any of these. */
  status?: Status[]
  environment?: string
  /** Keys whose scopes cover this one, wildcards included. */
  scope?: string
  /** Id of who made the key. */
  createdBy?: string
  /** A part of name, description or prefix, or the whole prefix of an earlier secret. */
  q?: string
  /** Not used since, or never used and made before. */
  unusedSince?: Timestamp
  expiresBefore?: Timestamp
  sort?: KeyOrder
}

/** With `-` the largest first; keys without a value come last either way. */
export type KeyOrder = `${'' | '-'}${'createdAt' | 'name' | 'lastUsedAt' | 'expiresAt'}`

/** A JSON Merge Patch (RFC 7396): what is absent stays, null removes; lists and `metadata` are replaced whole. */
export interface EditKeyRequest {
  name?: string
  description?: string | null
  accessLevel?: string
  scopes?: string[]
  resources?: Record<string, string[] | null> | null
  allowedIps?: string[] | null
  rateLimit?: Partial<RateLimit> | null
  credits?: Partial<Credits> | null
  metadata?: Metadata | null
  tags?: string[] | null
  externalId?: string | null
  expiresAt?: Timestamp | null
}

/** Conditions hold together. */
export interface AuditFilter {
  /** Id of who did it. */
  actor?: string
  /** `key.revoke`, or `key.*` for all that begin with `key.`. */
  action?: string
  /** Id of what it was done to; not of the log of one key. */
  target?: string
  outcome?: 'success' | 'refused'
  requestId?: string
  /** Not before this time. */
  from?: Timestamp
  /** Before this time. */
  to?: Timestamp
}

export type AuditQuery = AuditFilter & PageRequest

/** A key of another system, known by what that system stored of its secret. */
export interface ImportKeyRequest extends Omit<CreateKeyRequest, 'replaces'> {
  /** Of the whole secret, 64 lower-case hexadecimal digits. */
  sha256: string
  /** What of the secret lists may show. */
  prefix?: string
}

/** A JSON Merge Patch; of `features` null means the product's default. */
export interface EditOrganizationRequest {
  name?: string
  externalId?: string | null
  plan?: string
  features?: Record<string, boolean | null> | null
  /** An e-mail address. */
  billingContact?: string | null
}

/** By default the last seven days by the hour. */
export interface UsageQuery {
  from?: Timestamp
  to?: Timestamp
  /** Days begin at 00:00 UTC. */
  bucket?: 'hour' | 'day'
}

/** Conditions hold together. */
export interface DenialQuery extends PageRequest {
  /** Of the refused request. */
  requestId?: string
  /** Id of a key. */
  key?: string
}

export interface CreateServiceKeyRequest {
  name: string
  /** No more than the calling key holds; by default `*`. */
  scopes?: string[]
  /** Binds the key to one organization. */
  organizationId?: string | null
}

export interface HealthAnswer {
  status: 'ok'
}

export interface SetUpRequest {
  /** What the link has behind its `#`. */
  token: string
  name: string
  email: string
  /** 12–128 characters. */
  password: string
  organization: { name: string }
}

export interface SetUpAnswer {
  person: Person
  organization: { id: string; name: string }
}

export interface SignInRequest {
  email: string
  password: string
}

/** One of the two. */
export type SecondStepRequest = { code: string } | { recoveryCode: string }

export interface InviteRequest {
  email: string
  role: Role
}

/** Name and password of whoever has no account yet; others are signed in. */
export interface AcceptRequest {
  /** What the link has behind its `#`. */
  token: string
  name?: string
  /** 12–128 characters. */
  password?: string
}

export interface CreatePersonRequest {
  name: string
  email: string
  /** By default false. */
  operator?: boolean
}

export interface UnusedQuery extends PageRequest {
  /** 1 to 3,650; by default 90. */
  days?: number
}

export interface ConfirmRequest {
  password: string
  /** Of their authenticator, from whoever has a second step. */
  code?: string
}

/** How people can sign in. */
export interface SignInMethods {
  password: true
  /** Identity providers, by what their buttons say. */
  providers: { id: string; label: string }[]
}

export interface ResetPasswordRequest {
  /** What the link has behind its `#`. */
  token: string
  /** 12–128 characters. */
  password: string
}

export interface ChangePasswordRequest {
  currentPassword: string
  /** 12–128 characters. */
  newPassword: string
}

/** Shown once. */
export interface NewTwoFactor {
  /** For authenticators: `otpauth://…`. */
  uri: string
  secret: string
  /** Each is good once, in place of a code. */
  recoveryCodes: string[]
}

/** One browser in which somebody is signed in. */
export interface MySession {
  id: string
  createdAt: Timestamp
  lastSeenAt: Timestamp
  ip: string | null
  userAgent: string | null
  /** The one that asks. */
  current: boolean
}
