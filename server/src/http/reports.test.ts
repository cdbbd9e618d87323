import { describe, expect, test } from 'vitest'
import { startWithPeople } from './people.fixture.ts'

const DAY = 24 * 3_600_000

async function start() {
  const server = await startWithPeople()
  const { base, call, addMember } = server
  const adam = await addMember('Adam', 'admin')
  const leave = async (name: string, keys: number) => {
    const person = await addMember(name, 'developer')
    const made: { id: string; secret: string }[] = []
    for (let at = 0; at < keys; at++) {
      const { body } = await person.call('POST', `${base}/keys`, { body: { name: `${name}-${at}` } })
      made.push({ id: body.key.id, secret: body.secret })
    }
    await call('DELETE', `${base}/members/${person.member}`)
    return { ...person, keys: made }
  }
  const departed = `${base}/reports/departed`
  const resolve = async (items: object[]) => (await adam.call('POST', `${departed}/resolve`, { body: { items } })).body
  return { ...server, adam, leave, departed, resolve }
}

describe('keys of those who have left', () => {
  test('are listed by owner, page by page, until it is decided what becomes of them', async () => {
    const { leave, departed, adam, resolve, code, call, base, database, organization } = await start()
    const [dora, eric] = [await leave('Dora', 3), await leave('Eric', 1)]
    const seen: [string, string][] = []
    let cursor = ''
    do {
      const { items, nextCursor } = (await adam.call('GET', `${departed}?limit=2${cursor}`)).body
      for (const { person, keys } of items) for (const { id } of keys) seen.push([person.name, id])
      cursor = nextCursor === null ? '' : `&cursor=${nextCursor}`
    } while (cursor !== '')
    expect(seen.sort()).toEqual([...dora.keys.map(({ id }) => ['Dora', id]), ['Eric', eric.keys[0]?.id]].sort())
    const [kept, handed, revoked] = dora.keys as [{ id: string; secret: string }, ...typeof dora.keys]
    if (!handed || !revoked) throw new Error('there are three')
    const items = [
      { key: kept.id, decision: 'keep' },
      { key: handed.id, decision: 'hand-over', to: adam.id },
      { key: revoked.id, decision: 'revoke' },
      { key: 'key_none', decision: 'keep' },
      { key: eric.keys[0]?.id, decision: 'hand-over', to: eric.id },
    ]
    const { items: outcomes, receipt } = await resolve(items)
    expect(outcomes.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'done',
      'done',
      'done',
      'NOT_FOUND',
      'NOT_FOUND',
    ])
    expect(receipt).toMatchObject({ verifiers: 1 })
    expect(await Promise.all(dora.keys.map(({ secret }) => code(secret)))).toEqual(['VALID', 'VALID', 'REVOKED'])
    const owners = await Promise.all(
      dora.keys.map(async ({ id }) => (await call('GET', `${base}/keys/${id}`)).body.owner?.name ?? null),
    )
    expect(owners).toEqual([null, 'Adam', 'Dora'])
    expect((await adam.call('GET', departed)).body.items).toMatchObject([{ person: { name: 'Eric' } }])
    const events = await database.events(organization.id, 1, 100)
    expect(events.slice(-3).map(({ action, target }) => [action, target.id])).toEqual([
      ['key.owner', kept.id],
      ['key.owner', handed.id],
      ['key.revoke', revoked.id],
    ])
    // The same again finds it done, and is no second event.
    const again = await resolve(items.slice(0, 3))
    expect(again.items.every(({ outcome }: { outcome: string }) => outcome === 'done')).toBe(true)
    expect((await database.chainHead(organization.id))?.count).toBe(events.length)
  })

  test('are theirs again when they come back', async () => {
    const { leave, signIn, call, base, departed, adam } = await start()
    const { id, email } = await leave('Dora', 1)
    const dora = await signIn(id, 'Dora', email)
    const invited = await call('POST', `${base}/invitations`, { body: { email, role: 'viewer' } })
    const token = String(invited.body.link).split('#')[1]
    expect((await dora.call('POST', '/v1/invitations/accept', { body: { token } })).status).toBe(200)
    expect((await adam.call('GET', departed)).body.items).toEqual([])
  })

  test('can be told from those of a member, of which nobody decides here', async () => {
    const { adam, base, resolve, leave, departed } = await start()
    const { key } = (await adam.call('POST', `${base}/keys`, { body: { name: 'mine' } })).body
    const { items } = await resolve([{ key: key.id, decision: 'revoke' }])
    expect(items).toEqual([{ key: key.id, outcome: 'MEMBER_EXISTS', message: expect.any(String) }])
    const dora = await leave('Dora', 1)
    for (const wrong of [{ decision: 'hand-over' }, { decision: 'keep', to: adam.id }]) {
      const body = { items: [{ key: dora.keys[0]?.id, ...wrong }] }
      const answer = await adam.call('POST', `${departed}/resolve`, { body })
      expect(Object.keys(answer.body.error.details)).toEqual(['items[0].to'])
    }
  })
})

test('keys overdue for rotation are those whose secret is older than their environment’s policy', async () => {
  const { create, clock, call, base } = await start()
  const make = async (input: object) => (await create(input)).key.id
  const production = await make({ environment: 'production' })
  const rotated = await make({ environment: 'production' })
  await make({ environment: 'staging' })
  await make({ environment: 'development' })
  await make({})
  const revoked = await make({ environment: 'production' })
  const due = async (query = '') => (await call('GET', `${base}/reports/rotation-due${query}`)).body
  const ids = async () => (await due()).items.map(({ id }: { id: string }) => id)
  clock.advance(90 * DAY - 1)
  expect(await ids()).toEqual([])
  await call('POST', `${base}/keys/${rotated}/rotate`)
  await call('POST', `${base}/keys/${revoked}/revoke`)
  clock.advance(1)
  expect(await ids()).toEqual([production])
  clock.advance(90 * DAY)
  expect(await ids()).toHaveLength(3)
  const first = await due('?limit=2')
  const rest = await due(`?limit=2&cursor=${first.nextCursor}`)
  expect([first.items.length, rest.items.length, rest.nextCursor]).toEqual([2, 1, null])
})

test('unused keys are the active ones that nobody has used for so many days', async () => {
  const { create, clock, call, base, code } = await start()
  const [never, used] = [await create(), await create()]
  const unused = async (query = '') =>
    (await call('GET', `${base}/reports/unused${query}`)).body.items.map(({ id }: { id: string }) => id)
  clock.advance(60 * DAY)
  await code(used.secret)
  clock.advance(31 * DAY)
  expect(await unused()).toEqual([never.key.id])
  expect((await unused('?days=30')).sort()).toEqual([never.key.id, used.key.id].sort())
  expect((await call('GET', `${base}/reports/unused?days=0`)).status).toBe(400)
})
