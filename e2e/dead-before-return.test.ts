import { setTimeout as sleep } from 'node:timers/promises'
import type { VerdictCode } from '@claviger/core'
import { expect, test } from 'vitest'
import { Operator } from './operator.ts'
import { startServer } from './running-server.ts'
import { SeededRandom } from './seeded-random.ts'

const CHANGES = process.env.PROOF === 'full' ? 5_000 : 120
const CHANGERS = 2
const VERIFIERS = 6
const USAGE_IS_WRITTEN_MS = 1_500

const ENDS = { revoke: 'REVOKED', rotate: 'ROTATED', remove: 'UNKNOWN' } as const

/** A secret, and what every verify must say of it that begins from now on. */
interface Watched {
  secret: string
  key: string
  code: VerdictCode
  /** What may be said of it already, because the change that makes it so has been asked for. */
  soon: VerdictCode | null
}

interface Witnessed {
  verifies: number
  /** Of secrets whose end had returned before the question began. */
  ofEnded: number
  stale: string[]
}

test('a revoked, rotated or deleted key is refused by every verify that begins after the call returned', {
  timeout: 180_000 + CHANGES * 50,
}, async () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32))
  const random = new SeededRandom(seed)
  let server = await startServer({ profile: 'datature-vi' })
  const serviceKey = await server.createServiceKey()
  const connect = () => new Operator(server.address, serviceKey)
  const { id: organization } = await connect().createOrganization({ name: 'ending' })
  const all: Watched[] = []
  const seen: Witnessed = { verifies: 0, ofEnded: 0, stale: [] }

  let changes = 0
  const changers = Array.from({ length: CHANGERS }, async () => {
    const operator = connect()
    const askers = [connect(), connect(), connect()]
    while (changes++ < CHANGES) await endOne(operator, askers, organization, all, seen, random)
  })
  const verifiers = Array.from({ length: VERIFIERS }, async () => {
    const operator = connect()
    while (changes < CHANGES) {
      // Mostly what has changed a moment ago.
      if (all.length > 0) await ask(operator, random.pick(random.next() < 0.7 ? all.slice(-8) : all), seen)
      else await sleep(1)
    }
  })
  await Promise.all([...changers, ...verifiers])
  expect(seen.stale, `seed ${seed}`).toEqual([])

  // Keys were in use up to their end; writing that down brings none of them back, nor does forgetting everything.
  await sleep(USAGE_IS_WRITTEN_MS)
  for (const after of ['usage was written', 'restart'] as const) {
    if (after === 'restart') {
      await server.kill()
      server = await server.startAgain()
    }
    const operator = connect()
    for (const watched of all) await ask(operator, watched, seen)
    expect(seen.stale, `seed ${seed}, after ${after}`).toEqual([])
  }
  expect(seen.ofEnded, 'so few questions prove nothing').toBeGreaterThan(CHANGES)
  console.info(`stale answers: 0 of ${seen.verifies} verdicts, ${seen.ofEnded} of ended secrets, seed ${seed}`)
})

/** Issues a key, ends it, and asks about it from several connections before, meanwhile and at once afterwards. */
async function endOne(
  operator: Operator,
  askers: readonly Operator[],
  organization: string,
  all: Watched[],
  seen: Witnessed,
  random: SeededRandom,
): Promise<void> {
  const { key, secret } = await operator.createKey(organization, { name: 'ends soon' })
  const ending: Watched = { secret, key: key.id, code: 'VALID', soon: null }
  all.push(ending)
  const askAll = (about: Watched) => askers.map((asker) => ask(asker, about, seen))
  // Some are remembered when they end, some are being looked up at that very moment, and some were never asked about.
  const choice = random.next()
  const meanwhile = choice < 0.8 ? askAll(ending) : []
  if (choice < 0.4) await Promise.all(meanwhile)

  const way = random.pick(['revoke', 'rotate', 'remove'] as const)
  ending.soon = ENDS[way]
  const successor = way === 'rotate' ? await operator.rotate(organization, key.id) : null
  if (way === 'revoke') await operator.revoke(organization, key.id)
  if (way === 'remove') await operator.remove(organization, key.id)
  ending.code = ENDS[way]
  const afterwards = askAll(ending)
  if (successor) {
    // A right that was given is there just as soon.
    const live: Watched = { secret: successor.secret, key: key.id, code: 'VALID', soon: null }
    all.push(live)
    afterwards.push(...askAll(live))
  }
  await Promise.all([...meanwhile, ...afterwards])
}

async function ask(operator: Operator, about: Watched, seen: Witnessed): Promise<void> {
  const atBegin = about.code
  const { code } = await operator.verify(about.secret)
  seen.verifies++
  if (atBegin !== 'VALID') seen.ofEnded++
  if (code !== atBegin && code !== about.soon) seen.stale.push(`${code} instead of ${atBegin}: ${about.key}`)
}
