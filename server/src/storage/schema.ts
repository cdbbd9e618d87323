import type { DenyCode, Role, VerdictCode } from '@claviger/core'

/** The tables, as both engines hold them. Times are milliseconds since 1970; text columns named `…Json` hold JSON. */
export interface Schema {
  organizations: OrganizationRow
  keys: KeyRow
  key_uses: KeyUseRow
  key_scopes: KeyScopeRow
  secrets: SecretRow
  credit_balances: CreditBalanceRow
  tombstones: TombstoneRow
  server_keys: ServerKeyRow
  cluster_clock: ClockRow
  authority_changes: AuthorityChangeRow
  audit_events: AuditEventRow
  audit_chains: ChainHeadRow
  idempotent_requests: IdempotentRequestRow
  usage_hours: UsageHourRow
  usage_callers: UsageCallerRow
  usage_others: UsageOthersRow
  usage_denials: UsageDenialRow
  usage_writers: UsageWriterRow
  people: PersonRow
  sessions: SessionRow
  sign_in_methods: SignInMethodRow
  two_factors: TwoFactorRow
  members: MemberRow
  departures: DepartureRow
  invitations: InvitationRow
  mails: MailRow
  sign_in_places: SignInPlaceRow
}

export interface OrganizationRow {
  id: string
  name: string
  external_id: string | null
  plan: string
  features_json: string
  suspended_at: number | null
  billing_contact: string | null
  created_at: number
  updated_at: number
  version: number
}

export interface KeyRow {
  id: string
  catalogue: 'product' | 'service'
  organization_id: string | null
  name: string
  description: string | null
  environment: string | null
  prefix: string
  access_level: string
  scopes_json: string
  resources_json: string
  allowed_ips_json: string
  rate_limit: number | null
  rate_limit_window_seconds: number | null
  metadata_json: string
  tags_json: string
  external_id: string | null
  created_at: number
  created_by_type: string
  created_by_id: string | null
  created_by_name: string
  owner_id: string | null
  owner_name: string | null
  updated_at: number
  expires_at: number | null
  rotated_at: number | null
  pending_since: number | null
  disabled_at: number | null
  revoked_at: number | null
  revoke_reason: string | null
  revoke_note: string | null
  version: number
}

/** Apart from the key, because verdicts write it: a use of the key can never undo a change of it. */
export interface KeyUseRow {
  key_id: string
  /** Of the secret that was used last; null: none was. */
  prefix: string | null
  last_used_at: number | null
  last_used_ip: string | null
  /** When this database began to note uses of scopes; null: before the key was made. */
  scopes_noted_since: number | null
}

/** A scope or wildcard that was used, or granted later than its key. Verdicts write the day, changes the rest. */
export interface KeyScopeRow {
  key_id: string
  scope: string
  /** Null: with the key. */
  granted_at: number | null
  /** Days since 1970, UTC. */
  last_used_day: number | null
}

export interface SecretRow {
  digest: Uint8Array
  server_key_version: number
  key_id: string
  prefix: string
  state: 'current' | 'previous' | 'retired'
  created_at: number
  ends_at: number | null
  /** 1: known by the SHA-256 that its old home stored, not made here. */
  imported: number
  /** Out of date for the secret that `key_uses` names: that one was used last, and then. */
  last_used_at: number | null
}

/** Apart from the key, because verdicts write it: a change of the key can never bring spent credits back. */
export interface CreditBalanceRow {
  key_id: string
  remaining: number
  refill_amount: number | null
  refill_interval: 'day' | 'month' | null
  /** When the balance is next set to the refill amount. */
  refill_at: number | null
}

/** The answer to a request that may be sent again, without its secret. */
export interface IdempotentRequestRow {
  credential: string
  route: string
  idempotency_key: string
  fingerprint: string
  answer_json: string
  created_at: number
}

/** What remains of a deleted key. */
export interface TombstoneRow {
  key_id: string
  organization_id: string | null
  prefix: string
  deleted_at: number
}

/** Which server keys this database was written under: a seal over a fixed text, by which the right key is known. */
export interface ServerKeyRow {
  version: number
  mark: Uint8Array
}

/** One row. Its lock puts all changes of authority in one order. */
export interface ClockRow {
  id: number
  version: number
  token: string
}

export interface AuthorityChangeRow {
  version: number
  /** Tells the rows of one version apart. */
  part: number
  token: string
  key_id: string | null
  organization_id: string | null
  adds_secret: number
}

export interface AuditEventRow {
  chain: string
  sequence: number
  id: string
  at: number
  actor_type: string
  actor_id: string | null
  actor_name: string
  actor_ip: string | null
  actor_user_agent: string | null
  action: string
  target_type: string
  target_id: string
  target_name: string
  changes_json: string
  outcome: 'success' | 'refused'
  request_id: string
  mac: Uint8Array
  server_key_version: number
}

export interface ChainHeadRow {
  chain: string
  count: number
  mac: Uint8Array
}

/** How often a verdict was given within an hour: of a key, or of all keys of an organization. */
export interface UsageHourRow {
  /** Id of the key or organization. */
  subject_id: string
  /** Its beginning. */
  hour: number
  code: VerdictCode
  count: number
}

export interface UsageCallerRow {
  key_id: string
  /** Digest of who it is: the columns from `prefix` to `client`. */
  caller: string
  /** Of the secret that was used. */
  prefix: string
  ip: string | null
  user_agent: string | null
  client: string | null
  first_seen_at: number
  last_seen_at: number
  /** Days since 1970 until then. */
  last_seen_day: number
  count: number
  last_code: VerdictCode
}

/** Uses of a key by callers that are no longer listed. */
export interface UsageOthersRow {
  key_id: string
  count: number
  last_seen_at: number
}

/** One refused use of a known key. */
export interface UsageDenialRow {
  id: string
  organization_id: string
  key_id: string
  at: number
  code: DenyCode
  ip: string | null
  request_id: string
}

/** The last portion that a process has written: one whose COMMIT was not answered is not written again. */
export interface UsageWriterRow {
  writer: string
  portion: number
  at: number
}

/** As better-auth keeps a time: a Date on PostgreSQL, text in RFC 3339 on SQLite. */
export type Moment = Date | string

/** Written by better-auth too, like the four tables after it. */
export interface PersonRow {
  id: string
  name: string
  /** In lower case. */
  email: string
  email_verified: boolean | number
  image: string | null
  created_at: Moment
  updated_at: Moment
  two_factor_enabled: boolean | number | null
  /** 1: sees and changes the whole deployment. */
  operator: number
}

export interface SessionRow {
  id: string
  token: string
  person_id: string
  expires_at: Moment
  created_at: Moment
  updated_at: Moment
  ip_address: string | null
  user_agent: string | null
  /** When the person last confirmed who they are within this session, besides at its beginning. */
  confirmed_at: number | null
}

export interface SignInMethodRow {
  id: string
  account_id: string
  /** `credential` for a password, else the identity provider's id. */
  provider_id: string
  person_id: string
  password: string | null
  created_at: Moment
  updated_at: Moment
}

export interface TwoFactorRow {
  id: string
  person_id: string
}

export interface MemberRow {
  id: string
  organization_id: string
  person_id: string
  role: Role
  joined_at: number
  updated_at: number
  version: number
}

/** Who is not a member any more. */
export interface DepartureRow {
  organization_id: string
  person_id: string
  name: string
  left_at: number
}

export interface InvitationRow {
  id: string
  organization_id: string
  email: string
  role: Role
  invited_by_id: string | null
  invited_by_name: string
  created_at: number
  expires_at: number
  accepted_at: number | null
  revoked_at: number | null
}

/** A notice that waits to be sent. It holds facts, never a link: that is made when it is sent. */
export interface MailRow {
  id: string
  recipient: string
  notice: string
  facts_json: string
  created_at: number
  attempts: number
  next_attempt_at: number
  last_error: string | null
}

/** From where a person has signed in before. */
export interface SignInPlaceRow {
  person_id: string
  /** Digest of network and kind of browser. */
  place: Uint8Array
  last_seen_at: number
}
