import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Answer, ask } from '../testing/test-domain.ts'
import { atOnce, lateLookup, shuffled, startTrack, tally } from './races.fixture.ts'

/** What holds when many things are asked at the same time. */

const MANY = 50
const HOUR_MS = 3_600_000

describe('the plan’s last place', () => {
  test('is taken by one of fifty creates', async () => {
    const { create, change, keys, call } = await startTrack({ plan: 'small' })
    await create()
    const outcomes = await atOnce(MANY, () => change(keys, { name: 'k' }))
    expect(tally(outcomes)).toEqual({ 201: 1, KEY_LIMIT_REACHED: MANY - 1 })
    expect((await call('GET', keys)).body.counts.active).toBe(2)
  })

  test('is taken by one of creates, imports and extensions', async () => {
    const { create, change, keys, call, clock } = await startTrack({ plan: 'docs' })
    const expiresAt = new Date(clock.now() + HOUR_MS).toISOString()
    const { url } = await create({ expiresAt })
    const other = await create({ expiresAt })
    clock.advance(2 * HOUR_MS)
    for (let at = 0; at < 2; at++) await create()
    const importOne = async (index: number) => {
      const sha256 = createHash('sha256').update(`legacy-${index}`).digest('hex')
      const { body } = await change(`${keys}/import`, { items: [{ name: 'k', sha256 }] })
      return body.items[0].error?.code ?? 'made'
    }
    const extend = async (key: string) => {
      const { status, body } = await call('PATCH', key, { body: { expiresAt: null } })
      return status === 200 ? 'made' : body.error.code
    }
    const createOne = async () => {
      const { status, body } = await change(keys, { name: 'k' })
      return status === 201 ? 'made' : body.error.code
    }
    const acts = [() => extend(url), () => extend(other.url)]
    for (let at = 0; at < 9; at++) acts.push(createOne, () => importOne(at))
    const outcomes = await Promise.all(shuffled(acts).map((act) => act()))
    expect(tally(outcomes)).toEqual({ made: 1, KEY_LIMIT_REACHED: acts.length - 1 })
    expect((await call('GET', keys)).body.counts.active).toBe(3)
  })
})

describe('the last of a key’s credits or limit', () => {
  test('one credit is one yes to fifty questions', async () => {
    const { create, verify, call } = await startTrack()
    const { secret, url } = await create({ credits: { remaining: 1 } })
    expect(tally(await atOnce(MANY, () => verify(secret)))).toEqual({ VALID: 1, CREDITS_EXHAUSTED: MANY - 1 })
    expect((await call('GET', url)).body.credits.remaining).toBe(0)
  })

  test('credits are spent to the last that is enough, and a refill is due once', async () => {
    const { create, verify, call, clock } = await startTrack()
    const { secret, url } = await create({ credits: { remaining: 10, refill: { amount: 4, interval: 'day' } } })
    expect(tally(await atOnce(20, () => verify(secret, { cost: 3 })))).toEqual({ VALID: 3, CREDITS_EXHAUSTED: 17 })
    expect((await call('GET', url)).body.credits.remaining).toBe(1)
    clock.advance(24 * HOUR_MS)
    expect(tally(await atOnce(20, () => verify(secret, { cost: 1 })))).toEqual({ VALID: 4, CREDITS_EXHAUSTED: 16 })
  })

  test('one place left in the rate limit is one yes to fifty questions, from memory and from the database', async () => {
    const { create, verify, memory } = await startTrack()
    for (const warm of [true, false]) {
      const { secret } = await create({ rateLimit: { limit: 5, windowSeconds: 60 } })
      await atOnce(4, () => verify(secret))
      if (!warm) memory.forget()
      expect(tally(await atOnce(MANY, () => verify(secret)))).toEqual({ VALID: 1, RATE_LIMITED: MANY - 1 })
    }
  })

  test('what credits refuse takes nothing from the rate limit', async () => {
    const { create, verify, call } = await startTrack()
    const { secret, url } = await create({ credits: { remaining: 3 }, rateLimit: { limit: 10, windowSeconds: 60 } })
    expect((await atOnce(MANY, () => verify(secret))).filter((code) => code === 'VALID')).toHaveLength(3)
    await call('PATCH', url, { body: { credits: { remaining: 100 } } })
    expect(tally(await atOnce(MANY, () => verify(secret)))).toEqual({ VALID: 7, RATE_LIMITED: MANY - 7 })
    expect((await call('GET', url)).body.credits.remaining).toBe(93)
  })

  test('a question that credits refuse does not stand in the way of one asked beside it', async () => {
    const { create, verify, customers } = await startTrack()
    const { secret } = await create({ credits: { remaining: 4 }, rateLimit: { limit: 5, windowSeconds: 60 } })
    await verify(secret, { cost: 0 })
    const outcomes = await Promise.all([5, 1].map((cost) => customers.verify(ask(secret, { cost }))))
    expect(outcomes.map(({ code }) => code)).toEqual(['CREDITS_EXHAUSTED', 'VALID'])
  })
})

describe('twenty rotations at once', () => {
  for (const { graceSeconds, live } of [
    { graceSeconds: 0, live: 1 },
    { graceSeconds: 3_600, live: 2 },
  ]) {
    test(`with a grace of ${graceSeconds} s make one line of successors and leave ${live} live`, async () => {
      const { create, change, verify, call, keys } = await startTrack()
      const { id, url, secret } = await create()
      const { prefix } = (await call('GET', url)).body
      const rotated = await atOnce(20, () => change(`${url}/rotate`, { graceSeconds }))
      expect(tally(rotated)).toEqual({ 200: 20 })
      const secrets = [secret, ...rotated.map(({ body }) => body.secret)]
      const verdicts = await Promise.all(secrets.map((one) => verify(one)))
      expect(tally(verdicts)).toEqual({ VALID: live, ROTATED: 21 - live })
      const key = (await call('GET', url)).body
      expect(key).toMatchObject({ id, version: 21 })
      const log = (await call('GET', `${keys}/${id}/audit?limit=100`)).body.items.reverse()
      let before = prefix
      for (const { changes } of log.filter(({ action }: { action: string }) => action === 'key.rotate')) {
        expect(changes.prefix.before).toBe(before)
        before = changes.prefix.after
      }
      expect(before).toBe(key.prefix)
    })
  }
})

describe('changes of one key at once', () => {
  test('of twenty edits of one version one is made', async () => {
    const { create, call } = await startTrack()
    const { url } = await create()
    const edit = (index: number) =>
      call('PATCH', url, { body: { name: `edit ${index}` }, headers: { 'if-match': '"1"' } })
    const outcomes = await atOnce(20, edit)
    expect(tally(outcomes)).toEqual({ 200: 1, VERSION_CONFLICT: 19 })
    const made = outcomes.find(({ status }) => status === 200)
    expect((await call('GET', url)).body).toEqual(made?.body.key)
  })

  test('a key that is revoked among other changes ends revoked, and none of its secrets passes again', async () => {
    const track = await startTrack({ lookup: lateLookup })
    const { create, change, verify, call } = track
    for (let round = 0; round < 5; round++) {
      const { url, secret } = await create()
      let revoked = false
      const late: string[] = []
      const revoke = async () => {
        const answer = await change(`${url}/revoke`)
        revoked = true
        return answer
      }
      const askOnce = async () => {
        const after = revoked
        const code = await verify(secret)
        if (after) late.push(code)
      }
      const acts = [revoke]
      for (let at = 0; at < 4; at++) {
        acts.push(
          () => change(`${url}/disable`),
          () => change(`${url}/enable`),
          () => change(`${url}/rotate`, { graceSeconds: 60 }),
          () => change(`${url}/rotation/cancel`),
          () => call('PATCH', url, { body: { name: `edit ${at}` } }),
        )
      }
      const asking = (async () => {
        for (let at = 0; at < 30; at++) await askOnce()
      })()
      const outcomes = await Promise.all(shuffled(acts).map((act) => act()))
      await asking
      const issued = outcomes.flatMap(({ body }) => (typeof body.secret === 'string' ? [body.secret] : []))
      for (const one of [secret, ...issued]) expect(await verify(one)).toBe('REVOKED')
      expect(late.filter((code) => code !== 'REVOKED')).toEqual([])
      expect((await call('GET', url)).body.status).toBe('revoked')
      const { 200: made = 0, KEY_REVOKED = 0, ROTATION_NOT_IN_PROGRESS = 0, ...others } = tally(outcomes)
      expect(others).toEqual({})
      expect(made + KEY_REVOKED + ROTATION_NOT_IN_PROGRESS).toBe(acts.length)
    }
  })

  test('writing down who used a key brings none of fifty keys back', async () => {
    const { create, change, verify, usage, keys, call } = await startTrack()
    const made = await atOnce(MANY, () => create())
    const round = made.map(({ url, secret }, at) => async () => {
      expect(await verify(secret, { ip: '198.51.100.7' })).toBe('VALID')
      await Promise.all([change(`${url}/${at % 2 ? 'revoke' : 'disable'}`), usage.flush(), verify(secret)])
      await usage.flush()
    })
    await Promise.all(round.map((act) => act()))
    const { items } = (await call('GET', `${keys}?limit=100`)).body
    expect(items).toHaveLength(MANY)
    for (const { status, version, lastUsedAt } of items) {
      expect(['revoked', 'disabled']).toContain(status)
      expect(version).toBe(2)
      expect(lastUsedAt).not.toBeNull()
    }
    const verdicts = await Promise.all(made.map(({ secret }) => verify(secret)))
    expect(tally(verdicts)).toEqual({ REVOKED: MANY / 2, DISABLED: MANY / 2 })
  })

  test('a key deleted among rotations is gone with every secret it was given', async () => {
    const { create, change, verify, call } = await startTrack({ deleteRequiresRevoke: false })
    for (let round = 0; round < 5; round++) {
      const { url, secret } = await create()
      const rotate = () => change(`${url}/rotate`, { graceSeconds: 60 })
      const acts = [() => call('DELETE', url), ...Array.from({ length: 9 }, () => rotate)]
      const outcomes = await Promise.all(shuffled(acts).map((act) => act()))
      const { 200: made = 0, NOT_FOUND = 0, ...others } = tally(outcomes)
      expect(others).toEqual({})
      expect(made + NOT_FOUND).toBe(acts.length)
      const issued = outcomes.flatMap(({ body }) => (typeof body.secret === 'string' ? [body.secret] : []))
      expect(tally(await Promise.all([secret, ...issued].map((one) => verify(one))))).toEqual({
        UNKNOWN: issued.length + 1,
      })
      expect((await call('GET', url)).status).toBe(404)
    }
  })

  test('no key made beside a suspension passes once that has returned', async () => {
    const { create, change, verify, organization } = await startTrack({ lookup: lateLookup })
    const early = await create()
    const made: string[] = [early.secret]
    let suspended = false
    const late: string[] = []
    const createAndAsk = async () => {
      const { secret } = await create()
      made.push(secret)
      const after = suspended
      const code = await verify(secret)
      if (after) late.push(code)
    }
    const suspend = async () => {
      expect((await change(`${organization}/suspend`)).status).toBe(200)
      suspended = true
    }
    await Promise.all(shuffled([suspend, ...Array.from({ length: 19 }, () => createAndAsk)]).map((act) => act()))
    expect(late.filter((code) => code !== 'ORGANIZATION_SUSPENDED')).toEqual([])
    const verdicts = await Promise.all(made.map((secret) => verify(secret)))
    expect(tally(verdicts)).toEqual({ ORGANIZATION_SUSPENDED: 20 })
  })
})

describe('one request sent twenty times at once', () => {
  const headers = { 'idempotency-key': 'the-same' }
  const replays = (answers: Answer[]) => answers.filter(({ body }) => body.replayed === true)
  const firsts = (answers: Answer[]) => answers.filter(({ body }) => typeof body.secret === 'string')

  test('makes one key', async () => {
    const { change, keys, call } = await startTrack()
    const send = () => change(keys, { name: 'k' }, headers)
    const answers = [...(await atOnce(20, send)), await send()]
    const [first, ...more] = firsts(answers)
    expect(more).toEqual([])
    expect(first?.status).toBe(201)
    const refused = answers.filter(({ body }) => body.error?.code === 'IDEMPOTENCY_IN_PROGRESS')
    expect(replays(answers).length + refused.length).toBe(20)
    for (const { status, body } of replays(answers)) {
      expect({ status, secret: body.secret, key: body.key }).toEqual({
        status: 201,
        secret: null,
        key: first?.body.key,
      })
    }
    expect((await call('GET', keys)).body.counts.active).toBe(1)
  })

  test('rotates once', async () => {
    const { create, change, verify, call } = await startTrack()
    const { url, secret } = await create()
    const answers = await atOnce(20, () => change(`${url}/rotate`, { graceSeconds: 60 }, headers))
    expect(firsts(answers)).toHaveLength(1)
    expect((await call('GET', url)).body.version).toBe(2)
    expect(await verify(secret)).toBe('VALID')
  })

  test('is nobody else’s: another service key’s of the same name makes a key of its own', async () => {
    const { call, keys, newServiceKey } = await startTrack()
    const others = await Promise.all([newServiceKey(), newServiceKey()])
    const answers = await Promise.all(others.map((key) => call('POST', keys, { body: { name: 'k' }, headers, key })))
    expect(firsts(answers)).toHaveLength(2)
  })
})
