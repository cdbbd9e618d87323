import { HEADS_PER_LINE, type HeadText, type JournalLine } from './journal-lines.ts'

/** A backup older than this is restored without what was ended before. */
const KEPT_MS = 400 * 86_400_000
/** Rewriting is not worth it for less. */
const SPARED_LINES = 10_000

/**
 * Takes out what nobody needs any more: heads that were followed by later ones, changes that ended nothing, and endings
 * that are too old. What was found missing or cut stays for good.
 * @returns null where too little would be won.
 */
export function compacted(lines: readonly JournalLine[], now: number): JournalLine[] | null {
  const [first, ...rest] = lines
  if (first?.kind !== 'begin') return null
  const oldest = now - KEPT_MS
  const lastVersioned = rest.findLastIndex((line) => line.kind === 'change' && line.version !== null)
  const heads = new Map<string, HeadText>()
  const kept: JournalLine[] = []
  const closed = new Set(rest.flatMap((line) => (line.kind === 'closed' ? [line.gap] : [])))
  let early: JournalLine[] = []
  let forgotten = false
  rest.forEach((line, index) => {
    const before = kept.length
    if (line.kind === 'change') {
      const old = line.did.length > 0 && line.at < oldest
      forgotten ||= old
      if (index === lastVersioned) kept.push(old ? { ...line, did: [] } : line)
      else if (line.did.length > 0 && !old) kept.push(line)
    } else kept.push(line.kind === 'gap' && closed.has(line.id) ? { ...line, endings: [] } : line)
    // Where the chains stood when what is kept begins.
    if (before === 0 && kept.length > 0) early = headLines([...heads.values()], line.at)
    if ('heads' in line) for (const head of line.heads) heads.set(head[0], head)
  })
  if (lines.length - kept.length < SPARED_LINES) return null
  const begin = forgotten ? { ...first, endingsSince: Math.max(first.endingsSince ?? 0, oldest) } : first
  return [begin, ...early, ...kept, ...headLines([...heads.values()], now)]
}

function headLines(heads: readonly HeadText[], at: number): JournalLine[] {
  const lines: JournalLine[] = []
  for (let start = 0; start < heads.length; start += HEADS_PER_LINE) {
    const portion = heads.slice(start, start + HEADS_PER_LINE)
    lines.push({ kind: 'change', at, version: null, token: null, heads: portion, did: [] })
  }
  return lines
}
