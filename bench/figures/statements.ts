import { randomBytes } from 'node:crypto'
import { generateToken } from '@claviger/core'
import { countStatements } from '../count-statements.ts'
import { createDeployment } from '../deployment.ts'
import type { Figure } from '../figure.ts'
import { openVerifier, questionFor } from '../verifier.ts'

const KEYS = 1_000

/** How often a verdict asks the database, counted where better-sqlite3 runs statements, whoever prepared them. */
export async function measureStatements(): Promise<Figure[]> {
  const deployment = await createDeployment(KEYS)
  const { customers, usage, close } = await openVerifier(deployment.dataDir)
  // No timer writes usage in between; it is written, and its statements counted, at the end.
  await usage.close()
  const strangers = deployment.secrets.map(() => generateToken('acme_live', randomBytes).secret.reveal())
  const questions = {
    VALID: deployment.secrets.map(questionFor),
    INSUFFICIENT_SCOPE: deployment.secrets.map((key) => ({ ...questionFor(key), scopes: ['records:write'] })),
    // Each for an address of its own: one that asks about so many keys that do not exist is throttled.
    UNKNOWN: strangers.map((key, at) => ({ ...questionFor(key), ip: `198.18.${at >> 8}.${at & 255}` })),
    MALFORMED: strangers.map((key) => questionFor(`${key.slice(0, -1)}-`)),
  }
  const counter = countStatements()
  const perVerdict = async (code: keyof typeof questions): Promise<number> => {
    const before = counter.count()
    for (const question of questions[code]) {
      const verdict = await customers.verify(question)
      if (verdict.code !== code) throw new Error(`${verdict.code} instead of ${code}`)
    }
    return (counter.count() - before) / KEYS
  }
  const cold = { VALID: await perVerdict('VALID'), UNKNOWN: await perVerdict('UNKNOWN') }
  const warm = {
    VALID: await perVerdict('VALID'),
    INSUFFICIENT_SCOPE: await perVerdict('INSUFFICIENT_SCOPE'),
    UNKNOWN: await perVerdict('UNKNOWN'),
    MALFORMED: await perVerdict('MALFORMED'),
  }
  const before = counter.count()
  await usage.flush()
  const written = counter.count() - before
  counter.end()
  await close()
  return [
    figureOf('statements per cold verdict', 'known and unknown keys', cold, 1, []),
    figureOf('statements per warm verdict', 'accepted, denied, unknown, malformed', warm, 0, [
      `apart from verdicts, within a second: ${written} statements wrote how ${KEYS} keys were used, by whom and when last`,
    ]),
  ]
}

function figureOf(
  what: string,
  against: string,
  counts: Record<string, number>,
  atMost: number,
  notes: readonly string[],
): Figure {
  const each = Object.entries(counts).map(([code, count]) => `${code} ${count}`)
  return {
    what,
    against,
    unit: 'statements',
    rounds: Object.values(counts),
    target: { atMost },
    notes: [each.join(', '), ...notes],
    limit: `of ${each.join(', ')}`,
  }
}
