import type { KeyFacts } from '@claviger/core'
import type { LRUCache } from 'lru-cache'
import type { CommittedChange, DeletedSecret, FoundSecret, KeyLimits, Standing } from '../domain/ports.ts'
import type { Catalogue } from '../domain/records.ts'
import { createLru } from './lru.ts'
import { blankUse, type KeyUse } from './usage-tally.ts'

/** What a verdict needs to know of one secret. */
export interface Remembered {
  readonly facts: KeyFacts
  readonly limits: KeyLimits
  readonly catalogue: Catalogue
  readonly prefix: string
  /** Where use is noted. It outlives the secret's stay in memory until it is written. */
  readonly use: KeyUse
}

/** A deleted key's secret: unknown, but whoever tries it is recorded. */
export interface Deleted {
  readonly facts: null
  readonly use: KeyUse
}

interface Entry extends Remembered {
  readonly key: Group
  readonly organization: Group
}

/** All entries of one key, or of one organization. Ending the group ends them all at once, however many they are. */
interface Group {
  id: string
  entries: number
  ended: boolean
}

export interface MemoryLimits {
  /** Secrets remembered; the least recently used goes first. */
  maxSecrets: number
  /** Secrets remembered as belonging to no key, or to a deleted one. */
  maxAbsent: number
}

/** How the database stands before anything is remembered of it. */
export interface MemoryStart {
  version: number
  /** Whether it holds secrets of other forms than our own. */
  hasImported: boolean
}

/** Of a database that only this process can change. */
const ALONE: Standing = { holds: () => true }

/**
 * What the verifier remembers, by SHA-256 of the whole secret, and up to which change it is right. Nothing here waits:
 * a change that was applied is out of memory before the call returns.
 */
export class Memory {
  readonly #entries: LRUCache<string, Entry>
  readonly #absent: LRUCache<string, Deleted | 'stranger'>
  readonly #keys = new Map<string, Group>()
  readonly #organizations = new Map<string, Group>()
  readonly #standing: Standing
  #appliedVersion: number
  #foreignSecrets: boolean
  #generation = 0

  /** @param standing without which nothing that is remembered is told. */
  constructor({ maxSecrets, maxAbsent }: MemoryLimits, start: MemoryStart, standing: Standing = ALONE) {
    this.#appliedVersion = start.version
    this.#foreignSecrets = start.hasImported
    this.#standing = standing
    this.#entries = createLru(maxSecrets, (entry) => this.#leave(entry))
    this.#absent = createLru(maxAbsent)
  }

  /** False: nobody knows here whether the database has moved on; no verdict may be given. */
  get trusted(): boolean {
    return this.#standing.holds()
  }

  /** Every change up to this version is out of memory. */
  get appliedVersion(): number {
    return this.#appliedVersion
  }

  /** Whether a secret of any form may belong to a key: true once one was imported, or may have been without our knowing. */
  get foreignSecrets(): boolean {
    return this.#foreignSecrets || !this.#standing.holds()
  }

  /** Changes whenever everything was forgotten; what was read under an earlier one is not kept. */
  get generation(): number {
    return this.#generation
  }

  get size(): number {
    return this.#entries.size
  }

  /** Secrets remembered as belonging to no key. */
  get absentSize(): number {
    return this.#absent.size
  }

  /** @returns what is known of a secret; null: it never belonged to a key; undefined: ask the database. */
  recall(sha256: string): Remembered | Deleted | null | undefined {
    if (!this.#standing.holds()) return undefined
    const entry = this.#entries.get(sha256)
    if (entry !== undefined) {
      return entry.key.ended || entry.organization.ended ? undefined : entry
    }
    const absent = this.#absent.get(sha256)
    return absent === 'stranger' ? null : absent
  }

  /** Whether a secret belonged to a key when it was last looked up, however long ago, and whatever has changed since. */
  knew(sha256: string): boolean {
    return this.#entries.has(sha256)
  }

  /**
   * Keeps what a look-up found, unless a change was applied since it was read: what it says may be over.
   * @param readAt the version of the snapshot that the look-up read.
   * @param generation as it was when the look-up began.
   */
  keep(
    sha256: string,
    found: FoundSecret | DeletedSecret | null,
    readAt: number,
    generation: number,
  ): Remembered | Deleted | null {
    const late = readAt < this.#appliedVersion || generation !== this.#generation
    if (found === null) {
      if (!late) this.#absent.set(sha256, 'stranger')
      this.#entries.delete(sha256)
      return null
    }
    if (found.facts === null) {
      const deleted: Deleted = { facts: null, use: blankUse({ ...found, counted: true }) }
      if (!late) this.#absent.set(sha256, deleted)
      this.#entries.delete(sha256)
      return deleted
    }
    const { facts, prefix } = found
    const { id: keyId, organizationId } = facts
    const use = blankUse({ keyId, organizationId, prefix, counted: found.catalogue === 'product' })
    if (late) return { ...found, use }
    const entry: Entry = {
      ...found,
      use,
      key: join(this.#keys, facts.id),
      organization: join(this.#organizations, facts.organizationId ?? ''),
    }
    this.#entries.set(sha256, entry)
    return entry
  }

  /** Forgets everything that a change touches. Changes may be applied more than once, and a gap between them is noticed. */
  apply({ version, touched }: CommittedChange): void {
    // Changes in between were made elsewhere, or their outcome was never learned.
    if (version > this.#appliedVersion + 1) this.#clear()
    for (const what of touched) {
      if ('keyId' in what) end(this.#keys, what.keyId)
      else end(this.#organizations, what.organizationId)
      if (what.addsSecret) this.#absent.clear()
      if ('imports' in what) this.#foreignSecrets = true
    }
    this.#appliedVersion = Math.max(this.#appliedVersion, version)
  }

  /** Trusts nothing any more, look-ups under way included. */
  forget(): void {
    this.#generation++
    this.#clear()
  }

  /** Begins anew, as a process that has just started: others may have changed anything since. */
  rejoin(start: MemoryStart): void {
    this.forget()
    this.#appliedVersion = start.version
    this.#foreignSecrets = start.hasImported
  }

  #clear(): void {
    this.#entries.clear()
    this.#absent.clear()
  }

  #leave(entry: Entry): void {
    part(this.#keys, entry.key)
    part(this.#organizations, entry.organization)
  }
}

function join(groups: Map<string, Group>, id: string): Group {
  const group = groups.get(id) ?? { id, entries: 0, ended: false }
  groups.set(id, group)
  group.entries++
  return group
}

function part(groups: Map<string, Group>, group: Group): void {
  group.entries--
  if (group.entries === 0 && groups.get(group.id) === group) groups.delete(group.id)
}

function end(groups: Map<string, Group>, id: string): void {
  const group = groups.get(id)
  if (!group) return
  group.ended = true
  groups.delete(id)
}
