import type { KeyFacts, Product, RandomBytes, RateLimit, Receipt, Status } from '@claviger/core'
import type { ChangeFeed } from './change-feed.ts'
import type { EventScan, EventsFound } from './event-query.ts'
import type { KeyFilter, KeyListRequest } from './key-query.ts'
import type { MailRecord, PeopleReads, PeopleWrites } from './people-records.ts'
import type {
  Catalogue,
  ChainHead,
  CreditBalance,
  KeyRecord,
  OrganizationRecord,
  PageRequest,
  SealedEvent,
  SecretRecord,
} from './records.ts'
import type { RepeatableRequest, RunningRequests } from './running-requests.ts'
import type { UsagePortion, UsageReads } from './usage-records.ts'

/** What the domain and the engine need from outside. `storage` and `engine` supply it; only the composition root knows both. */

export interface Clock {
  /** Wall clock, milliseconds since 1970, UTC. */
  now(): number
}

export interface Reads extends UsageReads, PeopleReads {
  organization(id: string): Promise<OrganizationRecord | undefined>
  /** Newest first. */
  organizations(page: PageRequest & { externalId?: string | undefined }): Promise<OrganizationRecord[]>
  /** How many there are on each plan that any is on. */
  organizationsByPlan(): Promise<Map<string, number>>
  key(id: string): Promise<KeyRecord | undefined>
  keysOf(request: KeyListRequest): Promise<KeyRecord[]>
  /** Keys that match the filter, its statuses aside, by status; a status without keys may be absent. */
  countKeys(organizationId: string, filter: KeyFilter, now: number): Promise<Partial<Record<Status, number>>>
  /** The key's secrets that are not retired: the live one and, during an overlap, the one before. */
  secrets(keyId: string): Promise<SecretRecord[]>
  /** Newest first. */
  serviceKeys(page: PageRequest): Promise<KeyRecord[]>
  /** True when any key was imported, so that secrets of any form may be known here. */
  hasImported(): Promise<boolean>
  chainHead(chain: string): Promise<ChainHead | undefined>
  chainHeads(): Promise<ChainHead[]>
  /**
   * Looks at a part of a chain, in the order of time, and finds up to `limit` events in it. A part is small, so that a
   * filter which hardly anything passes holds up nobody.
   */
  scanEvents(scan: EventScan): Promise<EventsFound>
  /** Events of one chain in order, from `sequence` on. */
  events(chain: string, fromSequence: number, limit: number): Promise<SealedEvent[]>
  /**
   * The tokens of those of these versions that were committed here. By them a database is known from one that was put
   * back and has gone on: they are to be kept.
   */
  tokensOf(versions: readonly number[]): Promise<Map<number, string>>
}

/** What one change may touch in memory: a key, or everything of an organization. */
export type Touched =
  | { keyId: string; addsSecret: boolean }
  | { organizationId: string; addsSecret: boolean; imports?: true }

export interface Writes extends Reads, PeopleWrites {
  /** Takes the lock that puts all changes in one order, and returns the version this change will have. */
  nextVersion(token: string): Promise<number>
  /** Takes that same lock without making a version, for what is recorded but changes nothing. */
  lockOrder(): Promise<void>
  recordTouched(version: number, token: string, touched: readonly Touched[]): Promise<void>
  insertOrganization(organization: OrganizationRecord): Promise<void>
  insertKey(key: KeyRecord): Promise<void>
  updateKey(key: KeyRecord): Promise<void>
  /** These scopes of a key were granted now, and not with it: whether they are used is known from now on. */
  noteGrants(keyId: string, scopes: readonly string[], at: number): Promise<void>
  deleteKey(key: KeyRecord, at: number): Promise<void>
  updateOrganization(organization: OrganizationRecord): Promise<void>
  /** With all its keys, and the service keys bound to it. */
  deleteOrganization(id: string, at: number): Promise<void>
  insertSecret(secret: SecretRecord): Promise<void>
  updateSecret(secret: SecretRecord): Promise<void>
  /** Whether any of these digests belongs, or once belonged, to a key. */
  knowsDigest(digests: readonly Uint8Array[]): Promise<boolean>
  /** Null: the key has no credits to spend any more, and is not limited by them. */
  setBalance(keyId: string, balance: CreditBalance | null): Promise<void>
  /** Every live secret of the key becomes an old one. */
  retireSecrets(keyId: string): Promise<void>
  /** Keys of the organization, `except` aside, that are neither revoked nor past expiry at `now`. */
  countLiveKeys(organizationId: string, now: number, except: string | null): Promise<number>
  /** The answer kept for a request that may be sent again. */
  keptAnswer(request: RepeatableRequest): Promise<{ fingerprint: string; answer: unknown } | undefined>
  keepAnswer(request: RepeatableRequest, answer: unknown, at: number): Promise<void>
  /** Forgets answers kept before `at`. */
  dropAnswers(before: number): Promise<void>
  appendEvent(event: SealedEvent): Promise<void>
}

export interface Database extends Reads {
  /**
   * Runs `work` in one transaction that excludes other writers. It commits where `work` says so and rolls back
   * otherwise, or when `work` throws.
   * @throws CommitUnknown when the answer to COMMIT was lost, DatabaseUnavailable when it was not made for want of a database.
   */
  transact<T>(work: (writes: Writes) => Promise<{ commit: boolean; value: T }>): Promise<T>
}

/** The answer to a COMMIT was lost: the change may be in force or not. */
export class CommitUnknown extends Error {
  override name = 'CommitUnknown'
}

/** A change is made and in force, but cannot be noted outside the database now: nobody may be told that it will last. */
export class ChangeNotNoted extends CommitUnknown {
  override name = 'ChangeNotNoted'
}

/** The database cannot be reached, or cannot do now what it is asked for. What was asked was not done; it can be repeated. */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable'
}

/** Whether this process is the one whose memory verdicts may rest on. */
export interface Standing {
  /** False: someone else may be changing what is remembered here. */
  holds(): boolean
}

/** The keyed half of a secret's storage and of the audit chain; the key itself stays with the implementation. */
export interface ServerKey {
  /** Version under which new digests and seals are made. */
  readonly version: number
  digest(sha256: Uint8Array): Uint8Array
  /** Under every version known, the current first. */
  digests(sha256: Uint8Array): Uint8Array[]
  /** HMAC over `payload` under the audit key derived from version `version`; throws for an unknown one. */
  seal(payload: string, version: number): Uint8Array
  /** A key for one purpose, under every version known, the current first. */
  derive(purpose: string): { version: number; key: Uint8Array }[]
}

export interface CommittedChange {
  version: number
  touched: readonly Touched[]
}

/** Everything that answers verdicts from memory. */
export interface Verifiers {
  /** Puts a committed change in force and says since when. Harmless to repeat. */
  apply(change: CommittedChange): Promise<Receipt>
  /** After a commit whose outcome is unknown: nothing remembered is trusted any more. */
  forget(): void
}

/** What a verdict spends beside deciding. */
export interface KeyLimits {
  rateLimit: RateLimit | null
  /** Null: not limited by credits. */
  credits: { refillInterval: 'day' | 'month' | null } | null
}

/** What a look-up by secret brings back, in one statement, with the version it was read at. */
export interface Loaded {
  version: number
  found: FoundSecret | DeletedSecret | null
}

export interface FoundSecret {
  facts: KeyFacts
  limits: KeyLimits
  catalogue: Catalogue
  prefix: string
}

/** What is still known of a deleted key's secret: enough to record that someone tries it, and nothing to let it in by. */
export interface DeletedSecret {
  facts: null
  keyId: string
  organizationId: string | null
  prefix: string
}

export interface SecretLookup {
  load(digests: readonly Uint8Array[]): Promise<Loaded>
}

export interface CreditStore {
  /**
   * Takes `cost` from the balance if all of it is there, and nothing otherwise; a refill that is due comes first.
   * @param nextRefillAt when the refill after this one is due; null: credits are never refilled.
   * @returns what is left, or null when it was too little.
   */
  spendCredits(keyId: string, cost: number, now: number, nextRefillAt: number | null): Promise<number | null>
  /** The balance as it is at `now`, refill included. */
  creditsLeft(keyId: string, now: number): Promise<number>
}

export interface UsageStore {
  /**
   * Adds a portion to what is counted, all of it or nothing. A portion that was written already is not counted again;
   * a writer's portions come in order. Of keys and secrets only the columns of their last use are touched, and no time
   * is moved backwards.
   */
  recordUsage(portion: UsagePortion): Promise<void>
  /** Removes up to `limit` rows of each kind that are past their time at `now`. @returns whether there may be more. */
  removeOldUsage(now: number, limit: number): Promise<boolean>
}

/** Uses seen but not yet written. */
export interface PendingUsage {
  /** Resolves when every use recorded before the call is in the database. */
  flush(): Promise<void>
}

/** The mails that wait. */
export interface MailStore {
  /**
   * Takes up to `limit` mails whose turn has come at `now`, those that have waited longest first. Nobody else takes them
   * before `until`; whoever has not removed or postponed them by then has died.
   */
  takeDueMails(now: number, until: number, limit: number): Promise<MailRecord[]>
  removeMail(id: string): Promise<void>
  postponeMail(mail: Pick<MailRecord, 'id' | 'attempts' | 'nextAttemptAt' | 'lastError'>): Promise<void>
  /** How many wait, counted up to 10,000, and since when the oldest does. */
  mailsWaiting(): Promise<{ waiting: number; since: number | null }>
}

/** A mail as it is read. */
export interface Letter {
  subject: string
  text: string
  html: string
}

/** What became of an attempt to hand a letter to a mail server. */
export type Delivery =
  | { outcome: 'sent' }
  /** `refused`: for good; `postponed`: this one, for now; `unreachable`: the server takes none now; `stopped`: by us. */
  | { outcome: 'refused' | 'postponed' | 'unreachable' | 'stopped'; reason: string }

export interface Post {
  /** @param id makes two deliveries of the same mail known as such. */
  send(mail: Letter & { id: string; recipient: string }, stop: AbortSignal): Promise<Delivery>
}

/** What every domain function may draw on. */
export interface Domain {
  usage: PendingUsage
  running: RunningRequests
  feed: ChangeFeed
  database: Database
  verifiers: Verifiers
  clock: Clock
  randomBytes: RandomBytes
  serverKey: ServerKey
  product: Product
  mail: {
    /** Whether what is queued is sent: where it is not, a link is shown to whoever asked for it. */
    enabled: boolean
  }
}
