import { describe, expect, test } from 'vitest'
import { startDomain } from '../testing/test-domain.ts'
import { verifyChain } from './audit.ts'
import { issueKey } from './issue-key.ts'
import { createOrganization } from './organizations.ts'
import type { Reads } from './ports.ts'
import type { SealedEvent } from './records.ts'

async function chainOfFive() {
  const { domain, database, actor } = await startDomain()
  const { id: chain } = (await createOrganization(domain, actor, { name: 'Acme' })).value
  for (const name of ['a', 'b', 'c', 'd']) await issueKey(domain, actor, chain, { name })
  /** The same chain as someone left it who can write to the database but lacks the server key. */
  const leftAs = (tamper: (events: SealedEvent[]) => SealedEvent[], count = 5): Reads => ({
    ...database,
    chainHead: async () => {
      const events = tamper(await database.events(chain, 1, 100))
      return { chain, count, mac: events.at(-1)?.mac ?? new Uint8Array() }
    },
    events: async (_chain, from, limit) =>
      tamper(await database.events(chain, 1, 100))
        .filter(({ sequence }) => sequence >= from)
        .slice(0, limit),
  })
  return { chain, leftAs, judge: (reads: Reads) => verifyChain(reads, domain.serverKey, chain) }
}

describe('a chain', () => {
  test('that nobody touched is intact', async () => {
    const { leftAs, judge } = await chainOfFive()
    expect(await judge(leftAs((events) => events))).toEqual({ intact: true, count: 5 })
  })

  const edits: Record<string, (event: SealedEvent) => SealedEvent> = {
    'the time': (event) => ({ ...event, at: event.at + 1 }),
    'who did it': (event) => ({ ...event, actor: { ...event.actor, name: 'somebody else' } }),
    'from where': (event) => ({ ...event, actor: { ...event.actor, ip: '192.0.2.1' } }),
    'what was done': (event) => ({ ...event, action: 'key.read' }),
    'to what': (event) => ({ ...event, target: { ...event.target, id: 'key_other' } }),
    'what changed': (event) => ({ ...event, changes: '{}' }),
    'the outcome': (event) => ({ ...event, outcome: 'refused' }),
    'the request id': (event) => ({ ...event, requestId: 'req_other' }),
    'its seal': (event) => ({ ...event, mac: new Uint8Array(32) }),
  }
  test.each(Object.entries(edits))('shows that %s of an event was altered', async (_what, edit) => {
    const { leftAs, judge } = await chainOfFive()
    const altered = leftAs((events) => events.map((event) => (event.sequence === 3 ? edit(event) : event)))
    expect(await judge(altered)).toMatchObject({ intact: false, sequence: 3 })
  })

  test('shows that an event was removed, also when the rest was numbered anew', async () => {
    const { leftAs, judge } = await chainOfFive()
    const without = (events: SealedEvent[]) => events.filter(({ sequence }) => sequence !== 3)
    expect(await judge(leftAs(without))).toMatchObject({ intact: false, sequence: 3 })
    const renumbered = (events: SealedEvent[]) =>
      without(events).map((event, index) => ({ ...event, sequence: index + 1 }))
    expect(await judge(leftAs(renumbered, 4))).toMatchObject({ intact: false, sequence: 3 })
  })

  test('shows that two events changed places', async () => {
    const { leftAs, judge } = await chainOfFive()
    const swapped = leftAs((events) => {
      const [first, second, third, ...rest] = events
      if (!first || !second || !third) throw new Error('five events expected')
      return [first, { ...third, sequence: 2 }, { ...second, sequence: 3 }, ...rest]
    })
    expect(await judge(swapped)).toMatchObject({ intact: false, sequence: 2 })
  })

  test('shows that its end was cut while its head stands', async () => {
    const { leftAs, judge } = await chainOfFive()
    expect(await judge(leftAs((events) => events.slice(0, 4)))).toMatchObject({ intact: false })
  })
})
