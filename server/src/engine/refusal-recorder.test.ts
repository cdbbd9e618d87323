import { describe, expect, test } from 'vitest'
import type { Actor } from '../domain/actor.ts'
import { createOrganization } from '../domain/organizations.ts'
import type { RefusedAttempt } from '../domain/refused.ts'
import { startDomain } from '../testing/test-domain.ts'
import { RefusalRecorder } from './refusal-recorder.ts'

async function start() {
  const { domain, database, actor, clock } = await startDomain()
  const { id: here } = (await createOrganization(domain, actor, { name: 'Here' })).value
  const { id: there } = (await createOrganization(domain, actor, { name: 'There' })).value
  const failures: unknown[] = []
  const recorder = new RefusalRecorder({ domain, onFailure: (error) => failures.push(error) })
  const caller: Actor = { ...actor, ref: { type: 'service-key', id: 'key_a', name: 'a' }, boundTo: here }
  const attempt: RefusedAttempt = { action: 'key.read', code: 'FORBIDDEN', organizationId: here, target: null }
  const refused = async () => (await database.events(here, 2, 500)).map(({ action, changes }) => [action, changes])
  return { recorder, caller, attempt, refused, failures, database, domain, clock, here, there }
}

describe('a recorder of refusals', () => {
  test('that cannot write says why and lets the refusal stand; what it counted meanwhile is told later', async () => {
    const { recorder, caller, attempt, refused, failures, domain, clock } = await start()
    const { transact } = domain.database
    for (let at = 0; at < 63; at++) await recorder.record(caller, attempt, true)
    const failure = new Error('the disk is full')
    domain.database.transact = () => Promise.reject(failure)
    await recorder.record(caller, attempt, false)
    expect(failures).toEqual([failure])
    clock.advance(60_000)
    await recorder.record(caller, attempt, true)
    expect(failures).toEqual([failure, failure])
    domain.database.transact = transact
    await recorder.close()
    const events = await refused()
    expect(events).toHaveLength(61)
    expect(JSON.parse(events.at(-1)?.[1] ?? '')).toMatchObject({ omitted: 3 })
  })

  test('counts each window anew, also when the clock was set back', async () => {
    const { recorder, caller, attempt, refused, clock } = await start()
    for (const ms of [0, 60_000, -3_600_000]) {
      clock.advance(ms)
      for (let at = 0; at < 61; at++) await recorder.record(caller, attempt, true)
    }
    await recorder.close()
    const told = (await refused()).filter(([action]) => action === 'audit.omit')
    expect(told.map(([, changes]) => JSON.parse(changes ?? '').omitted)).toEqual([1, 1, 1])
    expect(await refused()).toHaveLength(183)
  })

  test('takes about as long over what exists elsewhere as over what exists nowhere', async () => {
    const { recorder, caller, attempt, there } = await start()
    const about = { ...attempt, code: 'NOT_FOUND' } as const
    const took = async (organizationId: string) => {
      const began = performance.now()
      await recorder.record(caller, { ...about, organizationId, target: { type: 'key', id: 'key_x' } }, false)
      return performance.now() - began
    }
    const times: Record<'elsewhere' | 'nowhere', number[]> = { elsewhere: [], nowhere: [] }
    for (let at = 0; at < 60; at++) {
      times.elsewhere.push(await took(there))
      times.nowhere.push(await took('org_nowhere'))
    }
    const [one, other] = Object.values(times).map((all) => all.sort((a, b) => a - b)[30] ?? 0)
    await recorder.close()
    // A timer counts whole milliseconds.
    expect(Math.abs((one ?? 0) - (other ?? 0))).toBeLessThan(2 + (one ?? 0) / 2)
  })
})
