import type { KeyFacts, Product, RandomBytes, Receipt } from '@claviger/core'
import type { Catalogue, ChainHead, KeyRecord, OrganizationRecord, SealedEvent, SecretRecord } from './records.ts'

/** What the domain and the engine need from outside. `storage` and `engine` supply it; only the composition root knows both. */

export interface Clock {
  /** Wall clock, milliseconds since 1970, UTC. */
  now(): number
}

export interface PageRequest {
  limit: number
  /** The id after which the page begins; null: the first page. */
  after: string | null
}

export interface Reads {
  organization(id: string): Promise<OrganizationRecord | undefined>
  /** Newest first. */
  organizations(page: PageRequest): Promise<OrganizationRecord[]>
  key(id: string): Promise<KeyRecord | undefined>
  /** Keys of one organization, newest first. */
  keysOf(organizationId: string, page: PageRequest): Promise<KeyRecord[]>
  /** The live secret's predecessor during an overlap. */
  previousSecret(keyId: string): Promise<SecretRecord | undefined>
  chainHead(chain: string): Promise<ChainHead | undefined>
  chainHeads(): Promise<ChainHead[]>
  /** Events of one chain in order, from `sequence` on. */
  events(chain: string, fromSequence: number, limit: number): Promise<SealedEvent[]>
}

/** What one change may touch in memory: a key, or everything of an organization. */
export type Touched = { keyId: string; addsSecret: boolean } | { organizationId: string; addsSecret: boolean }

export interface Writes extends Reads {
  /** Takes the lock that puts all changes in one order, and returns the version this change will have. */
  nextVersion(token: string): Promise<number>
  recordTouched(version: number, token: string, touched: readonly Touched[]): Promise<void>
  insertOrganization(organization: OrganizationRecord): Promise<void>
  insertKey(key: KeyRecord): Promise<void>
  updateKey(key: KeyRecord): Promise<void>
  deleteKey(key: KeyRecord, at: number): Promise<void>
  insertSecret(secret: SecretRecord): Promise<void>
  /** Every live secret of the key becomes an old one. */
  retireSecrets(keyId: string): Promise<void>
  /** Keys of the organization that are neither revoked nor past expiry at `now`. */
  countLiveKeys(organizationId: string, now: number): Promise<number>
  appendEvent(event: SealedEvent): Promise<void>
}

export interface Database extends Reads {
  /**
   * Runs `work` in one transaction that excludes other writers. It commits where `work` says so and rolls back
   * otherwise, or when `work` throws.
   * @throws CommitUnknown when the answer to COMMIT was lost.
   */
  transact<T>(work: (writes: Writes) => Promise<{ commit: boolean; value: T }>): Promise<T>
}

/** The answer to a COMMIT was lost: the change may be in force or not. */
export class CommitUnknown extends Error {
  override name = 'CommitUnknown'
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

/** What a look-up by secret brings back, in one statement, with the version it was read at. */
export interface Loaded {
  version: number
  found: { facts: KeyFacts; catalogue: Catalogue; prefix: string } | null
}

export interface SecretLookup {
  load(digests: readonly Uint8Array[]): Promise<Loaded>
}

export interface LastUse {
  keyId: string
  at: number
  ip: string | null
}

export interface UsageStore {
  /** Touches usage columns only and never moves a time backwards. */
  recordLastUses(uses: readonly LastUse[]): Promise<void>
}

/** Uses seen but not yet written. */
export interface PendingUsage {
  /** Resolves when every use recorded before the call is in the database. */
  flush(): Promise<void>
}

/** What every domain function may draw on. */
export interface Domain {
  usage: PendingUsage
  database: Database
  verifiers: Verifiers
  clock: Clock
  randomBytes: RandomBytes
  serverKey: ServerKey
  product: Product
}
