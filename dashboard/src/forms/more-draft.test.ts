import { describe, expect, test } from 'vitest'
import { aKey } from './a-key.fixture.ts'
import { createMore, editMore, hasMore, type MoreDraft, moreFaults, moreOf, NOTHING_MORE } from './more-draft.ts'

const FILLED: MoreDraft = {
  allowedIps: '203.0.113.0/24\n\n 2001:db8::/32 \n203.0.113.0/24',
  limit: ' 600 ',
  windowSeconds: '60',
  credits: '1000',
  refillInterval: 'month',
  refillAmount: '1000',
  tags: 'billing\nexport',
  metadata: 'team = billing\nseats = 5',
  externalId: ' customer-7 ',
}

const key = aKey({
  allowedIps: ['203.0.113.0/24'],
  rateLimit: { limit: 600, windowSeconds: 60 },
  credits: { remaining: 950, refill: { amount: 1_000, interval: 'day' } },
  tags: ['billing'],
  metadata: { team: 'billing', zip: '01234' },
  externalId: 'customer-7',
})

describe('what few keys have', () => {
  test('is asked for as it was typed, and not at all where nothing was', () => {
    expect(createMore(FILLED)).toEqual({
      allowedIps: ['203.0.113.0/24', '2001:db8::/32'],
      rateLimit: { limit: 600, windowSeconds: 60 },
      credits: { remaining: 1_000, refill: { amount: 1_000, interval: 'month' } },
      tags: ['billing', 'export'],
      metadata: { team: 'billing', seats: 5 },
      externalId: 'customer-7',
    })
    expect(createMore(NOTHING_MORE)).toEqual({})
    expect([hasMore(NOTHING_MORE), hasMore(FILLED)]).toEqual([false, true])
  })

  test.each<[Partial<MoreDraft>, (keyof MoreDraft)[]]>([
    [{}, []],
    [FILLED, []],
    [{ allowedIps: '10.0.0.0/8\n10.0.0.300' }, ['allowedIps']],
    [{ allowedIps: Array.from({ length: 101 }, (_, index) => `10.0.0.${index}`).join('\n') }, ['allowedIps']],
    [{ limit: '5' }, ['windowSeconds']],
    [{ windowSeconds: '60' }, ['limit']],
    [{ limit: '1,000', windowSeconds: '2678401' }, ['limit', 'windowSeconds']],
    [{ credits: '-1' }, ['credits']],
    [{ credits: '0' }, []],
    [{ refillInterval: 'day' }, ['credits', 'refillAmount']],
    [{ credits: '5', refillInterval: 'day', refillAmount: '0' }, ['refillAmount']],
    [{ tags: 'x'.repeat(65) }, ['tags']],
    [{ metadata: 'team' }, ['metadata']],
  ])('of %j the form finds wrong: %j', (typed, fields) => {
    expect(Object.keys(moreFaults({ ...NOTHING_MORE, ...typed }))).toEqual(fields)
  })
})

describe('an edit of it', () => {
  test('that changes nothing asks for nothing', () => {
    expect(editMore(moreOf(key), key)).toEqual({})
    // Of another system: with what no line could say.
    const odd = aKey({ tags: [' a ', 'b\nc'], metadata: { ' x ': 'y\n=z' }, externalId: ' 7 ' })
    expect(editMore(moreOf(odd), odd)).toEqual({})
  })

  test('asks for what is another now, and for nothing else', () => {
    const draft = moreOf(key)
    const edited = (change: Partial<MoreDraft>) => editMore({ ...draft, ...change }, key)
    expect(edited({ allowedIps: '10.0.0.0/8' })).toEqual({ allowedIps: ['10.0.0.0/8'] })
    expect(edited({ limit: '5' })).toEqual({ rateLimit: { limit: 5, windowSeconds: 60 } })
    expect(edited({ tags: 'billing\nnew' })).toEqual({ tags: ['billing', 'new'] })
    expect(edited({ metadata: 'team = billing' })).toEqual({ metadata: { team: 'billing' } })
    expect(edited({ externalId: 'other' })).toEqual({ externalId: 'other' })
  })

  test('gives back no credits that were spent meanwhile', () => {
    const draft = moreOf(key)
    const credits = (change: Partial<MoreDraft>) => editMore({ ...draft, ...change }, key).credits
    expect(credits({ refillAmount: '2000' })).toEqual({ refill: { amount: 2_000, interval: 'day' } })
    expect(credits({ refillInterval: '' })).toEqual({ refill: null })
    expect(credits({ credits: '10' })).toEqual({ remaining: 10 })
  })

  test('clears with null', () => {
    const cleared = { allowedIps: null, rateLimit: null, credits: null, tags: null, metadata: null, externalId: null }
    expect(editMore(NOTHING_MORE, key)).toEqual(cleared)
    expect(editMore(NOTHING_MORE, aKey())).toEqual({})
  })
})
