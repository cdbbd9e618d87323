import { describe, expect, test } from 'vitest'
import { DAY, startWithUsedKey } from './used-key.fixture.ts'

describe('denials', () => {
  test('tell an admin why a holder was refused, by the request id of the refusal', async () => {
    const { call, clock, secret, of, base, key, get, now } = await startWithUsedKey()
    await call('POST', `${of}/disable`)
    const refused = await call('GET', '/v1/keys/self', { key: secret })
    expect(refused.body.error).toMatchObject({ code: 'UNAUTHORIZED', message: 'This key is not valid.' })
    const at = now()
    clock.advance(1_000)
    await call('GET', '/v1/keys/self', { key: secret })
    const { requestId } = refused.body.error
    expect(await get(`${base}/denials?requestId=${requestId}`)).toEqual({
      items: [
        {
          requestId,
          at,
          code: 'DISABLED',
          message: 'The key is disabled and can be enabled again.',
          keyId: key.id,
          ip: '127.0.0.1',
        },
      ],
      nextCursor: null,
    })
  })

  test('are listed newest first, page by page, for a week', async () => {
    const { call, clock, code, create, secret, base, key, get } = await startWithUsedKey()
    const other = await create()
    for (const one of [secret, other.secret, secret, secret]) {
      await code(one, { organizationId: 'org_other' })
      clock.advance(1)
    }
    const all = (await get(`${base}/denials`)).items
    expect(all.map(({ keyId }: { keyId: string }) => keyId)).toEqual([key.id, key.id, other.key.id, key.id])
    const seen = []
    let cursor = ''
    for (;;) {
      const page = await get(`${base}/denials?limit=2&key=${key.id}${cursor}`)
      seen.push(...page.items)
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
      expect((await call('GET', `${base}/denials?limit=2${cursor}`)).status).toBe(400)
    }
    expect(seen).toEqual([all[0], all[1], all[3]])
    expect((await get(`${base}/denials?requestId=req_nobody`)).items).toEqual([])
    clock.advance(7 * DAY)
    expect((await get(`${base}/denials`)).items).toEqual([])
  })
})
