import type { Deed, Gap } from '../domain/journal.ts'
import type { ServerKey } from '../domain/ports.ts'
import type { ChainHead } from '../domain/records.ts'

/** Of a chain: its count and the seal of its last event. A count of 0: the chain is not there any more. */
export type HeadText = readonly [chain: string, count: number, mac: string]

/** How many heads one line names at most, where it can be chosen. */
export const HEADS_PER_LINE = 500

/** The lines of the journal, one JSON object each. Times are milliseconds since 1970. */
export type JournalLine =
  /** The first. Endings of before `endingsSince` are not known here; null: all are. */
  | { kind: 'begin'; at: number; version: number; token: string; endingsSince: number | null }
  /**
   * What was committed: `version` is that of the database when all of it was; null: more of it follows, or it was no
   * change of authority.
   */
  | {
      kind: 'change'
      at: number
      version: number | null
      token: string | null
      heads: readonly HeadText[]
      did: readonly Deed[]
    }
  /** The database was found behind. From here on `version`, `token` and `heads` are those that it had. */
  | ({ kind: 'gap'; version: number; token: string; heads: readonly HeadText[] } & Gap)
  /** The endings of a gap were done again. */
  | { kind: 'closed'; at: number; gap: string }
  /** In a database that has lost no change these chains had become shorter: somebody cut them. `were`: counts before. */
  | { kind: 'cut'; at: number; heads: readonly HeadText[]; were: readonly (readonly [chain: string, count: number])[] }

export function toHeadText({ chain, count, mac }: ChainHead): HeadText {
  return [chain, count, Buffer.from(mac).toString('hex')]
}

export function fromHeadText([chain, count, mac]: HeadText): ChainHead {
  return { chain, count, mac: Buffer.from(mac, 'hex') }
}

/** The journal, or a copy of it, was altered or is damaged, or cannot be used as it is. */
export class JournalError extends Error {
  override name = 'JournalError'
}

export interface SealedLine {
  /** With its line break. */
  text: string
  /** By which the next line continues it. */
  seal: string
}

/** Each line is sealed over the one before it: none can be altered, moved or taken out unseen, but for the last ones. */
export function sealLine(serverKey: ServerKey, previous: string, line: JournalLine): SealedLine {
  const body = JSON.stringify({ ...line, key: serverKey.version })
  const seal = sealOf(serverKey, previous, body, serverKey.version)
  return { text: `${body.slice(0, -1)},"seal":"${seal}"}\n`, seal }
}

/** @returns the line, or what is wrong with it. */
export function openLine(
  serverKey: ServerKey,
  previous: string,
  text: string,
): { line: JournalLine; seal: string } | { problem: string } {
  const [, content, seal] = /^(\{.*),"seal":"([0-9a-f]{64})"\}$/.exec(text) ?? []
  if (content === undefined || seal === undefined) return { problem: 'is no line of a journal' }
  const body = `${content}}`
  const version = Number(/"key":([1-9][0-9]*)\}$/.exec(body)?.[1] ?? 0)
  if (sealOf(serverKey, previous, body, version) !== seal) {
    return { problem: 'was altered, or a line before it is missing' }
  }
  const { key: _version, ...line } = JSON.parse(body)
  return { line: line as JournalLine, seal }
}

function sealOf(serverKey: ServerKey, previous: string, body: string, version: number): string {
  // Nothing else that is sealed under this key begins like this.
  return Buffer.from(serverKey.seal(`claviger journal\n${previous}\n${body}`, version)).toString('hex')
}
