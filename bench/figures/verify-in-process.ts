import { hash } from 'node:crypto'
import { classifyToken, type RateLimit } from '@claviger/core'
import { tagsOf } from '../../server/src/domain/new-secret.ts'
import { createDeployment } from '../deployment.ts'
import type { Figure } from '../figure.ts'
import { median, ratios } from '../statistics.ts'
import { codeNow, openVerifier, questionFor } from '../verifier.ts'

const KEYS = 1_000
const TURNS = 20
const ROUNDS = 41
const WARM_UP_ROUNDS = 10
/** So wide that nothing is refused. */
const WIDE_LIMIT: RateLimit = { limit: 1_000_000_000, windowSeconds: 3_600 }

/** The price of a warm verdict, counted in hashes. */
export async function measureVerifyInProcess(): Promise<Figure[]> {
  return [
    await compareWithHash('verify in process, warm', null),
    await compareWithHash('verify in process, rate limited', WIDE_LIMIT),
  ]
}

/** Both sides see the same secrets, in turn, in one process. */
async function compareWithHash(what: string, rateLimit: RateLimit | null): Promise<Figure> {
  const { dataDir, secrets } = await createDeployment(KEYS, rateLimit)
  const { customers, usage, memory, domain, close } = await openVerifier(dataDir)
  for (const secret of secrets) await customers.verify(questionFor(secret))

  const tags = tagsOf(domain.product)
  const digests = secrets.map((secret) => hash('sha256', secret, 'binary'))
  // What a side returns depends on its result and is checked afterwards, so that nothing can be left out as unused.
  const sides = {
    verify: () => over(secrets, 'VALID'.length, (secret) => codeNow(customers.verify(questionFor(secret))).length),
    hash: () => over(secrets, 64, (secret) => hash('sha256', secret).length),
    classify: () => over(secrets, 'own'.length, (secret) => classifyToken(secret, tags).kind.length),
    digest: () => over(secrets, 32, (secret) => hash('sha256', secret, 'binary').length),
    recall: () => over(digests, 1, (digest) => (memory.recall(digest) ? 1 : 0)),
  }
  type Side = keyof typeof sides
  const names = Object.keys(sides) as Side[]
  const times: Record<Side, number[]> = { verify: [], hash: [], classify: [], digest: [], recall: [] }
  const writing: number[] = []

  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const measured = round >= 0
    // Who goes first changes, so that whatever one side leaves behind burdens each of them in turn.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const us = sides[name]()
      if (measured) times[name].push(us)
    }
    const began = performance.now()
    await usage.flush()
    if (measured) writing.push(((performance.now() - began) * 1_000) / KEYS)
  }
  await close()

  const us = (name: Side) => `${median(times[name]).toFixed(2)} µs`
  const split = `${us('classify')} reading its form and checksum, ${us('digest')} hashing, ${us('recall')} recalling`
  return {
    what,
    against: "hash('sha256', secret)",
    unit: 'ratio',
    rounds: ratios(times.verify, times.hash),
    target: { atMost: 4 },
    notes: [
      `${us('verify')} against ${us('hash')} a call, ${KEYS.toLocaleString('en')} keys in turn; of a verdict ${split}`,
      `apart from verdicts, within a second: ${median(writing).toFixed(1)} µs to write that a key was used`,
    ],
    limit: `a verdict takes ${split}; the rest decides and notes the use`,
  }
}

/** @returns microseconds a call. */
function over(items: readonly string[], expected: number, work: (item: string) => number): number {
  let sum = 0
  const began = performance.now()
  for (let turn = 0; turn < TURNS; turn++) {
    for (const item of items) sum += work(item)
  }
  const ms = performance.now() - began
  const calls = TURNS * items.length
  if (sum !== expected * calls) throw new Error(`The results add up to ${sum} instead of ${expected * calls}.`)
  return (ms * 1_000) / calls
}
