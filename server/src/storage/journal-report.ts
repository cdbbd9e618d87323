import { compareHeads, type HeadMismatch } from '../domain/heads.ts'
import type { Gap } from '../domain/journal.ts'
import type { Reads, ServerKey } from '../domain/ports.ts'
import type { ChainHead } from '../domain/records.ts'
import { readJournal } from './journal-file.ts'
import { fromHeadText, type HeadText, JournalError, type JournalLine } from './journal-lines.ts'

/** What comparing a database with something kept outside it brought to light. */
export interface HeadReport {
  /** Path of a journal, or `given` for heads that were given by hand. */
  from: string
  /** How many chains were compared. */
  chains: number
  /** The last version noted; null for heads given by hand, and where the journal cannot be read. */
  version: number | null
  /** What is wrong with all of it: an altered journal, a database that has gone back. */
  problem: string | null
  mismatches: HeadMismatch[]
  /** Found when a server began to serve, and dealt with then: times at which the database had gone back. */
  gaps: Pick<Gap, 'at' | 'from' | 'to' | 'common'>[]
  /** Chains that a server has found cut. */
  cuts: { chain: string; at: number; noted: number; found: number }[]
}

/** Compares a database with its journal, or with a copy of that. */
export async function compareWithJournal(reads: Reads, serverKey: ServerKey, file: string): Promise<HeadReport> {
  const empty = { from: file, chains: 0, version: null, mismatches: [], gaps: [], cuts: [] }
  let lines: JournalLine[]
  try {
    ;({ lines } = readJournal(file, serverKey))
  } catch (error) {
    if (isMissing(error)) return { ...empty, problem: 'there is no such file' }
    if (error instanceof JournalError) return { ...empty, problem: error.message.replace(`${file}: `, '') }
    throw error
  }
  if (lines.length === 0) return { ...empty, problem: 'it has no line' }
  const heads = lastHeads(lines)
  const { version, token } = lastChange(lines)
  const there = version === 0 ? '' : (await reads.tokensOf([version])).get(version)
  return {
    from: file,
    chains: heads.length,
    version,
    problem:
      there === token ? null : `the database has gone back: version ${version} was noted, and is not the one it has`,
    mismatches: await compareHeads(reads, heads),
    gaps: lines.flatMap((line) =>
      line.kind === 'gap' ? [{ at: line.at, from: line.from, to: line.to, common: line.common }] : [],
    ),
    cuts: lines.flatMap((line) => (line.kind === 'cut' ? cutsOf(line) : [])),
  }
}

/** Compares a database with heads as a server has written them to its log. */
export async function compareWithHeads(reads: Reads, heads: readonly ChainHead[]): Promise<HeadReport> {
  const mismatches = await compareHeads(reads, heads)
  return { from: 'given', chains: heads.length, version: null, problem: null, mismatches, gaps: [], cuts: [] }
}

/** Whether everything is as it was noted. What was dealt with when it was found is no fault of the present. */
export function isSound({ problem, mismatches, cuts }: HeadReport): boolean {
  return problem === null && mismatches.length === 0 && cuts.length === 0
}

/** The version of the last change a journal tells of, and its token. */
export function lastChange(lines: readonly JournalLine[]): { version: number; token: string } {
  for (const line of lines.toReversed()) {
    if ('version' in line && line.version !== null && line.token !== null) {
      return { version: line.version, token: line.token }
    }
  }
  throw new JournalError('a journal begins with a version')
}

function lastHeads(lines: readonly JournalLine[]): ChainHead[] {
  const heads = new Map<string, HeadText>()
  for (const line of lines) {
    if ('heads' in line) for (const head of line.heads) heads.set(head[0], head)
  }
  return [...heads.values()].filter(([, count]) => count > 0).map(fromHeadText)
}

function cutsOf({ at, were, heads }: JournalLine & { kind: 'cut' }): HeadReport['cuts'] {
  const found = new Map(heads.map(([chain, count]) => [chain, count]))
  return were.map(([chain, noted]) => ({ chain, at, noted, found: found.get(chain) ?? 0 }))
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
