import type { ChainHead } from './records.ts'

/**
 * What is kept of changes outside the database, so that a database that has gone back in time is noticed, and what it
 * has forgotten is done again.
 */

/** One thing done: its action as the audit log has it, and the id of what it was done to. */
export type Deed = readonly [action: string, id: string]

/** What became of a key, an organization or a person that a database has forgotten, and is to be done to it again. */
export type Ending = { what: 'suspend'; id: string } | KeyEnding | PersonEnding

/** What became of a key. */
export type KeyEnding =
  /** Ended for good, also where it had been deleted. */
  | { what: 'revoke'; id: string }
  /** Changed in a way that is not known here: off, for somebody to look at. */
  | { what: 'disable'; id: string }
  /** Its secrets were replaced: all that the database knows are old ones, and the new one is lost. */
  | { what: 'retire'; id: string }
  /** A rotation's overlap was ended. */
  | { what: 'finish-rotation'; id: string }

/** What became of somebody. */
export type PersonEnding =
  /** Of a membership: ended, or of a role that is not known here, so of the least. */
  | { what: 'remove' | 'demote'; id: string }
  /** Of an invitation: taken back, or accepted. */
  | { what: 'close'; id: string }
  /** Of a person: no operator any more, or with another password or second step, or without an account. */
  | { what: 'no-operator' | 'no-password' | 'expel'; id: string }

/** The database was found behind what had been noted of it. */
export interface Gap {
  id: string
  /** When it was found, milliseconds since 1970. */
  at: number
  /** The version of the last change noted before. */
  from: number
  /** The version the database had. */
  to: number
  /** The last version that the noted changes and the database have in common; null: none that is known. */
  common: number | null
  /** Endings of before this time were not known, though the database may lack some; null: all were known. */
  unknownBefore: number | null
  endings: readonly Ending[]
}

/** The journal, as whoever does lost endings again needs it. */
export interface EndingsJournal {
  /**
   * Compares the database with what was noted of it, and notes what is missing on either side.
   * @returns the gaps whose endings are still to be done again, the oldest first.
   */
  compare(): Promise<Gap[]>
  /** The endings of this gap have been done. */
  close(gap: Gap): Promise<void>
}

/** A chain's head as it is written for people and logs: `chain:count:mac`. */
export function headText({ chain, count, mac }: ChainHead): string {
  return `${chain}:${count}:${Buffer.from(mac).toString('hex')}`
}

/** @returns undefined for a text of another form. */
export function parseHead(text: string): ChainHead | undefined {
  const [, chain, count, mac] = /^([0-9A-Za-z_]+):([1-9][0-9]{0,14}):([0-9a-f]{64})$/.exec(text) ?? []
  if (chain === undefined || mac === undefined) return undefined
  return { chain, count: Number(count), mac: Buffer.from(mac, 'hex') }
}
